#include "target/mist.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/trace.h"
#include "loop/timer.h"
#include "loop/websocket.h"
#include "target/server_login.h"

struct mist_pace mist_pace = {
	.first_ms = 500,
	.steady_ms = 4000,
	.cap_ms = 30000,
	.tries = 10,
	.stale_ms = 10 * 60 * 1000,
	.live = true,
	.linger_ms = 3000,
	.early_ms = 9000,
};

/* --- saying --- */

static void emit(struct mist *t, struct berth_event *event)
{
	t->setup.sink.emit(t->setup.sink.context, event);
}

void mist_say_link(struct mist *t, enum berth_link link, int attempt, int64_t retry_in_ms)
{
	struct berth_event *event = berth_event_new(BERTH_EVENT_LINK, NULL, 0, NULL, 0);

	trace("mist", "link %s, attempt %d", berth_link_name(link), attempt);
	if (event != NULL) {
		event->link = link;
		event->attempt = attempt;
		event->attempts = attempt > 0 ? mist_pace.tries : 0;
		event->retry_in_ms = retry_in_ms;
	}
	emit(t, event);
}

void mist_say(struct mist *t, enum berth_level level, const char *format, ...)
{
	struct berth_event *event;
	char text[1400];
	va_list args;

	va_start(args, format);
	vsnprintf(text, sizeof(text), format, args);
	va_end(args);
	event = berth_event_new(BERTH_EVENT_LOG, mist_stages[t->stage].name, 0, text, strlen(text));
	if (event != NULL)
		event->level = level;
	emit(t, event);
}

void mist_say_status(struct mist *t, const char *message)
{
	emit(t, berth_event_new(BERTH_EVENT_STATUS, mist_stages[t->stage].name, t->percent, message,
			strlen(message)));
}

/* --- turns --- */

static void release(struct mist *t)
{
	mist_apps_free(t->projects, t->project_count);
	mist_apps_free(t->apps, t->app_count);
	mist_log_release(&t->log);
	for (size_t i = 0; i < MIST_LAST_LINES; i++)
		free(t->last[i]);
	json_decref(t->file);
	free(t->call.method);
	free(t->call.url);
	free(t->call.body);
	free(t->call.location);
	free(t->error_message);
	free(t->commit);
	free(t->commit_message);
	free(t->endpoint);
	free(t->reason);
	server_access_free(t->access);
	timer_close(t->turn);
	timer_close(t->deadline);
	free(t);
}

static bool in_flight(const struct mist *t)
{
	return t->access_open || t->login != NULL || t->xfer != NULL || t->socket != NULL;
}

static void on_turn(void *context)
{
	struct mist *t = context;
	void (*closed)(void *) = t->closed;
	void *closed_context = t->closed_context;

	if (!t->closing) {
		t->next(t);
		return;
	}
	release(t);
	closed(closed_context);
}

void mist_come_back(struct mist *t, int milliseconds, void (*next)(struct mist *t))
{
	t->next = next;
	timer_start(t->turn, (uint64_t)milliseconds);
}

bool mist_is_dropped(struct mist *t)
{
	if (t->closing && !in_flight(t))
		timer_start(t->turn, 0);
	return t->closing;
}

bool mist_is_stopped(const struct mist *t)
{
	return t->cancelled || t->timed_out;
}

static void drop_flight(struct mist *t)
{
	if (t->access_open)
		server_access_cancel(t->access);
	if (t->login != NULL)
		server_login_cancel(t->login);
	if (t->xfer != NULL)
		xfer_cancel(t->xfer);
	if (t->socket != NULL)
		websocket_cancel(t->socket);
}

/* --- beginning --- */

static void apps_listed(struct mist *t)
{
	struct berth_error err = {0};

	t->app = mist_choose(t, &err);
	if (t->app != NULL)
		mist_deploy(t);
	else
		mist_end_refused(t, BERTH_REJECTED, &err);
}

static void entered(struct mist *t)
{
	if (t->watching)
		mist_attach(t);
	else
		mist_list_apps(t, apps_listed);
}

static void access_given(void *context, const struct berth_error *err)
{
	struct mist *t = context;
	struct berth_error hidden = {0};
	const char *secret;

	t->access_open = false;
	if (mist_is_dropped(t))
		return;
	if (mist_is_stopped(t)) {
		mist_end_stopped(t);
		return;
	}
	for (size_t i = 0; err == NULL && (secret = server_access_secret(t->access, i)) != NULL;
		i++)
		if (t->setup.sink.hide != NULL &&
			t->setup.sink.hide(t->setup.sink.context, NULL, secret, &hidden) < 0)
			err = &hidden;
	if (err != NULL)
		mist_end_refused(t, mist_outcome_of(err), err);
	else
		mist_log_in(t, entered);
}

static void warn_of_server(struct mist *t)
{
	if (t->server->insecure)
		mist_say(t, BERTH_WARN,
			"The certificate of %s is not checked: 'insecure' is set for this target",
			t->server->url);
	if (server_access_in_the_clear(t->server))
		mist_say(t, BERTH_WARN, "Credentials go to %s unencrypted", t->server->url);
}

