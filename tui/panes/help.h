/* The help: made from the table of keys, the pane that has the focus first. */
#ifndef BERTH_TUI_HELP_H
#define BERTH_TUI_HELP_H

#include "app.h"

void help_open(struct app *app);
void help_close(struct app *app);
/* What the keys do in the help; false if the action is not one of its. */
bool help_act(struct app *app, enum action action);

/* Paint it over the panes. */
void help_update(struct app *app);

#endif
