#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "plan/plan.h"

static const struct berth_stage stages[] = {
	{"fetch", "fetch", "fetching", 0, 20},
	{"unpack", "unpack", "unpacking", 30, 50},
	{"start", "start", "starting", 50, 100},
};
static const struct berth_stage_list list = {stages, 3};

/* What was said, one line an event: "status fetch 0 text", "progress fetch 10 [layers]", "log fetch
 * info text". */
static char *said;
static size_t said_len;
static FILE *record;

static void emit(void *context, struct berth_event *event)
{
	assert_ptr_equal(context, &said);
	assert_non_null(event);
	if (event->type == BERTH_EVENT_STATUS)
		fprintf(record, "status %s %d %s\n", event->stage, event->progress, event->message);
	else if (event->type == BERTH_EVENT_PROGRESS)
		fprintf(record, "progress %s %d [%zu]\n", event->stage, event->progress,
			event->layer_count);
	else
		fprintf(record, "log %s %s %s %s\n", event->stage, berth_level_name(event->level),
			berth_stream_name(event->stream), event->message);
	berth_event_free(event);
}

static void begin(struct plan *plan)
{
	record = open_memstream(&said, &said_len);
	assert_non_null(record);
	plan_init(plan, &list, emit, &said);
}

static void assert_said(const char *wanted)
{
	fclose(record);
	assert_string_equal(said, wanted);
	free(said);
}

static void one_after_the_other(void **state)
{
	struct plan plan;

	(void)state;
	begin(&plan);
	assert_int_equal(plan.announced, -1);
	plan_begin(&plan, 0, "Fetching '%s'", "it");
	assert_true(plan_is(&plan, 0, PLAN_RUNNING));
	plan_done(&plan, 0);
	assert_true(plan_is(&plan, 0, PLAN_DONE));
	plan_begin(&plan, 1, "Unpacking");
	plan_done(&plan, 1);
	plan_begin(&plan, 2, "Starting");
	plan_done(&plan, 2);
	assert_said("status fetch 0 Fetching 'it'\n"
		    "progress fetch 20 [0]\n"
		    "status unpack 30 Unpacking\n"
		    "progress unpack 50 [0]\n"
		    "status start 50 Starting\n"
		    "progress start 100 [0]\n");
}

static void one_that_ran_ahead_is_told_in_its_turn(void **state)
{
	struct plan plan;

	(void)state;
	begin(&plan);
	plan_begin(&plan, 0, "Fetching");
	plan_begin(&plan, 1, "Unpacking");
	plan_advance(&plan, 1, 0.5, NULL, 0);
	plan_begin(&plan, 2, "Starting");
	plan_done(&plan, 2);
	plan_advance(&plan, 0, 0.5, NULL, 0);
	assert_int_equal(plan.announced, 0);
	plan_done(&plan, 0);
	assert_int_equal(plan.announced, 1);
	plan_done(&plan, 1);
	assert_int_equal(plan.announced, 2);
	assert_said("status fetch 0 Fetching\n"
		    "progress fetch 10 [0]\n"
		    "progress fetch 20 [0]\n"
		    "status unpack 40 Unpacking\n"
		    "progress unpack 50 [0]\n"
		    "status start 100 Starting\n");
}

static void the_whole_never_falls(void **state)
{
	struct plan plan;
	static const double fractions[] = {0.1, 0.9, 0.2, -5, 0.95, 7, 0.5};
	int last = 0;

	(void)state;
	begin(&plan);
	for (int stage = 0; stage < 3; stage++) {
		plan_begin(&plan, stage, "s");
		for (size_t i = 0; i < sizeof(fractions) / sizeof(fractions[0]); i++) {
			plan_advance(&plan, stage, fractions[i], NULL, 0);
			assert_true(plan.percent >= last);
			assert_true(plan.percent <= stages[stage].to);
			last = plan.percent;
		}
		assert_int_equal(plan.percent, stages[stage].to);
		/* A stage that begins again says so, and does not start over. */
		plan_begin(&plan, stage, "again");
		assert_int_equal(plan.percent, last);
		plan_done(&plan, stage);
	}
	fclose(record);
	free(said);
}

static void only_what_moves_is_said(void **state)
{
	struct plan plan;
	const struct berth_layer layers[2] = {{.state = "waiting"}, {.state = "done"}};

	(void)state;
	begin(&plan);
	plan_begin(&plan, 0, "Fetching");
	plan_advance(&plan, 0, 0.5, NULL, 0);
	plan_advance(&plan, 0, 0.5001, NULL, 0);
	plan_advance(&plan, 0, 0.5001, layers, 2);
	assert_said("status fetch 0 Fetching\n"
		    "progress fetch 10 [0]\n"
		    "progress fetch 10 [2]\n");
}

static void what_a_stage_says_anew_is_said(void **state)
{
	struct plan plan;

	(void)state;
	begin(&plan);
	plan_begin(&plan, 0, "Fetching");
	plan_begin(&plan, 0, "Fetching, second attempt");
	plan_begin(&plan, 1, "Unpacking");
	plan_begin(&plan, 1, "Unpacking the rest");
	plan_done(&plan, 0);
	assert_said("status fetch 0 Fetching\n"
		    "status fetch 0 Fetching, second attempt\n"
		    "progress fetch 20 [0]\n"
		    "status unpack 30 Unpacking the rest\n");
}

static void nothing_is_told_past_a_failure(void **state)
{
	struct plan plan;

	(void)state;
	begin(&plan);
	plan_begin(&plan, 0, "Fetching");
	plan_begin(&plan, 1, "Unpacking");
	plan_fail(&plan, 1);
	plan_done(&plan, 0);
	assert_true(plan_is(&plan, 1, PLAN_FAILED));
	assert_int_equal(plan.announced, 0);
	assert_said("status fetch 0 Fetching\nprogress fetch 20 [0]\n");

	begin(&plan);
	plan_begin(&plan, 0, "Fetching");
	plan_fail(&plan, 0);
	plan_begin(&plan, 1, "Unpacking");
	assert_said("status fetch 0 Fetching\n");
}

static void logs_name_their_stage(void **state)
{
	struct plan plan;
	char text[3000];

	(void)state;
	begin(&plan);
	assert_string_equal(plan_stage_name(&plan, 2), "start");
	plan_log(&plan, 1, BERTH_WARN, "port %d is taken", 80);
	plan_log_bytes(&plan, 2, BERTH_ERROR, BERTH_STDERR, "cut here", 3, false);
	assert_said("log unpack warn engine port 80 is taken\nlog start error stderr cut\n");

	begin(&plan);
	memset(text, 'x', sizeof(text) - 1);
	text[sizeof(text) - 1] = '\0';
	plan_log(&plan, 0, BERTH_INFO, "%s", text);
	plan_begin(&plan, 0, "%s", text);
	fclose(record);
	assert_in_range(said_len, 1000, 1400);
	free(said);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(one_after_the_other),
		cmocka_unit_test(one_that_ran_ahead_is_told_in_its_turn),
		cmocka_unit_test(the_whole_never_falls),
		cmocka_unit_test(only_what_moves_is_said),
		cmocka_unit_test(what_a_stage_says_anew_is_said),
		cmocka_unit_test(nothing_is_told_past_a_failure),
		cmocka_unit_test(logs_name_their_stage),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
