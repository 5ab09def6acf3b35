/* What is typed into the line of the footer for the log: a search, a filter, the name of a file. */
#ifndef BERTH_TUI_LOG_INPUT_H
#define BERTH_TUI_LOG_INPUT_H

#include "app.h"

/* Ask for it, with `text` to begin with. */
void log_input_open(struct app *app, enum input kind, const char *text);
/* A key that was typed as text; false if there is no room. */
bool log_input_type(struct app *app, const char *text, size_t len);
/* False if the action is not one of the line's. */
bool log_input_act(struct app *app, enum action action);
/* What is known of what is typed: "3 of 214"; dst gets "" if there is nothing to say. */
void log_input_state(const struct app *app, char dst[64]);

#endif
