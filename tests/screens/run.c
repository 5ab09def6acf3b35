/* A deployment on the screen, from F5 to its result. Played by the rehearsal. */
#include "support/console_term.h"

#include <stdio.h>
#include <sys/wait.h>

#define DEMO "--target", "demo"

static void start(void)
{
	wait_for("Tab next pane");
	term_send(term, KEY_SEQ_F5);
}

static void shows_stages_bar_layers_and_log(void **state)
{
	(void)state;
	open_console(40, 120, DEMO, "--name", "web", "--env", "DEMO_SECONDS=600", "--env",
		"DEMO_STALL=pulling_image:600", "--env", "DEMO_RATE=20", "--env",
		"DEMO_LINES=100000");
	start();
	wait_for("web · validating");
	wait_for("1 running");
	wait_for("○ pull ─ ○ files ─ ○ start ─ ○ copy ─ ○ health");
	wait_for("Rehearsal: checking the request");
	wait_for("(line 3)");
	wait_for("▸Log · all levels · following");
	assert_int_equal(row_of("validate ─"), row_of("web · validating") + 1);
	assert_non_null(strstr(
		"◐◓◑◒", term_cell(term, row_of("validate ─"), column_of("validate ─") - 2).text));
}

static void shows_layers_while_it_pulls(void **state)
{
	(void)state;
	open_console(40, 120, DEMO, "--name", "web", "--env", "DEMO_SECONDS=20", "--env",
		"DEMO_STALL=pulling_image:600", "--env", "DEMO_LAYERS=4");
	start();
	/* Half-way through it stands still: the first is there, the last has hardly begun. */
	wait_for("nothing moves for 600000 ms");
	wait_for(" done ");
	wait_for("✓ validate ─ ");
	wait_for(" MB");
	wait_for("█");
	int rows = 0;
	for (int line = row_of("✓ validate") + 3; line < row_of("▸Log"); line++) {
		char *text = term_row_text(term, line);

		rows += strstr(text, " MB") != NULL || strstr(text, "waiting") != NULL ||
			strstr(text, "extracting") != NULL || strstr(text, "done") != NULL;
		free(text);
	}
	assert_in_range(rows, 2, 4);
	int bar = row_of("✓ validate") + 1, left = column_of("✓ validate");
	assert_int_equal(term_cell(term, bar, left).foreground, 39);
	/* Its track goes on to where 100 % will be. */
	int row = bar, percent;
	assert_true(term_find(term, "%", &row, &percent));
	assert_int_equal(row, bar);
	assert_string_equal(term_cell(term, bar, percent - 5).text, "─");
	assert_int_equal(term_cell(term, bar, percent - 5).foreground, 240);
	wait_for(" of 4 layers ─");
}

static void says_how_much_is_pulled_where_layers_have_no_room(void **state)
{
	(void)state;
	open_console(24, 80, DEMO, "--name", "web", "--env", "DEMO_SECONDS=20", "--env",
		"DEMO_STALL=pulling_image:600", "--env", "DEMO_LAYERS=4");
	start();
	wait_for("nothing moves for 600000 ms");
	wait_for("web · pulling image ─");
	wait_for(" MB · ");
	wait_for(" of 4 layers ─");
}

static void a_cut_line_of_the_log_says_so(void **state)
{
	(void)state;
	open_console(24, 80, DEMO, "--name", "web", SHORT_RUN);
	start();
	wait_for("✓ Rehearsal complete");
	term_send(term, "\0334" KEY_SEQ_HOME);
	wait_for("Rehearsal: checking the request");
	term_resize(term, 24, 44);
	wait_for("Rehearsal: checking…");
	term_resize(term, 24, 80);
	wait_for("Rehearsal: checking the request");
}

