#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "keys/action_table.h"
#include "keys/keymap.h"
#include "keys/keys.h"

static const enum context contexts[] = {
	IN_LIST, IN_TEXT, IN_CHOICE, IN_RESULT, IN_LOG, IN_HELP, IN_INPUT, IN_PAGE};
enum { CONTEXTS = sizeof contexts / sizeof contexts[0] };

static struct keymap keymap;

static int setup(void **state)
{
	(void)state;
	keymap_init(&keymap);
	return 0;
}

static enum action find(uint32_t key, enum context context)
{
	int argument = 0;
	const struct binding *binding = keys_find(&keymap, key, context, &argument);
	return binding != NULL ? binding->action : ACTION_NONE;
}

static void no_key_means_two_things_in_one_place(void **state)
{
	(void)state;
	for (size_t i = 0; i < keys_table_count; i++) {
		for (int k = 0; k < KEYS_PER_BINDING && keys_table[i].keys[k] != 0; k++) {
			uint32_t key = keys_table[i].keys[k];
			for (int c = 0; c < CONTEXTS; c++) {
				int argument;
				if (!(keys_table[i].where & (unsigned)contexts[c]) ||
					((contexts[c] & IN_TYPING) && keys_printable(key)))
					continue;
				assert_ptr_equal(keys_find(&keymap, key, contexts[c], &argument),
					&keymap.rows[i]);
				assert_int_equal(argument, k + 1);
			}
		}
	}
}

static void letters_are_typed_in_a_text_field(void **state)
{
	(void)state;
	for (uint32_t key = 0x20; key < 0x3000; key++) {
		if (keys_printable(key))
			assert_int_equal(find(key, IN_TEXT), ACTION_NONE);
	}
	assert_int_equal(find('q', IN_LOG), ACTION_QUIT);
	assert_int_equal(find('q', IN_CHOICE), ACTION_QUIT);
}

static void every_letter_has_a_twin_for_text_fields(void **state)
{
	(void)state;
	for (size_t i = 0; i < keys_table_count; i++) {
		const struct binding *binding = &keys_table[i];
		char name[16];
		bool typed_only = true;
		if (!(binding->where & IN_TEXT) || binding->action == ACTION_CHOOSE ||
			binding->action == ACTION_CHOOSE_NEXT ||
			binding->action == ACTION_CHOOSE_PREVIOUS)
			continue;
		for (int k = 0; k < KEYS_PER_BINDING && binding->keys[k] != 0; k++)
			typed_only = typed_only && keys_printable(binding->keys[k]);
		assert_false(typed_only);
		assert_non_null(keys_shown(name, binding, IN_TEXT));
	}
}

static void every_action_has_a_key_and_a_help_text(void **state)
{
	bool seen[ACTION_COUNT] = {[ACTION_NONE] = true};
	(void)state;
	for (size_t i = 0; i < keys_table_count; i++) {
		const struct binding *binding = &keys_table[i];
		seen[binding->action] = true;
		assert_non_null(binding->help);
		assert_true(binding->where != 0);
		assert_true(binding->priority == 0 || binding->label != NULL);
	}
	/* What takes more than a key says comes from the command line. */
	for (int action = 0; action < ACTION_COUNT; action++)
		assert_true(seen[action] != (action_table[action].help != NULL));
}

static void keys_are_called_by_their_names(void **state)
{
	static const struct {
		uint32_t key;
		const char *name;
	} names[] = {{K_CTRL('G'), "Ctrl-G"}, {K_F(5), "F5"}, {K_ALT('b'), "Alt-b"}, {'q', "q"},
		{K_TAB, "Tab"}, {K_ENTER, "Enter"}, {K_BACKTAB, "Shift-Tab"}, {' ', "Space"},
		{0xe9, "\u00e9"}, {K_OTHER, ""}};
	char name[16];
	(void)state;
	for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
		assert_string_equal(keys_name(name, names[i].key), names[i].name);
	for (size_t i = 0; i < keys_table_count; i++) {
		for (int k = 0; k < KEYS_PER_BINDING && keys_table[i].keys[k] != 0; k++)
			assert_true(keys_name(name, keys_table[i].keys[k])[0] != '\0');
	}
}

static int width_of(const struct binding **shown, size_t count, enum context context)
{
	int width = 0;
	char name[16];
	for (size_t i = 0; i < count; i++)
		width += (i > 0 ? 2 : 0) + (int)strlen(keys_shown(name, shown[i], context)) + 1 +
			 (int)strlen(shown[i]->label);
	return width;
}

static bool has(const struct binding **shown, size_t count, enum action action)
{
	for (size_t i = 0; i < count; i++) {
		if (shown[i]->action == action)
			return true;
	}
	return false;
}

static void the_footer_fits_and_keeps_the_most_important(void **state)
{
	const struct binding *shown[32], *wider[32];
	(void)state;
	for (int c = 0; c < CONTEXTS; c++) {
		size_t more = keys_footer(&keymap, contexts[c], ~0u, 1000, wider, 32);
		for (int columns = 200; columns >= 0; columns--) {
			size_t count = keys_footer(&keymap, contexts[c], ~0u, columns, shown, 32);
			assert_true(width_of(shown, count, contexts[c]) <= columns || count == 0);
			/* Nothing that a wider footer leaves out comes in again. */
			for (size_t i = 0; i < count; i++)
				assert_true(has(wider, more, shown[i]->action));
			memcpy(wider, shown, sizeof shown);
			more = count;
		}
	}
	size_t count = keys_footer(&keymap, IN_LOG, IF_CANCELLABLE, 30, shown, 32);
	assert_true(has(shown, count, ACTION_DEPLOY));
	assert_true(has(shown, count, ACTION_CANCEL));
}

static void the_footer_names_only_what_means_something_now(void **state)
{
	const struct binding *shown[32];
	char name[16];
	(void)state;
	size_t count = keys_footer(&keymap, IN_LOG, 0, 200, shown, 32);
	assert_false(has(shown, count, ACTION_CANCEL));
	assert_false(has(shown, count, ACTION_AGAIN));
	count = keys_footer(&keymap, IN_TEXT, IF_CANCELLABLE, 200, shown, 32);
	assert_true(has(shown, count, ACTION_CANCEL));
	for (size_t i = 0; i < count; i++) {
		if (shown[i]->action == ACTION_CANCEL)
			assert_string_equal(keys_shown(name, shown[i], IN_TEXT), "Ctrl-X");
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(no_key_means_two_things_in_one_place),
		cmocka_unit_test(letters_are_typed_in_a_text_field),
		cmocka_unit_test(every_letter_has_a_twin_for_text_fields),
		cmocka_unit_test(every_action_has_a_key_and_a_help_text),
		cmocka_unit_test(keys_are_called_by_their_names),
		cmocka_unit_test(the_footer_fits_and_keeps_the_most_important),
		cmocka_unit_test(the_footer_names_only_what_means_something_now),
	};
	return cmocka_run_group_tests(tests, setup, NULL);
}
