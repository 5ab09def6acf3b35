/* The command line of the console: the line in the place of the footer, the list above it. */
#ifndef BERTH_TUI_COMMAND_PANE_H
#define BERTH_TUI_COMMAND_PANE_H

#include "app.h"

/* Paint it over the panes; the cursor belongs at *y, *x. */
void command_line_paint(const struct app *app, int *y, int *x);

#endif
