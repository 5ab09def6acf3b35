/* `berth history` as a script sees it: what runs left, found, compared, deleted. */
#include "unit/tree.h"

#include <jansson.h>

#include "support/process.h"
#include "support/run_berth.h"

enum { WAIT_MS = 60 * 1000 };

struct scene {
	struct tree tree;
	char home[80], state[96], config[96];
	struct process process; /* none before the first run */
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
		process_release(&s->process);
	tree_release(&s->tree);
	free(s);
	return 0;
}

/* Run it to its end; outputs are in s->process. The exit status. */
static int berth(struct scene *s, const char *const words[])
{
	const char *argv[24] = {BERTH_PROGRAM};
	const char *env[] = {s->home, s->state, s->config, "LC_ALL=C.UTF-8", "TZ=UTC",
		"ASAN_OPTIONS=exitcode=99", "SSH_CONNECTION=192.0.2.7 51234 192.0.2.1 22", NULL};
	size_t count = 1;

	if (s->ran)
		process_release(&s->process);
	s->process = (struct process){0};
	s->ran = true;
	for (; *words != NULL; words++)
		argv[count++] = *words;
	assert_int_equal(process_start(&s->process, argv,
				 &(struct process_options){.env = env, .folder = s->tree.path}),
		0);
	assert_int_equal(process_wait(&s->process, WAIT_MS), 0);
	return s->process.status;
}

#define RUN(s, ...) berth(s, WORDS(__VA_ARGS__))

static const char *out(const struct scene *s)
{
	return s->process.out.text != NULL ? s->process.out.text : "";
}

static const char *complaint(const struct scene *s)
{
	return s->process.err.text != NULL ? s->process.err.text : "";
}

static int rehearse(struct scene *s, const char *name, const char *fail, const char *secret)
{
	char script[64], token[64];

	snprintf(script, sizeof(script), "DEMO_FAIL=%s", fail);
	snprintf(token, sizeof(token), "TOKEN=%s", secret);
	return RUN(s, "deploy", "--target", "demo", "--name", name, "--env", "DEMO_SECONDS=0.1",
		"--env", "DEMO_LINES=20", "--env", token, fail[0] ? "--env" : "--health",
		fail[0] ? script : "none");
}

static void assert_80_columns(const char *text)
{
	while (*text) {
		const char *end = strchr(text, '\n');

		assert_non_null(end);
		if (end - text > 80)
			fail_msg("%d columns: %.*s", (int)(end - text), (int)(end - text), text);
		text = end + 1;
	}
}

static void without_runs_it_says_so(void **state)
{
	struct scene *s = *state;

	assert_int_equal(RUN(s, "history"), 0);
	assert_string_equal(out(s), "no runs are recorded yet\n");
	assert_int_equal(RUN(s, "history", "--output", "json"), 0);
	assert_string_equal(out(s), "");
	assert_int_equal(RUN(s, "history", "web"), 2);
	assert_holds(complaint(s), "there is no run 'web'");
}

static void runs_are_listed_newest_first(void **state)
{
	struct scene *s = *state;

	rehearse(s, "web", "", "hunter2hunter2");
	rehearse(s, "a-name-that-is-much-longer-than-its-column", "pulling_image", "x");
	assert_int_equal(RUN(s, "history"), 0);
	assert_80_columns(out(s));
	assert_holds(out(s), "    ID  STARTED           TARGET     NAME ");
	assert_holds(strstr(out(s), "\n     2  "), "failed");
	assert_holds(strstr(strstr(out(s), "\n     2  "), "\n     1  "), "deployed");
}

static void one_run_is_shown_whole(void **state)
{
	struct scene *s = *state;

	rehearse(s, "web", "pulling_image", "hunter2hunter2");
	assert_int_equal(RUN(s, "history", "web"), 0);
	assert_holds(out(s), "run        1 (");
	assert_holds(out(s), ", ssh from 192.0.2.7\n");
	assert_holds(out(s), "\nStages\n  validating            at   0:00  for");
	assert_holds(out(s), "\nLast lines\n");
	assert_holds(out(s), "\nfailed after ");
	assert_holds(out(s), "  in        pulling_image\n");
	assert_holds(out(s), "/state/berth/logs/");
	assert_null(strstr(out(s), "hunter2"));
}

static void one_run_as_json_has_everything(void **state)
{
	struct scene *s = *state;
	json_t *run, *request;

	rehearse(s, "web", "", "hunter2hunter2");
	assert_int_equal(RUN(s, "history", "1", "--output", "json"), 0);
	run = json_loads(out(s), 0, NULL);
	assert_non_null(run);
	assert_int_equal(json_integer_value(json_object_get(run, "number")), 1);
	assert_string_equal(json_string_value(json_object_get(run, "state")), "deployed");
	assert_string_equal(json_string_value(json_object_get(run, "client")), "192.0.2.7");
	assert_int_equal(json_array_size(json_object_get(run, "stages")), 6);
	assert_true(json_is_true(json_object_get(
		json_object_get(json_object_get(run, "end"), "result"), "success")));
	assert_true(json_array_size(json_object_get(run, "last_lines")) > 0);
	request = json_object_get(json_object_get(run, "request"), "env");
	assert_int_equal(
		strncmp(json_string_value(json_object_get(request, "TOKEN")), "hmac:", 5), 0);
	assert_string_equal(json_string_value(json_object_get(request, "DEMO_LINES")), "20");
	json_decref(run);
}

