/* From the start of the process to the verdict. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "support/deploy_flow.h"

struct setting {
	struct fake_engine *fake;
	struct berth_port port;
	struct berth_deployment request;
};

static void prepare(struct setting *s, const struct fake_process *process, bool healthcheck)
{
	s->fake = fake_engine_start();
	fake_engine_image(s->fake,
		&(struct fake_image){
			.name = "demo/web:1.0", .present = true, .healthcheck = healthcheck});
	fake_engine_process(s->fake, process);
	s->port = flow_web(flow_port(), false);
	s->request = flow_request(s->fake);
	s->request.ports = &s->port;
	s->request.port_count = 1;
}

static void finish(struct setting *s)
{
	assert_int_equal(fake_engine_stop(s->fake), 0);
}

static void assert_failed(
	const struct setting *s, const struct record *record, enum berth_code code)
{
	assert_outcome(record, BERTH_FAILED);
	assert_int_equal(record->result->failure->code, code);
	assert_string_equal(record->result->failure->stage, "health_check");
	assert_true(record->result->rolled_back);
	assert_containers(s->fake, "");
}

static bool is_last_line(const struct record *record, const char *line)
{
	const struct berth_failure *failure = record->result->failure;

	return failure->last_line_count > 0 &&
	       strcmp(failure->last_lines[failure->last_line_count - 1], line) == 0;
}

static bool has_probe(const struct record *record, const char *part)
{
	const struct berth_failure *failure = record->result->failure;

	for (size_t i = 0; i < failure->probe_count; i++)
		if (strstr(failure->probes[i], part))
			return true;
	return false;
}

/* --- death --- */

static void test_dies_at_the_start(void **state)
{
	struct flow *flow = *state;
	struct setting s;
	struct record *record;

	prepare(&s,
		&(struct fake_process){.exits = true,
			.exit_code = 3,
			.output = "starting\nFATAL: no such database\n",
			.on_stderr = true},
		false);
	record = flow_run(flow, &s.request);
	assert_failed(&s, record, BERTH_E_EXITED);
	assert_true(record->result->failure->has_exit_code);
	assert_int_equal(record->result->failure->exit_code, 3);
	assert_false(record->result->failure->oom);
	assert_true(is_last_line(record, "FATAL: no such database"));
	assert_int_equal(record_log(record, BERTH_INFO, "starting")->stream, BERTH_STDERR);
	assert_int_equal(record_log(record, BERTH_ERROR, "no such database")->stream, BERTH_STDERR);
	assert_true(record->took_ms < 2000);
	finish(&s);
}

static void test_memory_ends_at_the_start(void **state)
{
	struct flow *flow = *state;
	struct setting s;
	struct record *record;

	prepare(&s, &(struct fake_process){.exits = true, .exit_code = 137, .oom = true}, false);
	record = flow_run(flow, &s.request);
	assert_failed(&s, record, BERTH_E_EXITED);
	assert_int_equal(record->result->failure->exit_code, 137);
	assert_true(record->result->failure->oom);
	assert_non_null(strstr(record->result->failure->hint, "memory"));
	assert_true(record->took_ms < 2000);
	finish(&s);
}

/* It also ends well, but a service does not end. */
static void test_ends_with_zero(void **state)
{
	struct flow *flow = *state;
	struct setting s;
	struct record *record;

	prepare(&s, &(struct fake_process){.exits = true}, false);
	record = flow_run(flow, &s.request);
	assert_failed(&s, record, BERTH_E_EXITED);
	assert_true(record->result->failure->has_exit_code);
	assert_int_equal(record->result->failure->exit_code, 0);
	finish(&s);
}

/* Runs the checks until they are under way, then the process dies. */
static struct record *die_while_asked(
	struct flow *flow, struct setting *s, const char *ready, int exit_code, bool oom)
{
	struct record *record = flow_start(flow, &s->request, false);
	uint64_t died;

	FLOW_UNTIL(flow,
		record_log(record, BERTH_DEBUG, "503") && fake_engine_find(s->fake, ready, 0) >= 0);
	fake_engine_say(s->fake, "web", "famous last words\n");
	died = uv_hrtime();
	fake_engine_die(s->fake, "web", exit_code, oom);
	FLOW_UNTIL(flow, record->result);
	assert_true(uv_hrtime() - died < 2000000000u);
	return record;
}

static void test_dies_while_it_is_asked(void **state)
{
	struct flow *flow = *state;
	struct setting s;
	struct record *record;

	prepare(&s, &(struct fake_process){.status = 503}, false);
	record = die_while_asked(flow, &s, "< 200 GET /events", 9, true);
	assert_failed(&s, record, BERTH_E_EXITED);
	assert_int_equal(record->result->failure->exit_code, 9);
	assert_true(record->result->failure->oom);
	assert_true(is_last_line(record, "famous last words"));
	assert_true(has_probe(record, "-> 503"));
	finish(&s);
}