static void success_ends_in_a_card(void **state)
{
	(void)state;
	open_console(40, 120, DEMO, "--name", "web", SHORT_RUN);
	start();
	wait_for("✓ Rehearsal complete: nothing was deployed");
	wait_for("✓ validate ─ ✓ pull ─ ✓ files ─ ✓ start ─ ✓ copy ─ ✓ health");
	wait_for("100%");
	wait_for("web · completed");
	wait_for("▸web · deployed (rehearsal)");
	wait_gone("1 running");
	assert_false(term_has(term, "0 running"));
	assert_int_equal(
		term_cell(term, row_of("✓ validate") + 1, column_of("✓ validate")).foreground, 35);
	wait_for("r run again");
	assert_false(term_has(term, "c cancel"));
	assert_int_equal(cell_of("✓ Rehearsal complete").foreground, 35);
	assert_int_equal(cell_of("✓ validate").foreground, 35);
	assert_int_equal(row_of("▸ 1 ✓ web"), 2);
}

static void every_line_of_the_log_is_there(void **state)
{
	(void)state;
	open_console(60, 120, DEMO, "--name", "web", "--env", "DEMO_SECONDS=0.2", "--env",
		"DEMO_LINES=8");
	start();
	wait_for("✓ Rehearsal complete");
	for (int i = 0; i < 8; i++) {
		char text[32];

		snprintf(text, sizeof(text), "(line %d)", i + 1);
		wait_for(text);
	}
	assert_false(term_has(term, "(line 9)"));
	wait_for("14 lines");
	assert_int_equal(row_of("(line 8)"), row_of("(line 7)") + 1);
}

static void failure_says_what_where_and_what_to_try(void **state)
{
	static const struct {
		const char *stage, *doing, *message;
	} rows[] = {
		{"pulling_image", "pulling image", "cannot pull the image"},
		{"health_check", "checking health", "the service never answered"},
	};
	(void)state;
	for (size_t i = 0; i < 2; i++) {
		char fail[64], card[128];

		snprintf(fail, sizeof(fail), "DEMO_FAIL=%s", rows[i].stage);
		snprintf(card, sizeof(card), "✗ %s", rows[i].message);
		open_console(40, 120, DEMO, "--name", "web", "--env", fail, SHORT_RUN);
		start();
		wait_for(card);
		wait_for("1 failed");
		wait_for("web · failed");
		wait_for(rows[i].doing);
		assert_int_equal(row_of("try  "), row_of("leave DEMO_FAIL out"));
		assert_int_equal(cell_of(card).foreground, 203);
		assert_true(cell_of(card).bold);
		/* The first that failed, not one that was done. */
		wait_for(i == 0 ? "✗ pull ─ ○ files" : "✗ health");
		/* The line of the log says it in the same colour. */
		int row = row_of("error"), column = column_of("error");
		assert_int_equal(term_cell(term, row, column).foreground, 203);
		assert_true(term_cell(term, row, column).bold);
		close_console(NULL);
	}
}

static void a_wrong_script_is_refused(void **state)
{
	(void)state;
	open_console(24, 80, DEMO, "--name", "web", "--env", "DEMO_FAIL=nowhere");
	start();
	wait_for("✗ DEMO_FAIL is 'nowhere'");
	wait_for("validating");
	wait_for("1 failed");
}

static void failure_can_be_told_without_colour(void **state)
{
	(void)state;
	open_console_in(ENVIRONMENT("NO_COLOR=1"), 40, 120, DEMO, "--name", "web", "--env",
		"DEMO_FAIL=health_check", SHORT_RUN);
	start();
	wait_for("✗ the service never answered");
	assert_true(cell_of("✗ the service").bold);
	assert_true(cell_of("error health").bold);
	assert_false(cell_of("info  health").bold);
	assert_true(cell_of("✗ health").bold);
}

