/*
 * What was done and must be put back: a stack of steps, run in reverse, one after the other. A step
 * that fails is run once more, as its answer may just have been lost: steps look first whether
 * there is anything left to do. If it fails again it is remembered as left behind; that does not
 * stop the others.
 */
#ifndef PLAN_UNDO_H
#define PLAN_UNDO_H

#include <stdbool.h>
#include <stddef.h>

#include <berth/error.h>

#define UNDO_MAX_STEPS 16

struct undo;

/* Start putting back; answers with undo_step_done() once, later or from within the call. */
typedef void undo_fn(struct undo *undo, void *context);

struct undo_step {
	undo_fn *run;
	void *context;
	bool again;     /* it has failed once */
	char what[192]; /* as it stands in left_behind if the step fails: "container web
			   (3f2a91c0d1e2)" */
};

struct undo {
	struct undo_step steps[UNDO_MAX_STEPS];
	size_t count;
	char left[UNDO_MAX_STEPS][448]; /* steps that failed: what and why */
	size_t left_count;
	bool running;
	bool in_step, answered; /* a step may answer before it returns */
	void (*done)(void *context);
	void *context;
};

/* Remember a step; call it once the deed is done. -1 if there are too many (a bug: the bound is
 * above what a deployment does). */
int undo_push(struct undo *undo, undo_fn *run, void *context, struct berth_error *err,
	const char *what_format, ...) __attribute__((format(printf, 5, 6)));
/* Forget the steps of this kind: what they would put back is wanted, or gone. */
void undo_forget(struct undo *undo, undo_fn *run);
/* Only the one with that context. */
void undo_forget_of(struct undo *undo, undo_fn *run, const void *context);
/* Run all steps, newest first, then call done (maybe from within). */
void undo_run(struct undo *undo, void (*done)(void *context), void *context);
/* The step under way ended; error NULL or code OK on success. */
void undo_step_done(struct undo *undo, const struct berth_error *error);

#endif
