/* The built program, driven as a script would: arguments, signals, streams and exit statuses. */
#include "unit/tree.h"

#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <sys/wait.h>
#include <time.h>

#include <jansson.h>

#include <berth/settings.h>

#define DEADLINE_MS 30000
#define ARGS        24

struct text {
	char *data;
	size_t len;
};

struct child {
	pid_t pid;
	int out, err; /* -1 once closed */
	struct text out_text, err_text;
	int status; /* exit status; 1000 + signal if it was killed */
};

static struct tree tree;

static int setup(void **state)
{
	(void)state;
	tree_init(&tree);
	tree_folder(&tree, "xdg");
	tree_folder(&tree, "source");
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	tree_release(&tree);
	return 0;
}

static int64_t now_ms(void)
{
	struct timespec now;
	clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static void set_folder(const char *name, const char *below)
{
	char path[128];
	snprintf(path, sizeof path, "%s/%s", tree.path, below);
	setenv(name, path, 1);
}

/* NULL: the program itself; else a shell that runs this. */
static const char *shell_script;

static _Noreturn void become(const char *const *args, bool ignore_hangup)
{
	const char *argv[ARGS + 4] = {BERTH_PROGRAM};
	char work[128];
	for (size_t i = 0; i < ARGS && args[i]; i++)
		argv[i + 1] = args[i];
	if (shell_script) {
		argv[0] = "/bin/sh";
		argv[1] = "-c";
		argv[2] = shell_script;
	}
	set_folder("HOME", "");
	set_folder("XDG_CONFIG_HOME", "xdg");
	set_folder("XDG_STATE_HOME", "state");
	setenv("LC_ALL", "C.UTF-8", 1);
	setenv("TERM", "xterm", 1);
	unsetenv("DOCKER_HOST");
	unsetenv("DOCKER_CONTEXT");
	snprintf(work, sizeof work, "%s/source", tree.path);
	signal(SIGHUP, ignore_hangup ? SIG_IGN : SIG_DFL);
	if (chdir(work) == 0)
		execv(argv[0], (char *const *)argv);
	_exit(127);
}

static struct child start_to(const char *const *args, int out, bool ignore_hangup)
{
	struct child child = {.out = -1};
	int outs[2] = {-1, out}, errs[2];
	if (out < 0) {
		assert_int_equal(pipe2(outs, O_CLOEXEC), 0);
		child.out = outs[0];
	}
	assert_int_equal(pipe2(errs, O_CLOEXEC), 0);
	child.pid = fork();
	assert_true(child.pid >= 0);
	if (child.pid == 0) {
		int nothing = open("/dev/null", O_RDONLY | O_CLOEXEC);
		if (dup2(nothing, STDIN_FILENO) < 0 || dup2(outs[1], STDOUT_FILENO) < 0 ||
			dup2(errs[1], STDERR_FILENO) < 0)
			_exit(126);
		become(args, ignore_hangup);
	}
	close(outs[1]);
	close(errs[1]);
	child.err = errs[0];
	return child;
}

static struct child start_shell(const char *script)
{
	shell_script = script;
	struct child child = start_to((const char *const[ARGS + 1]){NULL}, -1, false);
	shell_script = NULL;
	return child;
}

#define START(...) start_to((const char *const[ARGS + 1]){__VA_ARGS__}, -1, false)

static void take(int *fd, struct text *text)
{
	char bytes[65536];
	ssize_t n = read(*fd, bytes, sizeof bytes);
	assert_true(n >= 0);
	if (n == 0) {
		close(*fd);
		*fd = -1;
		return;
	}
	text->data = realloc(text->data, text->len + (size_t)n + 1);
	assert_non_null(text->data);
	memcpy(text->data + text->len, bytes, (size_t)n);
	text->len += (size_t)n;
	text->data[text->len] = '\0';
}

/* Read both streams until `until` is in `where`, or, without it, until both end. Streams that
 * `deaf` says are left alone. */
static void listen_to(struct child *child, const struct text *where, const char *until, bool deaf)
{
	int64_t deadline = now_ms() + DEADLINE_MS;
	while ((child->out >= 0 && !deaf) || child->err >= 0) {
		if (until && where->data && strstr(where->data, until))
			return;
		struct pollfd fds[] = {
			{.fd = deaf ? -1 : child->out, .events = POLLIN},
			{.fd = child->err, .events = POLLIN},
		};
		int64_t left = deadline - now_ms();
		if (left <= 0 || poll(fds, 2, (int)left) == 0) {
			kill(child->pid, SIGKILL);
			fail_msg("no '%s' in time; stdout: %s; stderr: %s", until ? until : "end",
				child->out_text.data ? child->out_text.data : "",
				child->err_text.data ? child->err_text.data : "");
		}
		if (fds[0].revents)
			take(&child->out, &child->out_text);
		if (fds[1].revents)
			take(&child->err, &child->err_text);
	}
	if (until && !(where->data && strstr(where->data, until)))
		fail_msg("no '%s'; stderr: %s", until,
			child->err_text.data ? child->err_text.data : "");
}

/* Both streams have ended, so it is ending too; the suite's own limit catches one that does not. */
static void reap(struct child *child)
{
	int status;
	assert_int_equal(waitpid(child->pid, &status, 0), child->pid);
	child->status = WIFEXITED(status) ? WEXITSTATUS(status) : 1000 + WTERMSIG(status);
	if (!child->out_text.data)
		child->out_text.data = calloc(1, 1);
	if (!child->err_text.data)
		child->err_text.data = calloc(1, 1);
}

static void finish(struct child *child, int status)
{
	listen_to(child, NULL, NULL, false);
	reap(child);
	if (child->status != status)
		fail_msg("exit %d instead of %d; stdout: %s; stderr: %s", child->status, status,
			child->out_text.data, child->err_text.data);
}

static void release(struct child *child)
{
	free(child->out_text.data);
	free(child->err_text.data);
	if (child->out >= 0)
		close(child->out);
	if (child->err >= 0)
		close(child->err);
}

static void assert_contains(const char *text, const char *part)
{
	if (!strstr(text, part))
		fail_msg("'%s' is not in '%s'", part, text);
}

static void assert_lacks(const char *text, const char *part)
{
	if (strstr(text, part))
		fail_msg("'%s' is in '%s'", part, text);
}

/* Check the whole record and return its last event, the result. */
static json_t *check_record(const char *text)
{
	json_t *result = NULL;
	json_int_t seq = 0, progress = 0;
	for (const char *line = text; *line;) {
		const char *end = strchr(line, '\n');
		assert_non_null(end);
		assert_null(result);
		json_error_t error;
		json_t *event = json_loadb(line, (size_t)(end - line), 0, &error);
		if (!event)
			fail_msg("%s in %.*s", error.text, (int)(end - line), line);
		assert_int_equal(json_integer_value(json_object_get(event, "v")), 1);
		assert_int_equal(json_integer_value(json_object_get(event, "seq")), ++seq);
		assert_true(json_string_length(json_object_get(event, "deployment_id")) > 0);
		const json_t *now = json_object_get(event, "progress");
		if (now) {
			assert_true(json_integer_value(now) >= progress);
			progress = json_integer_value(now);
		}
		const char *type = json_string_value(json_object_get(event, "type"));
		assert_non_null(type);
		if (strcmp(type, "result") == 0)
			result = json_incref(event);
		assert_int_equal(result != NULL, strcmp(type, "result") == 0);
		json_decref(event);
		line = end + 1;
	}
	assert_non_null(result);
	return result;
}

static bool succeeded(const json_t *result)
{
	return json_is_true(json_object_get(json_object_get(result, "result"), "success"));
}

static void the_record_is_whole(void **state)
{
	(void)state;
	struct child child = START("deploy", "--target", "demo", "--env", "DEMO_SECONDS=0.2",
		"--env", "DEMO_LINES=3000", "--env", "DEMO_RATE=0", "--output", "json");
	finish(&child, 0);
	json_t *result = check_record(child.out_text.data);
	assert_true(succeeded(result));
	assert_string_equal(child.err_text.data, "");
	json_decref(result);
	release(&child);
}

static void plain_lines_are_plain(void **state)
{
	(void)state;
	struct child child = START("deploy", "--target", "demo", "--env", "DEMO_SECONDS=0.2",
		"--env", "DEMO_LINES=20");
	finish(&child, 0);
	assert_contains(child.out_text.data, "pulling_image");
	assert_contains(child.out_text.data, "\ndeployed after ");
	for (size_t i = 0; i < child.out_text.len; i++) {
		unsigned char byte = (unsigned char)child.out_text.data[i];
		assert_true(byte == '\n' || (byte >= 0x20 && byte != 0x7F));
	}
	assert_string_equal(child.err_text.data, "");
	release(&child);
}

static void a_failure_is_exit_1(void **state)
{
	(void)state;
	static const char *const stages[] = {"validating", "pulling_image", "preparing_files",
		"starting_container", "copying_files", "health_check"};
	for (size_t i = 0; i < sizeof stages / sizeof *stages; i++) {
		char fail[64];
		snprintf(fail, sizeof fail, "DEMO_FAIL=%s", stages[i]);
		struct child child = START("deploy", "--target", "demo", "--env",
			"DEMO_SECONDS=0.1", "--env", fail, "--output=json");
		/* While the request is looked at nothing was touched. */
		finish(&child, i == 0 ? 2 : 1);
		json_t *result = check_record(child.out_text.data);
		const json_t *error = json_object_get(result, "error");
		assert_false(succeeded(result));
		assert_string_equal(json_string_value(json_object_get(error, "stage")), stages[i]);
		json_decref(result);
		release(&child);
	}
	struct child child = START("deploy", "--target", "demo", "--env", "DEMO_SECONDS=0.1",
		"--env", "DEMO_FAIL=health_check");
	finish(&child, 1);
	assert_contains(child.out_text.data, "\nfailed after ");
	assert_contains(child.out_text.data, "  in        health_check\n");
	release(&child);
}

static void a_wrong_request_is_exit_2_and_says_nothing(void **state)
{
	(void)state;
	static const struct {
		const char *args[8];
		const char *part;
	} cases[] = {
		{{"deploy", "--build", "--name", "app"}, "build needs what is built"},
		{{"deploy", "--build", "--folder", "/tmp", "--name", "app", "--image", "web:1"},
			"image 'web:1' and build exclude each other"},
		{{"deploy", "--target", "demo", "--port", "8080", "--output", "json"},
			"'8080:8080' or 'auto:8080'"},
		{{"deploy", "--output", "json"}, "an image is needed"},
		{{"deploy", "--image", "nginx", "--folder", "nowhere"}, "does not exist"},
		{{"deploy", "--target", "prod"}, "target 'prod' is not one of"},
		{{"deploy", "--preset", "genric"}, "did you mean 'generic'?"},
		{{"deploy", "--prot"}, "did you mean '--port'?"},
		{{"deploy", "--env", "DEMO_SECONDS"}, "has no '='"},
		{{"deply"}, "did you mean 'deploy'?"},
		{{"replay", "101"}, "berth: there is no run '101': none is recorded"},
		{{"watch"}, "berth watch TARGET ID"},
		{{"watch", "mist", "101"}, "target 'mist' is not one of"},
		{{"watch", "demo", "101"}, "there is no run"},
		{{"completion", "tcsh"}, "no completion for 'tcsh'"},
		{{"help", "dmo"}, "did you mean 'demo'?"},
		{{NULL}, "'berth deploy' works without one"},
	};
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		const char *args[ARGS + 1] = {0};
		for (size_t j = 0; j < 8; j++)
			args[j] = cases[i].args[j];
		struct child child = start_to(args, -1, false);
		finish(&child, 2);
		assert_string_equal(child.out_text.data, "");
		assert_contains(child.err_text.data, cases[i].part);
		assert_int_equal(strncmp(child.err_text.data, "berth: ", 7), 0);
		release(&child);
	}
}

