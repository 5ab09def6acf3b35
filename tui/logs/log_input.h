/* What is typed for the log: a search, a filter, the name of a file. */
#ifndef BERTH_TUI_LOG_INPUT_H
#define BERTH_TUI_LOG_INPUT_H

#include "keys/input.h"

extern const struct input_use log_search_input, log_filter_input, log_export_input;

void log_input_search(struct app *app);
void log_input_filter(struct app *app);
/* `path` is proposed. */
void log_input_export(struct app *app, const char *path);

#endif
