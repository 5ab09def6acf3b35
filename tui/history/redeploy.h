/*
 * The request of a past run as one that can be made again, its image pinned to the digest that ran
 * then. Values of secrets are not in the history: those that are wanted again must be given.
 */
#ifndef BERTH_TUI_REDEPLOY_H
#define BERTH_TUI_REDEPLOY_H

#include <stddef.h>

#include <berth/error.h>
#include <berth/history.h>
#include <berth/settings.h>

#define REDEPLOY_ENV_MAX 256

/* Names of variables, malloc'd. */
struct redeploy_missing {
	char *names[REDEPLOY_ENV_MAX];
	size_t count;
};

/* The image of the run by what cannot change: "REPOSITORY@sha256:...", malloc'd. NULL with USAGE
 * where the run has no image to go back to, and why. */
char *redeploy_pin(const struct berth_past_run *run, struct berth_error *err);

/* Put the request of `run` (found by itself) with that image into the option layer. Variables that
 * stand there already keep their values. `missing` gets the names of those whose value was a secret
 * and is not there. */
int redeploy_fill(struct berth_settings *settings, const struct berth_past_run *run,
	const char *image, struct redeploy_missing *missing, struct berth_error *err);
void redeploy_missing_release(struct redeploy_missing *missing);

#endif