static void a_wrong_file_is_exit_2(void **state)
{
	(void)state;
	tree_text(&tree, "source/berth.json", "{\n  \"prot\": []\n}\n");
	struct child child = START("deploy", "--target", "demo");
	finish(&child, 2);
	assert_string_equal(child.out_text.data, "");
	assert_contains(child.err_text.data, "/source/berth.json:2:3: unknown key 'prot'");
	release(&child);

	/* Half a configuration is none, also where there is no screen. */
	tree_text(&tree, "source/berth.json", "{}");
	tree_text(&tree, "xdg/berth/config.json", "{\"keys\": {\"deplyo\": \"F9\"}}");
	child = START("deploy", "--target", "demo");
	finish(&child, 2);
	assert_string_equal(child.out_text.data, "");
	assert_contains(child.err_text.data, "1:11: unknown action 'deplyo'");
	assert_contains(child.err_text.data, "did you mean 'deploy'?");
	release(&child);
	child = START("doctor", "--target", "demo");
	finish(&child, 2);
	assert_contains(child.out_text.data, "fail  configuration");
	assert_contains(child.out_text.data, "did you mean 'deploy'?");
	release(&child);
}

static void a_dead_socket_is_exit_3(void **state)
{
	(void)state;
	struct child child = START("deploy", "--image", "nginx", "--name", "web", "--host",
		"unix:///nonexistent.sock", "--output", "json");
	finish(&child, 3);
	json_t *result = check_record(child.out_text.data);
	assert_false(succeeded(result));
	json_decref(result);
	release(&child);
}

