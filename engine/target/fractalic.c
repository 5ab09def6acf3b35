#include "target/fractalic.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/trace.h"
#include "docker/client.h"
#include "loop/timer.h"

/* Of an answer that should have been a stream, or is a result. */
#define ANSWER_MAX (1u << 20)

struct fractalic_pace fractalic_pace = {
	.first_ms = 500,
	.cap_ms = 30000,
	.tries = 8,
	.quiet_ms = 5000,
	.settle_ms = 3000,
};

/* --- saying --- */

static void emit(struct fractalic *t, struct berth_event *event)
{
	t->setup.sink.emit(t->setup.sink.context, event);
}

void say_link(struct fractalic *t, enum berth_link link, int attempt, int64_t retry_in_ms)
{
	struct berth_event *event = berth_event_new(BERTH_EVENT_LINK, NULL, 0, NULL, 0);

	trace("fractalic", "link %s, attempt %d", berth_link_name(link), attempt);
	if (event != NULL) {
		event->link = link;
		event->attempt = attempt;
		event->attempts = attempt > 0 ? fractalic_pace.tries : 0;
		event->retry_in_ms = retry_in_ms;
	}
	emit(t, event);
}

void say_log(struct fractalic *t, enum berth_level level, const char *format, ...)
{
	struct berth_event *event;
	char text[1400];
	va_list args;

	va_start(args, format);
	vsnprintf(text, sizeof(text), format, args);
	va_end(args);
	event = berth_event_new(
		BERTH_EVENT_LOG, registry_stages[t->stage].name, 0, text, strlen(text));
	if (event != NULL)
		event->level = level;
	emit(t, event);
}

void say_status(struct fractalic *t, const char *message, size_t len)
{
	emit(t, berth_event_new(BERTH_EVENT_STATUS, registry_stages[t->stage].name, t->percent,
			message, len));
}

/* --- turns --- */

static void tear_down(struct fractalic *t)
{
	void (*closed)(void *) = t->closed;
	void *context = t->closed_context;

	timer_close(t->turn);
	timer_close(t->deadline);
	server_access_free(t->access);
	docker_free(t->docker);
	sse_release(&t->sse);
	buf_release(&t->answer);
	berth_result_free(t->result);
	free(t->result_server);
	free(t->lost.message);
	free(t->last_news);
	free(t->location);
	free(t->container);
	free(t->said_id);
	free(t->url);
	free(t->id);
	free(t);
	closed(context);
}

static bool in_flight(const struct fractalic *t)
{
	return t->access_open || t->xfer != NULL || t->connect != NULL || t->inspect != NULL ||
	       t->output != NULL;
}

static void on_turn(void *context)
{
	struct fractalic *t = context;

	if (t->closing)
		tear_down(t);
	else
		t->next(t);
}

void come_back(struct fractalic *t, int milliseconds, void (*next)(struct fractalic *t))
{
	t->next = next;
	timer_start(t->turn, (uint64_t)milliseconds);
}

bool is_dropped(struct fractalic *t)
{
	if (t->closing && !in_flight(t))
		timer_start(t->turn, 0);
	return t->closing;
}

bool is_stopped(const struct fractalic *t)
{
	return t->cancelled || t->timed_out;
}

static void drop_flight(struct fractalic *t)
{
	if (t->access_open)
		server_access_cancel(t->access);
	if (t->xfer != NULL)
		xfer_cancel(t->xfer);
	if (t->connect != NULL)
		docker_cancel(t->connect);
	if (t->inspect != NULL)
		docker_op_cancel(t->inspect);
	if (t->output != NULL)
		docker_op_cancel(t->output);
}

/* --- beginning --- */

static void access_given(void *context, const struct berth_error *err)
{
	struct fractalic *t = context;
	const char *secret;
	struct berth_error hidden = {0};

	t->access_open = false;
	if (is_dropped(t))
		return;
	if (is_stopped(t)) {
		end_stopped(t);
		return;
	}
	for (size_t i = 0; err == NULL && (secret = server_access_secret(t->access, i)) != NULL;
		i++)
		if (t->setup.sink.hide != NULL &&
			t->setup.sink.hide(t->setup.sink.context, NULL, secret, &hidden) < 0)
			err = &hidden;
	if (err != NULL) {
		end_refused(t, err->code == BERTH_E_USAGE ? BERTH_REJECTED : BERTH_UNREACHED, err);
		return;
	}
	if (t->watching)
		poll_begin(t);
	else
		post_begin(t);
}

static void open_access(struct fractalic *t)
{
	struct berth_error err = {0};

	t->access = server_access_start(t->setup.net, t->server, NULL, access_given, t, &err);
	t->access_open = t->access != NULL;
	if (!t->access_open)
		end_refused(t, BERTH_UNREACHED, &err);
}

