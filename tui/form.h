/*
 * The form: what is typed, checked and handed to the settings. Knows no curses.
 *
 * A field shows what the settings hold. The first edit makes the text the form's own; leaving the
 * field puts it into the settings (an empty text lets what lies below show through again) and
 * checks it.
 */
#ifndef BERTH_TUI_FORM_H
#define BERTH_TUI_FORM_H

#include <stdbool.h>
#include <stddef.h>

#include <berth/settings.h>

#include "edit.h"

#define FORM_FIELDS 12

struct form_field {
	struct edit edit;
	bool own;        /* typed here or given as an option, not derived */
	bool entered;    /* the cursor came and was moved, or something was typed */
	bool touched;    /* the text is not what the settings hold */
	char error[256]; /* empty: none known */
};

struct form {
	struct berth_settings *settings; /* borrowed */
	struct form_field fields[FORM_FIELDS];
	size_t current;
	struct edit_cut cut;
};

/* What a field is. */
enum berth_field_id form_id(size_t index);
bool form_is_choice(size_t index);
bool form_applies(const struct form *form, size_t index);
/* Does a server want it? */
bool form_requires(const struct form *form, size_t index);

/* Two fields stand in a row when the form has two columns: (2 * row + column). */
void form_init(struct form *form, struct berth_settings *settings);

/* To another field: by rows, from the end of a column to the start of the next. */
void form_move(struct form *form, int step, int columns);
void form_go(struct form *form, size_t index);

/* Put what was typed into the settings and check it. Called on every move; also to be called when
 * the focus goes elsewhere. */
void form_leave(struct form *form);

/* The next choice, or the one before. */
void form_choose(struct form *form, int step);

/* Typed or pasted text; false if it does not fit. Text typed over a derived value replaces it. */
bool form_insert(struct form *form, const char *text, size_t len);
/* An ACTION_EDIT_*; false if it is none. */
bool form_edit(struct form *form, enum action action);

/* The request, or NULL with an error; if the field that is wrong is on the form, it becomes the
 * current one. */
struct berth_deployment *form_resolve(struct form *form, struct berth_error *err);

/* What to show for a field: values of variables hidden, but for the one that is being edited.
 * *cursor is the cursor in it. Returns the length. */
size_t form_show(const struct form *form, size_t index, bool focused, const char *hidden, char *dst,
	size_t cap, size_t *cursor);

#endif
