/*
 * What part of a log is seen: level filter, following, scrolling, wrapping.
 *
 * Knows no curses. Only the rows that are seen are read, cleaned and broken, whatever the length of
 * the log. Places are line numbers of the log, which never change, so the view keeps its place
 * while lines come in or the size changes.
 */
#ifndef BERTH_TUI_LOGVIEW_H
#define BERTH_TUI_LOGVIEW_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <berth/log.h>

#include "logfilter.h"

#define LOGVIEW_LINE_MAX 32768 /* bytes of one line that are shown */

struct log_place {
	uint64_t line;
	int row; /* of the wrapped line */
};

/* Where the view of one run's log stands. */
struct log_position {
	bool paused;
	struct log_place top; /* while paused */
	uint64_t paused_at;   /* the end of the log when it was paused */
};

struct log_row {
	uint64_t line;
	bool first; /* of its line */
	bool cut;   /* the line goes on to the right */
	int64_t time_ms;
	enum berth_level level;
	enum berth_stream stream;
	bool lost;         /* nobody has it any more; the text says so */
	size_t stage;      /* in logview.text, NUL-terminated */
	size_t text, len;  /* in logview.text */
	int blank;         /* columns before the text: half of a wide character is there */
};

struct logview {
	unsigned run;            /* that is shown; 0: none */
	struct logfilter filter; /* of its log */
	bool wrap;
	int sideways;      /* columns, while not wrapped */
	int height, width; /* of the text */

	struct log_position *positions; /* by run - 1 */
	size_t position_count;

	struct log_row *rows; /* made by logview_derive() */
	size_t row_count, row_capacity;
	char *text;
	size_t text_len, text_capacity;
};

void logview_init(struct logview *view);
void logview_release(struct logview *view);

/* The log is borrowed; NULL shows nothing. Where each run was left is remembered. */
void logview_show(struct logview *view, unsigned run, struct berth_log *log);
void logview_resize(struct logview *view, int height, int width);
void logview_filter(struct logview *view, enum berth_level lowest);
void logview_set_wrap(struct logview *view, bool wrap);

/* Make the rows that are seen now. */
void logview_derive(struct logview *view);

/* Rows down (up when negative). Leaving the end pauses, reaching it follows again. */
void logview_scroll(struct logview *view, long rows);
void logview_top(struct logview *view);
void logview_follow(struct logview *view, bool follow);
void logview_sideways(struct logview *view, int columns);

bool logview_following(const struct logview *view);
uint64_t logview_count(const struct logview *view);  /* lines that pass the filter */
uint64_t logview_behind(const struct logview *view); /* of those, come in since it was paused */

#endif
