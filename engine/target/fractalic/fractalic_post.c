/* The POST: the stream it opens, the route without a stream, redirects, and what a refusal means.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "loop/timer.h"
#include "proto/json_repair.h"
#include "target/fractalic/fractalic.h"
#include "target/server/server_answer.h"

/* While the front end is behind. */
#define HOLD_MS 5
/* A stream is read in pieces of this: large enough for a flood, small enough for a thousand. */
#define BUFFER_SIZE 4096

static void post(struct fractalic *t);

/* --- the stream --- */

static void on_event(void *context, const struct sse_event *event)
{
	struct fractalic *t = context;

	/* The word was given; whatever a server says behind it changes nothing. */
	if (t->result == NULL && !server_run_is_stopped(&t->run))
		event_take(t, event->data, event->len);
}

static void on_lost(void *context, const struct berth_error *err)
{
	struct fractalic *t = context;

	server_run_say(&t->run, BERTH_WARN, "The server sent %s; it is left out", err->message);
}

static void on_retry(void *context, int64_t milliseconds)
{
	struct fractalic *t = context;

	t->retry_after_ms = milliseconds < fractalic_pace.cap_ms ? (int)milliseconds
								 : fractalic_pace.cap_ms;
}

static bool is_event_stream(const char *type)
{
	static const char wanted[] = "text/event-stream";
	size_t len = sizeof(wanted) - 1;

	if (strncasecmp(type, wanted, len) != 0)
		return false;
	return type[len] == '\0' || strchr("; \t", type[len]) != NULL;
}

static void on_head(void *context, int status, const char *content_type)
{
	struct fractalic *t = context;

	if (t->run.closing || server_run_is_stopped(&t->run))
		return;
	t->last_byte_ms = clock_turn_ms(t->run.setup.loop);
	t->is_stream = !t->plain_route && status == 200 && is_event_stream(content_type);
	if (!t->is_stream)
		return;
	sse_release(&t->sse);
	sse_init(&t->sse, &(struct sse_handler){.on_event = on_event,
				  .on_lost = on_lost,
				  .on_retry = on_retry,
				  .context = t});
	server_run_say_link(&t->run, BERTH_LIVE, 0, 0);
}

static void let_go_on(struct fractalic *t)
{
	if (t->run.setup.sink.full(t->run.setup.sink.context)) {
		come_back(t, HOLD_MS, let_go_on);
		return;
	}
	/* We were silent, not the server. */
	t->last_byte_ms = clock_turn_ms(t->run.setup.loop);
	if (t->run.xfer != NULL)
		xfer_resume_data(t->run.xfer);
}

static int on_data(void *context, const char *data, size_t len)
{
	struct fractalic *t = context;
	int64_t now;

	if (t->run.closing || server_run_is_stopped(&t->run))
		return -1;
	if (!t->is_stream) {
		/* Enough of it to tell what it is. */
		size_t room = t->answer.max - t->answer.len;

		return buf_add(&t->answer, data, len < room ? len : room, NULL) < 0 ? -1 : 0;
	}
	if (t->run.setup.sink.full(t->run.setup.sink.context)) {
		come_back(t, HOLD_MS, let_go_on);
		return XFER_DATA_LATER;
	}
	now = clock_turn_ms(t->run.setup.loop);
	if (now - t->last_byte_ms >= fractalic_pace.quiet_ms)
		server_run_say_link(&t->run, BERTH_LIVE, 0, 0);
	t->last_byte_ms = now;
	t->no_memory = sse_feed(&t->sse, data, len, NULL) < 0;
	if (t->no_memory)
		return -1;
	return t->result != NULL ? -1 : 0;
}

static void on_header(void *context, const char *name, const char *value)
{
	struct fractalic *t = context;

	if (strcasecmp(name, "location") != 0 || t->location != NULL)
		return;
	t->location = strdup(value);
}

/* --- answers that are no stream --- */

