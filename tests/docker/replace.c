/* A container that has the name already: replaced once the new one is healthy, back if not. */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "support/docker_rig.h"
#include "unit/tree.h"

static char *id_of(const char *container)
{
	return docker_say(WORDS("inspect", "-f", "{{.Id}}", container));
}

static void is_running(const char *container, const char *id)
{
	char *now = id_of(container);

	assert_string_equal(now, id);
	docker_is("true", WORDS("inspect", "-f", "{{.State.Running}}", container));
	free(now);
}

/* One of ours that serves `page` at `port`. */
static char *deploy_first(const char *page, int port)
{
	struct tree site;
	struct run run;

	tree_init(&site);
	tree_text(&site, "index.html", page);
	rig_deploy(&run, 0,
		WORDS("--name", "shop", "--image", "web:1", "--folder", site.path, "--port",
			text_of_port("web=%d:8080", port)));
	run_release(&run);
	tree_release(&site);
	return id_of("shop");
}

/* The new one cannot become healthy before the test says so: until then the old one is there and
 * serves. */
static void old_one_serves_until_the_new_one_is_healthy(void **state)
{
	struct run run;
	int port = free_port(), other = free_port();
	char *old = deploy_first("old page", port), *now;

	(void)state;
	rig_start(&run, WORDS("--name", "shop", "--image", "web:1", "--port",
				text_of_port("web=%d:8080", other), "--health", "web=/ready"));
	run_until_stage(&run, "health_check");
	is_running(old, old);
	page_is(port, "", "old page");
	docker_do(WORDS("exec", "shop", "sh", "-c", "echo yes >/app/ready"));
	rig_finish(&run, 0);
	containers_are("shop");
	now = id_of("shop");
	assert_string_not_equal(now, old);
	assert_string_equal(run_result_text(&run, "container_id"), now);
	free(now);
	free(old);
	run_release(&run);
}

static void the_same_port_again(void **state)
{
	struct run run;
	int port = free_port();
	char *old = deploy_first("old page", port), *now;

	(void)state;
	rig_deploy(&run, 0,
		WORDS("--name", "shop", "--image", "web:1", "--port",
			text_of_port("web=%d:8080", port)));
	containers_are("shop");
	now = id_of("shop");
	assert_string_not_equal(now, old);
	free(now);
	free(old);
	run_release(&run);
}

static void old_one_is_back_after_a_failure(void **state)
{
	static const char *const images[] = {"exits:1", "broken:1", "ill:1"};
	struct run run;
	int port = free_port();
	char *old = deploy_first("old page", port);

	(void)state;
	for (size_t i = 0; i < sizeof(images) / sizeof(images[0]); i++) {
		rig_deploy(&run, 1,
			WORDS("--name", "shop", "--image", images[i], "--port",
				text_of_port("web=%d:8080", port)));
		assert_true(json_is_true(run_result_member(&run, "rolled_back")));
		containers_are("shop");
		is_running("shop", old);
		page_is(port, "", "old page");
		run_release(&run);
	}
	free(old);
}

static void old_one_is_back_after_a_cancel(void **state)
{
	struct run run;
	int port = free_port();
	char *old = deploy_first("old page", port);

	(void)state;
	rig_start(&run, WORDS("--name", "shop", "--image", "web:1", "--port",
				text_of_port("web=%d:8080", port), "--health", "web=/never"));
	run_until_stage(&run, "health_check");
	run_signal(&run, SIGINT);
	rig_finish(&run, 130);
	containers_are("shop");
	is_running("shop", old);
	page_is(port, "", "old page");
	free(old);
	run_release(&run);
}

/* Two would each take the other's container for the old one. */
static void a_second_console_is_told_who_has_it(void **state)
{
	struct run first, second;
	char pid[32];

	(void)state;
	rig_start(&first,
		WORDS("--name", "shop", "--image", "web:1", "--port",
			text_of_port("web=%d:8080", free_port()), "--health", "web=/never"));
	run_until_stage(&first, "health_check");
	rig_deploy(&second, 2, WORDS("--name", "shop", "--image", "web:1"));
	snprintf(pid, sizeof(pid), "(pid %d)", first.process.pid);
	assert_holds(run_error_text(&second, "message"), pid);
	assert_string_equal(run_error_text(&second, "code"), "conflict");
	run_release(&second);
	run_signal(&first, SIGINT);
	rig_finish(&first, 130);
	run_release(&first);
	containers_are("");
}

/* One that had been stopped is not started by putting it back. */
static void a_stopped_one_is_back_stopped(void **state)
{
	struct run run;
	char *old = deploy_first("old page", free_port()), *now;

	(void)state;
	docker_do(WORDS("stop", "shop"));
	rig_deploy(&run, 1, WORDS("--name", "shop", "--image", "exits:1"));
	containers_are("shop");
	now = id_of("shop");
	assert_string_equal(now, old);
	docker_is("false", WORDS("inspect", "-f", "{{.State.Running}}", "shop"));
	free(now);
	free(old);
	run_release(&run);
}

static void left_both_when_asked_for(void **state)
{
	struct run run;
	char *old = deploy_first("old page", free_port()), *names;
	const json_t *left;

	(void)state;
	rig_deploy(&run, 1,
		WORDS("--name", "shop", "--image", "exits:1", "--restart", "no", "--no-rollback"));
	left = run_result_member(&run, "left_behind");
	assert_int_equal(json_array_size(left), 2);
	assert_true(lines_hold(left, "shop-before-"));
	names = docker_say(WORDS("ps", "-a", "--format", "{{.Names}}"));
	assert_holds(names, "shop-before-");
	docker_is("true", WORDS("inspect", "-f", "{{.State.Running}}", old));
	free(names);
	free(old);
	run_release(&run);
}

static void not_ours_is_not_touched(void **state)
{
	struct run run;
	char *theirs, *now;

	(void)state;
	docker_do(WORDS("run", "-d", "--name", "shop", "web:1"));
	theirs = id_of("shop");
	rig_deploy(&run, 2, WORDS("--name", "shop", "--image", "web:1"));
	assert_string_equal(run_error_text(&run, "code"), "conflict");
	assert_holds(run_error_text(&run, "message"), "'shop'");
	assert_holds(run_error_text(&run, "hint"), "--yes");
	containers_are("shop");
	is_running("shop", theirs);
	run_release(&run);

	rig_deploy(&run, 0, WORDS("--name", "shop", "--image", "web:1", "--yes"));
	containers_are("shop");
	now = id_of("shop");
	assert_string_not_equal(now, theirs);
	free(now);
	free(theirs);
	run_release(&run);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		RIG_TEST(old_one_serves_until_the_new_one_is_healthy),
		RIG_TEST(the_same_port_again),
		RIG_TEST(old_one_is_back_after_a_failure),
		RIG_TEST(old_one_is_back_after_a_cancel),
		RIG_TEST(a_second_console_is_told_who_has_it),
		RIG_TEST(a_stopped_one_is_back_stopped),
		RIG_TEST(left_both_when_asked_for),
		RIG_TEST(not_ours_is_not_touched),
	};

	return cmocka_run_group_tests(tests, rig_setup, rig_teardown);
}
