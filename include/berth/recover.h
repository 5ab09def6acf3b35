/*
 * Deployments that were cut off: berth was killed, or the machine went down, or things could not be
 * put back. Each left a journal; here is what became of them, and what can be done.
 */
#ifndef BERTH_RECOVER_H
#define BERTH_RECOVER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <berth/error.h>

struct berth_engine;

enum berth_recovery {
	BERTH_FINISH,   /* start what was made, see that it is healthy, remove what it replaces */
	BERTH_PUT_BACK, /* remove what was made; what was there before is back */
	BERTH_LEAVE,    /* forget it: everything stays as it is */
	BERTH_RECOVERY_COUNT
};

/* All texts are borrowed. */
struct berth_left {
	const char *deployment_id, *name, *target, *container; /* container may be NULL */
	const char *place;                                     /* endpoint and container */
	const char *who, *host;
	int64_t pid;
	int64_t since_ms; /* since the epoch */
	bool held;        /* it still runs, somewhere else: nothing can be done */
	bool kept;        /* ... in process `pid`, which has no terminal */
	bool known;       /* the engine said what became of it; else `error` says why not */
	struct berth_error error;
	char found[512]; /* what the engine has of it; "" if that is not known */
	unsigned can;    /* 1 << enum berth_recovery */
	enum berth_recovery safe;
};

/* Find all, oldest first, and ask their engines. `done` comes exactly once, from the loop; what it
 * is given is borrowed until the next call or the engine's end. One search at a time. */
typedef void berth_left_fn(
	void *context, const struct berth_left *left, size_t count, const struct berth_error *err);
int berth_engine_left(
	struct berth_engine *engine, berth_left_fn *done, void *context, struct berth_error *err);

/* Settle one that was found, by its deployment id: it becomes deployment *number of this session,
 * with its old id, and ends with a result as any other. */
int berth_engine_recover(struct berth_engine *engine, const char *deployment_id,
	enum berth_recovery recovery, unsigned *number, struct berth_error *err);

/* Ask the process that keeps a deployment without a terminal to cancel it and put things back.
 * `done` comes exactly once, from the loop, perhaps after the engine's end; err NULL: it was asked,
 * and the end comes in the recording. CONFLICT: it is nobody's who can be asked. */
typedef void berth_asked_fn(void *context, const struct berth_error *err);
int berth_engine_cancel_kept(struct berth_engine *engine, const char *deployment_id,
	berth_asked_fn *done, void *context, struct berth_error *err);

/* "finish" "put back" "leave" */
const char *berth_recovery_name(enum berth_recovery recovery);

/* $XDG_STATE_HOME/berth/runs, or ~/.local/state/berth/runs, in malloc'd memory. */
char *berth_runs_folder(struct berth_error *err);

#endif
