/* A string is taken out of JSON that comes in any pieces, and the parts make what a parser makes of
 * the whole. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include <jansson.h>

#include "proto/json_repair.h"
#include "proto/json_tap.h"

struct taken {
	struct buf text;
	json_t *rest, *before;
	bool found;
};

/* The first piece of `first` bytes, the others of `step`. */
static struct taken feed(const char *json, size_t first, size_t step)
{
	size_t len = strlen(json), at = 0;
	struct taken taken = {0};
	struct json_tap tap;

	json_tap_init(&tap, "logs", 1 << 20);
	buf_init(&taken.text, 1 << 20);
	while (at < len) {
		size_t size = at == 0 && first > 0 ? first : step;

		size = size < len - at ? size : len - at;
		assert_int_equal(json_tap_feed(&tap, json + at, size, NULL), 0);
		buf_add(&taken.text, tap.text.data, tap.text.len, NULL);
		if (tap.text.len > 0 && !taken.before)
			taken.before = json_tap_before(&tap);
		at += size;
	}
	taken.found = tap.found;
	json_repair_load(&tap.rest, &taken.rest, NULL);
	json_tap_release(&tap);
	return taken;
}

static void clear(struct taken *taken)
{
	buf_release(&taken->text);
	json_decref(taken->rest);
	json_decref(taken->before);
}

/* What the parser makes of all of it: the string, and then "" in its place. */
static void compare(const char *json, struct taken *taken)
{
	struct buf whole = {(char *)json, strlen(json), 0, 0};
	json_t *value = NULL, *data, *logs;

	json_repair_load(&whole, &value, NULL);
	if (!value) {
		assert_null(taken->rest);
		return;
	}
	data = json_object_get(value, "data") ? json_object_get(value, "data") : value;
	logs = json_object_get(data, "logs");
	assert_int_equal(taken->found, json_is_string(logs));
	if (taken->found) {
		assert_int_equal(taken->text.len, json_string_length(logs));
		assert_memory_equal(taken->text.data, json_string_value(logs), taken->text.len);
		json_object_set_new(data, "logs", json_string(""));
	} else {
		assert_int_equal(taken->text.len, 0);
	}
	if (!json_equal(value, taken->rest))
		fail_msg("not the same: %s", json);
	json_decref(value);
}

#define NESTED                                                                                     \
	"{\"data\":{\"deployment\":{\"id\":7,\"why\":\"\\\"logs\\\": \\\\\"},\"logs\" : \"one\\n"  \
	"two\"},\"ok\":true}"

static const char *const texts[] = {
	NESTED,
	"{\"logs\":\"\\\"\\\\\\/\\b\\f\\n\\r\\t\"}",
	"{\"logs\":\"caf\\u00e9 caf\xc3\xa9 \\uABCD\"}",
	"{\"logs\":\"\\ud83d\\ude00\"}",
	"{\"logs\":\"\\ud83d\"}",
	"{\"logs\":\"\\ud83dx\\ud83d\\n\\ud83d\\u0041\\ud83d\\ud83d\\ude00\"}",
	"{\"logs\":\"\\ude00\\ude00\"}",
	"{\"logs\":\"a\\u0000b\"}",
	"{\"logs\":\"\"}",
	"{\"logs\":null,\"x\":\"y\"}",
	"{\"logs\":7,\"logz\":\"y\"}",
	"{\"x\":\"logs\",\"y\":\"logs\"}",
	"{\"data\":{\"logs\":\"first\",\"more\":[1,{\"logs\":\"not this\"}]}}",
	"[]",
	"\"logs\"",
	/* Wrong. */
	"{\"logs\":\"\\x\"}",
	"{\"logs\":\"\\u12g4 and on\"}",
	"{\"logs\":\"\\u12\"}",
	"{\"logs\":\"cut off",
	"{\"logs\":\"cut in an escape\\",
	"{\"logs\":\"a\"",
	"{\"logs\":\"a\"}}",
	"<html>\"logs\":\"</html>",
	"",
};

static void pieces_of_any_size(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		struct taken taken = feed(texts[i], 0, 1);

		compare(texts[i], &taken);
		clear(&taken);
		for (size_t split = 0; split < strlen(texts[i]); split++) {
			taken = feed(texts[i], split, strlen(texts[i]));
			compare(texts[i], &taken);
			clear(&taken);
		}
	}
}

static void what_stands_before_it(void **state)
{
	struct taken taken = feed(NESTED, 0, 1);
	const json_t *row = json_object_get(json_object_get(taken.before, "data"), "deployment");

	(void)state;
	assert_int_equal(json_integer_value(json_object_get(row, "id")), 7);
	clear(&taken);
	taken = feed("{\"list\":[1,{\"logs\":\"x\"}]}", 0, 100);
	assert_non_null(json_object_get(taken.before, "list"));
	clear(&taken);
}

static void the_rest_has_a_bound(void **state)
{
	struct berth_error err = {0};
	struct json_tap tap;

	(void)state;
	json_tap_init(&tap, "logs", 8);
	assert_int_equal(json_tap_feed(&tap, "{\"other\":\"x\"}", 13, &err), -1);
	assert_int_equal(err.code, BERTH_E_LIMIT);
	json_tap_release(&tap);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(pieces_of_any_size),
		cmocka_unit_test(what_stands_before_it),
		cmocka_unit_test(the_rest_has_a_bound),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
