/* What the history of the console asks of the engine's, and what becomes of the answers. */
#ifndef BERTH_TUI_HISTORY_ASK_H
#define BERTH_TUI_HISTORY_ASK_H

#include <stdint.h>

struct app;

/* The newest that have what is typed; of a question under way the answer is waited for first. */
void history_ask_list(struct app *app);
/* Those behind the last that is there. */
void history_ask_older(struct app *app);
/* Search the logs of all runs; "" ends that and lists all. */
void history_ask_logs(struct app *app, const char *pattern);
/* Show one whole, or two compared. */
void history_ask_run(struct app *app, int64_t number);
void history_ask_pair(struct app *app, int64_t before, int64_t after);
void history_ask_delete(struct app *app, int64_t number);

#endif
