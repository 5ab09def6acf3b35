/* Cancelled, or dropped, wherever it is. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "support/deploy_flow.h"

/* Where a deployment stands still until it is told to go on. */
static const struct place {
	const char *name;
	const char *stage; /* announced by then */
	struct fake_fault fault;
	bool only_replacing;
} places[] = {
	{"connecting", "validating", {.at = "HEAD /_ping", .what = FAKE_HOLD}},
	{"looking at the name", "validating",
		{.at = "GET /containers/web/json", .what = FAKE_HOLD}},
	{"before the pull", "pulling_image", {.at = "POST /images/create", .what = FAKE_HOLD}},
	{"in the pull", "pulling_image",
		{.at = "POST /images/create", .what = FAKE_HOLD, .after = true, .answer = 500}},
	{"looking at the image", "pulling_image",
		{.at = "GET /images/demo/web:1.0/json", .nth = 2, .what = FAKE_HOLD}},
	{"stepping aside", "starting_container",
		{.at = "POST /containers/<old>/rename", .what = FAKE_HOLD}, true},
	{"stepped aside", "starting_container",
		{.at = "POST /containers/<old>/rename", .what = FAKE_HOLD, .after = true}, true},
	{"before it is made", "starting_container",
		{.at = "POST /containers/create", .what = FAKE_HOLD}},
	{"made, but not told", "starting_container",
		{.at = "POST /containers/create", .what = FAKE_HOLD, .after = true}},
	{"copying", "copying_files",
		{.at = "PUT /containers/<new>/archive", .what = FAKE_HOLD, .after = true}},
	{"stopping the old one", "copying_files",
		{.at = "POST /containers/<old>/stop", .what = FAKE_HOLD, .after = true}, true},
	{"before the start", "copying_files",
		{.at = "POST /containers/<new>/start", .what = FAKE_HOLD}},
	{"started, but not told", "copying_files",
		{.at = "POST /containers/<new>/start", .what = FAKE_HOLD, .after = true}},
	{"looking whether it runs", "health_check",
		{.at = "GET /containers/<new>/json", .what = FAKE_HOLD}},
};

enum { PLACES = sizeof(places) / sizeof(places[0]) };

static char folder[] = "/tmp/berth-files-XXXXXX";

struct run {
	struct fake_engine *fake;
	struct berth_port port;
	struct record *record;
	char *before;
};

/* Deploys up to that place; false if it is none of this kind of deployment. */
static bool reach(struct flow *flow, struct run *run, const struct place *place, bool replace)
{
	struct berth_deployment request;

	if (place->only_replacing && !replace)
		return false;
	*run = (struct run){.fake = fake_engine_start(), .port = flow_web(flow_port(), false)};
	fake_engine_image(run->fake, &(struct fake_image){.name = "demo/web:1.0"});
	if (replace)
		fake_engine_container(run->fake, &(struct fake_container){.tag = "old",
							 .name = "web",
							 .deployment = "an-earlier-one",
							 .running = true,
							 .port = run->port.host});
	run->before = fake_engine_containers(run->fake);
	fake_engine_fault(run->fake, &place->fault);
	request = flow_request(run->fake);
	request.ports = &run->port;
	request.port_count = 1;
	request.folder = folder;
	request.dest = (char *)"/app";
	run->record = flow_start(flow, &request, false);
	FLOW_UNTIL(flow, fake_engine_faults(run->fake) == 1 &&
				 strcmp(run->record->stage, place->stage) == 0);
	assert_null(run->record->result);
	return true;
}

static void leave(struct run *run)
{
	free(run->before);
	assert_int_equal(fake_engine_stop(run->fake), 0);
}

static void cancel_everywhere(struct flow *flow, bool replace)
{
	for (size_t i = 0; i < PLACES; i++) {
		struct berth_error err = {0};
		struct run run;

		if (!reach(flow, &run, &places[i], replace))
			continue;
		flow_cancel(flow, run.record);
		flow_cancel(flow, run.record);
		fake_engine_release(run.fake);
		FLOW_UNTIL_MS(flow, 5000, run.record->result);
		print_message("cancelled %s: %s\n", places[i].name,
			berth_outcome_name(run.record->result->outcome));
		assert_outcome(run.record, BERTH_CANCELED);
		assert_int_equal(run.record->result->failure->code, BERTH_E_CANCELLED);
		assert_containers(run.fake, run.before);
		assert_int_equal(berth_engine_running(flow->engine), 0);
		assert_int_equal(berth_engine_cancel(flow->engine, run.record->number, &err), -1);
		assert_int_equal(err.code, BERTH_E_CONFLICT);
		leave(&run);
	}
}

