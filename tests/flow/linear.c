/* `berth --linear`: whole sessions over pipes, and one in a terminal. */
#include "unit/tree.h"

#include <signal.h>
#include <stdbool.h>
#include <sys/wait.h>

#include "keys/action_table.h"
#include "support/linear_session.h"
#include "support/pty_term.h"
#include "support/run_berth.h"

#define SHORT "set env DEMO_SECONDS=0.3 DEMO_LINES=12"
#define LONG  "set env DEMO_SECONDS=600 DEMO_LINES=1000000 DEMO_RATE=20"
#define BEGIN "set target demo\nset name web\n"

static struct tree tree;
static char home[96], state_home[96], config_home[96];

static int setup(void **state)
{
	(void)state;
	tree_init(&tree);
	snprintf(home, sizeof(home), "HOME=%s", tree.path);
	snprintf(state_home, sizeof(state_home), "XDG_STATE_HOME=%s/state", tree.path);
	snprintf(config_home, sizeof(config_home), "XDG_CONFIG_HOME=%s/config", tree.path);
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	tree_release(&tree);
	return 0;
}

static struct session start_with(const char *locale, const char *const argv[])
{
	const char *env[] = {home, state_home, config_home, locale, "TERM=dumb",
		"DOCKER_HOST=unix:///nonexistent.sock", NULL};

	return session_start(argv, env, tree.path);
}

#define START(...) start_with("LC_ALL=C.UTF-8", WORDS(BERTH_PROGRAM, __VA_ARGS__))

static void a_script_fills_the_form_and_deploys(void **state)
{
	struct session s = START("--linear");
	(void)state;

	type(&s, BEGIN SHORT "\nform\ndeploy\nwait\nresult\n");
	until(&s, "1. Target: demo\n");
	until(&s, "3. Name: web\n");
	until(&s, "9. Env: DEMO_SECONDS=*** DEMO_LINES=***\n");
	until(&s, "Deployment 1, 'web' on demo: queued.\n");
	until(&s, "In the log.\n");
	until(&s, "pulling_image       Rehearsal: pretending to pull the image\n");
	until(&s, "info ");
	until(&s, "\ndeployed after ");
	until(&s, "In the result.\n");
	until(&s, "\ndeployed after ");
	finish(&s, 0);
}

static void a_field_is_asked_for_by_its_number(void **state)
{
	struct session s = START("--linear");
	(void)state;

	type(&s, "1\n");
	until(&s, "1. Target: local\n");
	until(&s, "1. local\n   2. demo\n");
	type(&s, "2\n");
	until(&s, "1. Target: demo\n");
	type(&s, "3\nweb\n");
	until(&s, "New value");
	until(&s, "3. Name: web\n");
	type(&s, "3\n\nset name\n");
	until(&s, "3. Name: rehearsal\n");
	type(&s, "99\n");
	until(&s, "The form has no field 99: there are ");
	type(&s, "set targte local\n");
	until(&s, "Did you mean 'target'?\n");
	type(&s, "set target demmo\n");
	until(&s, "Target can't be 'demmo', did you mean 'demo'?\n");
	type(&s, "set timeout 4\n");
	until(&s, "start berth with --timeout");
	finish(&s, 0);
}

static void what_is_wrong_with_the_form_is_said(void **state)
{
	struct session s = START("--linear");
	(void)state;

	type(&s, "set name web\ndeploy\n");
	until(&s, "4. Image: empty\n   wrong: ");
	type(&s, "deploy\n");
	until(&s, "4. Image: empty\n   wrong: ");
	finish(&s, 0);
}

static void cancelling_asks(void **state)
{
	struct session s = START("--linear");
	(void)state;

	type(&s, BEGIN LONG "\ndeploy\n");
	until(&s, "validating");
	type(&s, "cancel\n");
	until(&s, "Cancel 'web'? ");
	type(&s, "list\n");
	until(&s, "'list' is no answer.\nCancel 'web'? ");
	type(&s, "n\nstatus\n");
	until(&s, "1. 'web' on demo: running");
	type(&s, "cancel\ny\n");
	until(&s, "Cancel 'web'? ");
	until(&s, "\ncancelled after ");
	type(&s, "cancel\n");
	until(&s, "Not now: 'cancel': the chosen deployment is not running.\n");
	finish(&s, 130);
}

