#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "noise.h"
#include "proto/json_stream.h"

#define BAD "\xef\xbf\xbd"

/* Every value that came, dumped, with a line end after each. */
struct seen {
	struct buf text;
	size_t count;
	size_t stop_at; /* fail at this one; 0: never */
};

static int on_value(void *context, const struct json_t *value, struct berth_error *err)
{
	struct seen *seen = context;
	char *text = json_dumps(value, JSON_COMPACT | JSON_ENCODE_ANY);

	assert_non_null(text);
	assert_int_equal(buf_addf(&seen->text, NULL, "%s\n", text), 0);
	free(text);
	if (++seen->count == seen->stop_at)
		return berth_error_set(err, BERTH_E_REFUSED, 0, "enough");
	return 0;
}

/* Feed in pieces of `size` bytes after a first one of `first`; ends the stream if that worked. */
static int feed(struct seen *seen, const char *data, size_t len, size_t first, size_t size,
	struct berth_error *err)
{
	struct json_stream stream;
	int status = 0;

	seen->count = 0;
	buf_init(&seen->text, 64 << 20);
	json_stream_init(&stream, on_value, seen);
	for (size_t at = 0; at < len && status == 0;) {
		size_t n = at == 0 && first > 0 ? first : size;
		char *piece;

		n = n < len - at ? n : len - at;
		/* On its own, so that reading past a piece is noticed. */
		piece = malloc(n);
		assert_non_null(piece);
		memcpy(piece, data + at, n);
		status = json_stream_feed(&stream, piece, n, err);
		free(piece);
		at += n;
	}
	if (status == 0)
		status = json_stream_end(&stream, err);
	json_stream_release(&stream);
	return status;
}

static void assert_values(const char *data, size_t len, const char *expected)
{
	struct seen seen = {0};

	for (size_t first = 0; first <= len; first++) {
		assert_int_equal(feed(&seen, data, len, first, len + 1, NULL), 0);
		assert_string_equal(seen.text.data, expected);
		buf_release(&seen.text);
	}
	for (size_t size = 1; size < 4; size++) {
		assert_int_equal(feed(&seen, data, len, 0, size, NULL), 0);
		assert_string_equal(seen.text.data, expected);
		buf_release(&seen.text);
	}
}

