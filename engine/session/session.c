#include "session/session.h"

#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/trace.h"
#include "journal/journal_run.h"
#include "log/log_store.h"
#include "loop/timer.h"
#include "notify/notifier.h"
#include "session/player.h"
#include "session/port_chooser.h"
#include "session/queue.h"
#include "session/recorder.h"
#include "session/redact.h"
#include "session/run.h"
#include "session/run_log.h"
#include "session/run_record.h"
#include "session/run_tell.h"
#include "session/turns.h"
#include "store/store.h"
#include "target/target.h"

/* Log text that may wait for the front end; a screen takes 30 turns a second. */
#define MAX_WAITING_LOG (8u << 20)

struct session {
	struct session_setup setup;
	struct port_chooser chooser;
	struct port_leases leases;
	char *log_folder, *runs_folder;
	struct notifier *notifier; /* NULL: nobody is told */
	struct queue queue;
	struct run *runs; /* newest first */
	unsigned last_number;
	unsigned open_targets, open_logs;
	bool log_grew; /* since the front end found the queue empty */
	bool closing;
	struct turns turns;
	struct timer *next_turn; /* starts those whose turn it is */
	struct timer *last_turn; /* frees the session outside of any callback of its parts */
	void (*closed)(void *context);
	void *closed_context;
};

static void finish_close(void *context)
{
	struct session *session = context;
	void (*closed)(void *) = session->closed;
	void *closed_context = session->closed_context;

	timer_close(session->next_turn);
	timer_close(session->last_turn);
	queue_release(&session->queue);
	free(session->log_folder);
	free(session->runs_folder);
	while (session->runs != NULL) {
		struct run *run = session->runs;

		session->runs = run->next;
		run_free(run);
	}
	free(session);
	closed(closed_context);
}

static void advance(void *context);

static void all_told(void *context)
{
	struct session *session = context;

	session->setup.wakeup(session->setup.context);
}

static int open_parts(
	struct session *session, const struct session_setup *setup, struct berth_error *err)
{
	session->setup = *setup;
	session->setup.log_folder = NULL;
	session->setup.hooks = NULL;
	session->chooser = (struct port_chooser){setup->loop, setup->history};
	session->leases = port_chooser_leases(&session->chooser);
	if (setup->log_folder != NULL)
		session->log_folder = strdup(setup->log_folder);
	session->setup.runs_folder = NULL;
	if (setup->runs_folder != NULL)
		session->runs_folder = strdup(setup->runs_folder);
	if ((setup->log_folder != NULL && session->log_folder == NULL) ||
		(setup->runs_folder != NULL && session->runs_folder == NULL))
		return berth_error_set(err, BERTH_E_MEMORY, 0, "out of memory");
	session->last_turn = timer_new(setup->loop, finish_close, session, err);
	session->next_turn = timer_new(setup->loop, advance, session, err);
	if (session->last_turn == NULL || session->next_turn == NULL)
		return -1;
	if (berth_hooks_empty(setup->hooks))
		return 0;
	session->notifier = notifier_new(&(struct notifier_setup){.net = setup->net,
						 .hooks = setup->hooks,
						 .idle = all_told,
						 .context = session},
		err);
	return session->notifier != NULL ? 0 : -1;
}

struct session *session_new(const struct session_setup *setup, struct berth_error *err)
{
	struct session *session = calloc(1, sizeof(*session));

	if (session == NULL) {
		berth_error_set(err, BERTH_E_MEMORY, 0, "out of memory");
		return NULL;
	}
	if (open_parts(session, setup, err) == -1) {
		timer_close(session->last_turn);
		timer_close(session->next_turn);
		free(session->log_folder);
		free(session->runs_folder);
		free(session);
		return NULL;
	}
	queue_init(&session->queue, MAX_WAITING_LOG);
	return session;
}

static void log_closed(void *context)
{
	struct session *session = context;

	session->open_logs--;
	if (session->closing && session->open_targets == 0 && session->open_logs == 0)
		timer_start(session->last_turn, 0);
}

