/*
 * What is told to others when a deployment begins and ends: commands to run and an address to
 * post to, from `hooks` in config.json. None of it changes how a deployment ends.
 */
#ifndef BERTH_HOOKS_H
#define BERTH_HOOKS_H

#include <stdbool.h>
#include <stddef.h>

#include <berth/deployment.h>
#include <berth/error.h>

enum berth_moment {
	BERTH_ON_START,
	BERTH_ON_SUCCESS,
	BERTH_ON_FAILURE, /* also where the outcome is not known */
	BERTH_ON_CANCEL,
	BERTH_MOMENTS
};

/* "on_start": the key in config.json, and what hooks are told. */
extern const char *const berth_moment_names[BERTH_MOMENTS];

#define BERTH_HOOK_SECONDS 30 /* a command may take, unless the configuration says otherwise */

struct berth_commands {
	char ***argv; /* each NULL-terminated */
	size_t count;
};

struct berth_hooks {
	struct berth_commands commands[BERTH_MOMENTS]; /* run one after the other */
	int timeout_s;                                 /* of each command */
	char *webhook;                                 /* NULL: none */
	struct berth_secret webhook_key;               /* what is posted is signed with it */
};

/* Nothing is told to anybody. NULL counts as none. */
bool berth_hooks_empty(const struct berth_hooks *hooks);
/* NULL without memory. */
struct berth_hooks *berth_hooks_copy(const struct berth_hooks *hooks, struct berth_error *err);
void berth_hooks_free(struct berth_hooks *hooks); /* NULL is allowed */

#endif
