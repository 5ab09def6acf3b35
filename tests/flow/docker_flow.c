/* Deployments that go well, step by step. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "support/deploy_flow.h"

static const struct fake_image present = {.name = "demo/web:1.0", .present = true};
static const struct fake_image absent = {.name = "demo/web:1.0"};

struct folder {
	char path[64];
};

static void write_file(const struct folder *folder, const char *name, const char *text)
{
	char path[128];
	FILE *file;

	snprintf(path, sizeof(path), "%s/%s", folder->path, name);
	file = fopen(path, "w");
	assert_non_null(file);
	fputs(text, file);
	assert_int_equal(fclose(file), 0);
}

static void make_folder(struct folder *folder)
{
	snprintf(folder->path, sizeof(folder->path), "/tmp/berth-files-XXXXXX");
	assert_non_null(mkdtemp(folder->path));
	write_file(folder, "web.md", "what the script says\n");
	write_file(folder, "extra.txt", "and more\n");
}

static void remove_folder(const struct folder *folder)
{
	char path[128];

	snprintf(path, sizeof(path), "%s/web.md", folder->path);
	unlink(path);
	snprintf(path, sizeof(path), "%s/extra.txt", folder->path);
	unlink(path);
	rmdir(folder->path);
}

/* Each of these lines is in the journal, in this order. */
static void assert_order(struct fake_engine *fake, const char *const lines[])
{
	int at = 0;

	for (; *lines; lines++) {
		at = fake_engine_find(fake, *lines, at);
		if (at < 0) {
			char *journal = fake_engine_journal(fake);

			fputs(journal, stderr);
			free(journal);
			fail_msg("no '%s' there or not in its place", *lines);
		}
	}
}

#define ORDER(fake, ...) assert_order(fake, (const char *const[]){__VA_ARGS__, NULL})

static void assert_stages(const struct record *record, const char *wanted)
{
	char *stages = record_stages(record);

	assert_string_equal(stages, wanted);
	free(stages);
}

static void test_pull_files_and_port(void **state)
{
	struct flow *flow = *state;
	struct fake_engine *fake = fake_engine_start();
	struct berth_deployment request = flow_request(fake);
	struct berth_port port = flow_web(flow_port(), false);
	struct berth_variable env = {(char *)"GREETING", (char *)"good morning"};
	struct folder folder;
	struct record *record;
	char wanted[256];

	make_folder(&folder);
	fake_engine_image(fake, &absent);
	fake_engine_process(fake, &(struct fake_process){.output = "hello\nworld\n"});
	request.ports = &port;
	request.port_count = 1;
	request.env = &env;
	request.env_count = 1;
	request.folder = folder.path;
	request.dest = (char *)"/app";
	record = flow_run(flow, &request);

	assert_outcome(record, BERTH_DEPLOYED);
	assert_stages(record, "validating 0, pulling_image 10, preparing_files 45, "
			      "starting_container 50, copying_files 70, health_check 90, "
			      "completed 100");
	assert_true(record_has_progress(record, 5));
	assert_true(record_has_progress(record, 30));
	assert_true(record_has_progress(record, 65));
	assert_true(record_has_progress(record, 85));
	assert_int_equal(record->progress, 100);
	assert_non_null(record_log(record, BERTH_INFO, "2 files"));
	assert_non_null(record_log(record, BERTH_INFO, "hello"));
	assert_non_null(record_log(record, BERTH_INFO, "world"));

	ORDER(fake, "> HEAD /_ping", "> GET /version", "> GET /containers/json",
		"> POST /images/create", "< 200 POST /images/create",
		"> GET /images/demo/web:1.0/json", "< 200 GET /images/demo/web:1.0/json",
		"> POST /containers/create", "< 201 POST /containers/create",
		"> PUT /containers/<new>/archive", "< 200 PUT /containers/<new>/archive",
		"> POST /containers/<new>/start", "< 204 POST /containers/<new>/start",
		"> GET /containers/<new>/json", "< 200 GET /containers/<new>/json");
	assert_int_equal(fake_engine_count(fake, "> POST"), 3);
	assert_int_equal(fake_engine_count(fake, "> DELETE"), 0);
	assert_int_equal(fake_engine_count(fake, "> PUT"), 1);
	assert_true(fake_engine_got(fake, "new", "app/web.md"));
	assert_true(fake_engine_got(fake, "new", "what the script says"));
	assert_non_null(strstr(
		fake_engine_body(fake, "/containers/create", 1), "\"GREETING=good morning\""));
	assert_non_null(strstr(
		fake_engine_body(fake, "/containers/create", 1), record->end->deployment_id));

	snprintf(wanted, sizeof(wanted), "web new running %d\n", port.host);
	assert_containers(fake, wanted);
	snprintf(wanted, sizeof(wanted), "http://localhost:%d", port.host);
	assert_string_equal(record->result->endpoint_url, wanted);
	assert_int_equal(record->result->url_count, 1);
	assert_int_equal(record->result->check_count, 1);
	assert_true(record->result->checks[0].healthy);
	assert_int_equal(strlen(record->result->container_id), 64);
	assert_string_equal(record->result->image_digest, FAKE_DIGEST);
	assert_int_equal(record->result->left_behind_count, 0);
	assert_false(record->result->rolled_back);
	assert_int_equal(berth_engine_running(flow->engine), 0);

	remove_folder(&folder);
	assert_int_equal(fake_engine_stop(fake), 0);
}