/* After those who have the last lines. */
static void close_logs(void *context)
{
	struct session *session = context;

	if (session->open_logs == 0)
		timer_start(session->last_turn, 0);
	for (struct run *run = session->runs; run != NULL; run = run->next) {
		if (run->recorder != NULL)
			recorder_close(run->recorder, log_closed, session);
		if (run->log != NULL)
			log_store_close(run->log, log_closed, session);
		run->recorder = NULL;
		run->log = NULL;
	}
}

/* After the targets, which have the last results. */
static void close_notifier(struct session *session)
{
	struct notifier *notifier = session->notifier;

	session->notifier = NULL;
	if (notifier != NULL)
		notifier_close(notifier, close_logs, session);
	else
		close_logs(session);
}

static void target_closed(void *context)
{
	struct run *run = context;
	struct session *session = run->session;

	run->target = NULL;
	session->open_targets--;
	if (session->closing && session->open_targets == 0)
		close_notifier(session);
}

void session_close(struct session *session, void (*closed)(void *context), void *context)
{
	session->closing = true;
	session->closed = closed;
	session->closed_context = context;
	if (session->open_targets == 0) {
		close_notifier(session);
		return;
	}
	for (struct run *run = session->runs; run != NULL; run = run->next)
		if (run->target != NULL)
			run->target->ops->close(run->target, target_closed, run);
}

static struct run *run_of(const struct turn *turn)
{
	return turn == NULL ? NULL : (struct run *)((char *)turn - offsetof(struct run, turn));
}

/* Its result is said: whoever stands behind it may go. */
static void give_way(struct run *run)
{
	run->result_said = true;
	TRACE("session", "ended", TRACE_TEXT("deployment_id", run->id),
		TRACE_TEXT("stage", run->stage),
		TRACE_NUMBER("ms", clock_mono_ms() - run->began_ms));
	if (run->turn.place == NULL)
		return;
	turns_leave(&run->session->turns, &run->turn);
	timer_start(run->session->next_turn, 0);
}

/* The stage the record ends in; NULL where it is not known how it ended. */
static const char *last_stage(enum berth_outcome outcome)
{
	switch (outcome) {
	case BERTH_DEPLOYED:
		return "completed";
	case BERTH_CANCELED:
		return "cancelled";
	case BERTH_UNKNOWN:
		return NULL;
	default:
		return "error";
	}
}

/* Said here for every kind of target. A failure leaves the percentage where it stood. */
static void tell_end(struct run *run, const struct berth_event *end)
{
	const char *stage = end->result != NULL ? last_stage(end->result->outcome) : NULL;
	struct berth_event *event;

	if (stage == NULL)
		return;
	event = berth_event_new(BERTH_EVENT_STATUS, stage,
		end->result->outcome == BERTH_DEPLOYED ? 100 : run->progress, end->message,
		end->message_len);
	if (event == NULL)
		return;
	event->deployment = end->deployment;
	event->deployment_id = end->deployment_id;
	event->time_ms = end->time_ms;
	recorder_event(run, event);
	queue_put(&run->session->queue, event);
}

static void wake(struct session *session)
{
	session->setup.wakeup(session->setup.context);
}

/* True if that is all that becomes of the line. */
static bool keep_line(struct run *run, const struct berth_event *event)
{
	struct session *session = run->session;

	if (run->log == NULL || run_log_add(run, event, NULL) == -1 ||
		session->setup.logs == BERTH_LOGS_BOTH)
		return false;
	if (!session->log_grew && queue_empty(&session->queue))
		wake(session);
	session->log_grew = true;
	return true;
}

static void receive(void *context, struct berth_event *event);

/* What hooks say while the session closes is for the log alone. */
static void receive_told(void *context, struct berth_event *event)
{
	struct run *run = context;

	if (!run->session->closing) {
		receive(run, event);
		return;
	}
	event->time_ms = clock_unix_ms();
	if (run->log != NULL && redact_event(&run->secrets, event, NULL) == 0)
		run_log_add(run, event, NULL);
	berth_event_free(event);
}

