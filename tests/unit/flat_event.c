#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "noise.h"
#include "proto/flat_event.h"
#include "proto/json_repair.h"

enum { ROUNDS = 200 * 1000 };

static const char *const names[] = {"deployment_id", "timestamp", "message", "stage"};

static json_t *load(const char *json, size_t len)
{
	json_t *value = NULL;

	assert_int_equal(
		json_repair_load(
			&(struct buf){.data = (char *)json, .len = len, .max = len}, &value, NULL),
		0);
	return value;
}

/* Whatever the cheap reader says yes to, the real parser says the same of. */
static bool agree(const char *json, size_t len)
{
	struct flat_event event;
	/* On its own, so that reading past it is noticed. */
	char *copy = malloc(len > 0 ? len : 1);
	json_t *value;
	size_t members = 0;

	assert_non_null(copy);
	memcpy(copy, json, len);
	if (!flat_event_read(&event, copy, len)) {
		free(copy);
		return false;
	}
	value = load(json, len);
	if (!json_is_object(value))
		fail_msg("flat, but not an object: %.*s", (int)len, json);
	for (int i = 0; i < FLAT_PROGRESS; i++) {
		const json_t *text = json_object_get(value, names[i]);

		assert_int_equal(text != NULL, event.text[i].bytes != NULL);
		if (!text)
			continue;
		members++;
		assert_true(json_is_string(text));
		if (json_string_length(text) != event.text[i].len ||
			memcmp(json_string_value(text), event.text[i].bytes, event.text[i].len) !=
				0)
			fail_msg("'%s' differs in %.*s", names[i], (int)len, json);
	}
	if (event.progress >= 0) {
		assert_int_equal(
			json_integer_value(json_object_get(value, "progress")), event.progress);
		assert_true(json_is_integer(json_object_get(value, "progress")));
		members++;
	}
	assert_int_equal(json_object_size(value), members);
	json_decref(value);
	free(copy);
	return true;
}

static void assert_text(const struct flat_event *event, enum flat_member member, const char *wanted)
{
	assert_int_equal(event->text[member].len, strlen(wanted));
	assert_memory_equal(event->text[member].bytes, wanted, strlen(wanted));
}

static void the_recorded_shape_is_read(void **state)
{
	static const char json[] =
		"{\"deployment_id\": \"82ae\", \"timestamp\": \"2026-11-20T15:52:31.013358\", "
		"\"message\": \"\\ud83d\\udce5 Downloading\\n\\\"layers\\\"... \\u21923s\", "
		"\"stage\": \"deploying\", \"progress\": 20}";
	struct flat_event event;

	(void)state;
	assert_true(flat_event_read(&event, json, strlen(json)));
	assert_text(&event, FLAT_DEPLOYMENT_ID, "82ae");
	assert_text(&event, FLAT_TIMESTAMP, "2026-11-20T15:52:31.013358");
	assert_text(&event, FLAT_MESSAGE,
		"\xf0\x9f\x93\xa5 Downloading\n\"layers\"... \xe2\x86\x92"
		"3s");
	assert_text(&event, FLAT_STAGE, "deploying");
	assert_int_equal(event.progress, 20);
	assert_true(agree(json, strlen(json)));
}

