/*
 * The stream broke, or there never was one: GET /api/deploy/progress/ID, as long as the server
 * knows the deployment. Questions that are not answered come slower and slower, at random moments,
 * so that a thousand consoles do not fall upon a server that comes back.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/random.h>

#include "docker/client.h"
#include "proto/json_repair.h"
#include "target/fractalic/fractalic.h"
#include "target/server/server_answer.h"

#define ANSWER_MS 30000
#define URL_MAX   4096
/* Between questions that are answered with nothing new. */
#define STEADY_MS 5000

static void ask(struct fractalic *t);

/* Full jitter: anything up to the time. */
static int jitter(int milliseconds)
{
	unsigned random = 0;

	if (getrandom(&random, sizeof(random), 0) != (ssize_t)sizeof(random))
		return milliseconds;
	return (int)(random % ((unsigned)milliseconds + 1));
}

static void grow_delay(struct fractalic *t, int cap)
{
	t->delay_ms = t->delay_ms < cap / 2 ? t->delay_ms * 2 : cap;
}

static void ask_later(struct fractalic *t)
{
	int wait = jitter(t->delay_ms);

	if (wait < t->retry_after_ms)
		wait = t->retry_after_ms;
	t->retry_after_ms = 0;
	server_run_say_link(&t->run, BERTH_RECONNECTING, t->tries, wait);
	grow_delay(t, fractalic_pace.cap_ms);
	come_back(t, wait, ask);
}

/* --- answers --- */

/* A server that lists all events so far repeats those that the stream brought. */
static void take_list(struct fractalic *t, const json_t *list)
{
	for (size_t i = (size_t)t->seen; i < json_array_size(list) && t->result == NULL; i++) {
		const json_t *event = json_array_get(list, i);

		if (json_is_object(event))
			event_take_json(t, event);
		else
			t->seen++;
	}
}

static bool is_known(const struct fractalic *t, const json_t *object)
{
	const json_t *stamp = json_object_get(object, "timestamp");

	return t->stamp_len > 0 && json_string_length(stamp) == t->stamp_len &&
	       memcmp(json_string_value(stamp), t->stamp, t->stamp_len) == 0 &&
	       json_object_get(object, "result") == NULL &&
	       json_object_get(object, "error") == NULL;
}

/* A server that tells the last event alone says the same until there is another; the first time it
 * may be one that the stream brought. */
static void take_last(struct fractalic *t, const json_t *object, const struct xfer_reply *reply)
{
	char *news = strndup(reply->body, reply->body_len);
	bool same = news != NULL && t->last_news != NULL && strcmp(news, t->last_news) == 0;

	free(t->last_news);
	t->last_news = news;
	if (!same && !is_known(t, object))
		event_take_json(t, object);
}

static bool take(struct fractalic *t, const struct xfer_reply *reply)
{
	const struct buf body = {
		.data = (char *)reply->body, .len = reply->body_len, .max = reply->body_len};
	json_t *value = NULL;
	uint64_t before = t->seen;

	if (json_repair_load(&body, &value, NULL) < 0)
		return false;
	if (json_is_array(value))
		take_list(t, value);
	else if (json_is_object(value))
		take_last(t, value, reply);
	if (t->seen != before)
		t->delay_ms = fractalic_pace.first_ms;
	json_decref(value);
	return value != NULL;
}

static void still_running(struct fractalic *t)
{
	int wait = t->delay_ms;

	if (!t->polled || t->tries > 0)
		server_run_say_link(&t->run, BERTH_POLLING, 0, 0);
	t->polled = true;
	t->tries = 0;
	grow_delay(t, STEADY_MS);
	come_back(t, wait, ask);
}

static void no_answer(struct fractalic *t, const struct berth_error *err)
{
	if (t->run.watching && !t->polled &&
		(err->code == BERTH_E_UNREACHABLE || err->code == BERTH_E_DENIED)) {
		end_refused(t, BERTH_UNREACHED, err);
		return;
	}
	if (t->tries >= fractalic_pace.tries) {
		end_lost(t, err);
		return;
	}
	t->tries++;
	server_run_say(&t->run, BERTH_DEBUG, "No answer: %s", err->message);
	ask_later(t);
}

