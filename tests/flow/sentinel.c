/*
 * One secret, given in every way that a secret can be given, looked for in everything berth leaves
 * behind or shows while it runs: output, logs, history, trace, recall, hooks, the command lines and
 * environments of its children, the screen, a core dump.
 */
#include "unit/tree.h"

#include <dirent.h>
#include <signal.h>
#include <stdbool.h>
#include <sys/resource.h>

#include <jansson.h>

#include "support/fake_engine.h"
#include "support/http_peer.h"
#include "support/process.h"
#include "support/run_berth.h"
#include "support/sentinel.h"

struct scene {
	struct tree tree;
	char home[80], state[96], config[96], host[160];
	struct fake_engine *fake;
	struct peer *peer;
	struct run run;
	bool ran;
};

static int setup(void **state)
{
	struct scene *s = calloc(1, sizeof(*s));

	assert_non_null(s);
	tree_init(&s->tree);
	snprintf(s->home, sizeof(s->home), "HOME=%s", s->tree.path);
	snprintf(s->state, sizeof(s->state), "XDG_STATE_HOME=%s/state", s->tree.path);
	snprintf(s->config, sizeof(s->config), "XDG_CONFIG_HOME=%s/xdg", s->tree.path);
	*state = s;
	return 0;
}

static int teardown(void **state)
{
	struct scene *s = *state;

	if (s->ran)
		run_release(&s->run);
	if (s->fake != NULL)
		assert_int_equal(fake_engine_stop(s->fake), 0);
	assert_int_equal(peer_free(s->peer), 0);
	tree_release(&s->tree);
	free(s);
	return 0;
}

static void look_at_output(struct scene *s)
{
	assert_false(holds_it(s->run.process.out.text, s->run.process.out.len));
	if (s->run.process.err.text != NULL)
		assert_false(holds_it(s->run.process.err.text, s->run.process.err.len));
}

/* --- the ways --- */

static void run_on_engine(
	struct scene *s, const char *way, const char *const options[], const char *const more_env[])
{
	const char *env[16] = {s->home, s->state, s->config, s->host, way};
	const char *words[32] = {"--name", "web", "--image", "demo/web:1.0"};
	char trace[128];
	size_t count = 4, variables = way != NULL ? 5 : 4;

	snprintf(trace, sizeof(trace), "%s/trace", s->tree.path);
	words[count++] = "--trace";
	words[count++] = trace;
	for (; *options != NULL; options++)
		words[count++] = *options;
	for (; more_env != NULL && *more_env != NULL; more_env++)
		env[variables++] = *more_env;
	s->ran = true;
	run_start(&s->run, env, s->tree.path, words);
}

/* Whose process says it, as itself and as base64. */
static void start_engine(struct scene *s)
{
	static const struct fake_image image = {.name = "demo/web:1.0", .present = true};

	s->fake = fake_engine_start();
	fake_engine_image(s->fake, &image);
	fake_engine_process(s->fake,
		&(struct fake_process){.output = "the password is " SECRET "\n"
						 "postgres://app:" SECRET "@db/app\n"
						 "Basic c2VudGluZWwtN2YzYTljLWRvLW5vdC10ZWxs\n"
						 "Basic eDpzZW50aW5lbC03ZjNhOWMtZG8tbm90LXRlbGw=\n",
			.exits = true,
			.exit_code = 1});
	snprintf(s->host, sizeof(s->host), "DOCKER_HOST=%s", fake_engine_host(s->fake));
	tree_text(&s->tree, "xdg/berth/config.json",
		"{\"hooks\": {\"on_failure\": [[\"sh\", \"-c\", \"env > hook.env; cat > "
		"hook.in; cat /proc/$PPID/cmdline > hook.parent\"]]}}");
}

/* It failed, as its process ended, and said so everywhere. */
static void finish_on_engine(struct scene *s)
{
	const char *body;

	assert_int_equal(run_finish(&s->run, RUN_MS), 1);
	body = fake_engine_body(s->fake, "/containers/create", 1);
	assert_non_null(body);
	/* The engine has it, or this proves nothing. */
	assert_non_null(strstr(body, SECRET));
	look_at_output(s);
	/* Log, history, trace and what the hook wrote. */
	look_at_files(s->tree.path, 5);
}

static void as_an_option(void **state)
{
	struct scene *s = *state;

	start_engine(s);
	run_on_engine(s, NULL, WORDS("--env", "PASSWORD=" SECRET), NULL);
	finish_on_engine(s);
}

static void as_an_option_in_one_word(void **state)
{
	struct scene *s = *state;

	start_engine(s);
	run_on_engine(s, NULL,
		WORDS("--env=URL=postgres://app:" SECRET "@db/app", "--env", "PASSWORD=" SECRET),
		NULL);
	finish_on_engine(s);
}

