/*
 * The live stream of a deployment: its states and the lines of its log. It begins at the first byte
 * of the log each time, and ends without a word a second after the end, or when anything on the way
 * has had enough; so that it ends says nothing, and what it said is the row's word or is asked for.
 *
 * One connection at a time and few in all: the real server can fall over when a reader leaves.
 * Where the stream can't be had the row is asked for instead.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

#include "loop/timer.h"
#include "loop/websocket.h"
#include "proto/json_repair.h"
#include "target/mist/mist.h"
#include "target/mist/mist_line.h"

#define STREAM_ROUTE "/api/deployments/logs/stream?id="
#define MESSAGE_MAX  (8u << 20)
/* While the front end is behind. */
#define HOLD_MS 5

static void open_stream(struct mist *t);

/* --- messages --- */

/* A stream says nothing of a row that does not change. */
static void look_at_age(struct mist *t)
{
	mist_watch_age(t);
	mist_come_back(t, mist_pace.stale_ms, look_at_age);
}

static void let_go_on(struct mist *t)
{
	if (t->socket == NULL)
		return;
	if (t->run.setup.sink.full(t->run.setup.sink.context)) {
		mist_come_back(t, HOLD_MS, let_go_on);
		return;
	}
	websocket_resume(t->socket);
	if (t->end != MIST_RUNS)
		mist_come_back(t, mist_pace.linger_ms, mist_leave_stream);
	else
		look_at_age(t);
}

void mist_leave_stream(struct mist *t)
{
	if (t->socket != NULL)
		websocket_close(t->socket);
}

/* Where a log did not exist yet when the stream was opened, its reader has given up by now. */
static bool is_deaf(const struct mist *t)
{
	return t->live.began_pending && t->live.lines == 0 && t->end == MIST_RUNS &&
	       strcmp(t->status, "pending") != 0 &&
	       clock_mono_ms() - t->live.opened_ms >= mist_pace.early_ms;
}

static void take_status(struct mist *t, const json_t *data)
{
	int percent = t->run.percent;

	mist_take_state(t, data);
	if (t->run.percent != percent)
		t->tries = 0;
	if (t->end == MIST_STOPPED) {
		/* This the stream does not take for an end. */
		mist_come_back(t, 0, mist_leave_stream);
	} else if (t->end != MIST_RUNS) {
		mist_come_back(t, mist_pace.linger_ms, mist_leave_stream);
	} else if (is_deaf(t)) {
		t->live.reopen = true;
		mist_come_back(t, 0, mist_leave_stream);
	}
}

static void take_text(struct mist *t, const char *text, size_t len, bool err_stream)
{
	size_t count = t->log.count;

	t->live.lines++;
	mist_take_line(t, text, len, err_stream);
	if (t->log.count != count)
		t->tries = 0;
}

static void take_line(struct mist *t, const json_t *data)
{
	const json_t *line = json_object_get(data, "line");
	const char *stream = server_text_at(data, "stream");

	if (json_is_string(line))
		take_text(t, json_string_value(line), json_string_length(line),
			stream != NULL && strcmp(stream, "stderr") == 0);
}

static void take_event(struct mist *t, const json_t *event)
{
	const char *type = server_text_at(event, "type");
	const json_t *data = json_object_get(event, "data");
	const char *message = server_text_at(data, "message");

	if (type == NULL)
		return;
	if (strcmp(type, "status") == 0)
		take_status(t, data);
	else if (strcmp(type, "log") == 0)
		take_line(t, data);
	/* Of the log's reader, not of the deployment. */
	else if (strcmp(type, "error") == 0 && message != NULL)
		server_run_say(&t->run, BERTH_ERROR, "The server says: %.600s", message);
}

static void on_message(void *context, const char *bytes, size_t len, bool text)
{
	const struct buf json = {.data = (char *)bytes, .len = len, .max = len};
	struct mist *t = context;
	struct mist_line line;
	json_t *event = NULL;

	if (t->run.closing || server_run_is_stopped(&t->run))
		return;
	if (text && mist_line_read(&line, bytes, len))
		take_text(t, line.text, line.len, line.err_stream);
	else if (json_repair_load(&json, &event, NULL) == 0 && json_is_object(event))
		take_event(t, event);
	else
		server_run_say(&t->run, BERTH_DEBUG, "The server sent an event that can't be read");
	json_decref(event);
	if (t->run.setup.sink.full(t->run.setup.sink.context)) {
		websocket_pause(t->socket);
		mist_come_back(t, HOLD_MS, let_go_on);
	}
}

