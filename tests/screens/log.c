/* The log pane: searching, filtering and moving in the log of a rehearsal. */
#include "support/console_term.h"

#include <stdio.h>
#include <unistd.h>

#define DEMO "--target", "demo"

/* A rehearsal that is over, with the focus on its log. 2,006 lines, the container's from 1,670 on.
 */
static void open_log(int rows, int columns)
{
	open_console(rows, columns, DEMO, "--name", "web", "--env", "DEMO_SECONDS=0.3", "--env",
		"DEMO_LINES=2000");
	wait_for("Tab next pane");
	term_send(term, KEY_SEQ_F5);
	wait_for("✓ Rehearsal complete");
	term_send(term, "\0334");
	wait_for("▸Log");
	wait_for("2,006 lines");
}

static bool text_is_reversed(struct term *shown, const void *text)
{
	int row = 0, column;

	return term_find(shown, text, &row, &column) && term_cell(shown, row, column).reverse;
}

static bool text_is_plain(struct term *shown, const void *text)
{
	return !text_is_reversed(shown, text);
}

static void a_search_marks_counts_and_goes(void **state)
{
	(void)state;
	open_log(24, 80);
	term_send(term, "/");
	wait_for("Search:");
	term_send(term, "line 77");
	wait_for("11 of 11");
	term_wait(term, text_is_reversed, "(line 779)", "chosen", TERM_WAIT_MS);
	assert_int_equal(cell_of("line 778").foreground, 220);
	assert_int_equal(cell_of("(line 778").foreground, TERM_DEFAULT_COLOR);
	term_send(term, "8");
	term_wait(term, text_is_reversed, "(line 778)", "chosen", TERM_WAIT_MS);
	wait_for("1 of 1");
	term_send(term, "\177\r");
	wait_for("11 of 11");
	wait_gone("Search:");
	term_send(term, "N");
	wait_for("10 of 11");
	term_send(term, "nn");
	wait_for("Past the end of the log, on from the other end.");
	wait_for("1 of 11");
	wait_for("(line 77)");
	term_send(term, "\033");
	wait_for("11 matches");
	term_send(term, "\033");
	wait_gone("11 matches");
}

static void a_search_given_up_goes_back(void **state)
{
	(void)state;
	open_log(24, 80);
	wait_for("(line 2000)");
	term_send(term, "/line 12");
	wait_for("(line 1299)");
	term_send(term, "\033");
	wait_for("following");
	wait_for("(line 2000)");
	wait_gone("Search:");
	assert_false(term_has(term, "match"));
}

static void an_expression_is_one_key_away_and_told_when_wrong(void **state)
{
	(void)state;
	open_log(24, 80);
	term_send(term, "/line 1[02]3\\)");
	wait_for("no match");
	term_send(term, "\022");
	wait_for("Search regex:");
	wait_for("(line 123)");
	wait_for("2 of 2");
	term_send(term, "(");
	wait_for("missing closing parenthesis");
	/* It is not taken as it is. */
	term_send(term, "\r");
	wait_for("Search regex:");
	term_send(term, "\177\r");
	wait_gone("Search regex:");
	wait_for("2 of 2");
}

static void filters_keep_and_hide(void **state)
{
	(void)state;
	open_log(24, 80);
	term_send(term, "&");
	wait_for("Show only (! hides):");
	term_send(term, "line 19\r");
	wait_for("only 'line 19'");
	wait_for("111 lines, 1,895 hidden");
	term_send(term, "&!line 199\r");
	wait_for("without 'line 199' and 1");
	wait_for("100 lines, 1,906 hidden");
	wait_for("(line 1989)");
	assert_false(term_has(term, "(line 1990)"));
	/* Levels are one more. */
	term_send(term, "&pretended\r");
	wait_for("No line passes");
	term_send(term, "&\rlll");
	wait_for("errors");
	wait_for("5 lines, 2,001 hidden");
	term_send(term, "l&\r");
	wait_for("only 'line 19'");
	term_send(term, "&\r");
	wait_for("2,006 lines");
	term_send(term, "&\r");
	wait_for("There is no filter to take off.");
}

static void a_line_is_gone_to_by_its_number(void **state)
{
	(void)state;
	open_log(24, 80);
	term_send(term, ":2007\r");
	wait_for("The log has no line 2007: there are 2006.");
	term_send(term, ":1\r");
	term_wait(term, text_is_reversed, "Rehearsal: checking", "chosen", TERM_WAIT_MS);
	wait_for("paused");
	term_send(term, "m");
	wait_for("◆");
	term_send(term, KEY_SEQ_END);
	wait_for("following");
	wait_for("(line 2000)");
	term_send(term, "'");
	wait_for("Rehearsal: checking");
	term_send(term, "'");
	wait_for("(line 2000)");
}

