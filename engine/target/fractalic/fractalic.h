/*
 * A deployment on a Fractalic UI server, shared by its files:
 *
 *   fractalic.c          start, watch, cancel, close; what comes after what
 *   fractalic_request.c  the request: checked by the server's own rules, and as JSON
 *   fractalic_post.c     the one POST: redirects, refusals, the stream, the route without a stream
 *   fractalic_event.c    what one event of the server means
 *   fractalic_poll.c     after a broken stream: asking how it goes on
 *   fractalic_look.c     after that: looking at the container itself
 *   fractalic_result.c   the server's word as our result
 *   fractalic_end.c      how it ends when the server gave no word
 *   fractalic_output.c   after the result: what the container says
 *   fractalic_examine.c  before all of it: whether the server has these routes
 *
 * One thing is under way at a time: the secrets, an exchange, a look at the container, or a pause.
 * A deployment lives there only as long as its stream, and a POST is never made twice, unless the
 * server itself says to make it elsewhere (307, 308) or has no such route (404, 405).
 *
 * Success is reported on the server's word alone. A container that runs proves nothing: it may be
 * the one from before, or one that never got its files.
 */
#ifndef TARGET_FRACTALIC_H
#define TARGET_FRACTALIC_H

#include <stdbool.h>
#include <stdint.h>

#include <jansson.h>

#include "base/buf.h"
#include "docker/container.h"
#include "proto/flat_event.h"
#include "proto/sse.h"
#include "target/docker/registry_stages.h"
#include "target/server/server_run.h"

struct docker;
struct docker_call;
struct server_examine;
struct server_examine_setup;

#define FRACTALIC_STREAM_ROUTE   "/api/deploy/docker-registry/stream"
#define FRACTALIC_PLAIN_ROUTE    "/api/deploy/docker-registry" /* the one without a stream */
#define FRACTALIC_PROGRESS_ROUTE "/api/deploy/progress/"       /* and the id */

/* How patient it is; tests have less time. */
struct fractalic_pace {
	int first_ms, cap_ms; /* between questions, before jitter: doubles up to the cap */
	int tries;            /* questions in a row that are not answered */
	int quiet_ms;         /* silence after which a byte is news */
	int settle_ms;        /* after closing a stream, until the server has let go of the run */
};

extern struct fractalic_pace fractalic_pace;

/* What was found where the container should be. */
enum look_state { LOOK_NOT, LOOK_FAILED, LOOK_ABSENT, LOOK_THERE };

struct fractalic {
	struct server_run run;
	char *container; /* its name over there; NULL: the server makes one up */
	char *id;        /* the server's own, NULL until it is told */
	char made[72];   /* id of the container that the run says it started */

	void (*next)(struct fractalic *t); /* after the pause */

	/* what is asked */
	char *url;
	char *location; /* of a redirect */
	int redirects;

	/* the POST and its stream */
	bool plain_route;  /* the one without a stream */
	bool sent;         /* the server may have the request */
	bool no_memory;    /* for the events of the stream */
	bool is_stream;    /* 200 with text/event-stream */
	struct buf answer; /* what came instead of one */
	struct sse sse;
	int64_t last_byte_ms; /* clock_turn_ms() */
	unsigned bad_events;

	/* questions */
	int tries;
	bool polled; /* at least one was answered */
	int delay_ms, retry_after_ms;
	uint64_t seen;   /* events, as a server that lists them counts them */
	char *last_news; /* what the last answer said, to tell news */
	char stamp[48];  /* the server's time of the last event */
	size_t stamp_len;

	/* look */
	struct docker *docker;
	struct docker_call *connect;
	struct docker_op *inspect;
	enum look_state look;
	void (*looked)(struct fractalic *t);
	bool looked_twice;
	bool running;
	char look_id[72], look_state[96];

	/* after the result */
	char *said_id; /* the container's, by the server's word; NULL: it named none */
	struct docker_op *output;
	bool goes_on[2]; /* by enum log_source: the last line was not its end */

	struct {
		enum berth_code code;
		int number;
		char *message;
	} lost;                      /* why the server's word is missing; OK while it is not */
	struct berth_result *result; /* its word, until it is said */
	char *result_server;         /* ... as it gave it */
};

/* --- fractalic.c --- */

/* Come back in a turn of its own, or after a while. */
void come_back(struct fractalic *t, int milliseconds, void (*next)(struct fractalic *t));
/* --- fractalic_request.c --- */

/* 0, or -1: the server would refuse it, or fail in the middle. */
int request_check(struct fractalic *t, struct berth_error *err);
int request_body(const struct fractalic *t, struct buf *body, struct berth_error *err);

/* --- fractalic_post.c --- */

void post_begin(struct fractalic *t);

/* --- fractalic_event.c --- */

/* The data of one event, or a document that says the same. */
void event_take(struct fractalic *t, const char *json, size_t len);
void event_take_json(struct fractalic *t, const json_t *object);

/* --- fractalic_poll.c --- */

void poll_begin(struct fractalic *t);

/* --- fractalic_look.c --- */

/* Then calls `looked`, in a turn of its own, with t->look set. */
void look_begin(struct fractalic *t, void (*looked)(struct fractalic *t));
/* It is the container of this run, and no other that had its name before. */
bool look_is_ours(const struct fractalic *t);

/* --- fractalic_result.c --- */

/* The server's word: {"success": ...}. False if that is not what it is. */
bool result_take(struct fractalic *t, const json_t *result, const json_t *whole);
/* The server gave up: why, as it said it. */
void result_take_error(struct fractalic *t, const char *why, const json_t *whole);

/* --- fractalic_end.c --- */

/* The server's word is in t->result; what is left over there may be looked for first. */
void end_with_word(struct fractalic *t);
/* It said no before anything began. */
void end_refused(struct fractalic *t, enum berth_outcome outcome, const struct berth_error *err);
/* There is no word, and why. */
void end_lost(struct fractalic *t, const struct berth_error *err);
/* A person, or the time limit, ended it. */
void end_stopped(struct fractalic *t);

/* --- fractalic_output.c --- */

/* The result is said. Does nothing where it is not wanted, or no engine is known. */
void output_begin(struct fractalic *t);

/* --- fractalic_examine.c --- */

struct server_examine *fractalic_examine(
	const struct server_examine_setup *setup, struct berth_error *err);

#endif
