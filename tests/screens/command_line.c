/* The command line of the console, as a person sees it. */
#include "support/console_term.h"

#include <sys/wait.h>

#define DEMO "--target", "demo", "--name", "web", "--no-mouse"

static void lists_with_reasons(void **state)
{
	int row, column;

	(void)state;
	open_console(24, 100, DEMO);
	wait_for("Tab next pane");
	term_send(term, ":can");
	wait_for("▸Commands");
	wait_for(" ▸cancel ");
	wait_for("not now: nothing is deployed yet");
	/* Grey, and said in words. */
	assert_int_equal(cell_of("not now").foreground, 245);
	assert_int_equal(cell_of("cancel ").foreground, 245);
	assert_int_equal(row_of(":can"), 23);
	assert_true(term_cursor(term, &row, &column));
	assert_int_equal(row, 23);
	assert_int_equal(column, 5);
	/* Nothing of it stays. */
	term_send(term, "\033");
	wait_gone("▸Commands");
	wait_for("Tab next pane");
	assert_false(term_has(term, "not now"));
	assert_int_equal(row_of("Env"), row_of("Restart"));
}

static void completes_and_does(void **state)
{
	(void)state;
	open_console(24, 100, DEMO);
	wait_for("Tab next pane");
	term_send(term, ":theme li\t");
	wait_for(":theme light");
	term_send(term, "\r");
	wait_for("Theme 'light'.");
	wait_gone("▸Commands");
	assert_int_equal(cell_of("berth").foreground, 25);
	term_send(term, ":");
	wait_for("▸Commands");
	term_send(term, KEY_SEQ_UP);
	wait_for(":theme light");
	term_send(term, "\025quit\r");
	assert_int_equal(term_wait_exit(term, TERM_WAIT_MS), 0);
	term_assert_restored(term);
}

static void asks_as_the_key_does(void **state)
{
	(void)state;
	open_console(24, 80, DEMO, LONG_RUN);
	wait_for("Tab next pane");
	term_send(term, ":deploy\r");
	wait_for("(line 3)");
	/* Lines go on coming under it. */
	term_send(term, ":canc");
	wait_for("cancel the chosen deployment");
	wait_for("(line 40)");
	assert_true(term_has(term, "▸Commands"));
	term_send(term, "\r");
	wait_for("Cancel 'web'?");
	term_send(term, "y");
	wait_for("⊘ Rehearsal cancelled");
	term_send(term, ":1\r");
	wait_gone("▸Commands");
	wait_for("(line 1)");
}

static void a_key_opens_it_in_a_text_field(void **state)
{
	(void)state;
	open_console(24, 80, DEMO);
	wait_for("▸Target");
	term_send(term, KEY_SEQ_DOWN);
	wait_for("▸Name");
	term_send(term, "\033x");
	wait_for("▸Commands");
	term_send(term, "nonsense\r");
	wait_for("There is no 'nonsense'.");
	wait_for("▸Name       web");
}

static void fits_the_smallest_screen(void **state)
{
	(void)state;
	open_console(10, 40, DEMO);
	wait_for("berth");
	term_send(term, ":");
	wait_for("▸Commands");
	wait_for("▸deploy");
	term_send(term, "\t\t\t\t\t\t\t\t\t\t\t\t");
	wait_gone("▸deploy");
	assert_int_equal(row_of("berth"), 0);
	term_resize(term, 40, 120);
	wait_for("╭ Deployments");
	wait_for("▸Commands");
	term_send(term, "\033");
	wait_gone("▸Commands");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		console_test(lists_with_reasons),
		console_test(completes_and_does),
		console_test(asks_as_the_key_does),
		console_test(a_key_opens_it_in_a_text_field),
		console_test(fits_the_smallest_screen),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