static void test_dies_with_events_refused(void **state)
{
	struct flow *flow = *state;
	struct setting s;
	struct record *record;

	prepare(&s, &(struct fake_process){.status = 503}, false);
	fake_engine_fault(s.fake, &(struct fake_fault){.at = "GET /events",
					  .times = -1,
					  .what = FAKE_REPLY,
					  .status = 500,
					  .body = "no events today"});
	record = die_while_asked(flow, &s, "! GET /events", 4, false);
	assert_failed(&s, record, BERTH_E_EXITED);
	assert_int_equal(record->result->failure->exit_code, 4);
	assert_non_null(record_log(record, BERTH_WARN, "no events today"));
	assert_true(is_last_line(record, "famous last words"));
	finish(&s);
}

static void test_dies_with_events_cut(void **state)
{
	struct flow *flow = *state;
	struct setting s;
	struct record *record;

	prepare(&s, &(struct fake_process){.status = 503}, false);
	fake_engine_fault(s.fake,
		&(struct fake_fault){
			.at = "GET /events", .what = FAKE_CLOSE, .after = true, .answer = 90});
	record = die_while_asked(flow, &s, "! GET /events", 4, false);
	assert_failed(&s, record, BERTH_E_EXITED);
	assert_int_equal(record->result->failure->exit_code, 4);
	finish(&s);
}

/* Podman's event stream has not even a head before its first event. */
static void test_dies_with_events_mute_until_then(void **state)
{
	struct flow *flow = *state;
	struct setting s;
	struct record *record;

	prepare(&s, &(struct fake_process){.status = 503}, false);
	fake_engine_mute_events(s.fake);
	record = die_while_asked(flow, &s, "> GET /events", 4, false);
	assert_failed(&s, record, BERTH_E_EXITED);
	assert_int_equal(record->result->failure->exit_code, 4);
	finish(&s);
}

static void test_mute_events_hold_nothing_up(void **state)
{
	struct flow *flow = *state;
	struct setting s;
	struct record *record;

	prepare(&s, &(struct fake_process){0}, false);
	fake_engine_mute_events(s.fake);
	record = flow_run(flow, &s.request);
	assert_outcome(record, BERTH_DEPLOYED);
	assert_true(record->took_ms < 2000);
	finish(&s);
}

/* Without the engine's word on it neither success nor a code is made up. */
static void test_gone_without_a_trace(void **state)
{
	struct flow *flow = *state;
	struct setting s;
	struct record *record;

	prepare(&s, &(struct fake_process){.status = 503}, false);
	fake_engine_fault(s.fake, &(struct fake_fault){.at = "GET /containers/<new>/json",
					  .nth = 2,
					  .times = -1,
					  .what = FAKE_REPLY,
					  .status = 500,
					  .body = "what container"});
	record = flow_start(flow, &s.request, false);
	FLOW_UNTIL(flow, record_log(record, BERTH_DEBUG, "503"));
	fake_engine_die(s.fake, "web", 5, false);
	FLOW_UNTIL(flow, record->result);
	assert_outcome(record, BERTH_FAILED);
	assert_null(strstr(record->result->failure->message, "-1"));
	finish(&s);
}

/* --- probes --- */

static void test_unhealthy_in_time(void **state)
{
	struct flow *flow = *state;
	struct setting s;
	struct record *record;
	char probe[64];

	prepare(&s, &(struct fake_process){.status = 503}, false);
	s.request.health_s = 1;
	record = flow_run(flow, &s.request);
	assert_failed(&s, record, BERTH_E_UNHEALTHY);
	/* The same answer again and again is told once, with how often. */
	snprintf(probe, sizeof(probe), "GET http://127.0.0.1:%d/ -> 503 (", s.port.host);
	assert_int_equal(record->result->failure->probe_count, 1);
	assert_memory_equal(record->result->failure->probes[0], probe, strlen(probe));
	assert_non_null(strstr(record->result->failure->probes[0], " times)"));
	assert_int_equal(record->result->check_count, 1);
	assert_false(record->result->checks[0].healthy);
	assert_in_range(record->took_ms, 900, 3000);
	finish(&s);
}

/* A probe that is not answered does not outlast the time for health. */
static void test_silent_in_time(void **state)
{
	struct flow *flow = *state;
	struct setting s;
	struct record *record;

	prepare(&s, &(struct fake_process){.answer = FAKE_SILENT}, false);
	s.request.health_s = 1;
	record = flow_run(flow, &s.request);
	assert_failed(&s, record, BERTH_E_UNHEALTHY);
	assert_in_range(record->result->failure->probe_count, 1, 5);
	assert_in_range(record->took_ms, 900, 3500);
	finish(&s);
}

