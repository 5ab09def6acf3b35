#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "form/edit.h"

static struct edit edit;
static struct edit_cut cut;

static int setup(void **state)
{
	(void)state;
	memset(&edit, 0, sizeof edit);
	memset(&cut, 0, sizeof cut);
	return 0;
}

/* `expected` has a '|' where the cursor must be. */
static void check(const char *expected)
{
	char shown[2 * EDIT_MAX];
	snprintf(shown, sizeof shown, "%.*s|%s", (int)edit.cursor, edit.text,
		edit.text + edit.cursor);
	assert_string_equal(shown, expected);
	assert_int_equal(edit.len, strlen(edit.text));
}

static void act(enum action action, int times)
{
	for (int i = 0; i < times; i++)
		assert_true(edit_do(&edit, action, &cut));
}

static void words_are_letters_and_digits(void **state)
{
	(void)state;
	edit_set(&edit, "ghcr.io/acme/w\u00e4b:1.4 x");
	act(ACTION_EDIT_WORD_LEFT, 2);
	check("ghcr.io/acme/w\u00e4b:1.|4 x");
	act(ACTION_EDIT_WORD_LEFT, 2);
	check("ghcr.io/acme/|w\u00e4b:1.4 x");
	act(ACTION_EDIT_KILL_NEXT, 1);
	check("ghcr.io/acme/|:1.4 x");
	act(ACTION_EDIT_YANK, 1);
	act(ACTION_EDIT_WORD_RIGHT, 1);
	check("ghcr.io/acme/w\u00e4b:1|.4 x");
	act(ACTION_EDIT_KILL_PREVIOUS, 1);
	check("ghcr.io/acme/w\u00e4b:|.4 x");
	/* But this one goes back to a blank. */
	act(ACTION_EDIT_END, 1);
	act(ACTION_EDIT_KILL_WORD, 2);
	check("|");
	act(ACTION_EDIT_KILL_NEXT, 1);
	act(ACTION_EDIT_KILL_PREVIOUS, 1);
	check("|");
}

static void typing_goes_in_at_the_cursor(void **state)
{
	(void)state;
	edit_set(&edit, "web");
	check("web|");
	act(ACTION_EDIT_LEFT, 1);
	assert_true(edit_insert(&edit, "x", 1));
	check("wex|b");
	act(ACTION_EDIT_HOME, 1);
	assert_true(edit_insert(&edit, "ab", 2));
	check("ab|wexb");
	act(ACTION_EDIT_END, 1);
	check("abwexb|");
}

static void the_cursor_steps_over_whole_characters(void **state)
{
	(void)state;
	edit_set(&edit, "a\u65e5e\u0301z"); /* a wide one, and an e with a combining accent */
	act(ACTION_EDIT_LEFT, 1);
	check("a\u65e5e\u0301|z");
	act(ACTION_EDIT_LEFT, 1);
	check("a\u65e5|e\u0301z");
	act(ACTION_EDIT_LEFT, 1);
	check("a|\u65e5e\u0301z");
	act(ACTION_EDIT_DELETE, 2);
	check("a|z");
	act(ACTION_EDIT_BACKSPACE, 1);
	check("|z");
	act(ACTION_EDIT_BACKSPACE, 1);
	act(ACTION_EDIT_LEFT, 1);
	check("|z");
	act(ACTION_EDIT_DELETE, 2);
	check("|");
}

static void words_are_parted_by_spaces(void **state)
{
	(void)state;
	edit_set(&edit, "web  api2 ");
	act(ACTION_EDIT_WORD_LEFT, 1);
	check("web  |api2 ");
	act(ACTION_EDIT_WORD_LEFT, 1);
	check("|web  api2 ");
	act(ACTION_EDIT_WORD_LEFT, 1);
	act(ACTION_EDIT_WORD_RIGHT, 1);
	check("web|  api2 ");
	act(ACTION_EDIT_WORD_RIGHT, 2);
	check("web  api2 |");
}

static void what_was_cut_comes_back(void **state)
{
	(void)state;
	edit_set(&edit, "one two three");
	act(ACTION_EDIT_KILL_WORD, 1);
	check("one two |");
	act(ACTION_EDIT_HOME, 1);
	act(ACTION_EDIT_YANK, 1);
	check("three|one two ");
	act(ACTION_EDIT_KILL_END, 1);
	check("three|");
	act(ACTION_EDIT_KILL_START, 1);
	check("|");
	act(ACTION_EDIT_KILL_START, 1);
	act(ACTION_EDIT_YANK, 2);
	check("threethree|");
}

static void a_paste_becomes_one_line_of_text(void **state)
{
	static const char paste[] = "A=1\nB=2\tC\033[31m\x01\xff\r";
	(void)state;
	assert_true(edit_insert(&edit, paste, sizeof paste - 1));
	check("A=1 B=2 C[31m\uFFFD |");
}

static void what_does_not_fit_changes_nothing(void **state)
{
	static char text[EDIT_MAX * 2];
	(void)state;
	memset(text, 'x', sizeof text);
	assert_true(edit_insert(&edit, text, EDIT_MAX - 100));
	assert_int_equal(edit.len, EDIT_MAX - 100);
	assert_false(edit_insert(&edit, text, 100));
	assert_false(edit_insert(&edit, text, sizeof text));
	assert_int_equal(edit.len, EDIT_MAX - 100);
	assert_true(edit_insert(&edit, text, 99));
	assert_int_equal(edit.len, EDIT_MAX - 1);
	assert_false(edit_insert(&edit, "y", 1));
	edit_set(&edit, "");
	check("|");
}

static void other_actions_are_not_taken(void **state)
{
	(void)state;
	assert_false(edit_do(&edit, ACTION_DEPLOY, &cut));
	assert_false(edit_do(&edit, ACTION_LEFT, &cut));
}

static void the_window_always_has_the_cursor(void **state)
{
	static const char text[] = "0123456789\u65e5\u672c\u8a9e0123456789";
	size_t len = sizeof text - 1;
	(void)state;
	for (int columns = 2; columns < 40; columns++) {
		for (size_t at = 0; at <= len; at++) {
			int column = -1;
			if (at < len && ((unsigned char)text[at] & 0xc0) == 0x80)
				continue;
			size_t start = edit_window(text, len, at, columns, &column);
			assert_true(start <= at);
			assert_int_not_equal((unsigned char)text[start] & 0xc0, 0x80);
			assert_in_range(column, 0, columns - 1);
		}
	}
}

static void text_that_fits_never_moves(void **state)
{
	int column;
	(void)state;
	for (size_t at = 0; at <= 9; at++) {
		assert_int_equal(edit_window("123456789", 9, at, 10, &column), 0);
		assert_int_equal(column, at);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(words_are_letters_and_digits, setup),
		cmocka_unit_test_setup(typing_goes_in_at_the_cursor, setup),
		cmocka_unit_test_setup(the_cursor_steps_over_whole_characters, setup),
		cmocka_unit_test_setup(words_are_parted_by_spaces, setup),
		cmocka_unit_test_setup(what_was_cut_comes_back, setup),
		cmocka_unit_test_setup(a_paste_becomes_one_line_of_text, setup),
		cmocka_unit_test_setup(what_does_not_fit_changes_nothing, setup),
		cmocka_unit_test_setup(other_actions_are_not_taken, setup),
		cmocka_unit_test_setup(the_window_always_has_the_cursor, setup),
		cmocka_unit_test_setup(text_that_fits_never_moves, setup),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
