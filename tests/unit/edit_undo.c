/* Taking back what was typed. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "form/edit_undo.h"

static struct edit edit;
static struct edit_cut cut;
static struct edit_undo history;

static int setup(void **state)
{
	(void)state;
	edit_set(&edit, "");
	edit_undo_clear(&history);
	return 0;
}

static void type(const char *text)
{
	for (const char *p = text; *p; p++) {
		const struct edit before = edit;
		assert_true(edit_insert(&edit, p, 1));
		edit_undo_note(&history, &before, &edit);
	}
}

static void act(enum action action)
{
	const struct edit before = edit;
	assert_true(edit_do(&edit, action, &cut));
	edit_undo_note(&history, &before, &edit);
}

static void back(const char *expected)
{
	assert_true(edit_undo_step_back(&history, &edit));
	assert_string_equal(edit.text, expected);
	assert_int_equal(edit.len, strlen(expected));
	assert_true(edit.cursor <= edit.len);
}

static void a_word_is_one_step(void **state)
{
	(void)state;
	type("one two");
	back("one");
	back("");
	assert_false(edit_undo_step_back(&history, &edit));
}

static void each_kind_of_edit_comes_back(void **state)
{
	(void)state;
	edit_set(&edit, "one two three");
	act(ACTION_EDIT_KILL_WORD);
	act(ACTION_EDIT_HOME);
	act(ACTION_EDIT_DELETE);
	act(ACTION_EDIT_KILL_NEXT);
	act(ACTION_EDIT_YANK);
	act(ACTION_EDIT_KILL_END);
	back("ne two ");
	back(" two ");
	back("ne two ");
	back("one two ");
	assert_int_equal(edit.cursor, 0);
	back("one two three");
	assert_int_equal(edit.cursor, 13);
	assert_false(edit_undo_step_back(&history, &edit));
}

/* Whatever was done at random, going back leads to each text there was. */
static void the_way_back_is_the_way_there(void **state)
{
	static const enum action actions[] = {ACTION_EDIT_LEFT, ACTION_EDIT_WORD_LEFT,
		ACTION_EDIT_BACKSPACE, ACTION_EDIT_DELETE, ACTION_EDIT_KILL_WORD,
		ACTION_EDIT_KILL_NEXT, ACTION_EDIT_YANK, ACTION_EDIT_END};
	static const char *const texts[] = {"a", "\u65e5", " ", "e\u0301", "two words"};
	static struct edit seen[EDIT_UNDO_STEPS];
	uint32_t random = 1;
	(void)state;
	for (int round = 0; round < 200; round++) {
		size_t count = 0;
		setup(NULL);
		while (history.count < 40) {
			const struct edit before = edit;
			size_t steps = history.count;
			random = random * 1664525 + 1013904223;
			if (random >> 31)
				edit_insert(&edit, texts[(random >> 16) % 5],
					strlen(texts[(random >> 16) % 5]));
			else
				edit_do(&edit, actions[(random >> 16) % 8], &cut);
			edit_undo_note(&history, &before, &edit);
			if (history.count > steps)
				seen[count++] = before;
		}
		while (count > 0) {
			assert_true(edit_undo_step_back(&history, &edit));
			assert_string_equal(edit.text, seen[--count].text);
		}
	}
}

static void the_oldest_steps_go_first(void **state)
{
	(void)state;
	for (int i = 0; i < EDIT_UNDO_STEPS + 10; i++)
		type(" x");
	assert_true(history.forgot);
	assert_int_equal(history.count, EDIT_UNDO_STEPS);
	while (edit_undo_step_back(&history, &edit))
		;
	assert_true(edit.len > 0);
	assert_memory_equal(edit.text, " x x", 4);
}

static void what_was_removed_is_wiped(void **state)
{
	(void)state;
	edit_set(&edit, "TOKEN=hunter2");
	act(ACTION_EDIT_KILL_START);
	assert_non_null(memmem(&history, sizeof history, "hunter2", 7));
	edit_undo_clear(&history);
	assert_null(memmem(&history, sizeof history, "hunter2", 7));
}

#define TEST(name) cmocka_unit_test_setup(name, setup)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_word_is_one_step),
		TEST(each_kind_of_edit_comes_back),
		TEST(the_way_back_is_the_way_there),
		TEST(the_oldest_steps_go_first),
		TEST(what_was_removed_is_wiped),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
