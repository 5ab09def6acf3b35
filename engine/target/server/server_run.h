/*
 * A deployment on a deploy server, whatever the kind of server: what is held for it (secrets, one
 * exchange, a pause, the time limit), what is said of it, and how it is stopped and dropped. First
 * member of each kind's own struct.
 *
 * One thing is under way at a time. Each callback of a kind asks server_run_is_dropped() first.
 */
#ifndef TARGET_SERVER_RUN_H
#define TARGET_SERVER_RUN_H

#include <stdbool.h>
#include <stdint.h>

#include "target/server/server_access.h"
#include "target/target.h"

struct server_run;
struct timer;
struct xfer;

/* What a kind adds. */
struct server_run_kind {
	const struct target_ops *ops;
	const char *cookie; /* that a token is sent as; NULL: it is sent as Authorization */
	const int *tries;   /* questions in a row that are not answered */
	/* Beside secrets and exchange: whether something is under way, and its end. NULL: never. */
	bool (*busy)(const struct server_run *run);
	void (*drop)(struct server_run *run);
	/* The pause is over. */
	void (*turn)(struct server_run *run);
	/* The secrets are there. */
	void (*entered)(struct server_run *run);
	/* Nothing began. */
	void (*refused)(
		struct server_run *run, enum berth_outcome outcome, const struct berth_error *err);
	/* A person or the time limit ended it before the secrets were there. */
	void (*stopped)(struct server_run *run);
	/* How it ends is known: there is nothing left to stop. NULL: only with the result. */
	bool (*is_over)(const struct server_run *run);
	/* It is to be stopped; `cancelled` or `timed_out` says why. */
	void (*stop)(struct server_run *run);
	/* All that was allocated for it; calls server_run_release() and frees it. */
	void (*release)(struct server_run *run);
};

struct server_run {
	struct target base;
	const struct server_run_kind *kind;
	struct target_setup setup;
	const struct berth_deployment *request;
	const struct berth_server *server; /* NULL: the target has no url */
	bool watching;                     /* it runs already; nothing is sent but questions */

	struct server_access *access;
	bool access_open; /* secrets are being asked for */
	struct xfer *xfer;
	struct timer *turn;
	struct timer *deadline; /* --timeout; NULL without */

	int stage, percent;        /* stage: index in the kind's list */
	int64_t began_ms;          /* mono */
	bool cancelled, timed_out; /* asked to stop */
	bool ended, closing;       /* ended: the result is said */
	void (*closed)(void *context);
	void *closed_context;
};

/* 0, or -1 without memory: then the kind releases it. */
int server_run_init(struct server_run *run, const struct server_run_kind *kind,
	const struct target_setup *setup, bool watching, struct berth_error *err);
void server_run_release(struct server_run *run);

/* --- what is said --- */

void server_run_say_link(
	struct server_run *run, enum berth_link link, int attempt, int64_t retry_in_ms);
/* A line of the log from berth itself. */
void server_run_say(struct server_run *run, enum berth_level level, const char *format, ...)
	__attribute__((format(printf, 3, 4)));
/* Where it stands, and the message. */
void server_run_say_status(struct server_run *run, const char *message, size_t len);
/* The end of the record. Takes both; `server`, what the server said as JSON, may be NULL. */
void server_run_say_result(struct server_run *run, struct berth_result *result, char *server);
/* Empty, with the time it took; NULL without memory. */
struct berth_result *server_run_result(const struct server_run *run, enum berth_outcome outcome);

/* --- its course --- */

/* The server is named, what is doubtful about it is said, and its secrets are asked for: then
 * `entered`, `refused` or `stopped`. */
void server_run_enter(struct server_run *run);
/* Fails, and `refused` was called, if the target has no server. */
int server_run_check(struct server_run *run);
/* `turn` in a turn of its own, or after a while. */
void server_run_pause(struct server_run *run, int milliseconds);
/* First line of every callback: true if it is being dropped, and the callback must return. */
bool server_run_is_dropped(struct server_run *run);
/* A person or the time limit asked it to end. */
bool server_run_is_stopped(const struct server_run *run);
/* What is under way is cut short; its callback goes on. */
bool server_run_in_flight(const struct server_run *run);
void server_run_cut(struct server_run *run);

/* As target_ops has them; cancel says `words`, NULL for none, if it has an effect. */
void server_run_cancel(struct server_run *run, const char *words);
void server_run_close(struct target *target, void (*closed)(void *context), void *context);

#endif
