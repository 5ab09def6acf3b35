/* Random sizes while the log floods: whatever the last one is, the screen is whole at it. */
#include "support/console_term.h"

#include <stdio.h>

#include "support/random.h"

#include "panes/layout.h"

enum { STORMS = 50, SIZES_PER_STORM = 10, ROWS_MAX = 100, COLUMNS_MAX = 300 };

#define DEMO  "--target", "demo", "--name", "web"
#define FLOOD "--env", "DEMO_SECONDS=600", "--env", "DEMO_RATE=2000", "--env", "DEMO_LINES=10000000"

static struct random dice = {0x5ca1ab1e0ddba11};

static bool is_cell(const struct term *console, int row, int column, const char *text)
{
	return strcmp(term_cell(console, row, column).text, text) == 0;
}

static bool is_side(const struct term *console, int column, int from, int to)
{
	for (int row = from; row < to; row++) {
		if (!is_cell(console, row, column, "│"))
			return false;
	}
	return true;
}

static int next_on_row(const struct term *console, int row, int column, const char *text)
{
	int rows, columns;

	term_size(console, &rows, &columns);
	while (column < columns && !is_cell(console, row, column, text))
		column++;
	return column < columns ? column : -1;
}

/* The box whose first corner is there is closed, and nothing stands on its border. */
static bool is_box(const struct term *console, int top, int left)
{
	int rows, columns, right = next_on_row(console, top, left, "╮"), bottom = top + 1;

	term_size(console, &rows, &columns);
	while (bottom < rows && is_cell(console, bottom, left, "│"))
		bottom++;
	if (right < 0 || bottom == rows || !is_cell(console, bottom, left, "╰") ||
		!is_cell(console, bottom, right, "╯"))
		return false;
	for (int column = left + 1; column < right; column++) {
		if (!is_cell(console, bottom, column, "─"))
			return false;
	}
	return is_side(console, right, top + 1, bottom);
}

static size_t count_cells(const struct term *console, const char *text)
{
	int rows, columns;
	size_t count = 0;

	term_size(console, &rows, &columns);
	for (int row = 0; row < rows; row++) {
		for (int column = 0; column < columns; column++)
			count += is_cell(console, row, column, text);
	}
	return count;
}

static bool boxes_are_whole(const struct term *console)
{
	int rows, columns;
	size_t boxes = 0;

	term_size(console, &rows, &columns);
	for (int row = 0; row < rows; row++) {
		for (int column = 0; column < columns; column++) {
			if (!is_cell(console, row, column, "╭"))
				continue;
			boxes++;
			if (!is_box(console, row, column))
				return false;
		}
	}
	return boxes >= 4 && count_cells(console, "╮") == boxes &&
	       count_cells(console, "╰") == boxes && count_cells(console, "╯") == boxes &&
	       is_cell(console, 1, 0, "╭") && is_cell(console, 1, columns - 1, "╮") &&
	       is_cell(console, rows - 2, 0, "╰") && is_cell(console, rows - 2, columns - 1, "╯");
}

/* Panes under each other, each below a line from one edge to the other. */
static bool rules_are_whole(const struct term *console)
{
	int rows, columns, rules = 0;

	term_size(console, &rows, &columns);
	for (int row = 1; row < rows - 1; row++) {
		bool begins = is_cell(console, row, 0, "─");

		if (begins != is_cell(console, row, columns - 1, "─"))
			return false;
		rules += begins;
	}
	return rules > 0 && count_cells(console, "╭") == 0 && count_cells(console, "│") == 0;
}

static bool row_begins(const struct term *console, int row, const char *text)
{
	char *line = term_row_text(console, row);
	bool begins = strncmp(line, text, strlen(text)) == 0;

	free(line);
	return begins;
}

/* Where there is no column for all of it, the beginning stands there. */
static bool says_what_it_needs(const struct term *console, int row)
{
	int rows, columns;
	char wanted[64];

	term_size(console, &rows, &columns);
	snprintf(wanted, sizeof(wanted), "%d x %d needed, this is %d x %d", LAYOUT_MIN_COLUMNS,
		LAYOUT_MIN_ROWS, columns, rows);
	if (columns <= (int)strlen(wanted))
		wanted[columns - 1] = '\0';
	return row_begins(console, row, wanted);
}

static bool is_empty(const struct term *console, int row)
{
	char *line = term_row_text(console, row);
	bool empty = line[0] == '\0';

	free(line);
	return empty;
}

static bool only_says_what_it_needs(const struct term *console)
{
	int rows, columns;

	term_size(console, &rows, &columns);
	for (int row = 0; row < rows; row++) {
		if (row == rows / 2 ? !says_what_it_needs(console, row) : !is_empty(console, row))
			return false;
	}
	return true;
}

static bool is_whole(struct term *console, const void *context)
{
	int rows, columns;

	(void)context;
	term_size(console, &rows, &columns);
	if (rows < LAYOUT_MIN_ROWS || columns < LAYOUT_MIN_COLUMNS)
		return only_says_what_it_needs(console);
	if (!row_begins(console, 0, " berth") || !row_begins(console, rows - 1, " F5 deploy"))
		return false;
	return count_cells(console, "╭") > 0 ? boxes_are_whole(console) : rules_are_whole(console);
}

static void wait_whole(void)
{
	term_wait(term, is_whole, NULL, "the screen is whole", TERM_WAIT_MS);
}

static void resize_randomly(void)
{
	term_resize(term, 1 + (int)random_below(&dice, ROWS_MAX),
		1 + (int)random_below(&dice, COLUMNS_MAX));
}