static void on_open(void *context)
{
	struct mist *t = context;

	if (t->run.closing || server_run_is_stopped(&t->run))
		return;
	t->live.opened_ms = clock_mono_ms();
	t->live.began_pending = strcmp(t->status, "pending") == 0 || t->status[0] == '\0';
	t->live.lines = 0;
	mist_log_rewind(&t->log);
	server_run_say_link(&t->run, BERTH_LIVE, 0, 0);
	mist_come_back(t, mist_pace.stale_ms, look_at_age);
}

/* --- its end --- */

static void ask_instead(struct mist *t, const struct berth_error *err)
{
	server_run_say(&t->run, BERTH_INFO, "No live stream: %s; the server is asked instead",
		err->message);
	t->live.off = true;
	mist_follow(t);
}

/* At least half of the time, and at random: a thousand of us lost the same server. */
static int pause_of(struct mist *t)
{
	unsigned half = (unsigned)t->delay_ms / 2, random = 0;

	if (getrandom(&random, sizeof(random), 0) != (ssize_t)sizeof(random))
		random = half;
	t->delay_ms = t->delay_ms < mist_pace.cap_ms / 2 ? t->delay_ms * 2 : mist_pace.cap_ms;
	return (int)(half + random % (half + 1));
}

/* A break on the way; the others would come again. */
static bool may_pass(const struct berth_error *err)
{
	return err->code == BERTH_E_OK || err->code == BERTH_E_BROKEN ||
	       err->code == BERTH_E_TIMEOUT || err->code == BERTH_E_UNREACHABLE;
}

static void reopen(struct mist *t, const struct berth_error *err)
{
	int wait;

	if (!may_pass(err) || t->tries >= mist_pace.tries) {
		ask_instead(t, err);
		return;
	}
	if (t->tries == 0)
		t->delay_ms = mist_pace.first_ms;
	t->tries++;
	wait = pause_of(t);
	server_run_say_link(&t->run, BERTH_RECONNECTING, t->tries, wait);
	mist_come_back(t, wait, open_stream);
}

static void done(void *context, const struct websocket_end *end)
{
	struct mist *t = context;
	struct berth_error err = end->error;

	t->socket = NULL;
	timer_stop(t->run.turn);
	if (server_run_is_dropped(&t->run))
		return;
	if (t->end != MIST_RUNS) {
		mist_finish(t);
	} else if (server_run_is_stopped(&t->run)) {
		mist_interrupted(t);
	} else if (t->live.reopen) {
		t->live.reopen = false;
		mist_come_back(t, 0, open_stream);
	} else {
		if (err.code == BERTH_E_OK)
			berth_error_set(&err, BERTH_E_OK, 0, "the server closed it");
		reopen(t, &err);
	}
}

static void open_stream(struct mist *t)
{
	struct berth_error err = {0};
	struct websocket_request request = {
		.message_max = MESSAGE_MAX,
		.close_ms = mist_pace.linger_ms,
		.on_open = on_open,
		.on_message = on_message,
		.done = done,
		.context = t,
	};
	char *url = NULL;

	if (asprintf(&url, "%s" STREAM_ROUTE "%" PRId64, t->run.server->url, t->id) < 0)
		url = NULL;
	if (url == NULL) {
		berth_error_set(&err, BERTH_E_MEMORY, 0, "out of memory");
	} else {
		request.http.url = url;
		server_access_prepare(t->run.access, SERVER_ANYTHING, &request.http);
		t->socket = websocket_start(t->run.setup.net, &request, &err);
	}
	free(url);
	if (t->socket == NULL)
		ask_instead(t, &err);
}

void mist_open_stream(struct mist *t)
{
	t->tries = 0;
	mist_come_back(t, 0, open_stream);
}
