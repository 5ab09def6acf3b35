#include "term/draw.h"

#include <curses.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <wchar.h>

#include <berth/text.h>

enum { TEXT_MAX = 4096, RUN_MAX = 64, MARKS_MAX = 32 };

/* Not hline(): where the right half of a wide character stood, it takes the character before the
 * blanks for the left half of it and removes that, too (ncurses 6.4). */
static void put_blanks(int row, int column, int count)
{
	static const wchar_t blanks[] = L"                                ";
	enum { MANY = sizeof blanks / sizeof blanks[0] - 1 };
	for (; count > 0; column += MANY, count -= MANY)
		mvaddnwstr(row, column, blanks, count < MANY ? count : MANY);
}

struct pen pen_at(const struct theme *theme, struct rect rect, int line)
{
	return (struct pen){theme, rect.y + line, rect.x, rect.x + rect.w};
}

static unsigned clean_flags(const struct theme *theme)
{
	return BERTH_CLEAN_LINE | (theme->ascii ? (unsigned)BERTH_CLEAN_ASCII : 0u);
}

static void use(struct ink ink)
{
	attr_set((attr_t)ink.attributes, (short)ink.pair, NULL);
}

/* Every run names its place, so that a terminal or a C library with another opinion on the width of
 * a character can spoil no more than that character. */
static void put_run(struct pen *pen, struct ink ink, wchar_t *run, int count, int columns)
{
	if (count == 0)
		return;
	run[count] = L'\0';
	use(ink);
	mvaddnwstr(pen->row, pen->column, run, count);
	pen->column += columns;
}

/* Terminals disagree on how wide characters are that these join or change to pictures; what each of
 * them is alone they agree on. */
static bool changes_width(uint32_t code_point)
{
	return code_point == 0x200d || (code_point >= 0xfe00 && code_point <= 0xfe0f);
}

static void put_clean(struct pen *pen, struct ink ink, const char *text, size_t len)
{
	wchar_t run[RUN_MAX + MARKS_MAX + 2];
	int count = 0, columns = 0;
	const char *end = text + len;
	while (text < end) {
		uint32_t code_point;
		text = berth_utf8_next(text, end, &code_point);
		int width = berth_char_width(code_point);
		if (width == 0 &&
			(count == 0 || count >= RUN_MAX + MARKS_MAX || changes_width(code_point) ||
				wcwidth((wchar_t)code_point) != 0))
			continue;
		if (pen->column + columns + width > pen->end)
			break;
		if (count >= RUN_MAX && width > 0) {
			put_run(pen, ink, run, count, columns);
			count = columns = 0;
		}
		if (wcwidth((wchar_t)code_point) == width) {
			run[count++] = (wchar_t)code_point;
		} else {
			run[count++] = pen->theme->ascii ? L'?' : L'\uFFFD';
			if (width == 2)
				run[count++] = L' ';
		}
		columns += width;
	}
	put_run(pen, ink, run, count, columns);
}

static void put_bytes(struct pen *pen, struct ink ink, const char *text, size_t len)
{
	char clean[TEXT_MAX];
	size_t used = berth_text_clean(clean, sizeof clean, text, len, clean_flags(pen->theme));
	put_clean(pen, ink, clean, used);
}

void pen_bytes(struct pen *pen, enum role role, const char *text, size_t len)
{
	put_bytes(pen, pen->theme->inks[role], text, len);
}

void pen_styled(struct pen *pen, enum role role, const char *text, size_t from, size_t len,
	const struct berth_span *spans, size_t span_count)
{
	struct ink ink = pen->theme->inks[role];
	size_t end = from + len;
	for (size_t i = 0; i < span_count && spans[i].at < end; i++) {
		if (spans[i].at > from) {
			put_bytes(pen, ink, text + from, spans[i].at - from);
			from = spans[i].at;
		}
		ink = theme_styled(pen->theme, role, &spans[i].style);
	}
	put_bytes(pen, ink, text + from, end - from);
}

