/* The value of a variable comes back from everywhere, and is in no event. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "support/deploy_flow.h"

#define SECRET "tr0ub4dor-and-3-more"
/* Enough of it to be of use to somebody. */
#define MOST "tr0ub4dor-a"
#define MARK "\xe2\x80\xa2\xe2\x80\xa2\xe2\x80\xa2"

struct setting {
	struct fake_engine *fake;
	struct berth_port port;
	struct berth_variable env[2];
	struct berth_deployment request;
};

static void prepare(struct flow *flow, struct setting *s, const struct fake_process *process)
{
	s->fake = fake_engine_start();
	fake_engine_image(s->fake, &(struct fake_image){.name = "demo/web:1.0", .present = true});
	fake_engine_process(s->fake, process);
	s->env[0] = (struct berth_variable){(char *)"MODE", (char *)"fast"};
	s->env[1] = (struct berth_variable){(char *)"PASSWORD", (char *)SECRET};
	s->port = flow_web(flow_port(), false);
	s->request = flow_request(s->fake);
	s->request.env = s->env;
	s->request.env_count = 2;
	s->request.ports = &s->port;
	s->request.port_count = 1;
	flow->forbidden = MOST;
}

/* The engine has it, or the test proves nothing. */
static void finish(struct setting *s)
{
	const char *body = fake_engine_body(s->fake, "/containers/create", 1);

	assert_non_null(body);
	assert_non_null(strstr(body, SECRET));
	assert_int_equal(fake_engine_stop(s->fake), 0);
}

static void test_in_output_and_last_lines(void **state)
{
	struct flow *flow = *state;
	struct setting s;
	struct record *record;

	prepare(flow, &s,
		&(struct fake_process){.output = "the password is " SECRET "!\n"
						 "as base64: dHIwdWI0ZG9yLWFuZC0zLW1vcmU=\n"
						 "twice " SECRET SECRET "\n",
			.exits = true,
			.exit_code = 1});
	record = flow_run(flow, &s.request);
	assert_outcome(record, BERTH_FAILED);
	assert_non_null(record_log(record, BERTH_INFO, "the password is " MARK "!"));
	assert_null(record_log(record, -1, "dHIwdWI0ZG9yLWFuZC0"));
	assert_int_equal(record->result->failure->last_line_count, 3);
	assert_string_equal(record->result->failure->last_lines[0], "the password is " MARK "!");
	finish(&s);
}

static void test_in_output_that_follows(void **state)
{
	struct flow *flow = *state;
	struct setting s;
	struct record *record;

	prepare(flow, &s, &(struct fake_process){0});
	record = flow_start(flow, &s.request, true);
	FLOW_UNTIL(flow, record->result);
	assert_outcome(record, BERTH_DEPLOYED);
	fake_engine_say(s.fake, "web", "later: " SECRET "\n");
	FLOW_UNTIL(flow, record_log(record, BERTH_INFO, "later: " MARK));
	finish(&s);
}

static void fail_with(struct flow *flow, const char *at, const char *type, const char *body)
{
	struct setting s;
	struct record *record;

	prepare(flow, &s, &(struct fake_process){0});
	fake_engine_fault(s.fake,
		&(struct fake_fault){
			.at = at, .what = FAKE_REPLY, .status = 500, .type = type, .body = body});
	record = flow_run(flow, &s.request);
	assert_outcome(record, BERTH_FAILED);
	finish(&s);
}

static void test_in_refusals(void **state)
{
	struct flow *flow = *state;

	fail_with(flow, "POST /containers/create", "application/json",
		"{\"message\":\"invalid variable PASSWORD=" SECRET "\"}");
	fail_with(flow, "POST /containers/<new>/start", "text/plain",
		"cannot start with " SECRET "\n");
	fail_with(flow, "GET /containers/<new>/json", "text/plain", SECRET);
}

