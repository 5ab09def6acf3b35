/* What the keys do in the log. */
#ifndef BERTH_TUI_LOG_ACTIONS_H
#define BERTH_TUI_LOG_ACTIONS_H

#include "app.h"

/* False if the action is not one of the log's. */
bool log_act(struct app *app, enum action action);

/* To line `number` of the log, from 1; says so if there is none. */
void log_goto(struct app *app, unsigned number);

#endif
