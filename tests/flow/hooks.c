/* Who is told of a deployment: commands and a webhook, as a script sees them. */
#include "unit/tree.h"

#include <signal.h>
#include <unistd.h>

#include <jansson.h>

#include "support/http_peer.h"
#include "support/process.h"
#include "support/run_berth.h"

enum { WRITTEN_MAX = 256 * 1024 };

struct scene {
	struct tree tree;
	char home[80], state[96], config[96];
	struct run run;
	struct peer *peer;
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
	peer_free(s->peer);
	tree_release(&s->tree);
	free(s);
	return 0;
}

static void configure(struct scene *s, const char *text)
{
	tree_text(&s->tree, "xdg/berth/config.json", text);
}

static void start(struct scene *s, const char *const options[])
{
	const char *env[] = {s->home, s->state, s->config, "HOOK_KEY=the-key-of-the-hook",
		"SAFE=plain words", "STOLEN=prefix-hunter2hunter2", "BERTH_HEALTH=none", NULL};

	s->ran = true;
	run_start(&s->run, env, s->tree.path, options);
}

#define REHEARSE(s, ...)                                                                           \
	start(s, WORDS("--target", "demo", "--name", "web", "--env", "DEMO_LINES=5", "--env",      \
			 "TOKEN=hunter2hunter2", "--env", __VA_ARGS__))

/* What a hook wrote into a file of the folder. */
static char *written(struct scene *s, const char *name)
{
	char path[128], *text = calloc(1, WRITTEN_MAX);
	FILE *file;

	snprintf(path, sizeof(path), "%s/%s", s->tree.path, name);
	file = fopen(path, "r");
	assert_non_null(file);
	assert_non_null(text);
	assert_true(fread(text, 1, WRITTEN_MAX - 1, file) > 0);
	fclose(file);
	return text;
}

static bool is_there(const struct scene *s, const char *name)
{
	char path[128];

	snprintf(path, sizeof(path), "%s/%s", s->tree.path, name);
	return access(path, F_OK) == 0;
}

/* The log of the newest run, by `berth history`. */
static char *log_of(struct scene *s)
{
	const char *env[] = {s->home, s->state, s->config, NULL};
	char *out = NULL;

	assert_int_equal(process_run(WORDS(BERTH_PROGRAM, "history", "web"),
				 &(struct process_options){.env = env}, RUN_MS, &out),
		0);
	return out;
}

/* Busy at first. */
static void start_receiver(struct scene *s)
{
	static const char busy[] = "HTTP/1.1 503 Busy\r\nContent-Length: 0\r\n\r\n";
	static const char taken[] = "HTTP/1.1 204 Taken\r\n\r\n";
	static const struct peer_exchange script[] = {
		{.steps = {{PEER_SEND, busy}}}, {.steps = {{PEER_SEND, taken}}}};

	s->peer = peer_start(
		&(struct peer_options){.tcp = true, .script = script, .script_len = 2});
	assert_non_null(s->peer);
}

static void a_success_is_told(void **state)
{
	struct scene *s = *state;
	char config[512], *env, *document;
	json_t *event;

	start_receiver(s);
	snprintf(config, sizeof(config),
		"{\"hooks\": {"
		"\"on_start\": [[\"sh\", \"-c\", \"env > begun\"]],"
		"\"on_success\": [[\"sh\", \"-c\", \"env > env; cat > document\"],"
		"[\"echo\", \"a $HOME; that is no shell's\"]],"
		"\"on_failure\": [[\"touch\", \"failed\"]],"
		"\"webhook\": \"%s/x\", \"webhook_key_env\": \"HOOK_KEY\"}}",
		peer_url(s->peer));
	configure(s, config);
	REHEARSE(s, "DEMO_SECONDS=0.1");
	assert_int_equal(run_finish(&s->run, RUN_MS), 0);
	env = written(s, "env");
	assert_holds(env, "BERTH_HOOK=on_success\n");
	assert_holds(env, "BERTH_NAME=web\n");
	assert_holds(env, "BERTH_TARGET=demo\n");
	assert_holds(env, "BERTH_RESULT=deployed\n");
	assert_holds(env, "BERTH_DEPLOYMENT_ID=");
	assert_holds(env, "SAFE=plain words\n");
	assert_null(strstr(env, "hunter2"));
	assert_null(strstr(env, "the-key-of-the-hook"));
	assert_null(strstr(env, "BERTH_HEALTH"));
	free(env);
	document = written(s, "document");
	event = json_loads(document, 0, NULL);
	assert_non_null(event);
	assert_string_equal(json_string_value(json_object_get(event, "type")), "result");
	assert_string_equal(json_string_value(json_object_get(event, "name")), "web");
	assert_string_equal(json_string_value(json_object_get(event, "moment")), "on_success");
	assert_true(json_is_true(json_object_get(json_object_get(event, "result"), "success")));
	json_decref(event);
	free(document);
	env = written(s, "begun");
	assert_holds(env, "BERTH_HOOK=on_start\n");
	free(env);
	env = log_of(s);
	assert_holds(env, "a $HOME; that is no shell's");
	free(env);
	assert_false(is_there(s, "failed"));
}

