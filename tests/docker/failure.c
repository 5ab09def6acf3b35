/* Deployments that fail or are cancelled once their container is there: why is said, and it is
 * gone. */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "support/docker_rig.h"

static void nothing_is_left(const struct run *run)
{
	assert_true(json_is_true(run_result_member(run, "rolled_back")));
	assert_int_equal(json_array_size(run_result_member(run, "left_behind")), 0);
	containers_are("");
}

static void a_container_that_exits(void **state)
{
	struct run run;
	const json_t *lines;

	(void)state;
	rig_deploy(&run, 1,
		WORDS("--name", "short", "--image", "exits:1", "--port",
			text_of_port("%d:8080", free_port())));
	assert_string_equal(run_error_text(&run, "code"), "exited");
	assert_int_equal(json_integer_value(run_error_member(&run, "exit_code")), 3);
	lines = run_error_member(&run, "last_lines");
	assert_true(lines_hold(lines, "first line"));
	assert_true(lines_hold(lines, "last line"));
	assert_true(lines_hold(lines, "first complaint"));
	assert_true(lines_hold(lines, "last complaint"));
	/* Its restart policy does not hide that it ended. */
	assert_true(run.took_ms < 8000);
	nothing_is_left(&run);
	run_release(&run);
}

/* Without a port there is nothing to ask, and its end is seen all the same. */
static void a_container_that_exits_with_nothing_to_ask(void **state)
{
	struct run run;

	(void)state;
	rig_deploy(&run, 1, WORDS("--name", "short", "--image", "exits:1", "--restart", "no"));
	assert_int_equal(json_integer_value(run_error_member(&run, "exit_code")), 3);
	nothing_is_left(&run);
	run_release(&run);
}

static void a_container_that_dies_while_it_is_asked(void **state)
{
	struct run run;

	(void)state;
	rig_deploy(&run, 1,
		WORDS("--name", "mortal", "--image", "dies:1", "--port",
			text_of_port("%d:8080", free_port()), "--health-timeout", "60"));
	assert_string_equal(run_error_text(&run, "code"), "exited");
	assert_int_equal(json_integer_value(run_error_member(&run, "exit_code")), 4);
	assert_true(lines_hold(run_error_member(&run, "last_lines"), "out of luck"));
	assert_true(run.took_ms < 8000);
	nothing_is_left(&run);
	run_release(&run);
}

static void a_program_that_does_not_exist(void **state)
{
	struct run run;

	(void)state;
	rig_deploy(&run, 1, WORDS("--name", "hollow", "--image", "broken:1"));
	assert_holds(run_error_text(&run, "message"), "nothing-here");
	nothing_is_left(&run);
	run_release(&run);
}

static void a_page_that_is_not_there(void **state)
{
	struct run run;
	const json_t *probes;

	(void)state;
	rig_deploy(&run, 1,
		WORDS("--name", "sick", "--image", "web:1", "--port",
			text_of_port("web=%d:8080", free_port()), "--health", "web=/healthz",
			"--health-timeout", "2"));
	assert_string_equal(run_error_text(&run, "code"), "unhealthy");
	assert_string_equal(run_error_text(&run, "stage"), "health_check");
	probes = run_error_member(&run, "probes");
	assert_true(json_array_size(probes) > 0);
	assert_true(lines_hold(probes, "/healthz -> 404"));
	assert_true(
		json_is_false(json_object_get(run_result_member(&run, "health_status"), "web")));
	nothing_is_left(&run);
	run_release(&run);
}

static void left_for_a_look_when_asked_for(void **state)
{
	struct run run;
	char *id;

	(void)state;
	rig_deploy(&run, 1,
		WORDS("--name", "kept", "--image", "web:1", "--port",
			text_of_port("web=%d:8080", free_port()), "--health", "web=/healthz",
			"--health-timeout", "1", "--no-rollback"));
	assert_true(json_is_false(run_result_member(&run, "rolled_back")));
	assert_true(lines_hold(run_result_member(&run, "left_behind"), "kept"));
	id = docker_say(WORDS("inspect", "-f", "{{.Id}}", "kept"));
	assert_string_equal(run_result_text(&run, "container_id"), id);
	docker_is("true", WORDS("inspect", "-f", "{{.State.Running}}", "kept"));
	free(id);
	run_release(&run);
}

