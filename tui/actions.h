/* Keys to actions, actions to changes of the state and commands to the engine. */
#ifndef BERTH_TUI_ACTIONS_H
#define BERTH_TUI_ACTIONS_H

#include "app.h"

void actions_key(struct app *app, uint32_t key);
void actions_do(struct app *app, enum action action, int argument);
/* The same of one that was asked for by its name, from wherever. */
void actions_named(struct app *app, enum action action, int argument);

#endif
