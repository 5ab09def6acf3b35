/* The container's name is taken: who steps aside, and who comes back. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "support/deploy_flow.h"

static const struct fake_image image = {.name = "demo/web:1.0", .present = true};

struct setting {
	struct fake_engine *fake;
	struct berth_port port;
	struct berth_deployment request;
	char *before;
};

/* The old one has port `old_port` and the new one wants `port`. */
static void prepare(struct setting *s, bool ours, bool running, int old_port, int port)
{
	s->fake = fake_engine_start();
	fake_engine_image(s->fake, &image);
	fake_engine_container(s->fake, &(struct fake_container){.tag = "old",
					       .name = "web",
					       .deployment = ours ? "an-earlier-one" : NULL,
					       .running = running,
					       .port = old_port});
	s->port = flow_web(port, false);
	s->request = flow_request(s->fake);
	s->request.ports = &s->port;
	s->request.port_count = 1;
	s->before = fake_engine_containers(s->fake);
}

static void finish(struct setting *s)
{
	free(s->before);
	assert_int_equal(fake_engine_stop(s->fake), 0);
}

static void assert_new_one(const struct setting *s)
{
	char wanted[64];

	snprintf(wanted, sizeof(wanted), "web new running %d\n", s->port.host);
	assert_containers(s->fake, wanted);
}

static void test_not_ours(void **state)
{
	struct flow *flow = *state;
	struct setting s;
	struct record *record;
	int port = flow_port();

	prepare(&s, false, true, port, port);
	record = flow_run(flow, &s.request);
	assert_outcome(record, BERTH_REJECTED);
	assert_int_equal(record->result->failure->code, BERTH_E_CONFLICT);
	assert_true(record->result->failure->replaceable);
	assert_non_null(strstr(record->result->failure->message, "'web'"));
	assert_non_null(strstr(record->result->failure->message, "other/image:2"));
	assert_non_null(strstr(record->result->failure->hint, "--yes"));
	assert_int_equal(fake_engine_count(s.fake, "> POST"), 0);
	assert_containers(s.fake, s.before);
	finish(&s);
}

static void test_not_ours_but_wanted(void **state)
{
	static const char *const order[] = {
		"> POST /containers/<old>/rename",
		"> POST /containers/create",
		"> POST /containers/<old>/stop",
		"< 204 POST /containers/<old>/stop",
		"> POST /containers/<new>/start",
		"< 204 POST /containers/<new>/start",
		"> GET /containers/<new>/json",
		"> DELETE /containers/<old>",
	};
	struct flow *flow = *state;
	struct setting s;
	struct record *record;
	int port = flow_port(), at = 0;

	prepare(&s, false, true, port, port);
	s.request.replace = true;
	record = flow_run(flow, &s.request);
	assert_outcome(record, BERTH_DEPLOYED);
	assert_int_equal(record->result->left_behind_count, 0);
	assert_new_one(&s);
	for (size_t i = 0; i < sizeof(order) / sizeof(order[0]); i++) {
		at = fake_engine_find(s.fake, order[i], at);
		if (at < 0)
			fail_msg("no '%s' there or not in its place", order[i]);
	}
	finish(&s);
}

/* With a port of its own the new one runs before the old one goes. */
static void test_ours_with_another_port(void **state)
{
	struct flow *flow = *state;
	struct setting s;
	struct record *record;

	prepare(&s, true, true, flow_port(), flow_port());
	record = flow_run(flow, &s.request);
	assert_outcome(record, BERTH_DEPLOYED);
	assert_int_equal(fake_engine_count(s.fake, "> POST /containers/<old>/stop"), 0);
	assert_new_one(&s);
	finish(&s);
}

static void test_dies_and_the_old_one_is_back(void **state)
{
	struct flow *flow = *state;
	struct setting s;
	struct record *record;
	int port = flow_port();

	prepare(&s, true, true, port, port);
	fake_engine_process(
		s.fake, &(struct fake_process){.exits = true, .exit_code = 3, .output = "boom\n"});
	record = flow_start(flow, &s.request, false);
	/* The old one is started again as it was, and lives. */
	FLOW_UNTIL(flow, fake_engine_find(s.fake, "> DELETE /containers/<new>", 0) >= 0);
	fake_engine_process(s.fake, &(struct fake_process){0});
	FLOW_UNTIL(flow, record->result);
	assert_int_equal(fake_engine_count(s.fake, "> POST /containers/<old>/stop"), 1);
	assert_int_equal(fake_engine_count(s.fake, "> POST /containers/<old>/start"), 1);
	assert_outcome(record, BERTH_FAILED);
	assert_true(record->result->rolled_back);
	finish(&s);
}

