/* A list of styled lines, for what is read like a page: the result card and the help. */
#ifndef BERTH_TUI_LINES_H
#define BERTH_TUI_LINES_H

#include <stddef.h>

#include "term/draw.h"

struct line {
	enum role label_role, value_role;
	int indent; /* columns before the label */
	int tab;    /* columns before the value */
	char *label;
	char *value;
};

struct lines {
	struct line *list;
	size_t count, capacity;
	int columns; /* values are broken to fit */
};

void lines_clear(struct lines *lines, int columns);
void lines_release(struct lines *lines);

/* Add a label and, from column `tab`, a value broken at words into as many rows as it needs. Both
 * may hold any bytes; either may be "". Without memory or past 2,000 rows lines are left out. */
void lines_add(struct lines *lines, int indent, enum role label_role, const char *label, int tab,
	enum role value_role, const char *value);
/* Text over the whole width. */
void lines_text(struct lines *lines, int indent, enum role role, const char *text);

void lines_paint(
	const struct lines *lines, const struct theme *theme, struct rect rect, size_t top);

/* `top` moved by `step` rows and kept where a page of `rows` is full. */
size_t lines_scroll(const struct lines *lines, size_t top, long step, int rows);

#endif
