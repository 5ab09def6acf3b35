/* One line of text and a cursor, with the editing keys of readline. Pure. */
#ifndef BERTH_TUI_EDIT_H
#define BERTH_TUI_EDIT_H

#include <stdbool.h>
#include <stddef.h>

#include "keys/keys.h"

#define EDIT_MAX 4096

struct edit {
	char text[EDIT_MAX]; /* valid UTF-8 without controls, NUL-terminated */
	size_t len;
	size_t cursor; /* bytes; on a character boundary */
};

/* What the last cut took; shared by the fields of a form. */
struct edit_cut {
	char text[EDIT_MAX];
	size_t len;
};

/* Replace the text, cursor at its end. What does not fit or is not text is left out. */
void edit_set(struct edit *edit, const char *text);

/* Put text in at the cursor; line breaks and tabs become spaces, other controls are left out. False
 * if it does not all fit: then nothing changes. */
bool edit_insert(struct edit *edit, const char *text, size_t len);

/* Do an ACTION_EDIT_*; false if it is none. */
bool edit_do(struct edit *edit, enum action action, struct edit_cut *cut);

/* Which part of `text` to show in `columns` so that the cursor (bytes into text) is in it. Depends
 * on nothing but the arguments, and moves in steps of half a width, so that text stands still while
 * the cursor moves within it. Returns the first byte; *cursor_column is counted from there. */
size_t edit_window(const char *text, size_t len, size_t cursor, int columns, int *cursor_column);

#endif