static void test_image_there_no_files_no_port(void **state)
{
	struct flow *flow = *state;
	struct fake_engine *fake = fake_engine_start();
	struct berth_deployment request = flow_request(fake);
	struct record *record;

	fake_engine_image(fake, &present);
	record = flow_run(flow, &request);
	assert_outcome(record, BERTH_DEPLOYED);
	assert_stages(record, "validating 0, pulling_image 10, preparing_files 45, "
			      "starting_container 50, copying_files 70, health_check 90, "
			      "completed 100");
	assert_int_equal(record->progress, 100);
	assert_int_equal(fake_engine_count(fake, "> POST /images/create"), 0);
	assert_int_equal(fake_engine_count(fake, "> PUT"), 0);
	assert_null(record->result->endpoint_url);
	assert_containers(fake, "web new running\n");
	assert_int_equal(fake_engine_stop(fake), 0);
}

static void test_pull_always(void **state)
{
	struct flow *flow = *state;
	struct fake_engine *fake = fake_engine_start();
	struct berth_deployment request = flow_request(fake);

	fake_engine_image(fake, &present);
	request.pull = BERTH_PULL_ALWAYS;
	assert_outcome(flow_run(flow, &request), BERTH_DEPLOYED);
	assert_int_equal(fake_engine_count(fake, "> POST /images/create"), 1);
	assert_int_equal(fake_engine_stop(fake), 0);
}

static void test_pull_never(void **state)
{
	struct flow *flow = *state;
	struct fake_engine *fake = fake_engine_start();
	struct berth_deployment request = flow_request(fake);
	struct record *record;

	fake_engine_image(fake, &absent);
	request.pull = BERTH_PULL_NEVER;
	record = flow_run(flow, &request);
	assert_outcome(record, BERTH_REJECTED);
	assert_int_equal(record->result->failure->code, BERTH_E_NOT_FOUND);
	assert_int_equal(fake_engine_count(fake, "> POST"), 0);
	assert_int_equal(fake_engine_stop(fake), 0);
}

/* Output goes on after the result, as no part of the record, until the container ends. */
static void test_follow(void **state)
{
	struct flow *flow = *state;
	struct fake_engine *fake = fake_engine_start();
	struct berth_deployment request = flow_request(fake);
	struct record *record;

	fake_engine_image(fake, &present);
	fake_engine_process(fake, &(struct fake_process){.output = "first words\n"});
	record = flow_start(flow, &request, true);
	FLOW_UNTIL(flow, record->result);
	assert_outcome(record, BERTH_DEPLOYED);
	assert_non_null(record_log(record, BERTH_INFO, "first words"));
	assert_int_equal(record->after, 0);
	assert_int_equal(berth_engine_running(flow->engine), 0);
	fake_engine_say(fake, "web", "later words\n");
	FLOW_UNTIL(flow, record_log(record, BERTH_INFO, "later words"));
	assert_int_equal(record->after, 1);
	fake_engine_say(fake, "web", "last words\n");
	fake_engine_die(fake, "web", 0, false);
	FLOW_UNTIL(flow, record_log(record, BERTH_INFO, "last words"));
	assert_int_equal(fake_engine_stop(fake), 0);
}

