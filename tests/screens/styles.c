/*
 * Text with colours of its own, as it arrives in a terminal. The test starts itself in one: with a
 * word behind its name it paints, cleaned and styled, what that word stands for.
 */
#include "support/console_term.h"

#include <stdio.h>
#include <unistd.h>

#include <berth/text.h>

#include "term/draw.h"
#include "term/pairs.h"
#include "term/screen.h"

enum { COLUMNS = 80, LINES_SHOWN = 24, SPANS_MAX = 256 };

/* --- the painter --- */

static const char *const lines[] = {
	"plain \033[31mred\033[0m back",
	"\033[38;5;208morange\033[0m \033[38;2;255;0;0mdirect\033[0m \033[48;5;17mground\033[0m",
	"\033[1mbold\033[0m \033[2mfaint\033[0m \033[3mslant\033[0m \033[4mline\033[0m "
	"\033[7mturned",
	"\033[93mbright\033[0m \033[90mgrey\033[0m \033[8mhidden\033[0m \033[5mblink\033[0m",
	"\033[30mblack\033[0m \033[97mwhite\033[0m \033[31;41msame\033[0m \033[41m badge \033[0m "
	"end",
	"\033[32m10%\r\033[33m90%\033[0m done",
	"e\033[31m\xcc\x81 \xe4\xb8\xad\033[32mwide \xf0\x9f\x91\xa9\xe2\x80\x8d\xf0\x9f\x92\xbb|",
	"\033]0;title\007a\033[2Jb\xc2\x9b"
	"2Jc\xe2\x80\xae"
	"d\033[?7727le",
};

static void paint_line(struct pen *pen, enum role role, const char *line, size_t from)
{
	struct berth_span spans[SPANS_MAX];
	char clean[4096];
	size_t count, len = berth_text_style(clean, sizeof clean, line, strlen(line),
			      BERTH_CLEAN_LINE, spans, SPANS_MAX, &count);

	pen_styled(pen, role, clean, from, len - from, spans, count);
}

static struct pen pen_of(const struct theme *theme, int row)
{
	return pen_at(theme, (struct rect){.y = 0, .x = 0, .h = LINES_SHOWN, .w = COLUMNS}, row);
}

static void paint_lines(const struct theme *theme)
{
	const size_t count = sizeof lines / sizeof lines[0];

	for (size_t i = 0; i < count; i++) {
		struct pen pen = pen_of(theme, (int)i);

		paint_line(&pen, ROLE_TEXT, lines[i], 0);
		pen_close(&pen);
	}
	/* A piece of a line, as where it is wrapped; on a role with a look of its own. */
	struct pen pen = pen_of(theme, (int)count);
	paint_line(&pen, ROLE_ERROR, "head \033[34mblue\033[0m tail", 7);
}

/* More pairs than there may be: on grounds 40 to 49 letters of 50 to 200, a cell each. */
static void paint_pairs(const struct theme *theme)
{
	for (int n = 0; n < 19; n++) {
		struct pen pen = pen_of(theme, n);

		for (int i = 0; i < COLUMNS; i++) {
			char line[64];
			int number = n * COLUMNS + i;

			snprintf(line, sizeof line, "\033[38;5;%d;48;5;%dmx", 50 + number % 150,
				21 + number / 150);
			paint_line(&pen, ROLE_TEXT, line, 0);
		}
	}
}

static int paint(const char *what, const char *color)
{
	struct preferences preferences;
	struct theme theme;
	char key;

	preferences_init(&preferences);
	if (screen_open(&(struct console_options){.color = color}, &preferences, &theme, NULL) < 0)
		return 1;
	if (strcmp(what, "pairs") == 0)
		paint_pairs(&theme);
	else
		paint_lines(&theme);
	struct pen pen = pen_of(&theme, LINES_SHOWN - 1);
	pen_text(&pen, ROLE_TEXT, "painted");
	draw_show(-1, 0);
	ssize_t got = read(STDIN_FILENO, &key, 1);
	screen_close();
	return got < 0;
}