static void as_a_file_of_variables(void **state)
{
	struct scene *s = *state;

	start_engine(s);
	tree_text(&s->tree, "given.env", "PASSWORD=" SECRET "\n");
	run_on_engine(s, NULL, WORDS("--env-file", "given.env"), NULL);
	finish_on_engine(s);
}

static void in_the_environment(void **state)
{
	struct scene *s = *state;

	start_engine(s);
	run_on_engine(s, "BERTH_ENV=PASSWORD=" SECRET, WORDS(NULL), NULL);
	finish_on_engine(s);
}

static void by_name_from_the_environment(void **state)
{
	struct scene *s = *state;

	start_engine(s);
	run_on_engine(s, NULL, WORDS("--env", "PASSWORD"), WORDS("PASSWORD=" SECRET));
	finish_on_engine(s);
}

static void in_the_project_file(void **state)
{
	struct scene *s = *state;

	start_engine(s);
	tree_text(&s->tree, "source/berth.json", "{\"env\": {\"PASSWORD\": \"" SECRET "\"}}");
	run_on_engine(s, NULL, WORDS("--folder", "source"), NULL);
	finish_on_engine(s);
}

static void in_a_profile(void **state)
{
	struct scene *s = *state;

	start_engine(s);
	tree_text(&s->tree, "xdg/berth/profiles/mine.json",
		"{\"env\": {\"PASSWORD\": \"" SECRET "\"}}");
	run_on_engine(s, NULL, WORDS("--profile", "mine"), NULL);
	finish_on_engine(s);
}

/* --- a server, its credentials and the key of a webhook --- */

static int answer(void *context, struct peer_request *request, struct peer_conn *conn)
{
	char value[256] = "";

	(void)context;
	if (strcmp(request->target, "/hook") == 0)
		return peer_reply(conn, 204, NULL, NULL, 0);
	peer_request_header(request, "authorization", value, sizeof(value));
	/* A server that shows what it was given. */
	return peer_sendf(conn,
		"HTTP/1.1 403 Forbidden\r\nContent-Type: text/plain\r\n"
		"Content-Length: %zu\r\n\r\nnot with %s",
		strlen(value) + strlen("not with "), value);
}

static void enter_server(struct scene *s, const char *credentials)
{
	const char *env[] = {
		s->home, s->state, s->config, "ENTRY=" SECRET, "HOOK_KEY=" SECRET, NULL};
	char config[1024], trace[128];

	s->peer = peer_start(&(struct peer_options){.tcp = true, .handler = answer});
	assert_non_null(s->peer);
	snprintf(config, sizeof(config),
		"{\"targets\": {\"srv\": {\"kind\": \"fractalic\", \"url\": \"%s\", %s}},"
		"\"hooks\": {\"webhook\": \"%s/hook\", \"webhook_key_env\": \"HOOK_KEY\","
		"\"on_failure\": [[\"sh\", \"-c\", \"env > hook.env; cat > hook.in\"]]}}",
		peer_url(s->peer), credentials, peer_url(s->peer));
	tree_text(&s->tree, "xdg/berth/config.json", config);
	tree_mode(&s->tree, "xdg/berth/config.json", 0600);
	tree_text(&s->tree, "password", SECRET "\n");
	snprintf(trace, sizeof(trace), "%s/trace", s->tree.path);
	s->ran = true;
	run_start(&s->run, env, s->tree.path,
		WORDS("--target", "srv", "--name", "web", "--folder", "/srv/web", "--trace",
			trace));
	assert_int_equal(run_finish(&s->run, RUN_MS), 3);
	/* Server and webhook were asked, one of them with it. */
	assert_true(peer_request_count(s->peer) >= 2);
	look_at_output(s);
	look_at_files(s->tree.path, 5);
}

static void as_a_token(void **state)
{
	enter_server(*state, "\"token_env\": \"ENTRY\"");
}

static void as_a_token_written_out(void **state)
{
	enter_server(*state, "\"token\": \"" SECRET "\"");
}

static void as_a_password_in_a_file(void **state)
{
	struct scene *s = *state;
	char credentials[256];

	snprintf(credentials, sizeof(credentials),
		"\"user\": \"ops\", \"password_file\": \"%s/password\"", s->tree.path);
	enter_server(s, credentials);
}

static void as_a_password_of_a_command(void **state)
{
	struct scene *s = *state;
	char credentials[256];

	snprintf(credentials, sizeof(credentials),
		"\"user\": \"ops\", \"password_cmd\": [\"cat\", \"%s/password\"]", s->tree.path);
	enter_server(s, credentials);
}

/* --- while it runs --- */

