/* A part of a name, to list only what has it. */
#ifndef BERTH_TUI_LIST_INPUT_H
#define BERTH_TUI_LIST_INPUT_H

#include "keys/input.h"

extern const struct input_use list_filter_input;

void list_input_open(struct app *app);

#endif