static void two_runs_are_compared(void **state)
{
	struct scene *s = *state;
	json_t *both;

	rehearse(s, "web", "", "hunter2hunter2");
	rehearse(s, "web", "pulling_image", "hunter3hunter3");
	assert_int_equal(RUN(s, "history", "--compare", "1", "2"), 0);
	assert_80_columns(out(s));
	assert_holds(out(s), "\nresult                deployed            failed\n");
	assert_holds(out(s), "\nenv.TOKEN\n       1  hmac:");
	assert_holds(out(s), "\nenv.DEMO_FAIL\n       1  (not given)\n       2  pulling_image\n");
	assert_null(strstr(out(s), "DEMO_LINES"));
	assert_holds(out(s), "\nhealth_check          0.0 s               -\n");
	assert_int_equal(RUN(s, "history", "1", "2", "--compare", "--output=json"), 0);
	both = json_loads(out(s), 0, NULL);
	assert_int_equal(json_array_size(json_object_get(both, "request")), 2);
	json_decref(both);
	rehearse(s, "web", "pulling_image", "hunter3hunter3");
	assert_int_equal(RUN(s, "history", "--compare", "2", "3"), 0);
	assert_holds(out(s), "\nThe same request\n");
}

static void names_and_logs_are_searched(void **state)
{
	struct scene *s = *state;

	rehearse(s, "web", "", "x");
	rehearse(s, "api", "pulling_image", "x");
	assert_int_equal(RUN(s, "history", "--search", "API"), 0);
	assert_holds(out(s), "     2  ");
	assert_null(strstr(out(s), "     1  "));
	assert_int_equal(RUN(s, "history", "--search", "rehearsed: manifest"), 0);
	assert_holds(
		out(s), "\nIn the logs\n     2  api                      1 line, the first is ");
	assert_int_equal(RUN(s, "history", "--search", "no such words"), 0);
	assert_string_equal(out(s), "nothing was found\n");
}

static void a_run_is_deleted_with_its_log(void **state)
{
	struct scene *s = *state;
	char log[256];
	json_t *run;

	rehearse(s, "web", "", "x");
	RUN(s, "history", "1", "--output", "json");
	run = json_loads(out(s), 0, NULL);
	snprintf(log, sizeof(log), "%s", json_string_value(json_object_get(run, "log")));
	json_decref(run);
	assert_int_equal(access(log, F_OK), 0);
	assert_int_equal(RUN(s, "history", "--delete", "web"), 0);
	assert_string_equal(out(s), "run 1 is deleted, and its log\n");
	assert_int_equal(access(log, F_OK), -1);
	assert_int_equal(RUN(s, "history", "--delete", "1"), 2);
}

static void wrong_questions_are_refused(void **state)
{
	struct scene *s = *state;

	assert_int_equal(RUN(s, "history", "1", "2"), 2);
	assert_holds(complaint(s), "argument '2' is not expected");
	assert_int_equal(RUN(s, "history", "--compare", "1"), 2);
	assert_holds(complaint(s), "berth history --compare ID ID");
	assert_int_equal(RUN(s, "history", "--delete"), 2);
	assert_int_equal(RUN(s, "history", "--delete", "1", "--search", "x"), 2);
	assert_int_equal(RUN(s, "history", "--serch", "x"), 2);
	assert_holds(complaint(s), "did you mean '--search'?");
}

static void old_runs_go_as_the_configuration_says(void **state)
{
	struct scene *s = *state;

	tree_text(&s->tree, "xdg/berth/config.json", "{\"history\": {\"runs\": 2, \"days\": 0}}");
	for (int i = 0; i < 4; i++)
		rehearse(s, "web", "", "x");
	assert_int_equal(RUN(s, "history"), 0);
	assert_holds(out(s), "     4  ");
	assert_holds(out(s), "     3  ");
	assert_null(strstr(out(s), "     2  "));
}

static void a_history_that_can_not_be_written_is_told_and_stops_nothing(void **state)
{
	struct scene *s = *state;

	tree_folder(&s->tree, "state/berth/history.db");
	assert_int_equal(rehearse(s, "web", "", "x"), 0);
	assert_holds(out(s), "deployed after");
	assert_holds(complaint(s), "berth: this run is not in the history: cannot use '");
	assert_int_equal(RUN(s, "history"), 1);
}

static void a_damaged_history_is_told_by_who_reads_it(void **state)
{
	struct scene *s = *state;

	tree_text(&s->tree, "state/berth/history.db", "this is a letter to my bank\n");
	assert_int_equal(RUN(s, "history"), 1);
	assert_holds(complaint(s), "is damaged");
	assert_int_equal(rehearse(s, "web", "", "x"), 0);
	assert_int_equal(RUN(s, "history"), 0);
	assert_holds(out(s), "     1  ");
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
	const struct CMUnitTest tests[] = {
		TEST(without_runs_it_says_so),
		TEST(runs_are_listed_newest_first),
		TEST(one_run_is_shown_whole),
		TEST(one_run_as_json_has_everything),
		TEST(two_runs_are_compared),
		TEST(names_and_logs_are_searched),
		TEST(a_run_is_deleted_with_its_log),
		TEST(wrong_questions_are_refused),
		TEST(old_runs_go_as_the_configuration_says),
		TEST(a_history_that_can_not_be_written_is_told_and_stops_nothing),
		TEST(a_damaged_history_is_told_by_who_reads_it),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
