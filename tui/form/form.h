/*
 * The form: what is typed, checked and handed to the settings. Knows no curses.
 *
 * A field shows what the settings hold. The first edit makes the text the form's own; leaving the
 * field puts it into the settings (an empty text lets what lies below show through again) and
 * checks it.
 *
 * A field of several values is one line of words, and each word is a row of it: what can be done to
 * rows is done to words.
 */
#ifndef BERTH_TUI_FORM_H
#define BERTH_TUI_FORM_H

#include <stdbool.h>
#include <stddef.h>

#include <berth/recall.h>
#include <berth/settings.h>

#include "form/edit.h"
#include "form/edit_undo.h"

#define FORM_FIELDS 16

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
	const struct berth_plugin
		*plugin; /* borrowed; whose fields are shown too, see form_own.h */
	size_t current;
	struct edit_cut cut;
	struct edit_undo undo;             /* of the current field */
	bool reveal;                       /* the secret with the cursor is shown */
	const struct berth_recall *recall; /* borrowed; NULL: nothing is known */
	size_t recalled;   /* which earlier value the current field shows; 0: none */
	struct edit draft; /* what stood there before the first of them */
};

/* What a field is; with another target it may be another. */
enum berth_field_id form_id(const struct form *form, size_t index);
const char *form_label(const struct form *form, size_t index);
const char *form_name(const struct form *form, size_t index); /* of its option, or a plugin's */
bool form_is_choice(const struct form *form, size_t index);
const char *const *form_choices(const struct form *form, size_t index);
bool form_is_list(const struct form *form, size_t index);
/* A list of variables, whose values are hidden. */
bool form_is_secret(const struct form *form, size_t index);
/* Words of the list are parted by commas too. */
bool form_parts_at_commas(const struct form *form, size_t index);
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

/* The settings were changed from elsewhere: show what they hold. */
void form_read(struct form *form);

/* Take out of the settings whatever a form has put there. */
void form_forget(struct berth_settings *settings);

/* Judge every field that holds something, as if it had just been left. */
void form_check(struct form *form);

/* The next choice, or the one before. */
void form_choose(struct form *form, int step);

/* Typed or pasted text; false if it does not fit. Text typed over a derived value replaces it. */
bool form_insert(struct form *form, const char *text, size_t len);
/* An ACTION_EDIT_*; false if it is none. */
bool form_edit(struct form *form, enum action action);
/* Put something in the place of the bytes [from, to), the cursor behind it; false if it does not
 * fit. */
bool form_splice(struct form *form, size_t from, size_t to, const char *text);

/* The request, or NULL with an error; if the field that is wrong is on the form, it becomes the
 * current one. */
struct berth_deployment *form_resolve(struct form *form, struct berth_error *err);

/* form_recall.c */

/* How many different values the current field has had before. */
size_t form_recallable(const struct form *form);
/* An older (1) or newer (-1) one; false if there is none on that side. */
bool form_recall(struct form *form, int step);

/* form_rows.c */

struct form_row {
	size_t start, end; /* bytes; equal for a new row without anything in it */
};

#define FORM_ROWS_MAX 256

/* The rows of a field, at least one; *at is the one with the cursor. */
size_t form_rows(
	const struct form *form, size_t index, struct form_row rows[FORM_ROWS_MAX], size_t *at);
/* To the row below (1) or above (-1); false if there is none. */
bool form_row_move(struct form *form, int step);
/* What goes to an end of the line goes to that of the row first, and beyond it when done again:
 * false if it is none of that, or at that end already. */
bool form_row_edit(struct form *form, enum action action);
/* A new one below the cursor's. */
bool form_row_add(struct form *form);
/* The cursor's row goes, to be put back by what puts back a cut. */
bool form_row_remove(struct form *form);

/* form_show.c */

/* What to show for a field: values of variables hidden, but for the one that is being edited and
 * was asked for. *cursor is the cursor in it. Returns the length. */
size_t form_show(const struct form *form, size_t index, bool focused, const char *hidden, char *dst,
	size_t cap, size_t *cursor);
/* The same for one row. */
size_t form_show_row(const struct form *form, size_t index, const struct form_row *row,
	bool focused, const char *hidden, char *dst, size_t cap, size_t *cursor);

#endif
