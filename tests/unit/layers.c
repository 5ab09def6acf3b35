#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>
#include <jansson.h>

#include "docker/layers.h"

#define A "aaaaaaaaaaaa"
#define B "bbbbbbbbbbbb"
#define C "cccccccccccc"

static struct layers layers;
static int64_t now;

static int setup(void **state)
{
	(void)state;
	layers_init(&layers);
	now = 1000;
	return 0;
}

/* As the engine writes it: numbers below 0 are left out. */
static bool say(const char *id, const char *status, int64_t current, int64_t total)
{
	json_t *value = json_pack("{s:s, s:{}}", "status", status, "progressDetail");
	json_t *detail = json_object_get(value, "progressDetail");
	bool changed;

	if (id)
		json_object_set_new(value, "id", json_string(id));
	if (current >= 0)
		json_object_set_new(detail, "current", json_integer(current));
	if (total >= 0)
		json_object_set_new(detail, "total", json_integer(total));
	changed = layers_update(&layers, value, now);
	json_decref(value);
	return changed;
}

static void say_seconds(const char *id, int64_t current)
{
	json_t *value = json_pack("{s:s, s:s, s:{s:I, s:s}}", "id", id, "status", "Extracting",
		"progressDetail", "current", (json_int_t)current, "units", "s");

	layers_update(&layers, value, now);
	json_decref(value);
}

static void assert_fraction(double expected)
{
	if (layers.fraction < expected - 1e-9 || layers.fraction > expected + 1e-9)
		fail_msg("fraction is %f, not %f", layers.fraction, expected);
}

static void test_plain_pull(void **state)
{
	(void)state;
	say("latest", "Pulling from library/busybox", -1, -1);
	assert_int_equal(layers.count, 0);
	assert_true(say(A, "Pulling fs layer", -1, -1));
	assert_true(say(B, "Pulling fs layer", -1, -1));
	assert_false(say(B, "Waiting", -1, -1));
	assert_int_equal(layers.count, 2);
	assert_string_equal(layers.list[1].state, "waiting");
	assert_int_equal(layers.list[1].total, -1);
	assert_fraction(0);

	assert_true(say(A, "Downloading", 50, 100));
	say(B, "Downloading", 150, 300);
	assert_string_equal(layers.list[0].state, "downloading");
	assert_int_equal(layers.list[0].current, 50);
	assert_int_equal(layers.list[1].total, 300);
	assert_fraction(0.375);

	say(A, "Verifying Checksum", -1, -1);
	assert_string_equal(layers.list[0].state, "verifying");
	assert_int_equal(layers.list[0].current, 100);
	say(A, "Download complete", -1, -1);
	say(B, "Download complete", -1, -1);
	assert_fraction(0.75);

	/* The bytes of an extraction are no bytes that were fetched. */
	say(A, "Extracting", 20, 100);
	assert_int_equal(layers.list[0].current, 100);
	assert_fraction(0.75 + 0.25 * 0.25 * 0.2);
	say(A, "Pull complete", -1, -1);
	say(B, "Pull complete", -1, -1);
	assert_string_equal(layers.list[0].state, "done");
	assert_fraction(1);
	assert_true(say(NULL, "Digest: sha256:1234", -1, -1));
	assert_true(say(NULL, "Status: Downloaded newer image for busybox:latest", -1, -1));
	assert_string_equal(layers.digest, "sha256:1234");
	assert_string_equal(layers.status, "Downloaded newer image for busybox:latest");
	assert_int_equal(layers.count, 2);
}

static void test_cached(void **state)
{
	(void)state;
	/* The base's layers are named first: that is not the whole. */
	say(A, "Already exists", -1, -1);
	assert_string_equal(layers.list[0].state, "cached");
	assert_fraction(0);
	say(B, "Pulling fs layer", -1, -1);
	assert_fraction(0);
	say(B, "Downloading", 10, 100);
	assert_fraction((1 + 0.075) / 2);
	say(B, "Pull complete", -1, -1);
	assert_fraction(1);
}

static void test_all_cached(void **state)
{
	(void)state;
	say(A, "Already exists", -1, -1);
	assert_fraction(0);
	say(NULL, "Status: Image is up to date for x:1", -1, -1);
	assert_fraction(1);
}

