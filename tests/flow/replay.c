/* `berth replay`, `watch local` and `history --export`: the record comes back as it was, and no
 * secret with it. */
#include "unit/tree.h"

#include <signal.h>

#include "support/fake_engine.h"
#include "support/fractalic_server.h"
#include "support/process.h"
#include "support/run_berth.h"

enum { WAIT_MS = 60 * 1000 };

static struct tree tree;
static char home[80], state_home[96], config[96];
static struct process process = {.out.fd = -1, .err.fd = -1};

static int setup(void **state)
{
	(void)state;
	tree_init(&tree);
	snprintf(home, sizeof(home), "HOME=%s", tree.path);
	snprintf(state_home, sizeof(state_home), "XDG_STATE_HOME=%s/state", tree.path);
	snprintf(config, sizeof(config), "XDG_CONFIG_HOME=%s/xdg", tree.path);
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	process_release(&process);
	tree_release(&tree);
	return 0;
}

static void start(struct process *started, const char *const words[])
{
	const char *argv[32] = {BERTH_PROGRAM};
	const char *env[] = {home, state_home, config, "LC_ALL=C.UTF-8", "TZ=UTC",
		"ASAN_OPTIONS=exitcode=99", "DOCKER_HOST", "FROM_OUTSIDE=env1ronment-s3ntinel",
		NULL};
	size_t count = 1;

	for (; *words != NULL; words++)
		argv[count++] = *words;
	assert_int_equal(process_start(started, argv,
				 &(struct process_options){.env = env, .folder = tree.path}),
		0);
}

/* Its output, until the next one; *status its exit status. */
static const char *run(int *status, const char *const words[])
{
	process_release(&process);
	process = (struct process){.out.fd = -1, .err.fd = -1};
	start(&process, words);
	assert_int_equal(process_wait(&process, WAIT_MS), 0);
	*status = process.status;
	return process.out.text != NULL ? process.out.text : "";
}

#define RUN(status, ...) run(status, WORDS(__VA_ARGS__))

static char *rehearse(const char *name, const char *fail)
{
	char script[64], *copy;
	int status;

	snprintf(script, sizeof(script), "%s%s", fail[0] != '\0' ? "DEMO_FAIL=" : "DEMO_SEED=7",
		fail);
	copy = strdup(RUN(&status, "deploy", "--target", "demo", "--name", name, "--env",
		"DEMO_SECONDS=0.5", "--env", "DEMO_LINES=300", "--env", script, "--output",
		"json"));
	assert_non_null(copy);
	assert_int_equal(status, fail[0] != '\0' ? 1 : 0);
	return copy;
}

/* Without what a slow reader of the run itself may not have been told: progress, and so the
 * numbers. malloc'd. */
static char *essence(const char *record)
{
	char *made = calloc(strlen(record) + 1, 1), *to = made;

	assert_non_null(made);
	while (*record != '\0') {
		const char *end = strchr(record, '\n');
		size_t len = end != NULL ? (size_t)(end - record) + 1 : strlen(record);
		const char *seq = memmem(record, len, "\"seq\":", 6);
		const char *rest = seq != NULL ? strchr(seq, ',') : record;

		if (memmem(record, len, "\"type\":\"progress\"", 17) == NULL) {
			memcpy(to, rest, (size_t)(record + len - rest));
			to += record + len - rest;
		}
		record += len;
	}
	return made;
}

static void assert_same(const char *shown, const char *record)
{
	char *one = essence(shown), *other = essence(record);

	assert_non_null(strstr(one, "\"type\":\"result\""));
	assert_string_equal(one, other);
	free(one);
	free(other);
}

static void the_record_comes_back_as_it_was(void **state)
{
	static const char *const fails[] = {"", "pulling_image", "health_check"};
	int status;

	(void)state;
	for (size_t i = 0; i < sizeof(fails) / sizeof(fails[0]); i++) {
		char *record = rehearse("web", fails[i]);

		assert_same(RUN(&status, "replay", "web", "--output", "json"), record);
		assert_int_equal(status, 0);
		assert_same(
			RUN(&status, "replay", "web", "--speed", "50", "--output", "json"), record);
		assert_same(RUN(&status, "watch", "local", "web", "--output", "json"), record);
		assert_int_equal(status, fails[i][0] != '\0' ? 1 : 0);
		free(record);
	}
}

static void one_file_carries_it_all(void **state)
{
	char *record = rehearse("web", "");
	int status;

	(void)state;
	assert_holds(RUN(&status, "history", "--export", "bug.rec", "1"), "bug.rec");
	assert_int_equal(status, 0);
	/* What is there is not overwritten. */
	RUN(&status, "history", "--export", "bug.rec", "1");
	assert_int_equal(status, 1);
	RUN(&status, "history", "--delete", "1");
	assert_same(RUN(&status, "replay", "bug.rec", "--output", "json"), record);
	RUN(&status, "replay", "./bug.rec");
	assert_holds(process.out.text, "nothing is deployed: web");
	tree_text(&tree, "saved.json", record);
	assert_string_equal(RUN(&status, "replay", "saved.json", "--output", "json"), record);
	assert_int_equal(status, 0);
	free(record);
}

