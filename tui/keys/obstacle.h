/* Whether an action can be done now, and if not, why. Pure. */
#ifndef BERTH_TUI_OBSTACLE_H
#define BERTH_TUI_OBSTACLE_H

#include "app.h"

/* NULL if it can be done from the command line of the console, else the reason, a few words. */
const char *obstacle(const struct app *app, enum action action);

#endif
