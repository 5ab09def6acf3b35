/* What the terminal does to the console, and in what state it gets the terminal back. */
#include "support/console_term.h"

#include <signal.h>
#include <stdio.h>
#include <sys/wait.h>

#include "keys/keys.h"

#define DEMO "--target", "demo", "--name", "web"

static void start(const char *until)
{
	wait_for("Tab next pane");
	term_send(term, KEY_SEQ_F5);
	wait_for(until);
}

/* The same screen again, cell by cell. */
static bool is_screen(struct term *console, const void *context)
{
	char *screen = term_snapshot(console);
	bool same = strcmp(screen, context) == 0;

	free(screen);
	return same;
}

static void wait_screen(const char *screen)
{
	term_wait(term, is_screen, screen, "the screen of before", TERM_WAIT_MS);
}

static char *settled_screen(void)
{
	term_wait_quiet(term, 200, TERM_WAIT_MS);
	return term_snapshot(term);
}

static void storm(void)
{
	uint64_t random = 88172645463325252u;

	for (int i = 0; i < 100; i++) {
		random ^= random << 13;
		random ^= random >> 7;
		random ^= random << 17;
		term_resize(term, 1 + (int)(random % 60), 1 + (int)(random / 61 % 200));
		/* Some of them are met in the middle of a frame, some are skipped. */
		if (i % 3 == 0)
			term_watch(term, 5);
	}
}

static void survives_a_storm_of_sizes(void **state)
{
	char *before;

	(void)state;
	open_console(24, 80, DEMO, SHORT_RUN);
	start("✓ Rehearsal complete");
	before = settled_screen();
	storm();
	term_resize(term, 24, 80);
	wait_screen(before);
	/* Every pane in turn, and the help. */
	for (int key = 0; key < 4; key++) {
		const char *const keys[] = {KEY_SEQ_F2, "\0334", "\0333", KEY_SEQ_F1};

		free(before);
		term_send(term, keys[key]);
		before = settled_screen();
		storm();
		term_resize(term, 24, 80);
		wait_screen(before);
	}
	free(before);
}

static void survives_a_storm_while_it_runs(void **state)
{
	(void)state;
	open_console(24, 80, DEMO, "--env", "DEMO_SECONDS=600", "--env", "DEMO_RATE=2000", "--env",
		"DEMO_LINES=10000000");
	start("(line 1");
	storm();
	term_resize(term, 9, 30);
	wait_for("40 x 10");
	term_resize(term, 40, 120);
	wait_for("╭▸Log · all levels · following");
	term_send(term, "c");
	wait_for("Cancel 'web'?");
	term_send(term, "y");
	wait_for("⊘ Rehearsal cancelled");
	term_send(term, "q");
	assert_int_equal(term_wait_exit(term, TERM_WAIT_MS), 0);
	term_assert_restored(term);
}

static void redraws_whole(void **state)
{
	char *before;

	(void)state;
	open_console(24, 80, DEMO, SHORT_RUN);
	start("✓ Rehearsal complete");
	before = settled_screen();
	term_forget_screen(term);
	assert_false(is_screen(term, before));
	term_send(term, "\014");
	wait_screen(before);
	free(before);
}

static void suspends_and_comes_back_clean(void **state)
{
	char *before;

	(void)state;
	open_console(24, 80, DEMO, SHORT_RUN);
	start("✓ Rehearsal complete");
	before = settled_screen();
	for (int i = 0; i < 2; i++) {
		term_send(term, "\032");
		term_wait_stop(term, TERM_WAIT_MS);
		term_assert_restored(term);
		term_kill(term, SIGCONT);
		wait_screen(before);
		assert_true(term_log_has(term, "\033[?2004h", 0));
	}
	/* It came back whole: keys work and the terminal is taken again. */
	term_send(term, "?");
	wait_for("Help");
	term_send(term, "\033");
	wait_gone("Help");
	term_send(term, "q");
	assert_int_equal(term_wait_exit(term, TERM_WAIT_MS), 0);
	term_assert_restored(term);
	free(before);
}

static void comes_back_to_another_size(void **state)
{
	(void)state;
	open_console(24, 80, DEMO);
	wait_for("Tab next pane");
	term_send(term, "\032");
	term_wait_stop(term, TERM_WAIT_MS);
	term_resize(term, 40, 120);
	term_kill(term, SIGCONT);
	wait_for("╭▸Deploy");
	wait_for("╭ Deployments");
}

static void deadly_signals_give_the_terminal_back(void **state)
{
	static const int signals[] = {SIGTERM, SIGHUP, SIGABRT, SIGSEGV, SIGBUS, SIGFPE, SIGILL};

	(void)state;
	for (size_t i = 0; i < sizeof(signals) / sizeof(signals[0]); i++) {
		int status;

		/* A sanitizer would take these over and say what it thinks. */
		open_console_in(
			ENVIRONMENT("ASAN_OPTIONS=handle_segv=0:handle_abort=0:handle_sigbus="
				    "0:handle_sigfpe=0:handle_sigill=0"),
			24, 80, DEMO, "--no-mouse");
		wait_for("Tab next pane");
		term_kill(term, signals[i]);
		status = term_wait_exit(term, TERM_WAIT_MS);
		if (WIFSIGNALED(status))
			assert_int_equal(WTERMSIG(status), signals[i]);
		else
			assert_int_equal(WEXITSTATUS(status), 128 + signals[i]);
		term_assert_restored(term);
		close_console(NULL);
	}
}

