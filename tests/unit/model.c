#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <berth/model.h>

static struct berth_model *model;
static int64_t now_ms;

static char kind_demo[] = "demo", kind_unknown[] = "nothing-known", name[] = "web", policy[] = "no";
static const struct berth_deployment deployment = {.target = kind_demo,
	.kind = kind_demo,
	.preset = name,
	.name = name,
	.container = name,
	.restart = policy};

static int setup(void **state)
{
	(void)state;
	model = berth_model_new();
	now_ms = 1000;
	return model == NULL || berth_model_add(model, 1, &deployment, NULL);
}

static int teardown(void **state)
{
	(void)state;
	berth_model_free(model);
	return 0;
}

static const struct berth_run *run(void)
{
	return berth_model_find(model, 1);
}

/* Fold it in and free it; each event is 10 ms after the one before. */
static void apply(struct berth_event *event)
{
	event->deployment = event->deployment == 0 ? 1 : event->deployment;
	event->time_ms = now_ms += 10;
	assert_int_equal(berth_model_apply(model, event, NULL), 0);
	berth_event_free(event);
}

static struct berth_event *make(
	enum berth_event_type type, const char *stage, int progress, const char *message)
{
	struct berth_event *event = berth_event_new(
		type, stage, progress, message, message != NULL ? strlen(message) : 0);

	assert_non_null(event);
	return event;
}

static void status(const char *stage, int progress, const char *message)
{
	apply(make(BERTH_EVENT_STATUS, stage, progress, message));
}

static void layers(int progress, const struct berth_layer *list, size_t count)
{
	struct berth_event *event = make(BERTH_EVENT_PROGRESS, "pulling_image", progress, NULL);

	event->layers = malloc(count * sizeof(*list));
	assert_non_null(event->layers);
	memcpy(event->layers, list, count * sizeof(*list));
	event->layer_count = count;
	apply(event);
}

static void line(enum berth_level level, const char *text)
{
	struct berth_event *event = make(BERTH_EVENT_LOG, "health_check", 0, text);

	event->level = level;
	event->stream = BERTH_STDERR;
	apply(event);
}

static void result(enum berth_outcome outcome, const char *failed_stage)
{
	struct berth_event *event = make(BERTH_EVENT_RESULT, NULL, 0, "the end");

	event->result = berth_result_new();
	assert_non_null(event->result);
	event->result->outcome = outcome;
	event->result->message = strdup("the end");
	if (outcome != BERTH_DEPLOYED) {
		struct berth_error err = {.code = BERTH_E_BROKEN, .message = "it broke"};

		assert_int_equal(berth_result_fail(event->result, &err, failed_stage), 0);
	}
	apply(event);
}

static void starts_queued(void **state)
{
	(void)state;
	assert_int_equal(berth_model_count(model), 1);
	assert_ptr_equal(berth_model_at(model, 0), run());
	assert_null(berth_model_at(model, 1));
	assert_null(berth_model_find(model, 2));
	assert_int_equal(run()->state, BERTH_RUN_QUEUED);
	assert_int_equal(run()->stage, -1);
	assert_int_equal(run()->progress, 0);
	assert_int_equal(run()->started_ms, 0);
	assert_null(run()->result);
	assert_string_equal(run()->deployment->name, "web");
	assert_ptr_not_equal(run()->deployment, &deployment);
	assert_ptr_equal(run()->stages, berth_target_stages("demo"));
}

static void stages_follow_the_status(void **state)
{
	(void)state;
	status("validating", 0, "checking");
	assert_int_equal(run()->state, BERTH_RUN_RUNNING);
	assert_int_equal(run()->stage, 0);
	assert_int_equal(run()->stage_state[0], BERTH_STAGE_RUNNING);
	assert_string_equal(run()->message, "checking");
	assert_int_equal(run()->started_ms, 1010);
	status("starting_container", 50, "starting");
	for (int i = 0; i < 3; i++)
		assert_int_equal(run()->stage_state[i], BERTH_STAGE_DONE);
	assert_int_equal(run()->stage_state[3], BERTH_STAGE_RUNNING);
	assert_int_equal(run()->stage_state[4], BERTH_STAGE_WAITING);
	assert_int_equal(run()->progress, 50);
	/* Neither goes back, whatever is said. */
	status("pulling_image", 10, "again");
	assert_int_equal(run()->stage, 3);
	assert_int_equal(run()->progress, 50);
	status("of_another_kind", 60, "foreign");
	assert_int_equal(run()->stage, 3);
	assert_int_equal(run()->progress, 60);
	assert_string_equal(run()->message, "foreign");
	assert_int_equal(run()->started_ms, 1010);
	assert_int_equal(run()->last_ms, now_ms);
}

