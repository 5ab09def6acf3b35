/*
 * Borders and blocks are drawn as shapes, because glyphs of a font leave gaps where cells meet.
 * Everything else is text in DejaVu Sans Mono, whose characters are 1233/2048 of their size wide:
 * the size is chosen to fill a cell exactly, so runs of ASCII need one element only. What is not
 * ASCII may come from another font and gets an element of its own.
 */
#include "support/screen_svg.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

enum { CELL_WIDTH = 10, CELL_HEIGHT = 21, BASELINE = 16, PADDING = 14 };

#define FONT_SIZE  "16.6099"
#define BACKGROUND 0x16181d
#define FOREGROUND 0xc9ced6

static const uint32_t basic_colours[] = {
	0x2b303b,
	0xe06c75,
	0x8cc265,
	0xd9a55c,
	0x5aa2e8,
	0xb98ae0,
	0x4fb8c4,
	0xc9ced6,
	0x5c6370,
	0xf0848c,
	0xa5d984,
	0xe8c07a,
	0x7cbcf4,
	0xcfa6f0,
	0x74d3dd,
	0xffffff,
};

static uint32_t colour_of(int index, uint32_t otherwise)
{
	static const uint32_t steps[] = {0, 95, 135, 175, 215, 255};
	uint32_t grey;

	if (index < 0)
		return otherwise;
	if (index < 16)
		return basic_colours[index];
	if (index < 232) {
		int cube = index - 16;

		return steps[cube / 36] << 16 | steps[cube / 6 % 6] << 8 | steps[cube % 6];
	}
	grey = 8 + 10 * ((uint32_t)index - 232);
	return grey << 16 | grey << 8 | grey;
}

static uint32_t mix(uint32_t colour, uint32_t other)
{
	return ((colour & 0xfefefe) >> 1) + ((other & 0xfefefe) >> 1);
}

static uint32_t ink_of(const struct term_cell *cell)
{
	uint32_t ink = colour_of(cell->foreground, FOREGROUND);

	if (cell->reverse)
		return colour_of(cell->background, BACKGROUND);
	return cell->dim ? mix(ink, BACKGROUND) : ink;
}

static uint32_t paper_of(const struct term_cell *cell)
{
	return cell->reverse ? colour_of(cell->foreground, FOREGROUND)
			     : colour_of(cell->background, BACKGROUND);
}

static bool same_look(const struct term_cell *a, const struct term_cell *b)
{
	return ink_of(a) == ink_of(b) && a->bold == b->bold && a->underline == b->underline;
}

/* Half strokes from the middle of the cell. */
enum { LEFT = 1, RIGHT = 2, UP = 4, DOWN = 8, ROUND = 16, HEAVY = 32 };

static const struct {
	const char *text;
	int strokes;
} borders[] = {
	{"─", LEFT | RIGHT},
	{"│", UP | DOWN},
	{"╭", RIGHT | DOWN | ROUND},
	{"╮", LEFT | DOWN | ROUND},
	{"╰", RIGHT | UP | ROUND},
	{"╯", LEFT | UP | ROUND},
	{"┌", RIGHT | DOWN},
	{"┐", LEFT | DOWN},
	{"└", RIGHT | UP},
	{"┘", LEFT | UP},
	{"├", RIGHT | UP | DOWN},
	{"┤", LEFT | UP | DOWN},
	{"┬", LEFT | RIGHT | DOWN},
	{"┴", LEFT | RIGHT | UP},
	{"┼", LEFT | RIGHT | UP | DOWN},
	{"━", LEFT | RIGHT | HEAVY},
	{"┃", UP | DOWN | HEAVY},
};

static int strokes_of(const char *text)
{
	for (size_t i = 0; i < sizeof(borders) / sizeof(borders[0]); i++) {
		if (strcmp(borders[i].text, text) == 0)
			return borders[i].strokes;
	}
	return 0;
}

static void write_border(FILE *out, int strokes, int x, int y, uint32_t ink)
{
	double cx = x + CELL_WIDTH / 2.0, cy = y + CELL_HEIGHT / 2.0;
	int end_x = strokes & LEFT ? x : x + CELL_WIDTH;
	int end_y = strokes & UP ? y : y + CELL_HEIGHT;

	fprintf(out, "<path stroke=\"#%06x\" stroke-width=\"%s\" fill=\"none\" d=\"", ink,
		strokes & HEAVY ? "3" : "1.3");
	if (strokes & ROUND) {
		fprintf(out, "M%g %d Q%g %g %d %g", cx, end_y, cx, cy, end_x, cy);
	} else {
		if (strokes & (LEFT | RIGHT))
			fprintf(out, "M%g %gH%g", strokes & LEFT ? x : cx, cy,
				strokes & RIGHT ? x + CELL_WIDTH : cx);
		if (strokes & (UP | DOWN))
			fprintf(out, "M%g %gV%g", cx, strokes & UP ? y : cy,
				strokes & DOWN ? y + CELL_HEIGHT : cy);
	}
	fputs("\"/>\n", out);
}