static void enter_stage(struct run *run, const char *stage)
{
	TRACE("session", "stage", TRACE_TEXT("deployment_id", run->id), TRACE_TEXT("stage", stage),
		TRACE_TEXT("before", run->stage),
		TRACE_NUMBER("ms", clock_mono_ms() - run->began_ms));
	snprintf(run->stage, sizeof(run->stage), "%s", stage);
}

static void receive(void *context, struct berth_event *event)
{
	struct run *run = context;
	struct session *session = run->session;
	bool was_empty = queue_empty(&session->queue);

	if (event == NULL || session->closing) {
		berth_event_free(event);
		return;
	}
	/* Without memory to clean a text it must not be shown at all; that it ended must. */
	if (redact_event(&run->secrets, event, NULL) == -1)
		redact_strip(event);
	event->deployment = run->number;
	event->deployment_id = run->id;
	if (event->time_ms == 0)
		event->time_ms = clock_unix_ms();
	if (event->type == BERTH_EVENT_LOG && keep_line(run, event)) {
		berth_event_free(event);
		return;
	}
	if (event->type == BERTH_EVENT_STATUS || event->type == BERTH_EVENT_PROGRESS)
		run->progress = event->progress;
	if (event->type == BERTH_EVENT_STATUS && event->stage != NULL)
		enter_stage(run, event->stage);
	run_record_event(run, event);
	if (event->type == BERTH_EVENT_RESULT) {
		give_way(run);
		/* A recording has that status itself, and is no news to the history or to others.
		 */
		if (run->player == NULL) {
			tell_end(run, event);
			run_tell(run, session->notifier, event, receive_told);
		}
		if (run->player == NULL && session->setup.history != NULL)
			store_keep(session->setup.history, &session->setup.keep);
	}
	if (event->type != BERTH_EVENT_LOG)
		recorder_event(run, event);
	if ((run->player != NULL ? queue_put_each : queue_put)(&session->queue, event) == 0 &&
		was_empty && !session->log_grew)
		wake(session);
}

/* After the result nothing comes of a run that is not followed: then only its log has it. */
static void warn(struct run *run, const char *text)
{
	struct berth_event *event = run_warning_event(run, text);

	if (event == NULL || !run->result_said || run->follow) {
		receive(run, event);
		return;
	}
	event->time_ms = clock_unix_ms();
	if (run->log != NULL)
		run_log_add(run, event, NULL);
	berth_event_free(event);
}

void session_record_trouble(
	struct session *session, const char *deployment_id, const struct berth_error *err)
{
	struct run *run = session->runs;

	while (run != NULL && strcmp(run->id, deployment_id) != 0)
		run = run->next;
	if (run == NULL)
		run = session->runs;
	if (run != NULL)
		warn(run, err->message);
}

static void log_lost(void *context, const struct berth_error *err)
{
	receive(context, run_log_lost_event(context, err));
}

static void recording_lost(void *context, const struct berth_error *err)
{
	struct berth_error why = *err;

	berth_error_wrap(&why, "From here on this run is not recorded");
	warn(context, why.message);
}

static bool is_full(void *context)
{
	const struct run *run = context;

	return queue_full(&run->session->queue) || (run->log != NULL && log_store_full(run->log));
}

static int hide(void *context, const char *name, const char *value, struct berth_error *err)
{
	struct run *run = context;

	trace_hide(name, value);
	return secrets_add(&run->secrets, name, value, err);
}

static bool same_text(const char *a, const char *b)
{
	return a == b || (a != NULL && b != NULL && strcmp(a, b) == 0);
}

/* Two deployments that replace each other's container would each take the other's for the old one.
 */
static const struct run *rival(
	const struct session *session, const struct berth_deployment *deployment)
{
	for (const struct run *run = session->runs; run != NULL; run = run->next)
		if (!run->result_said && run->player == NULL && deployment->container != NULL &&
			same_text(run->deployment->target, deployment->target) &&
			same_text(run->deployment->host, deployment->host) &&
			same_text(run->deployment->container, deployment->container))
			return run;
	return NULL;
}

