/* What the command line of the console can say, in a list above it. */
#ifndef BERTH_TUI_COMMAND_PANE_H
#define BERTH_TUI_COMMAND_PANE_H

#include "app.h"

/* Over the panes. */
void command_pane_paint(const struct app *app);

#endif