static void a_signal_cancels(void **state)
{
	(void)state;
	static const int signals[] = {SIGINT, SIGTERM};
	for (size_t i = 0; i < sizeof signals / sizeof *signals; i++) {
		struct child child = START("deploy", "--target", "demo", "--env",
			"DEMO_SECONDS=600", "--output", "json");
		listen_to(&child, &child.out_text, "\n", false);
		assert_int_equal(kill(child.pid, signals[i]), 0);
		finish(&child, 130);
		json_t *result = check_record(child.out_text.data);
		assert_false(succeeded(result));
		assert_contains(child.err_text.data, "cancelling");
		json_decref(result);
		release(&child);
	}
}

static void a_hang_up_does_not_cancel(void **state)
{
	(void)state;
	struct child child = START(
		"deploy", "--target", "demo", "--env", "DEMO_SECONDS=0.5", "--output", "json");
	listen_to(&child, &child.out_text, "\n", false);
	assert_int_equal(kill(child.pid, SIGHUP), 0);
	assert_int_equal(kill(child.pid, SIGHUP), 0);
	finish(&child, 0);
	json_t *result = check_record(child.out_text.data);
	assert_true(succeeded(result));
	json_decref(result);
	release(&child);
}

static void what_was_ignored_stays_ignored(void **state)
{
	(void)state;
	struct child child = start_to((const char *const[ARGS + 1]){"deploy", "--target", "demo",
					      "--env", "DEMO_SECONDS=0.5"},
		-1, true);
	listen_to(&child, &child.out_text, "\n", false);
	assert_int_equal(kill(child.pid, SIGHUP), 0);
	finish(&child, 0);
	release(&child);
}

