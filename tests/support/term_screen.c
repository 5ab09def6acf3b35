#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <berth/text.h>

#include "support/pty_term_private.h"

static int on_cursor(VTermPos position, VTermPos before, int visible, void *context)
{
	struct term *term = context;

	(void)before;
	(void)visible;
	term->cursor = position;
	return 1;
}

static int on_property(VTermProp property, VTermValue *value, void *context)
{
	struct term *term = context;

	if (property == VTERM_PROP_ALTSCREEN)
		term->alternate = value->boolean;
	else if (property == VTERM_PROP_MOUSE)
		term->mouse = value->number;
	return 1;
}

static void answer(const char *bytes, size_t len, void *context)
{
	const struct term *term = context;

	if (write(term->master, bytes, len) < 0 && errno != EIO)
		fail_msg("the terminal's answer: %s", strerror(errno));
}

static void put(void *context, const char *bytes, size_t len)
{
	vterm_input_write(context, bytes, len);
}

void term_screen_open(struct term *term)
{
	static const VTermScreenCallbacks callbacks = {
		.movecursor = on_cursor, .settermprop = on_property};

	term->emulator = vterm_new(term->rows, term->columns);
	assert_non_null(term->emulator);
	vterm_set_utf8(term->emulator, 1);
	vterm_output_set_callback(term->emulator, answer, term);
	term->screen = vterm_obtain_screen(term->emulator);
	vterm_screen_enable_altscreen(term->screen, 1);
	vterm_screen_set_callbacks(term->screen, &callbacks, term);
	vterm_screen_reset(term->screen, 1);
	vt_filter_init(&term->filter, put, term->emulator);
}

void term_screen_close(struct term *term)
{
	vterm_free(term->emulator);
}

void term_screen_write(struct term *term, const char *bytes, size_t len)
{
	vt_filter_write(&term->filter, bytes, len);
	vterm_screen_flush_damage(term->screen);
}

void term_forget_screen(struct term *term)
{
	static const char erase[] = "\0337\033[m\033[2J\0338";

	vterm_input_write(term->emulator, erase, sizeof(erase) - 1);
}

void term_size(const struct term *term, int *rows, int *columns)
{
	*rows = term->rows;
	*columns = term->columns;
}

static int colour_index(const VTermColor *colour)
{
	if (VTERM_COLOR_IS_DEFAULT_FG(colour) || VTERM_COLOR_IS_DEFAULT_BG(colour) ||
		!VTERM_COLOR_IS_INDEXED(colour))
		return TERM_DEFAULT_COLOR;
	return colour->indexed.idx;
}

struct term_cell term_cell(const struct term *term, int row, int column)
{
	struct term_cell cell = {.text = " ", .width = 1};
	VTermScreenCell from;
	size_t used = 0;

	if (!vterm_screen_get_cell(term->screen, (VTermPos){row, column}, &from))
		fail_msg("there is no cell %d, %d", row, column);
	cell.width = from.width;
	cell.foreground = colour_index(&from.fg);
	cell.background = colour_index(&from.bg);
	cell.bold = from.attrs.bold;
	cell.dim = from.attrs.font == VT_FILTER_DIM_FONT;
	cell.italic = from.attrs.italic;
	cell.underline = from.attrs.underline != 0;
	cell.reverse = from.attrs.reverse;
	if (from.chars[0] == (uint32_t)-1) {
		cell.text[0] = '\0';
		return cell;
	}
	for (int i = 0; i < VTERM_MAX_CHARS_PER_CELL && from.chars[i] != 0; i++)
		used += berth_utf8_put(cell.text + used, from.chars[i]);
	if (used > 0)
		cell.text[used] = '\0';
	return cell;
}

char *term_row_text(const struct term *term, int row)
{
	char *text = calloc((size_t)term->columns + 1, sizeof(((struct term_cell *)0)->text));
	size_t used = 0;

	assert_non_null(text);
	for (int column = 0; column < term->columns; column++) {
		struct term_cell cell = term_cell(term, row, column);
		size_t len = strlen(cell.text);

		memcpy(text + used, cell.text, len);
		used += len;
	}
	while (used > 0 && text[used - 1] == ' ')
		used--;
	text[used] = '\0';
	return text;
}

char *term_snapshot(const struct term *term)
{
	char *all = NULL;
	size_t size = 0;
	FILE *out = open_memstream(&all, &size);

	assert_non_null(out);
	for (int row = 0; row < term->rows; row++) {
		char *text = term_row_text(term, row);

		fprintf(out, "%s\n", text);
		free(text);
	}
	fclose(out);
	return all;
}

static int cell_of_byte(const struct term *term, int row, size_t offset)
{
	size_t used = 0;

	for (int column = 0; column < term->columns; column++) {
		struct term_cell cell = term_cell(term, row, column);

		used += strlen(cell.text);
		if (used > offset)
			return column;
	}
	return -1;
}

bool term_find(const struct term *term, const char *text, int *row, int *column)
{
	for (int at = *row; at < term->rows; at++) {
		char *line = term_row_text(term, at);
		const char *found = strstr(line, text);

		if (found != NULL) {
			*row = at;
			*column = cell_of_byte(term, at, (size_t)(found - line));
		}
		free(line);
		if (found != NULL)
			return true;
	}
	return false;
}

bool term_has(const struct term *term, const char *text)
{
	int row = 0, column;

	return term_find(term, text, &row, &column);
}

bool term_cursor(const struct term *term, int *row, int *column)
{
	*row = term->cursor.row;
	*column = term->cursor.col;
	return !term->filter.cursor_hidden;
}