/* Long messages are cut: not in the middle of it. */
static void test_at_the_cut_of_a_refusal(void **state)
{
	struct flow *flow = *state;

	for (int before = 370; before < 405; before++) {
		char body[600];

		snprintf(body, sizeof(body), "%0*d %s and more and more", before, 0, SECRET);
		fail_with(flow, "POST /containers/<new>/start", "text/plain", body);
	}
}

static void test_in_what_is_left_behind(void **state)
{
	struct flow *flow = *state;
	struct setting s;
	struct record *record;

	prepare(flow, &s, &(struct fake_process){.exits = true, .exit_code = 1});
	fake_engine_fault(s.fake, &(struct fake_fault){.at = "DELETE /containers/<new>",
					  .times = -1,
					  .what = FAKE_REPLY,
					  .status = 500,
					  .body = "cannot remove what has " SECRET});
	record = flow_run(flow, &s.request);
	assert_outcome(record, BERTH_LEFT_BEHIND);
	assert_int_equal(record->result->left_behind_count, 1);
	assert_non_null(strstr(record->result->left_behind[0], "cannot remove what has " MARK));
	finish(&s);
}

static void test_in_a_probe_of_the_image(void **state)
{
	struct flow *flow = *state;
	struct setting s;
	struct record *record;

	prepare(flow, &s, &(struct fake_process){0});
	s.request.image = (char *)"demo/other:1.0";
	fake_engine_image(
		s.fake, &(struct fake_image){
				.name = "demo/other:1.0", .present = true, .healthcheck = true});
	record = flow_start(flow, &s.request, false);
	FLOW_UNTIL(flow, fake_engine_find(s.fake, "< 200 GET /events", 0) >= 0);
	fake_engine_health(s.fake, "web", "unhealthy", "login with " SECRET " failed");
	FLOW_UNTIL(flow, record->result);
	assert_outcome(record, BERTH_FAILED);
	assert_int_equal(record->result->failure->probe_count, 1);
	finish(&s);
}

/* A probe's output is cut as well. */
static void test_at_the_cut_of_a_probe(void **state)
{
	struct flow *flow = *state;

	for (int before = 225; before < 258; before++) {
		struct setting s;
		struct record *record;
		char output[600];

		prepare(flow, &s, &(struct fake_process){0});
		s.request.image = (char *)"demo/other:1.0";
		fake_engine_image(s.fake,
			&(struct fake_image){
				.name = "demo/other:1.0", .present = true, .healthcheck = true});
		record = flow_start(flow, &s.request, false);
		FLOW_UNTIL(flow, fake_engine_find(s.fake, "< 200 GET /events", 0) >= 0);
		snprintf(output, sizeof(output), "%0*d%s and more", before, 0, SECRET);
		fake_engine_health(s.fake, "web", "unhealthy", output);
		FLOW_UNTIL(flow, record->result);
		assert_outcome(record, BERTH_FAILED);
		finish(&s);
	}
}

/* The last lines are kept up to a length. */
static void test_at_the_cut_of_a_last_line(void **state)
{
	struct flow *flow = *state;

	for (int before = 4096 - 24; before < 4098; before += 3) {
		struct setting s;
		char *output = malloc(8192);

		snprintf(output, 8192, "%0*d%s%03000d\n", before, 0, SECRET, 0);
		prepare(flow, &s,
			&(struct fake_process){.output = output, .exits = true, .exit_code = 1});
		assert_outcome(flow_run(flow, &s.request), BERTH_FAILED);
		finish(&s);
		free(output);
	}
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, flow_setup, flow_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_in_output_and_last_lines),
		TEST(test_in_output_that_follows),
		TEST(test_in_refusals),
		TEST(test_at_the_cut_of_a_refusal),
		TEST(test_in_what_is_left_behind),
		TEST(test_in_a_probe_of_the_image),
		TEST(test_at_the_cut_of_a_probe),
		TEST(test_at_the_cut_of_a_last_line),
	};

	flow_home();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
