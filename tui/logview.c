#include "logview.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <berth/text.h>

#include "wrap.h"

enum { NOTE_MAX = 64 }; /* room to say that a line is not shown whole */

static const char lost[] = "[this line was not kept]";

static const struct log_position following = {0};

void logview_init(struct logview *view)
{
	*view = (struct logview){.height = 1, .width = 1};
}

void logview_release(struct logview *view)
{
	free(view->positions);
	logfilter_release(&view->filter);
	free(view->rows);
	free(view->text);
	*view = (struct logview){0};
}

/* The position of the run that is shown; NULL while there is none. */
static struct log_position *position(struct logview *view)
{
	return view->run >= 1 && view->run <= view->position_count
		       ? &view->positions[view->run - 1]
		       : NULL;
}

static const struct log_position *position_of(const struct logview *view)
{
	return view->run >= 1 && view->run <= view->position_count
		       ? &view->positions[view->run - 1]
		       : &following;
}

static uint64_t end_line(const struct logview *view)
{
	return view->filter.log != NULL ? berth_log_end(view->filter.log) : 0;
}

uint64_t logview_count(const struct logview *view)
{
	return logfilter_count(&view->filter);
}

uint64_t logview_behind(const struct logview *view)
{
	const struct log_position *at = position_of(view);
	return at->paused ? logfilter_count_from(&view->filter, at->paused_at) : 0;
}

bool logview_following(const struct logview *view)
{
	return !position_of(view)->paused;
}

static size_t clean_line(
	const struct logview *view, uint64_t number, char *dst, struct berth_log_line *line)
{
	if (!berth_log_get(view->filter.log, number, line)) {
		*line = (struct berth_log_line){.stage = "", .level = BERTH_WARN};
		return (size_t)snprintf(dst, NOTE_MAX, "%s", lost);
	}
	/* Escape sequences go away in cleaning, so more may be read than is shown, but not all of
	 * a line of a megabyte in every frame. */
	size_t len = line->len < 4 * LOGVIEW_LINE_MAX ? line->len : 4 * LOGVIEW_LINE_MAX;
	size_t cap = LOGVIEW_LINE_MAX - NOTE_MAX;
	size_t used = berth_text_clean(dst, cap, line->text, len, BERTH_CLEAN_LINE);
	if (len < line->len || used + 4 >= cap)
		used += (size_t)snprintf(
			dst + used, NOTE_MAX, " [cut here; the line has %zu bytes]", line->len);
	return used;
}

static int rows_of(const struct logview *view, uint64_t number)
{
	char clean[LOGVIEW_LINE_MAX];
	struct berth_log_line line;
	if (!view->wrap)
		return 1;
	size_t len = clean_line(view, number, clean, &line), at = 0, next;
	int rows = 0;
	do {
		wrap_hard(clean + at, len - at, view->width, &next);
		at += next;
		rows++;
	} while (at < len);
	return rows;
}

/* Move a place by rows; it stops at the first and at the last row there is. */
static struct log_place moved(const struct logview *view, struct log_place at, long rows)
{
	uint64_t line;
	while (rows < 0) {
		if (at.row > 0) {
			long step = at.row < -rows ? at.row : -rows;
			at.row -= (int)step;
			rows += step;
		} else if (logfilter_before(&view->filter, at.line, &line)) {
			at = (struct log_place){line, rows_of(view, line) - 1};
			rows++;
		} else {
			break;
		}
	}
	while (rows > 0) {
		if (view->wrap && at.row + 1 < rows_of(view, at.line))
			at.row++;
		else if (logfilter_from(&view->filter, at.line + 1, &line))
			at = (struct log_place){line, 0};
		else
			break;
		rows--;
	}
	return at;
}

/* The place at the top of the view while it follows. */
static struct log_place bottom(const struct logview *view)
{
	uint64_t last;
	if (!logfilter_before(&view->filter, end_line(view), &last))
		return (struct log_place){0, 0};
	struct log_place at = {last, rows_of(view, last) - 1};
	return moved(view, at, 1 - view->height);
}

static bool reaches(struct log_place at, struct log_place end)
{
	return at.line > end.line || (at.line == end.line && at.row >= end.row);
}

/* The place at the top now, whether following or not. */
static struct log_place top_of(const struct logview *view)
{
	const struct log_position *at = position_of(view);
	struct log_place end = bottom(view);
	uint64_t line;
	if (!at->paused || reaches(at->top, end))
		return end;
	if (logfilter_from(&view->filter, at->top.line, &line) && line != at->top.line)
		return (struct log_place){line, 0};
	/* In a wider window the line may have fewer rows than when it was left. */
	int last = rows_of(view, at->top.line) - 1;
	return (struct log_place){at->top.line, at->top.row < last ? at->top.row : last};
}

void logview_show(struct logview *view, unsigned run, struct berth_log *log)
{
	if (run > view->position_count) {
		struct log_position *grown = realloc(view->positions, run * sizeof(*grown));
		if (grown == NULL)
			return;
		for (size_t i = view->position_count; i < run; i++)
			grown[i] = following;
		view->positions = grown;
		view->position_count = run;
	}
	view->run = run;
	logfilter_set(&view->filter, log, view->filter.lowest);
}