/* At a server that takes one at a time it stands in line; what is only followed does not. */
static const char *place_of(const struct run *run, const struct target_ops *ops)
{
	const struct berth_server *server = run->deployment->server;

	return ops->one_at_a_time && server != NULL && run->attach == NULL ? server->url : NULL;
}

static int start(struct run *run, const struct target_ops *ops, struct berth_error *err)
{
	struct session *session = run->session;
	const struct target_setup setup = {
		.loop = session->setup.loop,
		.net = session->setup.net,
		.deployment = run->deployment,
		.deployment_id = run->id,
		.leases = &session->leases,
		.runs_folder = session->runs_folder,
		.recorded = run->recorded,
		.left = run->left,
		.recovery = run->recovery,
		.follow = run->follow,
		.sink = {.emit = receive, .full = is_full, .hide = hide, .context = run},
	};

	run->target = run->left != NULL     ? ops->recover(&setup, err)
		      : run->attach != NULL ? ops->watch(&setup, run->attach, err)
					    : ops->start(&setup, err);
	if (run->target == NULL)
		return -1;
	session->open_targets++;
	run_tell(run, session->notifier, NULL, receive_told);
	return 0;
}

static bool is_waiting(const struct run *run)
{
	return run->waits_for != NULL && !run->result_said;
}

static void tell_whom(struct run *run)
{
	const struct turn *ahead = turns_ahead(&run->turn);
	const struct run *other = run_of(ahead);

	if (other == run->waits_for)
		return;
	run->waits_for = other;
	run_record_queued(run);
	receive(run, run_waits_event(other));
}

static void begin_late(struct run *run)
{
	struct berth_error err;

	run->waits_for = NULL;
	TRACE("session", "has its turn", TRACE_TEXT("deployment_id", run->id));
	if (start(run, target_find(run->deployment->kind), &err) == -1)
		receive(run, run_end_event(run, BERTH_FAILED, &err));
}

/* From the loop, because the result that made room was said inside of another target. */
static void advance(void *context)
{
	struct session *session = context;

	for (struct run *run = session->runs; run != NULL && !session->closing; run = run->next) {
		if (!is_waiting(run))
			continue;
		if (turns_ahead(&run->turn) == NULL)
			begin_late(run);
		else
			tell_whom(run);
	}
}

static int check_rival(const struct session *session, const struct berth_deployment *deployment,
	struct berth_error *err)
{
	const struct run *other = rival(session, deployment);

	if (other == NULL)
		return 0;
	berth_error_set(err, BERTH_E_CONFLICT, 0,
		"deployment %u of container '%s' is still running", other->number,
		deployment->container);
	return berth_error_hint(err, "wait for it or cancel it, or give another --container");
}

static int admit(struct session *session, struct run *run, const struct target_ops *ops,
	unsigned *number, struct berth_error *err)
{
	const char *place = place_of(run, ops);

	run->number = session->last_number + 1;
	if (place != NULL)
		turns_join(&session->turns, &run->turn, place);
	if (turns_ahead(&run->turn) != NULL) {
		tell_whom(run);
	} else if (start(run, ops, err) == -1) {
		turns_leave(&session->turns, &run->turn);
		return -1;
	}
	session->last_number = run->number;
	run->next = session->runs;
	session->runs = run;
	*number = run->number;
	TRACE("session", "admitted", TRACE_NUMBER("number", run->number),
		TRACE_TEXT("deployment_id", run->id), TRACE_TEXT("name", run->deployment->name),
		TRACE_TEXT("target", run->deployment->target));
	return 0;
}

static int open_log(struct run *run, struct berth_error *err)
{
	struct session *session = run->session;

	if (session->setup.logs == BERTH_LOGS_AS_EVENTS)
		return 0;
	if (run_log_open(run, session->log_folder, log_lost, err) == -1)
		return -1;
	session->open_logs++;
	if (recorder_open(run, recording_lost, err) == -1)
		return -1;
	if (run->recorder != NULL)
		session->open_logs++;
	return 0;
}

