/*
 * The record of past runs: an SQLite database, the log file of each run beside it.
 *
 * Every call that has a callback asks a worker: nothing here blocks the loop. If it returns 0 the
 * callback comes exactly once, from the loop, also when the history is closed before; if it returns
 * -1 it never comes. Questions are answered in the order they were asked, each after what was
 * recorded before it.
 *
 * Secrets are not in the record. Where the request held one stands a fingerprint of it,
 * "hmac:0123456789abcdef": the first 64 bits of HMAC-SHA256 with a random key that never leaves the
 * database, so that equal secrets are seen to be equal, within one database.
 */
#ifndef BERTH_HISTORY_H
#define BERTH_HISTORY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <berth/error.h>
#include <berth/event.h>
#include <berth/log.h>

struct uv_loop_s;
struct berth_history;

/* Which runs are kept, once another has ended. A run goes only if it is neither among the newest
 * `runs` nor younger than `days`, and its log goes with it. Beyond that, the logs of the oldest
 * runs go while all logs together are larger than `log_bytes`; what is in the database of these
 * runs stays. Nothing goes while it runs. */
struct berth_history_rules {
	unsigned runs;
	unsigned days;
	uint64_t log_bytes; /* 0: no bound */
};

#define BERTH_HISTORY_RUNS   500
#define BERTH_HISTORY_DAYS   30
#define BERTH_HISTORY_LOG_MB 2048 /* MiB */

enum berth_history_state {
	BERTH_PAST_ENDED,       /* `outcome` says how */
	BERTH_PAST_RUNNING,     /* somebody still writes its log */
	BERTH_PAST_INTERRUPTED, /* berth ended before it did: nobody knows how it went on */
};

#define BERTH_PAST_STAGES_MAX 24

/* Milliseconds since the run was asked for; ended_ms is -1 if it never did. */
struct berth_past_stage {
	char name[64];
	int64_t began_ms, ended_ms;
};

#define BERTH_PAST_TAIL_MAX 10

/* A line of the log. Not cleaned. */
struct berth_past_line {
	int64_t time_ms;
	enum berth_level level;
	char stage[64];
	char *text;
};

/* A run as it is recorded. Texts may be NULL where there is nothing to say. */
struct berth_past_run {
	int64_t number; /* in the history, from 1, never given twice */
	char *deployment_id;
	char *name, *target, *kind, *image, *container;
	enum berth_history_state state;
	enum berth_outcome outcome;
	int64_t started_ms, finished_ms; /* since the epoch; finished_ms 0 if it is not known */
	int64_t duration_ms;
	char *message;                  /* of the result */
	char *image_digest;             /* "sha256:..." */
	char *who;                      /* the user, and who that is behind sudo */
	char *host, *terminal, *client; /* of whoever started it; client: where ssh came from */
	char *version;                  /* of berth */
	char *log;                      /* path of its file */
	bool log_removed;               /* by the rules or by hand */
	/* Only of a run that was asked for by itself. */
	char *request;               /* JSON object */
	char *end;                   /* the last event of the record, JSON */
	struct berth_result *result; /* the same, read */
	struct berth_past_stage *stages;
	size_t stage_count;
	struct berth_past_line *tail; /* the last lines of its log */
	size_t tail_count;
};

void berth_past_run_free(struct berth_past_run *run); /* NULL is allowed */

/* $XDG_STATE_HOME/berth/history.db, or ~/.local/state/berth/history.db, in malloc'd memory. */
char *berth_history_path(struct berth_error *err);

/* Nothing is opened before it is needed, and nothing is made before there is something to record:
 * a history that is not there is an empty one. The path is copied. NULL without memory. */
struct berth_history *berth_history_open(
	struct uv_loop_s *loop, const char *path, struct berth_error *err);
/* `closed` comes from the loop when all is written and answered; it is freed just before. */
void berth_history_close(
	struct berth_history *history, void (*closed)(void *context), void *context);

