#include "session/session.h"

#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/trace.h"
#include "log/log_store.h"
#include "loop/timer.h"
#include "session/port_chooser.h"
#include "session/queue.h"
#include "session/redact.h"
#include "session/run.h"
#include "session/run_log.h"
#include "session/run_record.h"
#include "session/turns.h"
#include "store/store.h"
#include "target/target.h"

/* Log text that may wait for the front end; a screen takes 30 turns a second. */
#define MAX_WAITING_LOG (8u << 20)

struct session {
	struct session_setup setup;
	struct port_chooser chooser;
	struct port_leases leases;
	char *log_folder;
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
	while (session->runs != NULL) {
		struct run *run = session->runs;

		session->runs = run->next;
		run_free(run);
	}
	free(session);
	closed(closed_context);
}

static void advance(void *context);

struct session *session_new(const struct session_setup *setup, struct berth_error *err)
{
	struct session *session = calloc(1, sizeof(*session));

	if (session == NULL) {
		berth_error_set(err, BERTH_E_MEMORY, 0, "out of memory");
		return NULL;
	}
	session->setup = *setup;
	session->setup.log_folder = NULL;
	session->chooser = (struct port_chooser){setup->loop, setup->history};
	session->leases = port_chooser_leases(&session->chooser);
	if (setup->log_folder != NULL)
		session->log_folder = strdup(setup->log_folder);
	session->last_turn = timer_new(setup->loop, finish_close, session, err);
	session->next_turn = timer_new(setup->loop, advance, session, err);
	if (session->last_turn == NULL || session->next_turn == NULL ||
		(setup->log_folder != NULL && session->log_folder == NULL)) {
		timer_close(session->last_turn);
		timer_close(session->next_turn);
		free(session->log_folder);
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

/* After the targets, which have the last lines. */
static void close_logs(struct session *session)
{
	if (session->open_logs == 0)
		timer_start(session->last_turn, 0);
	for (struct run *run = session->runs; run != NULL; run = run->next) {
		if (run->log != NULL)
			log_store_close(run->log, log_closed, session);
		run->log = NULL;
	}
}

static void target_closed(void *context)
{
	struct run *run = context;
	struct session *session = run->session;

	run->target = NULL;
	session->open_targets--;
	if (session->closing && session->open_targets == 0)
		close_logs(session);
}

void session_close(struct session *session, void (*closed)(void *context), void *context)
{
	session->closing = true;
	session->closed = closed;
	session->closed_context = context;
	if (session->open_targets == 0) {
		close_logs(session);
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
		snprintf(run->stage, sizeof(run->stage), "%s", event->stage);
	run_record_event(run, event);
	if (event->type == BERTH_EVENT_RESULT) {
		give_way(run);
		tell_end(run, event);
		if (session->setup.history != NULL)
			store_keep(session->setup.history, &session->setup.keep);
	}
	if (queue_put(&session->queue, event) == 0 && was_empty && !session->log_grew)
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

static bool is_full(void *context)
{
	const struct run *run = context;

	return queue_full(&run->session->queue) || (run->log != NULL && log_store_full(run->log));
}

static int hide(void *context, const char *name, const char *value, struct berth_error *err)
{
	struct run *run = context;

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
		if (!run->result_said && deployment->container != NULL &&
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
		.follow = run->follow,
		.sink = {.emit = receive, .full = is_full, .hide = hide, .context = run},
	};

	run->target = run->attach != NULL ? ops->watch(&setup, run->attach, err)
					  : ops->start(&setup, err);
	if (run->target == NULL)
		return -1;
	session->open_targets++;
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
	trace("session", "deployment %u has its turn", run->number);
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
	trace("session", "deployment %u is %s on '%s'", run->number, run->id,
		run->deployment->target);
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
	return 0;
}

/* It was never admitted. */
static void drop(struct run *run)
{
	if (run->log != NULL)
		log_store_close(run->log, log_closed, run->session);
	run_free(run);
}

static int begin(struct session *session, const struct berth_deployment *deployment,
	const char *attach, bool follow, unsigned *number, struct berth_error *err)
{
	const struct target_ops *ops = target_find(deployment->kind);
	struct berth_error cause;
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
	run->session = session;
	run->loop = session->setup.loop;
	run->follow = follow;
	if (open_log(run, err) == -1) {
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
	if (run->result_said)
		return berth_error_set(
			err, BERTH_E_CONFLICT, 0, "deployment %u has already ended", number);
	if (is_waiting(run))
		cancel_waiting(run);
	else
		run->target->ops->cancel(run->target);
	return 0;
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

unsigned session_running(const struct session *session)
{
	unsigned count = 0;

	for (const struct run *run = session->runs; run != NULL; run = run->next)
		if (!run->result_said)
			count++;
	return count;
}
