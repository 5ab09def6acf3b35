/* One question to the server, and the login before the first. */
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "loop/timer.h"
#include "target/mist/mist.h"
#include "target/server/server_login.h"

#define ROUTE_MAX 256

const struct server_login_way mist_login_way = {
	.route = "/api/auth/login",
	.cookie = MIST_COOKIE,
	.kind = MIST_WHO,
};

/* --- login --- */

static void logged_in(void *context, const char *cookie, const struct berth_error *err)
{
	struct mist *t = context;
	const struct target_sink *sink = &t->run.setup.sink;
	struct berth_error hidden = {0};

	t->login = NULL;
	if (server_run_is_dropped(&t->run))
		return;
	if (err == NULL && sink->hide != NULL &&
		sink->hide(sink->context, NULL, cookie, &hidden) < 0)
		err = &hidden;
	if (server_run_is_stopped(&t->run))
		mist_end_stopped(t);
	else if (err != NULL)
		mist_end_refused(t, BERTH_UNREACHED, err);
	else
		t->next(t);
}

void mist_log_in(struct mist *t, void (*next)(struct mist *t))
{
	struct berth_error err = {0};

	t->next = next;
	if (!server_login_possible(t->run.server)) {
		mist_come_back(t, 0, next);
		return;
	}
	t->login = server_login_start(t->run.setup.net, t->run.server, t->run.access,
		&mist_login_way, logged_in, t, &err);
	if (t->login == NULL)
		mist_end_refused(t, BERTH_UNREACHED, &err);
}

static void login_renewed(void *context, const char *cookie)
{
	struct mist *t = context;
	const struct target_sink *sink = &t->run.setup.sink;

	if (sink->hide != NULL)
		sink->hide(sink->context, NULL, cookie, NULL);
	server_run_say(&t->run, BERTH_DEBUG, "The login has run out; it was renewed");
}

/* --- questions --- */

static void deliver(struct mist *t, const struct server_said *said)
{
	if (said->err.code == BERTH_E_CANCELLED)
		mist_interrupted(t);
	else
		t->answered(t, said);
}

static bool file_full(void *context)
{
	return ((struct mist *)context)->file_held;
}

static void file_piece(void *context, const struct json_t *before, const char *text, size_t len)
{
	struct mist *t = context;

	if (!t->run.closing && !server_run_is_stopped(&t->run))
		mist_take_piece(t, json_object_get(before, "deployment"), text, len);
}

static void said(void *context, const struct server_said *answer)
{
	struct mist *t = context;

	t->call = NULL;
	/* Nobody waits for a piece any more. */
	timer_stop(t->run.turn);
	t->file_held = false;
	if (!server_run_is_dropped(&t->run))
		deliver(t, answer);
}

static void call_failed(struct mist *t)
{
	deliver(t, &(struct server_said){.why = "", .err = t->call_error});
}

void mist_call(struct mist *t, const char *method, const char *body, mist_answer_fn *answered,
	const char *route, ...)
{
	struct server_call_setup setup = {
		.net = t->run.setup.net,
		.server = t->run.server,
		.access = t->run.access,
		.who = MIST_WHO,
		.login = &mist_login_way,
		.renewed = login_renewed,
		.method = method,
		.body = body,
		.silence_ms = SERVER_CALL_MS,
		.done = said,
		.context = t,
	};
	char path[ROUTE_MAX];
	va_list args;

	va_start(args, route);
	vsnprintf(path, sizeof(path), route, args);
	va_end(args);
	setup.route = path;
	if (strncmp(path, MIST_LOGS_ROUTE "?", sizeof(MIST_LOGS_ROUTE)) == 0)
		setup.tap = (struct server_call_tap){"logs", file_full, file_piece};
	else
		setup.total_ms = SERVER_CALL_MS;
	t->answered = answered;
	t->call = server_call_start(&setup, &t->call_error);
	if (t->call == NULL)
		mist_come_back(t, 0, call_failed);
}