/* --- the tests --- */

static void start_painter(const char *what, const char *color, const char *const *environment)
{
	static char self[4096];
	ssize_t len = readlink("/proc/self/exe", self, sizeof self - 1);
	const char *const arguments[] = {self, what, color, NULL};

	assert_true(len > 0);
	self[len] = '\0';
	term = term_start(&(struct term_setup){.rows = LINES_SHOWN,
		.columns = COLUMNS,
		.arguments = arguments,
		.environment = environment});
	wait_for("painted");
	term_wait_quiet(term, 50, TERM_WAIT_MS);
}

static void assert_colors(const char *text, int foreground, int background)
{
	struct term_cell cell = cell_of(text);

	if (cell.foreground != foreground || cell.background != background)
		fail_msg("'%s' is %d on %d", text, cell.foreground, cell.background);
}

enum { OWN = TERM_DEFAULT_COLOR };

static void assert_text(void)
{
	static const char *const wanted[] = {"plain red back", "orange direct ground",
		"bold faint slant line turned", "bright grey hidden blink",
		"black white same  badge  end", "90% done"};

	for (size_t i = 0; i < sizeof wanted / sizeof wanted[0]; i++) {
		char *row = term_row_text(term, (int)i);

		assert_string_equal(row, wanted[i]);
		free(row);
	}
}

static void with_256_colors(void **state)
{
	(void)state;
	start_painter("lines", "auto", NULL);
	assert_text();
	assert_colors("plain", OWN, OWN);
	assert_colors("red", 1, OWN);
	assert_colors("back", OWN, OWN);
	assert_colors("orange", 208, OWN);
	assert_colors("direct", 196, OWN);
	assert_colors("ground", OWN, 17);
	assert_colors("bright", 11, OWN);
	assert_colors("grey", 244, OWN);
	assert_colors("hidden", OWN, OWN);
	assert_colors("black", OWN, OWN);
	assert_colors("white", OWN, OWN);
	assert_colors("same", OWN, OWN);
	assert_colors(" badge ", OWN, 1);
	assert_colors("end", OWN, OWN);
	assert_colors("90%", 3, OWN);
	assert_colors("done", OWN, OWN);
	assert_true(cell_of("bold").bold);
	assert_true(cell_of("faint").dim);
	assert_true(cell_of("slant").italic);
	assert_true(cell_of("line").underline);
	assert_true(cell_of("turned").reverse);
	assert_false(cell_of("bold").reverse || cell_of("turned").bold);
}

static void a_piece_of_a_line_on_a_role(void **state)
{
	(void)state;
	start_painter("lines", "auto", NULL);
	assert_colors("ue tail", 4, OWN);
	assert_colors("tail", 203, OWN);
	assert_true(cell_of("tail").bold);
	assert_int_equal(column_of("ue tail"), 0);
}

static void marks_and_wide_characters_keep_their_columns(void **state)
{
	int row, column;

	(void)state;
	start_painter("lines", "auto", NULL);
	place_of("wide", &row, &column);
	assert_string_equal(term_cell(term, row, 0).text, "e\xcc\x81");
	assert_int_equal(term_cell(term, row, 0).foreground, OWN);
	assert_int_equal(column, 4);
	assert_int_equal(term_cell(term, row, 2).width, 2);
	assert_int_equal(term_cell(term, row, 2).foreground, 1);
	/* What would join is shown side by side. */
	assert_string_equal(term_cell(term, row, 9).text, "\xf0\x9f\x91\xa9");
	assert_string_equal(term_cell(term, row, 11).text, "\xf0\x9f\x92\xbb");
	assert_string_equal(term_cell(term, row, 13).text, "|");
}

static void nothing_but_text_reaches_the_terminal(void **state)
{
	char *row;

	(void)state;
	start_painter("lines", "auto", NULL);
	row = term_row_text(term, 7);
	assert_string_equal(row, "abc\xef\xbf\xbd"
				 "de");
	free(row);
	assert_false(term_log_has(term, "title", 0));
	assert_false(term_log_has(term, "\xe2\x80\xae", 0));
	assert_false(term_log_has(term, "7727", 0));
}

