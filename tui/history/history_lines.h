/* Past runs as lines to read: in the history of the console, on the screen or without one. */
#ifndef BERTH_TUI_HISTORY_LINES_H
#define BERTH_TUI_HISTORY_LINES_H

#include <stdbool.h>

#include <berth/history.h>

#include "panes/lines.h"

/* The mark of its state, and the role to show it in. */
const char *history_mark(const struct berth_past_run *run, bool ascii, enum role *role);
/* "0:31", or "-" while that is not known. */
char *history_took(char dst[16], const struct berth_past_run *run);

/* One run, whole. */
void history_lines_run(struct lines *lines, const struct berth_past_run *run);
/* What differs between two, and their stages side by side. */
void history_lines_compare(struct lines *lines, const struct berth_past_run *before,
	const struct berth_past_run *after);

#endif