static void test_cancel_fresh(void **state)
{
	cancel_everywhere(*state, false);
}

static void test_cancel_replacing(void **state)
{
	cancel_everywhere(*state, true);
}

/* What only waits for an answer needs none to be cancelled. */
static void test_cancel_does_not_wait(void **state)
{
	struct flow *flow = *state;

	for (size_t i = 0; i < PLACES; i++) {
		struct run run;
		bool changes = strstr(places[i].fault.at, "POST /containers") != NULL;

		if (changes || !reach(flow, &run, &places[i], false))
			continue;
		flow_cancel(flow, run.record);
		FLOW_UNTIL_MS(flow, 2000, run.record->result);
		assert_outcome(run.record, BERTH_CANCELED);
		assert_containers(run.fake, run.before);
		leave(&run);
	}
}

static void test_cancel_before_the_first_turn(void **state)
{
	struct flow *flow = *state;
	struct fake_engine *fake = fake_engine_start();
	struct berth_deployment request = flow_request(fake);
	struct record *record = flow_start(flow, &request, false);

	flow_cancel(flow, record);
	FLOW_UNTIL_MS(flow, 2000, record->result);
	assert_outcome(record, BERTH_CANCELED);
	assert_int_equal(fake_engine_count(fake, ">"), 0);
	assert_int_equal(fake_engine_stop(fake), 0);
}

static void test_cancel_while_unhealthy(void **state)
{
	struct flow *flow = *state;
	struct fake_engine *fake = fake_engine_start();
	struct berth_deployment request = flow_request(fake);
	struct berth_port port = flow_web(flow_port(), false);
	struct record *record;

	fake_engine_image(fake, &(struct fake_image){.name = "demo/web:1.0", .present = true});
	fake_engine_process(fake, &(struct fake_process){.status = 503});
	request.ports = &port;
	request.port_count = 1;
	record = flow_start(flow, &request, false);
	FLOW_UNTIL(flow, record_log(record, BERTH_DEBUG, "503"));
	flow_cancel(flow, record);
	FLOW_UNTIL_MS(flow, 2000, record->result);
	assert_outcome(record, BERTH_CANCELED);
	assert_true(record->result->rolled_back);
	assert_containers(fake, "");
	assert_int_equal(fake_engine_stop(fake), 0);
}

/* A person who cancels wants it gone, also with --no-rollback. */
static void test_cancel_without_rollback(void **state)
{
	struct flow *flow = *state;
	struct fake_engine *fake = fake_engine_start();
	struct berth_deployment request = flow_request(fake);
	struct record *record;

	fake_engine_image(fake, &(struct fake_image){.name = "demo/web:1.0", .present = true});
	fake_engine_fault(fake, &(struct fake_fault){.at = "/start", .what = FAKE_HOLD});
	request.rollback = false;
	record = flow_start(flow, &request, false);
	FLOW_UNTIL(flow, fake_engine_faults(fake) == 1);
	flow_cancel(flow, record);
	fake_engine_release(fake);
	FLOW_UNTIL(flow, record->result);
	assert_outcome(record, BERTH_CANCELED);
	assert_containers(fake, "");
	assert_int_equal(fake_engine_stop(fake), 0);
}

/* The new one is healthy and the old one may be gone by now: too late to go back. */
static void test_cancel_while_tidying(void **state)
{
	static const struct fake_fault places_there[] = {
		{.at = "DELETE /containers/<old>", .what = FAKE_HOLD},
		{.at = "DELETE /containers/<old>", .what = FAKE_HOLD, .after = true},
	};
	struct flow *flow = *state;

	for (size_t i = 0; i < 2; i++) {
		const struct place place = {
			.stage = "health_check", .fault = places_there[i], .only_replacing = true};
		struct run run;
		char wanted[64];

		assert_true(reach(flow, &run, &place, true));
		flow_cancel(flow, run.record);
		fake_engine_release(run.fake);
		FLOW_UNTIL(flow, run.record->result);
		assert_outcome(run.record, BERTH_DEPLOYED);
		assert_int_equal(run.record->result->left_behind_count, 0);
		snprintf(wanted, sizeof(wanted), "web new running %d\n", run.port.host);
		assert_containers(run.fake, wanted);
		leave(&run);
	}
}

