/* What is taken away of the log that is shown: the lines that are chosen, an error with what
 * belongs to it, or all that the filter lets pass. */
#ifndef BERTH_TUI_LOG_TAKE_H
#define BERTH_TUI_LOG_TAKE_H

#include "app.h"

/* Copy the lines that are chosen. Without any it begins to choose. */
void log_take_copy(struct app *app);
/* Copy the error at the cursor or before it (without a cursor the newest) with the lines around it
 * that belong to it: of the same stream, errors too, or indented as the calls of a stack are. */
void log_take_error(struct app *app);

/* Ask for a file. */
void log_take_ask(struct app *app);
/* Write what is shown to it; what the filter has not looked at yet is looked at first. */
void log_take_export(struct app *app, const char *path);
/* Look at some more for an export that waits for it; true while there is more to do. */
bool log_take_step(struct app *app, size_t bytes);

#endif
