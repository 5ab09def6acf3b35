/* `berth list`, `stop`, `restart`, `remove` and `logs` as a script runs them, on a fake engine. */
#include "support/fleet_words.h"

#include <signal.h>

#include <jansson.h>

#include "support/fake_engine.h"
#include "unit/tree.h"

static struct fake_engine *fake;
static struct tree tree;
static const struct process none = {.out = {.fd = -1}, .err = {.fd = -1}};
static struct process process = {.out = {.fd = -1}, .err = {.fd = -1}};

static int setup(void **state)
{
	(void)state;
	fake = fake_engine_start();
	tree_init(&tree);
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	process_release(&process);
	process = none;
	tree_release(&tree);
	return fake_engine_stop(fake);
}

static void add(const char *tag, const char *name, const char *deployment, bool running)
{
	fake_engine_container(fake, &(struct fake_container){.tag = tag,
					    .name = name,
					    .deployment = deployment,
					    .deployed = "shop",
					    .running = running});
}

static void run(int status, const char *const words[])
{
	process_release(&process);
	process = none;
	berth_says(&process, status, fake_engine_host(fake), tree.path, words);
}

static void list_is_a_table_for_people(void **state)
{
	(void)state;
	add("a", "shop-web", "5e1f0000-aaaa", true);
	add("b", "other", NULL, true);
	add("c", "shop-db", "5e1f1111-bbbb", true);
	fake_engine_health(fake, "shop-web", "healthy", "");
	fake_engine_die(fake, "shop-db", 137, true);
	run(0, WORDS("list"));
	assert_said(&process.out, "DEPLOYMENT  CONTAINER  STATE");
	assert_said(&process.out, "shop        shop-web   up ");
	assert_said(&process.out, ", healthy ");
	assert_said(&process.out, "shop        shop-db    exited 137 ");
	assert_said(&process.out, " ago, out of memory ");
	assert_said(&process.out, "  other/image:2  c00000000003\n");
	assert_null(strstr(process.out.text, "other  "));
	assert_string_equal(said(&process.err), "");
}

static void list_is_an_object_a_line_for_programs(void **state)
{
	json_t *json;

	(void)state;
	add("a", "shop-web", "5e1f0000-aaaa", true);
	run(0, WORDS("list", "--output", "json"));
	json = json_loads(process.out.text, 0, NULL);
	assert_non_null(json);
	assert_int_equal(json_integer_value(json_object_get(json, "v")), 1);
	assert_string_equal(
		json_string_value(json_object_get(json, "deployment_id")), "5e1f0000-aaaa");
	assert_string_equal(json_string_value(json_object_get(json, "name")), "shop");
	assert_string_equal(json_string_value(json_object_get(json, "container")), "shop-web");
	assert_string_equal(json_string_value(json_object_get(json, "state")), "running");
	assert_true(json_is_null(json_object_get(json, "health")));
	assert_true(json_is_null(json_object_get(json, "exit_code")));
	assert_string_equal(
		json_string_value(json_object_get(json, "since")), "2024-02-29T12:00:02.500Z");
	json_decref(json);
}

static void an_empty_list_is_no_failure(void **state)
{
	(void)state;
	run(0, WORDS("list"));
	assert_string_equal(said(&process.out), "");
	assert_said(&process.err, "nothing that berth deployed");
	run(0, WORDS("list", "--output=json"));
	assert_string_equal(said(&process.out), "");
}

static void no_engine_is_exit_3(void **state)
{
	(void)state;
	run(3, WORDS("list", "--host", "unix:///nowhere/docker.sock"));
	assert_said(&process.err, "/nowhere/docker.sock");
	run(3, WORDS("stop", "web", "--host", "unix:///nowhere/docker.sock"));
	fake_engine_fault(fake, &(struct fake_fault){.at = "GET /containers/json",
					.times = -1,
					.what = FAKE_REPLY,
					.status = 500,
					.type = "application/json",
					.body = "{\"message\":\"out of order\"}"});
	run(3, WORDS("list"));
	assert_said(&process.err, "cannot list the containers: out of order");
}

