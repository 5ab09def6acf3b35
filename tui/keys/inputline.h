/* A line that is typed in the place of the footer: its text, what is wrong with it, and what was
 * taken before. Pure; input.h has what each kind is for. */
#ifndef BERTH_TUI_INPUTLINE_H
#define BERTH_TUI_INPUTLINE_H

#include <stdbool.h>

#include "form/edit.h"

enum input {
	INPUT_NONE, /* nothing is asked for */
	INPUT_SEARCH,
	INPUT_FILTER,
	INPUT_EXPORT,
	INPUT_COMMAND,      /* any action by its name */
	INPUT_CONFIRM,      /* the name of a protected target */
	INPUT_CONFIRM_ACT,  /* the same, before something there is stopped or removed */
	INPUT_PROFILE_SAVE, /* the name of a profile */
	INPUT_PROFILE_LOAD,
	INPUT_LIST,         /* part of a name */
	INPUT_HISTORY,      /* the same, of past runs */
	INPUT_HISTORY_LOGS, /* what their logs are searched for */
	INPUT_COUNT
};

enum { INPUT_REMEMBERED = 20 };

/* What was taken, the newest first; malloc'd. */
struct input_history {
	char *lines[INPUT_REMEMBERED];
	size_t count;
};

struct inputline {
	enum input kind;
	char label[128];  /* stands before the text */
	struct edit edit; /* what was typed is there until the next line is asked for */
	struct edit_cut cut;
	char problem[512]; /* with what is typed; "" if there is none */
	struct input_history history[INPUT_COUNT];
	size_t recalled;     /* 1: the newest, 0: none */
	char kept[EDIT_MAX]; /* what was typed before any was recalled */
};

void inputline_release(struct inputline *input);

/* Ask, with `text` to begin with. */
void inputline_ask(struct inputline *input, enum input kind, const char *label, const char *text);
/* `taken` is remembered; NULL: it is given up. */
void inputline_end(struct inputline *input, const char *taken);

/* Older ones in the place of what is typed with step 1, back to it with -1. False if there is none
 * that way. */
bool inputline_recall(struct inputline *input, int step);

/* What was taken the last time, or "". */
const char *inputline_last(const struct inputline *input, enum input kind);

#endif