static void cancel_asks_once(void **state)
{
	(void)state;
	open_console(24, 80, DEMO, "--name", "web", LONG_RUN);
	start();
	wait_for("(line 3)");
	term_send(term, "c");
	wait_for("Cancel 'web'?");
	assert_true(cell_of("Cancel 'web'?").reverse);
	/* Anything but yes is no. */
	term_send(term, "n");
	wait_gone("Cancel 'web'?");
	wait_for("1 running");
	term_send(term, "c");
	wait_for("Cancel 'web'?");
	term_send(term, "y");
	wait_for("⊘ Rehearsal cancelled");
	wait_for("web · cancelled");
	wait_gone("1 running");
	term_send(term, "c");
	wait_for("'web' has ended; there is nothing to cancel.");
}

static void runs_again(void **state)
{
	(void)state;
	open_console(24, 80, DEMO, "--name", "web", SHORT_RUN);
	start();
	wait_for("✓ Rehearsal complete");
	term_send(term, "r");
	wait_for("▸2 ✓ web");
	wait_for(" 1 ✓ web");
	term_send(term, "1");
	wait_for("▸1 ✓ web");
}

/* Cut short, "30%" would read "3". */
static void tabs_are_shown_whole_or_not_at_all(void **state)
{
	(void)state;
	open_console(24, 80, DEMO, "--name", "a-quite-long-name", SHORT_RUN);
	start();
	wait_for("▸1 ✓ a-quite-long-name 0.");
	/* Names give way first. */
	for (int run = 2; run <= 3; run++) {
		term_send(term, "r");
		wait_for(run == 2 ? "▸2 ✓ a-quite-long-name 0." : "▸3 ✓ a-quite-long… 0.");
	}
	assert_int_equal(row_of(" 1 ✓ a-quite-long… 0."), row_of("▸3"));
	term_send(term, "r");
	wait_for("▸4 ✓ a-quite… 0.");
	assert_int_equal(column_of("… "), 1);
	assert_false(term_has(term, " 1 ✓"));
	term_send(term, "1");
	wait_for("▸1 ✓ a-quite… 0.");
	wait_for(" s   3 ✓ a-quite… 0.");
	wait_for(" s  …");
	assert_false(term_has(term, " 4 ✓"));
}

static void quits_at_once_when_nothing_runs(void **state)
{
	(void)state;
	open_console(24, 80, DEMO, "--name", "web", SHORT_RUN);
	start();
	wait_for("✓ Rehearsal complete");
	term_send(term, "q");
	assert_int_equal(term_wait_exit(term, TERM_WAIT_MS), 0);
	term_assert_restored(term);
}

static void quit_asks_while_something_runs(void **state)
{
	(void)state;
	open_console(24, 80, DEMO, "--name", "web", LONG_RUN);
	start();
	wait_for("(line 3)");
	term_send(term, "q");
	wait_for("1 deployment is under way.");
	term_send(term, "\033");
	wait_gone("under way");
	wait_for("1 running");
	term_send(term, "\003");
	wait_for("1 deployment is under way.");
	term_send(term, "c");
	assert_int_equal(term_wait_exit(term, TERM_WAIT_MS), 0);
	term_assert_restored(term);
	assert_true(term_log_has(term, "put back", 0));
}

static void quit_can_wait(void **state)
{
	(void)state;
	open_console(
		24, 80, DEMO, "--name", "web", "--env", "DEMO_SECONDS=2", "--env", "DEMO_LINES=10");
	start();
	wait_for("(line 3)");
	term_send(term, "q");
	wait_for("under way");
	term_send(term, "w");
	wait_for("Quits when everything has ended");
	assert_int_equal(term_wait_exit(term, TERM_WAIT_MS), 0);
	term_assert_restored(term);
}

