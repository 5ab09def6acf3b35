/*
 * The session model: events in, state out, nothing else. It never looks at a clock, a socket or the
 * screen, so the same events give the same state wherever they come from. Log lines are no part of
 * it: see <berth/log.h>.
 *
 * Owned by the front end. Pointers handed out are borrowed until the next berth_model_apply() or
 * _add().
 */
#ifndef BERTH_MODEL_H
#define BERTH_MODEL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <berth/deployment.h>
#include <berth/event.h>
#include <berth/log.h>
#include <berth/target.h>

enum berth_run_state {
	BERTH_RUN_QUEUED,
	BERTH_RUN_RUNNING,
	BERTH_RUN_CANCELLING,
	BERTH_RUN_COMPLETED,
	BERTH_RUN_FAILED,
	BERTH_RUN_CANCELLED,
	BERTH_RUN_UNKNOWN,
};

enum berth_stage_state {
	BERTH_STAGE_WAITING,
	BERTH_STAGE_RUNNING,
	BERTH_STAGE_DONE,
	BERTH_STAGE_FAILED,
};

#define BERTH_MAX_STAGES 12

struct berth_run {
	unsigned number;
	char id[64]; /* of the deployment, as its events say; "" before the first */
	const struct berth_deployment *deployment; /* copy owned by the model: restart uses it */
	const struct berth_stage_list *stages;
	enum berth_run_state state;
	enum berth_stage_state stage_state[BERTH_MAX_STAGES];
	int stage;        /* index of the running (or last) stage, -1 before the first */
	int64_t stage_ms; /* when that one began */
	int progress;
	int64_t started_ms; /* of the first event, once it runs of the first since; 0 if not yet */
	int64_t ended_ms;   /* of the result; 0 if not yet */
	int64_t last_ms;    /* of the newest event or line */
	char *message;      /* what it does: newest status, or line of its server; may be NULL */
	struct berth_layer *layers;
	size_t layer_count;
	int64_t pull_current, pull_total; /* sums over layers; total -1 while any is unknown */
	enum berth_link link;
	int64_t link_ms;             /* of the event that said so; 0 if none did */
	int attempt, attempts;       /* of RECONNECTING and POLLING; 0: not said */
	int64_t retry_in_ms;         /* from link_ms on */
	struct berth_result *result; /* NULL until it ended */
	uint64_t heard;              /* lines of its log, by berth_model_hear() */
	uint64_t changes; /* grows with every change of this run but log lines: cheap dirty check */
};

struct berth_model;

struct berth_model *berth_model_new(void);
void berth_model_free(struct berth_model *model);

/* Announce a run before its first event. Copies the deployment. 0, or -1 without memory. */
int berth_model_add(struct berth_model *model, unsigned number,
	const struct berth_deployment *deployment, struct berth_error *err);
/* It was never there. */
void berth_model_forget(struct berth_model *model, unsigned number);
/* A person asked to cancel: shown as cancelling until the result comes. */
void berth_model_cancelling(struct berth_model *model, unsigned number);

/* Fold one event in. Events of unknown runs are ignored. 0, or -1 without memory (state stays
 * valid). */
int berth_model_apply(
	struct berth_model *model, const struct berth_event *event, struct berth_error *err);

/* The nth line of a run's log: what speaks is not silent, and a server says in its lines what it is
 * doing. The same line may be heard again. */
void berth_model_hear(
	struct berth_model *model, unsigned number, uint64_t n, const struct berth_log_line *line);

size_t berth_model_count(const struct berth_model *model);
const struct berth_run *berth_model_at(
	const struct berth_model *model, size_t index); /* oldest first */
const struct berth_run *berth_model_find(const struct berth_model *model, unsigned number);

#endif
