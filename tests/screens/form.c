/* The form under the hand. */
#include "support/console_term.h"

#include <stdio.h>
#include <sys/wait.h>

enum { VALUE_COLUMN = 14 }; /* of the left column of fields, at 80 columns */

/* What stands in the field beside this label. */
static void wait_field(const char *label, const char *text)
{
	char row[256];

	snprintf(row, sizeof(row), "%-10s %s", label, text);
	wait_for(row);
}

static bool cursor_is_at(struct term *console, const void *context)
{
	const int *wanted = context;
	int row, column;

	return term_cursor(console, &row, &column) && row == wanted[0] && column == wanted[1];
}

static void wait_cursor(const char *label, int offset)
{
	int wanted[2] = {row_of(label), VALUE_COLUMN - 1 + offset};
	char what[64];

	snprintf(what, sizeof(what), "the cursor at %d, %d", wanted[0], wanted[1]);
	term_wait(term, cursor_is_at, wanted, what, TERM_WAIT_MS);
}

static void open_at_name(void)
{
	open_console(24, 80, "--no-mouse");
	wait_for("▸Target");
	term_send(term, KEY_SEQ_DOWN);
	wait_for("▸Name");
}

static void tab_moves_the_focus_visibly(void **state)
{
	(void)state;
	open_console(40, 120, "--no-mouse");
	wait_for("▸Deploy");
	assert_int_equal(cell_of("▸Deploy").foreground, 39);
	assert_true(term_cell(term, row_of("▸Deploy"), column_of("▸Deploy") + 1).bold);
	assert_false(cell_of("Log").bold);
	term_send(term, "\t");
	wait_for("▸Log");
	wait_gone("▸Deploy");
	assert_true(term_cell(term, row_of("▸Log"), column_of("▸Log") + 1).bold);
	assert_false(cell_of("Deploy ─").bold);
	term_send(term, KEY_SEQ_BACKTAB);
	wait_for("▸Deploy");
	wait_gone("▸Log");
	term_send(term, "\0334");
	wait_for("▸Log");
	term_send(term, "\0332");
	wait_for("▸Deploy");
}

static void arrows_go_through_the_fields(void **state)
{
	static const char *const order[] = {"▸Target", "▸Name", "▸Folder", "▸Ports", "▸Env",
		"▸Health", "▸Env file", "▸Git", "▸Preset", "▸Image", "▸Container", "▸Platform",
		"▸Restart", "▸Pull", "▸Dest", "▸Build"};

	(void)state;
	open_console(24, 80, "--no-mouse");
	for (size_t i = 0; i < sizeof(order) / sizeof(order[0]); i++) {
		wait_for(order[i]);
		assert_true(term_cell(term, row_of(order[i]), column_of(order[i]) + 1).bold);
		term_send(term, KEY_SEQ_DOWN);
		wait_gone(order[i]);
	}
	wait_for("▸Target");
	term_send(term, KEY_SEQ_UP);
	wait_for("▸Build");
}

static void a_build_takes_the_place_of_the_image(void **state)
{
	(void)state;
	open_console(24, 80, "--no-mouse", "--name", "web", "--image", "busybox", "--folder", ".");
	wait_for("▸Target");
	wait_for("Image      busybox");
	term_send(term, KEY_SEQ_UP);
	wait_for("▸Build");
	wait_for("‹ no ›");
	term_send(term, KEY_SEQ_RIGHT);
	wait_for("‹ yes ›");
	wait_for("Image      —");
	wait_for("Pull       —");
	wait_for("Dest       —");
	assert_false(term_has(term, "✗"));
	term_send(term, "\033c");
	wait_for("--build");
	wait_for("--folder /");
	assert_false(term_has(term, "--image"));
	term_send(term, "\033");
	wait_for("▸Build");
	term_send(term, KEY_SEQ_RIGHT);
	wait_for("Image      busybox");
}

static void a_repository_takes_the_place_of_the_folder(void **state)
{
	(void)state;
	open_console(24, 80, "--no-mouse", "--image", "busybox", "--folder", ".");
	wait_for("▸Target");
	for (int i = 0; i < 9; i++)
		term_send(term, KEY_SEQ_UP);
	wait_for("▸Git");
	term_send(term, "ftp://example.com/web");
	term_send(term, KEY_SEQ_UP);
	wait_for("✗Git");
	term_send(term, KEY_SEQ_DOWN);
	wait_for("a scheme that");
	term_send(term, "\025https://example.com/web.git#main" KEY_SEQ_UP);
	wait_for("▸Env file");
	wait_for("Folder     —");
	wait_for("Name       web");
	assert_false(term_has(term, "✗"));
}