/* Without follow nothing of ours stays connected. */
static void test_lets_go_after_the_result(void **state)
{
	struct flow *flow = *state;
	struct fake_engine *fake = fake_engine_start();
	struct berth_deployment request = flow_request(fake);
	struct record *record;

	fake_engine_image(fake, &present);
	record = flow_run(flow, &request);
	assert_outcome(record, BERTH_DEPLOYED);
	fake_engine_say(fake, "web", "nobody listens\n");
	FLOW_UNTIL(flow, fake_engine_streams(fake) == 0);
	for (int turns = 0; turns < 20; turns++) {
		loop_turn(&flow->loop);
		flow_drain(flow);
	}
	assert_int_equal(record->after, 0);
	assert_int_equal(fake_engine_stop(fake), 0);
}

static void test_inner_port_is_asked_inside(void **state)
{
	struct flow *flow = *state;
	struct fake_engine *fake = fake_engine_start();
	struct berth_deployment request = flow_request(fake);
	struct berth_port port = {.name = (char *)"admin",
		.container = 5859,
		.probe = BERTH_PROBE_HTTP,
		.health_path = (char *)"/status"};
	struct record *record;

	fake_engine_image(fake, &present);
	request.ports = &port;
	request.port_count = 1;
	record = flow_run(flow, &request);
	assert_outcome(record, BERTH_DEPLOYED);
	assert_int_equal(record->result->check_count, 1);
	assert_string_equal(record->result->checks[0].name, "admin");
	assert_true(record->result->checks[0].healthy);
	assert_non_null(strstr(fake_engine_body(fake, "/exec", 1), "http://127.0.0.1:5859/status"));
	assert_containers(fake, "web new running 0\n");
	assert_int_equal(fake_engine_stop(fake), 0);
}

/* An image that checks itself knows better than GET /. */
static void test_healthcheck_by_event(void **state)
{
	struct flow *flow = *state;
	struct fake_engine *fake = fake_engine_start();
	struct berth_deployment request = flow_request(fake);
	struct berth_port port = flow_web(flow_port(), true);
	struct fake_image image = present;
	struct record *record;

	image.healthcheck = true;
	fake_engine_image(fake, &image);
	fake_engine_process(fake, &(struct fake_process){.status = 503});
	request.ports = &port;
	request.port_count = 1;
	record = flow_start(flow, &request, false);
	FLOW_UNTIL(flow, fake_engine_find(fake, "< 200 GET /events", 0) >= 0);
	fake_engine_health(fake, "web", "healthy", "ok");
	FLOW_UNTIL_MS(flow, 3000, record->result);
	assert_outcome(record, BERTH_DEPLOYED);
	assert_int_equal(record->result->check_count, 1);
	assert_string_equal(record->result->checks[0].name, "healthcheck");
	assert_true(record->result->checks[0].healthy);
	assert_int_equal(fake_engine_stop(fake), 0);
}

/* What it said before anybody listened was no event for us. */
static void test_healthy_before_the_stream(void **state)
{
	struct flow *flow = *state;
	struct fake_engine *fake = fake_engine_start();
	struct berth_deployment request = flow_request(fake);
	struct fake_image image = present;
	struct record *record;

	image.healthcheck = true;
	fake_engine_image(fake, &image);
	fake_engine_process(fake, &(struct fake_process){.health = "healthy"});
	record = flow_start(flow, &request, false);
	FLOW_UNTIL_MS(flow, 5000, record->result);
	assert_outcome(record, BERTH_DEPLOYED);
	assert_int_equal(fake_engine_stop(fake), 0);
}