static char *read_export(const char *name)
{
	char path[160];
	char *text = calloc(1, 65536);
	FILE *file;

	snprintf(path, sizeof(path), "%s/%s", tree.path, name);
	file = fopen(path, "r");
	assert_non_null(file);
	assert_true(fread(text, 1, 65535, file) > 0);
	fclose(file);
	return text;
}

static void the_log_is_searched_and_exported(void **state)
{
	struct session s = START("--linear");
	char *text;
	(void)state;

	type(&s, BEGIN SHORT "\ndeploy\nwait\nfind (line 3)\n");
	until(&s, "Log - all levels - paused - 1 of 1");
	until(&s, "here, ");
	until(&s, "(line 3)\n");
	type(&s, "/pretending\nnext\n");
	until(&s, "2 of 5");
	until(&s, "here, ");
	until(&s, "3 of 5");
	until(&s, "here, ");
	type(&s, "log.search\n");
	until(&s, "Search: (a dot alone gives it up)\n");
	type(&s, "no such thing\n");
	until(&s, "no match");
	type(&s, "expressions\nfilter (line\n");
	until(&s, "Searches and filters are regular expressions.\n");
	until(&s, "missing closing parenthesis");
	type(&s, "filter line [12]\\)\nlog\n");
	until(&s, "only 'line [12]\\)'");
	type(&s, "export shown.log\n");
	until(&s, "Exported 2 lines to ");
	type(&s, "export shown.log\n");
	until(&s, "shown.log' already. Replace it? [y/N]");
	type(&s, "\nexport\n");
	until(&s, "Export to: (an empty line: ");
	type(&s, ".\nfilter\nlog\n");
	until(&s, "Log - all levels - paused");
	finish(&s, 0);
	text = read_export("shown.log");
	assert_holds(text, "(line 1)");
	assert_holds(text, "(line 2)");
	assert_null(strstr(text, "(line 3)"));
	free(text);
}

static void one_reads_back_and_follows_again(void **state)
{
	struct session s = START("--linear");
	(void)state;

	type(&s, BEGIN LONG "\ndeploy\n");
	until(&s, "(line 12)\n");
	type(&s, "log.follow\n");
	until(&s, "paused");
	type(&s, "2\nmark\ntop\nreturn\n");
	until(&s, "here, 2: ");
	until(&s, "mark, here, 2: ");
	until(&s, "\n1: ");
	until(&s, "here, 2: ");
	type(&s, "follow\n");
	until(&s, "following");
	until(&s, "(line ");
	type(&s, "quit\nc\n");
	finish(&s, 0);
}

static void two_deployments_are_told_apart(void **state)
{
	struct session s = START("--linear");
	(void)state;

	type(&s, BEGIN "set env DEMO_SECONDS=30\ndeploy\nset name other\ndeploy\nlist\n");
	until(&s, "Deployment 1, 'web' on demo");
	until(&s, "Deployment 2, 'other' on demo");
	until(&s, "In the list of deployments.\n1. 'web' on demo: ");
	until(&s, "2. 'other' on demo: ");
	until(&s, "(chosen)\n");
	type(&s, "1\n");
	until(&s, "Deployment 1, 'web' on demo: ");
	until(&s, "2 'other': pulling_image\n");
	type(&s, "choose 3\n");
	until(&s, "There is no deployment 3.\n");
	type(&s, "choose 2\ncancel\ny\n");
	until(&s, "Deployment 2, 'other' on demo: ");
	until(&s, "Cancel 'other'?");
	until(&s, "\ncancelled after ");
	type(&s, "quit\n");
	until(&s, "1 deployment is under way.");
	type(&s, "c\n");
	until(&s, "Cancelling 1 deployment, then quits.\n");
	until(&s, "1 'web' is over: cancelled.");
	finish(&s, 0);
}

