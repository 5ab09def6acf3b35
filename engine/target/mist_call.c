/*
 * One question to the server. All answers but those of the POST of a deployment are in an envelope,
 * {"success", "data", "message", "error"}; a route that does not exist answers 200 with the
 * server's web page, so what is not JSON is no answer. Where the login has run out it is renewed,
 * once.
 */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "loop/net.h"
#include "loop/timer.h"
#include "proto/json_repair.h"
#include "target/mist.h"
#include "target/server_answer.h"
#include "target/server_login.h"

#define ANSWER_MS 30000
#define ROUTE_MAX 256
/* A log is a file of any size; more than that is not shown. */
#define LOG_MAX (64u << 20)

const struct server_login_way mist_login_way = {
	.route = "/api/auth/login",
	.cookie = MIST_COOKIE,
	.kind = "a Mist server",
};

static void send_it(struct mist *t);

static void call_release(struct mist *t)
{
	free(t->call.url);
	free(t->call.body);
	free(t->call.method);
	free(t->call.location);
	t->call.url = t->call.body = t->call.method = t->call.location = NULL;
}

static void deliver(struct mist *t, const struct mist_answer *answer)
{
	mist_answer_fn *answered = t->call.answered;

	call_release(t);
	if (answer->err.code == BERTH_E_CANCELLED)
		mist_interrupted(t);
	else
		answered(t, answer);
}

static void deliver_error(struct mist *t, const struct berth_error *err, bool sent)
{
	struct mist_answer answer = {.sent = sent, .why = "", .err = *err};

	deliver(t, &answer);
}

/* --- what a refusal means --- */

enum berth_outcome mist_outcome_of(const struct berth_error *err)
{
	switch (err->code) {
	case BERTH_E_USAGE:
	case BERTH_E_NOT_FOUND:
	case BERTH_E_CONFLICT:
		return BERTH_REJECTED;
	default:
		return BERTH_UNREACHED;
	}
}

static const struct {
	int from, to;
	enum berth_code code;
	const char *hint;
} refusals[] = {
	{403, 403, BERTH_E_DENIED, "this account may not do that there"},
	{407, 407, BERTH_E_DENIED,
		"give its credentials in the environment: "
		"http_proxy=http://USER:PASSWORD@HOST:PORT"},
	{404, 404, BERTH_E_NOT_FOUND, NULL},
	{408, 408, BERTH_E_TIMEOUT, NULL},
	{429, 429, BERTH_E_REFUSED, "the server is busy: try again later"},
	{400, 499, BERTH_E_USAGE, NULL},
	{502, 504, BERTH_E_BROKEN, NULL},
	{500, 599, BERTH_E_REFUSED, "the server's own output tells more"},
};

static void judge(struct mist *t, const struct xfer_reply *reply, struct mist_answer *answer)
{
	const char *who = reply->status == 407 ? "proxy" : "server";
	struct berth_error *err = &answer->err;

	if (reply->status < 300 && answer->root != NULL)
		return;
	if (answer->no_route) {
		berth_error_set(err, BERTH_E_UNREACHABLE, reply->status,
			"%.200s has no such route: %.120s%s%.100s", t->run.server->url,
			strstr(t->call.url, "/api/"),
			answer->why[0] != '\0' ? " answers with " : "", answer->why);
		berth_error_hint(err, "is that a Mist server? Check the target's url and kind");
		return;
	}
	if (reply->status < 300) {
		berth_error_set(err, BERTH_E_PROTOCOL, reply->status,
			"the server gave an answer that can't be read ('%.80s')%s%.200s",
			reply->content_type, answer->why[0] != '\0' ? ": " : "", answer->why);
		return;
	}
	if (reply->status == 401) {
		bool token = t->run.server->token.from != BERTH_SECRET_NONE;
		bool given = token || t->run.server->email != NULL;

		berth_error_set(err, BERTH_E_DENIED, 401, "the server said 401: %s", answer->why);
		berth_error_hint(err, "%s",
			!given  ? "give the target an 'email' and a password, or a token"
			: token ? "the token is not valid, or not any more: log in for another, or "
				  "give the target an 'email' and a password"
				: "it does not take the cookie of its own login");
		return;
	}
	for (size_t i = 0; i < sizeof(refusals) / sizeof(refusals[0]); i++)
		if (reply->status >= refusals[i].from && reply->status <= refusals[i].to) {
			berth_error_set(err, refusals[i].code, reply->status, "the %s said %d%s%s",
				who, reply->status, answer->why[0] != '\0' ? ": " : "",
				answer->why);
			if (refusals[i].hint != NULL)
				berth_error_hint(err, "%s", refusals[i].hint);
			return;
		}
	berth_error_set(err, BERTH_E_PROTOCOL, reply->status, "the %s said %d", who, reply->status);
}

/* --- answers --- */

/* "failed to get app details: record not found". */
static void words_of(
	char why[SERVER_ANSWER_MAX], const json_t *root, const struct xfer_reply *reply)
{
	const char *message = mist_text_at(root, "message"), *error = mist_text_at(root, "error");
	char joined[SERVER_ANSWER_MAX];

	if (message == NULL || error == NULL || strcmp(message, error) == 0) {
		server_answer_text(why, reply->content_type, reply->body, reply->body_len);
		return;
	}
	snprintf(joined, sizeof(joined), "%.300s: %.200s", message, error);
	server_answer_text(why, "text/plain", joined, strlen(joined));
}