/* Some are met in the middle of a frame, some are skipped. */
static void storm(void)
{
	for (int i = 0; i < SIZES_PER_STORM; i++) {
		resize_randomly();
		if (random_below(&dice, 3) == 0)
			term_watch(term, 5);
	}
}

static void open_flood(void)
{
	open_console(24, 80, DEMO, FLOOD);
	wait_for("Tab next pane");
	term_send(term, KEY_SEQ_F5);
	wait_for("(line 5");
}

static void assert_clean(void)
{
	assert_false(term_log_has(term, "Sanitizer", 0));
	assert_false(term_log_has(term, "runtime error:", 0));
}

static void cancel_and_leave(void)
{
	term_resize(term, 24, 80);
	term_send(term, "c");
	wait_for("Cancel 'web'?");
	term_send(term, "y");
	wait_for("⊘ Rehearsal cancelled");
	term_send(term, "q");
	assert_int_equal(term_wait_exit(term, TERM_WAIT_MS), 0);
	assert_clean();
	term_assert_restored(term);
}

static void is_whole_at_every_size(void **state)
{
	(void)state;
	open_flood();
	for (int i = 0; i < STORMS; i++) {
		storm();
		wait_whole();
	}
	cancel_and_leave();
}

/* "(line 12)" of the row with the mark. */
static void text_of_marked_line(char dst[32])
{
	char *line = term_row_text(term, row_of("◆"));
	const char *found = strstr(line, "(line ");

	assert_non_null(found);
	snprintf(dst, 32, "%.*s", (int)strcspn(found, ")") + 1, found);
	free(line);
}

static void a_paused_line_stays(void **state)
{
	char line[32];

	(void)state;
	open_flood();
	for (int i = 0; i < 20; i++)
		term_send(term, "k");
	wait_for("paused, ");
	term_send(term, "m");
	text_of_marked_line(line);
	for (int i = 0; i < STORMS / 5; i++) {
		storm();
		term_resize(term, 24 + (int)random_below(&dice, 76),
			150 + (int)random_below(&dice, 150));
		wait_whole();
		wait_for("paused, ");
		wait_for(line);
		wait_for("◆");
	}
	/* Who reads further up is not shown the result. */
	term_send(term, "f");
	cancel_and_leave();
}

/* Another screen than the frames in between left: what is there is what a whole new one shows. */
static bool is_screen(struct term *console, const void *context)
{
	char *screen = term_snapshot(console);
	bool same = strcmp(screen, context) == 0;

	free(screen);
	return same;
}

static void nothing_of_another_size_is_left(void **state)
{
	(void)state;
	open_console(24, 80, DEMO, SHORT_RUN);
	wait_for("Tab next pane");
	term_send(term, KEY_SEQ_F5);
	wait_for("✓ Rehearsal complete");
	for (int i = 0; i < 20; i++) {
		char *before;

		storm();
		wait_whole();
		term_wait_quiet(term, 100, TERM_WAIT_MS);
		before = term_snapshot(term);
		term_forget_screen(term);
		term_send(term, "\014");
		term_wait(term, is_screen, before, "the same screen, drawn anew", TERM_WAIT_MS);
		free(before);
	}
	term_resize(term, 24, 80);
	term_send(term, "q");
	assert_int_equal(term_wait_exit(term, TERM_WAIT_MS), 0);
	assert_clean();
	term_assert_restored(term);
}

/* The least there is room for: what does not fit is cut where it can be seen. */

static void a_hint_that_is_cut_says_so(void **state)
{
	(void)state;
	open_console(LAYOUT_MIN_ROWS, LAYOUT_MIN_COLUMNS, DEMO);
	wait_for("rehearsal), or one from the configura…");
}

static void a_title_keeps_the_name(void **state)
{
	(void)state;
	open_console(LAYOUT_MIN_ROWS, LAYOUT_MIN_COLUMNS, DEMO, "--env", "DEMO_SECONDS=60");
	wait_for("F5 deploy");
	term_send(term, KEY_SEQ_F5);
	wait_for("web · pulling image");
}

static void what_is_below_is_counted_on_a_row_of_its_own(void **state)
{
	char *row;

	(void)state;
	open_console(LAYOUT_MIN_ROWS, LAYOUT_MIN_COLUMNS, DEMO, SHORT_RUN);
	wait_for("F5 deploy");
	term_send(term, KEY_SEQ_F5);
	wait_for("✓ Rehearsal complete");
	row = term_row_text(term, row_of("more below"));
	assert_string_equal(row + strspn(row, " "), "5 more below");
	free(row);
}

static void the_help_has_room_for_its_words(void **state)
{
	(void)state;
	open_console(LAYOUT_MIN_ROWS, LAYOUT_MIN_COLUMNS, DEMO);
	wait_for("F5 deploy");
	term_send(term, KEY_SEQ_F1);
	wait_for("Left/Right");
	wait_for("the next choice");
}

static void commands_say_what_they_do(void **state)
{
	(void)state;
	open_console(LAYOUT_MIN_ROWS, LAYOUT_MIN_COLUMNS, DEMO);
	wait_for("F5 deploy");
	term_send(term, "\033x");
	wait_for("deploy what the …");
	wait_for("not now: nothing…");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		console_test(is_whole_at_every_size),
		console_test(a_paused_line_stays),
		console_test(nothing_of_another_size_is_left),
		console_test(a_hint_that_is_cut_says_so),
		console_test(a_title_keeps_the_name),
		console_test(what_is_below_is_counted_on_a_row_of_its_own),
		console_test(the_help_has_room_for_its_words),
		console_test(commands_say_what_they_do),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