static void choices_turn(void **state)
{
	(void)state;
	open_console(24, 80, "--no-mouse");
	wait_for("‹ local ›");
	term_send(term, KEY_SEQ_RIGHT);
	wait_for("‹ demo ›");
	wait_for("● rehearsal");
	term_send(term, KEY_SEQ_RIGHT);
	wait_for("‹ local ›");
	term_send(term, KEY_SEQ_LEFT);
	wait_for("‹ demo ›");
}

static void letters_are_typed(void **state)
{
	int row, column;

	(void)state;
	open_at_name();
	/* Each of them is a command outside of a text field. */
	term_send(term, "qcrn?fwt19");
	wait_field("Name", "qcrn?fwt19");
	wait_cursor("▸Name", 10);
	place_of("qcrn", &row, &column);
	assert_true(term_cell(term, row, column).underline);
	assert_true(term_cell(term, row, column + 15).underline);
}

static void editing_keys(void **state)
{
	static const struct {
		const char *keys, *text;
		int cursor;
	} steps[] = {
		{"one two three", "one two three", 13},
		{"\001", "one two three", 0},
		{"x", "xone two three", 1},
		{KEY_SEQ_DELETE, "xne two three", 1},
		{"\010", "ne two three", 0},
		{"\005", "ne two three", 12},
		{"\177", "ne two thre", 11},
		{"\027", "ne two ", 7},
		{"\033b", "ne two ", 3},
		{"\013", "ne ", 3},
		{"\031", "ne two ", 7},
		{KEY_SEQ_LEFT KEY_SEQ_LEFT, "ne two ", 5},
		{KEY_SEQ_RIGHT, "ne two ", 6},
		{"\025", " ", 0},
		{"\031", "ne two ", 6},
		{KEY_SEQ_HOME, "ne two ", 0},
		{"\033f", "ne two ", 2},
		{KEY_SEQ_END, "ne two ", 7},
		{"\002\006\004", "ne two ", 7},
	};
	(void)state;
	open_at_name();
	for (size_t i = 0; i < sizeof(steps) / sizeof(steps[0]); i++) {
		char text[64];

		term_send(term, steps[i].keys);
		wait_cursor("▸Name", steps[i].cursor);
		snprintf(text, sizeof(text), "%-22s", steps[i].text);
		wait_field("Name", text);
	}
}

static void wide_and_combining_characters(void **state)
{
	(void)state;
	open_at_name();
	term_send(term, "日本語");
	wait_cursor("▸Name", 6);
	wait_field("Name", "日本語");
	term_send(term, KEY_SEQ_LEFT);
	wait_cursor("▸Name", 4);
	term_send(term, "\010");
	wait_cursor("▸Name", 2);
	wait_field("Name", "日語");
	term_send(term, "e\xcc\x81!");
	wait_cursor("▸Name", 4);
	wait_field("Name", "日e\xcc\x81!語");
	/* The mark goes with its letter. */
	term_send(term, KEY_SEQ_LEFT "\010");
	wait_cursor("▸Name", 2);
	wait_field("Name", "日!語");
}

static void long_text_scrolls_sideways(void **state)
{
	(void)state;
	open_at_name();
	term_send(term, "begin-0123456789-0123456789-0123456789-end");
	wait_for("-end");
	assert_false(term_has(term, "begin"));
	term_send(term, "\001");
	wait_for("begin");
	wait_gone("-end");
	wait_cursor("▸Name", 0);
}

static void paste_is_text(void **state)
{
	(void)state;
	open_at_name();
	term_send(term, KEY_SEQ_PASTE("my\rapp\tq"));
	wait_field("Name", "my app q");
	term_send(term, "\025" KEY_SEQ_PASTE("q" KEY_SEQ_F5 "q"));
	wait_for("q  ");
	assert_true(term_has(term, "▸Name"));
	/* Outside of a text field it does nothing at all. */
	term_send(term, "\t");
	wait_for("▸Log");
	term_send(term, KEY_SEQ_PASTE("qqqq"));
	term_send(term, "?");
	wait_for("Help");
}

/* With a pause behind its first byte no terminal library takes it for a key. */
static void the_end_of_a_paste_may_come_in_pieces(void **state)
{
	(void)state;
	open_at_name();
	term_send(term, "\033[200~abc\033");
	term_watch(term, 100);
	term_send(term, "[201~");
	term_watch(term, 100);
	term_send(term, "d");
	wait_field("Name", "abcd ");
	term_send(term, "\003");
	assert_int_equal(term_wait_exit(term, TERM_WAIT_MS), 0);
}

