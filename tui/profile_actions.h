/* Profiles in the console: the form saved under a name, and a name into the form. */
#ifndef BERTH_TUI_PROFILE_ACTIONS_H
#define BERTH_TUI_PROFILE_ACTIONS_H

#include <stdbool.h>

struct app;

void profile_ask_save(struct app *app);
void profile_ask_load(struct app *app);

/* With the name that was typed. */
void profile_save(struct app *app, bool replace);
void profile_load(struct app *app);
/* The next name there is, or the one before. */
void profile_choose(struct app *app, int step);

#endif
