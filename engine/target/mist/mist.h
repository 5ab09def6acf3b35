/*
 * A deployment on a Mist server, shared by its files:
 *
 *   mist.c          start, watch, cancel, close; what comes after what
 *   mist_call.c     one question to the server, and the login before the first
 *   mist_find.c     the app by name, id or PROJECT/APP, from the server's lists
 *   mist_deploy.c   the one POST, and a wish to stop what it began
 *   mist_state.c    what the server says of a deployment, as our stages
 *   mist_text.c     its log as lines: what of Docker's JSON a person reads
 *   mist_log.c      which of these lines are new, however often they come
 *   mist_output.c   these lines as events, no faster than they are taken
 *   mist_live.c     the stream of states and lines while it runs; mist_line.c: most of its lines
 *   mist_follow.c   asking how it goes on, and for the log when it is over
 *   mist_end.c      how it ends
 *   mist_act.c      what can be done with an app that is there; mist_frames.c: its log;
 *                   mist_box.c: its live log, and what it uses
 *   mist_examine.c  before all of it: whether the server has these routes
 *
 * One thing is under way at a time: the secrets, an exchange, a login, the stream, or a pause. The
 * deployment runs on the server whether anybody looks or not; the POST is made once. How it ended
 * is what its row on the server says, and nothing else: no stream that closes and no answer of 200
 * is a success.
 */
#ifndef TARGET_MIST_H
#define TARGET_MIST_H

#include <stdbool.h>
#include <stdint.h>

#include <jansson.h>

#include "base/buf.h"
#include "target/mist/mist_log.h"
#include "target/server/server_act.h"
#include "target/server/server_call.h"
#include "target/server/server_run.h"

struct server_examine;
struct server_examine_setup;
struct server_login;
struct websocket;

#define MIST_COOKIE "mist_token"
#define MIST_WHO    "a Mist server"

#define MIST_PROJECTS_ROUTE "/api/projects/getAll"
#define MIST_APPS_ROUTE     "/api/apps/getByProjectId"
#define MIST_PREVIEW_ROUTE  "/api/apps/getPreviewUrl"
#define MIST_DEPLOY_ROUTE   "/api/deployments"
#define MIST_LIST_ROUTE     "/api/deployments/getByAppId"
#define MIST_LOGS_ROUTE     "/api/deployments/logs"
#define MIST_STOP_ROUTE     "/api/deployments/stopDep"

/* How patient it is; tests have less time. */
struct mist_pace {
	int first_ms,
		steady_ms; /* between questions that are answered: doubles while there is no news */
	int cap_ms;        /* between those that are not, before jitter */
	int tries;         /* questions in a row that are not answered */
	int stale_ms;      /* age from which a row that waits is suspicious */
	bool live;         /* the stream is tried */
	int linger_ms;     /* after the end, for its last lines, and for its Close */
	int early_ms;      /* after which the server waits no longer for a log to appear */
};

extern struct mist_pace mist_pace;

enum mist_stage {
	MIST_PENDING,
	MIST_CLONING,
	MIST_BUILDING,
	MIST_PULLING, /* instead of both for an app that is only an image */
	MIST_DEPLOYING,
	MIST_SUCCESS,
	MIST_STAGES
};

extern const struct berth_stage mist_stages[MIST_STAGES];

struct mist_app {
	int64_t id;
	char *name, *project;
	int64_t project_id;
};

/* How its row stands. */
enum mist_end { MIST_RUNS, MIST_SUCCEEDED, MIST_FAILED, MIST_STOPPED };

/* Of the log, kept for a failure. */
enum { MIST_LAST_LINES = 20 };

struct mist;

typedef void mist_answer_fn(struct mist *t, const struct server_said *answer);

struct mist {
	struct server_run run;
	struct server_login *login;
	void (*next)(struct mist *t); /* after the pause */

	struct server_call *call; /* the question under way; NULL: none */
	mist_answer_fn *answered;
	struct berth_error call_error; /* it could not be asked */

	/* looking for the app */
	struct mist_app *projects, *apps; /* id and name of a project are those of the pair */
	size_t project_count, app_count, looking_at;
	void (*found)(struct mist *t); /* all apps are in `apps` */
	const struct mist_app *app;