static bool says_live(const char *path, const char *what)
{
	char file[160];

	snprintf(file, sizeof(file), "%s/%s", path, what);
	bytes = malloc(SENTINEL_FILE_MAX);
	assert_non_null(bytes);
	size_t len = read_whole(file, bytes);
	bool says = holds_it(bytes, len);
	free(bytes);
	bytes = NULL;
	return says;
}

static void start_rehearsal(struct scene *s)
{
	const char *env[] = {s->home, s->state, s->config, "BERTH_ENV_FILE=given.env", NULL};

	tree_text(&s->tree, "given.env", "DEMO_SECONDS=600\n");
	s->ran = true;
	run_start(&s->run, env, s->tree.path,
		WORDS("--target", "demo", "--name", "web", "--env", "PASSWORD=" SECRET,
			"--env=URL=https://x:" SECRET "@y/z"));
	run_until_stage(&s->run, "validating");
}

static void nobody_reads_it_from_the_process_list(void **state)
{
	struct scene *s = *state;
	char process[64];

	start_rehearsal(s);
	snprintf(process, sizeof(process), "/proc/%d", (int)s->run.process.pid);
	assert_false(says_live(process, "cmdline"));
	run_signal(&s->run, SIGINT);
	assert_int_equal(run_finish(&s->run, RUN_MS), 130);
}

/* What a child of it is told: the hook of its start is one, and so is a password_cmd. */
static void no_child_inherits_it(void **state)
{
	struct scene *s = *state;
	const char *env[] = {s->home, s->state, s->config,
		"BERTH_ENV=DEMO_SECONDS=0.1\nPASSWORD=" SECRET, "COPY=" SECRET, NULL};

	tree_text(&s->tree, "xdg/berth/config.json",
		"{\"hooks\": {\"on_start\": [[\"sh\", \"-c\", \"cat /proc/self/environ "
		"/proc/self/cmdline > child\"]]}}");
	s->ran = true;
	run_start(&s->run, env, s->tree.path, WORDS("--target", "demo", "--name", "web"));
	assert_int_equal(run_finish(&s->run, RUN_MS), 0);
	look_at_files(s->tree.path, 3);
	assert_false(says_live(s->tree.path, "child"));
}

static bool a_core_is_there(const struct scene *s)
{
	DIR *folder = opendir(s->tree.path);
	bool found = false;

	assert_non_null(folder);
	for (struct dirent *entry; (entry = readdir(folder)) != NULL;)
		found = found || strncmp(entry->d_name, "core", 4) == 0;
	closedir(folder);
	return found;
}

/* A program that nobody hushed leaves one behind, where the system makes them at all. */
static bool cores_are_made(struct scene *s)
{
	struct process process = {0};

	assert_int_equal(process_start(&process, WORDS("sh", "-c", "kill -QUIT $$"),
				 &(struct process_options){.folder = s->tree.path}),
		0);
	assert_int_equal(process_wait(&process, RUN_MS), 0);
	process_release(&process);
	return a_core_is_there(s);
}

static void remove_cores(const struct scene *s)
{
	assert_int_equal(process_run(WORDS("sh", "-c", "rm -f core core.*"),
				 &(struct process_options){.folder = s->tree.path}, RUN_MS, NULL),
		0);
}

static void no_core_is_dumped(void **state)
{
	struct scene *s = *state;
	const char *env[] = {
		s->home, s->state, s->config, "ASAN_OPTIONS=exitcode=99:disable_coredump=0", NULL};
	struct rlimit all = {RLIM_INFINITY, RLIM_INFINITY};

	if (setrlimit(RLIMIT_CORE, &all) != 0 || !cores_are_made(s))
		skip();
	remove_cores(s);
	s->ran = true;
	run_start(&s->run, env, s->tree.path,
		WORDS("--target", "demo", "--name", "web", "--env", "DEMO_SECONDS=600"));
	run_until_stage(&s->run, "validating");
	run_signal(&s->run, SIGQUIT);
	assert_int_equal(process_wait(&s->run.process, RUN_MS), 0);
	assert_int_equal(s->run.process.status, 128 + SIGQUIT);
	assert_false(a_core_is_there(s));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(as_an_option),
		TEST(as_an_option_in_one_word),
		TEST(as_a_file_of_variables),
		TEST(in_the_environment),
		TEST(by_name_from_the_environment),
		TEST(in_the_project_file),
		TEST(in_a_profile),
		TEST(as_a_token),
		TEST(as_a_token_written_out),
		TEST(as_a_password_in_a_file),
		TEST(as_a_password_of_a_command),
		TEST(nobody_reads_it_from_the_process_list),
		TEST(no_child_inherits_it),
		TEST(no_core_is_dumped),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
