/* berth's commands on a Smart Deployment System of the configuration, as a script runs them. */
#include "support/deployer_server.h"
#include "support/run_berth.h"
#include "unit/tree.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define STEP(name, json) static const struct ds_step name[] = {{DS_REPLY, json, 200}, {DS_END}}

STEP(running, DS_ROW("running", DS_ID, "null", "\"one\\ntwo\\n\""));
STEP(stopped, DS_ROW("stopped", DS_ID, "null", "\"\""));
STEP(errored, DS_ROW("error", "null", "\"Docker build failed: no space left\"", "null"));
static const struct ds_step failed[] = {
	{DS_REPLY, DS_DETAIL("Docker build failed: no space left"), 500}, {DS_END}};
static const struct ds_step gone[] = {{DS_REPLY, DS_DETAIL("Deployment not found"), 404}, {DS_END}};

static struct tree tree;
static struct deployer_server server;
static struct process process = {.out.fd = -1, .err.fd = -1};

static int setup(void **state)
{
	(void)state;
	tree_init(&tree);
	tree_folder(&tree, "berth");
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	process_release(&process);
	if (server.peer)
		deployer_server_stop(&server);
	tree_release(&tree);
	return 0;
}

static void serve(const struct ds_plan *plan)
{
	char config[320];

	deployer_server_start(&server, plan);
	snprintf(config, sizeof(config),
		"{\"targets\": {\"repos\": {\"kind\": \"deployer\", \"url\": \"%s\"},"
		" \"fx\": {\"kind\": \"fractalic\", \"url\": \"%s\"}}}",
		peer_url(server.peer), peer_url(server.peer));
	tree_text(&tree, "berth/config.json", config);
}

static void run(int status, const char *const words[])
{
	const char *argv[16] = {BERTH_PROGRAM};
	char home[128], xdg[160];
	size_t count = 1;

	process_release(&process);
	for (; *words != NULL; words++)
		argv[count++] = *words;
	snprintf(home, sizeof(home), "HOME=%s", tree.path);
	snprintf(xdg, sizeof(xdg), "XDG_CONFIG_HOME=%s", tree.path);
	assert_int_equal(
		process_start(&process, argv,
			&(struct process_options){
				.env = WORDS(home, xdg, "DOCKER_HOST", "LC_ALL=C.UTF-8",
					"ASAN_OPTIONS=exitcode=99", "LSAN_OPTIONS=exitcode=99"),
				.folder = tree.path}),
		0);
	assert_int_equal(process_wait(&process, RUN_MS), 0);
	if (process.status != status)
		fail_msg("exit %d instead of %d; %s%s", process.status, status,
			process.out.text != NULL ? process.out.text : "",
			process.err.text != NULL ? process.err.text : "");
}

static void a_repository_is_deployed(void **state)
{
	(void)state;
	serve(&(struct ds_plan){.answers = {[DS_START] = {running}, [DS_GET] = {running}}});
	run(0, WORDS("deploy", "--target", "repos", "--folder", "/srv/repos/shop"));
	assert_holds(process.out.text, "deployment 7 runs");
	assert_holds(process.out.text, "http://127.0.0.1:20001");
	assert_string_equal(deployer_server_body(&server, "POST /api/deployments/create"),
		"{\"repo_id\":3,\"repo_name\":\"shop\",\"repo_path\":\"/srv/repos/shop\"}");
}

static void it_exits_as_the_deployment_ended(void **state)
{
	(void)state;
	serve(&(struct ds_plan){.answers = {[DS_START] = {failed}, [DS_GET] = {errored}}});
	run(1, WORDS("deploy", "--target", "repos", "--folder", "/srv/repos/shop", "--repo-id", "3",
		       "--output", "json"));
	assert_holds(process.out.text, "Docker build failed: no space left");
	run(1, WORDS("watch", "repos", "7"));
	run(2, WORDS("watch", "repos", "seven"));
	run(2, WORDS("deploy", "--target", "repos", "--name", "shop"));
	assert_holds(process.err.text, "the repository's path on the server");
	run(2, WORDS("deploy", "--target", "repos", "--folder", "/x", "--repo-id", "0"));
	run(2, WORDS("deploy", "--target", "repos", "--folder", "/x", "--name", "nothing"));
	assert_holds(process.out.text, "acme/shop (3)");
}

static void what_is_there_is_listed_and_acted_on(void **state)
{
	(void)state;
	serve(&(struct ds_plan){.answers = {[DS_GET] = {gone, gone, running, gone}}});
	run(0, WORDS("list", "--target", "repos"));
	assert_holds(process.out.text, "7   acme-shop  running");
	deployer_server_stop(&server);
	serve(&(struct ds_plan){.answers = {[DS_GET] = {running, stopped}, [DS_STOP] = {stopped}}});
	run(0, WORDS("stop", "7", "--target", "repos"));
	assert_holds(process.out.text, "acme-shop stopped");
	deployer_server_stop(&server);
	serve(&(struct ds_plan){.answers = {[DS_GET] = {running}}});
	run(1, WORDS("stop", "7", "--target", "repos", "--output", "json"));
	assert_holds(process.out.text, "\"action\":\"stop\"");
	assert_holds(process.out.text, "\"success\":false");
	assert_holds(process.err.text, "did not stop it, and says that it is running");
	run(0, WORDS("logs", "7", "--target", "repos"));
	assert_holds(process.out.text, "one\ntwo\n");
	run(2, WORDS("stop", "--target", "repos"));
	run(2, WORDS("stop", "x", "--target", "fx"));
	assert_holds(process.err.text, "has no route for it");
}

static void the_doctor_asks_what_starts_nothing(void **state)
{
	(void)state;
	serve(&(struct ds_plan){0});
	run(0, WORDS("doctor", "--target", "repos"));
	assert_holds(process.out.text, "repositories");
	assert_holds(process.out.text, "it can be asked how one goes on");
	assert_int_equal(peer_count_lines(server.peer, "POST"), 0);
}

int main(void)
{
#define TEST(test) cmocka_unit_test_setup_teardown(test, setup, teardown)
	const struct CMUnitTest tests[] = {
		TEST(a_repository_is_deployed),
		TEST(it_exits_as_the_deployment_ended),
		TEST(what_is_there_is_listed_and_acted_on),
		TEST(the_doctor_asks_what_starts_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
