#include "session/session_private.h"

#include <stdio.h>
#include <string.h>

#include "base/trace.h"
#include "log/log_store.h"
#include "loop/timer.h"
#include "session/recorder.h"
#include "session/redact.h"
#include "session/run.h"
#include "session/run_log.h"
#include "session/run_record.h"
#include "session/run_tell.h"
#include "store/store.h"

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

/* What hooks say while the session closes is for the log alone. */
void session_receive_told(void *context, struct berth_event *event)
{
	struct run *run = context;

	if (!run->session->closing) {
		session_receive(run, event);
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

void session_receive(void *context, struct berth_event *event)
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
			run_tell(run, session->notifier, event, session_receive_told);
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
		session_receive(run, event);
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

void session_log_lost(void *context, const struct berth_error *err)
{
	session_receive(context, run_log_lost_event(context, err));
}

void session_recording_lost(void *context, const struct berth_error *err)
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

struct target_sink session_sink(struct run *run)
{
	return (struct target_sink){
		.emit = session_receive, .full = is_full, .hide = hide, .context = run};
}