static void a_hook_changes_nothing(void **state)
{
	struct scene *s = *state;
	char *log;

	configure(s, "{\"hooks\": {\"timeout\": 1, \"on_success\": [[\"sh\", \"-c\", \"exit 7\"],"
		     "[\"no-such-program-here\"], [\"sleep\", \"600\"],"
		     "[\"echo\", \"and the last one\"]]}}");
	REHEARSE(s, "DEMO_SECONDS=0.1");
	assert_int_equal(process_wait(&s->run.process, RUN_MS), 0);
	assert_int_equal(s->run.process.status, 0);
	assert_holds(s->run.process.err.text, "hook on_success: 'sh' ended with 7");
	assert_holds(s->run.process.err.text, "cannot run 'no-such-program-here'");
	assert_holds(s->run.process.err.text, "'sleep' did not end within 1 s and was stopped");
	log = log_of(s);
	assert_holds(log, "'sh' ended with 7");
	assert_holds(log, "and the last one");
	free(log);
}

static void failure_and_cancel_have_their_own(void **state)
{
	struct scene *s = *state;
	char *text;

	configure(s, "{\"hooks\": {\"on_failure\": [[\"sh\", \"-c\","
		     "\"echo $BERTH_RESULT $BERTH_STAGE $BERTH_ERROR > failed\"]],"
		     "\"on_cancel\": [[\"sh\", \"-c\", \"echo $BERTH_RESULT > cancelled\"]]}}");
	REHEARSE(s, "DEMO_SECONDS=0.1", "--env", "DEMO_FAIL=pulling_image");
	assert_int_equal(run_finish(&s->run, RUN_MS), 1);
	text = written(s, "failed");
	assert_holds(text, "failed pulling_image ");
	free(text);
	assert_false(is_there(s, "cancelled"));
	run_release(&s->run);
	REHEARSE(s, "DEMO_SECONDS=60");
	run_until_stage(&s->run, "pulling_image");
	run_signal(&s->run, SIGINT);
	assert_int_equal(run_finish(&s->run, RUN_MS), 130);
	text = written(s, "cancelled");
	assert_string_equal(text, "cancelled\n");
	free(text);
}

static void the_webhook_is_waited_for(void **state)
{
	struct scene *s = *state;
	const struct peer_request *request;
	char config[256], signature[128], *log;

	start_receiver(s);
	snprintf(config, sizeof(config),
		"{\"hooks\": {\"webhook\": \"%s/secret-path\", \"webhook_key_env\": \"HOOK_KEY\"}}",
		peer_url(s->peer));
	configure(s, config);
	REHEARSE(s, "DEMO_SECONDS=0.1");
	assert_int_equal(run_finish(&s->run, RUN_MS), 0);
	assert_int_equal(peer_request_count(s->peer), 2);
	request = peer_request_at(s->peer, 1);
	assert_true(
		peer_request_header(request, "x-berth-signature", signature, sizeof(signature)));
	assert_int_equal(strlen(signature), strlen("sha256=") + 64);
	assert_holds(request->body, "\"success\":true");
	assert_null(strstr(request->body, "hunter2"));
	log = log_of(s);
	assert_holds(log, "webhook: delivered to '127.0.0.1' (204)");
	assert_null(strstr(log, "secret-path"));
	free(log);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_success_is_told),
		TEST(a_hook_changes_nothing),
		TEST(failure_and_cancel_have_their_own),
		TEST(the_webhook_is_waited_for),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