static void acts_and_says_so(void **state)
{
	(void)state;
	add("a", "shop-web", "5e1f0000-aaaa", true);
	run(0, WORDS("stop", "shop"));
	assert_string_equal(process.out.text, "shop-web stopped\n");
	assert_false(fake_engine_runs(fake, "a"));
	run(0, WORDS("restart", "5e1f"));
	assert_string_equal(process.out.text, "shop-web restarted\n");
	assert_true(fake_engine_runs(fake, "a"));
	run(0, WORDS("restart", "shop-web", "--output", "json"));
	assert_said(&process.out, "{\"v\":1,\"action\":\"restart\",\"container\":\"shop-web\","
				  "\"container_id\":\"c00000000001");
	assert_said(&process.out, "\"success\":true,\"error\":null}\n");
	run(0, WORDS("remove", "shop-web", "--keep-volumes"));
	assert_string_equal(process.out.text, "shop-web removed, its volumes kept\n");
	assert_false(fake_engine_volumes_gone(fake, "a"));
	run(0, WORDS("list"));
	assert_string_equal(said(&process.out), "");
}

static void a_wrong_word_touches_nothing(void **state)
{
	(void)state;
	add("a", "shop-web", "5e1f0000-aaaa", true);
	add("c", "shop-db", "5e1f1111-bbbb", true);
	add("b", "other", NULL, true);
	run(2, WORDS("stop", "shop"));
	assert_said(&process.err, "'shop' may be 'shop-web' (c00000000001), 'shop-db'");
	run(2, WORDS("remove", "5e1f"));
	assert_said(&process.err, "may be 'shop-web'");
	run(2, WORDS("remove", "other"));
	assert_said(&process.err, "'other' is no container or deployment of berth");
	assert_said(&process.err, "hint: 'berth list'");
	run(2, WORDS("logs", "nobody"));
	run(2, WORDS("stop"));
	assert_said(&process.err, "berth stop|restart|remove ID");
	run(2, WORDS("stop", "shop-web", "--target", "demo"));
	assert_said(&process.err, "no Docker engine");
	assert_int_equal(fake_engine_count(fake, "> POST"), 0);
	assert_int_equal(fake_engine_count(fake, "> DELETE"), 0);
}

static void what_is_protected_wants_a_word(void **state)
{
	char config[512];

	(void)state;
	add("a", "shop-web", "5e1f0000-aaaa", true);
	snprintf(config, sizeof(config),
		"{\"targets\": {\"prod\": {\"kind\": \"docker\", \"host\": \"%s\", "
		"\"protected\": true}}}",
		fake_engine_host(fake));
	tree_text(&tree, ".config/berth/config.json", config);
	for (int i = 0; i < 3; i++) {
		const char *act = ((const char *const[]){"stop", "restart", "remove"})[i];

		run(2, WORDS(act, "shop-web", "--target", "prod"));
		assert_said(&process.err, "target 'prod' is protected");
		assert_said(&process.err, "nothing was done to 'shop-web'");
		assert_said(&process.err, "hint: give --yes");
	}
	assert_int_equal(fake_engine_count(fake, "> POST"), 0);
	assert_int_equal(fake_engine_count(fake, "> DELETE"), 0);
	run(0, WORDS("stop", "shop-web", "--target", "prod", "--yes"));
	assert_string_equal(process.out.text, "shop-web stopped\n");
	/* Who only looks is not asked. */
	run(0, WORDS("list", "--target", "prod"));
	run(2, WORDS("list", "--target", "prod", "--yes"));
}

