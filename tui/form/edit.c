#include "form/edit.h"

#include <ctype.h>
#include <string.h>

#include <berth/text.h>

static size_t after(const struct edit *edit, size_t at)
{
	const char *end = edit->text + edit->len;
	const char *p = edit->text + at;
	uint32_t code_point;
	if (at >= edit->len)
		return edit->len;
	p = berth_utf8_next(p, end, &code_point);
	while (p < end) {
		const char *next = berth_utf8_next(p, end, &code_point);
		if (berth_char_width(code_point) != 0)
			break;
		p = next;
	}
	return (size_t)(p - edit->text);
}

static size_t before(const struct edit *edit, size_t at)
{
	size_t previous = 0;
	for (size_t p = 0; p < at; p = after(edit, p))
		previous = p;
	return previous;
}

static size_t blank_before(const struct edit *edit, size_t at)
{
	while (at > 0 && edit->text[at - 1] == ' ')
		at--;
	while (at > 0 && edit->text[at - 1] != ' ')
		at--;
	return at;
}

/* Letters and digits, as readline has it: parts of a path or a reference are words. Whatever is not
 * ASCII counts as a letter, so no character is torn apart. */
static bool in_word(const struct edit *edit, size_t at)
{
	unsigned char byte = (unsigned char)edit->text[at];
	return byte >= 0x80 || isalnum(byte);
}

static size_t word_before(const struct edit *edit, size_t at)
{
	while (at > 0 && !in_word(edit, at - 1))
		at--;
	while (at > 0 && in_word(edit, at - 1))
		at--;
	return at;
}

static size_t word_after(const struct edit *edit, size_t at)
{
	while (at < edit->len && !in_word(edit, at))
		at++;
	while (at < edit->len && in_word(edit, at))
		at++;
	return at;
}

static void erase(struct edit *edit, size_t from, size_t to)
{
	memmove(edit->text + from, edit->text + to, edit->len - to + 1);
	edit->len -= to - from;
	edit->cursor = from;
}

static void cut_out(struct edit *edit, size_t from, size_t to, struct edit_cut *cut)
{
	if (from == to)
		return;
	memcpy(cut->text, edit->text + from, to - from);
	cut->len = to - from;
	erase(edit, from, to);
}

static size_t as_one_line(char *dst, size_t cap, const char *text, size_t len)
{
	size_t used = 0;
	const char *end = text + len;
	while (text < end && used + 4 < cap) {
		uint32_t code_point;
		text = berth_utf8_next(text, end, &code_point);
		if (code_point == '\n' || code_point == '\r' || code_point == '\t')
			code_point = ' ';
		if (keys_printable(code_point))
			used += berth_utf8_put(dst + used, code_point);
	}
	dst[used] = '\0';
	return used;
}

void edit_set(struct edit *edit, const char *text)
{
	edit->len = as_one_line(edit->text, sizeof edit->text, text, strlen(text));
	edit->cursor = edit->len;
}

bool edit_insert(struct edit *edit, const char *text, size_t len)
{
	char line[EDIT_MAX];
	if (len > sizeof line - 5)
		return false;
	len = as_one_line(line, sizeof line, text, len);
	if (edit->len + len >= sizeof edit->text)
		return false;
	memmove(edit->text + edit->cursor + len, edit->text + edit->cursor,
		edit->len - edit->cursor + 1);
	memcpy(edit->text + edit->cursor, line, len);
	edit->len += len;
	edit->cursor += len;
	return true;
}

static bool move_cursor(struct edit *edit, enum action action)
{
	switch (action) {
	case ACTION_EDIT_LEFT:
		edit->cursor = before(edit, edit->cursor);
		return true;
	case ACTION_EDIT_RIGHT:
		edit->cursor = after(edit, edit->cursor);
		return true;
	case ACTION_EDIT_WORD_LEFT:
		edit->cursor = word_before(edit, edit->cursor);
		return true;
	case ACTION_EDIT_WORD_RIGHT:
		edit->cursor = word_after(edit, edit->cursor);
		return true;
	case ACTION_EDIT_HOME:
		edit->cursor = 0;
		return true;
	case ACTION_EDIT_END:
		edit->cursor = edit->len;
		return true;
	default:
		return false;
	}
}

bool edit_do(struct edit *edit, enum action action, struct edit_cut *cut)
{
	size_t at = edit->cursor;
	if (move_cursor(edit, action))
		return true;
	switch (action) {
	case ACTION_EDIT_BACKSPACE:
		erase(edit, before(edit, at), at);
		return true;
	case ACTION_EDIT_DELETE:
		erase(edit, at, after(edit, at));
		return true;
	case ACTION_EDIT_KILL_END:
		cut_out(edit, at, edit->len, cut);
		return true;
	case ACTION_EDIT_KILL_START:
		cut_out(edit, 0, at, cut);
		return true;
	case ACTION_EDIT_KILL_WORD:
		cut_out(edit, blank_before(edit, at), at, cut);
		return true;
	case ACTION_EDIT_KILL_PREVIOUS:
		cut_out(edit, word_before(edit, at), at, cut);
		return true;
	case ACTION_EDIT_KILL_NEXT:
		cut_out(edit, at, word_after(edit, at), cut);
		return true;
	case ACTION_EDIT_YANK:
		edit_insert(edit, cut->text, cut->len);
		return true;
	default:
		return false;
	}
}

size_t edit_window(const char *text, size_t len, size_t cursor, int columns, int *cursor_column)
{
	int column = berth_text_width(text, cursor);
	int step = columns > 1 ? columns / 2 : 1;
	int first = 0;
	/* The cursor may stand behind the last character, so it needs a column of its own. */
	while (column - first >= columns)
		first += step;
	int used = 0;
	size_t start = berth_text_fit(text, len, first, &used);
	*cursor_column = column - used;
	if (used < first && *cursor_column >= columns) {
		uint32_t code_point;
		start = (size_t)(berth_utf8_next(text + start, text + len, &code_point) - text);
		*cursor_column = column - berth_text_width(text, start);
	}
	return start;
}
