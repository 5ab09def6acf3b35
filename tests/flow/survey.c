/* The look at an engine before a deployment. */
#include "support/deploy_flow.h"

#include <string.h>

static const struct fake_image here = {.name = "demo/web:1.0", .present = true};
static const struct fake_image elsewhere = {.name = "demo/web:1.0"};

static const struct berth_survey *look(struct flow *flow, const struct berth_deployment *request)
{
	struct berth_error err = {0};

	if (berth_engine_survey(flow->engine, request, &err) < 0)
		fail_msg("%s", err.message);
	const struct berth_survey *survey = berth_engine_surveyed(flow->engine);
	assert_int_equal(survey->state, BERTH_SURVEY_ASKING);
	FLOW_UNTIL(flow, berth_engine_surveyed(flow->engine)->state != BERTH_SURVEY_ASKING);
	return berth_engine_surveyed(flow->engine);
}

static void what_is_there_is_told_and_left_alone(void **state)
{
	struct flow *flow = *state;
	struct fake_engine *fake = fake_engine_start();
	struct berth_deployment request = flow_request(fake);

	fake_engine_image(fake, &here);
	fake_engine_container(fake,
		&(struct fake_container){
			.tag = "old", .name = "web", .deployment = "earlier", .running = true});
	assert_int_equal(berth_engine_surveyed(flow->engine)->state, BERTH_SURVEY_NONE);
	const struct berth_survey *survey = look(flow, &request);
	assert_int_equal(survey->state, BERTH_SURVEY_DONE);
	assert_true(survey->has_image);
	assert_string_equal(survey->digest, FAKE_DIGEST);
	assert_true(survey->has_container);
	assert_true(survey->is_ours);
	assert_string_equal(survey->container_status, "running");
	assert_int_equal(fake_engine_count(fake, "> POST"), 0);
	flow_close(flow);
	assert_int_equal(fake_engine_stop(fake), 0);
}

static void what_is_not_there_is_told(void **state)
{
	struct flow *flow = *state;
	struct fake_engine *fake = fake_engine_start();
	struct berth_deployment request = flow_request(fake);

	fake_engine_image(fake, &elsewhere);
	const struct berth_survey *survey = look(flow, &request);
	assert_int_equal(survey->state, BERTH_SURVEY_DONE);
	assert_false(survey->has_image);
	assert_false(survey->has_container);
	/* A later look sees what has changed. */
	fake_engine_container(fake, &(struct fake_container){.tag = "foreign", .name = "web"});
	survey = look(flow, &request);
	assert_true(survey->has_container);
	assert_false(survey->is_ours);
	flow_close(flow);
	assert_int_equal(fake_engine_stop(fake), 0);
}

static void trouble_is_told(void **state)
{
	struct flow *flow = *state;
	struct fake_engine *fake = fake_engine_start();
	struct berth_deployment request = flow_request(fake);

	fake_engine_fault(fake, &(struct fake_fault){.at = "GET /images/",
					.what = FAKE_REPLY,
					.status = 500,
					.type = "application/json",
					.body = "{\"message\":\"disk on fire\"}"});
	const struct berth_survey *survey = look(flow, &request);
	assert_int_equal(survey->state, BERTH_SURVEY_FAILED);
	assert_non_null(strstr(survey->error.message, "disk on fire"));
	request.host = (char[]){"unix:///nonexistent/docker.sock"};
	survey = look(flow, &request);
	assert_int_equal(survey->state, BERTH_SURVEY_FAILED);
	assert_non_null(strstr(survey->error.message, "/nonexistent/docker.sock"));
	flow_close(flow);
	assert_int_equal(fake_engine_stop(fake), 0);
}

/* The first one hangs; the second takes its place, and the third is left when the engine closes. */
static void a_new_look_takes_the_place_of_the_old(void **state)
{
	struct flow *flow = *state;
	struct fake_engine *fake = fake_engine_start();
	struct berth_deployment request = flow_request(fake);

	fake_engine_image(fake, &here);
	fake_engine_fault(fake, &(struct fake_fault){.at = "GET /containers/", .what = FAKE_STALL});
	assert_int_equal(berth_engine_survey(flow->engine, &request, NULL), 0);
	FLOW_UNTIL(flow, fake_engine_faults(fake) == 1);
	const struct berth_survey *survey = look(flow, &request);
	assert_int_equal(survey->state, BERTH_SURVEY_DONE);
	assert_false(survey->has_container);
	fake_engine_fault(fake, &(struct fake_fault){.at = "GET /images/", .what = FAKE_STALL});
	assert_int_equal(berth_engine_survey(flow->engine, &request, NULL), 0);
	FLOW_UNTIL(flow, fake_engine_faults(fake) == 2);
	flow_close(flow);
	assert_int_equal(fake_engine_stop(fake), 0);
}

static void only_engines_can_be_looked_at(void **state)
{
	struct flow *flow = *state;
	struct berth_deployment request = {.kind = (char[]){"demo"}};
	struct berth_error err = {0};

	assert_int_equal(berth_engine_survey(flow->engine, &request, &err), -1);
	assert_int_equal(err.code, BERTH_E_USAGE);
	assert_int_equal(berth_engine_surveyed(flow->engine)->state, BERTH_SURVEY_NONE);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, flow_setup, flow_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(what_is_there_is_told_and_left_alone),
		TEST(what_is_not_there_is_told),
		TEST(trouble_is_told),
		TEST(a_new_look_takes_the_place_of_the_old),
		TEST(only_engines_can_be_looked_at),
	};

	flow_home();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
