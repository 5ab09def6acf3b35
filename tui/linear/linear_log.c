/* The log, read line by line: the lines as they come while it is followed, else those where the
 * reader was taken. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "linear/linear_private.h"
#include "logs/log_time.h"
#include "logs/logtitle.h"
#include "term/output.h"

enum {
	PAGE_LINES = 10,
	BEHIND_MAX = 1000, /* more lines than that at once are no reading matter: */
	BEHIND_KEPT = 20,  /* the newest of them are said */
};

static void say_line(struct linear *linear, const struct berth_log_line *line)
{
	struct berth_event event = {.type = BERTH_EVENT_LOG,
		.time_ms = line->time_ms,
		.stage = (char *)line->stage,
		.level = line->level,
		.message = (char *)line->text,
		.message_len = line->len};
	plain_event(&linear->plain, &event);
}

/* A flood is told, not read out. */
static void pass_over(struct linear *linear, uint64_t end)
{
	const struct logfilter *filter = &linear->app.log.filter;
	uint64_t behind = logfilter_count_from(filter, linear->heard), skipped = 0;
	if (behind <= BEHIND_MAX)
		return;
	for (uint64_t next; behind - skipped > BEHIND_KEPT &&
			    logfilter_from(filter, linear->heard, &next) && next < end;) {
		linear->heard = next + 1;
		skipped++;
	}
	linear_say(linear, "%" PRIu64 " lines of the log are not read out; 'page-up' shows them.",
		skipped);
}

void linear_follow(struct linear *linear, int64_t before_ms)
{
	struct app *app = &linear->app;
	const struct logfilter *filter = &app->log.filter;
	struct berth_log_line line;
	uint64_t next;
	if (filter->log == NULL || logview_busy(&app->log))
		return;
	uint64_t end = berth_log_end(filter->log);
	if (!logview_following(&app->log)) {
		linear->heard = end;
		return;
	}
	pass_over(linear, end);
	while (logfilter_from(filter, linear->heard, &next) && next < end &&
		!output_full(linear->output)) {
		bool there = berth_log_get(filter->log, next, &line);
		if (there && line.time_ms >= before_ms)
			return;
		linear->heard = next + 1;
		if (there)
			say_line(linear, &line);
		else
			linear_say(linear, "line %" PRIu64 " was not kept", next + 1);
	}
}

static void say_row(struct linear *linear, const struct log_row *row)
{
	const struct logview *log = &linear->app.log;
	char time[16], before[96];
	log_time_text(&linear->app, time, row->time_ms);
	snprintf(before, sizeof before, "%s%s%" PRIu64 ": %s%s%s ", row->marked ? "mark, " : "",
		row->chosen ? "here, " : "", row->line + 1,
		linear->app.times == TIMES_NONE ? "" : time,
		linear->app.times == TIMES_NONE ? "" : " ", berth_level_name(row->level));
	linear_say(linear, "%s%.*s", before, (int)row->len, log->text + row->text);
}

static void derive(struct linear *linear)
{
	logview_resize(&linear->app.log, PAGE_LINES, LOGVIEW_LINE_MAX);
	logview_derive(&linear->app.log);
}

static void say_title(struct linear *linear)
{
	struct linear_said *said = &linear->said;
	char left[128] = "", right[64] = "";
	logtitle_exact(&linear->app, left, right);
	snprintf(said->log_title, sizeof said->log_title, "%s", left);
	linear_say(linear, "%s%s%s", left, right[0] != '\0' ? ", " : "", right);
}

void linear_log_page(struct linear *linear)
{
	const struct logview *log = &linear->app.log;
	if (linear->app.chosen == 0) {
		linear_say(linear, "Nothing is deployed yet.");
		return;
	}
	say_title(linear);
	derive(linear);
	for (size_t i = 0; i < log->row_count; i++)
		say_row(linear, &log->rows[i]);
	linear->said.log = *logview_position(log);
	/* What was just read out is not said again. */
	if (logview_following(log) && log->filter.log != NULL)
		linear->heard = berth_log_end(log->filter.log);
}

static void say_times(struct linear *linear)
{
	static const char *const names[] = {[TIMES_LOCAL] = "local",
		[TIMES_UTC] = "UTC",
		[TIMES_ELAPSED] = "since the start",
		[TIMES_NONE] = "none"};
	_Static_assert(sizeof names / sizeof names[0] == TIMES_COUNT, "each has its name");
	linear->said.times = linear->app.times;
	linear_say(linear, "Times of lines that are read again: %s.", names[linear->app.times]);
}

/* The line of the cursor alone. */
static void say_cursor(struct linear *linear, uint64_t line)
{
	const struct logview *log = &linear->app.log;
	derive(linear);
	for (size_t i = 0; i < log->row_count; i++) {
		if (log->rows[i].line == line)
			say_row(linear, &log->rows[i]);
	}
}

void linear_log_moved(struct linear *linear)
{
	const struct logview *log = &linear->app.log;
	const struct log_position *at = logview_position(log), *was = &linear->said.log;
	char left[128] = "", right[64] = "";
	if (linear->app.chosen == 0 || log->filter.log == NULL)
		return;
	derive(linear);
	bool jumped = at->has_cursor &&
		      (linear->jumped || !was->has_cursor || was->cursor != at->cursor);
	bool marked = at->has_mark != was->has_mark || at->mark != was->mark;
	bool scrolled = linear->scrolled ||
			(at->paused && (!was->paused || was->top.line != at->top.line));
	if (linear->said.times != linear->app.times)
		say_times(linear);
	logtitle_exact(&linear->app, left, right);
	if (strcmp(left, linear->said.log_title) != 0 && (jumped || marked || !scrolled))
		say_title(linear);
	linear->said.log = *at;
	if (jumped)
		say_cursor(linear, at->cursor);
	else if (marked && at->has_mark)
		say_cursor(linear, at->mark);
	else if (scrolled)
		linear_log_page(linear);
}