static void layers_are_summed(void **state)
{
	const struct berth_layer some[] = {
		{"a", "downloading", 10, 100}, {"b", "waiting", 0, -1}, {"c", "cached", 7, 7}};
	const struct berth_layer all[] = {{"a", "done", 100, 100}, {"b", "downloading", 5, 50},
		{"c", "cached", 7, 7}, {"d", "waiting", 0, 1}};

	(void)state;
	assert_int_equal(run()->pull_total, -1);
	layers(12, some, 3);
	assert_int_equal(run()->layer_count, 3);
	assert_int_equal(run()->pull_current, 10);
	assert_int_equal(run()->pull_total, -1);
	layers(11, all, 4);
	assert_int_equal(run()->layer_count, 4);
	assert_string_equal(run()->layers[3].id, "d");
	assert_int_equal(run()->pull_current, 105);
	assert_int_equal(run()->pull_total, 151);
	assert_int_equal(run()->progress, 12);
	/* A percentage alone says nothing of layers. */
	apply(make(BERTH_EVENT_PROGRESS, "pulling_image", 20, NULL));
	assert_int_equal(run()->layer_count, 4);
	assert_int_equal(run()->progress, 20);
}

static void success_completes_everything(void **state)
{
	(void)state;
	status("health_check", 90, "asking");
	result(BERTH_DEPLOYED, NULL);
	assert_int_equal(run()->state, BERTH_RUN_COMPLETED);
	assert_int_equal(run()->progress, 100);
	for (size_t i = 0; i < run()->stages->count; i++)
		assert_int_equal(run()->stage_state[i], BERTH_STAGE_DONE);
	assert_string_equal(run()->message, "the end");
	assert_int_equal(run()->ended_ms, now_ms);
	/* Only the first result counts. */
	result(BERTH_FAILED, "health_check");
	assert_int_equal(run()->state, BERTH_RUN_COMPLETED);
	assert_int_equal(run()->result->outcome, BERTH_DEPLOYED);
}

static void failure_marks_its_stage(void **state)
{
	(void)state;
	status("pulling_image", 10, "pulling");
	result(BERTH_FAILED, "pulling_image");
	assert_int_equal(run()->state, BERTH_RUN_FAILED);
	assert_int_equal(run()->stage_state[0], BERTH_STAGE_DONE);
	assert_int_equal(run()->stage_state[1], BERTH_STAGE_FAILED);
	assert_int_equal(run()->stage_state[2], BERTH_STAGE_WAITING);
	assert_int_equal(run()->progress, 10);
	assert_string_equal(run()->result->failure->message, "it broke");
}

/* Files are looked at while the image is pulled: their failure does not complete the pull. */
static void what_was_interrupted_is_not_done(void **state)
{
	(void)state;
	status("pulling_image", 10, "pulling");
	result(BERTH_FAILED, "preparing_files");
	assert_int_equal(run()->stage_state[0], BERTH_STAGE_DONE);
	assert_int_equal(run()->stage_state[1], BERTH_STAGE_WAITING);
	assert_int_equal(run()->stage_state[2], BERTH_STAGE_FAILED);
}

static void a_result_before_any_stage(void **state)
{
	(void)state;
	result(BERTH_REJECTED, NULL);
	assert_int_equal(run()->state, BERTH_RUN_FAILED);
	assert_int_equal(run()->stage, -1);
	assert_int_equal(run()->stage_state[0], BERTH_STAGE_WAITING);
	assert_int_equal(run()->started_ms, run()->ended_ms);
}

static void outcomes_are_states(void **state)
{
	static const struct {
		enum berth_outcome outcome;
		enum berth_run_state state;
	} rows[] = {
		{BERTH_DEPLOYED, BERTH_RUN_COMPLETED},
		{BERTH_FAILED, BERTH_RUN_FAILED},
		{BERTH_REJECTED, BERTH_RUN_FAILED},
		{BERTH_UNREACHED, BERTH_RUN_FAILED},
		{BERTH_UNKNOWN, BERTH_RUN_UNKNOWN},
		{BERTH_LEFT_BEHIND, BERTH_RUN_FAILED},
		{BERTH_CANCELED, BERTH_RUN_CANCELLED},
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		teardown(state);
		assert_int_equal(setup(state), 0);
		result(rows[i].outcome, "validating");
		assert_int_equal(run()->state, rows[i].state);
	}
}

