#include "session/session_private.h"

#include <stdlib.h>

#include "log/log_store.h"
#include "loop/timer.h"
#include "notify/notifier.h"
#include "session/recorder.h"
#include "session/run.h"

void session_finish_close(void *context)
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

void session_log_closed(void *context)
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
			recorder_close(run->recorder, session_log_closed, session);
		if (run->log != NULL)
			log_store_close(run->log, session_log_closed, session);
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

void session_drop(struct run *run)
{
	if (run->recorder != NULL)
		recorder_close(run->recorder, session_log_closed, run->session);
	if (run->log != NULL)
		log_store_close(run->log, session_log_closed, run->session);
	run_free(run);
}