static void escapes_in_a_paste_never_come_back(void **state)
{
	static const char hostile[] = KEY_SEQ_PASTE(
		"a\033]0;evil\007b\033[31mc\033[2Jd\033P1;2|x\033\\e\xc2\x9b"
		"31mf\xe2\x80\xae"
		"g");
	size_t before;

	(void)state;
	open_console(40, 120, "--no-mouse");
	wait_for("▸Target");
	term_send(term, KEY_SEQ_DOWN);
	wait_for("▸Name");
	before = term_bytes(term);
	term_send(term, hostile);
	/* The controls are gone or shown as a mark; what was between them is text like any other.
	 */
	wait_for("g  ");
	assert_false(term_log_has(term, "\033]0;evil", before));
	assert_false(term_log_has(term, "\033[31m", before));
	assert_false(term_log_has(term, "\033[2J", before));
	assert_false(term_log_has(term, "\033P", before));
	assert_false(term_log_has(term, "\007", before));
	assert_false(term_log_has(term, "\xc2\x9b", before));
	assert_false(term_log_has(term, "\xe2\x80\xae", before));
	wait_for("▸Deploy");
}

static void a_bad_port_is_told_under_the_field(void **state)
{
	(void)state;
	open_console(24, 80, "--name", "web", "--image", "busybox");
	wait_for("▸Target");
	term_send(term, KEY_SEQ_DOWN KEY_SEQ_DOWN KEY_SEQ_DOWN);
	wait_for("▸Ports");
	term_send(term, "99999:80");
	wait_field("Ports", "99999:80");
	assert_false(term_has(term, "✗"));
	term_send(term, KEY_SEQ_DOWN);
	wait_for("✗Ports");
	assert_int_equal(cell_of("✗Ports").foreground, 203);
	assert_int_equal(cell_of("99999:80").foreground, 203);
	/* Coming back says why; the value is named and so is what would be right. */
	term_send(term, KEY_SEQ_UP);
	wait_for("'99999:80'");
	assert_int_equal(cell_of("'99999:80'").foreground, 203);
	assert_true(row_of("'99999:80'") > row_of("Health"));
	/* F5 goes to it from wherever one is. */
	term_send(term, KEY_SEQ_DOWN KEY_SEQ_DOWN);
	wait_for("▸Health");
	term_send(term, KEY_SEQ_F5);
	wait_gone("▸Health");
	wait_for("'99999:80'");
	wait_cursor("Ports", 8);
	assert_false(term_has(term, "1 running"));
	term_send(term, "\025"
			"8080:80" KEY_SEQ_DOWN);
	wait_for("▸Env");
	wait_gone("✗");
}

static void f5_goes_to_what_is_missing(void **state)
{
	(void)state;
	open_console(24, 80, "--no-mouse");
	wait_for("▸Target");
	term_send(term, KEY_SEQ_F5);
	wait_gone("▸Target");
	wait_for("✗");
	int row = row_of("✗");
	char *text = term_row_text(term, row);
	assert_true(strstr(text, "Name") != NULL || strstr(text, "Image") != NULL);
	free(text);
	assert_false(term_has(term, "1 running"));
}

static void values_of_variables_are_hidden(void **state)
{
	(void)state;
	open_console(24, 80, "--target", "demo", "--env", "TOKEN=hunter2");
	wait_for("TOKEN=•••");
	term_send(term, KEY_SEQ_DOWN KEY_SEQ_DOWN);
	wait_for("▸Env");
	assert_false(term_log_has(term, "hunter2", 0));
	term_send(term, KEY_SEQ_F5);
	wait_for("1 running");
	assert_false(term_log_has(term, "hunter2", 0));
}

static void the_footer_follows_the_field(void **state)
{
	(void)state;
	open_console(24, 80, "--no-mouse");
	wait_for("Left/Right choose");
	wait_for("? help");
	term_send(term, KEY_SEQ_DOWN);
	wait_gone("Left/Right choose");
	/* In a text field a letter is a letter: the twins are told. */
	wait_for("F1 help");
	wait_for("Ctrl-C quit");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		console_test(tab_moves_the_focus_visibly),
		console_test(arrows_go_through_the_fields),
		console_test(a_build_takes_the_place_of_the_image),
		console_test(a_repository_takes_the_place_of_the_folder),
		console_test(choices_turn),
		console_test(letters_are_typed),
		console_test(editing_keys),
		console_test(wide_and_combining_characters),
		console_test(long_text_scrolls_sideways),
		console_test(paste_is_text),
		console_test(the_end_of_a_paste_may_come_in_pieces),
		console_test(escapes_in_a_paste_never_come_back),
		console_test(a_bad_port_is_told_under_the_field),
		console_test(f5_goes_to_what_is_missing),
		console_test(values_of_variables_are_hidden),
		console_test(the_footer_follows_the_field),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