static void a_termination_puts_things_back_first(void **state)
{
	int status;

	(void)state;
	open_console(24, 80, DEMO, LONG_RUN);
	start("(line 3)");
	term_kill(term, SIGTERM);
	status = term_wait_exit(term, TERM_WAIT_MS);
	assert_int_equal(WEXITSTATUS(status), 128 + SIGTERM);
	assert_true(term_log_has(term, "Rehearsal: cancelling", 0) ||
		    term_log_has(term, "put back", 0));
	term_assert_restored(term);
}

static void an_interrupt_from_outside_is_the_key(void **state)
{
	(void)state;
	open_console(24, 80, DEMO, LONG_RUN);
	start("(line 3)");
	term_kill(term, SIGINT);
	wait_for("1 deployment is under way.");
}

/* Every row of the table of keys stands in the help, in some page of it. */
static void help_lists_the_table(void **state)
{
	bool seen[128] = {false};
	size_t missing = keys_table_count;

	(void)state;
	assert_true(keys_table_count < sizeof(seen));
	open_console(24, 120, DEMO);
	wait_for("Tab next pane");
	term_send(term, KEY_SEQ_F1);
	wait_for("▸Help");
	term_send(term, KEY_SEQ_HOME);
	for (int page = 0; page < 12; page++) {
		term_wait_quiet(term, 100, TERM_WAIT_MS);
		for (size_t i = 0; i < keys_table_count; i++) {
			if (!seen[i] && term_has(term, keys_table[i].help)) {
				seen[i] = true;
				missing--;
			}
		}
		term_send(term, KEY_SEQ_PAGE_DOWN);
	}
	for (size_t i = 0; i < keys_table_count && missing > 0; i++) {
		if (!seen[i])
			fail_msg("not in the help: %s", keys_table[i].help);
	}
	term_send(term, "\033");
	wait_gone("▸Help");
	wait_for("▸Deploy");
}

static void help_speaks_of_the_pane_first(void **state)
{
	(void)state;
	open_console(24, 80, DEMO);
	wait_for("Tab next pane");
	term_send(term, "\t?");
	wait_for("▸Help");
	wait_for("wrap long lines");
	assert_true(!term_has(term, "Everywhere") || row_of("Log") < row_of("Everywhere"));
}

static void the_mouse_is_asked_for_and_given_back(void **state)
{
	(void)state;
	open_console(24, 80, DEMO, "--mouse");
	wait_for("Tab next pane");
	assert_true(term_log_has(term, "\033[?1006;1000h", 0));
	/* A click into the log, as an SGR report. */
	char click[32];
	snprintf(click, sizeof(click), "\033[<0;5;%dM", row_of("Nothing deployed yet") + 1);
	term_send(term, click);
	wait_for("▸Log");
	term_send(term, "q");
	assert_int_equal(term_wait_exit(term, TERM_WAIT_MS), 0);
	term_assert_restored(term);
}

/* A line that is slow delivers it in pieces: none of them is a key. */
static void a_click_in_pieces_is_a_click(void **state)
{
	char click[32];

	(void)state;
	open_console(24, 80, DEMO, "--mouse");
	wait_for("Tab next pane");
	snprintf(click, sizeof(click), "\033[<0;5;%dM", row_of("Nothing deployed yet") + 1);
	for (size_t cut = 3; click[cut] != '\0'; cut++) {
		term_send(term, "\0332");
		wait_for("▸Deploy");
		term_send_bytes(term, click, cut);
		term_watch(term, 50);
		term_send(term, click + cut);
		wait_for("▸Log");
		assert_false(term_has(term, "The mouse is"));
	}
}

static void a_crash_gives_the_mouse_back(void **state)
{
	(void)state;
	open_console_in(
		ENVIRONMENT("ASAN_OPTIONS=handle_segv=0:handle_abort=0"), 24, 80, DEMO, "--mouse");
	wait_for("Tab next pane");
	term_kill(term, SIGABRT);
	assert_int_equal(WTERMSIG(term_wait_exit(term, TERM_WAIT_MS)), SIGABRT);
	term_assert_restored(term);
}

/* From its first bytes on, whatever it is doing then. */
static void a_size_that_changes_at_the_start_is_seen(void **state)
{
	(void)state;
	for (int i = 0; i < 10; i++) {
		open_console(24, 80, DEMO);
		wait_for("berth");
		term_resize(term, 40, 120);
		wait_for("╭ Deployments");
		close_console(NULL);
	}
}

static void no_mouse_when_told_so(void **state)
{
	(void)state;
	open_console(24, 80, DEMO, "--no-mouse");
	wait_for("Tab next pane");
	assert_false(term_log_has(term, "1000h", 0));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		console_test(survives_a_storm_of_sizes),
		console_test(survives_a_storm_while_it_runs),
		console_test(redraws_whole),
		console_test(suspends_and_comes_back_clean),
		console_test(comes_back_to_another_size),
		console_test(deadly_signals_give_the_terminal_back),
		console_test(a_termination_puts_things_back_first),
		console_test(an_interrupt_from_outside_is_the_key),
		console_test(help_lists_the_table),
		console_test(help_speaks_of_the_pane_first),
		console_test(the_mouse_is_asked_for_and_given_back),
		console_test(a_click_in_pieces_is_a_click),
		console_test(a_crash_gives_the_mouse_back),
		console_test(a_size_that_changes_at_the_start_is_seen),
		console_test(no_mouse_when_told_so),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
