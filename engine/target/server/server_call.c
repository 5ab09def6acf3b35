#include "target/server/server_call.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include <jansson.h>

#include "loop/xfer.h"
#include "proto/json_long.h"
#include "proto/json_tap.h"
#include "target/server/server_access.h"
#include "target/server/server_answer.h"
#include "target/server/server_login.h"

struct server_call {
	struct server_call_setup setup;
	char *method, *url, *body, *location;
	int redirects;
	bool renewed; /* the login, for this question */
	struct xfer *xfer;
	struct server_login *login;
	struct json_tap tap;
	bool tapped;              /* its first piece was told */
	struct berth_error spilt; /* why the tap could take no more */
};

enum { REST_MAX = 4 << 20 };

static int send_it(struct server_call *call, struct berth_error *err);

static void release(struct server_call *call)
{
	json_tap_release(&call->tap);
	free(call->method);
	free(call->url);
	free(call->body);
	free(call->location);
	free(call);
}

static void deliver(struct server_call *call, const struct server_said *said)
{
	call->setup.done(call->setup.context, said);
	release(call);
}

static void deliver_error(struct server_call *call, const struct berth_error *err, bool sent)
{
	struct server_said said = {.sent = sent, .why = "", .err = *err};

	deliver(call, &said);
}

const char *server_text_at(const json_t *object, const char *key)
{
	const char *text = json_string_value(json_object_get(object, key));

	return text != NULL && text[0] != '\0' ? text : NULL;
}

long long server_number_at(const json_t *object, const char *key, long long otherwise)
{
	const json_t *value = json_object_get(object, key);

	return json_is_integer(value) ? (long long)json_integer_value(value) : otherwise;
}

/* --- what a refusal means --- */

enum berth_outcome server_outcome_of(const struct berth_error *err)
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