static void take_answer(struct mist *t, const struct xfer_reply *reply)
{
	const struct buf body = {
		.data = (char *)reply->body, .len = reply->body_len, .max = reply->body_len};
	char why[SERVER_ANSWER_MAX] = "";
	json_t *root = NULL;
	struct mist_answer answer = {
		.status = reply->status,
		.sent = true,
		.why = why,
		.no_route = reply->status < 300 &&
			    strncasecmp(reply->content_type, "text/html", 9) == 0,
	};

	if (!answer.no_route)
		json_repair_load(&body, &root, NULL);
	answer.root = root;
	answer.data = json_object_get(root, "data") != NULL ? json_object_get(root, "data") : root;
	words_of(why, root, reply);
	judge(t, reply, &answer);
	deliver(t, &answer);
	json_decref(root);
}

static void go_elsewhere(struct mist *t, int status)
{
	struct berth_error err = {0};
	char *to = server_access_redirect(
		t->call.url, status, t->call.location, &t->call.redirects, &err);

	if (to == NULL) {
		deliver_error(t, &err, false);
		return;
	}
	free(t->call.url);
	t->call.url = to;
	send_it(t);
}

static void call_failed(struct mist *t)
{
	struct berth_error err = t->call.failed;

	deliver_error(t, &err, false);
}

/* --- login --- */

static void end_login(struct mist *t, const char *cookie, const struct berth_error *err)
{
	t->login = NULL;
	berth_error_clear(&t->call.failed);
	if (err != NULL)
		t->call.failed = *err;
	else if (t->run.setup.sink.hide != NULL)
		t->run.setup.sink.hide(t->run.setup.sink.context, NULL, cookie, &t->call.failed);
}

static void renewed(void *context, const char *cookie, const struct berth_error *err)
{
	struct mist *t = context;

	end_login(t, cookie, err);
	if (server_run_is_dropped(&t->run))
		return;
	if (t->call.failed.code != BERTH_E_OK)
		call_failed(t);
	else
		send_it(t);
}

static bool begin_login(struct mist *t, server_login_fn *done)
{
	t->login = server_login_start(t->run.setup.net, t->run.server, t->run.access,
		&mist_login_way, done, t, &t->call.failed);
	return t->login != NULL;
}

static void logged_in(void *context, const char *cookie, const struct berth_error *err)
{
	struct mist *t = context;

	end_login(t, cookie, err);
	if (server_run_is_dropped(&t->run))
		return;
	if (server_run_is_stopped(&t->run))
		mist_end_stopped(t);
	else if (t->call.failed.code != BERTH_E_OK)
		mist_end_refused(t, BERTH_UNREACHED, &t->call.failed);
	else
		t->next(t);
}

void mist_log_in(struct mist *t, void (*next)(struct mist *t))
{
	t->next = next;
	if (!server_login_possible(t->run.server))
		mist_come_back(t, 0, next);
	else if (!begin_login(t, logged_in))
		mist_end_refused(t, BERTH_UNREACHED, &t->call.failed);
}

/* --- the exchange --- */

static void exchanged(void *context, const struct xfer_reply *reply)
{
	struct mist *t = context;

	t->run.xfer = NULL;
	if (server_run_is_dropped(&t->run))
		return;
	if (reply->error.code != BERTH_E_OK) {
		deliver_error(t, &reply->error, reply->connected);
	} else if (reply->status == 401 && !t->call.renewed &&
		   server_login_possible(t->run.server)) {
		t->call.renewed = true;
		server_run_say(&t->run, BERTH_DEBUG, "The login has run out; it is renewed");
		if (!begin_login(t, renewed))
			mist_come_back(t, 0, call_failed);
	} else if (reply->status >= 300 && reply->status < 400) {
		go_elsewhere(t, reply->status);
	} else {
		take_answer(t, reply);
	}
}

static void on_header(void *context, const char *name, const char *value)
{
	struct mist *t = context;

	if (strcasecmp(name, "location") == 0 && t->call.location == NULL)
		t->call.location = strdup(value);
}

static void send_it(struct mist *t)
{
	struct xfer_request request = {
		.method = t->call.method,
		.url = t->call.url,
		.body = t->call.body,
		.body_len = t->call.body != NULL ? strlen(t->call.body) : 0,
		.total_timeout_ms = t->call.body_max > 0 ? 0 : ANSWER_MS,
		.silence_timeout_ms = ANSWER_MS,
		.body_max = t->call.body_max,
		.on_header = on_header,
		.done = exchanged,
		.context = t,
	};

	free(t->call.location);
	t->call.location = NULL;
	server_access_prepare(t->run.access, SERVER_JSON, &request);
	t->run.xfer = xfer_start(t->run.setup.net, &request, &t->call.failed);
	if (t->run.xfer == NULL)
		mist_come_back(t, 0, call_failed);
}

void mist_call(struct mist *t, const char *method, const char *body, mist_answer_fn *answered,
	const char *route, ...)
{
	char path[ROUTE_MAX];
	va_list args;

	va_start(args, route);
	vsnprintf(path, sizeof(path), route, args);
	va_end(args);
	call_release(t);
	t->call.answered = answered;
	t->call.redirects = 0;
	t->call.renewed = false;
	t->call.body_max = strncmp(path, MIST_LOGS_ROUTE "?", sizeof(MIST_LOGS_ROUTE)) == 0
				   ? LOG_MAX
				   : 0;
	t->call.method = strdup(method);
	t->call.body = body != NULL ? strdup(body) : NULL;
	if (asprintf(&t->call.url, "%s%s", t->run.server->url, path) < 0)
		t->call.url = NULL;
	if (t->call.url != NULL && t->call.method != NULL &&
		(body == NULL) == (t->call.body == NULL)) {
		send_it(t);
		return;
	}
	berth_error_set(&t->call.failed, BERTH_E_MEMORY, 0, "out of memory");
	mist_come_back(t, 0, call_failed);
}
