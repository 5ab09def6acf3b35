/* Pulls that go wrong, and those that only look like it. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "support/deploy_flow.h"

#define LAYER_A "\"id\":\"0000000000aa\""
#define LAYER_B "\"id\":\"0000000000bb\""
#define PULL    "> POST /images/create"

struct pull {
	struct fake_engine *fake;
	struct berth_deployment request;
};

static struct pull prepare(const char *const *lines)
{
	struct pull pull = {.fake = fake_engine_start()};

	fake_engine_image(pull.fake, &(struct fake_image){.name = "demo/web:1.0", .pull = lines});
	pull.request = flow_request(pull.fake);
	return pull;
}

static int count_logs(const struct record *record, enum berth_level level, const char *part)
{
	int count = 0;

	for (size_t i = 0; i < record->count; i++) {
		const struct berth_event *event = record->events[i];

		count += event->type == BERTH_EVENT_LOG && event->level == level &&
			 strstr(event->message, part) != NULL;
	}
	return count;
}

/* The last thing said of a layer. */
static const struct berth_layer *layer(const struct record *record, const char *id)
{
	for (size_t i = record->count; i-- > 0;)
		for (size_t l = 0; l < record->events[i]->layer_count; l++)
			if (strcmp(record->events[i]->layers[l].id, id) == 0)
				return &record->events[i]->layers[l];
	return NULL;
}

/* Failed while pulling, with nothing made. */
static void assert_not_pulled(
	const struct pull *pull, const struct record *record, enum berth_code code, const char *why)
{
	assert_outcome(record, BERTH_FAILED);
	assert_int_equal(record->result->failure->code, code);
	assert_string_equal(record->result->failure->stage, "pulling_image");
	if (!strstr(record->result->failure->message, why))
		fail_msg("'%s' is not in '%s'", why, record->result->failure->message);
	assert_int_equal(fake_engine_count(pull->fake, "> POST /containers"), 0);
}

static void test_error_in_the_stream(void **state)
{
	static const char *const lines[] = {
		"{\"status\":\"Pulling from demo/web\",\"id\":\"1.0\"}",
		"{\"errorDetail\":{\"message\":\"no space left on device\"},"
		"\"error\":\"no space left on device\"}",
		NULL,
	};
	struct flow *flow = *state;
	struct pull pull = prepare(lines);
	struct record *record = flow_run(flow, &pull.request);

	assert_not_pulled(&pull, record, BERTH_E_REFUSED, "no space left on device");
	assert_int_equal(fake_engine_count(pull.fake, PULL), 1);
	assert_int_equal(fake_engine_stop(pull.fake), 0);
}

static void test_ends_well_without_an_image(void **state)
{
	struct flow *flow = *state;
	struct fake_engine *fake = fake_engine_start();
	struct pull pull = {.fake = fake, .request = flow_request(fake)};
	struct record *record;

	fake_engine_image(fake, &(struct fake_image){.name = "demo/web:1.0", .vanishes = true});
	record = flow_run(flow, &pull.request);
	assert_not_pulled(&pull, record, BERTH_E_NOT_FOUND, "is not there");
	assert_int_equal(fake_engine_stop(fake), 0);
}

static void test_cut_twice_then_well(void **state)
{
	struct flow *flow = *state;
	struct pull pull = prepare(NULL);
	struct record *record;

	fake_engine_fault(pull.fake, &(struct fake_fault){.at = "POST /images/create",
					     .times = 2,
					     .what = FAKE_CLOSE,
					     .after = true,
					     .answer = 500});
	record = flow_run(flow, &pull.request);
	assert_outcome(record, BERTH_DEPLOYED);
	assert_int_equal(fake_engine_count(pull.fake, PULL), 3);
	assert_int_equal(count_logs(record, BERTH_WARN, "broke off"), 2);
	assert_non_null(record_log(record, BERTH_WARN, "try 3 of 4"));
	assert_int_equal(fake_engine_stop(pull.fake), 0);
}

static void test_cut_four_times(void **state)
{
	struct flow *flow = *state;
	struct pull pull = prepare(NULL);
	struct record *record;

	fake_engine_fault(pull.fake, &(struct fake_fault){.at = "POST /images/create",
					     .times = -1,
					     .what = FAKE_CLOSE,
					     .after = true,
					     .answer = 500});
	record = flow_run(flow, &pull.request);
	assert_not_pulled(&pull, record, BERTH_E_BROKEN, "cannot pull 'demo/web:1.0'");
	assert_int_equal(fake_engine_count(pull.fake, PULL), 4);
	assert_int_equal(count_logs(record, BERTH_WARN, "broke off"), 3);
	assert_int_equal(fake_engine_stop(pull.fake), 0);
}

/* The registry's connection to the engine breaks: the engine says so in its stream. */
static void test_registry_breaks_off(void **state)
{
	static const char *const lines[] = {
		"{\"status\":\"Pulling from demo/web\",\"id\":\"1.0\"}",
		"{\"errorDetail\":{\"message\":\"unexpected EOF\"},\"error\":\"unexpected EOF\"}",
		NULL,
	};
	struct flow *flow = *state;
	struct pull pull = prepare(lines);
	struct record *record = flow_run(flow, &pull.request);

	assert_not_pulled(&pull, record, BERTH_E_BROKEN, "unexpected EOF");
	assert_int_equal(fake_engine_count(pull.fake, PULL), 4);
	assert_int_equal(fake_engine_stop(pull.fake), 0);
}

