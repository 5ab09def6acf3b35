/*
 * What drops down from the field with the cursor: its rows if it has several, or the names to
 * complete with. It covers other fields, never other panes.
 */
#ifndef BERTH_TUI_FORM_DROP_H
#define BERTH_TUI_FORM_DROP_H

#include "app.h"
#include "term/draw.h"

/* Where a field stands: one row, h 0 when it is scrolled out. */
struct form_cell {
	struct rect rect;
	struct rect value;
};

enum { FORM_LABEL = 10 };

struct form_cell form_cell(const struct app *app, struct rect form, size_t index);

void form_drop_paint(const struct app *app, struct rect form);

/* Where the text cursor is, if what dropped down has it. */
bool form_drop_cursor(const struct app *app, struct rect form, int *y, int *x);

/* A click on a row or a name that dropped down; false if it is on none. */
bool form_drop_click(struct app *app, struct rect form, int y, int x);

#endif
