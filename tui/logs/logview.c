#include "logs/logview.h"

#include <stdlib.h>
#include <string.h>

#include "logs/logrows.h"

static const struct log_position following = {0};

void logview_init(struct logview *view)
{
	*view = (struct logview){.height = 1, .width = 1};
}

void logview_release(struct logview *view)
{
	free(view->positions);
	logsearch_release(&view->search);
	logfilter_release(&view->filter);
	free(view->rows);
	free(view->text);
	free(view->spans);
	free(view->hits);
	*view = (struct logview){0};
}

/* The position of the run that is shown; NULL while there is none. */
static struct log_position *position(struct logview *view)
{
	return view->run >= 1 && view->run <= view->position_count ? &view->positions[view->run - 1]
								   : NULL;
}

const struct log_position *logview_position(const struct logview *view)
{
	return view->run >= 1 && view->run <= view->position_count ? &view->positions[view->run - 1]
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

uint64_t logview_hidden(const struct logview *view)
{
	return end_line(view) - logview_count(view);
}

uint64_t logview_behind(const struct logview *view)
{
	const struct log_position *at = logview_position(view);
	return at->paused ? logfilter_count_from(&view->filter, at->paused_at) : 0;
}

bool logview_following(const struct logview *view)
{
	return !logview_position(view)->paused;
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
			at = (struct log_place){line, logrows_of(view, line) - 1};
			rows++;
		} else {
			break;
		}
	}
	while (rows > 0) {
		if (view->wrap && at.row + 1 < logrows_of(view, at.line))
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
		return (struct log_place){0};
	struct log_place at = {last, logrows_of(view, last) - 1};
	return moved(view, at, 1 - view->height);
}

static bool reaches(struct log_place at, struct log_place end)
{
	return at.line > end.line || (at.line == end.line && at.row >= end.row);
}

/* The place at the top now, whether following or not. */
static struct log_place top_of(const struct logview *view)
{
	const struct log_position *at = logview_position(view);
	struct log_place end = bottom(view);
	uint64_t line;
	if (!at->paused || reaches(at->top, end))
		return end;
	if (logfilter_from(&view->filter, at->top.line, &line) && line != at->top.line)
		return (struct log_place){line, 0};
	/* In a wider window the line may have fewer rows than when it was left. */
	int last = logrows_of(view, at->top.line) - 1;
	return (struct log_place){at->top.line, at->top.row < last ? at->top.row : last};
}

/* Where looking through the log begins. */
static uint64_t stands_at(const struct logview *view)
{
	const struct log_position *at = logview_position(view);
	if (at->has_cursor)
		return at->cursor;
	return at->paused ? at->top.line : end_line(view);
}

static void renew_search(struct logview *view)
{
	view->jumping = false;
	logsearch_renew(&view->search, &view->filter, stands_at(view));
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
	view->filter.log = log;
	logfilter_show(&view->filter, log, stands_at(view));
	renew_search(view);
}

void logview_resize(struct logview *view, int height, int width)
{
	view->height = height > 0 ? height : 1;
	view->width = width > 0 ? width : 1;
}

void logview_level(struct logview *view, enum berth_level lowest)
{
	logfilter_level(&view->filter, lowest, stands_at(view));
	renew_search(view);
}

int logview_filter(struct logview *view, const char *text, unsigned flags, struct berth_error *err)
{
	if (logfilter_push(&view->filter, text, flags, stands_at(view), err) != 0)
		return -1;
	renew_search(view);
	return 0;
}

bool logview_unfilter(struct logview *view)
{
	if (!logfilter_pop(&view->filter, stands_at(view)))
		return false;
	renew_search(view);
	return true;
}

void logview_set_wrap(struct logview *view, bool wrap)
{
	struct log_position *at = position(view);
	view->wrap = wrap;
	view->sideways = 0;
	if (at != NULL)
		at->top.row = 0;
}

static void pause_at(struct logview *view, struct log_place top)
{
	struct log_position *at = position(view);
	if (!at->paused)
		at->paused_at = end_line(view);
	at->paused = true;
	at->top = top;
}