static void test_ends_in_the_middle_of_an_object(void **state)
{
	static const char *const lines[] = {
		"{\"status\":\"Pulling fs layer\",\"progressDetail\":{}," LAYER_A "}",
		"{\"status\":\"Pull comp",
		NULL,
	};
	struct flow *flow = *state;
	struct pull pull = prepare(lines);
	struct record *record = flow_run(flow, &pull.request);

	assert_outcome(record, BERTH_FAILED);
	assert_int_equal(fake_engine_count(pull.fake, "> POST /containers"), 0);
	assert_int_equal(fake_engine_stop(pull.fake), 0);
}

static void test_sizes_unknown(void **state)
{
	static const char *const lines[] = {
		"{\"status\":\"Pulling from demo/web\",\"id\":\"1.0\"}",
		"{\"status\":\"Pulling fs layer\",\"progressDetail\":{}," LAYER_A "}",
		"{\"status\":\"Downloading\",\"progressDetail\":{\"current\":900}," LAYER_A "}",
		"{\"status\":\"Download "
		"complete\",\"progressDetail\":{\"current\":1,\"total\":1}," LAYER_A "}",
		"{\"status\":\"Extracting\",\"progressDetail\":{\"current\":3,\"units\":\"s\"}"
		"," LAYER_A "}",
		"{\"status\":\"Pull complete\",\"progressDetail\":{}," LAYER_A "}",
		"{\"status\":\"Digest: " FAKE_DIGEST "\"}",
		NULL,
	};
	struct flow *flow = *state;
	struct pull pull = prepare(lines);
	struct record *record = flow_run(flow, &pull.request);

	assert_outcome(record, BERTH_DEPLOYED);
	assert_non_null(layer(record, "0000000000aa"));
	assert_int_equal(layer(record, "0000000000aa")->total, -1);
	assert_string_equal(layer(record, "0000000000aa")->state, "done");
	assert_int_equal(fake_engine_stop(pull.fake), 0);
}

static void test_layers_there_already(void **state)
{
	static const char *const lines[] = {
		"{\"status\":\"Pulling from demo/web\",\"id\":\"1.0\"}",
		"{\"status\":\"Already exists\",\"progressDetail\":{}," LAYER_A "}",
		"{\"status\":\"Pulling fs layer\",\"progressDetail\":{}," LAYER_B "}",
		"{\"status\":\"Downloading\",\"progressDetail\":{\"current\":5,\"total\":10}"
		"," LAYER_B "}",
		"{\"status\":\"Pull complete\",\"progressDetail\":{}," LAYER_B "}",
		NULL,
	};
	struct flow *flow = *state;
	struct pull pull = prepare(lines);
	struct record *record = flow_run(flow, &pull.request);

	assert_outcome(record, BERTH_DEPLOYED);
	assert_string_equal(layer(record, "0000000000aa")->state, "cached");
	assert_string_equal(layer(record, "0000000000bb")->state, "done");
	assert_int_equal(layer(record, "0000000000bb")->total, 10);
	assert_int_equal(fake_engine_stop(pull.fake), 0);
}

static void test_not_found_is_not_tried_again(void **state)
{
	struct flow *flow = *state;
	struct fake_engine *fake = fake_engine_start();
	struct pull pull = {.fake = fake, .request = flow_request(fake)};
	struct record *record = flow_run(flow, &pull.request);

	assert_not_pulled(&pull, record, BERTH_E_NOT_FOUND, "manifest unknown");
	assert_int_equal(fake_engine_count(fake, PULL), 1);
	assert_int_equal(fake_engine_stop(fake), 0);
}

static void test_denied_is_not_tried_again(void **state)
{
	static const char *const lines[] = {
		"{\"errorDetail\":{\"message\":\"denied: requested access to the resource is "
		"denied\"}}",
		NULL,
	};
	struct flow *flow = *state;
	struct pull pull = prepare(lines);
	struct record *record = flow_run(flow, &pull.request);

	assert_not_pulled(&pull, record, BERTH_E_DENIED, "denied");
	assert_non_null(strstr(record->result->failure->hint, "docker login"));
	assert_int_equal(fake_engine_count(pull.fake, PULL), 1);
	assert_int_equal(fake_engine_stop(pull.fake), 0);
}

static void test_cancel_between_tries(void **state)
{
	struct flow *flow = *state;
	struct pull pull = prepare(NULL);
	struct record *record;

	fake_engine_fault(pull.fake,
		&(struct fake_fault){.at = "POST /images/create", .times = -1, .what = FAKE_CLOSE});
	record = flow_start(flow, &pull.request, false);
	FLOW_UNTIL(flow, record_log(record, BERTH_WARN, "broke off"));
	flow_cancel(flow, record);
	FLOW_UNTIL_MS(flow, 1000, record->result);
	assert_outcome(record, BERTH_CANCELED);
	assert_int_equal(fake_engine_count(pull.fake, "> POST /containers"), 0);
	assert_int_equal(fake_engine_stop(pull.fake), 0);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, flow_setup, flow_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_error_in_the_stream),
		TEST(test_ends_well_without_an_image),
		TEST(test_cut_twice_then_well),
		TEST(test_cut_four_times),
		TEST(test_registry_breaks_off),
		TEST(test_ends_in_the_middle_of_an_object),
		TEST(test_sizes_unknown),
		TEST(test_layers_there_already),
		TEST(test_not_found_is_not_tried_again),
		TEST(test_denied_is_not_tried_again),
		TEST(test_cancel_between_tries),
	};

	flow_home();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