static void quitting_asks_with_work_in_flight(void **state)
{
	struct session s = START("--linear");
	(void)state;

	type(&s, BEGIN LONG "\ndeploy\nquit\n\nstatus\n");
	until(&s, "1 deployment is under way.");
	until(&s, "1. 'web' on demo: ");
	type(&s, "quit\nw\n");
	until(&s, "1 deployment is under way.");
	until(&s, "Quits when 1 deployment has ended.\n");
	type(&s, "cancel\ny\n");
	until(&s, "\ncancelled after ");
	finish(&s, 0);
}

static void the_end_of_the_input_waits(void **state)
{
	struct session s = START("--linear", "--env", "DEMO_FAIL=copying_files");
	(void)state;

	type(&s, BEGIN "set env DEMO_SECONDS=1 DEMO_FAIL=copying_files\ndeploy\nquit\n");
	end_input(&s);
	until(&s, "1 deployment is under way.");
	until(&s, "Quits when 1 deployment has ended.\n");
	until(&s, "\nfailed after ");
	finish(&s, 1);
}

static void signals_ask_and_cancel(void **state)
{
	struct session s = START("--linear");
	(void)state;

	type(&s, BEGIN LONG "\ndeploy\nwait\nstatus\n");
	until(&s, "validating");
	kill(s.process.pid, SIGINT);
	until(&s, "1 deployment is under way.");
	type(&s, "s\n");
	until(&s, "'status' is no answer.");
	type(&s, "\n");
	kill(s.process.pid, SIGTERM);
	until(&s, "\ncancelled after ");
	finish(&s, 128 + SIGTERM);
}

static void shortened_names_must_mean_one_thing(void **state)
{
	struct session s = START("--linear");
	(void)state;

	type(&s, "c\nd\nshow l\nsho f\nhlep\nDEPLOY now\n:form\n");
	until(&s, "'c' could be 'cancel' or 'choose'.\n");
	until(&s, "'d' could be 'delete' or 'deploy'.\n");
	until(&s, "'show' needs one of form, log, result, list and help.\n");
	until(&s, "1. Target: ");
	until(&s, "There is no 'hlep'. Did you mean 'help'?\n");
	until(&s, "'deploy' takes nothing behind it.\n");
	until(&s, "1. Target: ");
	finish(&s, 0);
}

static void pages_and_profiles_are_lines_too(void **state)
{
	struct session s = START("--linear");
	(void)state;

	type(&s, BEGIN SHORT "\ndeploy\nwait\nprofile.save mine\n");
	until(&s, "In the result.\n");
	until(&s, "In the form.\n");
	until(&s, "mine");
	type(&s, "set name other\nprofile.save mine\n");
	until(&s, "'mine' already. Replace it? [y/N]");
	type(&s, "n\nprofile.load mine\nform\n");
	until(&s, "3. Name: web\n");
	type(&s, "explain\nas-command\n");
	until(&s, "Where each value comes from:\n");
	until(&s, "target  demo");
	until(&s, "As a command line:\n");
	until(&s, "--profile mine");
	finish(&s, 0);
}

static void a_protected_target_wants_its_name(void **state)
{
	struct session s;
	(void)state;

	tree_text(&tree, "config/berth/config.json",
		"{\"targets\": {\"prod\": {\"kind\": \"docker\", \"protected\": true,"
		" \"host\": \"unix:///nonexistent.sock\"}}}");
	s = START("--linear", "--target", "prod", "--image", "nginx", "--name", "web");
	type(&s, "deploy\n");
	until(&s, "Plan:\n");
	until(&s, "Image  nginx\n");
	until(&s, "Type 'prod' to deploy there");
	type(&s, "list\n");
	until(&s, "That is not 'prod': nothing was deployed.\n");
	until(&s, "Type 'prod' to deploy there");
	type(&s, ".\n");
	until(&s, "Nothing was deployed.\n");
	lacks(&s, "Deployment 1");
	type(&s, "deploy\nprod\n");
	until(&s, "Deployment 1, 'web' on prod");
	until(&s, "\nunreached after ");
	finish(&s, 3);
}