void logview_follow(struct logview *view, bool follow)
{
	struct log_position *at = position(view);
	if (at == NULL || at->paused == !follow)
		return;
	if (!follow) {
		pause_at(view, bottom(view));
		return;
	}
	at->paused = false;
	at->has_cursor = at->selecting = false;
}

static bool is_seen(const struct logview *view, uint64_t line)
{
	for (size_t i = 0; i < view->row_count; i++)
		if (view->rows[i].line == line)
			return true;
	return false;
}

/* The cursor onto a line, the view only as far as it has to: in a jump the line comes into the
 * middle. */
static void put_cursor(struct logview *view, uint64_t line, bool middle)
{
	struct log_position *at = position(view);
	struct log_place top = top_of(view), end = bottom(view);
	if (middle && !is_seen(view, line))
		top = moved(view, (struct log_place){line, 0}, -(long)(view->height / 2));
	else if (line <= top.line)
		top = (struct log_place){line, 0};
	else if (!is_seen(view, line))
		top = moved(view, (struct log_place){line, logrows_of(view, line) - 1},
			1 - view->height);
	pause_at(view, reaches(top, end) ? end : top);
	at->has_cursor = true;
	at->cursor = line;
}

static void move_cursor(struct logview *view, long rows)
{
	uint64_t line = logview_position(view)->cursor, next;
	for (; rows > 0 && logfilter_from(&view->filter, line + 1, &next); rows--)
		line = next;
	for (; rows < 0 && logfilter_before(&view->filter, line, &next); rows++)
		line = next;
	put_cursor(view, line, false);
}

void logview_scroll(struct logview *view, long rows)
{
	struct log_position *at = position(view);
	if (at == NULL)
		return;
	if (at->selecting) {
		move_cursor(view, rows);
		return;
	}
	struct log_place top = moved(view, top_of(view), rows);
	if (reaches(top, bottom(view)))
		/* Where all of it is seen, there is nothing to leave. */
		logview_follow(view, true);
	else
		pause_at(view, top);
}

