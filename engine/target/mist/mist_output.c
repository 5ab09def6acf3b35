/* The lines of the log as events. */
#include <stdlib.h>
#include <string.h>

#include "base/level.h"
#include "target/mist/mist.h"

/* While the front end is behind. */
#define HOLD_MS 5
/* Those given are shown in between. */
#define LINES_A_TURN 1000
/* Of the whole log, where its row comes behind it. */
#define FILE_MAX (64u << 20)

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

/* --- the whole --- */

static void give_file(struct mist *t);

static void hold(struct mist *t, bool full)
{
	t->file_held = true;
	mist_come_back(t, full ? HOLD_MS : 0, give_file);
}

/* False: it is held. */
static bool give_lines(struct mist *t)
{
	struct line how = {t, false};
	int given = 0;

	t->file_held = false;
	while (t->file_at < t->file.len && !t->file_held) {
		const char *line = t->file.data + t->file_at;
		const char *end = memchr(line, '\n', t->file.len - t->file_at);
		size_t size = end != NULL ? (size_t)(end - line) : t->file.len - t->file_at;
		bool full = t->run.setup.sink.full(t->run.setup.sink.context);

		if (end == NULL && t->after_file == NULL)
			break;
		if (full || given++ == LINES_A_TURN) {
			hold(t, full);
			break;
		}
		mist_text_file_line(&t->log.text, line, size, give_line, &how);
		t->file_at += size + (end != NULL);
	}
	/* Not of each line: that would move the others each time. */
	if (t->file_at > t->file.len / 2) {
		buf_consume(&t->file, t->file_at);
		t->file_at = 0;
	}
	return !t->file_held;
}

static void give_file(struct mist *t)
{
	if (!give_lines(t))
		return;
	if (t->after_file != NULL)
		t->after_file(t);
	else if (t->call != NULL)
		server_call_resume(t->call);
}

static void open_file(struct mist *t, const json_t *row)
{
	if (t->file_open)
		return;
	t->file_open = true;
	mist_take_state(t, row);
	mist_log_rewind(&t->log);
}

void mist_begin_file(struct mist *t)
{
	buf_release(&t->file);
	buf_init(&t->file, FILE_MAX);
	t->file_at = 0;
	t->file_open = false;
	t->after_file = NULL;
}

void mist_take_piece(struct mist *t, const json_t *row, const char *text, size_t len)
{
	if (json_is_object(row))
		open_file(t, row);
	if (buf_add(&t->file, text, len, NULL) < 0 && !t->log_full) {
		server_run_say(&t->run, BERTH_WARN, "The log is too long to be told further");
		t->log_full = true;
	}
	if (t->file_open)
		give_lines(t);
}

void mist_end_file(struct mist *t, const json_t *row, void (*next)(struct mist *t))
{
	open_file(t, row);
	t->after_file = next;
	give_file(t);
}