bool server_said_is_lost(const struct server_said *said)
{
	if (!said->sent || said->no_route)
		return false;
	/* TLS 1.3 tells only after the handshake that a client certificate is not wanted. */
	if (said->status == 0)
		return said->err.code != BERTH_E_DENIED;
	return said->status < 300 || said->err.code == BERTH_E_BROKEN;
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

static void judge_denied(const struct server_call *call, struct server_said *said)
{
	const struct berth_server *server = call->setup.server;
	bool token = server->token.from != BERTH_SECRET_NONE;
	const char *hint = "these credentials are not let in";

	berth_error_set(&said->err, BERTH_E_DENIED, 401, "the server said 401: %s", said->why);
	if (call->setup.login != NULL)
		hint = !token && server->email == NULL
			       ? "give the target an 'email' and a password, or a token"
		       : token ? "the token is not valid, or not any more: log in for another, or "
				 "give the target an 'email' and a password"
			       : "it does not take the cookie of its own login";
	else if (!server_has_credentials(server))
		hint = "give the target a token, or user and password, in the configuration";
	berth_error_hint(&said->err, "%s", hint);
}

static void judge(
	const struct server_call *call, const struct xfer_reply *reply, struct server_said *said)
{
	const char *who = reply->status == 407 ? "proxy" : "server";
	const char *colon = said->why[0] != '\0' ? ": " : "";
	struct berth_error *err = &said->err;

	if (reply->status < 300 && said->root != NULL)
		return;
	if (reply->status < 300 && said->no_route) {
		berth_error_set(err, BERTH_E_UNREACHABLE, reply->status,
			"%.200s has no such route: %.120s%s%.100s", call->setup.server->url,
			strstr(call->url, "/api/"), said->why[0] != '\0' ? " answers with " : "",
			said->why);
		berth_error_hint(
			err, "is that %s? Check the target's url and kind", call->setup.who);
		return;
	}
	if (reply->status < 300) {
		berth_error_set(err, BERTH_E_PROTOCOL, reply->status,
			"the server gave an answer that can't be read ('%.80s')%s%.200s",
			reply->content_type, colon, said->why);
		return;
	}
	if (reply->status == 401) {
		judge_denied(call, said);
		return;
	}
	for (size_t i = 0; i < sizeof(refusals) / sizeof(refusals[0]); i++)
		if (reply->status >= refusals[i].from && reply->status <= refusals[i].to) {
			berth_error_set(err, refusals[i].code, reply->status, "the %s said %d%s%s",
				who, reply->status, colon, said->why);
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
	const char *message = server_text_at(root, "message");
	const char *error = server_text_at(root, "error");
	char joined[SERVER_ANSWER_MAX];

	/* Of a log's many megabytes nobody wants the words, and they would be looked for in all. */
	if (root != NULL && reply->body_len > JSON_LONG_MIN)
		return;
	if (message == NULL || error == NULL || strcmp(message, error) == 0) {
		server_answer_text(why, reply->content_type, reply->body, reply->body_len);
		return;
	}
	snprintf(joined, sizeof(joined), "%.300s: %.200s", message, error);
	server_answer_text(why, "text/plain", joined, strlen(joined));
}

static const json_t *data_of(const json_t *root)
{
	const json_t *data = json_object_get(root, "data");

	return data != NULL ? data : root;
}

static void take_answer(struct server_call *call, const struct xfer_reply *reply)
{
	const struct buf body = {
		.data = (char *)reply->body, .len = reply->body_len, .max = reply->body_len};
	char why[SERVER_ANSWER_MAX] = "";
	json_t *root = NULL;
	struct server_said said = {
		.status = reply->status,
		.sent = true,
		.why = why,
		.no_route = reply->status < 300 &&
			    strncasecmp(reply->content_type, "text/html", 9) == 0,
	};

	if (!said.no_route)
		/* The one that may be of many megabytes. */
		json_long_load(&body, "logs", &root, NULL);
	said.root = root;
	said.data = data_of(root);
	words_of(why, root, reply);
	judge(call, reply, &said);
	deliver(call, &said);
	json_decref(root);
}

/* --- an answer that is told while it comes --- */

static int take_piece(void *context, const char *bytes, size_t len)
{
	struct server_call *call = context;
	const struct server_call_tap *tap = &call->setup.tap;
	json_t *before = NULL;

	if (tap->full(call->setup.context))
		return XFER_DATA_LATER;
	if (json_tap_feed(&call->tap, bytes, len, &call->spilt) < 0)
		return -1;
	if (call->tap.text.len == 0)
		return 0;
	if (!call->tapped)
		before = json_tap_before(&call->tap);
	call->tapped = true;
	tap->piece(call->setup.context, data_of(before), call->tap.text.data, call->tap.text.len);
	json_decref(before);
	return 0;
}

/* What is left of it. */
static void take_rest(struct server_call *call, const struct xfer_reply *reply)
{
	struct xfer_reply rest = *reply;

	rest.body = call->tap.rest.data;
	rest.body_len = call->tap.rest.len;
	take_answer(call, &rest);
}

static void go_elsewhere(struct server_call *call, int status)
{
	struct berth_error err = {0};
	char *to = server_access_redirect(
		call->url, status, call->location, &call->redirects, &err);

	if (to != NULL) {
		free(call->url);
		call->url = to;
		if (send_it(call, &err) == 0)
			return;
	}
	deliver_error(call, &err, false);
}

/* --- the exchange --- */

static void renewed(void *context, const char *cookie, const struct berth_error *err)
{
	struct server_call *call = context;
	struct berth_error why = {0};

	call->login = NULL;
	if (err == NULL && call->setup.renewed != NULL)
		call->setup.renewed(call->setup.context, cookie);
	if (err == NULL && send_it(call, &why) == 0)
		return;
	deliver_error(call, err != NULL ? err : &why, false);
}

static void renew(struct server_call *call)
{
	struct berth_error err = {0};

	call->renewed = true;
	call->login = server_login_start(call->setup.net, call->setup.server, call->setup.access,
		call->setup.login, renewed, call, &err);
	if (call->login == NULL)
		deliver_error(call, &err, false);
}

static void exchanged(void *context, const struct xfer_reply *reply)
{
	struct server_call *call = context;

	call->xfer = NULL;
	if (call->spilt.code != BERTH_E_OK)
		deliver_error(call, &call->spilt, true);
	else if (reply->error.code != BERTH_E_OK)
		deliver_error(call, &reply->error, reply->connected);
	else if (reply->status == 401 && !call->renewed && call->setup.login != NULL &&
		 server_login_possible(call->setup.server))
		renew(call);
	else if (reply->status >= 300 && reply->status < 400)
		go_elsewhere(call, reply->status);
	else if (call->setup.tap.member != NULL && reply->status < 300)
		take_rest(call, reply);
	else
		take_answer(call, reply);
}

static void on_header(void *context, const char *name, const char *value)
{
	struct server_call *call = context;

	if (strcasecmp(name, "location") == 0 && call->location == NULL)
		call->location = strdup(value);
}

static int send_it(struct server_call *call, struct berth_error *err)
{
	struct xfer_request request = {
		.method = call->method,
		.url = call->url,
		.body = call->body,
		.body_len = call->body != NULL ? strlen(call->body) : 0,
		.total_timeout_ms = call->setup.total_ms,
		.silence_timeout_ms = call->setup.silence_ms,
		.body_max = call->setup.body_max,
		.on_header = on_header,
		.done = exchanged,
		.context = call,
	};

	if (call->setup.tap.member != NULL) {
		json_tap_release(&call->tap);
		json_tap_init(&call->tap, call->setup.tap.member, REST_MAX);
		request.on_data = take_piece;
	}
	free(call->location);
	call->location = NULL;
	server_access_prepare(call->setup.access, SERVER_JSON, &request);
	call->xfer = xfer_start(call->setup.net, &request, err);
	return call->xfer != NULL ? 0 : -1;
}

struct server_call *server_call_start(
	const struct server_call_setup *setup, struct berth_error *err)
{
	struct server_call *call = calloc(1, sizeof(*call));

	if (call == NULL) {
		berth_error_set(err, BERTH_E_MEMORY, 0, "out of memory");
		return NULL;
	}
	call->setup = *setup;
	json_tap_init(&call->tap, "", 0);
	call->method = strdup(setup->method);
	call->body = setup->body != NULL ? strdup(setup->body) : NULL;
	if (asprintf(&call->url, "%s%s", setup->server->url, setup->route) < 0)
		call->url = NULL;
	if (call->url == NULL || call->method == NULL ||
		(setup->body == NULL) != (call->body == NULL))
		berth_error_set(err, BERTH_E_MEMORY, 0, "out of memory");
	else if (send_it(call, err) == 0)
		return call;
	release(call);
	return NULL;
}

void server_call_resume(struct server_call *call)
{
	if (call->xfer != NULL)
		xfer_resume_data(call->xfer);
}

void server_call_cancel(struct server_call *call)
{
	if (call->xfer != NULL)
		xfer_cancel(call->xfer);
	if (call->login != NULL)
		server_login_cancel(call->login);
}
