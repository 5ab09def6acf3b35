/* How the log pane shows what a container prints: columns, marks, colours, lengths. */
#include "support/console_log.h"

#define MIDDLE  "\xe4\xb8\xad"
#define WIDE_20 "0123456789" MIDDLE MIDDLE MIDDLE MIDDLE MIDDLE
#define GIRL    "\xf0\x9f\x91\xa9"
#define LAPTOP  "\xf0\x9f\x92\xbb"

/* Where the text of a line begins, and what is seen there of five times WIDE_20. */
static const struct size {
	int rows, columns, text;
	const char *cut, *wrapped, *next, *sideways;
} sizes[] = {
	{24, 80, 23, WIDE_20 WIDE_20 "0123456789" MIDDLE MIDDLE " …",
		WIDE_20 WIDE_20 "0123456789" MIDDLE MIDDLE MIDDLE, MIDDLE MIDDLE WIDE_20 WIDE_20,
		"89" MIDDLE MIDDLE MIDDLE MIDDLE MIDDLE WIDE_20 WIDE_20 "012…"},
	{40, 120, 66, WIDE_20 WIDE_20 "0123456789 …", WIDE_20 WIDE_20 "0123456789" MIDDLE,
		MIDDLE MIDDLE MIDDLE MIDDLE WIDE_20 WIDE_20,
		"89" MIDDLE MIDDLE MIDDLE MIDDLE MIDDLE WIDE_20
		"0123456789" MIDDLE MIDDLE MIDDLE MIDDLE " …"},
};

/* What the cells of a row say from that column on, up to the pane's border. */
static char *text_from(int row, int column)
{
	int columns, rows;
	char *text;
	size_t used = 0;

	term_size(term, &rows, &columns);
	text = calloc((size_t)columns, sizeof(((struct term_cell *)0)->text));
	assert_non_null(text);
	for (; column < columns; column++) {
		struct term_cell cell = term_cell(term, row, column);

		if (strcmp(cell.text, "│") == 0)
			break;
		memcpy(text + used, cell.text, strlen(cell.text));
		used += strlen(cell.text);
	}
	while (used > 0 && text[used - 1] == ' ')
		used--;
	text[used] = '\0';
	return text;
}

struct wanted {
	int row, column;
	const char *text;
};

static bool says(struct term *console, const void *context)
{
	const struct wanted *wanted = context;
	char *text = text_from(wanted->row, wanted->column);
	bool same = strcmp(text, wanted->text) == 0;

	(void)console;
	free(text);
	return same;
}

static void wait_row(int row, int column, const char *text)
{
	term_wait(term, says, &(struct wanted){row, column, text}, text, TERM_WAIT_MS);
}

static void assert_cell(int row, int column, const char *text, int width)
{
	struct term_cell cell = term_cell(term, row, column);

	assert_string_equal(cell.text, text);
	assert_int_equal(cell.width, width);
}

static void every_character_has_its_columns(void **state)
{
	for (size_t i = 0; i < 2; i++) {
		int at = sizes[i].text;

		open_container_log(sizes[i].rows, sizes[i].columns);
		say(MIDDLE "|e\xcc\x81|" GIRL "\xe2\x80\x8d" LAPTOP
			   "|\xe2\x9d\xa4\xef\xb8\x8f|end of it\n");
		int row = row_of("end of it");
		assert_cell(row, at, MIDDLE, 2);
		assert_cell(row, at + 2, "|", 1);
		assert_cell(row, at + 3, "e\xcc\x81", 1);
		assert_cell(row, at + 4, "|", 1);
		/* What would join is shown side by side. */
		assert_cell(row, at + 5, GIRL, 2);
		assert_cell(row, at + 7, LAPTOP, 2);
		assert_cell(row, at + 9, "|", 1);
		assert_cell(row, at + 10, "\xe2\x9d\xa4", 1);
		assert_cell(row, at + 11, "|", 1);
		assert_int_equal(column_of("end of it"), at + 12);
		/* The half of a character that is left of the edge is blank. */
		term_send(term, KEY_SEQ_RIGHT);
		wait_row(row, at, " |\xe2\x9d\xa4|end of it");
		close_container_log(state);
	}
}

static void a_long_line_is_cut_wrapped_and_scrolled_by_columns(void **state)
{
	for (size_t i = 0; i < 2; i++) {
		const struct size *size = &sizes[i];

		open_container_log(size->rows, size->columns);
		say(WIDE_20 WIDE_20 WIDE_20 WIDE_20 WIDE_20 "\nafterwards\n");
		wait_row(row_of("afterwards") - 1, size->text, size->cut);
		assert_int_equal(column_of("0123456789"), size->text);
		term_send(term, "w");
		wait_gone("…");
		int row = row_of("0123456789");
		wait_row(row, size->text, size->wrapped);
		wait_row(row + 1, size->text, size->next);
		term_send(term, "w" KEY_SEQ_RIGHT);
		wait_for("from column 9");
		wait_row(row_of("89" MIDDLE), size->text, size->sideways);
		close_container_log(state);
	}
}

/* ncurses' own way to write blanks takes the last letter along. */
static void short_lines_come_whole_where_wide_ones_were(void **state)
{
	(void)state;
	open_container_log(24, 80);
	for (int i = 0; i < 20; i++)
		say(WIDE_20 WIDE_20 "\n");
	say("wide\n");
	wait_for("wide");
	for (int i = 1; i <= 14; i++)
		say_bytes(&"abcdefghijklmn\n"[14 - i], (size_t)i + 1);
	say("over\n");
	wait_for("over");
	for (int i = 1; i <= 14; i++)
		wait_row(row_of("over") - 15 + i, sizes[0].text, &"abcdefghijklmn"[14 - i]);
}

