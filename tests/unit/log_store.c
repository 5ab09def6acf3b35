#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "session/log_store.h"
#include "unit/noise.h"

#define BOUND (1u << 20)

static void add(struct log_store *store, const char *stage, const char *text, size_t len)
{
	const struct berth_log_line line = {.time_ms = (int64_t)store->end * 10,
		.level = (enum berth_level)(store->end % 4),
		.stream = (enum berth_stream)(store->end / 4 % 4),
		.stage = stage,
		.text = text,
		.len = len};

	assert_int_equal(log_store_add(store, &line), 0);
}

static void add_numbered(struct log_store *store, uint64_t n)
{
	static const char *const stages[] = {"pulling_image", "health_check", ""};
	char text[64];
	int len = snprintf(text, sizeof(text), "line %llu", (unsigned long long)n);

	add(store, stages[n / 100 % 3], text, (size_t)len);
}

static void assert_numbered(struct log_store *store, uint64_t n)
{
	static const char *const stages[] = {"pulling_image", "health_check", ""};
	struct berth_log_line line;
	char text[64];

	snprintf(text, sizeof(text), "line %llu", (unsigned long long)n);
	assert_true(log_store_get(store, n, &line));
	assert_string_equal(line.text, text);
	assert_int_equal(line.len, strlen(text));
	assert_string_equal(line.stage, stages[n / 100 % 3]);
	assert_int_equal(line.time_ms, n * 10);
	assert_int_equal(line.level, n % 4);
	assert_int_equal(line.stream, n / 4 % 4);
}

static void empty_has_no_line(void **state)
{
	struct log_store store;
	struct berth_log_line line;

	(void)state;
	log_store_init(&store, BOUND);
	assert_int_equal(store.first, 0);
	assert_int_equal(store.end, 0);
	assert_false(log_store_get(&store, 0, &line));
	log_store_release(&store);
	log_store_release(&store);
}

static void gives_back_what_was_added(void **state)
{
	struct log_store store;
	struct berth_log_line line;

	(void)state;
	log_store_init(&store, BOUND);
	for (uint64_t n = 0; n < 3000; n++) {
		add_numbered(&store, n);
		assert_numbered(&store, n);
	}
	assert_int_equal(store.first, 0);
	assert_int_equal(store.end, 3000);
	for (uint64_t n = 3000; n-- > 0;)
		assert_numbered(&store, n);
	assert_false(log_store_get(&store, 3000, &line));
	assert_false(log_store_get(&store, UINT64_MAX, &line));
	log_store_release(&store);
}

static void lines_hold_any_bytes(void **state)
{
	struct log_store store;
	struct berth_log_line line;

	(void)state;
	log_store_init(&store, BOUND);
	add(&store, "s", "a\0b\n", 4);
	add(&store, "s", "", 0);
	assert_true(log_store_get(&store, 0, &line));
	assert_int_equal(line.len, 4);
	assert_memory_equal(line.text, "a\0b\n", 5);
	assert_true(log_store_get(&store, 1, &line));
	assert_int_equal(line.len, 0);
	assert_string_equal(line.text, "");
	log_store_release(&store);
}

static void a_stage_may_change_with_every_line(void **state)
{
	struct log_store store;
	struct berth_log_line line;
	char stage[32];

	(void)state;
	log_store_init(&store, BOUND);
	for (int n = 0; n < 2000; n++) {
		snprintf(stage, sizeof(stage), "stage-%d", n);
		add(&store, stage, "text", 4);
	}
	for (int n = 0; n < 2000; n++) {
		snprintf(stage, sizeof(stage), "stage-%d", n);
		assert_true(log_store_get(&store, (uint64_t)n, &line));
		assert_string_equal(line.stage, stage);
	}
	log_store_release(&store);
}

static void the_oldest_are_given_up(void **state)
{
	struct log_store store;
	struct berth_log_line line;
	uint64_t first = 0;

	(void)state;
	log_store_init(&store, BOUND);
	for (uint64_t n = 0; n < 150000; n++) {
		add_numbered(&store, n);
		assert_int_equal(store.end, n + 1);
		assert_true(store.bytes <= BOUND);
		assert_true(store.first >= first);
		first = store.first;
		/* Where someone reads far behind, the ground may go from under him. */
		if (n % 97 == 0)
			assert_numbered(&store, store.first);
	}
	assert_true(first > 0);
	assert_false(log_store_get(&store, first - 1, &line));
	for (uint64_t n = first; n < store.end; n++)
		assert_numbered(&store, n);
	log_store_release(&store);
}

static void sixteen_mebibytes_of_text_are_kept(void **state)
{
	struct log_store store;
	const char text[] = "GET /healthz 200, 12 ms (line 123456)";
	const struct berth_log_line line = {
		.stage = "health_check", .text = text, .len = strlen(text)};
	size_t bytes = 0;
	(void)state;
	log_store_init(&store, 16u << 20);
	while (store.first == 0) {
		assert_int_equal(log_store_add(&store, &line), 0);
		bytes += line.len;
	}
	log_store_release(&store);
	assert_true(bytes >= 15u << 20);
}

static void reading_jumps_about(void **state)
{
	struct log_store store;
	struct noise noise = {.state = 42};

	(void)state;
	log_store_init(&store, BOUND);
	for (uint64_t n = 0; n < 20000; n++) {
		add_numbered(&store, n);
		assert_numbered(&store,
			store.first + noise_below(&noise, (size_t)(store.end - store.first)));
	}
	log_store_release(&store);
}

static void huge_lines_have_room(void **state)
{
	struct log_store store;
	struct berth_log_line line;
	size_t len = 2 * BOUND;
	char *text = malloc(len);

	(void)state;
	assert_non_null(text);
	memset(text, 'x', len);
	log_store_init(&store, BOUND);
	add_numbered(&store, 0);
	add(&store, "s", text, len);
	/* Alone it is kept even past the bound: the newest line is never given up. */
	assert_true(log_store_get(&store, 1, &line));
	assert_int_equal(line.len, len);
	assert_memory_equal(line.text, text, len);
	assert_int_equal(line.text[len], 0);
	assert_int_equal(store.first, 1);
	add(&store, "s", "small", 5);
	assert_true(log_store_get(&store, 2, &line));
	assert_string_equal(line.text, "small");
	assert_int_equal(store.first, 2);
	for (size_t size = 65530; size < 65545; size++) {
		add(&store, "stage", text, size);
		assert_true(log_store_get(&store, store.end - 1, &line));
		assert_int_equal(line.len, size);
	}
	log_store_release(&store);
	free(text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(empty_has_no_line),
		cmocka_unit_test(gives_back_what_was_added),
		cmocka_unit_test(lines_hold_any_bytes),
		cmocka_unit_test(a_stage_may_change_with_every_line),
		cmocka_unit_test(the_oldest_are_given_up),
		cmocka_unit_test(sixteen_mebibytes_of_text_are_kept),
		cmocka_unit_test(reading_jumps_about),
		cmocka_unit_test(huge_lines_have_room),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
