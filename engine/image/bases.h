/*
 * What a Dockerfile comes from, made ready for the builder. BuildKit can't fetch what needs
 * credentials (docker/build.h): for it each image that is missing is pulled. The classic builder
 * pulls by itself and is only given the credentials.
 */
#ifndef IMAGE_BASES_H
#define IMAGE_BASES_H

#include <stdbool.h>

#include <berth/error.h>
#include <berth/event.h>

#include "source/base_images.h"

struct docker;
struct bases;

struct bases_setup {
	const struct base_images *images; /* outlives it */
	bool pull;                        /* false: credentials only */
	const char *platform;             /* outlives it; NULL: the engine's */
	void (*note)(void *context, enum berth_level level, const char *text);
	/* What is used for a registry (docker/auth.h), before it is; borrowed. May be NULL. */
	void (*credentials)(void *context, const char *header);
	void (*progress)(void *context, double fraction, const struct berth_layer *layers,
		size_t layer_count);
	/* config: for struct build_request, NULL if there are no credentials; wiped after it. */
	void (*done)(void *context, const char *config, const struct berth_error *err);
	void *context;
};

struct bases *bases_start(
	struct docker *docker, const struct bases_setup *setup, struct berth_error *err);
void bases_cancel(struct bases *bases);

#endif