	/* the deployment */
	int64_t id;     /* -1 until it is known */
	int64_t app_id; /* -1 until it is known */
	bool sent;      /* the server may have been asked to deploy */
	bool posting;   /* it is being asked; nobody cuts that short */
	enum mist_end end;
	char status[32]; /* its last word */
	char *error_message, *commit, *commit_message, *endpoint;
	int64_t number, duration_s; /* -1: not said */
	int64_t created_ms;         /* since the epoch; 0: not said */
	int64_t waits_since_ms;     /* mono: seen in a stage in which it waits; 0: it does not */
	int64_t warned_age_ms;
	struct mist_log log;
	bool log_full;                      /* no more lines can be told apart, and that was said */
	bool log_over;                      /* it was fetched after the end, or can't be */
	struct buf file;                    /* what came of the whole one */
	size_t file_at;                     /* the first line that is not given */
	bool file_open;                     /* its row was seen: lines are given as they come */
	bool file_held;                     /* the front end is behind: nothing more of it comes */
	void (*after_file)(struct mist *t); /* all of it is here; NULL: more will come */
	char *reason;                       /* the last error line of the log */
	char *last[MIST_LAST_LINES];
	size_t last_count; /* ever */

	/* the stream */
	struct websocket *socket;
	struct {
		bool off;                   /* it can't be had: the row is asked for */
		bool began_pending, reopen; /* opened before there was a log; to be opened again */
		unsigned lines;             /* on this connection */
		int64_t opened_ms;          /* mono */
	} live;

	/* questions, and connections of the stream */
	int tries, delay_ms;
	bool polled;    /* at least one was answered */
	bool by_log;    /* no list has it: the log's route tells whether it is over */
	int after_stop; /* questions since it was asked to stop */

	bool stopping; /* the server was asked to */
};

/* --- mist.c --- */

/* Come back in a turn of its own, or after a while. */
void mist_come_back(struct mist *t, int milliseconds, void (*next)(struct mist *t));
/* For that a question was cut short: stops it over there where a person wants that, or ends. */
void mist_interrupted(struct mist *t);

/* --- mist_call.c --- */

/* `body` is JSON or NULL; the rest is the route. `answered` fires once, from the loop, unless the
 * target is dropped. */
void mist_call(struct mist *t, const char *method, const char *body, mist_answer_fn *answered,
	const char *route, ...) __attribute__((format(printf, 5, 6)));
void mist_log_in(struct mist *t, void (*next)(struct mist *t));

/* --- mist_find.c --- */

/* All apps that the server lists, then `found`. Ends the target where that is not to be had. */
void mist_list_apps(struct mist *t, void (*found)(struct mist *t));
/* The one that the request names; NULL: err says what there is. */
const struct mist_app *mist_choose(const struct mist *t, struct berth_error *err);
void mist_apps_free(struct mist_app *apps, size_t count);

/* --- mist_deploy.c --- */

void mist_deploy(struct mist *t);
void mist_stop(struct mist *t);

/* --- mist_state.c --- */

/* A row: {"id", "status", "stage", "progress", ...}, or the data of a status event. */
void mist_take_state(struct mist *t, const json_t *row);
/* Says it where it waits for longer than it should. */
void mist_watch_age(struct mist *t);
/* A text of a JSON object, NULL if there is none or it is empty; a number, or `otherwise`. */
const char *mist_text_at(const json_t *object, const char *key);
int64_t mist_number_at(const json_t *object, const char *key, int64_t otherwise);

/* --- mist_output.c --- */

/* What a stream calls a line; err_stream: it was guessed to be an error. */
void mist_take_line(struct mist *t, const char *line, size_t len, bool err_stream);
/* The log as a whole, after the end, as it is fetched: before the first piece, a piece (with the
 * first one the row, NULL if that is not known yet), and the end of it; then `next`. */
void mist_begin_file(struct mist *t);
void mist_take_piece(struct mist *t, const json_t *row, const char *text, size_t len);
void mist_end_file(struct mist *t, const json_t *row, void (*next)(struct mist *t));

/* --- mist_live.c --- */

void mist_open_stream(struct mist *t);
void mist_leave_stream(struct mist *t);

/* --- mist_follow.c --- */

/* The deployment is known: until it is over, then to its end. */
void mist_follow(struct mist *t);
/* Only its id is known: over or not? */
void mist_attach(struct mist *t);
/* It is over: the log, the address, and the result. */
void mist_finish(struct mist *t);

/* --- mist_end.c --- */

/* It said no before anything began. */
void mist_end_refused(struct mist *t, enum berth_outcome outcome, const struct berth_error *err);
/* Nobody can say how it ended, and why. */
void mist_end_lost(struct mist *t, const struct berth_error *err);
/* Its row says that it is over. */
void mist_end_over(struct mist *t);
/* A person, or the time limit, ended it. */
void mist_end_stopped(struct mist *t);

/* --- mist_examine.c --- */

struct server_examine *mist_examine(
	const struct server_examine_setup *setup, struct berth_error *err);

/* --- mist_act.c --- */

struct server_act *mist_act(const struct server_act_setup *setup, struct berth_error *err);
extern const char *const mist_cannot[BERTH_DEEDS];

extern const struct server_login_way mist_login_way;

#endif