static void order_and_space_do_not_matter(void **state)
{
	static const char *const texts[] = {
		"{\"progress\":0,\"message\":\"\"}",
		" \t\r\n{ \"stage\" : \"a\" , \"progress\" : 7 } \n",
		"{\"message\":\"\xd0\xb0\xf0\x9f\x8e\x89\"}",
		"{\"m\\u0065ssage\":\"x\"}",
		"{\"progress\":999999999}",
		"{\"message\":\"\\b\\f\\n\\r\\t\\/\\\\\\\"\\u0001\\uffff\"}",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
		if (!agree(texts[i], strlen(texts[i])))
			fail_msg("not flat: %s", texts[i]);
}

static void everything_else_is_not_flat(void **state)
{
	static const char *const texts[] = {
		"",
		"{}",
		"[]",
		"null",
		"{",
		"{\"message\"",
		"{\"message\":",
		"{\"message\":\"a",
		"{\"message\":\"a\"",
		"{\"message\":\"a\",",
		"{\"message\":\"a\",}",
		"\"message\"",
		"{\"message\":\"a\"}}",
		"{\"message\":\"a\"} x",
		"{message:\"a\"}",
		"{\"message\":null}",
		"{\"message\":1}",
		"{\"message\":{}}",
		"{\"message\":true}",
		"{\"message\":\"a\",\"message\":\"b\"}",
		"{\"progress\":1,\"progress\":2}",
		"{\"message\":\"a\",\"more\":1}",
		"{\"progress\":1.5}",
		"{\"progress\":1e2}",
		"{\"progress\":-1}",
		"{\"progress\":01}",
		"{\"progress\":1000000000}",
		"{\"progress\":\"1\"}",
		"{\"progress\":}",
		"{\"message\":\"\\ud83d\"}",
		"{\"message\":\"\\udce9\"}",
		"{\"message\":\"\\ud83d\\u0041\"}",
		"{\"message\":\"\\ud83dx\"}",
		"{\"message\":\"\\u0000\"}",
		"{\"message\":\"\\x41\"}",
		"{\"message\":\"\\u12\"}",
		"{\"message\":\"\\",
		"{\"message\":\"\\u\"}",
		"{\"message\":\"a\nb\"}",
		"{\"message\":\"\xff\"}",
		"{\"message\":\"\xc3\"}",
		"{\"message\":\"\xed\xa0\x80\"}",
		"{'message':'a'}",
		"{\"message\":\"a\";\"stage\":\"b\"}",
		"{\"result\":{\"success\":true}}",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
		if (agree(texts[i], strlen(texts[i])))
			fail_msg("flat: %s", texts[i]);
	assert_false(agree("{\"message\":\"a\0b\"}", 17));
}

static void long_events_are_left_to_the_parser(void **state)
{
	char *json = malloc(FLAT_EVENT_MAX + 64);
	size_t len;

	(void)state;
	for (size_t pad = FLAT_EVENT_MAX - 20; pad < FLAT_EVENT_MAX; pad++) {
		len = (size_t)sprintf(json, "{\"message\":\"\\n");
		memset(json + len, 'x', pad - len);
		len = pad + (size_t)sprintf(json + pad, "\"}");
		assert_int_equal(agree(json, len), len <= FLAT_EVENT_MAX);
	}
	free(json);
}

/* An event as servers make them, then broken a little, or not. */
static size_t make(struct noise *noise, char *json, size_t cap)
{
	static const char *const pieces[] = {"a", " ", "\\n", "\\u0041", "\\ud83d\\ude80", "\\\"",
		"\\\\", "\xd0\xb6", "\xf0\x9f\x8e\x89", "progress", "{", "}", ",", ":", "\\/",
		"\\u0000", "\\ud83d", "\\udce9", "\\uD83D\\uDE80", "\\u20ac", "\x7f", "\xc2\x85"};
	/* One in 16 takes from the last ones. */
	size_t usual = 15, all = sizeof(pieces) / sizeof(pieces[0]);
	size_t len = 0;

	json[len++] = '{';
	for (size_t m = 0, count = 1 + noise_below(noise, FLAT_COUNT); m < count; m++) {
		size_t which = noise_below(noise, FLAT_COUNT);

		if (m > 0)
			len += (size_t)sprintf(json + len, noise_below(noise, 2) ? ", " : ",");
		if (which == FLAT_PROGRESS) {
			len += (size_t)sprintf(
				json + len, "\"progress\": %u", noise_next(noise) % 200);
			continue;
		}
		len += (size_t)sprintf(json + len, "\"%s\": \"", names[which]);
		for (size_t n = noise_below(noise, 8); n > 0; n--)
			len += (size_t)sprintf(json + len, "%s",
				pieces[noise_below(noise, noise_below(noise, 16) ? usual : all)]);
		json[len++] = '"';
	}
	json[len++] = '}';
	assert_true(len < cap);
	return len;
}

static size_t spoil(struct noise *noise, char *json, size_t len)
{
	size_t at = noise_below(noise, len);

	switch (noise_below(noise, 6)) {
	case 0:
		json[at] = (char)noise_next(noise);
		return len;
	case 1:
		return at;
	case 2:
		memmove(json + at, json + at + 1, len - at - 1);
		return len - 1;
	default:
		return len;
	}
}

static void noise_reads_the_same(void **state)
{
	struct noise noise = {4711};
	int flat = 0;
	char json[2048];

	(void)state;
	for (int round = 0; round < ROUNDS; round++) {
		size_t len = make(&noise, json, sizeof(json));

		flat += agree(json, spoil(&noise, json, len)) ? 1 : 0;
	}
	/* Or nothing was compared. */
	assert_true(flat > ROUNDS / 5);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_recorded_shape_is_read),
		cmocka_unit_test(order_and_space_do_not_matter),
		cmocka_unit_test(everything_else_is_not_flat),
		cmocka_unit_test(long_events_are_left_to_the_parser),
		cmocka_unit_test(noise_reads_the_same),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
