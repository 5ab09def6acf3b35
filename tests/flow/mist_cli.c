/* `berth deploy`, `watch` and `doctor` on a Mist server of the configuration, as a script runs
 * them. */
#include "support/mist_server.h"
#include "support/run_berth.h"
#include "support/ws_peer.h"
#include "unit/tree.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define STEP(name, json) static const struct ms_step name[] = {{MS_REPLY, json, 200}, {MS_END}}

STEP(posted, MS_ROW("pending", "pending", 0));
STEP(building, MS_ROWS(MS_ROW("building", "building", 50)));
STEP(done, MS_ROWS(MS_DONE_ROW));
STEP(done_log, MS_LOG(MS_DONE_ROW, "Step 1/1 : FROM node\\n"));
STEP(failed_log, MS_LOG(MS_FAILED_ROW("build failed"), "ERROR: no\\n"));
static const struct ms_step live[] = {{MS_REPLY, MS_LIVE, 400}, {MS_END}};

static struct tree tree;
static struct mist_server server;
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
		mist_server_stop(&server);
	tree_release(&tree);
	return 0;
}

static void serve(const struct ms_plan *plan)
{
	char config[320];

	mist_server_start(&server, plan);
	snprintf(config, sizeof(config),
		"{\"targets\": {\"prod\": {\"kind\": \"mist\", \"url\": \"%s\","
		" \"email\": \"ops@example.com\", \"password_env\": \"MIST_PASSWORD\"}}}",
		peer_url(server.peer));
	tree_text(&tree, "berth/config.json", config);
}

static void start(const char *password, const char *const words[])
{
	const char *argv[16] = {BERTH_PROGRAM};
	char home[128], xdg[160], secret[64];
	size_t count = 1;

	for (; *words != NULL; words++)
		argv[count++] = *words;
	snprintf(home, sizeof(home), "HOME=%s", tree.path);
	snprintf(xdg, sizeof(xdg), "XDG_CONFIG_HOME=%s", tree.path);
	snprintf(secret, sizeof(secret), "MIST_PASSWORD=%s", password);
	assert_int_equal(
		process_start(&process, argv,
			&(struct process_options){
				.env = WORDS(home, xdg, "DOCKER_HOST", secret, "LC_ALL=C.UTF-8",
					"ASAN_OPTIONS=exitcode=99", "LSAN_OPTIONS=exitcode=99"),
				.folder = tree.path}),
		0);
}

static void finish(int status)
{
	assert_int_equal(process_wait(&process, RUN_MS), 0);
	if (process.status != status)
		fail_msg("exit %d instead of %d; %s%s", process.status, status,
			process.out.text != NULL ? process.out.text : "",
			process.err.text != NULL ? process.err.text : "");
	if (process.out.text != NULL)
		assert_null(strstr(process.out.text, "s3cret"));
	if (process.err.text != NULL)
		assert_null(strstr(process.err.text, "s3cret"));
}

static void an_app_is_deployed(void **state)
{
	(void)state;
	serve(&(struct ms_plan){.answers = {[MS_DEPLOY] = {posted},
					[MS_LIST] = {building, done},
					[MS_LOGS] = {done_log}}});
	start("s3cret-pw",
		WORDS("deploy", "--target", "prod", "--name", "shop/api", "--folder", "/nowhere"));
	finish(0);
	assert_holds(process.out.text, "Step 1/1 : FROM node");
	assert_holds(process.out.text, "http://10.1.2.3:3000");
	assert_holds(process.err.text, "'--folder' has no meaning for target 'prod'");
	assert_string_equal(mist_server_body(&server, "POST /api/deployments "), "{\"appId\":9}");
}

static void it_exits_as_the_deployment_ended(void **state)
{
	static const struct {
		const struct ms_step *log;
		int status;
	} cases[] = {{done_log, 0}, {failed_log, 1}};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		const struct ms_plan plan = {.answers = {[MS_LOGS] = {cases[i].log}}};

		serve(&plan);
		start("s3cret-pw", WORDS("watch", "prod", "456", "--output", "json"));
		finish(cases[i].status);
		assert_holds(process.out.text, "\"type\":\"result\"");
		assert_holds(process.out.text,
			cases[i].status ? "\"stage\":\"error\"" : "\"stage\":\"completed\"");
		process_release(&process);
		mist_server_stop(&server);
	}
}

