/*
 * The session: the deployments that were started, their numbers and ids, and the one queue their
 * events go into.
 *
 * Everything a target says passes here once: secrets are taken out, number, id and time are filled
 * in, log lines are put into the log of their run. The sequence number is given when an event is
 * taken from the queue, so that the record has no gaps whatever the queue dropped.
 *
 * Where a kind of target takes one at a time, deployments to one server stand in line: those that
 * wait have said so in a log line, and begin by themselves.
 */
#ifndef SESSION_SESSION_H
#define SESSION_SESSION_H

#include <stdbool.h>

#include <berth/deployment.h>
#include <berth/engine.h>
#include <berth/event.h>
#include <berth/history.h>
#include <berth/recording.h>

struct berth_hooks;
#include <berth/recover.h>

struct journal_run;
struct net;
struct uv_loop_s;
struct player;
struct session;

struct session_setup {
	struct uv_loop_s *loop;
	struct net *net;
	void (*wakeup)(void *context); /* the queue stopped being empty, or a log grew */
	void *context;
	enum berth_logs logs;
	const char *log_folder;        /* copied; may be NULL */
	const char *runs_folder;       /* of the journals; copied; may be NULL */
	struct berth_history *history; /* what is run is recorded there; NULL: nowhere. Outlives the
					  session */
	struct berth_history_rules keep;
	const struct berth_hooks *hooks; /* copied; NULL: nobody is told anything */
};

struct session *session_new(const struct session_setup *setup, struct berth_error *err);
/* Drop what runs as it is; `closed` comes from the loop when nothing is left of it. */
void session_close(struct session *session, void (*closed)(void *context), void *context);

int session_deploy(struct session *session, const struct berth_deployment *deployment, bool follow,
	unsigned *number, struct berth_error *err);
int session_attach(struct session *session, const struct berth_deployment *deployment,
	const char *id, unsigned *number, struct berth_error *err);
/* See berth_engine_replay() and what follows it. */
int session_replay(struct session *session, struct berth_recording *recording, double speed,
	bool follow, unsigned *number, struct berth_error *err);
struct player *session_player(const struct session *session, unsigned number);
int session_replay_seek(struct session *session, unsigned number, int64_t position_ms,
	bool *restarted, struct berth_error *err);
/* Settle one that was cut off; it keeps its id. */
int session_recover(struct session *session, const struct journal_run *left,
	enum berth_recovery recovery, unsigned *number, struct berth_error *err);
/* This process sees all that runs to its end, without a terminal. */
void session_kept(struct session *session);
int session_cancel(struct session *session, unsigned number, struct berth_error *err);
struct berth_event *session_next(struct session *session);
struct berth_log *session_log(const struct session *session, unsigned number);
/* Say in the log of that deployment, or of the newest, what is wrong with its record. */
void session_record_trouble(
	struct session *session, const char *deployment_id, const struct berth_error *err);
/* How many hooks are under way. */
unsigned session_telling(const struct session *session);
unsigned session_running(const struct session *session);

#endif