void pen_text(struct pen *pen, enum role role, const char *text)
{
	pen_bytes(pen, role, text, strlen(text));
}

void pen_format(struct pen *pen, enum role role, const char *format, ...)
{
	char text[TEXT_MAX];
	va_list arguments;
	va_start(arguments, format);
	vsnprintf(text, sizeof text, format, arguments);
	va_end(arguments);
	pen_text(pen, role, text);
}

void pen_glyph(struct pen *pen, enum role role, enum glyph glyph)
{
	pen_text(pen, role, glyph_text(glyph, pen->theme->ascii));
}

void pen_repeat(struct pen *pen, enum role role, enum glyph glyph, int count)
{
	char text[TEXT_MAX];
	const char *one = glyph_text(glyph, pen->theme->ascii);
	size_t size = strlen(one), used = 0;
	for (int i = 0; i < count && used + size < sizeof text; i++, used += size)
		memcpy(text + used, one, size);
	put_clean(pen, pen->theme->inks[role], text, used);
}

void pen_separator(struct pen *pen)
{
	pen_text(pen, ROLE_DIM, " ");
	pen_glyph(pen, ROLE_DIM, GLYPH_SEPARATOR);
	pen_text(pen, ROLE_DIM, " ");
}

/* A blank in the colour of what stands before it costs the terminal no change of colour. What would
 * show on a blank is left to the text. */
static void pen_blank(struct pen *pen, enum role role, int column)
{
	static const attr_t seen = A_REVERSE | A_UNDERLINE;
	if (column > pen->end)
		column = pen->end;
	if (pen->column >= column)
		return;
	use(pen->theme->inks[pen->theme->inks[role].attributes & seen ? ROLE_TEXT : role]);
	put_blanks(pen->row, pen->column, column - pen->column);
	pen->column = column;
}

void pen_fit(struct pen *pen, enum role role, int columns, const char *text)
{
	char clean[TEXT_MAX];
	int end = pen->column + columns;
	size_t len = berth_text_clean(
		clean, sizeof clean, text, strlen(text), clean_flags(pen->theme));
	if (columns <= 0)
		return;
	if (berth_text_width(clean, len) > columns) {
		put_clean(pen, pen->theme->inks[role], clean,
			berth_text_fit(clean, len, columns - 1, NULL));
		pen_glyph(pen, role, GLYPH_ELLIPSIS);
	} else {
		put_clean(pen, pen->theme->inks[role], clean, len);
	}
	pen_blank(pen, role, end);
}

void pen_to(struct pen *pen, int column)
{
	pen_blank(pen, ROLE_TEXT, column);
}

void pen_right(struct pen *pen, enum role role, const char *text)
{
	pen_to(pen, pen->end - draw_width(pen->theme, text));
	pen_text(pen, role, text);
}

void pen_close(struct pen *pen)
{
	pen_to(pen, pen->end);
}

int draw_width(const struct theme *theme, const char *text)
{
	char clean[TEXT_MAX];
	size_t len = berth_text_clean(clean, sizeof clean, text, strlen(text), clean_flags(theme));
	return berth_text_width(clean, len);
}

void draw_blank(struct rect rect)
{
	attrset(A_NORMAL);
	for (int row = 0; row < rect.h; row++)
		put_blanks(rect.y + row, rect.x, rect.w);
}

void draw_show(int y, int x)
{
	bool hidden = curs_set(y < 0 ? 0 : 1) != ERR && y < 0;
	/* One that is not seen may stay where the last change was: nothing is sent to move it. */
	leaveok(stdscr, hidden);
	if (y < 0)
		/* Where a terminal can't hide it, the corner is where it disturbs least. */
		move(LINES - 1, COLS - 1);
	else
		move(y, x);
	wnoutrefresh(stdscr);
	doupdate();
}