struct berth_history_query {
	const char *text;   /* in name, target, image, container, message or id; NULL: any */
	const char *target; /* exactly; NULL: any */
	const char *name;   /* exactly; NULL: any */
	int outcome;        /* enum berth_outcome; -1: any */
	int64_t before;     /* only runs with a smaller number; 0: from the newest */
	unsigned limit;     /* at most so many, up to 1000 */
};

/* The runs found, newest first, are the callee's: an array and what is in it, to be freed with
 * berth_past_runs_free(). On failure it is NULL and `err` says why. */
typedef void berth_past_runs_fn(void *context, struct berth_past_run *runs, size_t count, bool more,
	const struct berth_error *err);
void berth_past_runs_free(struct berth_past_run *runs, size_t count);

int berth_history_list(struct berth_history *history, const struct berth_history_query *query,
	berth_past_runs_fn *done, void *context, struct berth_error *err);

/* One run, whole. `id`: its number, its deployment id or the beginning of it that no other has (8
 * characters at least), or a name: then the newest of that name. The run is the callee's; NULL:
 * `err` says why. */
typedef void berth_past_run_fn(
	void *context, struct berth_past_run *run, const struct berth_error *err);
int berth_history_find(struct berth_history *history, const char *id, berth_past_run_fn *done,
	void *context, struct berth_error *err);

/* How long the stages of a deployment take, by the newest 20 that went well of the same target and
 * image (of the same name, where no image is named). Milliseconds; low and high leave out one in
 * ten at either end. */
struct berth_usual_stage {
	char name[64];
	int64_t low_ms, typical_ms, high_ms;
};

struct berth_past_usual {
	unsigned runs; /* that this is known from; 0: it is not known */
	struct berth_usual_stage stages[BERTH_PAST_STAGES_MAX];
	size_t stage_count;
};

/* `usual` is borrowed. On failure it is NULL and `err` says why. */
typedef void berth_history_usual_fn(
	void *context, const struct berth_past_usual *usual, const struct berth_error *err);
int berth_history_usual(struct berth_history *history, const char *target, const char *image,
	const char *name, berth_history_usual_fn *done, void *context, struct berth_error *err);

/* The log of a past run, to be read as that of a run of this session: of one that still runs, as it
 * stands now. The log is the callee's; NULL: `err` says why. It does not go away while it is open,
 * and holds the history open. */
typedef void berth_history_log_fn(
	void *context, struct berth_log *log, const struct berth_error *err);
int berth_history_open_log(struct berth_history *history, const char *path,
	berth_history_log_fn *opened, void *context, struct berth_error *err);
void berth_history_close_log(struct berth_history *history, struct berth_log *log);

/*
 * A search through the logs of all runs, newest first, for what <berth/search.h> calls a pattern.
 * Each log that has it is told once, as soon as it is known; `done` comes last.
 */
struct berth_history_hit {
	int64_t number;              /* of the run */
	const char *name;            /* borrowed; may be NULL */
	uint64_t lines;              /* that match */
	uint64_t first;              /* number of the first of them */
	struct berth_past_line line; /* that one, 512 bytes at most; borrowed */
};

struct berth_history_search;

typedef void berth_history_hit_fn(void *context, const struct berth_history_hit *hit);
typedef void berth_history_done_fn(void *context, const struct berth_error *err);

/* `flags`: enum berth_pattern_flags. `hit` is told from the loop, then `done` exactly once, with
 * `err` NULL if all were looked at. NULL if the pattern is none, or without memory. */
struct berth_history_search *berth_history_search_logs(struct berth_history *history,
	const char *text, unsigned flags, berth_history_hit_fn *hit, berth_history_done_fn *done,
	void *context, struct berth_error *err);
/* `done` still comes, with CANCELLED; the search is freed after it. */
void berth_history_search_stop(struct berth_history_search *search);

/* Delete a run and its log. Refused while it runs. `err` is NULL if that is done. */
int berth_history_delete(struct berth_history *history, int64_t number, berth_history_done_fn *done,
	void *context, struct berth_error *err);

#endif