static void with_16_colors(void **state)
{
	(void)state;
	start_painter("lines", "16", NULL);
	assert_text();
	assert_colors("red", 1, OWN);
	assert_colors("orange", 3, OWN);
	assert_colors("direct", 9, OWN);
	assert_colors("bright", 11, OWN);
	assert_colors("grey", OWN, OWN);
	assert_true(cell_of("grey").dim);
}

static void with_8_colors(void **state)
{
	(void)state;
	start_painter("lines", "auto", (const char *const[]){"TERM=xterm", NULL});
	assert_text();
	assert_colors("red", 1, OWN);
	assert_colors("bright", 3, OWN);
	assert_true(cell_of("bright").bold);
	assert_colors("same", OWN, OWN);
}

/* Numbers above 7 would be other colours there. */
static void with_direct_colors(void **state)
{
	(void)state;
	start_painter("lines", "auto", (const char *const[]){"TERM=xterm-direct", NULL});
	assert_text();
	assert_colors("red", 1, OWN);
	assert_colors("direct", 1, OWN);
	assert_colors("tail", 1, OWN);
}

static void assert_no_color(void)
{
	for (int row = 0; row < LINES_SHOWN; row++) {
		for (int column = 0; column < COLUMNS; column++) {
			struct term_cell cell = term_cell(term, row, column);

			assert_int_equal(cell.foreground, OWN);
			assert_int_equal(cell.background, OWN);
		}
	}
}

static void without_colors_three_attributes_are_left(void **state)
{
	(void)state;
	start_painter("lines", "auto", (const char *const[]){"TERM=vt220", NULL});
	assert_text();
	assert_no_color();
	assert_true(cell_of("bold").bold);
	assert_true(cell_of("line").underline);
	assert_true(cell_of("turned").reverse);
	assert_false(cell_of("faint").dim);
}

static void unwanted_colors_take_attributes_with_them(void **state)
{
	static const struct {
		const char *color, *variable;
	} cases[] = {{"never", "LANG=C.UTF-8"}, {"auto", "NO_COLOR=1"}};

	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		start_painter(
			"lines", cases[i].color, (const char *const[]){cases[i].variable, NULL});
		assert_text();
		assert_no_color();
		assert_false(cell_of("bold").bold);
		assert_false(cell_of("line").underline);
		assert_false(cell_of("turned").reverse);
		/* The role's own look is ours. */
		assert_true(cell_of("tail").bold);
		close_console(state);
	}
}

/* Past 256 pairs they are still right; past the last one there is no colour, and never another. */
static void pairs_run_out_without_a_wrong_color(void **state)
{
	int colored = 0;

	(void)state;
	start_painter("pairs", "auto", NULL);
	for (int number = 0; number < 19 * COLUMNS; number++) {
		struct term_cell cell = term_cell(term, number / COLUMNS, number % COLUMNS);

		assert_string_equal(cell.text, "x");
		if (cell.foreground == OWN && cell.background == OWN)
			continue;
		assert_int_equal(cell.foreground, 50 + number % 150);
		assert_int_equal(cell.background, 21 + number / 150);
		colored++;
	}
	assert_in_range(colored, PAIRS_MAX - ROLE_COUNT, PAIRS_MAX);
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		console_test(with_256_colors),
		console_test(a_piece_of_a_line_on_a_role),
		console_test(marks_and_wide_characters_keep_their_columns),
		console_test(nothing_but_text_reaches_the_terminal),
		console_test(with_16_colors),
		console_test(with_8_colors),
		console_test(with_direct_colors),
		console_test(without_colors_three_attributes_are_left),
		console_test(unwanted_colors_take_attributes_with_them),
		console_test(pairs_run_out_without_a_wrong_color),
	};

	if (argc == 3)
		return paint(argv[1], argv[2]);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