static void test_unknown_sizes(void **state)
{
	(void)state;
	say(A, "Pulling fs layer", -1, -1);
	say(B, "Pulling fs layer", -1, -1);
	say(A, "Downloading", 1, 1); /* a placeholder */
	assert_int_equal(layers.list[0].total, -1);
	assert_int_equal(layers.list[0].current, 0);
	say(A, "Downloading", 500, -1);
	assert_int_equal(layers.list[0].total, -1);
	assert_int_equal(layers.list[0].current, 500);
	assert_fraction(0);
	say(A, "Downloading", 600, 0);
	assert_int_equal(layers.list[0].total, -1);
	/* A counts as much as B, the mean of what is known. */
	say(B, "Downloading", 100, 200);
	assert_fraction(0.375 / 2);
	say(A, "Download complete", -1, -1);
	assert_fraction((0.375 + 0.75) / 2);
	/* The size becomes known late: nothing falls. */
	say(A, "Extracting", 1, 1000000);
	assert_int_equal(layers.list[0].total, 1000000);
	assert_true(layers.fraction >= (0.375 + 0.75) / 2);
}

static void test_extraction_without_total(void **state)
{
	double before;

	(void)state;
	say(A, "Pulling fs layer", -1, -1);
	say(A, "Downloading", 100, 100);
	say(A, "Download complete", -1, -1);
	say_seconds(A, 1);
	assert_string_equal(layers.list[0].state, "extracting");
	assert_int_equal(layers.list[0].total, 100);
	assert_int_equal(layers.list[0].current, 100);
	assert_fraction(0.75);
	now += 5000;
	say_seconds(A, 6);
	assert_fraction(0.875);
	/* It goes on while others are told about, and never arrives on its own. */
	before = layers.fraction;
	now += 5000;
	say(NULL, "anything", -1, -1);
	assert_true(layers.fraction > before);
	now += 1000000000;
	say_seconds(A, 1000);
	assert_true(layers.fraction < 1);
	say(A, "Pull complete", -1, -1);
	assert_fraction(1);
}

static void test_what_is_no_layer(void **state)
{
	(void)state;
	say("deadbeef0123", "Pulling from library/x", -1, -1); /* a tag like a layer's id */
	say("deadbeef0123", "Downloading", 1, 10);
	say("latest", "Downloading", 1, 10);
	say("AAAAAAAAAAAA", "Downloading", 1, 10);
	say("aaaaaaaaaaaaa", "Downloading", 1, 10);
	say("", "Downloading", 1, 10);
	say(NULL, "Downloading", 1, 10);
	say(A, "Something else", 1, 10);
	say(B, "Download complete", -1, -1); /* a manifest or a configuration */
	assert_int_equal(layers.count, 0);
	assert_fraction(0);
	say(A, "Downloading", 1, 10);
	assert_int_equal(layers.count, 1);
}

static void test_odd_values(void **state)
{
	static const char *const texts[] = {"{}", "[]", "null", "1", "\"x\"", "{\"status\":1}",
		"{\"status\":\"Downloading\",\"id\":\"" A "\",\"progressDetail\":null}",
		"{\"status\":\"Downloading\",\"id\":\"" A "\",\"progressDetail\":[]}",
		"{\"status\":\"Downloading\",\"id\":\"" A "\",\"progressDetail\":{\"current\":"
		"\"x\",\"total\":-5}}",
		"{\"status\":\"Downloading\",\"id\":\"" A "\",\"progressDetail\":{\"current\":-7,"
		"\"total\":9223372036854775807}}",
		"{\"status\":\"Extracting\",\"id\":\"" A "\",\"progressDetail\":{\"current\":"
		"9223372036854775807,\"total\":1}}"};

	(void)state;
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		json_t *value = json_loads(texts[i], JSON_DECODE_ANY, NULL);

		assert_non_null(value);
		layers_update(&layers, value, now);
		json_decref(value);
		assert_true(layers.fraction >= 0 && layers.fraction <= 1);
	}
	assert_true(layers.list[0].current >= 0);
}

