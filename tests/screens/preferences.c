/* What a person prefers: keys, theme and mouse, from the configuration, the command line, and while
 * it runs. */
#include "support/console_term.h"

#include <stdio.h>
#include <sys/wait.h>

#include "unit/tree.h"

static struct tree tree;

static int setup(void **state)
{
	(void)state;
	tree_init(&tree);
	return 0;
}

static int teardown(void **state)
{
	close_console(state);
	tree_release(&tree);
	return 0;
}

static void configure(const char *text)
{
	tree_text(&tree, "berth/config.json", text);
}

/* In the environment: the configuration, and `more`. */
static const char *const *environment(const char *more)
{
	static char folder[128];
	static const char *variables[3];

	snprintf(folder, sizeof(folder), "XDG_CONFIG_HOME=%s", tree.path);
	variables[0] = folder;
	variables[1] = more;
	variables[2] = NULL;
	return variables;
}

#define open_with(...) open_console_in(environment(NULL), 24, 80, "--target", "demo", __VA_ARGS__)
#define open_in(more, ...)                                                                         \
	open_console_in(environment(more), 24, 80, "--target", "demo", __VA_ARGS__)

static void own_keys_work_everywhere(void **state)
{
	(void)state;
	configure("{\"keys\": {\"deploy\": \"F9\", \"log.wrap\": \"W\", \"help\": [\"H\", "
		  "\"Alt-h\"]}}");
	open_console_in(environment(NULL), 70, 120, "--target", "demo", "--name", "web", SHORT_RUN);
	wait_for("Tab next pane");
	assert_true(term_has(term, "F9 deploy"));
	assert_true(term_has(term, "Fill in the form, F9 deploys."));
	assert_false(term_has(term, "F5"));
	/* The old key is one no more. */
	term_send(term, KEY_SEQ_F5);
	term_send(term, "\033h");
	wait_for("▸Help");
	wait_for("H, Alt-h");
	assert_false(term_has(term, "F5"));
	term_send(term, "\033");
	wait_gone("▸Help");
	assert_false(term_has(term, "Rehearsal complete"));
	term_send(term, "\033[20~");
	wait_for("Rehearsal complete");
}

static void help_on_the_command_line_tells_them(void **state)
{
	const char *const arguments[] = {BERTH_PROGRAM, "help", "keys", NULL};

	(void)state;
	configure("{\"keys\": {\"deploy\": \"F9\"}}");
	term = term_start(&(struct term_setup){.rows = 240,
		.columns = 100,
		.arguments = arguments,
		.environment = environment(NULL)});
	assert_int_equal(term_wait_exit(term, TERM_WAIT_MS), 0);
	assert_true(term_find(term, "F9 ", &(int){0}, &(int){0}));
	assert_true(term_has(term, "deploy what the form says (deploy)"));
	assert_false(term_has(term, "F5"));
}

static void a_wrong_key_opens_nothing(void **state)
{
	(void)state;
	configure("{\"keys\": {\"log.folow\": \"F\"}}");
	open_console_in(environment(NULL), 24, 200, "--no-mouse");
	assert_int_equal(WEXITSTATUS(term_wait_exit(term, TERM_WAIT_MS)), 2);
	assert_true(term_has(term, "berth/config.json:1:11: unknown action 'log.folow', did you "
				   "mean 'log.follow'?"));
	term_assert_restored(term);
}

static void a_theme_from_the_configuration(void **state)
{
	(void)state;
	configure("{\"theme\": \"light\"}");
	open_with("--no-mouse");
	wait_for("Tab next pane");
	assert_int_equal(cell_of("berth").foreground, 25);
	assert_true(cell_of("berth").bold);
}

static void the_option_goes_before_it(void **state)
{
	(void)state;
	configure("{\"theme\": \"light\"}");
	open_with("--theme", "high-contrast");
	wait_for("Tab next pane");
	assert_int_equal(cell_of("berth").foreground, TERM_DEFAULT_COLOR);
	assert_int_equal(cell_of("F5 deploy").foreground, 226);
	assert_true(cell_of("F5 deploy").bold);
}

static void the_palette_of_the_terminal(void **state)
{
	(void)state;
	open_with("--theme", "terminal");
	wait_for("Tab next pane");
	assert_int_equal(cell_of("berth").foreground, 6);
	assert_int_equal(cell_of("● rehearsal").foreground, 3);
	assert_false(term_log_has(term, "38;5;", 0));
}

static bool has_colour(struct term *console, const void *context)
{
	const int *wanted = context;
	int row = 0, column;

	return term_find(console, "berth", &row, &column) &&
	       term_cell(console, row, column).foreground == *wanted;
}

static void wait_colour(int wanted)
{
	term_wait(term, has_colour, &wanted, "another theme", TERM_WAIT_MS);
}

static void themes_change_while_it_runs(void **state)
{
	(void)state;
	open_with("--no-mouse");
	wait_for("Tab next pane");
	wait_colour(39);
	term_send(term, "T");
	wait_colour(25);
	wait_for("Theme 'light'.");
	term_send(term, "T");
	wait_colour(TERM_DEFAULT_COLOR);
	wait_for("Theme 'high-contrast'.");
	term_send(term, "T");
	wait_colour(6);
	term_send(term, "T");
	wait_colour(39);
	wait_for("Theme 'default'.");
}

/* Every cell of the screen, old ones too. */
static void nothing_of_the_old_theme_stays(void **state)
{
	int rows, columns;

	(void)state;
	open_with("--no-mouse");
	wait_for("Tab next pane");
	term_send(term, "T");
	wait_colour(25);
	term_wait_quiet(term, 200, TERM_WAIT_MS);
	term_size(term, &rows, &columns);
	for (int row = 0; row < rows; row++) {
		for (int column = 0; column < columns; column++) {
			int color = term_cell(term, row, column).foreground;

			assert_true(color != 39 && color != 245 && color != 240 && color != 172);
		}
	}
}