static void a_failure_is_exit_1_with_its_reason(void **state)
{
	(void)state;
	add("a", "shop-web", "5e1f0000-aaaa", false);
	fake_engine_process(fake, &(struct fake_process){.exits = true, .exit_code = 7});
	run(1, WORDS("restart", "shop-web"));
	assert_string_equal(said(&process.out), "");
	assert_said(&process.err, "ended at once with exit code 7");
	assert_said(&process.err, "hint: its last words: berth logs shop-web");
	run(1, WORDS("restart", "shop-web", "--output", "json"));
	assert_said(&process.out, "\"success\":false,\"error\":{\"code\":\"exited\"");
}

static void who_stops_waiting_is_told_that(void **state)
{
	int64_t deadline = process_clock_ms() + SAID_MS;

	(void)state;
	add("a", "shop-web", "5e1f0000-aaaa", true);
	fake_engine_fault(fake, &(struct fake_fault){.at = "/stop", .what = FAKE_STALL});
	berth_start(&process, fake_engine_host(fake), tree.path, WORDS("stop", "shop-web"));
	while (fake_engine_faults(fake) == 0 && process_clock_ms() < deadline)
		process_read(&process, 10);
	assert_int_equal(fake_engine_faults(fake), 1);
	assert_int_equal(kill(process.pid, SIGINT), 0);
	assert_int_equal(process_wait(&process, SAID_MS), 0);
	assert_int_equal(process.status, 130);
	assert_said(&process.err, "nobody waits any more");
}

static void logs_are_lines_or_events(void **state)
{
	json_t *json;

	(void)state;
	fake_engine_process(
		fake, &(struct fake_process){.output = "one\nERROR: \x1b[31mtwo\x1b[0m\n"});
	add("a", "shop-web", "5e1f0000-aaaa", true);
	run(0, WORDS("stop", "shop-web"));
	run(0, WORDS("logs", "shop-web"));
	assert_string_equal(process.out.text, "one\nERROR: two\n");
	run(0, WORDS("logs", "shop-web", "--output", "json"));
	json = json_loads(strchr(process.out.text, '\n') + 1, 0, NULL);
	assert_non_null(json);
	assert_int_equal(json_integer_value(json_object_get(json, "seq")), 2);
	assert_string_equal(json_string_value(json_object_get(json, "type")), "log");
	assert_string_equal(json_string_value(json_object_get(json, "level")), "error");
	assert_string_equal(json_string_value(json_object_get(json, "stream")), "stdout");
	assert_string_equal(json_string_value(json_object_get(json, "stage")), "running");
	assert_string_equal(
		json_string_value(json_object_get(json, "deployment_id")), "5e1f0000-aaaa");
	json_decref(json);
}

static void logs_go_on_until_the_process_ends(void **state)
{
	(void)state;
	fake_engine_process(fake, &(struct fake_process){.output = "one\n"});
	add("a", "shop-web", "5e1f0000-aaaa", true);
	berth_start(&process, fake_engine_host(fake), tree.path, WORDS("logs", "-f", "shop-web"));
	while (strstr(said(&process.out), "one\n") == NULL)
		assert_true(process_read(&process, SAID_MS));
	fake_engine_say(fake, "shop-web", "two\n");
	while (strstr(said(&process.out), "two\n") == NULL)
		assert_true(process_read(&process, SAID_MS));
	fake_engine_die(fake, "shop-web", 0, false);
	assert_int_equal(process_wait(&process, SAID_MS), 0);
	assert_int_equal(process.status, 0);
	assert_string_equal(process.out.text, "one\ntwo\n");
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(list_is_a_table_for_people),
		TEST(list_is_an_object_a_line_for_programs),
		TEST(an_empty_list_is_no_failure),
		TEST(no_engine_is_exit_3),
		TEST(acts_and_says_so),
		TEST(a_wrong_word_touches_nothing),
		TEST(what_is_protected_wants_a_word),
		TEST(a_failure_is_exit_1_with_its_reason),
		TEST(who_stops_waiting_is_told_that),
		TEST(logs_are_lines_or_events),
		TEST(logs_go_on_until_the_process_ends),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
