/* What is done to panes: which has the focus, what is chosen in the list, how far the card is
 * scrolled. */
#ifndef BERTH_TUI_PANE_ACTIONS_H
#define BERTH_TUI_PANE_ACTIONS_H

#include "app.h"

/* False if the action is none of these. */
bool pane_act(struct app *app, enum action action, int argument);
/* The same with the focus on the list, or on the card. */
bool pane_act_on_list(struct app *app, enum action action);
bool pane_act_on_card(struct app *app, enum action action);

/* By the number of its key, from 1. */
void pane_go(struct app *app, int number);
void pane_toggle_result(struct app *app);
/* The entry at a place of the list as it is now; -1: none. */
void pane_choose(struct app *app, int place);
void pane_scroll_card(struct app *app, long rows);

#endif
