/* From a line of a log to the rows that are painted: cleaned, broken or cut, with its colours and
 * the matches of the search. Part of logview. */
#ifndef BERTH_TUI_LOGROWS_H
#define BERTH_TUI_LOGROWS_H

#include "logs/logview.h"

/* How many rows a line takes. */
int logrows_of(const struct logview *view, uint64_t line);

/* Forget the rows there are. False without memory. */
bool logrows_begin(struct logview *view);
/* Add the rows of a line from one of them on, as many as there is room for. */
void logrows_add(struct logview *view, uint64_t line, int from_row);

#endif