static void test_nobody_listens(void **state)
{
	struct flow *flow = *state;
	struct setting s;
	struct record *record;

	prepare(&s, &(struct fake_process){.answer = FAKE_DEAF}, false);
	s.request.health_s = 1;
	record = flow_run(flow, &s.request);
	assert_failed(&s, record, BERTH_E_UNHEALTHY);
	assert_true(has_probe(record, "onnection refused"));
	finish(&s);
}

/* What takes connections and does not speak HTTP is a service too, unless HTTP was asked for. */
static void test_hangs_up(void **state)
{
	struct flow *flow = *state;
	struct setting s;
	struct record *record;

	prepare(&s, &(struct fake_process){.answer = FAKE_DROPS}, false);
	record = flow_run(flow, &s.request);
	assert_outcome(record, BERTH_DEPLOYED);
	finish(&s);

	prepare(&s, &(struct fake_process){.answer = FAKE_DROPS}, false);
	s.port.probe = BERTH_PROBE_HTTP;
	s.port.health_path = (char *)"/healthz";
	s.request.health_s = 1;
	record = flow_run(flow, &s.request);
	assert_failed(&s, record, BERTH_E_UNHEALTHY);
	assert_true(has_probe(record, "/healthz"));
	finish(&s);
}

/* The engine's proxy listens from the start: that alone is no life. */
static void test_only_the_proxy_listens(void **state)
{
	struct flow *flow = *state;
	struct setting s;

	prepare(&s, &(struct fake_process){.answer = FAKE_HANGS_UP}, false);
	s.request.health_s = 2;
	assert_failed(&s, flow_run(flow, &s.request), BERTH_E_UNHEALTHY);
	finish(&s);
}

/* The command inside never ends. */
static void test_stuck_inside(void **state)
{
	struct flow *flow = *state;
	struct setting s;
	struct record *record;

	prepare(&s, &(struct fake_process){0}, false);
	s.port.published = false;
	s.port.probe = BERTH_PROBE_TCP;
	s.request.health_s = 1;
	fake_engine_fault(
		s.fake, &(struct fake_fault){.at = "POST /exec", .times = -1, .what = FAKE_STALL});
	record = flow_run(flow, &s.request);
	assert_failed(&s, record, BERTH_E_UNHEALTHY);
	assert_true(has_probe(record, "no answer in time"));
	assert_in_range(record->took_ms, 900, 3500);
	finish(&s);
}

static void test_not_found_is_an_answer_only_without_a_path(void **state)
{
	struct flow *flow = *state;
	struct setting s;

	prepare(&s, &(struct fake_process){.status = 404}, false);
	assert_outcome(flow_run(flow, &s.request), BERTH_DEPLOYED);
	finish(&s);

	prepare(&s, &(struct fake_process){.status = 404}, false);
	s.port.probe = BERTH_PROBE_HTTP;
	s.port.health_path = (char *)"/healthz";
	s.request.health_s = 1;
	assert_failed(&s, flow_run(flow, &s.request), BERTH_E_UNHEALTHY);
	finish(&s);
}

static void test_tcp_and_none(void **state)
{
	struct flow *flow = *state;
	struct setting s;

	prepare(&s, &(struct fake_process){.answer = FAKE_SILENT}, false);
	s.port.probe = BERTH_PROBE_TCP;
	assert_outcome(flow_run(flow, &s.request), BERTH_DEPLOYED);
	finish(&s);

	prepare(&s, &(struct fake_process){.answer = FAKE_DEAF}, false);
	s.port.probe = BERTH_PROBE_NONE;
	assert_outcome(flow_run(flow, &s.request), BERTH_DEPLOYED);
	finish(&s);
}

/* An image without any tool to ask with: said, and no failure. */
static void test_cannot_ask_inside(void **state)
{
	struct flow *flow = *state;
	struct setting s;
	struct record *record;

	prepare(&s, &(struct fake_process){.exec_exit = 127}, false);
	s.port.published = false;
	s.port.probe = BERTH_PROBE_TCP;
	record = flow_run(flow, &s.request);
	assert_outcome(record, BERTH_DEPLOYED);
	assert_int_equal(record->result->check_count, 0);
	assert_non_null(record_log(record, BERTH_WARN, "not checked"));
	finish(&s);
}

/* --- the image's own check --- */

