/* The lines of the log as events. */
#include <stdlib.h>
#include <string.h>

#include "base/level.h"
#include "target/mist.h"

/* While the front end is behind. */
#define HOLD_MS 5
/* Those given are shown in between. */
#define LINES_A_TURN 1000

struct line {
	struct mist *t;
	bool err_stream;
};

static void keep_last(struct mist *t, const char *line, size_t len, bool failed)
{
	char **place = &t->last[t->last_count % MIST_LAST_LINES];
	char *copy = strndup(line, len);

	if (copy == NULL)
		return;
	free(*place);
	*place = copy;
	t->last_count++;
	if (!failed || (copy = strdup(copy)) == NULL)
		return;
	free(t->reason);
	t->reason = copy;
}

static void give_line(void *context, const char *line, size_t len, bool failed)
{
	const struct line *how = context;
	struct mist *t = how->t;
	int is_new = mist_log_is_new(&t->log, line, len);
	struct berth_event *event;

	/* Told of the lines of a stream and again of the whole: the reason is known only there. */
	if (failed && is_new == 0)
		keep_last(t, line, len, true);
	if (is_new == 0)
		return;
	if (is_new < 0) {
		if (!t->log_full)
			server_run_say(
				&t->run, BERTH_WARN, "The log is too long to be told further");
		t->log_full = true;
		return;
	}
	keep_last(t, line, len, failed);
	event = berth_event_new(BERTH_EVENT_LOG, mist_stages[t->run.stage].name, 0, line, len);
	if (event != NULL) {
		event->level = failed ? BERTH_ERROR : level_of_text(line, len, BERTH_INFO);
		event->stream = failed || how->err_stream ? BERTH_STDERR : BERTH_STDOUT;
	}
	t->run.setup.sink.emit(t->run.setup.sink.context, event);
}

void mist_take_line(struct mist *t, const char *line, size_t len, bool err_stream)
{
	struct line how = {t, err_stream};

	mist_text_streamed(&t->log.text, line, len, give_line, &how);
}

static void give_file(struct mist *t)
{
	const char *text = json_string_value(t->file);
	size_t len = json_string_length(t->file);
	struct line how = {t, false};
	int given = 0;

	while (t->file_at < len) {
		const char *line = text + t->file_at;
		const char *end = memchr(line, '\n', len - t->file_at);
		size_t size = end != NULL ? (size_t)(end - line) : len - t->file_at;

		bool full = t->run.setup.sink.full(t->run.setup.sink.context);

		if (full || given++ == LINES_A_TURN) {
			mist_come_back(t, full ? HOLD_MS : 0, give_file);
			return;
		}
		mist_text_file_line(&t->log.text, line, size, give_line, &how);
		t->file_at += size + (end != NULL);
	}
	json_decref(t->file);
	t->file = NULL;
	t->after_file(t);
}

void mist_take_file(struct mist *t, json_t *file, void (*next)(struct mist *t))
{
	t->file = json_incref(file);
	t->file_at = 0;
	t->after_file = next;
	mist_log_rewind(&t->log);
	give_file(t);
}
