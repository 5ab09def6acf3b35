/*
 * A deployment on a Smart Deployment System (repo-deployer), shared by its files:
 *
 *   deployer.c          start, watch, cancel, close; what comes after what
 *   deployer_name.c     names that its tools take: of images, of services, in YAML
 *   deployer_find.c     which repository, and whether there is a record of it already
 *   deployer_start.c    what it is (detect), its record (create), and the long request (start)
 *   deployer_follow.c   asking how it goes on while that request is not answered, or lost
 *   deployer_state.c    a record of the server: what it says, and what that means
 *   deployer_tail.c     of the last lines that a record holds, those that are new
 *   deployer_stop.c     after a cancel: stopping what it started, removing what was made
 *   deployer_end.c      how it ends
 *   deployer_examine.c  before all of it: whether the server has these routes
 *   deployer_act.c      stop, restart, remove, look at what is there already
 *
 * The request that starts a deployment is answered when all is done, which may take ten minutes.
 * The server goes on whether anybody waits or not, and cannot be made to break off. Meanwhile its
 * record says "running", which without a container means that it is being built. There is one
 * record of a name, so a repository is deployed again by starting its record again.
 */
#ifndef TARGET_DEPLOYER_H
#define TARGET_DEPLOYER_H

#include <stdbool.h>
#include <stdint.h>

#include <jansson.h>

#include "target/server/server_act.h"
#include "target/server/server_call.h"
#include "target/server/server_run.h"

struct server_examine;
struct server_examine_setup;

#define DEPLOYER_WHO          "a Smart Deployment System"
#define DEPLOYER_ROUTE        "/api/deployments/" /* and the id */
#define DEPLOYER_REPOS_ROUTE  DEPLOYER_ROUTE "cloned-repos"
#define DEPLOYER_DETECT_ROUTE DEPLOYER_ROUTE "detect"
#define DEPLOYER_CREATE_ROUTE DEPLOYER_ROUTE "create"
#define DEPLOYER_START_ROUTE  DEPLOYER_ROUTE "start"

/* How patient it is; tests have less time. */
struct deployer_pace {
	int first_ms,
		steady_ms; /* between questions that are answered: doubles while there is no news */
	int cap_ms;        /* between those that are not, before jitter */
	int tries;         /* questions in a row that are not answered */
	int build_ms;      /* the most that the server's own limits let a start take */
	int begin_ms;      /* after which a request that was lost has not arrived */
};

extern struct deployer_pace deployer_pace;

enum deployer_stage {
	DEPLOYER_DETECTING,
	DEPLOYER_CREATING,
	DEPLOYER_BUILDING,
	DEPLOYER_RUNNING,
	DEPLOYER_STAGES
};

extern const struct berth_stage deployer_stages[DEPLOYER_STAGES];

/* What a record means. */
enum deployer_state {
	DEPLOYER_PENDING, /* made, and never started */
	DEPLOYER_BUILDS,  /* "running" without a container; after a crash for ever */
	DEPLOYER_RUNS,    /* "running" with one, by the server's word */
	DEPLOYER_STOPPED,
	DEPLOYER_FAILED,
	DEPLOYER_OTHER, /* a word that is not known here */
};

struct deployer_row {
	int64_t id, repo_id; /* -1: not said */
	enum deployer_state state;
	char status[32], name[160], stack[64], container[72];
	int port;                       /* 0: none */
	int64_t started_ms, created_ms; /* since the epoch; 0: not said */
};

/* --- deployer_state.c --- */

/* False: it is no record. */
bool deployer_row_read(struct deployer_row *row, const json_t *object);
/* "http://HOST:PORT" of what it runs, malloc'd; NULL if there is none. */
char *deployer_address(const struct deployer_row *row, const char *server_url);

/* --- deployer_name.c --- */

#define DEPLOYER_NAME_MAX 64

/* The name that is sent for what a person calls it: [a-z0-9][a-z0-9_-]*, and nothing that YAML
 * reads as something else than a text. "" if nothing is left of it. */
void deployer_safe_name(char safe[DEPLOYER_NAME_MAX], const char *name);

/* --- deployer_tail.c --- */

typedef void deployer_line_fn(void *context, const char *line, size_t len);

struct deployer_tail {
	char *text; /* as it was last, without the line that has no end yet */
	size_t len;
	char *rest; /* that line */
};

void deployer_tail_release(struct deployer_tail *tail);
/* The last lines of a log, as they are now: those that were not among the last ones last time. 0,
 * or -1 without memory. */
