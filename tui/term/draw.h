/*
 * Putting text on the screen. The only file that calls the output functions of curses, and it takes
 * nothing that has not passed berth_text_clean().
 *
 * A pen writes one row from left to right and never leaves its columns. What is written appears
 * with draw_show(), all at once.
 */
#ifndef BERTH_TUI_DRAW_H
#define BERTH_TUI_DRAW_H

#include <stddef.h>

#include <berth/style.h>

#include "panes/layout.h"
#include "term/glyph.h"
#include "term/theme.h"

struct pen {
	const struct theme *theme;
	int row, column, end;
};

/* A pen for row `line` (from 0) of a rectangle. */
struct pen pen_at(const struct theme *theme, struct rect rect, int line);

void pen_text(struct pen *pen, enum role role, const char *text);
void pen_bytes(struct pen *pen, enum role role, const char *text, size_t len);
/* The bytes [from, from + len) of a text that berth_text_style() made, in its own colours where
 * they can be shown and the role's elsewhere. */
void pen_styled(struct pen *pen, enum role role, const char *text, size_t from, size_t len,
	const struct berth_span *spans, size_t span_count);
void pen_format(struct pen *pen, enum role role, const char *format, ...)
	__attribute__((format(printf, 3, 4)));
void pen_glyph(struct pen *pen, enum role role, enum glyph glyph);
void pen_repeat(struct pen *pen, enum role role, enum glyph glyph, int count);
/* " · " */
void pen_separator(struct pen *pen);
/* Exactly `columns` wide: blanks behind what is shorter, an ellipsis at the end of what is longer.
 */
void pen_fit(struct pen *pen, enum role role, int columns, const char *text);
/* Blanks up to a column; nothing if the pen is past it. */
void pen_to(struct pen *pen, int column);
/* Text at the right edge, blanks before it. */
void pen_right(struct pen *pen, enum role role, const char *text);
/* Blanks to the end of the row. */
void pen_close(struct pen *pen);

/* Columns of text as a pen would show it. */
int draw_width(const struct theme *theme, const char *text);

void draw_blank(struct rect rect);
/* Show what was written, the cursor at y, x; y < 0: no cursor. */
void draw_show(int y, int x);

#endif
