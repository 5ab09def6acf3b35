/* A long string taken out of its JSON gives the same tree as a parser of all of it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#include "base/buf.h"
#include "proto/json_long.h"
#include "proto/json_repair.h"

#define HEAD "{\"data\":{\"deployment\":{\"id\":7,\"why\":\"\\\"logs\\\": \\\\\"},\"logs\" : \""
#define TAIL "\",\"more\":[1,{\"logs\":\"not this\"}]},\"success\":true}"

static struct buf make(const char *unit, const char *tail)
{
	struct buf json;

	buf_init(&json, 4u << 20);
	buf_adds(&json, HEAD, NULL);
	while (json.len < JSON_LONG_MIN + 1000)
		buf_adds(&json, unit, NULL);
	buf_adds(&json, tail, NULL);
	return json;
}

static void it_is_what_a_parser_makes_of_it(void **state)
{
	static const char *const units[] = {"a line of a log\\n", "\\\\", "\\\"", "tab\\tquote\\\"",
		"caf\\u00e9 ", "\\ud83d\\ude00", "\\ud83d", "\\ude00\\ud83dx", "\\u0000",
		"\\/\\b\\f\\r", "\xc3\xa9", "\\u00E9\\uABCD"};

	(void)state;
	for (size_t i = 0; i < sizeof(units) / sizeof(units[0]); i++) {
		struct buf json = make(units[i], TAIL);
		json_t *ours = NULL, *theirs = NULL;

		assert_int_equal(json_long_load(&json, "logs", &ours, NULL), 0);
		assert_int_equal(json_repair_load(&json, &theirs, NULL), 0);
		assert_non_null(theirs);
		if (!json_equal(ours, theirs))
			fail_msg("not the same: '%s'", units[i]);
		json_decref(ours);
		json_decref(theirs);
		buf_release(&json);
	}
}

static void what_is_wrong_is_as_wrong(void **state)
{
	static const char *const units[] = {"\\x", "\\u12", "\\u12g4"};
	static const char *const tails[] = {"", "\"", "\"}", "\\\"}}", "\",}"};

	(void)state;
	for (size_t i = 0; i < 3; i++) {
		struct buf json = make(units[i], TAIL);
		json_t *value = NULL;

		assert_int_equal(json_long_load(&json, "logs", &value, NULL), 0);
		assert_null(value);
		buf_release(&json);
	}
	for (size_t i = 0; i < sizeof(tails) / sizeof(tails[0]); i++) {
		struct buf json = make("x", tails[i]);
		json_t *value = NULL;

		assert_int_equal(json_long_load(&json, "logs", &value, NULL), 0);
		assert_null(value);
		buf_release(&json);
	}
}

static void what_is_short_or_elsewhere_is_parsed_as_ever(void **state)
{
	static const char *const texts[] = {"{\"logs\":\"a\"}", "{\"logs\":null}", "[]", "{", "",
		"{\"x\":\"logs\",\"logs\":1}"};

	(void)state;
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		struct buf json = {(char *)texts[i], strlen(texts[i]), 0, 0};
		json_t *ours = NULL, *theirs = NULL;

		assert_int_equal(json_long_load(&json, "logs", &ours, NULL), 0);
		assert_int_equal(json_repair_load(&json, &theirs, NULL), 0);
		assert_true(ours == theirs || json_equal(ours, theirs));
		json_decref(ours);
		json_decref(theirs);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(it_is_what_a_parser_makes_of_it),
		cmocka_unit_test(what_is_wrong_is_as_wrong),
		cmocka_unit_test(what_is_short_or_elsewhere_is_parsed_as_ever),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
