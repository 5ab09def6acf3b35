/* Profiles in the console: the form saved under a name, and a name into the form. */
#ifndef BERTH_TUI_PROFILE_ACTIONS_H
#define BERTH_TUI_PROFILE_ACTIONS_H

#include <stdbool.h>

#include "keys/input.h"

struct app;

void profile_ask_save(struct app *app);
void profile_ask_load(struct app *app);

extern const struct input_use profile_save_input, profile_load_input;

/* Save it again under the name that was typed, in the place of the one that is there. */
void profile_replace(struct app *app);

#endif
