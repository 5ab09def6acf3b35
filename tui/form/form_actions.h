/* What the keys do in the form. */
#ifndef BERTH_TUI_FORM_ACTIONS_H
#define BERTH_TUI_FORM_ACTIONS_H

#include "app.h"

/* False if the action is not one of the form's. */
bool form_act(struct app *app, enum action action);

#endif