/* Each is known by its name, does something and leads on. */
static void every_action_is_there_by_its_name(void **state)
{
	char line[128];
	(void)state;

	for (int i = ACTION_NONE + 1; i < ACTION_COUNT; i++) {
		const struct action_row *row = &action_table[i];
		struct session s;
		if (strncmp(row->name, "command.", 8) == 0 || strncmp(row->name, "input.", 6) == 0)
			continue;
		s = START("--linear", "--target", "demo", "--env", "DEMO_SECONDS=0.1", "--name",
			"web");
		snprintf(line, sizeof(line), "%s%s\n.\n", row->name,
			!row->argument ? ""
			: row->choices ? " light"
				       : " 1");
		type(&s, "deploy\nwait\n");
		type(&s, line);
		end_input(&s);
		assert_int_equal(process_wait(&s.process, WAIT_MS), 0);
		snprintf(line, sizeof(line), "There is no '%s'", row->name);
		lacks(&s, line);
		until(&s, "deployed after");
		finish(&s, 0);
	}
}

static void garbage_is_answered(void **state)
{
	static char longest[20000];
	struct session s = START("--linear");
	(void)state;

	memset(longest, 'x', sizeof(longest));
	type_bytes(&s, "\377\376\n", 3);
	until(&s, "There is no '\xef\xbf\xbd\xef\xbf\xbd'.");
	type_bytes(&s, "fo\0rm\n", 6);
	until(&s, "A line with a NUL byte was left out.\n");
	type_bytes(&s, longest, sizeof(longest));
	type(&s, "\n");
	until(&s, "A line of more than 8192 bytes was left out.\n");
	type(&s, "set name \033[2J\033]0;title\007a\rb\n");
	until(&s, "3. Name: ");
	type(&s, "99999999999999999999999999\n-1\n\t \n");
	until(&s, "The form has no field ");
	until(&s, "There is no '-1'.");
	until(&s, "Nothing is deployed yet.\n");
	finish(&s, 0);
}

static void a_flood_is_not_read_out(void **state)
{
	struct session s = START("--linear");
	(void)state;

	type(&s, BEGIN "set env DEMO_SECONDS=1 DEMO_LINES=200000 DEMO_RATE=0\ndeploy\nwait\n");
	until(&s, "lines of the log are not read out");
	until(&s, "\ndeployed after ");
	type(&s, "find (line 150000)\n");
	until(&s, "here, ");
	until(&s, "(line 150000)\n");
	assert_true(s.process.out.len < 4 * 1024 * 1024);
	finish(&s, 0);
}

static void without_utf8_it_is_ascii(void **state)
{
	struct session s = start_with(
		"LC_ALL=C", WORDS(BERTH_PROGRAM, "--linear", "--target", "demo"));
	(void)state;

	type(&s, "set name h\xc3\xa9llo\nhelp\n" SHORT "\nset name web\ndeploy\nwait\nlog\n");
	end_input(&s);
	assert_int_equal(process_wait(&s.process, WAIT_MS), 0);
	until(&s, "3. Name: h?llo\n");
	until(&s, "deployed after");
	for (size_t i = 0; i < s.process.out.len; i++)
		assert_true((unsigned char)s.process.out.text[i] < 0x80);
	finish(&s, 0);
}

static void read_only_changes_nothing(void **state)
{
	struct session s = START("--linear", "--read-only", "--target", "demo", "--name", "web");
	(void)state;

	type(&s, "deploy\nform\nlist\n");
	until(&s, "read-only");
	until(&s, "Not now: 'deploy': read-only.\n");
	until(&s, "Nothing is deployed yet.\n");
	finish(&s, 0);
}