int deployer_tail_take(struct deployer_tail *tail, const char *text, size_t len,
	deployer_line_fn *line, void *context);
/* There will be no more: the line without an end. */
void deployer_tail_end(struct deployer_tail *tail, deployer_line_fn *line, void *context);

/* --- the run --- */

enum { DEPLOYER_LAST_LINES = 20 };

struct deployer;

typedef void deployer_answer_fn(struct deployer *t, const struct server_said *answer);

/* What becomes of it after a cancel. */
enum deployer_undo { UNDO_NOT, UNDO_STOPPING, UNDO_CHECKING, UNDO_REMOVING };

struct deployer {
	struct server_run run;
	void (*next)(struct deployer *t); /* after the pause */
	struct server_call *call;         /* the question under way; NULL: none */
	deployer_answer_fn *answered;
	struct berth_error call_error; /* it could not be asked */

	char name[DEPLOYER_NAME_MAX];
	int64_t repo_id;
	int64_t scanned; /* the id that is asked for; those that are not there in a row: */
	int missing;
	int64_t id;                 /* of the record; -1: not known yet */
	bool made;                  /* the record is of this run */
	bool posting;               /* it is being made: nobody cuts that short */
	struct deployer_row before; /* as the record was; state OTHER where it was made */

	struct server_call *starting; /* the long request; NULL: not asked, or answered */
	bool sent;                    /* the server may have it */
	bool answer_lost;
	bool start_over; /* it is answered: start_error says how */
	struct berth_error start_error;
	char *detail; /* what it said to that, in lines */

	struct deployer_row row;
	bool seen; /* `row` holds something */
	struct deployer_tail tail;
	char *last[DEPLOYER_LAST_LINES];
	size_t last_count;        /* ever */
	int64_t began_to_wait_ms; /* mono: since when its state is only waited for; 0: it is not */
	bool warned;

	int tries, delay_ms;
	bool polled;
	enum deployer_undo undo;
};

/* --- deployer.c --- */

/* Come back in a turn of its own, or after a while. */
void deployer_come_back(struct deployer *t, int milliseconds, void (*next)(struct deployer *t));
/* `body` is JSON or NULL; the rest is the route. `answered` fires once, from the loop, unless the
 * target is dropped, or the question was cut short. */
void deployer_call(struct deployer *t, const char *method, const char *body,
	deployer_answer_fn *answered, const char *route, ...) __attribute__((format(printf, 5, 6)));
/* A stage, unless it was gone through. */
void deployer_reach(struct deployer *t, enum deployer_stage stage, const char *message);

/* --- deployer_find.c --- */

/* Ends the target, or goes on with deployer_detect(), which ends with deployer_look_up(). */
void deployer_find(struct deployer *t);
/* The record of the repository, if there is one: then deployer_create() or deployer_begin(). */
void deployer_look_up(struct deployer *t);

/* --- deployer_start.c --- */

void deployer_detect(struct deployer *t);
void deployer_create(struct deployer *t);
void deployer_begin(struct deployer *t);

/* --- deployer_follow.c --- */

/* Ask, again and again, until it is known how it ended. */
void deployer_follow(struct deployer *t);
/* The long request is answered. */
void deployer_settle(struct deployer *t);
/* What the record says is news. */
void deployer_take_row(struct deployer *t, const json_t *object);

/* --- deployer_stop.c --- */

/* A cancel, once nothing is under way over there any more. */
void deployer_undo(struct deployer *t);

/* --- deployer_end.c --- */

/* It said no before anything began. */
void deployer_end_refused(
	struct deployer *t, enum berth_outcome outcome, const struct berth_error *err);
void deployer_end_deployed(struct deployer *t);
void deployer_end_failed(struct deployer *t);
/* Nobody can say how it ended, and why. */
void deployer_end_lost(struct deployer *t, const struct berth_error *err);
/* A person, or the time limit, ended it. */
void deployer_end_stopped(struct deployer *t);
/* ... and it was undone; `left`: what was not, NULL: nothing. */
void deployer_end_undone(struct deployer *t, const char *message, const char *left);

/* --- deployer_examine.c --- */

struct server_examine *deployer_examine(
	const struct server_examine_setup *setup, struct berth_error *err);

/* --- deployer_act.c --- */

struct server_act *deployer_act(const struct server_act_setup *setup, struct berth_error *err);
extern const char *const deployer_cannot[BERTH_DEEDS];

#endif