/* The stories of two deployments never mix: each says its own number of layers, lines and seed. */
static void two_at_once_are_kept_apart(void **state)
{
	(void)state;
	open_console(40, 120, DEMO, "--name", "first", "--env", "DEMO_SECONDS=600", "--env",
		"DEMO_RATE=50", "--env", "DEMO_LINES=100000");
	start();
	wait_for("first · validating");
	wait_for("(line 20)");
	/* The second is the same rehearsal cut short, so its lines never reach as far. */
	term_send(term, KEY_SEQ_F2);
	wait_for("▸Deploy");
	term_send(term, KEY_SEQ_DOWN "\025second" KEY_SEQ_DOWN);
	wait_for("▸Env");
	term_send(term, "\025\025DEMO_SECONDS=0.2 DEMO_LINES=5 DEMO_FAIL=health_check");
	wait_for("DEMO_FAIL=");
	term_send(term, KEY_SEQ_F5);
	wait_for("✗ the service never answered");
	wait_for("▸ 2 ✗ second");
	wait_for("1 running · 1 failed");
	wait_gone("(line 20)");
	wait_for("second · failed");
	wait_gone("first ·");

	term_send(term, "1");
	wait_for("▸ 1");
	wait_for("first · validating");
	wait_gone("the service never answered");
	wait_gone("second ·");
	wait_for("(line 40)");
	term_send(term, "2");
	wait_for("✗ the service never answered");
	wait_gone("(line 40)");
	term_send(term, "3");
	wait_for("There is no deployment 3.");
	wait_for("second · failed");
}

static void the_log_pauses_and_follows(void **state)
{
	(void)state;
	open_console(24, 80, DEMO, "--name", "web", LONG_RUN);
	start();
	wait_for("(line 30)");
	term_send(term, KEY_SEQ_HOME);
	wait_for("paused");
	wait_for("Rehearsal: checking the request");
	wait_for("(line 1)");
	/* What comes in meanwhile does not move it. */
	wait_for("paused, 2");
	wait_for("(line 1)");
	term_send(term, "G");
	wait_for("following");
	wait_gone("(line 1)");
	term_send(term, "f");
	wait_for("paused");
	term_send(term, "f");
	wait_for("following");
}

static void levels_and_times_of_the_log(void **state)
{
	(void)state;
	open_console(40, 120, DEMO, "--name", "web", "--env", "DEMO_SECONDS=0.3", "--env",
		"DEMO_LINES=400");
	start();
	wait_for("✓ Rehearsal complete");
	term_send(term, "\0334");
	wait_for("▸Log");
	term_send(term, "lll");
	wait_for("Log · errors");
	wait_for("503");
	assert_false(term_has(term, "info "));
	wait_for("┃ ");
	assert_int_equal(column_of("error health"), column_of("Log ·") + 13);
	/* The last of the times is none. */
	term_send(term, "ttt");
	wait_for("│ error health");
	term_send(term, "l");
	wait_for("all levels");
	wait_for("info ");
}

static void the_card_gives_way_to_the_log_on_a_small_screen(void **state)
{
	(void)state;
	open_console(24, 80, DEMO, "--name", "web", SHORT_RUN);
	start();
	wait_for("v shows the log");
	assert_false(term_has(term, "(line 12)"));
	term_send(term, "v");
	wait_for("(line 12)");
	assert_false(term_has(term, "Its script"));
	term_send(term, "v");
	wait_for("Its script");
	assert_false(term_has(term, "(line 12)"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		console_test(shows_stages_bar_layers_and_log),
		console_test(shows_layers_while_it_pulls),
		console_test(says_how_much_is_pulled_where_layers_have_no_room),
		console_test(a_cut_line_of_the_log_says_so),
		console_test(success_ends_in_a_card),
		console_test(every_line_of_the_log_is_there),
		console_test(failure_says_what_where_and_what_to_try),
		console_test(a_wrong_script_is_refused),
		console_test(failure_can_be_told_without_colour),
		console_test(cancel_asks_once),
		console_test(runs_again),
		console_test(tabs_are_shown_whole_or_not_at_all),
		console_test(quits_at_once_when_nothing_runs),
		console_test(quit_asks_while_something_runs),
		console_test(quit_can_wait),
		console_test(two_at_once_are_kept_apart),
		console_test(the_log_pauses_and_follows),
		console_test(levels_and_times_of_the_log),
		console_test(the_card_gives_way_to_the_log_on_a_small_screen),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
