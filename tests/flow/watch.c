/* `berth watch` and `berth deploy` on a server of the configuration, as a script would run them. */
#include "support/fractalic_scene.h"
#include "support/run_berth.h"
#include "unit/tree.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define PROGRESS                                                                                   \
	"{\"deployment_id\":\"u1\",\"message\":\"Copying\",\"stage\":\"copying_files\","           \
	"\"progress\":75}"
#define FAILURE                                                                                    \
	"{\"deployment_id\":\"u1\",\"message\":\"Deployment failed: no image\",\"stage\":"         \
	"\"error\",\"progress\":100,\"error\":\"no image\"}"

static struct tree tree;
static struct fractalic_server server;
static struct process process;

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
	fractalic_server_stop(&server);
	tree_release(&tree);
	return 0;
}

static void serve(const struct fx_plan *plan)
{
	char config[256];

	fractalic_server_start(&server, plan);
	snprintf(config, sizeof(config),
		"{\"targets\": {\"staging\": {\"kind\": \"fractalic\", \"url\": \"%s\","
		" \"token_env\": \"STAGING_TOKEN\"}}}",
		peer_url(server.peer));
	tree_text(&tree, "berth/config.json", config);
}

static void start(const char *const words[])
{
	const char *argv[16] = {BERTH_PROGRAM};
	char home[128], xdg[160];
	size_t count = 1;

	for (; *words != NULL; words++)
		argv[count++] = *words;
	snprintf(home, sizeof(home), "HOME=%s", tree.path);
	snprintf(xdg, sizeof(xdg), "XDG_CONFIG_HOME=%s", tree.path);
	assert_int_equal(
		process_start(&process, argv,
			&(struct process_options){
				.env = WORDS(home, xdg, "DOCKER_HOST", "LC_ALL=C.UTF-8",
					"STAGING_TOKEN=t0k3n-of-staging",
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
		assert_null(strstr(process.out.text, "t0k3n"));
}

static void it_exits_as_the_deployment_ended(void **state)
{
	const struct fx_step working[] = {{FX_REPLY, PROGRESS, 200}, {FX_END}};
	const struct fx_step done[] = {{FX_REPLY, SUCCESS, 200}, {FX_END}};
	const struct fx_step failed[] = {{FX_REPLY, FAILURE, 200}, {FX_END}};
	const struct {
		const struct fx_step *end;
		int status;
	} cases[] = {{done, 0}, {failed, 1}};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		const struct fx_plan plan = {
			.answers = {[FX_PROGRESS_ROUTE] = {working, cases[i].end}}};

		serve(&plan);
		start(WORDS("watch", "staging", "u1", "--output", "json"));
		finish(cases[i].status);
		assert_holds(process.out.text, "\"stage\":\"copying_files\"");
		assert_holds(process.out.text, "\"type\":\"result\"");
		assert_int_equal(fractalic_server_asked(&server, FX_STREAM_ROUTE), 0);
		process_release(&process);
		fractalic_server_stop(&server);
	}
	serve(&(struct fx_plan){0});
}

static void an_unknown_id_is_exit_2(void **state)
{
	(void)state;
	serve(&(struct fx_plan){0});
	start(WORDS("watch", "staging", "nope"));
	finish(2);
	assert_holds(process.out.text, "404");
}

static void the_credentials_go_along(void **state)
{
	const struct fx_step done[] = {{FX_REPLY, SUCCESS, 200}, {FX_END}};
	const struct fx_plan plan = {.answers = {[FX_PROGRESS_ROUTE] = {done}}};
	char value[64];

	(void)state;
	serve(&plan);
	start(WORDS("watch", "staging", "u1"));
	finish(0);
	assert_true(peer_request_header(
		peer_request_at(server.peer, 0), "Authorization", value, sizeof(value)));
	assert_string_equal(value, "Bearer t0k3n-of-staging");
}

static void a_signal_ends_the_watching_only(void **state)
{
	const struct fx_step working[] = {{FX_REPLY, PROGRESS, 200}, {FX_END}};
	const struct fx_plan plan = {.answers = {[FX_PROGRESS_ROUTE] = {working}}};

	(void)state;
	serve(&plan);
	start(WORDS("watch", "staging", "u1"));
	while (process.out.text == NULL || strstr(process.out.text, "Copying") == NULL)
		assert_true(process_read(&process, RUN_MS));
	kill(process.pid, SIGINT);
	finish(4);
	assert_holds(process.err.text, "no longer watching; the deployment goes on");
}

static void a_deployment_runs_to_its_end(void **state)
{
	const struct fx_step steps[] = {
		{FX_STREAM}, {FX_EVENT, START}, {FX_EVENT, SUCCESS}, {FX_DONE}, {FX_END}};
	const struct fx_plan plan = {.answers = {[FX_STREAM_ROUTE] = {steps}}};

	(void)state;
	serve(&plan);
	start(WORDS("deploy", "--target", "staging", "--name", "hello", "--folder", "scripts/hello",
		"--dest", "/app", "--port", "9123:8001"));
	finish(0);
	assert_holds(fractalic_server_body(&server), "\"script_folder\":\"scripts/hello\"");
	assert_holds(fractalic_server_body(&server), "\"ai_server\":9123");
	assert_null(strstr(fractalic_server_body(&server), "/app"));
	assert_holds(process.err.text, "'--dest' has no meaning for target 'staging'");
}

static void a_signal_without_a_terminal_cancels_at_once(void **state)
{
	const struct fx_step steps[] = {{FX_STREAM}, {FX_EVENT, START}, {FX_STALL}};
	const struct fx_plan plan = {.answers = {[FX_STREAM_ROUTE] = {steps}}};

	(void)state;
	serve(&plan);
	start(WORDS(
		"deploy", "--target", "staging", "--name", "hello", "--folder", "scripts/hello"));
	while (process.out.text == NULL || strstr(process.out.text, "Starting") == NULL)
		assert_true(process_read(&process, RUN_MS));
	kill(process.pid, SIGTERM);
	finish(4);
	assert_holds(process.err.text, "cancelling");
	assert_null(strstr(process.err.text, "putting things back"));
}

static void the_time_limit_is_exit_4(void **state)
{
	const struct fx_step steps[] = {{FX_STREAM}, {FX_EVENT, START}, {FX_STALL}};
	const struct fx_plan plan = {.answers = {[FX_STREAM_ROUTE] = {steps}}};

	(void)state;
	serve(&plan);
	start(WORDS("deploy", "--target", "staging", "--name", "hello", "--folder", "scripts/hello",
		"--timeout", "1"));
	finish(4);
	assert_holds(process.out.text, "The time limit of 1 s has passed");
	assert_holds(process.out.text,
		"the stream was closed, which ends the run on the server at its next step; what it "
		"has made so far stays there");
	assert_holds(process.out.text, "docker ps -a --filter name=fractalic-hello");
	assert_int_equal(fractalic_server_asked(&server, FX_STREAM_ROUTE), 1);
}

/* What a folder of such names makes a server say: half a surrogate pair, a NUL, lines, escapes. */
#define HOSTILE                                                                                    \
	"{\"message\":\"a caf\\udce9.txt b \\ud83d c \\ude80\\ud83d d nul \\u0000 e\\nline two "   \
	"\\u001b[31mred\\u009b2J \\u202eevil\",\"stage\":\"deploying\",\"progress\":20}"

static const struct fx_plan *hostile_plan(void)
{
	static const struct fx_step steps[] = {{FX_STREAM}, {FX_EVENT, START}, {FX_EVENT, HOSTILE},
		{FX_EVENT, SUCCESS}, {FX_DONE}, {FX_END}};
	static const struct fx_plan plan = {.answers = {[FX_STREAM_ROUTE] = {steps}}};

	return &plan;
}

static void hostile_text_is_whole_in_the_record(void **state)
{
	static const char wanted[] =
		"a caf\ufffd.txt b \ufffd c \ufffd\ufffd d nul \0 e\nline two \x1b[31mred"
		"\xc2\x9b"
		"2J \u202eevil";
	const json_t *found = NULL;
	json_t *event;

	(void)state;
	serve(hostile_plan());
	start(WORDS("deploy", "--target", "staging", "--name", "hello", "--folder", "scripts/hello",
		"--output", "json"));
	finish(0);
	for (const char *line = process.out.text; *line; line = strchr(line, '\n') + 1) {
		size_t len = strcspn(line, "\n");

		assert_int_equal(line[len], '\n');
		event = json_loadb(line, len, JSON_ALLOW_NUL, NULL);
		assert_non_null(event);
		found = json_object_get(event, "message");
		if (!strcmp(json_string_value(json_object_get(event, "type")), "log") &&
			!strncmp(json_string_value(found), "a caf", 5)) {
			assert_int_equal(json_string_length(found), sizeof(wanted) - 1);
			assert_memory_equal(json_string_value(found), wanted, sizeof(wanted) - 1);
			json_decref(event);
			return;
		}
		json_decref(event);
	}
	fail_msg("no such event in %s", process.out.text);
}

static void hostile_text_is_harmless_on_a_terminal(void **state)
{
	(void)state;
	serve(hostile_plan());
	start(WORDS(
		"deploy", "--target", "staging", "--name", "hello", "--folder", "scripts/hello"));
	finish(0);
	assert_int_equal(strlen(process.out.text), process.out.len);
	for (const char *at = process.out.text; *at; at++)
		if ((unsigned char)*at < 0x20 && *at != '\n')
			fail_msg("a %02x in %s", *at, process.out.text);
	assert_null(strstr(process.out.text, "\xc2\x9b"));
	assert_null(strstr(process.out.text, "\u202e"));
	assert_holds(process.out.text, "a caf\ufffd.txt b \ufffd c ");
	assert_holds(process.out.text, "d nul \u2400 e\u240aline two red");
	assert_holds(process.out.text, "evil");
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(it_exits_as_the_deployment_ended),
		TEST(an_unknown_id_is_exit_2),
		TEST(the_credentials_go_along),
		TEST(a_signal_ends_the_watching_only),
		TEST(a_deployment_runs_to_its_end),
		TEST(a_signal_without_a_terminal_cancels_at_once),
		TEST(the_time_limit_is_exit_4),
		TEST(hostile_text_is_whole_in_the_record),
		TEST(hostile_text_is_harmless_on_a_terminal),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