static void unknown_is_exit_2_and_refused_exit_3(void **state)
{
	(void)state;
	serve(&(struct ms_plan){0});
	start("s3cret-pw", WORDS("watch", "prod", "101"));
	finish(2);
	assert_holds(process.out.text, "deployment not found");
	process_release(&process);
	start("s3cret-pw", WORDS("deploy", "--target", "prod", "--name", "web"));
	finish(2);
	assert_holds(process.out.text, "shop/web (7), lab/web (12)");
	process_release(&process);
	start("s3cret-wrong", WORDS("watch", "prod", "101"));
	finish(3);
	process_release(&process);
	start("s3cret-pw", WORDS("deploy", "--target", "prod"));
	finish(2);
	assert_holds(process.err.text, "--name PROJECT/APP");
}

static void a_signal_says_what_goes_on_over_there(void **state)
{
	(void)state;
	serve(&(struct ms_plan){.answers = {[MS_DEPLOY] = {posted}, [MS_LIST] = {building}}});
	start("s3cret-pw", WORDS("deploy", "--target", "prod", "--name", "api"));
	while (process.out.text == NULL || strstr(process.out.text, "Building") == NULL)
		assert_true(process_read(&process, RUN_MS));
	kill(process.pid, SIGTERM);
	finish(4);
	assert_holds(process.out.text, "This server has no way to stop a deployment");
	assert_holds(process.out.text, "berth watch prod 456");
}

static void a_signal_ends_the_watching_only(void **state)
{
	(void)state;
	serve(&(struct ms_plan){.answers = {[MS_LOGS] = {live}, [MS_LIST] = {building}}});
	start("s3cret-pw", WORDS("watch", "prod", "456"));
	while (process.out.text == NULL || strstr(process.out.text, "Building") == NULL)
		assert_true(process_read(&process, RUN_MS));
	kill(process.pid, SIGINT);
	finish(4);
	assert_holds(process.err.text, "no longer watching; the deployment goes on");
	assert_int_equal(mist_server_asked(&server, MS_STOP), 0);
}

/* --- doctor --- */

static void the_doctor_logs_in_and_starts_nothing(void **state)
{
	(void)state;
	serve(&(struct ms_plan){0});
	start("s3cret-pw", WORDS("doctor", "--target", "prod"));
	finish(0);
	assert_holds(process.out.text, "ok    server         http://127.0.0.1:");
	assert_holds(process.out.text, "ok    credentials    logged in as 'ops@example.com'\n");
	assert_holds(process.out.text, "ok    apps           projects and apps are listed (200");
	assert_holds(process.out.text,
		"ok    log            a deployment that is over can be looked "
		"at (400, syntax)");
	assert_holds(process.out.text, "note  deployment     only one shows");
	assert_null(strstr(process.out.text, "docker_host"));
	assert_int_equal(mist_server_asked(&server, MS_DEPLOY), 0);
}

static void the_doctor_finds_a_wrong_password(void **state)
{
	(void)state;
	serve(&(struct ms_plan){0});
	start("s3cret-wrong", WORDS("doctor", "--target", "prod"));
	finish(3);
	assert_holds(process.out.text, "fail  credentials    the server said 401 to the login of "
				       "'ops@example.com': Invalid email or password");
}

