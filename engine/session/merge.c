#include "session/merge.h"

#include <stdio.h>
#include <string.h>

#include <berth/event.h>

#include "base/event_read.h"
#include "session/recording_head.h"

int merge_init(struct merge *merge, const char *events, const char *log, bool growing)
{
	*merge = (struct merge){.growing = growing};
	if (line_source_init(&merge->events, events) == -1)
		return -1;
	if (line_source_init(&merge->lines, log) == 0)
		return 0;
	line_source_release(&merge->events);
	return -1;
}

void merge_release(struct merge *merge)
{
	berth_event_free(merge->next);
	line_source_release(&merge->events);
	line_source_release(&merge->lines);
}

void merge_rewind(struct merge *merge)
{
	berth_event_free(merge->next);
	merge->next = NULL;
	merge->own = merge->of_log = merge->missing = 0;
	line_source_rewind(&merge->events);
	line_source_rewind(&merge->lines);
}

void merge_refill(struct merge *merge)
{
	merge->events.end = merge->events.failed != 0;
	merge->lines.end = merge->lines.failed != 0 || merge->lines.path == NULL;
}

static enum merged out_of_memory(struct berth_error *err)
{
	berth_error_set(err, BERTH_E_MEMORY, 0, "out of memory");
	return MERGED_BROKEN;
}

/* The next of its own events, to stand in `next`. */
static enum merged read_own(struct merge *merge, struct berth_error *err)
{
	struct recording_head head;
	const char *line;
	size_t len;

	line = line_source_next(&merge->events, &len);
	if (line == NULL)
		return merge->events.end ? MERGED_END : MERGED_EVENTS;
	if (merge->own == 0 && recording_head_read(&head, line, len)) {
		recording_head_release(&head);
		return read_own(merge, err);
	}
	merge->next = event_read(line, len, err);
	return merge->next != NULL ? MERGED_EVENT : MERGED_BROKEN;
}

static enum merged make_line(
	const struct berth_log_line *line, struct berth_event **event, struct berth_error *err)
{
	*event = berth_event_new(BERTH_EVENT_LOG, line->stage, 0, line->text, line->len);
	if (*event == NULL)
		return out_of_memory(err);
	(*event)->time_ms = line->time_ms;
	(*event)->level = line->level;
	(*event)->stream = line->stream;
	(*event)->continues = line->continues;
	return MERGED_EVENT;
}

/* What is no record of a log is passed over: a number it had all the same. */
static enum merged take_line(
	struct merge *merge, struct berth_event **event, struct berth_error *err)
{
	struct berth_log_line line;
	const char *text;
	size_t len;

	while ((text = line_source_next(&merge->lines, &len)) != NULL) {
		merge->of_log++;
		if (record_get(text, len, merge->stage, &line))
			return make_line(&line, event, err);
	}
	return merge->lines.end ? MERGED_END : MERGED_LINES;
}

static enum merged tell_missing(
	uint64_t missing, int64_t time_ms, struct berth_event **event, struct berth_error *err)
{
	char text[96];
	struct berth_log_line line = {
		.time_ms = time_ms, .level = BERTH_WARN, .stream = BERTH_ENGINE, .stage = ""};

	snprintf(text, sizeof(text), "here %llu lines are missing: the log does not have them",
		(unsigned long long)missing);
	line.text = text;
	line.len = strlen(text);
	return make_line(&line, event, err);
}

/* Lines of the log that come before the event in `next`. */
static uint64_t due_lines(const struct merge *merge)
{
	uint64_t before = merge->own + merge->of_log;

	return merge->next->seq > before + 1 ? merge->next->seq - 1 - before : 0;
}

static enum merged take_own(struct merge *merge, struct berth_event **event)
{
	*event = merge->next;
	merge->next = NULL;
	merge->own++;
	return MERGED_EVENT;
}

enum merged merge_next(struct merge *merge, struct berth_event **event, struct berth_error *err)
{
	enum merged got = merge->next != NULL ? MERGED_EVENT : read_own(merge, err);
	uint64_t due;

	/* What is behind the last event of the record comes last, but is not waited with. */
	if (got == MERGED_END)
		return take_line(merge, event, err);
	if (got != MERGED_EVENT)
		return got;
	due = due_lines(merge);
	if (due == 0)
		return take_own(merge, event);
	got = take_line(merge, event, err);
	if (got != MERGED_END || merge->growing)
		return got;
	merge->of_log += due;
	merge->missing += due;
	return tell_missing(due, merge->next->time_ms, event, err);
}
