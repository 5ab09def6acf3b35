#include "panes/lines.h"

#include <stdlib.h>
#include <string.h>

#include <berth/text.h>

#include "term/wrap.h"

enum { LINES_MAX = 2000, TEXT_MAX = 8192 };

void lines_clear(struct lines *lines, int columns)
{
	for (size_t i = 0; i < lines->count; i++) {
		free(lines->list[i].label);
		free(lines->list[i].value);
	}
	lines->count = 0;
	lines->columns = columns;
}

void lines_release(struct lines *lines)
{
	lines_clear(lines, 0);
	free(lines->list);
	*lines = (struct lines){0};
}

static struct line *add_row(struct lines *lines)
{
	if (lines->count >= LINES_MAX)
		return NULL;
	if (lines->count == lines->capacity) {
		size_t capacity = lines->capacity == 0 ? 32 : lines->capacity * 2;
		struct line *grown = realloc(lines->list, capacity * sizeof(*grown));
		if (grown == NULL)
			return NULL;
		lines->list = grown;
		lines->capacity = capacity;
	}
	return &lines->list[lines->count++];
}

void lines_add(struct lines *lines, int indent, enum role label_role, const char *label, int tab,
	enum role value_role, const char *value)
{
	char clean[TEXT_MAX];
	size_t len = berth_text_clean(clean, sizeof clean, value, strlen(value), BERTH_CLEAN_LINES);
	int columns = lines->columns > tab ? lines->columns - tab : 1;
	size_t at = 0;
	do {
		const char *row = clean + at;
		const char *end = memchr(row, '\n', len - at);
		size_t paragraph = end != NULL ? (size_t)(end - row) : len - at;
		size_t next = 0;
		size_t shown = wrap_words(row, paragraph, columns, &next);
		struct line *line = add_row(lines);
		if (line == NULL)
			return;
		*line = (struct line){
			label_role, value_role, indent, tab, strdup(label), strndup(row, shown)};
		label = "";
		at += next;
		if (next == paragraph && end != NULL)
			at++;
	} while (at < len);
}

void lines_text(struct lines *lines, int indent, enum role role, const char *text)
{
	lines_add(lines, indent, role, "", indent, role, text);
}

void lines_paint(const struct lines *lines, const struct theme *theme, struct rect rect, size_t top)
{
	for (int row = 0; row < rect.h; row++) {
		struct pen pen = pen_at(theme, rect, row);
		size_t at = top + (size_t)row;
		if (at < lines->count) {
			const struct line *line = &lines->list[at];
			pen_to(&pen, rect.x + line->indent);
			if (line->label != NULL)
				pen_text(&pen, line->label_role, line->label);
			pen_to(&pen, rect.x + line->tab);
			if (line->value != NULL)
				pen_text(&pen, line->value_role, line->value);
		}
		pen_close(&pen);
	}
}

size_t lines_scroll(const struct lines *lines, size_t top, long step, int rows)
{
	long last = (long)lines->count - rows;
	long at = (long)top + step;
	if (at > last)
		at = last;
	return at < 0 ? 0 : (size_t)at;
}