static void test_two_at_once(void **state)
{
	struct flow *flow = *state;
	struct fake_engine *fake = fake_engine_start();
	struct berth_deployment one = flow_request(fake), two = flow_request(fake);
	struct berth_port port_one = flow_web(flow_port(), false);
	struct berth_port port_two = flow_web(flow_port(), false);
	struct record *first, *second;

	fake_engine_image(fake, &present);
	one.ports = &port_one;
	two.ports = &port_two;
	one.port_count = two.port_count = 1;
	one.container = (char *)"web-one";
	two.container = (char *)"web-two";
	two.name = (char *)"other";
	first = flow_start(flow, &one, false);
	second = flow_start(flow, &two, false);
	assert_int_equal(berth_engine_running(flow->engine), 2);
	FLOW_UNTIL(flow, first->result && second->result);
	assert_outcome(first, BERTH_DEPLOYED);
	assert_outcome(second, BERTH_DEPLOYED);
	assert_string_not_equal(first->end->deployment_id, second->end->deployment_id);
	/* Nothing of one is in the record of the other. */
	assert_null(record_log(first, -1, "web-two"));
	assert_null(record_log(second, -1, "web-one"));
	assert_string_not_equal(first->result->container_id, second->result->container_id);
	assert_true(fake_engine_runs(fake, fake_engine_who(fake, "web-one")));
	assert_true(fake_engine_runs(fake, fake_engine_who(fake, "web-two")));
	assert_int_equal(fake_engine_stop(fake), 0);
}

static void test_unknown_kind_is_refused_at_once(void **state)
{
	struct flow *flow = *state;
	struct fake_engine *fake = fake_engine_start();
	struct berth_deployment request = flow_request(fake);
	struct berth_error err = {0};
	unsigned number = 77;

	request.kind = (char *)"moon";
	assert_int_equal(berth_engine_deploy(flow->engine, &request, false, &number, &err), -1);
	assert_int_equal(err.code, BERTH_E_USAGE);
	assert_int_equal(berth_engine_running(flow->engine), 0);
	assert_int_equal(fake_engine_stop(fake), 0);
}

static void test_nobody_there(void **state)
{
	struct flow *flow = *state;
	struct fake_engine *fake = fake_engine_start();
	struct berth_deployment request = flow_request(fake);
	struct record *record;

	request.host = (char *)"unix:///tmp/berth-no-such-engine.sock";
	record = flow_run(flow, &request);
	assert_outcome(record, BERTH_UNREACHED);
	assert_string_equal(record->result->failure->stage, "validating");
	assert_int_equal(fake_engine_stop(fake), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(
			test_pull_files_and_port, flow_setup, flow_teardown),
		cmocka_unit_test_setup_teardown(
			test_image_there_no_files_no_port, flow_setup, flow_teardown),
		cmocka_unit_test_setup_teardown(test_pull_always, flow_setup, flow_teardown),
		cmocka_unit_test_setup_teardown(test_pull_never, flow_setup, flow_teardown),
		cmocka_unit_test_setup_teardown(test_follow, flow_setup, flow_teardown),
		cmocka_unit_test_setup_teardown(
			test_lets_go_after_the_result, flow_setup, flow_teardown),
		cmocka_unit_test_setup_teardown(
			test_inner_port_is_asked_inside, flow_setup, flow_teardown),
		cmocka_unit_test_setup_teardown(
			test_healthcheck_by_event, flow_setup, flow_teardown),
		cmocka_unit_test_setup_teardown(
			test_healthy_before_the_stream, flow_setup, flow_teardown),
		cmocka_unit_test_setup_teardown(test_two_at_once, flow_setup, flow_teardown),
		cmocka_unit_test_setup_teardown(
			test_unknown_kind_is_refused_at_once, flow_setup, flow_teardown),
		cmocka_unit_test_setup_teardown(test_nobody_there, flow_setup, flow_teardown),
	};

	flow_home();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