static void the_doctor_finds_another_server(void **state)
{
	static const struct ms_step page[] = {{MS_PAGE}, {MS_END}};

	(void)state;
	serve(&(struct ms_plan){.answers = {[MS_LOGIN] = {page}}});
	start("s3cret-pw", WORDS("doctor", "--target", "prod"));
	finish(3);
	assert_holds(process.out.text, "is not a Mist server");
	process_release(&process);
	mist_server_stop(&server);
	serve(&(struct ms_plan){.answers = {[MS_PROJECTS] = {page}, [MS_LOGS] = {page}}});
	start("s3cret-pw", WORDS("doctor", "--target", "prod"));
	finish(3);
	assert_holds(process.out.text, "fail  apps           there is no list of projects (200");
	assert_holds(
		process.out.text, "fail  log            there is no route for a deployment's log");
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

#define STATE(state)                                                                               \
	"{\"success\":true,\"data\":{\"name\":\"app\",\"status\":\"" state "\",\"state\":\"" state \
	"\",\"uptime\":\"\",\"healthy\":true},\"message\":\"\"}"

static int stream_box(void *context, struct peer_request *request, struct peer_conn *conn)
{
	bool logs = strstr(request->target, "/logs?") != NULL;

	(void)context;
	if (ws_accept(request, conn) ||
		ws_text(conn,
			logs ? "{\"type\":\"log\",\"data\":{\"line\":\"caf\xc3\x83\xc2\xa9\","
			       "\"stream\":\"stdout\"}}"
			     : "{\"type\":\"stats\",\"data\":{\"cpu_percent\":12.5,"
			       "\"memory_used_mb\":100.5,\"memory_limit_mb\":512,\"pids\":7}}") ||
		(logs && ws_text(conn, "{\"type\":\"end\",\"data\":{}}")))
		return -1;
	peer_wait_taken(conn);
	return -1;
}

static void an_app_is_looked_at_and_its_log_followed(void **state)
{
	static const struct ms_step up[] = {{MS_REPLY, STATE("running"), 200}, {MS_END}};

	(void)state;
	serve(&(struct ms_plan){.answers = {[MS_BOX_STATUS] = {up}}, .box = stream_box});
	start("s3cret-pw", WORDS("list", "shop/api", "--target", "prod"));
	finish(0);
	assert_holds(process.out.text, "shop/api  running");
	assert_holds(process.out.text, "CPU 12.5 %, memory 100.5 of 512 MB");
	assert_holds(process.out.text, "7 processes");
	process_release(&process);
	start("s3cret-pw", WORDS("list", "9", "--target", "prod", "--output", "json"));
	finish(0);
	assert_holds(process.out.text, "\"usage\":{\"cpu_percent\":12.5");
	process_release(&process);
	start("s3cret-pw", WORDS("logs", "api", "-f", "--target", "prod"));
	finish(0);
	assert_string_equal(process.out.text, "caf\xc3\xa9\n");
	process_release(&process);
	start("s3cret-pw", WORDS("list", "api"));
	finish(2);
	assert_holds(process.err.text, "only for a --target that is a deploy server");
}

/* Without a target the servers of the configuration are asked too; one that can't be is a row. */
static void a_list_has_what_the_servers_have(void **state)
{
	static const struct ms_step up[] = {{MS_REPLY, STATE("running"), 200}, {MS_END}};
	const char *const plain[] = {"list", NULL};

	(void)state;
	serve(&(struct ms_plan){.answers = {[MS_BOX_STATUS] = {up}}});
	/* There is no Docker here. */
	start("s3cret-pw", plain);
	finish(3);
	assert_holds(process.out.text, "prod, http://");
	assert_holds(process.out.text, "shop/web  running");
	process_release(&process);
	start("wrong", plain);
	finish(3);
	assert_holds(process.out.text, "cannot be listed: ");
	process_release(&process);
	start("wrong", WORDS("list", "--output", "json"));
	finish(3);
	assert_holds(process.out.text, "{\"v\":1,\"target\":\"prod\",\"error\":{\"code\":");
	process_release(&process);
	start("s3cret-pw", WORDS("list", "--host", "unix:///nowhere/docker.sock"));
	finish(3);
	assert_null(strstr(process.out.text ? process.out.text : "", "prod"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(an_app_is_deployed),
		TEST(an_app_is_looked_at_and_its_log_followed),
		TEST(a_list_has_what_the_servers_have),
		TEST(it_exits_as_the_deployment_ended),
		TEST(unknown_is_exit_2_and_refused_exit_3),
		TEST(a_signal_says_what_goes_on_over_there),
		TEST(a_signal_ends_the_watching_only),
		TEST(the_doctor_logs_in_and_starts_nothing),
		TEST(the_doctor_finds_a_wrong_password),
		TEST(the_doctor_finds_another_server),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
