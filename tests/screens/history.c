/* What the console says of a run by those before it. */
#include "support/console_term.h"

#include <stdio.h>

#include "support/process.h"
#include "unit/tree.h"

enum { DEPLOY_MS = 60 * 1000 };

static struct tree tree;
static char state_home[96];

static int setup(void **state)
{
	(void)state;
	tree_init(&tree);
	snprintf(state_home, sizeof(state_home), "XDG_STATE_HOME=%s/state", tree.path);
	return 0;
}

static int teardown(void **state)
{
	close_console(state);
	tree_release(&tree);
	return 0;
}

static void deploy_before(int times)
{
	const char *const env[] = {state_home, "ASAN_OPTIONS=exitcode=99", NULL};

	for (int i = 0; i < times; i++)
		assert_int_equal(process_run(WORDS(BERTH_PROGRAM, "deploy", "--target", "demo",
						     "--name", "web", "--env", "DEMO_SECONDS=2"),
					 &(struct process_options){.env = env}, DEPLOY_MS, NULL),
			0);
}

static void deploy_slowly(void)
{
	open_console_in(ENVIRONMENT(state_home), 24, 80, "--target", "demo", "--name", "web",
		"--env", "DEMO_SECONDS=20", "--env", "DEMO_STALL=pulling_image:600");
	wait_for("Tab next pane");
	term_send(term, KEY_SEQ_F5);
}

static void what_is_left_and_what_is_slower_is_said(void **state)
{
	(void)state;
	deploy_before(2);
	deploy_slowly();
	wait_for(" left");
	wait_for("times slower than usual, waiting on the registry: ");
	assert_false(term_has(term, " left"));
}

static void one_earlier_run_is_no_measure(void **state)
{
	(void)state;
	deploy_before(1);
	deploy_slowly();
	wait_for("nothing moves for 600000 ms");
	assert_false(term_has(term, " left"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(
			what_is_left_and_what_is_slower_is_said, setup, teardown),
		cmocka_unit_test_setup_teardown(one_earlier_run_is_no_measure, setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
