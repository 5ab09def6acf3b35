/* A container looked at closely: its facts in the place of the result, its output in that of the
 * log, until it is left. */
#ifndef BERTH_TUI_DETAILS_H
#define BERTH_TUI_DETAILS_H

#include "app.h"

/* Of the chosen container; a notice if there is none. */
void details_open_chosen(struct app *app);
void details_leave(struct app *app);
/* The lines of the card. */
void details_lines(struct app *app, int columns);
void details_title(const struct app *app, char left[128], char right[64]);

#endif