static void refuse(struct fractalic *t, enum berth_outcome outcome, enum berth_code code,
	int status, const char *hint, const char *why)
{
	const char *who = status == 407 ? "proxy" : "server";
	struct berth_error err = {0};

	if (why[0] != '\0')
		berth_error_set(&err, code, status, "the %s said %d: %s", who, status, why);
	else
		berth_error_set(
			&err, code, status, "the %s said %d and gave no reason", who, status);
	if (hint != NULL)
		berth_error_hint(&err, "%s", hint);
	if (outcome == BERTH_UNKNOWN)
		end_lost(t, &err);
	else
		end_refused(t, outcome, &err);
}

/* What a refusal means for the deployment. The first row that takes the status counts. */
static const struct {
	int from, to;
	enum berth_outcome outcome;
	enum berth_code code;
	const char *hint;
} refusals[] = {
	{401, 401, BERTH_UNREACHED, BERTH_E_DENIED,
		"give the target a token, or user and password, in the configuration"},
	{403, 403, BERTH_UNREACHED, BERTH_E_DENIED, "these credentials may not deploy there"},
	{407, 407, BERTH_UNREACHED, BERTH_E_DENIED,
		"give its credentials in the environment: "
		"http_proxy=http://USER:PASSWORD@HOST:PORT"},
	{408, 408, BERTH_UNREACHED, BERTH_E_TIMEOUT, "try again"},
	{429, 429, BERTH_UNREACHED, BERTH_E_REFUSED, "the server is busy: try again later"},
	{400, 499, BERTH_REJECTED, BERTH_E_USAGE, "change what it names and deploy again"},
	/* Said by whoever stands in front of the server: nobody knows whether it has the request.
	 */
	{502, 504, BERTH_UNKNOWN, BERTH_E_BROKEN, NULL},
	{500, 599, BERTH_FAILED, BERTH_E_REFUSED, "the server's own output tells more"},
};

static void refused(struct fractalic *t, const struct xfer_reply *reply)
{
	char why[SERVER_ANSWER_MAX];

	server_answer_text(why, reply->content_type, reply->body, reply->body_len);
	for (size_t i = 0; i < sizeof(refusals) / sizeof(refusals[0]); i++)
		if (reply->status >= refusals[i].from && reply->status <= refusals[i].to) {
			refuse(t, refusals[i].outcome, refusals[i].code, reply->status,
				refusals[i].hint, why);
			return;
		}
	refuse(t, BERTH_UNKNOWN, BERTH_E_PROTOCOL, reply->status, NULL, why);
}

/* The answer below 300 that is no stream: the server's word, as the plain route gives it, or
 * something else that answers there. */
static void answered(struct fractalic *t, const struct xfer_reply *reply)
{
	struct berth_error err = {0};
	char why[SERVER_ANSWER_MAX];
	json_t *value = NULL;

	if (json_repair_load(&t->answer, &value, NULL) == 0 && json_is_object(value))
		event_take_json(t, value);
	json_decref(value);
	if (t->result != NULL) {
		end_with_word(t);
		return;
	}
	server_answer_text(why, reply->content_type, t->answer.data, t->answer.len);
	berth_error_set(&err, BERTH_E_PROTOCOL, reply->status,
		"the server said %d with '%.80s'%s%.120s instead of %s", reply->status,
		reply->content_type, why[0] != '\0' ? ": " : "", why,
		t->plain_route ? "a result" : "an event stream");
	if (strncasecmp(reply->content_type, "text/html", 9) != 0) {
		end_lost(t, &err);
		return;
	}
	/* A start page, a login, a proxy's own words. */
	berth_error_hint(&err, "what answers at %s is no deploy server: check the target's url",
		t->run.server->url);
	end_refused(t, BERTH_UNREACHED, &err);
}

/* --- again: redirects, and the route without a stream --- */

static void go_elsewhere(struct fractalic *t, int status)
{
	struct berth_error err = {0};
	char *to = server_access_redirect(t->url, status, t->location, &t->redirects, &err);

	if (to == NULL) {
		end_refused(t, BERTH_UNREACHED, &err);
		return;
	}
	server_run_say(&t->run, BERTH_INFO, "Redirected to %s", to);
	free(t->url);
	t->url = to;
	post(t);
}

static char *url_of(const struct fractalic *t, const char *route)
{
	char *url = NULL;

	return asprintf(&url, "%s%s", t->run.server->url, route) < 0 ? NULL : url;
}