static void a_run_and_its_recording_go_together(void **state)
{
	int status;

	(void)state;
	free(rehearse("web", ""));
	RUN(&status, "history", "--delete", "1");
	assert_int_equal(status, 0);
	RUN(&status, "replay", "1");
	assert_int_equal(status, 2);
	assert_int_equal(process_run(WORDS("sh", "-c", "! ls state/berth/logs | grep ."),
				 &(struct process_options){.folder = tree.path}, WAIT_MS, NULL),
		0);
}

static void start_slowly(struct process *writer, const char *name)
{
	start(writer, WORDS("deploy", "--target", "demo", "--name", name, "--env",
			      "DEMO_SECONDS=600", "--env", "DEMO_RATE=50", "--env",
			      "DEMO_LINES=1000000", "--output", "json"));
}

static void read_until(struct process *reader, const char *text)
{
	int64_t until = process_clock_ms() + WAIT_MS;

	while (reader->out.text == NULL || strstr(reader->out.text, text) == NULL) {
		assert_true(process_clock_ms() < until);
		process_read(reader, 100);
	}
}

/* From its first line, live, and to the end that somebody else gives it. */
static void another_process_is_followed(void **state)
{
	struct process writer = {.out.fd = -1, .err.fd = -1};
	struct process watcher = {.out.fd = -1, .err.fd = -1};

	(void)state;
	start_slowly(&writer, "slow");
	read_until(&writer, "(line 20)");
	start(&watcher, WORDS("watch", "local", "slow", "--output", "json"));
	read_until(&watcher, "\"seq\":1,");
	read_until(&writer, "(line 150)");
	read_until(&watcher, "(line 150)");
	assert_int_equal(kill(writer.pid, SIGTERM), 0);
	assert_int_equal(process_wait(&writer, WAIT_MS), 0);
	assert_int_equal(process_wait(&watcher, WAIT_MS), 0);
	assert_int_equal(watcher.status, 130);
	assert_holds(watcher.out.text, "\"outcome\":\"cancelled\"");
	process_release(&writer);
	process_release(&watcher);
}

static void a_writer_that_is_killed_ends_it(void **state)
{
	struct process writer = {.out.fd = -1, .err.fd = -1};
	struct process watcher = {.out.fd = -1, .err.fd = -1};
	int status;

	(void)state;
	start_slowly(&writer, "slow");
	read_until(&writer, "(line 20)");
	start(&watcher, WORDS("watch", "local", "slow"));
	read_until(&watcher, "(line 20)");
	assert_int_equal(kill(writer.pid, SIGKILL), 0);
	assert_int_equal(process_wait(&watcher, WAIT_MS), 0);
	assert_int_equal(watcher.status, 4);
	assert_holds(watcher.out.text, "how the run went on is not known");
	assert_holds(RUN(&status, "replay", "slow"), "how the run went on is not known");
	assert_int_equal(status, 0);
	process_release(&writer);
	process_release(&watcher);
}

static void what_is_none_is_said_in_words(void **state)
{
	int status;

	(void)state;
	tree_text(&tree, "odd.rec", "{\"a\":1}\n");
	tree_text(&tree, "empty.rec", "");
	RUN(&status, "replay", "odd.rec");
	assert_int_equal(status, 2);
	assert_holds(process.err.text, "'odd.rec', line 1: no line of a record");
	RUN(&status, "replay", "empty.rec");
	assert_int_equal(status, 2);
	assert_holds(process.err.text, "'empty.rec' holds no recording");
	RUN(&status, "replay", "./none");
	assert_int_equal(status, 2);
	assert_holds(process.err.text, "No such file");
	RUN(&status, "replay");
	assert_int_equal(status, 2);
	assert_holds(process.err.text, "berth replay ID|FILE");
}

/* --- secrets --- */

/* "s3ntinel" is in each; the base64 forms of the middle of each at its three places. */
static const char *const forbidden[] = {"s3ntinel", "czNudGluZW", "MzbnRpbmVs", "zM250aW5lb"};

static void assert_clean(const char *text)
{
	for (size_t i = 0; i < sizeof(forbidden) / sizeof(forbidden[0]); i++)
		if (text != NULL && strstr(text, forbidden[i]) != NULL)
			fail_msg("'%s' is in it: %s", forbidden[i], strstr(text, forbidden[i]));
}

static void assert_no_file_has_it(void)
{
	for (size_t i = 0; i < sizeof(forbidden) / sizeof(forbidden[0]); i++) {
		char *found = NULL;

		assert_int_equal(
			process_run(WORDS("grep", "-rlae", forbidden[i], "state", "e.rec"),
				&(struct process_options){.folder = tree.path}, WAIT_MS, &found),
			1);
		assert_string_equal(found, "");
		free(found);
	}
}

#define SAID                                                                                       \
	"plain pla1n-s3ntinel, http://me:f1le-s3ntinel@example.com/ and cGxhMW4tczNudGluZWw= "     \
	"and env1ronment-s3ntinel\n"