static void test_unhealthy_and_the_old_one_is_back(void **state)
{
	struct flow *flow = *state;
	struct setting s;
	struct record *record;
	int port = flow_port();

	prepare(&s, true, true, port, port);
	fake_engine_process(s.fake, &(struct fake_process){.status = 503});
	s.request.health_s = 1;
	record = flow_run(flow, &s.request);
	assert_outcome(record, BERTH_FAILED);
	assert_int_equal(record->result->failure->code, BERTH_E_UNHEALTHY);
	assert_true(record->result->rolled_back);
	assert_containers(s.fake, s.before);
	assert_int_equal(fake_engine_count(s.fake, "> POST /containers/<old>/start"), 1);
	finish(&s);
}

/* What did not run before does not run afterwards. */
static void test_stopped_one_stays_stopped(void **state)
{
	struct flow *flow = *state;
	struct setting s;
	struct record *record;
	int port = flow_port();

	prepare(&s, true, false, port, port);
	fake_engine_process(s.fake, &(struct fake_process){.exits = true, .exit_code = 1});
	record = flow_run(flow, &s.request);
	assert_outcome(record, BERTH_FAILED);
	assert_containers(s.fake, s.before);
	assert_int_equal(fake_engine_count(s.fake, "> POST /containers/<old>/st"), 0);
	finish(&s);
}

static void test_stopped_one_is_replaced(void **state)
{
	struct flow *flow = *state;
	struct setting s;
	int port = flow_port();

	prepare(&s, true, false, port, port);
	assert_outcome(flow_run(flow, &s.request), BERTH_DEPLOYED);
	assert_int_equal(fake_engine_count(s.fake, "> POST /containers/<old>/stop"), 0);
	assert_new_one(&s);
	finish(&s);
}

/* --no-rollback: all stays as it is when it failed, and is told. */
static void test_no_rollback(void **state)
{
	struct flow *flow = *state;
	struct setting s;
	struct record *record;
	char *after;
	int port = flow_port();

	prepare(&s, true, true, port, port);
	fake_engine_process(s.fake, &(struct fake_process){.exits = true, .exit_code = 3});
	s.request.rollback = false;
	record = flow_run(flow, &s.request);
	assert_outcome(record, BERTH_FAILED);
	assert_false(record->result->rolled_back);
	assert_int_equal(record->result->left_behind_count, 2);
	assert_non_null(strstr(record->result->left_behind[0], "web-before-"));
	assert_non_null(strstr(record->result->left_behind[1], "container web"));
	assert_non_null(record->result->container_id);
	after = fake_engine_containers(s.fake);
	assert_non_null(strstr(after, "web new stopped"));
	assert_non_null(strstr(after, " old stopped"));
	free(after);
	finish(&s);
}

/* The name goes to somebody else between the look and the making. */
static void test_name_lost_on_the_way(void **state)
{
	struct flow *flow = *state;
	struct fake_engine *fake = fake_engine_start();
	struct berth_deployment request = flow_request(fake);
	struct record *record;

	fake_engine_image(fake, &image);
	fake_engine_fault(
		fake, &(struct fake_fault){.at = "POST /containers/create", .what = FAKE_HOLD});
	record = flow_start(flow, &request, false);
	FLOW_UNTIL(flow, fake_engine_faults(fake) == 1);
	fake_engine_container(
		fake, &(struct fake_container){.tag = "theirs", .name = "web", .running = true});
	fake_engine_release(fake);
	FLOW_UNTIL(flow, record->result);
	assert_outcome(record, BERTH_FAILED);
	assert_int_equal(record->result->failure->code, BERTH_E_CONFLICT);
	assert_containers(fake, "web theirs running\n");
	assert_int_equal(fake_engine_count(fake, "> DELETE"), 0);
	assert_int_equal(fake_engine_stop(fake), 0);
}

