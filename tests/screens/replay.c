/* A run that is shown again: the same screens, and the ways about in it. */
#include "support/console_term.h"

#include <stdio.h>

#include "support/process.h"
#include "unit/tree.h"

enum { RUN_MS = 60 * 1000 };

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

static void rehearse(const char *seconds, const char *fail)
{
	const char *const env[] = {state_home, "ASAN_OPTIONS=exitcode=99", NULL};

	process_run(WORDS(BERTH_PROGRAM, "deploy", "--target", "demo", "--name", "web", "--env",
			    seconds, "--env", "DEMO_LINES=40", "--env", fail),
		&(struct process_options){.env = env}, RUN_MS, NULL);
}

/* Rows of the form in a large screen: a replay has none, and is given less by as many. */
enum { LARGE_FORM_ROWS = 12 };

/* From the progress pane to the footer, without what stands beside them; malloc'd. */
static char *panes(void)
{
	int row, left, rows, columns;
	size_t len = 0;
	char *all = calloc(1, 1 << 16);

	assert_non_null(all);
	term_size(term, &rows, &columns);
	place_of(" web \xc2\xb7 ", &row, &left);
	for (; row < rows - 1; row++) {
		for (int column = left; column < columns; column++)
			len += (size_t)snprintf(all + len, (1 << 16) - len, "%s",
				term_cell(term, row, column).text);
		all[len++] = '\n';
	}
	return all;
}

static void play(int rows, int columns, const char *speed)
{
	open_console_in(ENVIRONMENT(state_home), rows, columns, "replay", "1", "--speed", speed);
}

static void compare(int rows, int columns, const char *fail, const char *end)
{
	char *live, *again;

	open_console_in(ENVIRONMENT(state_home), rows, columns, "--target", "demo", "--name", "web",
		SHORT_RUN, "--env", fail);
	wait_for("Tab next pane");
	term_send(term, KEY_SEQ_F5);
	wait_for(end);
	term_wait_quiet(term, 300, RUN_MS);
	live = panes();
	close_console(NULL);
	play(columns >= 100 ? rows - LARGE_FORM_ROWS : rows, columns, "max");
	wait_for(end);
	wait_for("Space pause");
	assert_false(term_has(term, "F5 deploys"));
	term_wait_quiet(term, 300, RUN_MS);
	again = panes();
	assert_string_equal(again, live);
	free(live);
	free(again);
}

static void the_same_events_give_the_same_screen(void **state)
{
	(void)state;
	compare(24, 80, "DEMO_SEED=3", "Rehearsal complete");
}

static void a_failure_too(void **state)
{
	(void)state;
	compare(24, 80, "DEMO_FAIL=health_check", "never answered");
}

static void on_a_large_screen_too(void **state)
{
	(void)state;
	compare(40, 120, "DEMO_SEED=3", "Rehearsal complete");
}

static void it_pauses_and_goes_back_and_on(void **state)
{
	char *early, *again;

	(void)state;
	rehearse("DEMO_SECONDS=6", "DEMO_SEED=3");
	play(24, 80, "1");
	wait_for("replay 0:0");
	term_send(term, " ");
	wait_for("paused");
	term_send(term, KEY_SEQ_END);
	wait_for("replay 0:06/0:06 paused");
	wait_for("Rehearsal complete");
	term_send(term, KEY_SEQ_HOME);
	wait_for("replay 0:00/0:06 paused");
	wait_gone("Rehearsal complete");
	term_send(term, ">");
	wait_for("pulling image");
	term_wait_quiet(term, 200, RUN_MS);
	early = panes();
	term_send(term, ">");
	wait_for("preparing files");
	term_send(term, "<");
	wait_for("pulling image");
	term_wait_quiet(term, 200, RUN_MS);
	again = panes();
	assert_string_equal(again, early);
	free(early);
	free(again);
	term_send(term, KEY_SEQ_RIGHT);
	wait_for("replay 0:05/0:06 paused");
	term_send(term, "+");
	wait_for("x2 paused");
	term_send(term, " ");
	wait_for("Rehearsal complete");
}

static void nothing_is_done_from_it(void **state)
{
	(void)state;
	rehearse("DEMO_SECONDS=30", "DEMO_STALL=pulling_image:1");
	play(24, 80, "0.1");
	wait_for("replay 0:00");
	term_send(term, "c");
	wait_for("Not now: 'cancel': this is a replay.");
	term_send(term, KEY_SEQ_F5);
	wait_for("Not now: 'deploy': this is a replay.");
	term_send(term, "q");
	assert_int_equal(term_wait_exit(term, TERM_WAIT_MS), 0);
	term_assert_restored(term);
}

static void another_console_is_watched(void **state)
{
	const char *const env[] = {state_home, "ASAN_OPTIONS=exitcode=99", NULL};
	struct process writer = {.out.fd = -1, .err.fd = -1};

	(void)state;
	assert_int_equal(process_start(&writer,
				 WORDS(BERTH_PROGRAM, "deploy", "--target", "demo", "--name",
					 "slow", LONG_RUN, "--output", "json"),
				 &(struct process_options){.env = env}),
		0);
	while (writer.out.text == NULL || strstr(writer.out.text, "(line 5)") == NULL)
		assert_true(process_read(&writer, RUN_MS));
	open_console_in(ENVIRONMENT(state_home), 24, 80, "--target", "demo", "--name", "mine");
	wait_for("Tab next pane");
	term_send(term, KEY_SEQ_BACKTAB);
	term_send(term, "\033[");
	term_send(term, "h");
	wait_for("running");
	term_send(term, "r");
	wait_for("watching");
	wait_for("(line 40)");
	process_stop(&writer, RUN_MS);
	wait_for("cancelled");
	process_release(&writer);
}

static void what_can_t_be_read_is_said(void **state)
{
	(void)state;
	tree_text(&tree, "odd.rec", "{}\n");
	char path[128];
	snprintf(path, sizeof(path), "%s/odd.rec", tree.path);
	open_console_in(ENVIRONMENT(state_home), 24, 80, "replay", path);
	wait_for("odd.rec', line 1: no line of a record");
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
	const struct CMUnitTest tests[] = {
		TEST(the_same_events_give_the_same_screen),
		TEST(a_failure_too),
		TEST(on_a_large_screen_too),
		TEST(it_pauses_and_goes_back_and_on),
		TEST(nothing_is_done_from_it),
		TEST(another_console_is_watched),
		TEST(what_can_t_be_read_is_said),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