static void test_healthcheck_says_unhealthy(void **state)
{
	struct flow *flow = *state;
	struct setting s;
	struct record *record;
	uint64_t said;

	prepare(&s, &(struct fake_process){0}, true);
	record = flow_start(flow, &s.request, false);
	FLOW_UNTIL(flow, fake_engine_find(s.fake, "< 200 GET /events", 0) >= 0);
	said = uv_hrtime();
	fake_engine_health(s.fake, "web", "unhealthy", "the queue is full\n");
	FLOW_UNTIL(flow, record->result);
	assert_true(uv_hrtime() - said < 2000000000u);
	assert_failed(&s, record, BERTH_E_UNHEALTHY);
	assert_true(has_probe(record, "the queue is full"));
	assert_int_equal(record->result->check_count, 1);
	assert_string_equal(record->result->checks[0].name, "healthcheck");
	assert_false(record->result->checks[0].healthy);
	finish(&s);
}

static void test_healthcheck_without_events(void **state)
{
	struct flow *flow = *state;
	struct setting s;
	struct record *record;

	prepare(&s, &(struct fake_process){0}, true);
	fake_engine_fault(s.fake, &(struct fake_fault){.at = "GET /events",
					  .times = -1,
					  .what = FAKE_REPLY,
					  .status = 500,
					  .body = "no"});
	record = flow_start(flow, &s.request, false);
	FLOW_UNTIL(flow, record_log(record, BERTH_WARN, "event stream"));
	fake_engine_health(s.fake, "web", "healthy", "");
	FLOW_UNTIL_MS(flow, 6000, record->result);
	assert_outcome(record, BERTH_DEPLOYED);
	finish(&s);
}

static void test_healthcheck_never_says(void **state)
{
	struct flow *flow = *state;
	struct setting s;
	struct record *record;

	prepare(&s, &(struct fake_process){0}, true);
	s.request.health_s = 1;
	record = flow_run(flow, &s.request);
	assert_failed(&s, record, BERTH_E_UNHEALTHY);
	assert_non_null(strstr(record->result->failure->message, "HEALTHCHECK"));
	assert_in_range(record->took_ms, 1000, 5000);
	finish(&s);
}

/* --- the whole deployment's time --- */

static void test_timeout_in_the_pull(void **state)
{
	struct flow *flow = *state;
	struct setting s;
	struct record *record;

	prepare(&s, &(struct fake_process){0}, false);
	s.request.pull = BERTH_PULL_ALWAYS;
	s.request.timeout_s = 1;
	fake_engine_fault(s.fake, &(struct fake_fault){.at = "POST /images/create",
					  .what = FAKE_STALL,
					  .after = true,
					  .answer = 500});
	record = flow_run(flow, &s.request);
	assert_outcome(record, BERTH_FAILED);
	assert_int_equal(record->result->failure->code, BERTH_E_TIMEOUT);
	assert_string_equal(record->result->failure->stage, "pulling_image");
	assert_in_range(record->took_ms, 900, 3000);
	finish(&s);
}

static void test_timeout_of_the_first_question(void **state)
{
	struct flow *flow = *state;
	struct setting s;
	struct record *record;

	prepare(&s, &(struct fake_process){0}, false);
	s.request.timeout_s = 1;
	fake_engine_fault(s.fake, &(struct fake_fault){.at = "HEAD /_ping", .what = FAKE_STALL});
	record = flow_run(flow, &s.request);
	assert_outcome(record, BERTH_UNREACHED);
	assert_int_equal(record->result->failure->code, BERTH_E_TIMEOUT);
	assert_in_range(record->took_ms, 900, 3000);
	finish(&s);
}

static void test_timeout_while_unhealthy(void **state)
{
	struct flow *flow = *state;
	struct setting s;
	struct record *record;

	prepare(&s, &(struct fake_process){.status = 503}, false);
	s.request.timeout_s = 1;
	record = flow_run(flow, &s.request);
	assert_failed(&s, record, BERTH_E_TIMEOUT);
	assert_in_range(record->took_ms, 900, 3000);
	finish(&s);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, flow_setup, flow_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_dies_at_the_start),
		TEST(test_memory_ends_at_the_start),
		TEST(test_ends_with_zero),
		TEST(test_dies_while_it_is_asked),
		TEST(test_dies_with_events_refused),
		TEST(test_dies_with_events_cut),
		TEST(test_dies_with_events_mute_until_then),
		TEST(test_mute_events_hold_nothing_up),
		TEST(test_gone_without_a_trace),
		TEST(test_unhealthy_in_time),
		TEST(test_silent_in_time),
		TEST(test_nobody_listens),
		TEST(test_hangs_up),
		TEST(test_only_the_proxy_listens),
		TEST(test_stuck_inside),
		TEST(test_not_found_is_an_answer_only_without_a_path),
		TEST(test_tcp_and_none),
		TEST(test_cannot_ask_inside),
		TEST(test_healthcheck_says_unhealthy),
		TEST(test_healthcheck_without_events),
		TEST(test_healthcheck_never_says),
		TEST(test_timeout_in_the_pull),
		TEST(test_timeout_of_the_first_question),
		TEST(test_timeout_while_unhealthy),
	};

	flow_home();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
