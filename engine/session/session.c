#include "session/session_private.h"

#include <stdlib.h>
#include <string.h>

#include "loop/timer.h"
#include "notify/notifier.h"
#include "session/run.h"

/* Log text that may wait for the front end; a screen takes 30 turns a second. */
#define MAX_WAITING_LOG (8u << 20)

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
	session->last_turn = timer_new(setup->loop, session_finish_close, session, err);
	session->next_turn = timer_new(setup->loop, session_advance, session, err);
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

struct run *session_find(const struct session *session, unsigned number)
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
	session_receive(run, run_end_event(run, BERTH_CANCELED, &why));
}

int session_cancel(struct session *session, unsigned number, struct berth_error *err)
{
	struct run *run = session_find(session, number);

	if (run == NULL)
		return berth_error_set(
			err, BERTH_E_NOT_FOUND, 0, "there is no deployment %u", number);
	if (run->player != NULL)
		return berth_error_set(err, BERTH_E_CONFLICT, 0,
			"deployment %u is only shown here: whoever runs it can cancel it", number);
	if (run->result_said)
		return berth_error_set(
			err, BERTH_E_CONFLICT, 0, "deployment %u has already ended", number);
	if (session_is_waiting(run))
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
	run = session_find(session, event->deployment);
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
	const struct run *run = session_find(session, number);

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
