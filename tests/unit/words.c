#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "form/words.h"
#include "term/wrap.h"

/* The values in a text, each in brackets. */
static const char *split(const char *text, bool commas)
{
	static char shown[1024];
	size_t position = 0, used = 0;
	struct word word;
	shown[0] = '\0';
	while (words_next(text, strlen(text), commas, &position, &word)) {
		char value[256];
		words_unquote(value, sizeof value, text + word.start, word.end - word.start);
		used += (size_t)snprintf(shown + used, sizeof shown - used, "[%s]", value);
	}
	return shown;
}

static void values_are_parted_by_space_and_by_commas_where_asked(void **state)
{
	(void)state;
	assert_string_equal(split("8080:80 auto:9000", true), "[8080:80][auto:9000]");
	assert_string_equal(split(" 8080:80 , auto:9000,,1:2 ", true), "[8080:80][auto:9000][1:2]");
	assert_string_equal(split("A=1,2 B=3", false), "[A=1,2][B=3]");
	assert_string_equal(split("", true), "");
	assert_string_equal(split(" , ", true), "");
}

static void quotes_keep_what_would_part(void **state)
{
	(void)state;
	assert_string_equal(split("A=\"two words\" B='x y'", false), "[A=two words][B=x y]");
	assert_string_equal(split("A=a\\ b", false), "[A=a b]");
	assert_string_equal(split("A=\"q \\\" q\"", false), "[A=q \" q]");
	assert_string_equal(split("'back\\slash'", false), "[back\\slash]");
	assert_string_equal(split("\"open to the end", false), "[open to the end]");
	assert_string_equal(split("\"\" x", false), "[][x]");
	assert_string_equal(split("end\\", false), "[end\\]");
}

static void quoting_and_splitting_are_inverse(void **state)
{
	static const char *const values[] = {"plain", "two words", "a,b", "q\"uote", "it's",
		"back\\slash", "", " lead", "tab\there", "\\", "\"", "'\"'", "\u65e5\u672c"};
	(void)state;
	for (size_t i = 0; i < sizeof values / sizeof values[0]; i++) {
		for (int commas = 0; commas < 2; commas++) {
			char word[128], expected[160];
			assert_true(words_quote(word, sizeof word, values[i], commas) > 0);
			snprintf(expected, sizeof expected, "[%s]", values[i]);
			assert_string_equal(split(word, commas), expected);
		}
	}
	char word[8];
	words_quote(word, sizeof word, "plain", true);
	assert_string_equal(word, "plain");
}

static void a_word_that_does_not_fit_is_refused_whole(void **state)
{
	char word[16];
	(void)state;
	for (size_t cap = 0; cap < 7; cap++)
		assert_int_equal(words_quote(word, cap, "a bcd", false), 0);
	assert_int_equal(words_quote(word, 8, "a bcd", false), 7);
	assert_string_equal(word, "\"a bcd\"");
}

/* The rows of a text, each ended by '|'. */
static const char *rows(
	const char *text, int columns, size_t (*wrap)(const char *, size_t, int, size_t *))
{
	static char shown[1024];
	size_t len = strlen(text), at = 0, next, used = 0;
	do {
		size_t row = wrap(text + at, len - at, columns, &next);
		used += (size_t)snprintf(
			shown + used, sizeof shown - used, "%.*s|", (int)row, text + at);
		assert_true(next > 0 || len == at);
		at += next;
	} while (at < len);
	return shown;
}

static void words_stay_whole_where_they_can(void **state)
{
	(void)state;
	assert_string_equal(rows("one two three", 7, wrap_words), "one two|three|");
	assert_string_equal(rows("one two three", 8, wrap_words), "one two|three|");
	assert_string_equal(rows("incredibly long", 4, wrap_words), "incr|edib|ly|long|");
	assert_string_equal(rows("", 4, wrap_words), "|");
	assert_string_equal(rows("exact", 5, wrap_words), "exact|");
}

static void a_log_keeps_every_space(void **state)
{
	(void)state;
	assert_string_equal(rows("  a b  c", 4, wrap_hard), "  a |b  c|");
	assert_string_equal(rows("\u65e5\u672c\u8a9e", 3, wrap_hard), "\u65e5|\u672c|\u8a9e|");
	assert_string_equal(rows("a\u65e5", 1, wrap_hard), "a||");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(values_are_parted_by_space_and_by_commas_where_asked),
		cmocka_unit_test(quotes_keep_what_would_part),
		cmocka_unit_test(quoting_and_splitting_are_inverse),
		cmocka_unit_test(a_word_that_does_not_fit_is_refused_whole),
		cmocka_unit_test(words_stay_whole_where_they_can),
		cmocka_unit_test(a_log_keeps_every_space),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