void logview_top(struct logview *view)
{
	const struct log_position *at = position(view);
	uint64_t line;
	if (at == NULL || !logfilter_from(&view->filter, 0, &line))
		return;
	if (at->selecting) {
		put_cursor(view, line, false);
		return;
	}
	struct log_place top = {line, 0};
	if (!reaches(top, bottom(view)))
		pause_at(view, top);
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

void logview_go(struct logview *view, uint64_t line)
{
	uint64_t shown;
	if (position(view) == NULL)
		return;
	if (logfilter_from(&view->filter, line, &shown) ||
		logfilter_before(&view->filter, line, &shown))
		put_cursor(view, shown, true);
}

/* Where the reader is: the cursor, or the first line that is seen. */
static uint64_t reader(const struct logview *view)
{
	const struct log_position *at = logview_position(view);
	return at->has_cursor ? at->cursor : top_of(view).line;
}

/* The line somebody reads: while the end is followed, the newest. */
static uint64_t reading(const struct logview *view)
{
	uint64_t line = reader(view);
	if (logview_following(view))
		logfilter_before(&view->filter, end_line(view), &line);
	return line;
}

bool logview_go_level(struct logview *view, enum berth_level lowest, bool backward)
{
	const struct log_position *at = position(view);
	uint64_t line = reader(view), shown;
	if (at == NULL || view->filter.log == NULL)
		return false;
	if (backward ? line-- == 0 : at->has_cursor && ++line == 0)
		return false;
	while (backward ? berth_log_previous(view->filter.log, line, lowest, &line)
			: berth_log_next(view->filter.log, line, lowest, &line)) {
		if (logfilter_from(&view->filter, line, &shown) && shown == line) {
			put_cursor(view, line, true);
			return true;
		}
		if (backward ? line-- == 0 : ++line == 0)
			break;
	}
	return false;
}

void logview_mark(struct logview *view)
{
	struct log_position *at = position(view);
	if (at == NULL || logview_count(view) == 0)
		return;
	uint64_t line = reading(view);
	at->has_mark = !at->has_mark || at->mark != line;
	at->mark = line;
}

bool logview_return(struct logview *view)
{
	struct log_position *at = position(view);
	if (at == NULL || !at->has_mark)
		return false;
	uint64_t left = reading(view), mark = at->mark;
	logview_go(view, mark);
	at->mark = left;
	return true;
}

void logview_select(struct logview *view, bool select)
{
	struct log_position *at = position(view);
	if (at == NULL || logview_count(view) == 0)
		return;
	if (!at->has_cursor)
		put_cursor(view, reading(view), false);
	at->selecting = select;
	at->anchor = at->cursor;
}

bool logview_selection(const struct logview *view, uint64_t *first, uint64_t *last)
{
	const struct log_position *at = logview_position(view);
	uint64_t other = at->selecting ? at->anchor : at->cursor;
	*first = at->cursor < other ? at->cursor : other;
	*last = at->cursor < other ? other : at->cursor;
	return at->has_cursor;
}

bool logview_deselect(struct logview *view)
{
	struct log_position *at = position(view);
	bool had = at != NULL && at->has_cursor;
	if (had)
		at->has_cursor = at->selecting = false;
	return had;
}

static void start_jump(struct logview *view, uint64_t from, bool backward)
{
	view->jumping = true;
	view->jump_from = from;
	view->jump_backward = backward;
	view->wrapped = false;
}

/* True if the view went somewhere. */
static bool try_jump(struct logview *view)
{
	uint64_t line;
	if (!view->jumping)
		return false;
	enum logsearch_jump jump = logsearch_find(
		&view->search, view->jump_from, view->jump_backward, &line);
	if (jump == JUMP_WAIT)
		return false;
	view->jumping = false;
	view->wrapped = jump == JUMP_WRAPPED;
	if (jump != JUMP_NONE)
		put_cursor(view, line, true);
	return jump != JUMP_NONE;
}

int logview_search(struct logview *view, const char *text, unsigned flags, struct berth_error *err)
{
	/* From the end the newest match is the nearest, else the first of those that are seen. */
	bool backward = logview_following(view);
	uint64_t from = backward ? end_line(view) : reader(view);
	view->jumping = false;
	if (logsearch_set(&view->search, &view->filter, text, flags, from, err) != 0)
		return -1;
	if (view->search.pattern != NULL && position(view) != NULL)
		start_jump(view, from, backward);
	return 0;
}

bool logview_search_again(struct logview *view, bool backward)
{
	const struct log_position *at = logview_position(view);
	if (view->search.pattern == NULL || position(view) == NULL)
		return false;
	start_jump(view, reader(view) + (at->has_cursor && !backward ? 1 : 0), backward);
	try_jump(view);
	return true;
}

void logview_restore(struct logview *view, const struct log_position *before)
{
	struct log_position *at = position(view);
	view->jumping = false;
	if (at != NULL)
		*at = *before;
}

/* Everything that is said of the looking: what was found, and how far it is. */
static uint64_t progress(const struct logview *view)
{
	return logview_count(view) + logsearch_count(&view->search) +
	       logfilter_done(&view->filter) + logsearch_done(&view->search);
}

bool logview_step(struct logview *view, size_t bytes, bool *moved_on)
{
	uint64_t before = progress(view);
	bool more = logfilter_step(&view->filter, bytes);
	if (logsearch_step(&view->search, bytes))
		more = true;
	*moved_on = try_jump(view) || progress(view) != before || !more;
	return more;
}

bool logview_busy(const struct logview *view)
{
	return view->jumping || logfilter_done(&view->filter) < 100 ||
	       logsearch_done(&view->search) < 100;
}

void logview_derive(struct logview *view)
{
	uint64_t line;
	if (!logrows_begin(view) || view->filter.log == NULL)
		return;
	struct log_place at = top_of(view);
	bool more = logfilter_from(&view->filter, at.line, &line);
	while (more && view->row_count < (size_t)view->height) {
		size_t before = view->row_count;
		logrows_add(view, line, line == at.line ? at.row : 0);
		if (view->row_count == before)
			break;
		more = logfilter_from(&view->filter, line + 1, &line);
	}
}