static void lines_are_selected(void **state)
{
	(void)state;
	open_log(24, 80);
	wait_for("(line 2000)");
	term_send(term, "Vkk");
	wait_for("selecting");
	term_wait(term, text_is_reversed, "(line 1998)", "selected", TERM_WAIT_MS);
	assert_true(cell_of("(line 2000)").reverse);
	assert_false(cell_of("(line 1997)").reverse);
	term_send(term, "\033");
	wait_gone("selecting");
	term_wait(term, text_is_plain, "(line 1998)", "not selected", TERM_WAIT_MS);
}

static void chosen_lines_go_to_the_clipboard(void **state)
{
	(void)state;
	open_log(24, 80);
	wait_for("(line 2000)");
	size_t before = term_bytes(term);
	term_send(term, "y");
	wait_for("The arrows choose lines");
	term_send(term, "ky");
	wait_for("Sent 2 lines to the terminal's clipboard");
	assert_true(term_log_has(term,
		"\033]52;c;R0VUIC9oZWFsdGh6IDIwMCwgODcgbXMgKGxpbmUgMTk5OSkK"
		"R0VUIC8gMjAwLCA2NSBtcyAobGluZSAyMDAwKQ==\a",
		before));
	wait_gone("selecting");
}

static void an_error_is_copied_whole(void **state)
{
	(void)state;
	open_log(24, 80);
	size_t before = term_bytes(term);
	term_send(term, "Y");
	wait_for("Sent 1 line to the terminal's clipboard");
	/* "GET /orders 503, 77 ms (line 1976)" */
	assert_true(term_log_has(
		term, "\033]52;c;R0VUIC9vcmRlcnMgNTAzLCA3NyBtcyAobGluZSAxOTc2KQ==\a", before));
}

static unsigned lines_of(const char *path)
{
	FILE *file = fopen(path, "re");
	unsigned lines = 0;
	int c;

	assert_non_null(file);
	while ((c = getc(file)) != EOF)
		lines += c == '\n';
	fclose(file);
	return lines;
}

static void what_is_shown_is_exported(void **state)
{
	char folder[] = "/tmp/berth-export-XXXXXX", path[64], typed[96];

	(void)state;
	assert_non_null(mkdtemp(folder));
	snprintf(path, sizeof(path), "%s/log", folder);
	/* The proposed name is replaced by one's own. */
	snprintf(typed, sizeof(typed), "\025%s\r", path);
	open_log(24, 80);
	term_send(term, "e");
	wait_for("Export to: berth-web-2");
	term_send(term, typed);
	wait_for("Exported 2006 lines");
	assert_int_equal(lines_of(path), 2006);
	term_send(term, "&line 19\r");
	wait_for("111 lines, 1,895 hidden");
	term_send(term, "e");
	wait_for("Export to: berth-web-2");
	term_send(term, typed);
	wait_for("Replace it? [y/N]");
	term_send(term, "n");
	wait_gone("Replace it?");
	assert_int_equal(lines_of(path), 2006);
	term_send(term, "e");
	wait_for("Export to: berth-web-2");
	term_send(term, typed);
	wait_for("Replace it? [y/N]");
	term_send(term, "y");
	wait_for("Exported 111 lines");
	assert_int_equal(lines_of(path), 111);
	remove(path);
	rmdir(folder);
}

/* Everything that is typed is also found while lines come in. */
static void a_search_goes_on_with_lines_that_arrive(void **state)
{
	(void)state;
	open_console(24, 80, DEMO, "--name", "web", "--env", "DEMO_SECONDS=600", "--env",
		"DEMO_RATE=20", "--env", "DEMO_LINES=1000000");
	wait_for("Tab next pane");
	term_send(term, KEY_SEQ_F5 "\0334");
	wait_for("(line 20)");
	term_send(term, "&line 1\r/line 13\r");
	wait_for("only 'line 1'");
	wait_for("1 of 11");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		console_test(a_search_marks_counts_and_goes),
		console_test(a_search_given_up_goes_back),
		console_test(an_expression_is_one_key_away_and_told_when_wrong),
		console_test(filters_keep_and_hide),
		console_test(a_line_is_gone_to_by_its_number),
		console_test(lines_are_selected),
		console_test(chosen_lines_go_to_the_clipboard),
		console_test(an_error_is_copied_whole),
		console_test(what_is_shown_is_exported),
		console_test(a_search_goes_on_with_lines_that_arrive),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