/* Nobody reads the events, so the result can't be seen; that must not make it deaf. */
static void a_second_signal_stops_at_once(void **state)
{
	(void)state;
	struct child child = START("deploy", "--target", "demo", "--env", "DEMO_SECONDS=600",
		"--env", "DEMO_LINES=1000000", "--env", "DEMO_RATE=0", "--output", "json");
	struct pollfd begun = {.fd = child.out, .events = POLLIN};
	assert_int_equal(poll(&begun, 1, DEADLINE_MS), 1);
	assert_int_equal(kill(child.pid, SIGINT), 0);
	listen_to(&child, &child.err_text, "cancelling", true);
	assert_int_equal(kill(child.pid, SIGINT), 0);
	finish(&child, 4);
	assert_contains(child.err_text.data, "stopped at once");
	release(&child);
}

static void a_reader_that_leaves_changes_nothing(void **state)
{
	(void)state;
	static const char *const fails[] = {"DEMO_SEED=1", "DEMO_FAIL=health_check"};
	static const char *const outputs[] = {"--output=json", "--output=plain"};
	for (int i = 0; i < 4; i++) {
		struct child child = START("deploy", "--target", "demo", "--env",
			"DEMO_SECONDS=0.3", "--env", "DEMO_LINES=2000", "--env", fails[i % 2],
			outputs[i / 2]);
		listen_to(&child, &child.out_text, "\n", false);
		close(child.out);
		child.out = -1;
		finish(&child, i % 2);
		assert_string_equal(child.err_text.data, "");
		release(&child);
	}
}

static void a_full_disk_is_told(void **state)
{
	(void)state;
	int full = open("/dev/full", O_WRONLY | O_CLOEXEC);
	if (full < 0)
		skip();
	struct child child = start_to((const char *const[ARGS + 1]){"deploy", "--target", "demo",
					      "--env", "DEMO_SECONDS=0.1"},
		full, false);
	finish(&child, 0);
	assert_contains(child.err_text.data, "the events could not all be written: No space");
	release(&child);
}

