/*
 * What part of a log is seen: filter, search, following, scrolling, wrapping, cursor and marks.
 *
 * Knows no curses. Only the rows that are seen are read, cleaned and broken, whatever the length of
 * the log. Places are line numbers of the log, which never change, so the view keeps its place
 * while lines come in or the size changes. Filter and search look through the log in slices, a step
 * at a time.
 */
#ifndef BERTH_TUI_LOGVIEW_H
#define BERTH_TUI_LOGVIEW_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <berth/log.h>
#include <berth/style.h>

#include "logs/logfilter.h"
#include "logs/logsearch.h"

#define LOGVIEW_LINE_MAX 32768 /* bytes of one line that are shown */
#define LOGVIEW_PIECES   256   /* colours, and matches, of one line that are shown */

struct log_place {
	uint64_t line;
	int row; /* of the wrapped line */
};

/* Where the view of one run's log stands. */
struct log_position {
	bool paused;
	struct log_place top; /* while paused */
	uint64_t paused_at;   /* the end of the log when it was paused */
	bool has_cursor, has_mark, selecting;
	uint64_t cursor; /* the line a jump led to */
	uint64_t mark;
	uint64_t anchor; /* the other end of the selection */
};

struct log_hit {
	size_t start, end; /* bytes of the row's text */
};

struct log_row {
	uint64_t line;
	bool first;     /* of its line */
	bool cut;       /* the line goes on to the right */
	bool continues; /* the line is the next part of the one before */
	bool lost;      /* nobody has it any more; the text says so */
	bool chosen;    /* by the cursor or the selection */
	bool marked;
	int64_t time_ms;
	enum berth_level level;
	enum berth_stream stream;
	size_t stage;            /* in logview.text, NUL-terminated */
	size_t text, len;        /* in logview.text */
	int blank;               /* columns before the text: half of a wide character is there */
	size_t span, span_count; /* in logview.spans; places are of the row's text */
	size_t hit, hit_count;   /* in logview.hits */
};

struct logview {
	unsigned run; /* that is shown; 0: none */
	struct logfilter filter;
	struct logsearch search;
	bool wrap, plain;  /* plain: without the colours that the output brings */
	int sideways;      /* columns, while not wrapped */
	int height, width; /* of the text */

	struct log_position *positions; /* by run - 1 */
	size_t position_count;

	/* A jump whose end is not known yet. */
	bool jumping, jump_backward, wrapped;
	uint64_t jump_from;

	struct log_row *rows; /* made by logview_derive() */
	size_t row_count, row_capacity;
	char *text;
	size_t text_len, text_capacity;
	struct berth_span *spans;
	size_t span_count, span_capacity;
	struct log_hit *hits;
	size_t hit_count, hit_capacity;
};

void logview_init(struct logview *view);
void logview_release(struct logview *view);

/* The log is borrowed; NULL shows nothing. Where each run was left is remembered. */
void logview_show(struct logview *view, unsigned run, struct berth_log *log);
void logview_resize(struct logview *view, int height, int width);
void logview_set_wrap(struct logview *view, bool wrap);

/* Look through some more of the log for the filter and the search: `bytes` of it at most. True
 * while there is more to do; *moved when what is seen may have changed. */
bool logview_step(struct logview *view, size_t bytes, bool *moved);
/* There is something to look through. */
bool logview_busy(const struct logview *view);

void logview_level(struct logview *view, enum berth_level lowest);
int logview_filter(struct logview *view, const char *text, unsigned flags, struct berth_error *err);
bool logview_unfilter(struct logview *view);

/* Search from where the view stands; "" ends it. The view goes to the nearest match when it is
 * known. */
int logview_search(struct logview *view, const char *text, unsigned flags, struct berth_error *err);
/* To the next match, or the one before. False without a search. */
bool logview_search_again(struct logview *view, bool backward);

/* Make the rows that are seen now. */
void logview_derive(struct logview *view);

/* Rows down (up when negative). Leaving the end pauses, reaching it follows again. While lines are
 * selected the cursor moves, and the view with it. */
void logview_scroll(struct logview *view, long rows);
void logview_top(struct logview *view);
void logview_follow(struct logview *view, bool follow);
void logview_sideways(struct logview *view, int columns);

/* To a line, which gets the cursor. A line that is not shown stands for the next one that is. */
void logview_go(struct logview *view, uint64_t line);
/* To the next line, or the one before, that is not below a level. False if there is none. */
bool logview_go_level(struct logview *view, enum berth_level lowest, bool backward);
/* Mark the line of the cursor (without one the topmost, or the newest while it is followed), or
 * take the mark off it. */
void logview_mark(struct logview *view);
/* To the mark, which takes the place that was left. False if there is none. */
bool logview_return(struct logview *view);

/* Select lines, from that of the cursor on; or stop it. */
void logview_select(struct logview *view, bool select);
/* The selected lines, or the cursor's alone. False if there is neither. */
bool logview_selection(const struct logview *view, uint64_t *first, uint64_t *last);
/* Take the cursor away, and the selection. False if there was none. */
bool logview_deselect(struct logview *view);

/* Back to where it was; nothing is searched. */
void logview_restore(struct logview *view, const struct log_position *position);

const struct log_position *logview_position(const struct logview *view);
bool logview_following(const struct logview *view);
uint64_t logview_count(const struct logview *view);  /* lines that are shown */
uint64_t logview_hidden(const struct logview *view); /* lines that are not */
uint64_t logview_behind(const struct logview *view); /* of those shown, come in since it was paused
						      */

#endif
