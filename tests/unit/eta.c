/* How much longer it takes, judged by earlier runs. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "panes/eta.h"

enum { BEGAN = 1000000 };

static struct eta usual(void)
{
	return (struct eta){.number = 1,
		.usual = {.runs = 5,
			.stages = {{"validating", 100, 200, 300},
				{"pulling_image", 10000, 12000, 30000},
				{"starting_container", 1000, 1000, 1000},
				{"health_check", 2000, 3000, 9000}},
			.stage_count = 4}};
}

static struct berth_run pulling(void)
{
	struct berth_run run = {.number = 1,
		.stages = berth_target_stages("docker"),
		.state = BERTH_RUN_RUNNING,
		.stage_ms = BEGAN};
	run.stage = berth_stage_index(run.stages, "pulling_image");
	return run;
}

static void assert_left(
	const struct eta *eta, const struct berth_run *run, int64_t after_ms, const char *wanted)
{
	char text[48];
	assert_string_equal(eta_left(eta, run, BEGAN + after_ms, text), wanted);
}

static void assert_slower(
	const struct eta *eta, const struct berth_run *run, int64_t after_ms, const char *wanted)
{
	char text[96];
	assert_string_equal(eta_slower(eta, run, BEGAN + after_ms, text), wanted);
}

static void what_is_left_is_a_range_that_shrinks(void **state)
{
	(void)state;
	struct eta eta = usual();
	struct berth_run run = pulling();
	assert_left(&eta, &run, 0, "~0:13-0:40 left");
	assert_left(&eta, &run, 5000, "~0:08-0:35 left");
	assert_left(&eta, &run, 20000, "~0:03-0:20 left");
	run.stage = berth_stage_index(run.stages, "health_check");
	assert_left(&eta, &run, 0, "~0:02-0:09 left");
	eta.usual.stages[3] = (struct berth_usual_stage){"health_check", 8100, 8200, 8300};
	assert_left(&eta, &run, 0, "~0:08 left");
}

static void what_is_not_known_is_not_said(void **state)
{
	(void)state;
	struct eta eta = usual();
	struct berth_run run = pulling();
	assert_left(NULL, &run, 0, "");
	assert_left(&eta, &run, 30001, "");
	eta.usual.runs = 1;
	assert_left(&eta, &run, 0, "");
	assert_slower(&eta, &run, 900000, "");
	eta = usual();
	run.stage = berth_stage_index(run.stages, "copying_files");
	assert_left(&eta, &run, 0, "");
	run = pulling();
	run.state = BERTH_RUN_CANCELLING;
	assert_left(&eta, &run, 0, "");
	run.state = BERTH_RUN_RUNNING;
	run.stage = -1;
	assert_slower(&eta, &run, 900000, "");
}

static void three_times_slower_is_said_with_its_cause(void **state)
{
	(void)state;
	struct eta eta = usual();
	struct berth_run run = pulling();
	struct berth_layer layers[2] = {{"a", "extracting", 1, 2}, {"b", "waiting", 0, -1}};
	assert_slower(&eta, &run, 35999, "");
	assert_slower(&eta, &run, 36000, "3 times slower than usual, waiting on the registry");
	run.layers = layers;
	run.layer_count = 2;
	assert_slower(&eta, &run, 61000, "5 times slower than usual, waiting on the registry");
	layers[1].state = "extracting";
	assert_slower(
		&eta, &run, 61000, "5 times slower than usual, waiting on the engine to unpack");
	assert_slower(
		&eta, &run, 12000000, "much slower than usual, waiting on the engine to unpack");
	run.stage = berth_stage_index(run.stages, "validating");
	assert_slower(&eta, &run, 5000, "");
	assert_slower(&eta, &run, 5200, "26 times slower than usual, validating");
	run.stage = berth_stage_index(run.stages, "health_check");
	assert_slower(&eta, &run, 9000, "3 times slower than usual, waiting for it to answer");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_left_is_a_range_that_shrinks),
		cmocka_unit_test(what_is_not_known_is_not_said),
		cmocka_unit_test(three_times_slower_is_said_with_its_cause),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