static void secrets_are_in_no_output(void **state)
{
	(void)state;
	static const char *const ways[] = {"--output=json", "--output=plain", "--explain"};
	tree_text(&tree, "source/secret.env", "FROM_FILE=hunter3-secret-file\n");
	for (size_t i = 0; i < 3; i++) {
		struct child child = START("deploy", "--target", "demo", "--env",
			"TOKEN=hunter2-secret-value", "--env-file", "secret.env", "--env",
			"DEMO_SECONDS=0.1", ways[i]);
		finish(&child, 0);
		const char *const texts[] = {child.out_text.data, child.err_text.data};
		for (size_t j = 0; j < 2; j++) {
			assert_lacks(texts[j], "hunter");
			assert_lacks(texts[j], "aHVudGVy"); /* base64 of "hunter" */
		}
		release(&child);
	}
	struct child child = START(
		"deploy", "--target", "demo", "--env", "TOKEN=one", "hunter2-secret-value");
	finish(&child, 2);
	assert_lacks(child.err_text.data, "hunter");
	release(&child);
}

static void explain_tells_and_does_nothing(void **state)
{
	(void)state;
	tree_text(&tree, "source/berth.json", "{\"image\": \"from/file:1\"}");
	struct child child = START("deploy", "--explain", "--port", "8080:80", "--env", "A=b");
	finish(&child, 0);
	assert_contains(child.out_text.data, "from/file:1");
	assert_contains(child.out_text.data, "/source/berth.json\n");
	assert_contains(child.out_text.data, "option --port\n");
	assert_contains(child.out_text.data, "A=\u2022\u2022\u2022");
	assert_string_equal(child.err_text.data, "");
	release(&child);
}

/* Without a terminal nobody can type the name; what a file says is no confirmation. */
static void a_protected_target_wants_to_be_confirmed(void **state)
{
	(void)state;
	tree_text(&tree, "xdg/berth/config.json",
		"{\"targets\": {\"prod\": {\"kind\": \"docker\", \"protected\": true, "
		"\"host\": \"unix:///nonexistent/docker.sock\"}}, \"yes\": true}");
	struct child child = START("deploy", "--target", "prod", "--image", "nginx");
	finish(&child, 2);
	assert_contains(child.err_text.data, "target 'prod' is protected");
	assert_contains(child.err_text.data, "--yes");
	assert_string_equal(child.out_text.data, "");
	release(&child);
	/* Confirmed, it goes as far as there is an engine. */
	child = START("deploy", "--target", "prod", "--image", "nginx", "--yes");
	finish(&child, 3);
	release(&child);
}

/* What the form shows as a command line, given to a shell, says the same as the form. */
static void the_command_line_means_the_same_in_a_shell(void **state)
{
	static const struct {
		enum berth_field_id field;
		const char *value;
	} values[] = {{BERTH_FIELD_TARGET, "local"}, {BERTH_FIELD_NAME, "web"},
		{BERTH_FIELD_IMAGE,
			"registry:5000/a/b@sha256:"
			"5555555555555555555555555555555555555555555555555555555555555555"},
		{BERTH_FIELD_CONTAINER, "web-{name}"}, {BERTH_FIELD_PORT, "admin=auto:9000/udp"},
		{BERTH_FIELD_PORT, ":5859"}, {BERTH_FIELD_ENV, "TOKEN=it's $HOME `id`"},
		{BERTH_FIELD_ENV, "EMPTY="}, {BERTH_FIELD_HEALTH, "admin=/a?b=c'd'&e"},
		{BERTH_FIELD_INCLUDE, "*"}, {BERTH_FIELD_EXCLUDE, "it's \"quoted\" --folder"},
		{BERTH_FIELD_EXCLUDE, "-x"}, {BERTH_FIELD_EXCLUDE, "back\\slash;|&<>()"},
		{BERTH_FIELD_DEST, "/srv/two words"}, {BERTH_FIELD_PULL, "never"},
		{BERTH_FIELD_TIMEOUT, "90"}, {BERTH_FIELD_NO_ROLLBACK, "true"}};
	struct berth_settings *settings = berth_settings_new();
	struct berth_error err = {0};
	char script[4096], path[160];
	(void)state;
	for (size_t i = 0; i < sizeof values / sizeof *values; i++)
		if (berth_settings_add(settings, values[i].field, values[i].value, &err) != 0)
			fail_msg("%s", err.message);
	snprintf(path, sizeof path, "%s/xdg", tree.path);
	setenv("XDG_CONFIG_HOME", path, 1);
	snprintf(path, sizeof path, "%s/source", tree.path);
	assert_int_equal(chdir(path), 0);
	assert_int_equal(berth_settings_load(settings, NULL), 0);
	for (int lines = 0; lines < 2; lines++) {
		char *line = berth_settings_command_line(settings, lines ? " \\\n  " : " ");
		char *expected = berth_settings_explain(settings);
		assert_non_null(line);
		assert_lacks(line, "it's $HOME");
		snprintf(script, sizeof script,
			"berth() { '%s' \"$@\" --explain; }\n"
			"export TOKEN=x EMPTY=\n%s\n",
			BERTH_PROGRAM, line);
		struct child child = start_shell(script);
		finish(&child, 0);
		assert_string_equal(child.out_text.data, expected);
		release(&child);
		free(expected);
		free(line);
	}
	berth_settings_free(settings);
	assert_int_equal(chdir("/"), 0);
}