static void test_shared_ids(void **state)
{
	(void)state;
	say(A, "Pulling fs layer", -1, -1);
	say(B, "Pulling fs layer", -1, -1);
	say(B, "Downloading", 1, 100);
	say(A, "Downloading", 100, 100);
	say(A, "Pull complete", -1, -1);
	/* The same layer once more in the same image. */
	assert_false(say(A, "Pulling fs layer", -1, -1));
	assert_false(say(A, "Downloading", 1, 100));
	assert_false(say(A, "Already exists", -1, -1));
	assert_int_equal(layers.count, 2);
	assert_string_equal(layers.list[0].state, "done");
	assert_int_equal(layers.list[0].current, 100);
}

static void test_retry_and_restart(void **state)
{
	double before;

	(void)state;
	say(A, "Pulling fs layer", -1, -1);
	say(B, "Pulling fs layer", -1, -1);
	say(A, "Downloading", 80, 100);
	say(B, "Downloading", 100, 100);
	before = layers.fraction;
	say(A, "Retrying in 5 seconds", -1, -1);
	assert_string_equal(layers.list[0].state, "retrying");
	assert_int_equal(layers.list[0].current, 80);
	assert_fraction(before);
	say(A, "Downloading", 10, 100); /* from the start again */
	assert_int_equal(layers.list[0].current, 80);
	assert_fraction(before);

	layers_restart(&layers);
	assert_fraction(before);
	assert_int_equal(layers.count, 2);
	assert_int_equal(layers.list[0].current, 0);
	assert_int_equal(layers.list[0].total, 100);
	assert_string_equal(layers.list[0].state, "waiting");
	say(B, "Already exists", -1, -1);
	say(A, "Downloading", 10, 100);
	assert_int_equal(layers.list[0].current, 10);
	assert_fraction(before);
	say(A, "Pull complete", -1, -1);
	assert_fraction(1);
}

static void test_more_layers_than_room(void **state)
{
	char id[16];

	(void)state;
	for (int i = 0; i < BERTH_MAX_LAYERS + 20; i++) {
		snprintf(id, sizeof(id), "%012x", i);
		say(id, "Downloading", 5, 10);
	}
	assert_int_equal(layers.count, BERTH_MAX_LAYERS);
	assert_fraction(0.375);
}

static uint32_t seed;

static uint32_t random_below(uint32_t bound)
{
	seed = seed * 1664525u + 1013904223u;
	return (seed >> 8) % bound;
}

/* Whatever comes in whatever order: nothing falls, nothing leaves its range. */
static void test_monotone(void **state)
{
	static const char *const statuses[] = {"Pulling fs layer", "Waiting", "Downloading",
		"Verifying Checksum", "Download complete", "Extracting", "Pull complete",
		"Already exists", "Retrying in 3 seconds", "Digest: sha256:x"};

	(void)state;
	for (uint32_t round = 0; round < 300; round++) {
		seed = round;
		layers_init(&layers);
		for (int step = 0; step < 300; step++) {
			struct layers was = layers;
			char id[16];
			uint32_t total = random_below(4) ? random_below(100000) : 0;
			bool restart = random_below(100) == 0;

			snprintf(id, sizeof(id), "%012x", random_below(12));
			now += random_below(500);
			if (restart)
				layers_restart(&layers);
			else
				say(id, statuses[random_below(10)],
					(int64_t)random_below(total + 2) - 1, (int64_t)total - 1);
			assert_true(layers.fraction >= was.fraction);
			assert_true(layers.fraction >= 0 && layers.fraction <= 1);
			for (size_t i = 0; i < was.count; i++) {
				assert_true(
					restart || layers.list[i].current >= was.list[i].current);
				assert_true(layers.list[i].total >= was.list[i].total);
				assert_true(layers.list[i].total < 0 ||
					    layers.list[i].current <= layers.list[i].total);
			}
		}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(test_plain_pull, setup),
		cmocka_unit_test_setup(test_cached, setup),
		cmocka_unit_test_setup(test_all_cached, setup),
		cmocka_unit_test_setup(test_unknown_sizes, setup),
		cmocka_unit_test_setup(test_extraction_without_total, setup),
		cmocka_unit_test_setup(test_what_is_no_layer, setup),
		cmocka_unit_test_setup(test_odd_values, setup),
		cmocka_unit_test_setup(test_shared_ids, setup),
		cmocka_unit_test_setup(test_retry_and_restart, setup),
		cmocka_unit_test_setup(test_more_layers_than_room, setup),
		cmocka_unit_test_setup(test_monotone, setup),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
