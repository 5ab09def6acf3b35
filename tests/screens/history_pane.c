/* The history over the panes: what is listed, found, looked at, compared and deleted. */
#include "support/console_term.h"

#include <stdio.h>

#include "support/process.h"
#include "unit/tree.h"

enum { RUN_MS = 60 * 1000 };

static struct tree tree;
static char state_home[96];

static void rehearse(const char *name, const char *image, const char *fail)
{
	const char *const env[] = {state_home, "ASAN_OPTIONS=exitcode=99", NULL};

	process_run(WORDS(BERTH_PROGRAM, "deploy", "--target", "demo", "--name", name, "--image",
			    image, "--env", "DEMO_SECONDS=0.2", "--env", "DEMO_LINES=9", "--env",
			    "TOKEN=s3cretvalue", "--env", fail),
		&(struct process_options){.env = env}, RUN_MS, NULL);
}

static int setup(void **state)
{
	(void)state;
	tree_init(&tree);
	snprintf(state_home, sizeof(state_home), "XDG_STATE_HOME=%s/state", tree.path);
	rehearse("web", "acme/web:1", "DEMO_SEED=3");
	rehearse("web", "acme/web:2", "DEMO_SEED=3");
	rehearse("worker", "acme/worker:7", "DEMO_FAIL=health_check");
	return 0;
}

static int teardown(void **state)
{
	close_console(state);
	tree_release(&tree);
	return 0;
}

static void open_history(int rows, int columns, const char *const *environment)
{
	open_console_with(rows, columns, environment,
		(const char *const[]){"--target", "demo", "--name", "mine", NULL});
	wait_for("Tab next pane");
	/* From a text field it is asked for by its name. */
	term_send(term, "\033x");
	term_send(term, "history\r");
	wait_for("Enter look");
	wait_for("worker");
}

static void runs_are_listed_newest_first(void **state)
{
	(void)state;
	open_history(24, 80, ENVIRONMENT(state_home));
	wait_for("3 runs");
	assert_true(row_of("3  worker") < row_of("2  web"));
	assert_true(row_of("2  web") < row_of("1  web"));
	wait_for("failed");
	term_send(term, "q");
	wait_gone("3 runs");
}

static void names_are_found_as_they_are_typed(void **state)
{
	(void)state;
	open_history(24, 80, ENVIRONMENT(state_home));
	term_send(term, "/work");
	wait_for("1 run with 'work'");
	wait_gone(" 2 ");
	term_send(term, "\033");
	wait_for("3 runs");
}

static void logs_are_searched(void **state)
{
	(void)state;
	open_history(24, 80, ENVIRONMENT(state_home));
	term_send(term, "&rehearsal\r");
	wait_for("3 logs with 'rehearsal'");
	term_send(term, "&nobody says that\r");
	wait_for("no run has that");
	term_send(term, "\033");
	wait_for("3 runs");
}

static void one_is_looked_at_with_fingerprints(void **state)
{
	(void)state;
	open_history(40, 120, ENVIRONMENT(state_home));
	term_send(term, "\r");
	wait_for("Run 3: worker");
	wait_for("the service never answered: rehearsed");
	wait_for("pulling_image");
	wait_for("hmac:");
	assert_false(term_has(term, "s3cretvalue"));
	term_send(term, "\033");
	wait_for("3 runs");
}

static void two_are_compared(void **state)
{
	(void)state;
	open_history(40, 120, ENVIRONMENT(state_home));
	term_send(term, KEY_SEQ_DOWN "mc");
	wait_for("Run 1 and run 2");
	wait_for("What changed in the request");
	wait_for("acme/web:1");
	wait_for("acme/web:2");
	/* The same secret has the same fingerprint. */
	assert_false(term_has(term, "hmac:"));
	wait_for("the whole");
}

static void one_is_deleted_after_a_question(void **state)
{
	(void)state;
	open_history(24, 80, ENVIRONMENT(state_home));
	term_send(term, "x");
	wait_for("Delete run 3 (worker) from the history");
	term_send(term, "n");
	wait_for("Enter look");
	wait_for("3 runs");
	term_send(term, "x");
	wait_for("Delete run 3");
	term_send(term, "y");
	wait_for("2 runs");
	wait_gone("worker");
}

static void a_log_opens_in_the_panes(void **state)
{
	(void)state;
	open_history(24, 80, ENVIRONMENT(state_home));
	term_send(term, "l");
	wait_for("the service never answered: rehearsed");
	wait_for("replay 0:0");
	term_send(term, "v");
	wait_for("Rehearsal: checking the request");
}

static void it_is_plain_without_colours_and_utf8(void **state)
{
	(void)state;
	open_history(24, 80,
		ENVIRONMENT(state_home, "LC_ALL=C", "LANG=C", "NO_COLOR=1", "TERM=xterm-mono"));
	wait_for("3 runs");
	char *all = term_snapshot(term);
	for (const char *c = all; *c != '\0'; c++)
		assert_true((unsigned char)*c < 0x80);
	free(all);
}

static void a_click_chooses_and_the_wheel_moves(void **state)
{
	char click[32];

	(void)state;
	open_console_in(
		ENVIRONMENT(state_home), 24, 80, "--mouse", "--target", "demo", "--name", "mine");
	wait_for("Tab next pane");
	term_send(term, "\033x");
	term_send(term, "history\r");
	wait_for("worker");
	int row = row_of("  1  web");
	snprintf(click, sizeof(click), "\033[<0;20;%dM\033[<0;20;%dm", row + 1, row + 1);
	term_send(term, click);
	term_send(term, "\r");
	wait_for("Run 1: web");
}

static void nobody_has_deployed_yet(void **state)
{
	char empty[128];

	(void)state;
	snprintf(empty, sizeof(empty), "XDG_STATE_HOME=%s/empty", tree.path);
	open_console_in(ENVIRONMENT(empty), 24, 80, "--target", "demo", "--name", "mine");
	wait_for("Tab next pane");
	term_send(term, "\033x");
	term_send(term, "history\r");
	wait_for("no runs are recorded yet");
	term_send(term, "\rxrmcl");
	term_send(term, "q");
	wait_gone("no runs are recorded yet");
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
	const struct CMUnitTest tests[] = {
		TEST(runs_are_listed_newest_first),
		TEST(names_are_found_as_they_are_typed),
		TEST(logs_are_searched),
		TEST(one_is_looked_at_with_fingerprints),
		TEST(two_are_compared),
		TEST(one_is_deleted_after_a_question),
		TEST(a_log_opens_in_the_panes),
		TEST(it_is_plain_without_colours_and_utf8),
		TEST(a_click_chooses_and_the_wheel_moves),
		TEST(nobody_has_deployed_yet),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
