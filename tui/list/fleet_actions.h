/* What is done to the chosen container: stop, restart, remove, and a shell in it. */
#ifndef BERTH_TUI_FLEET_ACTIONS_H
#define BERTH_TUI_FLEET_ACTIONS_H

#include "app.h"

/* Ask, or begin; a notice if there is nothing to do it to. */
void fleet_stop(struct app *app);
void fleet_restart(struct app *app);
void fleet_remove(struct app *app);
/* A person said yes: do it to the container that was asked about. On a protected target something
 * more is asked first. */
void fleet_answered(struct app *app, enum berth_act act);
/* Do it now. */
void fleet_do(struct app *app, enum berth_act act);
/* Lend the terminal to a shell in it. */
void fleet_shell(struct app *app);

#endif