static void values_split_anywhere(void **state)
{
	static const struct {
		const char *data, *expected;
	} cases[] = {
		{"", ""},
		{" \r\n\t", ""},
		{"{}", "{}\n"},
		{"{\"a\":1}{\"b\":[2,{}]}", "{\"a\":1}\n{\"b\":[2,{}]}\n"},
		{"{\"a\":1}\r\n{\"b\":2}\r\n", "{\"a\":1}\n{\"b\":2}\n"},
		{"[][1]\n[[],[]]", "[]\n[1]\n[[],[]]\n"},
		{"{\"a}\":\"]{\\\"}\\\\\"}{\"\\\\\":\"\\\\\\\"\"}",
			"{\"a}\":\"]{\\\"}\\\\\"}\n{\"\\\\\":\"\\\\\\\"\"}\n"},
		{"1 2\n-3.5e+2{}", "1\n2\n-350.0\n{}\n"},
		{"true[1]null\"x\"false", "true\n[1]\nnull\n\"x\"\nfalse\n"},
		{"\"a\"\"b\" \"c\\\"\"12", "\"a\"\n\"b\"\n\"c\\\"\"\n12\n"},
		{"{\"n\":\"a\\u0000b\"}", "{\"n\":\"a\\u0000b\"}\n"},
		{"{\"t\":\"\xc3\xa9\xf0\x9f\x9a\x80\"}", "{\"t\":\"\xc3\xa9\xf0\x9f\x9a\x80\"}\n"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
		assert_values(cases[i].data, strlen(cases[i].data), cases[i].expected);
}

static void bad_text_does_not_end_the_stream(void **state)
{
	static const struct {
		const char *data, *expected;
	} cases[] = {
		{"[\"\\ud800\"]1", "[\"" BAD "\"]\n1\n"},
		{"[\"\\uDFFFx\"]", "[\"" BAD "x\"]\n"},
		{"[\"\\ud83d\\ude80\"]", "[\"\xf0\x9f\x9a\x80\"]\n"},
		{"[\"\\ud83dx\\ude80\"]", "[\"" BAD "x" BAD "\"]\n"},
		{"[\"\\ud83d\\ud83d\\ude80\"]", "[\"" BAD "\xf0\x9f\x9a\x80\"]\n"},
		{"[\"\\ude80\\ud83d\"]", "[\"" BAD BAD "\"]\n"},
		{"[\"\\ud83d\\n\\ud83d\\\\\"]", "[\"" BAD "\\n" BAD "\\\\\"]\n"},
		{"[\"\\\\ud800\"]", "[\"\\\\ud800\"]\n"},
		{"[\"\\\\\\ud800\"]", "[\"\\\\" BAD "\"]\n"},
		{"{\"\\ud800\":1}", "{\"" BAD "\":1}\n"},
		{"[\"a\xff\"][\"b\xc3\"][\"\xed\xa0\x80\"]",
			"[\"a" BAD "\"]\n[\"b" BAD "\"]\n[\"" BAD BAD BAD "\"]\n"},
		{"[\"\xff\\ud800\xc3\xa9\"]", "[\"" BAD BAD "\xc3\xa9\"]\n"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
		assert_values(cases[i].data, strlen(cases[i].data), cases[i].expected);
}

static void what_is_not_json(void **state)
{
	static const struct {
		const char *data, *message;
		size_t values;
	} cases[] = {
		{"<html><body>x</body></html>", "not JSON: '<html><body>x</body></html>'", 0},
		{"{\"a\":1}\n\x1b[31m<oops>\n", "not JSON: '<oops>\xe2\x90\x8a'", 1},
		{"not found", "not JSON: 'not found'", 0},
		{"truefalse {}", "not JSON: 'truefalse {}'", 0},
		{"{a:1}", "not JSON: '{a:1}'", 0},
		{"[}", "not JSON: '[}'", 0},
		{"}", "not JSON: '}'", 0},
		{"1,2", "not JSON: ',2'", 1},
		{"tru", "not JSON: 'tru'", 0},
		{"[\"a\nb\"]",
			"not JSON: '[\"a\xe2\x90\x8a"
			"b\"]'",
			0},
		{"[\"\\u12\"]", "not JSON: '[\"\\u12\"]'", 0},
		{"[\"\\\xff\"]", "not JSON: '[\"\\" BAD "\"]'", 0},
		{"\xff", "not JSON: '" BAD "'", 0},
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		size_t len = strlen(cases[i].data);
		struct berth_error err;
		struct seen seen = {0};

		assert_int_equal(feed(&seen, cases[i].data, len, 0, len, &err), -1);
		assert_int_equal(err.code, BERTH_E_PROTOCOL);
		assert_string_equal(err.message, cases[i].message);
		assert_int_equal(seen.count, cases[i].values);
		buf_release(&seen.text);
		for (size_t first = 1; first <= len; first++) {
			assert_int_equal(feed(&seen, cases[i].data, len, first, 1, &err), -1);
			assert_int_equal(err.code, BERTH_E_PROTOCOL);
			assert_int_equal(seen.count, cases[i].values);
			buf_release(&seen.text);
		}
	}
}

static void long_garbage_is_cut_in_the_message(void **state)
{
	char text[200];
	struct berth_error err;
	struct seen seen = {0};

	(void)state;
	memset(text, 'x', sizeof text);
	assert_int_equal(feed(&seen, text, sizeof text, 0, sizeof text, &err), -1);
	assert_int_equal(strlen(err.message), strlen("not JSON: ''...") + 60);
	assert_string_equal(err.message + strlen(err.message) - 4, "'...");
	buf_release(&seen.text);
}

static void an_end_inside_a_value(void **state)
{
	static const char *const cases[] = {"{", "[1,", "\"abc", "{\"a\":\"\\", "{\"a\":1}{\"b\""};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		struct berth_error err;
		struct seen seen = {0};

		assert_int_equal(feed(&seen, cases[i], strlen(cases[i]), 0, 3, &err), -1);
		assert_int_equal(err.code, BERTH_E_BROKEN);
		buf_release(&seen.text);
	}
}

static void a_value_has_a_largest_size(void **state)
{
	const size_t size = JSON_RECORD_MAX + 1;
	char *text = malloc(size);
	struct seen seen = {0};
	struct berth_error err;

	(void)state;
	assert_non_null(text);
	memset(text, 'a', size);
	text[0] = text[JSON_RECORD_MAX - 1] = '"';
	assert_int_equal(feed(&seen, text, JSON_RECORD_MAX, 0, 10000, &err), 0);
	assert_int_equal(seen.count, 1);
	buf_release(&seen.text);

	text[JSON_RECORD_MAX - 1] = 'a';
	text[JSON_RECORD_MAX] = '"';
	for (size_t piece = 10000; piece <= size; piece += size - 10000) {
		assert_int_equal(feed(&seen, text, size, 0, piece, &err), -1);
		assert_int_equal(err.code, BERTH_E_LIMIT);
		assert_string_equal(err.message, "a JSON value is over 4 MiB");
		assert_int_equal(seen.count, 0);
		buf_release(&seen.text);
	}

	memset(text, '[', size);
	memset(text + 100000, ']', 100000);
	assert_int_equal(feed(&seen, text, 200000, 0, 10000, &err), -1);
	assert_int_equal(err.code, BERTH_E_PROTOCOL);
	buf_release(&seen.text);
	free(text);
}

static void the_callee_can_stop_it(void **state)
{
	struct seen seen = {.stop_at = 2};
	struct berth_error err;

	(void)state;
	assert_int_equal(feed(&seen, "1 2 3 4 ", 8, 0, 8, &err), -1);
	assert_int_equal(err.code, BERTH_E_REFUSED);
	assert_string_equal(err.message, "enough");
	assert_string_equal(seen.text.data, "1\n2\n");
	buf_release(&seen.text);
}

static void noise_splits_make_no_difference(void **state)
{
	static const char *const words[] = {"{", "}", "[", "]", "\"", "\\", "\\u", "\\ud800",
		"d83d", "\\ude80", "\"a\":", ",", "1", " ", "true", "null", "{\"a\":\"\xff\"}",
		"\xc3\xa9", "\"\\\"\"", "[1]", "<html>"};
	struct noise noise = {42};

	(void)state;
	for (int i = 0; i < 200000; i++) {
		char data[40];
		size_t len = noise_fill(
			&noise, data, sizeof data, words, sizeof words / sizeof words[0]);
		struct seen whole = {0}, split = {0};
		struct berth_error err = {0}, other = {0};
		int status = feed(&whole, data, len, 0, len + 1, &err);

		assert_int_equal(feed(&split, data, len, noise_below(&noise, len + 1),
					 1 + noise_below(&noise, 3), &other),
			status);
		assert_int_equal(err.code, other.code);
		assert_string_equal(whole.text.data, split.text.data);
		buf_release(&whole.text);
		buf_release(&split.text);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(values_split_anywhere),
		cmocka_unit_test(bad_text_does_not_end_the_stream),
		cmocka_unit_test(what_is_not_json),
		cmocka_unit_test(long_garbage_is_cut_in_the_message),
		cmocka_unit_test(an_end_inside_a_value),
		cmocka_unit_test(a_value_has_a_largest_size),
		cmocka_unit_test(the_callee_can_stop_it),
		cmocka_unit_test(noise_splits_make_no_difference),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