static void own_healthcheck_says_no(void **state)
{
	struct run run;

	(void)state;
	rig_deploy(&run, 1, WORDS("--name", "ill", "--image", "ill:1"));
	assert_string_equal(run_error_text(&run, "code"), "unhealthy");
	assert_true(lines_hold(run_error_member(&run, "probes"), "no heartbeat"));
	/* At the engine's word, not at the end of the minute. */
	assert_true(run.took_ms < 10000);
	nothing_is_left(&run);
	run_release(&run);
}

static bool is_refused_page(const json_t *event, const void *context)
{
	const char *message = json_string_value(json_object_get(event, "message"));

	(void)context;
	return message && strstr(message, "-> 404");
}

static void cancelled_while_it_is_asked(void **state)
{
	static const int signals[] = {SIGINT, SIGTERM};
	struct run run;

	(void)state;
	for (size_t i = 0; i < sizeof(signals) / sizeof(signals[0]); i++) {
		rig_start(&run, WORDS("--name", "called-off", "--image", "web:1", "--port",
					text_of_port("web=%d:8080", free_port()), "--health",
					"web=/healthz"));
		run_until(&run, RUN_MS, is_refused_page, NULL);
		run_signal(&run, signals[i]);
		rig_finish(&run, 130);
		assert_string_equal(run_error_text(&run, "code"), "cancelled");
		nothing_is_left(&run);
		run_release(&run);
	}
}

/* ... and can be cancelled then as before. */
static void a_lost_terminal_is_no_cancel(void **state)
{
	struct run run;

	(void)state;
	rig_start(&run,
		WORDS("--name", "kept", "--image", "web:1", "--port",
			text_of_port("web=%d:8080", free_port()), "--health", "web=/healthz"));
	run_until(&run, RUN_MS, is_refused_page, NULL);
	run_signal(&run, SIGHUP);
	/* Had it been one, this would be the second, which does not wait: exit status 4. */
	run_signal(&run, SIGTERM);
	rig_finish(&run, 130);
	assert_string_equal(run_error_text(&run, "code"), "cancelled");
	nothing_is_left(&run);
	run_release(&run);
}

/* Cancelling puts things back even where a failure would leave them. */
static void cancelled_without_rollback(void **state)
{
	struct run run;

	(void)state;
	rig_start(&run, WORDS("--name", "called-off", "--image", "web:1", "--port",
				text_of_port("web=%d:8080", free_port()), "--health",
				"web=/healthz", "--no-rollback"));
	run_until(&run, RUN_MS, is_refused_page, NULL);
	run_signal(&run, SIGINT);
	rig_finish(&run, 130);
	nothing_is_left(&run);
	run_release(&run);
}

static void the_whole_takes_too_long(void **state)
{
	struct run run;

	(void)state;
	rig_deploy(&run, 1,
		WORDS("--name", "late", "--image", "web:1", "--port",
			text_of_port("web=%d:8080", free_port()), "--health", "web=/healthz",
			"--timeout", "2"));
	assert_string_equal(run_error_text(&run, "code"), "timeout");
	assert_in_range(run.took_ms, 1900, 10000);
	nothing_is_left(&run);
	run_release(&run);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		RIG_TEST(a_container_that_exits),
		RIG_TEST(a_container_that_exits_with_nothing_to_ask),
		RIG_TEST(a_container_that_dies_while_it_is_asked),
		RIG_TEST(a_program_that_does_not_exist),
		RIG_TEST(a_page_that_is_not_there),
		RIG_TEST(left_for_a_look_when_asked_for),
		RIG_TEST(own_healthcheck_says_no),
		RIG_TEST(cancelled_while_it_is_asked),
		RIG_TEST(a_lost_terminal_is_no_cancel),
		RIG_TEST(cancelled_without_rollback),
		RIG_TEST(the_whole_takes_too_long),
	};

	return cmocka_run_group_tests(tests, rig_setup, rig_teardown);
}
