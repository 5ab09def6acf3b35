#include "target/server/server_run.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/trace.h"
#include "loop/timer.h"

/* --- what is said --- */

static void emit(struct server_run *run, struct berth_event *event)
{
	run->setup.sink.emit(run->setup.sink.context, event);
}

static const char *stage_name(const struct server_run *run)
{
	return run->kind->ops->stages.stages[run->stage].name;
}

void server_run_say_link(
	struct server_run *run, enum berth_link link, int attempt, int64_t retry_in_ms)
{
	struct berth_event *event = berth_event_new(BERTH_EVENT_LINK, NULL, 0, NULL, 0);

	trace(run->kind->ops->kind, "link %s, attempt %d", berth_link_name(link), attempt);
	if (event != NULL) {
		event->link = link;
		event->attempt = attempt;
		event->attempts = attempt > 0 ? *run->kind->tries : 0;
		event->retry_in_ms = retry_in_ms;
	}
	emit(run, event);
}

void server_run_say(struct server_run *run, enum berth_level level, const char *format, ...)
{
	struct berth_event *event;
	char text[1400];
	va_list args;

	va_start(args, format);
	vsnprintf(text, sizeof(text), format, args);
	va_end(args);
	event = berth_event_new(BERTH_EVENT_LOG, stage_name(run), 0, text, strlen(text));
	if (event != NULL)
		event->level = level;
	emit(run, event);
}

void server_run_say_status(struct server_run *run, const char *message, size_t len)
{
	emit(run, berth_event_new(BERTH_EVENT_STATUS, stage_name(run), run->percent, message, len));
}

void server_run_say_result(struct server_run *run, struct berth_result *result, char *server)
{
	const char *message = result != NULL && result->message != NULL ? result->message : "";
	struct berth_event *event;

	run->ended = true;
	if (run->deadline != NULL)
		timer_stop(run->deadline);
	event = berth_event_new(BERTH_EVENT_RESULT, NULL, 0, message, strlen(message));
	if (event == NULL) {
		berth_result_free(result);
		free(server);
		return;
	}
	event->result = result;
	event->server = server;
	emit(run, event);
}

struct berth_result *server_run_result(const struct server_run *run, enum berth_outcome outcome)
{
	struct berth_result *result = berth_result_new();

	if (result != NULL) {
		result->outcome = outcome;
		result->duration_ms = clock_mono_ms() - run->began_ms;
	}
	return result;
}

/* --- turns --- */

bool server_run_in_flight(const struct server_run *run)
{
	return run->access_open || run->xfer != NULL ||
	       (run->kind->busy != NULL && run->kind->busy(run));
}

void server_run_cut(struct server_run *run)
{
	if (run->access_open)
		server_access_cancel(run->access);
	if (run->xfer != NULL)
		xfer_cancel(run->xfer);
	if (run->kind->drop != NULL)
		run->kind->drop(run);
}

static void on_turn(void *context)
{
	struct server_run *run = context;
	void (*closed)(void *) = run->closed;
	void *closed_context = run->closed_context;

	if (!run->closing) {
		run->kind->turn(run);
		return;
	}
	run->kind->release(run);
	closed(closed_context);
}

void server_run_pause(struct server_run *run, int milliseconds)
{
	timer_start(run->turn, (uint64_t)milliseconds);
}

bool server_run_is_dropped(struct server_run *run)
{
	if (run->closing && !server_run_in_flight(run))
		timer_start(run->turn, 0);
	return run->closing;
}

bool server_run_is_stopped(const struct server_run *run)
{
	return run->cancelled || run->timed_out;
}

/* --- entering --- */

static void access_given(void *context, const struct berth_error *err)
{
	struct server_run *run = context;
	const struct target_sink *sink = &run->setup.sink;
	struct berth_error hidden = {0};
	const char *secret;

	run->access_open = false;
	if (server_run_is_dropped(run))
		return;
	if (server_run_is_stopped(run)) {
		run->kind->stopped(run);
		return;
	}
	for (size_t i = 0; err == NULL && (secret = server_access_secret(run->access, i)) != NULL;
		i++)
		if (sink->hide != NULL && sink->hide(sink->context, NULL, secret, &hidden) < 0)
			err = &hidden;
	if (err != NULL)
		run->kind->refused(
			run, err->code == BERTH_E_USAGE ? BERTH_REJECTED : BERTH_UNREACHED, err);
	else
		run->kind->entered(run);
}

static void warn_of_server(struct server_run *run)
{
	if (run->server->insecure)
		server_run_say(run, BERTH_WARN,
			"The certificate of %s is not checked: 'insecure' is set for this target",
			run->server->url);
	if (server_access_in_the_clear(run->server))
		server_run_say(
			run, BERTH_WARN, "Credentials go to %s unencrypted", run->server->url);
}

int server_run_check(struct server_run *run)
{
	struct berth_error err = {0};

	if (run->server != NULL)
		return 0;
	berth_error_set(&err, BERTH_E_USAGE, 0, "target '%s' has no url", run->request->target);
	run->kind->refused(run, BERTH_REJECTED, &err);
	return -1;
}

void server_run_enter(struct server_run *run)
{
	struct berth_error err = {0};

	warn_of_server(run);
	server_run_say_link(run, BERTH_CONNECTING, 0, 0);
	run->access = server_access_start(
		run->setup.net, run->server, run->kind->cookie, access_given, run, &err);
	run->access_open = run->access != NULL;
	if (!run->access_open)
		run->kind->refused(run, BERTH_UNREACHED, &err);
}

/* --- stopping --- */

static bool can_stop(const struct server_run *run)
{
	return !run->ended && !server_run_is_stopped(run) &&
	       (run->kind->is_over == NULL || !run->kind->is_over(run));
}

static void time_is_up(void *context)
{
	struct server_run *run = context;

	if (!can_stop(run))
		return;
	run->timed_out = true;
	server_run_say(
		run, BERTH_WARN, "The time limit of %d s has passed", run->request->timeout_s);
	run->kind->stop(run);
}

void server_run_cancel(struct server_run *run, const char *words)
{
	if (!can_stop(run))
		return;
	run->cancelled = true;
	if (words != NULL)
		server_run_say(run, BERTH_WARN, "%s", words);
	run->kind->stop(run);
}

void server_run_close(struct target *target, void (*closed)(void *context), void *context)
{
	struct server_run *run = (struct server_run *)target;

	run->closing = true;
	run->closed = closed;
	run->closed_context = context;
	timer_stop(run->turn);
	if (server_run_in_flight(run))
		server_run_cut(run);
	else
		timer_start(run->turn, 0);
}

/* --- lifetime --- */

int server_run_init(struct server_run *run, const struct server_run_kind *kind,
	const struct target_setup *setup, bool watching, struct berth_error *err)
{
	run->base.ops = kind->ops;
	run->kind = kind;
	run->setup = *setup;
	run->request = setup->deployment;
	run->server = setup->deployment->server;
	run->watching = watching;
	run->began_ms = clock_mono_ms();
	run->turn = timer_new(setup->loop, on_turn, run, err);
	if (run->turn == NULL)
		return -1;
	if (run->request->timeout_s <= 0)
		return 0;
	run->deadline = timer_new(setup->loop, time_is_up, run, err);
	if (run->deadline == NULL)
		return -1;
	timer_start(run->deadline, (uint64_t)run->request->timeout_s * 1000);
	return 0;
}

void server_run_release(struct server_run *run)
{
	server_access_free(run->access);
	timer_close(run->turn);
	timer_close(run->deadline);
}