static void begin(struct mist *t)
{
	struct berth_error err = {0};
	char text[256];

	if (t->watching)
		snprintf(text, sizeof(text), "Following deployment %lld", (long long)t->id);
	else
		snprintf(text, sizeof(text), "Looking for the app '%.160s'",
			t->request->name != NULL ? t->request->name : "");
	mist_say_status(t, text);
	if (t->server == NULL) {
		berth_error_set(
			&err, BERTH_E_USAGE, 0, "target '%s' has no url", t->request->target);
		mist_end_refused(t, BERTH_REJECTED, &err);
		return;
	}
	if (t->watching && t->id < 0) {
		berth_error_set(&err, BERTH_E_USAGE, 0,
			"'%.100s' is no deployment of a Mist server: its ids are whole numbers",
			t->request->name);
		mist_end_refused(t, BERTH_REJECTED, &err);
		return;
	}
	warn_of_server(t);
	mist_say_link(t, BERTH_CONNECTING, 0, 0);
	t->access = server_access_start(
		t->setup.net, t->server, mist_login_way.cookie, access_given, t, &err);
	t->access_open = t->access != NULL;
	if (!t->access_open)
		mist_end_refused(t, BERTH_UNREACHED, &err);
}

/* --- the target's own functions --- */

void mist_interrupted(struct mist *t)
{
	if (t->cancelled && !t->stopping && !t->watching && t->id >= 0 && t->end == MIST_RUNS)
		mist_stop(t);
	else
		mist_end_stopped(t);
}

/* The answer to the POST names what is to be stopped: nobody cuts it short. */
static void stop(struct mist *t)
{
	if (t->posting)
		return;
	if (in_flight(t))
		drop_flight(t);
	else
		mist_come_back(t, 0, mist_interrupted);
}

static void time_is_up(void *context)
{
	struct mist *t = context;

	if (t->ended || t->end != MIST_RUNS || mist_is_stopped(t))
		return;
	t->timed_out = true;
	mist_say(t, BERTH_WARN, "The time limit of %d s has passed", t->request->timeout_s);
	stop(t);
}

static void mist_cancel(struct target *target)
{
	struct mist *t = (struct mist *)target;

	/* Once it is over there is nothing left to cancel. */
	if (t->ended || t->end != MIST_RUNS || mist_is_stopped(t))
		return;
	t->cancelled = true;
	if (t->sent)
		mist_say(t, BERTH_WARN, "Cancelling: the server is asked to stop it");
	stop(t);
}

static void mist_close(struct target *target, void (*closed)(void *context), void *context)
{
	struct mist *t = (struct mist *)target;

	t->closing = true;
	t->closed = closed;
	t->closed_context = context;
	timer_stop(t->turn);
	if (in_flight(t))
		drop_flight(t);
	else
		timer_start(t->turn, 0);
}

/* A whole number without a sign; -1 for what is none. */
static int64_t read_id(const char *text)
{
	int64_t id = 0;

	for (const char *p = text; *p != '\0'; p++) {
		if (*p < '0' || *p > '9' || id > (INT64_MAX - 9) / 10)
			return -1;
		id = id * 10 + (*p - '0');
	}
	return text[0] != '\0' ? id : -1;
}

static struct target *make(
	const struct target_setup *setup, const char *id, struct berth_error *err)
{
	struct mist *t = calloc(1, sizeof(*t));

	if (t == NULL) {
		berth_error_set(err, BERTH_E_MEMORY, 0, "out of memory");
		return NULL;
	}
	t->base.ops = &mist_target_ops;
	t->setup = *setup;
	t->request = setup->deployment;
	t->server = setup->deployment->server;
	t->watching = id != NULL;
	t->id = id != NULL ? read_id(id) : -1;
	t->app_id = t->number = t->duration_s = -1;
	t->delay_ms = mist_pace.first_ms;
	t->began_ms = clock_mono_ms();
	mist_log_init(&t->log);
	t->turn = timer_new(setup->loop, on_turn, t, err);
	if (t->turn != NULL && t->request->timeout_s > 0)
		t->deadline = timer_new(setup->loop, time_is_up, t, err);
	if (t->turn == NULL || (t->request->timeout_s > 0 && t->deadline == NULL)) {
		release(t);
		return NULL;
	}
	if (t->deadline != NULL)
		timer_start(t->deadline, (uint64_t)t->request->timeout_s * 1000);
	mist_come_back(t, 0, begin);
	return &t->base;
}

static struct target *mist_start(const struct target_setup *setup, struct berth_error *err)
{
	return make(setup, NULL, err);
}

static struct target *mist_watch(
	const struct target_setup *setup, const char *id, struct berth_error *err)
{
	return make(setup, id, err);
}

const struct target_ops mist_target_ops = {
	.kind = "mist",
	.stages = {mist_stages, MIST_STAGES},
	.cancelling = "Many Mist servers have no way to stop a deployment: it is asked for, and if "
		      "there is none the deployment goes on over there.",
	.start = mist_start,
	.watch = mist_watch,
	.examine = mist_examine,
	.cancel = mist_cancel,
	.close = mist_close,
};