/* It answers, and does not know, or says no. */
static void cannot_say(struct fractalic *t, const struct xfer_reply *reply)
{
	struct berth_error err = {0};
	char why[SERVER_ANSWER_MAX];
	bool denied = reply->status == 401 || reply->status == 403;

	server_answer_text(why, reply->content_type, reply->body, reply->body_len);
	berth_error_set(&err, denied ? BERTH_E_DENIED : BERTH_E_NOT_FOUND, reply->status,
		"the server can't say how deployment '%.100s' goes on: %d%s%s", t->id,
		reply->status, why[0] != '\0' ? ", " : "", why);
	if (t->run.watching && !t->polled) {
		berth_error_hint(&err, "%s",
			denied ? "these credentials may not ask"
			       : "it may have ended, or the server has no progress route");
		end_refused(t, denied ? BERTH_UNREACHED : BERTH_REJECTED, &err);
		return;
	}
	end_lost(t, &err);
}

static void send_question(struct fractalic *t);

static void go_elsewhere(struct fractalic *t, int status)
{
	struct berth_error err = {0};
	char *to = server_access_redirect(t->url, status, t->location, &t->redirects, &err);

	if (to == NULL && t->run.watching && !t->polled) {
		end_refused(t, BERTH_UNREACHED, &err);
	} else if (to == NULL) {
		end_lost(t, &err);
	} else {
		free(t->url);
		t->url = to;
		send_question(t);
	}
}

static void answered(void *context, const struct xfer_reply *reply)
{
	struct fractalic *t = context;
	struct berth_error err = reply->error;

	t->run.xfer = NULL;
	if (server_run_is_dropped(&t->run))
		return;
	if (server_run_is_stopped(&t->run)) {
		end_stopped(t);
		return;
	}
	if (err.code == BERTH_E_OK && reply->status >= 300 && reply->status < 400) {
		go_elsewhere(t, reply->status);
		return;
	}
	if (err.code == BERTH_E_OK && reply->status == 200 && take(t, reply)) {
		if (t->result != NULL)
			end_with_word(t);
		else
			still_running(t);
		return;
	}
	if (err.code == BERTH_E_OK && reply->status < 500 && reply->status != 408 &&
		reply->status != 429) {
		cannot_say(t, reply);
		return;
	}
	if (err.code == BERTH_E_OK)
		berth_error_set(
			&err, BERTH_E_REFUSED, reply->status, "the server said %d", reply->status);
	no_answer(t, &err);
}

static void on_header(void *context, const char *name, const char *value)
{
	struct fractalic *t = context;
	long seconds;

	if (strcasecmp(name, "location") == 0 && t->location == NULL)
		t->location = strdup(value);
	if (strcasecmp(name, "retry-after") != 0)
		return;
	/* The other form is a date, which is as good as none here. */
	seconds = strtol(value, NULL, 10);
	if (seconds > 0)
		t->retry_after_ms = seconds < fractalic_pace.cap_ms / 1000 ? (int)seconds * 1000
									   : fractalic_pace.cap_ms;
}

static void send_question(struct fractalic *t)
{
	struct berth_error err = {0};
	struct xfer_request request = {
		.method = "GET",
		.url = t->url,
		.total_timeout_ms = ANSWER_MS,
		.on_header = on_header,
		.done = answered,
		.context = t,
	};

	free(t->location);
	t->location = NULL;
	server_access_prepare(t->run.access, SERVER_JSON, &request);
	t->run.xfer = xfer_start(t->run.setup.net, &request, &err);
	if (t->run.xfer == NULL)
		end_lost(t, &err);
}

static void ask(struct fractalic *t)
{
	struct berth_error err = {0};
	struct buf url;

	free(t->url);
	t->url = NULL;
	t->redirects = 0;
	buf_init(&url, URL_MAX);
	if (buf_addf(&url, &err, "%s%s", t->run.server->url, FRACTALIC_PROGRESS_ROUTE) == 0 &&
		docker_escape(&url, t->id, &err) == 0) {
		t->url = strdup(url.data);
		if (t->url == NULL)
			berth_error_set(&err, BERTH_E_MEMORY, 0, "out of memory");
	}
	buf_release(&url);
	if (t->url != NULL)
		send_question(t);
	else
		end_lost(t, &err);
}

void poll_begin(struct fractalic *t)
{
	t->tries = 1;
	t->delay_ms = fractalic_pace.first_ms;
	if (!t->run.watching)
		server_run_say_link(&t->run, BERTH_RECONNECTING, t->tries, 0);
	come_back(t, t->retry_after_ms, ask);
	t->retry_after_ms = 0;
}