static void warn_of_server(struct fractalic *t)
{
	if (t->server->insecure)
		say_log(t, BERTH_WARN,
			"The certificate of %s is not checked: 'insecure' is set for this target",
			t->server->url);
	if (server_access_in_the_clear(t->server))
		say_log(t, BERTH_WARN, "Credentials go to %s unencrypted", t->server->url);
}

static void begin(struct fractalic *t)
{
	struct berth_error err = {0};
	char text[256];
	int len;

	if (t->watching)
		len = snprintf(text, sizeof(text), "Following deployment %.100s", t->id);
	else
		len = snprintf(text, sizeof(text), "Checking the request for '%.100s'",
			t->request->name != NULL ? t->request->name : "");
	say_status(t, text, (size_t)len);
	if (t->server == NULL) {
		berth_error_set(
			&err, BERTH_E_USAGE, 0, "target '%s' has no url", t->request->target);
		end_refused(t, BERTH_REJECTED, &err);
		return;
	}
	if (!t->watching && request_check(t, &err) < 0) {
		end_refused(t, BERTH_REJECTED, &err);
		return;
	}
	warn_of_server(t);
	say_link(t, BERTH_CONNECTING, 0, 0);
	open_access(t);
}

/* --- the target's own functions --- */

static void stop(struct fractalic *t)
{
	if (in_flight(t))
		drop_flight(t);
	else
		come_back(t, 0, end_stopped);
}

static void time_is_up(void *context)
{
	struct fractalic *t = context;

	if (t->ended || t->result != NULL || is_stopped(t))
		return;
	t->timed_out = true;
	say_log(t, BERTH_WARN, "The time limit of %d s has passed", t->request->timeout_s);
	stop(t);
}

static void fractalic_cancel(struct target *target)
{
	struct fractalic *t = (struct fractalic *)target;

	/* Once the server's word is there, there is nothing left to cancel. */
	if (t->ended || t->result != NULL || is_stopped(t))
		return;
	t->cancelled = true;
	if (t->sent)
		say_log(t, BERTH_WARN, "Cancelling: closing the stream ends the run over there");
	stop(t);
}

static void fractalic_close(struct target *target, void (*closed)(void *context), void *context)
{
	struct fractalic *t = (struct fractalic *)target;

	t->closing = true;
	t->closed = closed;
	t->closed_context = context;
	timer_stop(t->turn);
	if (in_flight(t))
		drop_flight(t);
	else
		timer_start(t->turn, 0);
}

/* Only what was allocated by make(). */
static struct target *unmake(struct fractalic *t)
{
	timer_close(t->turn);
	timer_close(t->deadline);
	free(t->container);
	free(t->id);
	free(t);
	return NULL;
}

static struct target *make(
	const struct target_setup *setup, const char *id, struct berth_error *err)
{
	struct fractalic *t = calloc(1, sizeof(*t));

	if (t == NULL) {
		berth_error_set(err, BERTH_E_MEMORY, 0, "out of memory");
		return NULL;
	}
	t->base.ops = &fractalic_target_ops;
	t->setup = *setup;
	t->request = setup->deployment;
	t->server = setup->deployment->server;
	t->watching = id != NULL;
	t->began_ms = clock_mono_ms();
	t->turn = timer_new(setup->loop, on_turn, t, err);
	if (t->turn == NULL)
		return unmake(t);
	if (t->request->timeout_s > 0) {
		t->deadline = timer_new(setup->loop, time_is_up, t, err);
		if (t->deadline == NULL)
			return unmake(t);
		timer_start(t->deadline, (uint64_t)t->request->timeout_s * 1000);
	}
	if (id != NULL && (t->id = strdup(id)) == NULL) {
		berth_error_set(err, BERTH_E_MEMORY, 0, "out of memory");
		return unmake(t);
	}
	buf_init(&t->answer, ANSWER_MAX);
	sse_init(&t->sse, &(struct sse_handler){0});
	come_back(t, 0, begin);
	return &t->base;
}

static struct target *fractalic_start(const struct target_setup *setup, struct berth_error *err)
{
	return make(setup, NULL, err);
}

static struct target *fractalic_watch(
	const struct target_setup *setup, const char *id, struct berth_error *err)
{
	return make(setup, id, err);
}

const struct target_ops fractalic_target_ops = {
	.kind = "fractalic",
	.stages = {registry_stages, STAGE_COUNT},
	.cancelling =
		"This server has no way to cancel. Closing the stream destroys the run there, "
		"and what it has made so far stays.",
	.leaving = "Leaving destroys what runs there: it lives only as long as its stream.",
	.one_at_a_time = true,
	.start = fractalic_start,
	.watch = fractalic_watch,
	.examine = fractalic_examine,
	.cancel = fractalic_cancel,
	.close = fractalic_close,
};