/* It was never admitted. */
static void drop(struct run *run)
{
	if (run->recorder != NULL)
		recorder_close(run->recorder, log_closed, run->session);
	if (run->log != NULL)
		log_store_close(run->log, log_closed, run->session);
	run_free(run);
}

static int launch(struct session *session, struct run *run, const struct target_ops *ops,
	unsigned *number, struct berth_error *err)
{
	struct berth_error cause;

	run->session = session;
	run->loop = session->setup.loop;
	if (run->left == NULL && open_log(run, err) == -1) {
		drop(run);
		return -1;
	}
	if (session->setup.history != NULL)
		run_record_begin(run, session->setup.history);
	if (admit(session, run, ops, number, &cause) == 0)
		return 0;
	run_record_failed(run, &cause);
	drop(run);
	if (err != NULL)
		*err = cause;
	return -1;
}

static int begin(struct session *session, const struct berth_deployment *deployment,
	const char *attach, bool follow, unsigned *number, struct berth_error *err)
{
	const struct target_ops *ops = target_find(deployment->kind);
	struct run *run;

	if (ops == NULL)
		return berth_error_set(err, BERTH_E_USAGE, 0, "target '%s' is of unknown kind '%s'",
			deployment->target, deployment->kind);
	if (attach != NULL && ops->watch == NULL)
		return berth_error_set(err, BERTH_E_USAGE, 0,
			"target '%s' is of kind '%s', which has nothing to watch: expected a "
			"deploy "
			"server",
			deployment->target, deployment->kind);
	/* Those that stand in line never meet. */
	if (!ops->one_at_a_time && check_rival(session, deployment, err) == -1)
		return -1;
	run = run_new(deployment, attach, err);
	if (run == NULL)
		return -1;
	run->follow = follow;
	return launch(session, run, ops, number, err);
}

/* Without a log of its own: what was said of it before is in the one it has. */
int session_recover(struct session *session, const struct journal_run *left,
	enum berth_recovery recovery, unsigned *number, struct berth_error *err)
{
	const struct target_ops *ops = target_find(left->request->kind);
	struct run *run;

	if (ops == NULL || ops->recover == NULL)
		return berth_error_set(err, BERTH_E_USAGE, 0,
			"a deployment to target '%s' can't be recovered", left->request->target);
	if (check_rival(session, left->request, err) == -1)
		return -1;
	run = run_new(left->request, NULL, err);
	if (run == NULL)
		return -1;
	run->recovery = recovery;
	if (run_take_up(run, left, err) == -1) {
		run_free(run);
		return -1;
	}
	return launch(session, run, ops, number, err);
}

int session_deploy(struct session *session, const struct berth_deployment *deployment, bool follow,
	unsigned *number, struct berth_error *err)
{
	return begin(session, deployment, NULL, follow, number, err);
}

int session_attach(struct session *session, const struct berth_deployment *deployment,
	const char *id, unsigned *number, struct berth_error *err)
{
	return begin(session, deployment, id, false, number, err);
}

static struct run *find(const struct session *session, unsigned number)
{
	for (struct run *run = session->runs; run != NULL; run = run->next)
		if (run->number == number)
			return run;
	return NULL;
}

/* --- what is only shown --- */

static int open_replay_log(struct run *run, struct berth_error *err)
{
	struct session *session = run->session;

	if (session->setup.logs == BERTH_LOGS_AS_EVENTS)
		return 0;
	if (run_log_open_nameless(run, session->log_folder, log_lost, err) == -1)
		return -1;
	session->open_logs++;
	return 0;
}

static void put_in_front(struct session *session, struct run *run)
{
	run->target = player_target(run->player);
	session->open_targets++;
	run->number = ++session->last_number;
	run->next = session->runs;
	session->runs = run;
}