static void no_secret_is_in_a_recording(void **state)
{
	static const char *const pull[] = {
		"{\"status\":\"Pulling with reg1stry-s3ntinel and cmVnMXN0cnktczNudGluZWw=\"}",
		"{\"status\":\"Status: Downloaded newer image\"}", NULL};
	struct fake_engine *fake = fake_engine_start();
	struct process deploy = {.out.fd = -1, .err.fd = -1};
	const char frames[][12] = {"cut pla1", "n-s3nt", "inel!\n"};
	int status;

	(void)state;
	tree_text(&tree, "vars", "IN_FILE=f1le-s3ntinel\n");
	tree_text(&tree, ".docker/config.json",
		"{\"auths\":{\"https://index.docker.io/v1/\":{\"auth\":"
		"\"bWU6cmVnMXN0cnktczNudGluZWw=\"}}}");
	fake_engine_image(fake, &(struct fake_image){.name = "demo/web:1.0", .pull = pull});
	fake_engine_process(fake,
		&(struct fake_process){.output = SAID, .answer = FAKE_ANSWERS, .status = 503});
	start(&deploy, WORDS("deploy", "--host", fake_engine_host(fake), "--name", "web", "--image",
			       "demo/web:1.0", "--port", "auto:80", "--env", "PLAIN=pla1n-s3ntinel",
			       "--env", "FROM_OUTSIDE", "--env-file", "vars", "--output", "json"));
	read_until(&deploy, "\"message\":\"plain ");
	for (size_t i = 0; i < sizeof(frames) / sizeof(frames[0]); i++)
		fake_engine_frame(fake, "web", frames[i], strlen(frames[i]));
	read_until(&deploy, "\"message\":\"cut ");
	fake_engine_die(fake, "web", 3, false);
	assert_int_equal(process_wait(&deploy, WAIT_MS), 0);
	assert_int_equal(deploy.status, 1);
	/* They got where they belong, or this proves nothing. */
	assert_holds(fake_engine_body(fake, "/containers/create", 1), "f1le-s3ntinel");
	assert_int_equal(fake_engine_stop(fake), 0);

	assert_clean(deploy.out.text);
	assert_clean(RUN(&status, "replay", "web", "--output", "json"));
	assert_clean(RUN(&status, "replay", "web"));
	assert_holds(process.out.text, "\xe2\x80\xa2\xe2\x80\xa2\xe2\x80\xa2");
	RUN(&status, "history", "--export", "e.rec", "web");
	assert_int_equal(status, 0);
	assert_no_file_has_it();
	process_release(&deploy);
}

/* A server that repeats the token it was given. */
static void no_token_is_in_a_recording(void **state)
{
	const struct fx_step steps[] = {{FX_STREAM},
		{FX_EVENT,
			"{\"deployment_id\":\"u1\",\"message\":\"you are env1ronment-s3ntinel or "
			"ZW52MXJvbm1lbnQtczNudGluZWw=\",\"stage\":\"validating\",\"progress\":3,"
			"\"odd\":\"env1ronment-s3ntinel\"}"},
		{FX_EVENT, "{\"deployment_id\":\"u1\",\"message\":\"no env1ronment-s3ntinel\","
			   "\"stage\":\"error\",\"progress\":3,\"result\":{\"success\":false,"
			   "\"message\":\"no env1ronment-s3ntinel\"}}"},
		{FX_DONE}, {FX_END}};
	const struct fx_plan plan = {.answers = {[FX_STREAM_ROUTE] = {steps}}};
	struct fractalic_server server;
	char targets[256];
	int status;

	(void)state;
	fractalic_server_start(&server, &plan);
	snprintf(targets, sizeof(targets),
		"{\"targets\": {\"staging\": {\"kind\": \"fractalic\", \"url\": \"%s\","
		" \"token_env\": \"FROM_OUTSIDE\"}}}",
		peer_url(server.peer));
	tree_text(&tree, "xdg/berth/config.json", targets);
	RUN(&status, "deploy", "--target", "staging", "--name", "hello", "--folder", "/srv/hello",
		"--output", "json");
	fractalic_server_stop(&server);
	assert_holds(process.out.text, "you are \xe2\x80\xa2");
	assert_clean(process.out.text);
	assert_clean(RUN(&status, "replay", "hello", "--output", "json"));
	assert_holds(process.out.text, "you are \xe2\x80\xa2");
	RUN(&status, "history", "--export", "e.rec", "hello");
	assert_int_equal(status, 0);
	assert_no_file_has_it();
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(the_record_comes_back_as_it_was, setup, teardown),
		cmocka_unit_test_setup_teardown(one_file_carries_it_all, setup, teardown),
		cmocka_unit_test_setup_teardown(
			a_run_and_its_recording_go_together, setup, teardown),
		cmocka_unit_test_setup_teardown(another_process_is_followed, setup, teardown),
		cmocka_unit_test_setup_teardown(a_writer_that_is_killed_ends_it, setup, teardown),
		cmocka_unit_test_setup_teardown(what_is_none_is_said_in_words, setup, teardown),
		cmocka_unit_test_setup_teardown(no_secret_is_in_a_recording, setup, teardown),
		cmocka_unit_test_setup_teardown(no_token_is_in_a_recording, setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