/* Whoever listened has gone: what was begun is brought to its end. */
static void a_listener_that_leaves_stops_nothing(void **state)
{
	struct session s = START("--linear");
	(void)state;

	type(&s, BEGIN "set env DEMO_SECONDS=1 DEMO_FAIL=copying_files\ndeploy\n");
	until(&s, "validating");
	close(s.process.out.fd);
	s.process.out.fd = -1;
	assert_int_equal(process_wait(&s.process, WAIT_MS), 0);
	assert_int_equal(s.process.status, 1);
	finish(&s, 1);
}

static void closed_descriptors_are_survived(void **state)
{
	static const char *const shells[] = {"exec \"$0\" --linear >&-", "exec \"$0\" --linear <&-",
		"exec \"$0\" --linear 2>&-"};
	static const int statuses[] = {1, 0, 0};
	(void)state;

	for (size_t i = 0; i < sizeof(shells) / sizeof(*shells); i++) {
		struct session s = start_with(
			"LC_ALL=C.UTF-8", WORDS("sh", "-c", shells[i], BERTH_PROGRAM));
		finish(&s, statuses[i]);
	}
}

static void a_file_is_a_script(void **state)
{
	struct session s;
	char path[96];
	(void)state;

	tree_text(&tree, "script", BEGIN SHORT "\ndeploy\nwait\nstatus");
	snprintf(path, sizeof(path), "%s/script", tree.path);
	s = start_with("LC_ALL=C.UTF-8",
		WORDS("sh", "-c", "exec \"$0\" --linear <\"$1\"", BERTH_PROGRAM, path));
	until(&s, "1. 'web' on demo: deployed (chosen)\n");
	finish(&s, 0);
}

/* No cursor is moved, no line is taken back: whatever is there is spoken once. */
static void a_dumb_terminal_will_do(void **state)
{
	struct term *term = term_start(&(struct term_setup){.rows = 24,
		.columns = 120,
		.arguments = WORDS(BERTH_PROGRAM, "--linear", "--target", "demo", "--name", "web"),
		.environment = (const char *const[]){"TERM=dumb", NULL}});
	const char *bytes;
	size_t len;
	(void)state;

	term_wait_text(term, "In the form; 'help' says what can be done.", TERM_WAIT_MS);
	term_send(term, LONG "\ndeploy\n");
	term_wait_text(term, "the pretended engine answers", TERM_WAIT_MS);
	term_send(term, "\003");
	term_wait_text(term, "1 deployment is under way.", TERM_WAIT_MS);
	term_send(term, "c\n");
	assert_int_equal(WEXITSTATUS(term_wait_exit(term, TERM_WAIT_MS)), 0);
	bytes = term_log(term, &len);
	for (size_t i = 0; i < len; i++) {
		assert_int_not_equal(bytes[i], '\033');
		assert_int_not_equal(bytes[i], '\b');
		if (bytes[i] == '\r')
			assert_true(i + 1 < len && bytes[i + 1] == '\n');
	}
	term_assert_restored(term);
	term_stop(term);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_script_fills_the_form_and_deploys),
		TEST(a_field_is_asked_for_by_its_number),
		TEST(what_is_wrong_with_the_form_is_said),
		TEST(cancelling_asks),
		TEST(the_log_is_searched_and_exported),
		TEST(one_reads_back_and_follows_again),
		TEST(two_deployments_are_told_apart),
		TEST(quitting_asks_with_work_in_flight),
		TEST(the_end_of_the_input_waits),
		TEST(signals_ask_and_cancel),
		TEST(shortened_names_must_mean_one_thing),
		TEST(pages_and_profiles_are_lines_too),
		TEST(a_protected_target_wants_its_name),
		TEST(every_action_is_there_by_its_name),
		TEST(garbage_is_answered),
		TEST(a_flood_is_not_read_out),
		TEST(without_utf8_it_is_ascii),
		TEST(read_only_changes_nothing),
		TEST(a_listener_that_leaves_stops_nothing),
		TEST(closed_descriptors_are_survived),
		TEST(a_file_is_a_script),
		TEST(a_dumb_terminal_will_do),
	};

	signal(SIGPIPE, SIG_IGN);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
