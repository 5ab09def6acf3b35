/* A line to type in the place of the footer: one question at a time, taken with Enter, left with
 * Esc.
 */
#ifndef BERTH_TUI_ASK_H
#define BERTH_TUI_ASK_H

#include <stdbool.h>

#include "edit.h"

struct app;

enum ask_kind {
	ASK_NOTHING,
	ASK_CONFIRM,      /* the name of a protected target */
	ASK_PROFILE_SAVE, /* the name of a profile */
	ASK_PROFILE_LOAD,
};

struct ask {
	enum ask_kind kind;
	char question[128];
	struct edit edit;
	struct edit_cut cut;
};

void ask_open(struct app *app, enum ask_kind kind, const char *question, const char *text);
void ask_close(struct app *app);

bool ask_act(struct app *app, enum action action);

#endif
