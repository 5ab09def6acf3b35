/* Host ports: taken before, and lost on the way. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "support/deploy_flow.h"

static const struct fake_image image = {.name = "demo/web:1.0", .present = true};

struct setting {
	struct fake_engine *fake;
	struct berth_port port;
	struct berth_deployment request;
};

static void prepare(struct setting *s, int host, bool automatic)
{
	s->fake = fake_engine_start();
	fake_engine_image(s->fake, &image);
	s->port = flow_web(host, automatic);
	s->request = flow_request(s->fake);
	s->request.ports = &s->port;
	s->request.port_count = 1;
}

static void assert_in(const char *part, const char *text)
{
	if (!text || !strstr(text, part))
		fail_msg("'%s' is not in '%s'", part, text ? text : "(null)");
}

static int port_in_url(const struct record *record)
{
	const char *colon = strrchr(record->result->endpoint_url, ':');

	return (int)strtol(colon + 1, NULL, 10);
}

/* Refused before anything was touched, naming who has it and what else could be had. */
static void assert_taken(const struct setting *s, const struct record *record, const char *owner)
{
	char number[16];
	const char *hint;
	int proposed = 0;

	assert_outcome(record, BERTH_REJECTED);
	assert_int_equal(record->result->failure->code, BERTH_E_CONFLICT);
	assert_false(record->result->failure->replaceable);
	snprintf(number, sizeof(number), "%d", s->port.host);
	assert_in(number, record->result->failure->message);
	assert_in(owner, record->result->failure->message);
	hint = record->result->failure->hint;
	assert_non_null(hint);
	assert_int_equal(sscanf(hint, "port %d is free", &proposed), 1);
	assert_true(proposed > s->port.host);
	assert_int_equal(fake_engine_count(s->fake, "> POST"), 0);
}

static void test_taken_by_a_container(void **state)
{
	struct flow *flow = *state;
	struct setting s;

	prepare(&s, flow_port(), false);
	fake_engine_container(s.fake,
		&(struct fake_container){
			.tag = "db", .name = "some-db", .running = true, .port = s.port.host});
	assert_taken(&s, flow_run(flow, &s.request), "container 'some-db'");
	assert_int_equal(fake_engine_stop(s.fake), 0);
}

static void test_taken_by_a_process(void **state)
{
	struct flow *flow = *state;
	struct setting s;
	struct fake_port *mine;
	char pid[32];

	prepare(&s, flow_port(), false);
	mine = fake_port_open(s.port.host, FAKE_ANSWERS, 200);
	assert_non_null(mine);
	snprintf(pid, sizeof(pid), "pid %d", (int)getpid());
	assert_taken(&s, flow_run(flow, &s.request), pid);
	fake_port_close(mine);
	assert_int_equal(fake_engine_stop(s.fake), 0);
}

static void test_automatic_skips_what_is_taken(void **state)
{
	struct flow *flow = *state;
	struct setting s;
	struct record *record;
	struct fake_port *mine;
	int second;
	char text[64];

	prepare(&s, flow_port(), true);
	fake_engine_container(s.fake,
		&(struct fake_container){
			.tag = "db", .name = "some-db", .running = true, .port = s.port.host});
	second = flow_port();
	mine = fake_port_open(second, FAKE_ANSWERS, 200);
	assert_non_null(mine);
	record = flow_run(flow, &s.request);
	assert_outcome(record, BERTH_DEPLOYED);
	assert_true(port_in_url(record) > second);
	snprintf(text, sizeof(text), "Port %d is taken by container 'some-db', using %d",
		s.port.host, port_in_url(record));
	assert_non_null(record_log(record, BERTH_WARN, text));
	fake_port_close(mine);
	assert_int_equal(fake_engine_stop(s.fake), 0);
}

static void test_two_automatic_ones(void **state)
{
	struct flow *flow = *state;
	struct setting s;
	struct berth_port ports[2];
	struct record *record;

	prepare(&s, flow_port(), true);
	ports[0] = s.port;
	ports[1] = flow_web(s.port.host, true);
	ports[1].name = (char *)"admin";
	ports[1].container = 81;
	s.request.ports = ports;
	s.request.port_count = 2;
	record = flow_run(flow, &s.request);
	assert_outcome(record, BERTH_DEPLOYED);
	assert_int_equal(record->result->url_count, 2);
	assert_string_not_equal(record->result->urls[0].value, record->result->urls[1].value);
	assert_int_equal(fake_engine_stop(s.fake), 0);
}

