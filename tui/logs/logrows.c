#include "logs/logrows.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <berth/text.h>

#include "term/wrap.h"

enum { NOTE_MAX = 80 }; /* room to say that a line is not shown whole */

static const char lost[] = "[this line was not kept]";

/* A line as it is shown, before it is broken. */
struct shown {
	uint64_t number;
	struct berth_log_line line;
	bool lost;
	char text[LOGVIEW_LINE_MAX];
	size_t len;
	struct berth_span spans[LOGVIEW_PIECES];
	size_t span_count;
	struct log_hit hits[LOGVIEW_PIECES];
	size_t hit_count;
};

/* In no colour of the line's. */
static void add_note(struct shown *shown)
{
	if (shown->span_count == LOGVIEW_PIECES)
		shown->span_count--;
	if (shown->span_count > 0)
		shown->spans[shown->span_count++] = (struct berth_span){.at = shown->len};
	shown->len += (size_t)snprintf(shown->text + shown->len, NOTE_MAX,
		" [cut here; the line has %zu bytes, the file has all of it]", shown->line.len);
}

static void clean(const struct logview *view, uint64_t number, bool colours, struct shown *shown)
{
	shown->number = number;
	shown->span_count = shown->hit_count = 0;
	shown->lost = !berth_log_get(view->filter.log, number, &shown->line);
	if (shown->lost) {
		shown->line = (struct berth_log_line){.stage = "", .level = BERTH_WARN};
		shown->len = (size_t)snprintf(shown->text, NOTE_MAX, "%s", lost);
		return;
	}
	const struct berth_log_line *line = &shown->line;
	/* Escape sequences go away in cleaning, so more may be read than is shown, but not all of
	 * a line of a megabyte in every frame. */
	size_t len = line->len < 4 * LOGVIEW_LINE_MAX ? line->len : 4 * LOGVIEW_LINE_MAX;
	size_t cap = LOGVIEW_LINE_MAX - NOTE_MAX;
	shown->len = berth_text_style(shown->text, cap, line->text, len, BERTH_CLEAN_LINE,
		shown->spans, colours ? LOGVIEW_PIECES : 0, &shown->span_count);
	if (len < line->len || shown->len + 4 >= cap)
		add_note(shown);
}

static void find_hits(const struct logview *view, struct shown *shown)
{
	struct berth_pattern *pattern = view->search.pattern;
	size_t at = 0;
	while (pattern != NULL && !shown->lost && shown->hit_count < LOGVIEW_PIECES) {
		struct log_hit *hit = &shown->hits[shown->hit_count];
		if (!berth_pattern_find(
			    pattern, shown->text, shown->len, at, &hit->start, &hit->end))
			break;
		at = hit->end;
		shown->hit_count++;
	}
}

int logrows_of(const struct logview *view, uint64_t number)
{
	struct shown shown;
	if (!view->wrap)
		return 1;
	clean(view, number, false, &shown);
	size_t at = 0, next;
	int rows = 0;
	do {
		wrap_hard(shown.text + at, shown.len - at, view->width, &next);
		at += next;
		rows++;
	} while (at < shown.len);
	return rows;
}

/* Room for `more` items of an array; false without memory. */
static bool grow(void **items, size_t count, size_t *capacity, size_t more, size_t size)
{
	if (count + more <= *capacity)
		return true;
	size_t wanted = (count + more) * 2;
	void *grown = realloc(*items, wanted * size);
	if (grown == NULL)
		return false;
	*items = grown;
	*capacity = wanted;
	return true;
}

bool logrows_begin(struct logview *view)
{
	view->row_count = view->text_len = view->span_count = view->hit_count = 0;
	return grow((void **)&view->rows, 0, &view->row_capacity, (size_t)view->height,
		sizeof *view->rows);
}

static bool keep_text(struct logview *view, const char *text, size_t len, size_t *at)
{
	if (!grow((void **)&view->text, view->text_len, &view->text_capacity, len, 1))
		return false;
	*at = view->text_len;
	if (len > 0)
		memcpy(view->text + view->text_len, text, len);
	view->text_len += len;
	return true;
}

/* The colours of a part of a line. */
static bool keep_spans(struct logview *view, const struct shown *shown, size_t from, size_t to,
	struct log_row *row)
{
	if (!grow((void **)&view->spans, view->span_count, &view->span_capacity, shown->span_count,
		    sizeof *view->spans))
		return false;
	row->span = view->span_count;
	for (size_t i = 0; i < shown->span_count && shown->spans[i].at < to; i++) {
		struct berth_span span = shown->spans[i];
		/* Of those that begin before the row only the last counts. */
		if (span.at <= from) {
			view->span_count = row->span;
			span.at = from;
		}
		span.at -= from;
		view->spans[view->span_count++] = span;
	}
	row->span_count = view->span_count - row->span;
	return true;
}

static bool keep_hits(struct logview *view, const struct shown *shown, size_t from, size_t to,
	struct log_row *row)
{
	if (!grow((void **)&view->hits, view->hit_count, &view->hit_capacity, shown->hit_count,
		    sizeof *view->hits))
		return false;
	row->hit = view->hit_count;
	for (size_t i = 0; i < shown->hit_count; i++) {
		size_t start = shown->hits[i].start, end = shown->hits[i].end;
		if (end <= from || start >= to)
			continue;
		view->hits[view->hit_count++] = (struct log_hit){
			start > from ? start - from : 0, (end < to ? end : to) - from};
	}
	row->hit_count = view->hit_count - row->hit;
	return true;
}

static void add_row(struct logview *view, const struct shown *shown, size_t from, size_t len,
	struct log_row row)
{
	const struct berth_log_line *line = &shown->line;
	const struct log_position *at = logview_position(view);
	uint64_t first, last;
	row.line = shown->number;
	row.lost = shown->lost;
	row.continues = line->continues;
	row.time_ms = line->time_ms;
	row.level = line->level;
	row.stream = line->stream;
	row.len = len;
	row.marked = at->has_mark && at->mark == row.line;
	row.chosen = logview_selection(view, &first, &last) && row.line >= first &&
		     row.line <= last;
	if (keep_text(view, line->stage, strlen(line->stage) + 1, &row.stage) &&
		keep_text(view, shown->text + from, len, &row.text) &&
		keep_spans(view, shown, from, from + len, &row) &&
		keep_hits(view, shown, from, from + len, &row))
		view->rows[view->row_count++] = row;
}

static void add_cut(struct logview *view, const struct shown *shown)
{
	const char *text = shown->text;
	int used = 0, blank = 0;
	size_t from = berth_text_fit(text, shown->len, view->sideways, &used);
	if (used < view->sideways && from < shown->len) {
		uint32_t code_point;
		from = (size_t)(berth_utf8_next(text + from, text + shown->len, &code_point) -
				text);
		blank = 1;
	}
	size_t len = berth_text_fit(text + from, shown->len - from, view->width - blank, NULL);
	add_row(view, shown, from, len,
		(struct log_row){.first = true, .cut = len < shown->len - from, .blank = blank});
}

void logrows_add(struct logview *view, uint64_t number, int from_row)
{
	struct shown shown;
	size_t at = 0, next;
	int row = 0;
	clean(view, number, !view->plain, &shown);
	find_hits(view, &shown);
	if (!view->wrap) {
		add_cut(view, &shown);
		return;
	}
	do {
		size_t len = wrap_hard(shown.text + at, shown.len - at, view->width, &next);
		if (row >= from_row && view->row_count < (size_t)view->height)
			add_row(view, &shown, at, len, (struct log_row){.first = row == 0});
		at += next;
		row++;
	} while (at < shown.len);
}