static void cancelling_lasts_until_the_result(void **state)
{
	(void)state;
	status("pulling_image", 10, "pulling");
	berth_model_cancelling(model, 1);
	assert_int_equal(run()->state, BERTH_RUN_CANCELLING);
	status("starting_container", 50, "starting");
	assert_int_equal(run()->state, BERTH_RUN_CANCELLING);
	result(BERTH_CANCELED, NULL);
	assert_int_equal(run()->state, BERTH_RUN_CANCELLED);
	berth_model_cancelling(model, 1);
	assert_int_equal(run()->state, BERTH_RUN_CANCELLED);
	berth_model_cancelling(model, 77);
}

static void log_lines_are_no_change(void **state)
{
	uint64_t changes = run()->changes;

	(void)state;
	line(BERTH_ERROR, "three");
	assert_int_equal(run()->changes, changes);
	assert_int_equal(run()->last_ms, now_ms);
	status("health_check", 90, "asking");
	assert_true(run()->changes > changes);
}

static void the_stream_is_not_the_deployment(void **state)
{
	struct berth_event *event = make(BERTH_EVENT_LINK, NULL, 0, NULL);

	(void)state;
	status("pulling_image", 10, "pulling");
	event->link = BERTH_RECONNECTING;
	event->attempt = 3;
	event->attempts = 8;
	event->retry_in_ms = 4000;
	apply(event);
	assert_int_equal(run()->link, BERTH_RECONNECTING);
	assert_int_equal(run()->link_ms, run()->last_ms);
	assert_int_equal(run()->attempt, 3);
	assert_int_equal(run()->attempts, 8);
	assert_int_equal(run()->retry_in_ms, 4000);
	assert_int_equal(run()->state, BERTH_RUN_RUNNING);
	assert_string_equal(run()->message, "pulling");
}

static void runs_are_kept_apart(void **state)
{
	struct berth_event *event;

	(void)state;
	for (unsigned number = 2; number <= 40; number++)
		assert_int_equal(berth_model_add(model, number, &deployment, NULL), 0);
	assert_int_equal(berth_model_count(model), 40);
	for (unsigned number = 1; number <= 40; number++) {
		char text[32];

		assert_int_equal(berth_model_at(model, number - 1)->number, number);
		snprintf(text, sizeof(text), "of %u", number);
		event = make(BERTH_EVENT_STATUS, "validating", 0, text);
		event->deployment = number;
		apply(event);
	}
	for (unsigned number = 1; number <= 40; number++) {
		char text[32];

		snprintf(text, sizeof(text), "of %u", number);
		assert_string_equal(berth_model_find(model, number)->message, text);
	}
	/* Of runs nobody announced nothing is kept. */
	event = make(BERTH_EVENT_STATUS, "validating", 0, "foreign");
	event->deployment = 99;
	apply(event);
	assert_null(berth_model_find(model, 99));
}

static void an_unknown_kind_has_no_stages(void **state)
{
	struct berth_deployment other = deployment;
	struct berth_event *event;

	(void)state;
	other.kind = kind_unknown;
	assert_int_equal(berth_model_add(model, 2, &other, NULL), 0);
	event = make(BERTH_EVENT_STATUS, "validating", 5, "checking");
	event->deployment = 2;
	apply(event);
	assert_null(berth_model_find(model, 2)->stages);
	assert_int_equal(berth_model_find(model, 2)->stage, -1);
	assert_int_equal(berth_model_find(model, 2)->progress, 5);
}

#define model_test(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		model_test(starts_queued),
		model_test(stages_follow_the_status),
		model_test(layers_are_summed),
		model_test(success_completes_everything),
		model_test(failure_marks_its_stage),
		model_test(what_was_interrupted_is_not_done),
		model_test(a_result_before_any_stage),
		model_test(outcomes_are_states),
		model_test(cancelling_lasts_until_the_result),
		model_test(log_lines_are_no_change),
		model_test(the_stream_is_not_the_deployment),
		model_test(runs_are_kept_apart),
		model_test(an_unknown_kind_has_no_stages),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
