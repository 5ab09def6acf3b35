/* What the keys do in the log. */
#ifndef BERTH_TUI_LOG_ACTIONS_H
#define BERTH_TUI_LOG_ACTIONS_H

#include "app.h"

/* False if the action is not one of the log's. */
bool log_act(struct app *app, enum action action);

#endif
