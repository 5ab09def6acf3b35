/*
 * The engine: starts, watches and cancels deployments, without a screen.
 *
 * One thread, one libuv loop that the caller owns and runs. No function here blocks. The engine
 * calls `wakeup` when its event queue stops being empty, a log grew or an endpoint changed; wakeup
 * may only make a note (for example uv_async_send or uv_idle_start); the caller then drains
 * berth_engine_next() in its own turn.
 *
 * SIGPIPE must be ignored by the program before the first call.
 */
#ifndef BERTH_ENGINE_H
#define BERTH_ENGINE_H

#include <berth/deployment.h>
#include <berth/error.h>
#include <berth/event.h>
#include <berth/finding.h>
#include <berth/history.h>
#include <berth/hooks.h>
#include <berth/log.h>
#include <berth/recover.h>
#include <berth/target.h>

struct uv_loop_s;
struct berth_engine;

/* What becomes of log lines. Those that are kept are read through berth_engine_log(). */
enum berth_logs { BERTH_LOGS_AS_EVENTS, BERTH_LOGS_KEPT, BERTH_LOGS_BOTH };

struct berth_engine_options {
	struct uv_loop_s *loop; /* outlives the engine */
	void (*wakeup)(void *context);
	void *context;
	enum berth_logs logs;
	const char *log_folder; /* each deployment's log becomes a file here, which is made when it
				   is needed; copied. NULL: the newest lines are kept in memory */
	const char *history;    /* the database that runs are recorded in, made when it is needed;
				   copied. NULL: they are not */
	const char *runs;       /* folder of the journals of deployments in flight, made when it is
				   needed; copied. NULL: nothing can be recovered */
	struct berth_history_rules keep; /* applied after each run */
	/* Who is told of deployments; copied. NULL: nobody. */
	const struct berth_hooks *hooks;
	/* Just before it is closed: so many runs could not be recorded; 0: all could, but there is
	 * something to be said of it. May be NULL. */
	void (*unrecorded)(void *context, unsigned runs, const struct berth_error *why);
};

struct berth_engine *berth_engine_new(
	const struct berth_engine_options *options, struct berth_error *err);

/* Stop everything as it is (running deployments are not rolled back: cancel them first and wait for
 * their result), close all handles, then call `closed` from the loop; the engine is freed just
 * before. After that uv_loop_close() succeeds if the caller's own handles are closed too. */
void berth_engine_close(struct berth_engine *engine, void (*closed)(void *context), void *context);

/* Start a deployment. The request is copied. *number is the session's number for it, from 1. With
 * `follow` the container's output keeps coming after the result, as events with seq 0, until the
 * container ends; of a deploy server's only where the target names its Docker engine. Deployments
 * to one server wait for each other where they would collide there. Fails only if the kind of
 * target is unknown or memory is short; all else is reported by the record's result. */
int berth_engine_deploy(struct berth_engine *engine, const struct berth_deployment *deployment,
	bool follow, unsigned *number, struct berth_error *err);

/* Follow a deployment that runs on a server already, by the server's id of it; nothing is sent but
 * questions. Of the deployment only target, kind, server and name count. Fails if the kind can't
 * be followed. */
int berth_engine_attach(struct berth_engine *engine, const struct berth_deployment *deployment,
	const char *id, unsigned *number, struct berth_error *err);

/* Find out what a deployment on a deploy server would meet, by questions that start nothing. Of the
 * deployment target, kind and server count; without a kind that is what is found out. It must
 * outlive this. `found` gets the findings and
 * then NULL, exactly once, from the loop, also when the engine is closed. Fails if the kind can't
 * be examined, or one is being examined. */
int berth_engine_examine(struct berth_engine *engine, const struct berth_deployment *deployment,
	berth_finding_fn *found, void *context, struct berth_error *err);

/* Ask a running deployment to stop and put things back. Its result comes as an event. Fails if it
 * is unknown or has ended. Asking twice is no error. */
int berth_engine_cancel(struct berth_engine *engine, unsigned number, struct berth_error *err);

/* Before the program is copied by fork(), which SQLite does not survive: let go of the history's
 * file until it is used again. True once it is. */
bool berth_engine_rest(struct berth_engine *engine);
/* This process, perhaps another than before, sees to their end what runs, without a terminal. That
 * is noted for whoever finds it. */
void berth_engine_kept(struct berth_engine *engine);

/* The next event, or NULL when there is none now. Caller frees. */
struct berth_event *berth_engine_next(struct berth_engine *engine);

/* The log of a deployment; NULL if logs are not kept or there is none of that number. */
struct berth_log *berth_engine_log(const struct berth_engine *engine, unsigned number);

/* The record of this and earlier sessions; NULL if there is none. Borrowed: closed with the engine,
 * which answers what is still asked of it. */
struct berth_history *berth_engine_history(const struct berth_engine *engine);

/* How many hooks and posts are under way. Their lines come as log lines of the deployment, after
 * its result with seq 0; `wakeup` tells of the last one's end. A close gives them 2 s. */
unsigned berth_engine_telling(const struct berth_engine *engine);

/* How many deployments have no result yet. */
unsigned berth_engine_running(const struct berth_engine *engine);

/*
 * The Docker endpoint of the header line: who answers there, kept up to date by its event stream.
 * Costs nothing while nothing happens. Watching another host replaces the one watched.
 */
enum berth_reach { BERTH_REACH_NONE, BERTH_REACH_TRYING, BERTH_REACH_LIVE, BERTH_REACH_LOST };

struct berth_endpoint {
	enum berth_reach reach;
	char address[256];        /* "unix:///var/run/docker.sock" */
	char version[64];         /* of the engine, "24.0.7"; empty until known */
	char api[16];             /* negotiated, "1.41" */
	struct berth_error error; /* when LOST: why; the message lists what was tried */
};

int berth_engine_watch(struct berth_engine *engine, const char *host, struct berth_error *err);
const struct berth_endpoint *berth_engine_endpoint(const struct berth_engine *engine);

/*
 * A look at a Docker engine before a deployment, without changing anything: which image it would
 * be, and what would be replaced. A new one takes the place of the old. `wakeup` tells that it
 * changed.
 */
enum berth_survey_state {
	BERTH_SURVEY_NONE,
	BERTH_SURVEY_ASKING,
	BERTH_SURVEY_DONE,
	BERTH_SURVEY_FAILED
};

struct berth_survey {
	enum berth_survey_state state;
	bool has_image;  /* the engine has it; else it is pulled, and its digest is not known yet */
	char digest[80]; /* "sha256:..." */
	bool has_container; /* one of that name is there */
	bool is_ours;       /* and berth made it */
	char container_id[16], container_image[256], container_status[24];
	struct berth_error error; /* when FAILED */
};

/* Fails for a kind of target that is no Docker engine. */
int berth_engine_survey(struct berth_engine *engine, const struct berth_deployment *deployment,
	struct berth_error *err);
const struct berth_survey *berth_engine_surveyed(const struct berth_engine *engine);

#endif
