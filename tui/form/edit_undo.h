/* What was done to a line of text, to be taken back step by step. Typing a word is one step. Pure.
 */
#ifndef BERTH_TUI_EDIT_UNDO_H
#define BERTH_TUI_EDIT_UNDO_H

#include <stdbool.h>
#include <stddef.h>

#include "form/edit.h"

#define EDIT_UNDO_STEPS 64

struct edit_undo_step {
	size_t at;
	size_t inserted; /* bytes that came in there */
	size_t removed;  /* bytes that went; they lie at the end of `bytes` */
	size_t cursor;   /* before */
};

struct edit_undo {
	struct edit_undo_step steps[EDIT_UNDO_STEPS];
	size_t count;
	char bytes[2 * EDIT_MAX];
	size_t used;
	bool forgot; /* the oldest steps had to go: the last one left does not lead to the beginning
		      */
};

/* Forget all of it, and wipe what was removed: it may have been a secret. */
void edit_undo_clear(struct edit_undo *undo);

/* Note the way from one text to the next; equal ones are none. */
void edit_undo_note(struct edit_undo *undo, const struct edit *before, const struct edit *after);

/* One step back; false if there is none. */
bool edit_undo_step_back(struct edit_undo *undo, struct edit *edit);

#endif
