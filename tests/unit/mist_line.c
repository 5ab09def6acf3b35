/* A line of Mist's stream: where the cheap reader answers, a parser says the same. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#include <jansson.h>

#include "target/mist/mist_line.h"

#define EVENT(line, stream)                                                                        \
	"{\"type\":\"log\",\"timestamp\":\"2026-11-14T10:00:00.5Z\",\"data\":{\"line\":\"" line    \
	"\",\"stream\":\"" stream "\",\"timestamp\":\"T\"}}"

static const char *const read_cheaply[] = {
	EVENT("Step 1/2 : FROM node\\n", "stdout"),
	EVENT("", "stderr"),
	EVENT("\\n", "stdout"),
	EVENT("caf\xc3\xa9 \xf0\x9f\x9a\x80", "stdout"),
	EVENT("\\\"\\\\\\/\\b\\f\\n\\r\\tx", "stdout"),
	EVENT("a \\u003cb\\u003e \\u0026 \\u001b[1m", "stderr"),
	EVENT("one", "stdout") "\n",
};

#define SPACED                                                                                     \
	"{\"type\": \"log\",\"timestamp\":\"T\",\"data\":{\"line\":\"x\",\"stream\":\"stdout\","   \
	"\"timestamp\":\"T\"}}"

static const char *const left_to_a_parser[] = {
	"",
	"{}",
	EVENT("cut", "stdout") "}",
	EVENT("cut", "stdout") "\n\n",
	EVENT("caf\\u00e9", "stdout"),
	EVENT("\\ud83d\\ude00", "stdout"),
	EVENT("\\u0000", "stdout"),
	EVENT("\\x", "stdout"),
	EVENT("tab\there", "stdout"),
	EVENT("one", "std\\u006fut"),
	"{\"type\":\"log\",\"timestamp\":\"T\",\"data\":{\"line\":\"x\",\"stream\":\"stdout\"}}",
	SPACED,
	"{\"type\":\"status\",\"timestamp\":\"T\",\"data\":{}}",
};

static void compare(const char *json, size_t len)
{
	struct mist_line line;
	json_t *event, *data, *text;

	if (!mist_line_read(&line, json, len))
		return;
	event = json_loadb(json, len, JSON_ALLOW_NUL, NULL);
	assert_non_null(event);
	data = json_object_get(event, "data");
	text = json_object_get(data, "line");
	assert_int_equal(line.len, json_string_length(text));
	assert_memory_equal(line.text, json_string_value(text), line.len);
	assert_int_equal(line.err_stream,
		!strcmp(json_string_value(json_object_get(data, "stream")), "stderr"));
	json_decref(event);
}

static void a_parser_says_the_same(void **state)
{
	struct mist_line line;

	(void)state;
	for (size_t i = 0; i < sizeof(read_cheaply) / sizeof(read_cheaply[0]); i++) {
		assert_true(mist_line_read(&line, read_cheaply[i], strlen(read_cheaply[i])));
		compare(read_cheaply[i], strlen(read_cheaply[i]));
	}
	for (size_t i = 0; i < sizeof(left_to_a_parser) / sizeof(left_to_a_parser[0]); i++)
		assert_false(
			mist_line_read(&line, left_to_a_parser[i], strlen(left_to_a_parser[i])));
}

/* Cut anywhere, and with any byte changed. */
static void what_is_broken(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(read_cheaply) / sizeof(read_cheaply[0]); i++) {
		size_t len = strlen(read_cheaply[i]);
		char bytes[512];

		for (size_t cut = 0; cut < len; cut++) {
			static const char others[] = "\"\\{}:,un0\x01";

			compare(read_cheaply[i], cut);
			for (size_t j = 0; j < sizeof(others) - 1; j++) {
				memcpy(bytes, read_cheaply[i], len);
				bytes[cut] = others[j];
				/* Of a letter that is cut a parser makes an error. */
				if ((unsigned char)read_cheaply[i][cut] < 0x80)
					compare(bytes, len);
			}
		}
	}
}

static void a_long_one(void **state)
{
	static char json[3 * MIST_LINE_MAX];
	struct mist_line line;
	size_t at = 0;

	(void)state;
	at += (size_t)snprintf(
		json, sizeof(json), "{\"type\":\"log\",\"timestamp\":\"T\",\"data\":{\"line\":\"");
	memset(json + at, 'x', MIST_LINE_MAX + 8);
	at += MIST_LINE_MAX + 8;
	snprintf(json + at, sizeof(json) - at, "\",\"stream\":\"stdout\",\"timestamp\":\"T\"}}");
	assert_true(mist_line_read(&line, json, strlen(json)));
	compare(json, strlen(json));
	/* Decoded it has no room. */
	memcpy(json + at - 2, "\\n", 2);
	assert_false(mist_line_read(&line, json, strlen(json)));
	memcpy(json + at - MIST_LINE_MAX, "\\n", 2);
	assert_false(mist_line_read(&line, json, strlen(json)));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_parser_says_the_same),
		cmocka_unit_test(what_is_broken),
		cmocka_unit_test(a_long_one),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
