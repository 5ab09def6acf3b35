/*
 * The stages of one deployment: which has begun, how far it is, and the one percentage of the whole
 * that never falls.
 *
 * Stages may overlap (files are looked at while the image is pulled); the record still tells them
 * one after the other: a stage is announced when all before it are done. plan_set_state() is the
 * only function that changes a stage's state; it traces the change and says it.
 */
#ifndef PLAN_PLAN_H
#define PLAN_PLAN_H

#include <stdbool.h>
#include <stddef.h>

#include <berth/event.h>
#include <berth/target.h>

#define PLAN_MAX_STAGES 12

enum plan_state { PLAN_WAITING, PLAN_RUNNING, PLAN_DONE, PLAN_FAILED };

struct plan {
	const struct berth_stage_list *stages;
	void (*emit)(void *context, struct berth_event *event); /* takes the event */
	void *context;
	enum plan_state state[PLAN_MAX_STAGES];
	double fraction[PLAN_MAX_STAGES];
	char message[PLAN_MAX_STAGES][256]; /* what a stage said when it began */
	int announced;                      /* the stage the record is in; -1 before the first */
	int percent;
};

void plan_init(struct plan *plan, const struct berth_stage_list *stages,
	void (*emit)(void *context, struct berth_event *event), void *context);

/* A stage begins, with what a person reads. */
void plan_begin(struct plan *plan, int stage, const char *format, ...)
	__attribute__((format(printf, 3, 4)));
/* fraction 0 to 1 of the stage; said when the whole percentage moves, or when layers are given. */
void plan_advance(struct plan *plan, int stage, double fraction, const struct berth_layer *layers,
	size_t layer_count);
void plan_done(struct plan *plan, int stage);
void plan_fail(struct plan *plan, int stage);
bool plan_is(const struct plan *plan, int stage, enum plan_state state);
/* The stage the record is in, by name; for failures. */
const char *plan_stage_name(const struct plan *plan, int stage);

void plan_log(struct plan *plan, int stage, enum berth_level level, const char *format, ...)
	__attribute__((format(printf, 4, 5)));
/* A line of somebody's output; `continues`: the next part of the one before. */
void plan_log_bytes(struct plan *plan, int stage, enum berth_level level, enum berth_stream stream,
	const char *text, size_t len, bool continues);

#endif