/* Eighths of a cell that a block fills from the left; 0 if it is none. */
static int eighths_of(const char *text)
{
	static const char *const blocks[] = {"▏", "▎", "▍", "▌", "▋", "▊", "▉", "█"};

	for (int i = 0; i < 8; i++) {
		if (strcmp(blocks[i], text) == 0)
			return i + 1;
	}
	return 0;
}

static void write_rectangle(
	FILE *out, double x, double y, double width, double height, uint32_t colour)
{
	fprintf(out,
		"<rect x=\"%g\" y=\"%g\" width=\"%g\" height=\"%g\" fill=\"#%06x\" "
		"shape-rendering=\"crispEdges\"/>\n",
		x, y, width, height, colour);
}

static void write_escaped(FILE *out, const char *text)
{
	for (; *text != '\0'; text++) {
		if (*text == '<')
			fputs("&lt;", out);
		else if (*text == '&')
			fputs("&amp;", out);
		else
			fputc(*text, out);
	}
}

static void begin_text(FILE *out, const struct term_cell *cell, int x, int y)
{
	fprintf(out, "<text x=\"%d\" y=\"%d\" fill=\"#%06x\"%s>", x, y + BASELINE, ink_of(cell),
		cell->bold ? " font-weight=\"bold\"" : "");
}

static int x_of(int column)
{
	return PADDING + column * CELL_WIDTH;
}

static int y_of(int row)
{
	return PADDING + row * CELL_HEIGHT;
}

static void write_papers(const struct term *term, FILE *out, int row, int columns)
{
	for (int column = 0, end; column < columns; column = end) {
		struct term_cell first = term_cell(term, row, column);

		for (end = column + 1; end < columns; end++) {
			struct term_cell next = term_cell(term, row, end);

			if (paper_of(&next) != paper_of(&first))
				break;
		}
		if (paper_of(&first) != BACKGROUND)
			write_rectangle(out, x_of(column), y_of(row), (end - column) * CELL_WIDTH,
				CELL_HEIGHT, paper_of(&first));
	}
}

static bool is_ascii(const struct term_cell *cell)
{
	return cell->text[1] == '\0' && (unsigned char)cell->text[0] < 0x80;
}

static void write_line_below(FILE *out, const struct term_cell *cell, int row, int from, int to)
{
	if (cell->underline)
		write_rectangle(out, x_of(from), y_of(row) + BASELINE + 2, (to - from) * CELL_WIDTH,
			1, ink_of(cell));
}

static void write_single(FILE *out, const struct term_cell *cell, int row, int column)
{
	int x = x_of(column), y = y_of(row);
	int strokes = strokes_of(cell->text), eighths = eighths_of(cell->text);

	if (strokes != 0) {
		write_border(out, strokes, x, y, ink_of(cell));
	} else if (eighths != 0) {
		write_rectangle(out, x, y, CELL_WIDTH * eighths / 8.0, CELL_HEIGHT, ink_of(cell));
	} else if (cell->text[0] != '\0') {
		begin_text(out, cell, x, y);
		write_escaped(out, cell->text);
		fputs("</text>\n", out);
		write_line_below(out, cell, row, column, column + cell->width);
	}
}

/* Returns the column behind what was written. */
static int write_run(const struct term *term, FILE *out, int row, int column, int columns)
{
	struct term_cell first = term_cell(term, row, column), next = first;
	int end = column;

	if (!is_ascii(&first)) {
		write_single(out, &first, row, column);
		return column + 1;
	}
	begin_text(out, &first, x_of(column), y_of(row));
	while (end < columns) {
		next = term_cell(term, row, end);
		if (!is_ascii(&next) || !same_look(&next, &first))
			break;
		write_escaped(out, next.text);
		end++;
	}
	fputs("</text>\n", out);
	write_line_below(out, &first, row, column, end);
	return end;
}

static void write_cursor(const struct term *term, FILE *out)
{
	int row, column;

	if (term_cursor(term, &row, &column))
		write_rectangle(out, x_of(column), y_of(row) + 1, 2, CELL_HEIGHT - 2, FOREGROUND);
}

void screen_svg_write(const struct term *term, FILE *out)
{
	int rows, columns;

	term_size(term, &rows, &columns);
	fprintf(out,
		"<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"%d\" height=\"%d\" "
		"font-family=\"DejaVu Sans Mono\" font-size=\"" FONT_SIZE
		"\" xml:space=\"preserve\">\n"
		"<rect width=\"100%%\" height=\"100%%\" rx=\"8\" fill=\"#%06x\"/>\n",
		2 * PADDING + columns * CELL_WIDTH, 2 * PADDING + rows * CELL_HEIGHT, BACKGROUND);
	for (int row = 0; row < rows; row++) {
		write_papers(term, out, row, columns);
		for (int column = 0; column < columns;)
			column = write_run(term, out, row, column, columns);
	}
	write_cursor(term, out);
	fputs("</svg>\n", out);
}
