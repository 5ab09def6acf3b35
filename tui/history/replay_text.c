#include "history/replay_text.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include <uv.h>

#include <berth/engine.h>
#include <berth/recording.h>

#include "command/json.h"
#include "command/plain.h"
#include "complain.h"
#include "term/output.h"

/* Events handled in one turn. */
enum { EVENTS_A_TURN = 512, STATUS_FAILED = 1, STATUS_WRONG = 2 };

struct text {
	const struct replay_text *what;
	uv_loop_t loop;
	uv_idle_t idle;              /* runs while there may be events to take */
	struct berth_engine *engine; /* NULL once it is closing */
	struct output *output;
	struct plain plain;
	unsigned number;
	bool ended, gap;
	int status, outcome;
};

static void engine_closed(void *context)
{
	struct text *text = context;
	uv_close((uv_handle_t *)&text->idle, NULL);
}

static void leave(struct text *text)
{
	text->ended = true;
	uv_idle_stop(&text->idle);
	berth_engine_close(text->engine, engine_closed, text);
	text->engine = NULL;
}

static void fail(struct text *text, const struct berth_error *err)
{
	complain(err);
	text->status = err->code == BERTH_E_NOT_FOUND || err->code == BERTH_E_PROTOCOL ||
				       err->code == BERTH_E_IO
			       ? STATUS_WRONG
			       : STATUS_FAILED;
	leave(text);
}

static void show(struct text *text, const struct berth_event *event)
{
	bool shown = text->what->json ? json_event(text->output, event)
				      : plain_event(&text->plain, event);
	text->gap = text->gap || !shown;
	if (event->type != BERTH_EVENT_RESULT)
		return;
	text->ended = true;
	text->outcome = berth_outcome_exit_status(
		event->result ? event->result->outcome : BERTH_UNKNOWN);
}

static void drain(uv_idle_t *idle)
{
	struct text *text = idle->data;
	struct berth_event *event = NULL;
	for (int i = 0; i < EVENTS_A_TURN && !text->ended; i++) {
		event = output_full(text->output) ? NULL : berth_engine_next(text->engine);
		if (!event)
			break;
		show(text, event);
		berth_event_free(event);
	}
	output_flush(text->output);
	if (text->ended)
		leave(text);
	else if (!event)
		uv_idle_stop(idle);
}

static void wakeup(void *context)
{
	struct text *text = context;
	if (!text->ended)
		uv_idle_start(&text->idle, drain);
}

/* What is shown must not be taken for what happens. */
static void say_what(struct text *text, const struct berth_recording_info *info)
{
	char when[64] = "";
	time_t seconds = (time_t)(info->started_ms / 1000);
	struct tm local;
	if (text->what->json || text->what->quiet)
		return;
	if (info->started_ms > 0 && localtime_r(&seconds, &local))
		strftime(when, sizeof when, " of %Y-%m-%d %H:%M:%S", &local);
	output_addf(text->output, "replay: a recording%s, nothing is deployed: ", when);
	plain_line(&text->plain, "", info->deployment->name);
}

static void opened(void *context, struct berth_recording *recording, const struct berth_error *err)
{
	struct text *text = context;
	struct berth_error cause;
	if (!recording) {
		fail(text, err);
		return;
	}
	say_what(text, berth_recording_info(recording));
	if (berth_engine_replay(text->engine, recording, text->what->speed, text->what->follow,
		    &text->number, &cause) == 0)
		return;
	berth_recording_close(recording);
	fail(text, &cause);
}

static int start(struct text *text, struct berth_error *err)
{
	text->output = output_new(&text->loop, STDOUT_FILENO, wakeup, text);
	if (!text->output)
		return berth_error_set(err, BERTH_E_MEMORY, 0, "out of memory");
	plain_init(&text->plain, text->output, locale_is_utf8());
	text->engine = berth_engine_new(&(struct berth_engine_options){.loop = &text->loop,
						.wakeup = wakeup,
						.context = text,
						.logs = BERTH_LOGS_AS_EVENTS},
		err);
	if (!text->engine)
		return -1;
	return berth_recording_open(&text->loop, text->what->path, opened, text, err);
}

static void finish(struct text *text)
{
	int error = text->output ? output_error(text->output) : 0;
	if (error && error != EPIPE)
		complain_text("the events could not all be written: %s", strerror(error));
	if (text->gap)
		complain_text("the events could not all be written: out of memory");
	output_free(text->output);
	if (uv_loop_close(&text->loop) != 0)
		complain_text("internal: something was left open");
}

int replay_text(const struct replay_text *what, int *ended)
{
	struct text text = {.what = what};
	struct berth_error err;
	int status = uv_loop_init(&text.loop);
	if (status < 0) {
		complain_text("cannot start: %s", uv_strerror(status));
		return STATUS_FAILED;
	}
	uv_idle_init(&text.loop, &text.idle);
	text.idle.data = &text;
	if (start(&text, &err) < 0) {
		if (text.engine) {
			fail(&text, &err);
		} else {
			complain(&err);
			text.status = STATUS_FAILED;
			uv_close((uv_handle_t *)&text.idle, NULL);
		}
	}
	uv_run(&text.loop, UV_RUN_DEFAULT);
	finish(&text);
	*ended = text.outcome;
	return text.status;
}