static void what_is_no_text_leaves_a_mark(void **state)
{
	(void)state;
	open_container_log(24, 80);
	say("a\tb\001c\177d\xff"
	    "e\xc3(f\xe4\xb8g\xed\xa0\x80|\n");
	say("10%\r20%\r99%\r\n");
	say("t\033]0;title\007u\033P+q54\033\\v\xc2\x9b"
	    "31mw\xe2\x80\xaex\033_G\033\\y\016\n");
	say("afterwards\n");
	int row = row_of("afterwards");
	wait_row(row - 3, sizes[0].text,
		"a       b␁c␡d\xef\xbf\xbd"
		"e\xef\xbf\xbd(f\xef\xbf\xbdg\xef\xbf\xbd\xef\xbf\xbd"
		"\xef\xbf\xbd|");
	wait_row(row - 2, sizes[0].text, "99%");
	wait_row(row - 1, sizes[0].text, "tuvw\xef\xbf\xbdxy␎");
}

static void say_colours(void)
{
	say("\033[31mred\033[0m \033[38;5;208morange\033[0m \033[1mbold\033[0m \033[93mbright\n");
	wait_for("bright");
}

static bool red_is_gone(struct term *console, const void *context)
{
	(void)console;
	(void)context;
	return cell_of("red orange").foreground == TERM_DEFAULT_COLOR;
}

static bool red_is_back(struct term *console, const void *context)
{
	return !red_is_gone(console, context);
}

static void colours_are_kept_and_off_with_a_key(void **state)
{
	(void)state;
	open_container_log(24, 80);
	say_colours();
	assert_int_equal(cell_of("red orange").foreground, 1);
	assert_int_equal(cell_of("orange").foreground, 208);
	assert_int_equal(cell_of("bright").foreground, 11);
	assert_true(cell_of("bold").bold);
	term_send(term, "C");
	term_wait(term, red_is_gone, NULL, "no colours", TERM_WAIT_MS);
	assert_int_equal(cell_of("orange").foreground, TERM_DEFAULT_COLOR);
	assert_false(cell_of("bold").bold);
	term_send(term, "C");
	term_wait(term, red_is_back, NULL, "colours", TERM_WAIT_MS);
	assert_int_equal(cell_of("red orange").foreground, 1);
}

static void colours_are_what_the_terminal_has(void **state)
{
	static const struct {
		const char *term;
		int red, orange, bright;
	} cases[] = {
		{"TERM=xterm-16color", 1, 3, 11},
		{"TERM=xterm", 1, 3, 3},
		{"TERM=vt220", TERM_DEFAULT_COLOR, TERM_DEFAULT_COLOR, TERM_DEFAULT_COLOR},
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		open_container_log_in(24, 80, cases[i].term, NULL);
		say_colours();
		assert_int_equal(cell_of("red orange").foreground, cases[i].red);
		assert_int_equal(cell_of("orange").foreground, cases[i].orange);
		assert_int_equal(cell_of("bright").foreground, cases[i].bright);
		assert_true(cell_of("bold").bold);
		close_container_log(state);
	}
}

static void a_line_past_a_mebibyte_is_split_and_says_so(void **state)
{
	enum { MEBIBYTE = 1 << 20 };
	char *line = malloc(MEBIBYTE + 32);

	(void)state;
	assert_non_null(line);
	memset(line, 'x', MEBIBYTE);
	strcpy(line + MEBIBYTE, "tail\nafterwards\n");
	open_container_log(24, 80);
	say_bytes(line, strlen(line));
	free(line);
	wait_for("9 lines");
	wait_for("afterwards");
	wait_for("└ tail");
	int row = row_of("└ tail");
	assert_string_equal(term_cell(term, row - 1, sizes[0].columns - 2).text, "…");
	assert_string_equal(term_cell(term, row - 1, sizes[0].text - 2).text, "│");
	term_send(term, "w");
	wait_for("ine has 1048576 bytes, the file has all of it]");
}

static void without_utf8_all_of_it_is_ascii(void **state)
{
	(void)state;
	open_container_log_in(24, 80, "LC_ALL=C", NULL);
	say(MIDDLE "|e\xcc\x81|\xff|\001|\xe2\x80\xae|\033[31mred\033[0m|\n");
	wait_for("??|e|?|?|?|red|");
	assert_int_equal(cell_of("red|").foreground, 1);
	for (int row = 0; row < 24; row++) {
		for (int column = 0; column < 80; column++) {
			struct term_cell cell = term_cell(term, row, column);

			assert_in_range(cell.text[0], ' ', '~');
			assert_int_equal(cell.text[1], '\0');
		}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		log_test(every_character_has_its_columns),
		log_test(a_long_line_is_cut_wrapped_and_scrolled_by_columns),
		log_test(short_lines_come_whole_where_wide_ones_were),
		log_test(what_is_no_text_leaves_a_mark),
		log_test(colours_are_kept_and_off_with_a_key),
		log_test(colours_are_what_the_terminal_has),
		log_test(a_line_past_a_mebibyte_is_split_and_says_so),
		log_test(without_utf8_all_of_it_is_ascii),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