/* Somebody takes it when the container is made and not started yet. */
static void test_lost_before_the_start(void **state)
{
	struct flow *flow = *state;
	struct setting s;
	struct record *record;
	struct fake_port *thief;
	char wanted[64];

	prepare(&s, flow_port(), true);
	fake_engine_fault(s.fake,
		&(struct fake_fault){.at = "POST /containers/<new>/start", .what = FAKE_HOLD});
	record = flow_start(flow, &s.request, false);
	FLOW_UNTIL(flow, fake_engine_faults(s.fake) == 1);
	thief = fake_port_open(s.port.host, FAKE_ANSWERS, 200);
	assert_non_null(thief);
	fake_engine_release(s.fake);
	FLOW_UNTIL(flow, record->result);
	assert_outcome(record, BERTH_DEPLOYED);
	assert_true(port_in_url(record) > s.port.host);
	assert_int_equal(fake_engine_count(s.fake, "> POST /containers/create"), 2);
	assert_int_equal(fake_engine_count(s.fake, "> DELETE /containers/<new>"), 1);
	assert_non_null(record_log(record, BERTH_WARN, "A port was lost to somebody else"));
	snprintf(wanted, sizeof(wanted), "web new2 running %d\n", port_in_url(record));
	assert_containers(s.fake, wanted);
	fake_port_close(thief);
	assert_int_equal(fake_engine_stop(s.fake), 0);
}

/* With the files: all of them go into the second container too. */
static void test_lost_with_files(void **state)
{
	struct flow *flow = *state;
	struct setting s;
	struct record *record;
	char folder[] = "/tmp/berth-files-XXXXXX", file[64], body[128];
	FILE *out;

	assert_non_null(mkdtemp(folder));
	snprintf(file, sizeof(file), "%s/web.md", folder);
	out = fopen(file, "w");
	assert_non_null(out);
	for (int i = 0; i < 40000; i++)
		fprintf(out, "line %d of a file that takes more than one piece\n", i);
	fputs("the end of it\n", out);
	fclose(out);

	prepare(&s, flow_port(), true);
	s.request.folder = folder;
	s.request.dest = (char *)"/app";
	/* Only the engine knows: nobody listens there. */
	snprintf(body, sizeof(body),
		"{\"message\":\"Bind for 0.0.0.0:%d failed: port is already allocated\"}",
		s.port.host);
	fake_engine_fault(s.fake, &(struct fake_fault){.at = "/start",
					  .what = FAKE_REPLY,
					  .status = 500,
					  .type = "application/json",
					  .body = body});
	record = flow_run(flow, &s.request);
	assert_outcome(record, BERTH_DEPLOYED);
	assert_int_equal(fake_engine_count(s.fake, "> PUT /containers/<new>/archive"), 1);
	assert_int_equal(fake_engine_count(s.fake, "> PUT /containers/<new2>/archive"), 1);
	assert_true(fake_engine_find(s.fake, "< 200 PUT /containers/<new2>/archive", 0) <
		    fake_engine_find(s.fake, "> POST /containers/<new2>/start", 0));
	assert_true(fake_engine_got(s.fake, "new2", "app/web.md"));
	assert_string_equal(fake_engine_who(s.fake, "web"), "new2");
	unlink(file);
	rmdir(folder);
	assert_int_equal(fake_engine_stop(s.fake), 0);
}

static void test_lost_again_and_again(void **state)
{
	struct flow *flow = *state;
	struct setting s;
	struct record *record;
	char body[1024];
	size_t len;

	prepare(&s, flow_port(), true);
	len = (size_t)snprintf(body, sizeof(body), "port is already allocated");
	for (int i = 0; i < 40; i++)
		len += (size_t)snprintf(body + len, sizeof(body) - len, ", x:%d", s.port.host + i);
	fake_engine_fault(s.fake, &(struct fake_fault){.at = "/start",
					  .times = -1,
					  .what = FAKE_REPLY,
					  .status = 500,
					  .body = body});
	record = flow_run(flow, &s.request);
	assert_outcome(record, BERTH_FAILED);
	assert_int_equal(fake_engine_count(s.fake, "< 500 POST /containers/<new"), 5);
	assert_in("port is already allocated", record->result->failure->message);
	assert_containers(s.fake, "");
	assert_int_equal(fake_engine_stop(s.fake), 0);
}

static void test_fixed_one_lost(void **state)
{
	struct flow *flow = *state;
	struct setting s;
	struct record *record;
	struct fake_port *thief;

	prepare(&s, flow_port(), false);
	fake_engine_fault(s.fake,
		&(struct fake_fault){.at = "POST /containers/<new>/start", .what = FAKE_HOLD});
	record = flow_start(flow, &s.request, false);
	FLOW_UNTIL(flow, fake_engine_faults(s.fake) == 1);
	thief = fake_port_open(s.port.host, FAKE_ANSWERS, 200);
	assert_non_null(thief);
	fake_engine_release(s.fake);
	FLOW_UNTIL(flow, record->result);
	assert_outcome(record, BERTH_FAILED);
	assert_in("port is already allocated", record->result->failure->message);
	assert_int_equal(fake_engine_count(s.fake, "> POST /containers/create"), 1);
	assert_containers(s.fake, "");
	fake_port_close(thief);
	assert_int_equal(fake_engine_stop(s.fake), 0);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, flow_setup, flow_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_taken_by_a_container),
		TEST(test_taken_by_a_process),
		TEST(test_automatic_skips_what_is_taken),
		TEST(test_two_automatic_ones),
		TEST(test_lost_before_the_start),
		TEST(test_lost_with_files),
		TEST(test_lost_again_and_again),
		TEST(test_fixed_one_lost),
	};

	flow_home();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
