/* What stops, restarts or removes something on a protected target waits for the target's name to be
 * typed. */
#ifndef BERTH_TUI_CONFIRM_ACT_H
#define BERTH_TUI_CONFIRM_ACT_H

#include <berth/fleet.h>

#include "keys/input.h"

struct app;

/* Ask for the name, if what the question was about is on such a target; false: it is not. */
bool confirm_act(struct app *app, enum berth_act act);

extern const struct input_use confirm_act_input;

#endif