static void a_profile_is_an_option(void **state)
{
	(void)state;
	tree_text(&tree, "xdg/berth/profiles/quick.json",
		"{\"target\": \"demo\", \"name\": \"from-profile\", "
		"\"env\": {\"DEMO_SECONDS\": \"0.1\"}}");
	struct child child = START("deploy", "--profile", "quick");
	finish(&child, 0);
	release(&child);
	child = START("deploy", "--profile", "quick", "--explain");
	finish(&child, 0);
	assert_contains(child.out_text.data, "profile 'quick' (");
	assert_contains(child.out_text.data, "from-profile");
	release(&child);
	child = START("deploy", "--profile", "quack");
	finish(&child, 2);
	assert_contains(child.err_text.data, "did you mean 'quick'?");
	release(&child);
}

static void help_is_there(void **state)
{
	(void)state;
	static const struct {
		const char *args[3];
		const char *part;
	} cases[] = {
		{{"--version"}, "berth "},
		{{"--help"}, "berth deploy"},
		{{"deploy", "--help"}, "--config-file FILE[:DEST,...]"},
		{{"help", "deploy"}, "  130  cancelled"},
		{{"help", "demo"}, "DEMO_STALL=STAGE:SECONDS"},
		{{"help", "keys"}, "F5, Ctrl-G"},
		{{"completion", "bash"}, "complete -F _berth berth"},
		{{"completion", "zsh"}, "#compdef berth"},
		{{"completion", "fish"}, "complete -c berth"},
	};
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		const char *args[ARGS + 1] = {0};
		for (size_t j = 0; j < 3; j++)
			args[j] = cases[i].args[j];
		struct child child = start_to(args, -1, false);
		finish(&child, 0);
		assert_contains(child.out_text.data, cases[i].part);
		assert_string_equal(child.err_text.data, "");
		release(&child);
	}
}

static void the_doctor_finds_what_is_wrong(void **state)
{
	(void)state;
	struct child child = START("doctor", "--host", "unix:///nonexistent.sock");
	finish(&child, 3);
	assert_contains(child.out_text.data, "ok    configuration");
	assert_contains(child.out_text.data, "fail  endpoint");
	assert_contains(child.out_text.data, "ok    temporary");
	assert_string_equal(child.err_text.data, "");
	release(&child);

	child = START("doctor", "--target", "demo");
	finish(&child, 0);
	assert_lacks(child.out_text.data, "fail");
	release(&child);

	tree_text(&tree, "xdg/berth/config.json", "{\"targest\": {}}");
	child = START("doctor");
	finish(&child, 2);
	assert_contains(child.out_text.data, "fail  configuration");
	assert_contains(child.out_text.data, "did you mean 'targets'?");
	release(&child);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(the_record_is_whole),
		TEST(plain_lines_are_plain),
		TEST(a_failure_is_exit_1),
		TEST(a_wrong_request_is_exit_2_and_says_nothing),
		TEST(a_wrong_file_is_exit_2),
		TEST(a_dead_socket_is_exit_3),
		TEST(a_signal_cancels),
		TEST(a_hang_up_does_not_cancel),
		TEST(what_was_ignored_stays_ignored),
		TEST(a_second_signal_stops_at_once),
		TEST(a_reader_that_leaves_changes_nothing),
		TEST(a_full_disk_is_told),
		TEST(secrets_are_in_no_output),
		TEST(explain_tells_and_does_nothing),
		TEST(a_protected_target_wants_to_be_confirmed),
		TEST(the_command_line_means_the_same_in_a_shell),
		TEST(a_profile_is_an_option),
		TEST(help_is_there),
		TEST(the_doctor_finds_what_is_wrong),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
