/* A line that is typed in the place of the footer: what to search for, a name. Pure. */
#ifndef BERTH_TUI_INPUTLINE_H
#define BERTH_TUI_INPUTLINE_H

#include <stdbool.h>

#include "edit.h"

enum input { INPUT_NONE, INPUT_SEARCH, INPUT_FILTER, INPUT_EXPORT, INPUT_COUNT };

struct inputline {
	enum input kind; /* INPUT_NONE: nothing is asked for */
	struct edit edit;
	struct edit_cut cut;
	unsigned flags;    /* of enum berth_pattern_flags, where a pattern is asked for */
	char problem[256]; /* with what is typed; "" if there is none */
	char last[INPUT_COUNT][EDIT_MAX]; /* what was taken the last time */
};

/* Ask, with `text` to begin with. */
void inputline_ask(struct inputline *input, enum input kind, const char *text);
/* It was taken, or is given up; what was taken is remembered. */
void inputline_end(struct inputline *input, bool taken);
/* What was taken the last time, in the place of what is typed. */
void inputline_recall(struct inputline *input);
/* What stands before the text: "Search: ". */
const char *inputline_label(const struct inputline *input);

#endif