static void no_such_route(struct fractalic *t, int status)
{
	struct berth_error err = {0};

	if (t->plain_route) {
		berth_error_set(&err, BERTH_E_NOT_FOUND, status,
			"there is no deploy server at %s: it has none of its routes (%d)",
			t->run.server->url, status);
		berth_error_hint(&err, "check the target's url and kind");
		end_refused(t, BERTH_UNREACHED, &err);
		return;
	}
	server_run_say(&t->run, BERTH_WARN,
		"This server has no event stream (%d): it is asked to deploy without one, and says "
		"nothing until it is done",
		status);
	server_run_say_link(&t->run, BERTH_LIVE, 0, 0);
	t->plain_route = true;
	free(t->url);
	t->url = url_of(t, FRACTALIC_PLAIN_ROUTE);
	post(t);
}

/* --- the exchange --- */

static void stream_ended(struct fractalic *t, const struct xfer_reply *reply)
{
	struct berth_error err = reply->error;

	if (t->no_memory)
		berth_error_set(&err, BERTH_E_MEMORY, 0, "out of memory");
	else if (err.code == BERTH_E_OK)
		berth_error_set(
			&err, BERTH_E_BROKEN, 0, "the server ended the stream without a result");
	end_lost(t, &err);
}

/* No answer, or one cut short. */
static void broke(struct fractalic *t, const struct xfer_reply *reply)
{
	/* TLS 1.3 tells only after the handshake that a client certificate is not wanted. */
	bool denied = reply->error.code == BERTH_E_DENIED && reply->status == 0;

	if (!reply->connected || denied)
		end_refused(t, BERTH_UNREACHED, &reply->error);
	else
		end_lost(t, &reply->error);
}

static void posted(void *context, const struct xfer_reply *reply)
{
	struct fractalic *t = context;

	t->run.xfer = NULL;
	timer_stop(t->run.turn);
	if (server_run_is_dropped(&t->run))
		return;
	t->sent = reply->connected;
	if (t->result != NULL)
		end_with_word(t);
	else if (server_run_is_stopped(&t->run))
		end_stopped(t);
	else if (t->is_stream)
		stream_ended(t, reply);
	else if (reply->status == 404 || reply->status == 405)
		no_such_route(t, reply->status);
	else if (reply->status >= 400)
		refused(t, reply);
	else if (reply->status >= 300)
		go_elsewhere(t, reply->status);
	else if (reply->error.code != BERTH_E_OK)
		broke(t, reply);
	else
		answered(t, reply);
}

static void start_xfer(struct fractalic *t, const struct buf *body, struct berth_error *err)
{
	struct xfer_request request = {
		.method = "POST",
		.url = t->url,
		.body = body->data,
		.body_len = body->len,
		.secret_body = true,
		.buffer_size = BUFFER_SIZE,
		.on_head = on_head,
		.on_header = on_header,
		.on_data = on_data,
		.done = posted,
		.context = t,
	};

	server_access_prepare(
		t->run.access, t->plain_route ? SERVER_JSON : SERVER_EVENTS, &request);
	t->run.xfer = xfer_start(t->run.setup.net, &request, err);
}

static void post(struct fractalic *t)
{
	struct berth_error err = {0};
	struct buf body;

	free(t->location);
	t->location = NULL;
	t->is_stream = false;
	buf_reset(&t->answer);
	if (t->url == NULL) {
		berth_error_set(&err, BERTH_E_MEMORY, 0, "out of memory");
	} else if (request_body(t, &body, &err) == 0) {
		start_xfer(t, &body, &err);
		explicit_bzero(body.data, body.len);
		buf_release(&body);
	}
	t->sent = t->run.xfer != NULL;
	if (t->run.xfer == NULL)
		end_refused(t, BERTH_UNREACHED, &err);
}

void post_begin(struct fractalic *t)
{
	t->url = url_of(t, FRACTALIC_STREAM_ROUTE);
	server_run_say(&t->run, BERTH_INFO, "Asking %s to deploy '%s' from %s", t->run.server->url,
		t->run.request->name, t->run.request->folder);
	post(t);
}