/* Another program of ours at the same engine. */
static bool turn_other(struct flow *other)
{
	loop_turn(&other->loop);
	return flow_drain(other);
}

static void test_same_name_twice_in_one_session(void **state)
{
	struct flow *flow = *state;
	struct fake_engine *fake = fake_engine_start();
	struct berth_deployment request = flow_request(fake);
	struct berth_error err = {0};
	struct record *first;
	unsigned number;

	fake_engine_image(fake, &image);
	first = flow_start(flow, &request, false);
	assert_int_equal(berth_engine_deploy(flow->engine, &request, false, &number, &err), -1);
	assert_int_equal(err.code, BERTH_E_CONFLICT);
	FLOW_UNTIL(flow, first->result);
	assert_outcome(first, BERTH_DEPLOYED);
	/* Afterwards it is an ordinary replacement. */
	assert_outcome(flow_run(flow, &request), BERTH_DEPLOYED);
	assert_containers(fake, "web new2 running\n");
	assert_int_equal(fake_engine_stop(fake), 0);
}

/* Two programs deploy the same: the one that finds the name taken when it makes its container gives
 * up, and touches nothing of the other's. */
static void test_same_name_from_two_programs(void **state)
{
	struct flow *flow = *state, *other;
	struct fake_engine *fake = fake_engine_start();
	struct berth_deployment request = flow_request(fake);
	struct record *first, *second;

	flow_setup((void **)&other);
	fake_engine_image(fake, &image);
	fake_engine_fault(
		fake, &(struct fake_fault){.at = "POST /containers/create", .what = FAKE_HOLD});
	first = flow_start(flow, &request, false);
	FLOW_UNTIL(flow, fake_engine_faults(fake) == 1);
	second = flow_run(other, &request);
	assert_outcome(second, BERTH_DEPLOYED);
	fake_engine_release(fake);
	FLOW_UNTIL(flow, first->result);
	assert_outcome(first, BERTH_FAILED);
	assert_int_equal(first->result->failure->code, BERTH_E_CONFLICT);
	assert_containers(fake, "web new running\n");
	flow_teardown((void **)&other);
	assert_int_equal(fake_engine_stop(fake), 0);
}

/* The second finds the first's container while that is being checked, and takes its place. The
 * first sees its own die, and leaves the second's alone. */
static void test_overtaken_while_checking(void **state)
{
	struct flow *flow = *state, *other;
	struct fake_engine *fake = fake_engine_start();
	struct berth_deployment request = flow_request(fake);
	struct berth_port port = flow_web(flow_port(), false);
	struct record *first, *second;
	char wanted[64];

	flow_setup((void **)&other);
	fake_engine_image(fake, &image);
	fake_engine_process(fake, &(struct fake_process){.status = 503});
	request.ports = &port;
	request.port_count = 1;
	first = flow_start(flow, &request, false);
	FLOW_UNTIL(flow, strcmp(first->stage, "health_check") == 0);
	fake_engine_process(fake, &(struct fake_process){.status = 200});
	second = flow_start(other, &request, false);
	FLOW_UNTIL(flow, turn_other(other) && first->result && second->result);
	assert_outcome(second, BERTH_DEPLOYED);
	assert_outcome(first, BERTH_FAILED);
	snprintf(wanted, sizeof(wanted), "web new2 running %d\n", port.host);
	assert_containers(fake, wanted);
	flow_teardown((void **)&other);
	assert_int_equal(fake_engine_stop(fake), 0);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, flow_setup, flow_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_not_ours),
		TEST(test_not_ours_but_wanted),
		TEST(test_ours_with_another_port),
		TEST(test_dies_and_the_old_one_is_back),
		TEST(test_unhealthy_and_the_old_one_is_back),
		TEST(test_stopped_one_stays_stopped),
		TEST(test_stopped_one_is_replaced),
		TEST(test_no_rollback),
		TEST(test_name_lost_on_the_way),
		TEST(test_same_name_twice_in_one_session),
		TEST(test_same_name_from_two_programs),
		TEST(test_overtaken_while_checking),
	};

	flow_home();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