void logview_resize(struct logview *view, int height, int width)
{
	view->height = height > 0 ? height : 1;
	view->width = width > 0 ? width : 1;
}

void logview_filter(struct logview *view, enum berth_level lowest)
{
	logfilter_set(&view->filter, view->filter.log, lowest);
}

void logview_set_wrap(struct logview *view, bool wrap)
{
	struct log_position *at = position(view);
	view->wrap = wrap;
	view->sideways = 0;
	if (at != NULL)
		at->top.row = 0;
}

void logview_follow(struct logview *view, bool follow)
{
	struct log_position *at = position(view);
	if (at == NULL || at->paused == !follow)
		return;
	logfilter_update(&view->filter);
	at->top = bottom(view);
	at->paused = !follow;
	at->paused_at = end_line(view);
}

void logview_scroll(struct logview *view, long rows)
{
	struct log_position *at = position(view);
	if (at == NULL)
		return;
	logfilter_update(&view->filter);
	struct log_place top = moved(view, top_of(view), rows);
	if (reaches(top, bottom(view))) {
		/* Where all of it is seen, there is nothing to leave. */
		at->paused = false;
		return;
	}
	if (!at->paused)
		at->paused_at = end_line(view);
	at->paused = true;
	at->top = top;
}

void logview_top(struct logview *view)
{
	struct log_position *at = position(view);
	uint64_t line;
	if (at == NULL)
		return;
	logview_follow(view, false);
	if (logfilter_from(&view->filter, 0, &line))
		at->top = (struct log_place){line, 0};
	if (reaches(at->top, bottom(view)))
		at->paused = false;
}

void logview_sideways(struct logview *view, int columns)
{
	if (view->wrap)
		return;
	view->sideways += columns;
	if (view->sideways < 0)
		view->sideways = 0;
	if (view->sideways > LOGVIEW_LINE_MAX)
		view->sideways = LOGVIEW_LINE_MAX;
}

static size_t keep_text(struct logview *view, const char *text, size_t len)
{
	if (view->text_len + len > view->text_capacity) {
		size_t capacity = (view->text_len + len) * 2;
		char *grown = realloc(view->text, capacity);
		if (grown == NULL)
			return (size_t)-1;
		view->text = grown;
		view->text_capacity = capacity;
	}
	if (len > 0)
		memcpy(view->text + view->text_len, text, len);
	view->text_len += len;
	return view->text_len - len;
}

static void add_row(struct logview *view, uint64_t number, const struct berth_log_line *line,
	const char *text, size_t len, bool first, bool cut, int blank)
{
	size_t stage = keep_text(view, line->stage, strlen(line->stage) + 1);
	size_t at = stage != (size_t)-1 ? keep_text(view, text, len) : stage;
	if (at == (size_t)-1)
		return;
	view->rows[view->row_count++] = (struct log_row){number, first, cut, line->time_ms,
		line->level, line->stream, line->text == NULL, stage, at, len, blank};
}

static void add_cut(struct logview *view, uint64_t number, const struct berth_log_line *line,
	const char *text, size_t len)
{
	int used = 0;
	size_t from = berth_text_fit(text, len, view->sideways, &used);
	int blank = 0;
	if (used < view->sideways && from < len) {
		uint32_t code_point;
		from = (size_t)(berth_utf8_next(text + from, text + len, &code_point) - text);
		blank = 1;
	}
	size_t shown = berth_text_fit(text + from, len - from, view->width - blank, NULL);
	add_row(view, number, line, text + from, shown, true, shown < len - from, blank);
}

static void add_line(struct logview *view, uint64_t number, int from_row)
{
	char clean[LOGVIEW_LINE_MAX];
	struct berth_log_line line;
	size_t len = clean_line(view, number, clean, &line), at = 0, next;
	if (!view->wrap) {
		add_cut(view, number, &line, clean, len);
		return;
	}
	int row = 0;
	do {
		size_t shown = wrap_hard(clean + at, len - at, view->width, &next);
		if (row >= from_row && view->row_count < (size_t)view->height)
			add_row(view, number, &line, clean + at, shown, row == 0, false, 0);
		at += next;
		row++;
	} while (at < len);
}

void logview_derive(struct logview *view)
{
	view->row_count = 0;
	view->text_len = 0;
	if (view->filter.log == NULL)
		return;
	if ((size_t)view->height > view->row_capacity) {
		struct log_row *grown = realloc(view->rows, (size_t)view->height * sizeof(*grown));
		if (grown == NULL)
			return;
		view->rows = grown;
		view->row_capacity = (size_t)view->height;
	}
	logfilter_update(&view->filter);
	struct log_place at = top_of(view);
	uint64_t line;
	bool more = logfilter_from(&view->filter, at.line, &line);
	while (more && view->row_count < (size_t)view->height) {
		size_t before = view->row_count;
		add_line(view, line, line == at.line ? at.row : 0);
		if (view->row_count == before)
			break;
		more = logfilter_from(&view->filter, line + 1, &line);
	}
}