static void eight_colours_are_enough(void **state)
{
	(void)state;
	open_in("TERM=xterm", "--theme", "light");
	wait_for("Tab next pane");
	assert_int_equal(cell_of("berth").foreground, 4);
	assert_int_equal(cell_of("● rehearsal").foreground, 5);
	assert_false(term_log_has(term, "38;5;", 0));
	term_send(term, "T");
	wait_colour(TERM_DEFAULT_COLOR);
}

static void no_colour_in_any_theme(void **state)
{
	(void)state;
	open_in("NO_COLOR=1", "--theme", "high-contrast");
	wait_for("Tab next pane");
	assert_int_equal(cell_of("F5 deploy").foreground, TERM_DEFAULT_COLOR);
	assert_true(cell_of("F5 deploy").bold);
	term_send(term, "T");
	wait_for("Theme 'terminal'.");
	assert_int_equal(cell_of("berth").foreground, TERM_DEFAULT_COLOR);
}

static void clicolor_0_is_no_colour(void **state)
{
	(void)state;
	open_in("CLICOLOR=0", "--no-mouse");
	wait_for("Tab next pane");
	assert_int_equal(cell_of("berth").foreground, TERM_DEFAULT_COLOR);
}

static void the_mouse_is_left_alone_unless_wanted(void **state)
{
	(void)state;
	open_with("--name", "web");
	wait_for("Tab next pane");
	assert_false(term_log_has(term, "1000h", 0));
	close_console(NULL);
	configure("{\"mouse\": true}");
	open_with("--name", "web");
	wait_for("Tab next pane");
	assert_true(term_log_has(term, "\033[?1006;1000h", 0));
	close_console(NULL);
	open_with("--no-mouse");
	wait_for("Tab next pane");
	assert_false(term_log_has(term, "1000h", 0));
}

static bool was_sent(struct term *console, const void *context)
{
	return term_log_has(console, context, 0);
}

static void the_mouse_is_taken_and_left_by_a_key(void **state)
{
	char click[32];

	(void)state;
	open_with("--name", "web");
	wait_for("Tab next pane");
	term_send(term, "M");
	term_wait(term, was_sent, "\033[?1006;1000h", "the mouse to be asked for", TERM_WAIT_MS);
	wait_for("The mouse is berth's; with Shift it is the terminal's.");
	snprintf(click, sizeof(click), "\033[<0;5;%dM", row_of("Log") + 2);
	term_send(term, click);
	wait_for("▸Log");
	term_send(term, "M");
	term_wait(term, was_sent, "\033[?1006;1000l", "the mouse to be given back", TERM_WAIT_MS);
	term_send(term, "Mq");
	assert_int_equal(term_wait_exit(term, TERM_WAIT_MS), 0);
	term_assert_restored(term);
}

static void read_only_starts_nothing(void **state)
{
	(void)state;
	open_with("--name", "web", "--read-only", SHORT_RUN);
	wait_for("Tab next pane");
	assert_true(cell_of("read-only").bold);
	assert_int_equal(row_of("read-only"), 0);
	assert_true(term_has(term, "Nothing deployed, and nothing can be: read-only."));
	assert_int_equal(cell_of("F5 deploy").foreground, 245);
	assert_int_equal(cell_of("? help").foreground, 39);
	term_send(term, KEY_SEQ_F5);
	wait_for("Not now: 'deploy': read-only.");
	term_send(term, ":deploy\r");
	wait_gone("▸Commands");
	wait_for("Not now: 'deploy': read-only.");
	term_send(term, ":dep");
	wait_for("not now: read-only");
	term_send(term, "\033");
	wait_gone("▸Commands");
	term_send(term, "?");
	wait_for("▸Help");
	wait_for("not now, read-only: deploy what the form says");
	assert_int_equal(cell_of("not now, read-only").foreground, 245);
	term_send(term, "\033q");
	assert_int_equal(term_wait_exit(term, TERM_WAIT_MS), 0);
	assert_false(term_log_has(term, "Rehearsal: checking", 0));
}

static void a_dumb_terminal_is_told_what_works(void **state)
{
	(void)state;
	open_in("TERM=dumb", "--no-mouse");
	assert_int_equal(WEXITSTATUS(term_wait_exit(term, TERM_WAIT_MS)), 2);
	assert_true(term_has(term, "TERM is 'dumb'"));
	assert_true(term_has(term, "'berth --linear' is the same in lines"));
	assert_true(term_has(term, "'berth deploy' works"));
}

#define preferences_test(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		preferences_test(own_keys_work_everywhere),
		preferences_test(help_on_the_command_line_tells_them),
		preferences_test(a_wrong_key_opens_nothing),
		preferences_test(a_theme_from_the_configuration),
		preferences_test(the_option_goes_before_it),
		preferences_test(the_palette_of_the_terminal),
		preferences_test(themes_change_while_it_runs),
		preferences_test(nothing_of_the_old_theme_stays),
		preferences_test(eight_colours_are_enough),
		preferences_test(no_colour_in_any_theme),
		preferences_test(clicolor_0_is_no_colour),
		preferences_test(the_mouse_is_left_alone_unless_wanted),
		preferences_test(the_mouse_is_taken_and_left_by_a_key),
		preferences_test(read_only_starts_nothing),
		preferences_test(a_dumb_terminal_is_told_what_works),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