int session_replay(struct session *session, struct berth_recording *recording, double speed,
	bool follow, unsigned *number, struct berth_error *err)
{
	const struct berth_recording_info *info = berth_recording_info(recording);
	struct run *run = run_new(info->deployment, NULL, err);

	if (run == NULL)
		return -1;
	run->session = session;
	run->loop = session->setup.loop;
	snprintf(run->id, sizeof(run->id), "%s", info->deployment_id);
	if (open_replay_log(run, err) == 0)
		run->player = player_new(&(struct player_setup){.loop = run->loop,
						 .sink = {.emit = receive,
							 .full = is_full,
							 .hide = hide,
							 .context = run},
						 .speed = speed,
						 .follow = follow},
			recording, err);
	if (run->player == NULL) {
		drop(run);
		return -1;
	}
	put_in_front(session, run);
	*number = run->number;
	return 0;
}

struct player *session_player(const struct session *session, unsigned number)
{
	const struct run *run = find(session, number);

	return run != NULL ? run->player : NULL;
}

/* As it was before its first event. */
static int restart(struct run *run, struct berth_error *err)
{
	struct berth_log *before = run->log;

	run->log = NULL;
	if (before != NULL && open_replay_log(run, err) == -1) {
		run->log = before;
		return -1;
	}
	if (before != NULL)
		log_store_close(before, log_closed, run->session);
	queue_forget(&run->session->queue, run->number);
	run->seq = 0;
	run->progress = 0;
	run->stage[0] = '\0';
	run->result_said = run->result_taken = false;
	return 0;
}

int session_replay_seek(struct session *session, unsigned number, int64_t position_ms,
	bool *restarted, struct berth_error *err)
{
	struct run *run = find(session, number);

	if (run == NULL || run->player == NULL)
		return berth_error_set(
			err, BERTH_E_NOT_FOUND, 0, "deployment %u is no replay", number);
	*restarted = player_goes_back(run->player, position_ms);
	if (*restarted && restart(run, err) == -1)
		return -1;
	player_seek(run->player, position_ms);
	return 0;
}

static void cancel_waiting(struct run *run)
{
	struct berth_error why;

	berth_error_set(&why, BERTH_E_CANCELLED, 0,
		"cancelled while it waited for its turn: nothing was sent");
	receive(run, run_end_event(run, BERTH_CANCELED, &why));
}

int session_cancel(struct session *session, unsigned number, struct berth_error *err)
{
	struct run *run = find(session, number);

	if (run == NULL)
		return berth_error_set(
			err, BERTH_E_NOT_FOUND, 0, "there is no deployment %u", number);
	if (run->player != NULL)
		return berth_error_set(err, BERTH_E_CONFLICT, 0,
			"deployment %u is only shown here: whoever runs it can cancel it", number);
	if (run->result_said)
		return berth_error_set(
			err, BERTH_E_CONFLICT, 0, "deployment %u has already ended", number);
	if (is_waiting(run))
		cancel_waiting(run);
	else
		run->target->ops->cancel(run->target);
	return 0;
}

void session_kept(struct session *session)
{
	for (struct run *run = session->runs; run != NULL; run = run->next)
		if (run->target != NULL && run->target->ops->kept != NULL && !run->result_said)
			run->target->ops->kept(run->target);
}

struct berth_event *session_next(struct session *session)
{
	struct berth_event *event = queue_take(&session->queue);
	struct run *run;

	if (event == NULL) {
		session->log_grew = false;
		return NULL;
	}
	run = find(session, event->deployment);
	if (event->time_ms == 0)
		event->time_ms = clock_unix_ms();
	if (!run->result_taken)
		event->seq = ++run->seq;
	if (event->type == BERTH_EVENT_RESULT)
		run->result_taken = true;
	return event;
}

struct berth_log *session_log(const struct session *session, unsigned number)
{
	const struct run *run = find(session, number);

	return run != NULL ? run->log : NULL;
}

unsigned session_telling(const struct session *session)
{
	return session->notifier != NULL ? notifier_busy(session->notifier) : 0;
}

unsigned session_running(const struct session *session)
{
	unsigned count = 0;

	for (const struct run *run = session->runs; run != NULL; run = run->next)
		if (!run->result_said && run->player == NULL)
			count++;
	return count;
}