static void test_cancel_nobody(void **state)
{
	struct flow *flow = *state;
	struct berth_error err = {0};

	assert_int_equal(berth_engine_cancel(flow->engine, 1, &err), -1);
	assert_int_equal(err.code, BERTH_E_NOT_FOUND);
}

/* --- close --- */

static void close_everywhere(bool replace)
{
	for (size_t i = 0; i < PLACES; i++) {
		struct flow *flow;
		struct run run;

		flow_setup((void **)&flow);
		if (reach(flow, &run, &places[i], replace)) {
			flow_close(flow);
			leave(&run);
		}
		flow_teardown((void **)&flow);
	}
}

static void test_close_fresh(void **state)
{
	(void)state;
	close_everywhere(false);
}

static void test_close_replacing(void **state)
{
	(void)state;
	close_everywhere(true);
}

static void close_at(const struct fake_fault *at, bool cancel_first)
{
	const struct place start = {.stage = "copying_files",
		.fault = {.at = "POST /containers/<new>/start", .what = FAKE_HOLD}};
	struct flow *flow;
	struct run run;

	flow_setup((void **)&flow);
	assert_true(reach(flow, &run, &start, true));
	fake_engine_fault(run.fake, at);
	if (cancel_first)
		flow_cancel(flow, run.record);
	fake_engine_release(run.fake);
	FLOW_UNTIL(flow, fake_engine_faults(run.fake) == 2);
	assert_null(run.record->result);
	flow_close(flow);
	flow_teardown((void **)&flow);
	leave(&run);
}

static void test_close_while_putting_back(void **state)
{
	(void)state;
	close_at(&(struct fake_fault){.at = "DELETE /containers/<new>", .what = FAKE_STALL}, true);
	close_at(
		&(struct fake_fault){.at = "GET /containers/<old>/json", .what = FAKE_STALL}, true);
	close_at(&(struct fake_fault){.at = "POST /containers/<old>/rename", .what = FAKE_STALL},
		true);
	close_at(&(struct fake_fault){.at = "POST /containers/<old>/start", .what = FAKE_STALL},
		true);
}

static void test_close_while_tidying(void **state)
{
	(void)state;
	close_at(&(struct fake_fault){.at = "DELETE /containers/<old>", .what = FAKE_STALL}, false);
}

static void test_close_at_once(void **state)
{
	struct flow *flow = *state;
	struct fake_engine *fake = fake_engine_start();
	struct berth_deployment request = flow_request(fake);

	flow_start(flow, &request, false);
	flow_close(flow);
	assert_int_equal(fake_engine_stop(fake), 0);
}

/* Its result was said, its output is still followed. */
static void test_close_while_following(void **state)
{
	struct flow *flow = *state;
	struct fake_engine *fake = fake_engine_start();
	struct berth_deployment request = flow_request(fake);
	struct record *record;

	fake_engine_image(fake, &(struct fake_image){.name = "demo/web:1.0", .present = true});
	record = flow_start(flow, &request, true);
	FLOW_UNTIL(flow, record->result);
	assert_outcome(record, BERTH_DEPLOYED);
	flow_close(flow);
	assert_int_equal(fake_engine_stop(fake), 0);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, flow_setup, flow_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_cancel_fresh),
		TEST(test_cancel_replacing),
		TEST(test_cancel_does_not_wait),
		TEST(test_cancel_before_the_first_turn),
		TEST(test_cancel_while_unhealthy),
		TEST(test_cancel_without_rollback),
		TEST(test_cancel_while_tidying),
		TEST(test_cancel_nobody),
		cmocka_unit_test(test_close_fresh),
		cmocka_unit_test(test_close_replacing),
		cmocka_unit_test(test_close_while_putting_back),
		cmocka_unit_test(test_close_while_tidying),
		TEST(test_close_at_once),
		TEST(test_close_while_following),
	};
	char path[64];
	FILE *file;
	int failed;

	flow_home();
	if (!mkdtemp(folder))
		abort();
	snprintf(path, sizeof(path), "%s/web.md", folder);
	file = fopen(path, "w");
	if (!file)
		abort();
	fputs("text\n", file);
	fclose(file);
	failed = cmocka_run_group_tests(tests, NULL, NULL);
	unlink(path);
	rmdir(folder);
	return failed;
}
