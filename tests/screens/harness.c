/* The terminal the other tests look through: what it shows is what a program wrote. */
#include "support/console_term.h"

#include <signal.h>
#include <stdio.h>
#include <sys/wait.h>
#include <unistd.h>

#include "support/screen_svg.h"
#include "support/vt_filter.h"

static void open_shell(const char *script)
{
	const char *const arguments[] = {"/bin/sh", "-c", script, NULL};

	term = term_start(&(struct term_setup){.rows = 6, .columns = 30, .arguments = arguments});
}

static void shows_text_and_attributes(void **state)
{
	(void)state;
	open_shell("printf 'a\\033[1;31mb\\033[0;2mc\\033[22;7md\\033[0;4;38;5;2me\\033[m\\n"
		   "日本x\\n=\\033[9b|\\n'; read x");
	wait_for("==========|");
	char *text = term_snapshot(term);
	assert_string_equal(text, "abcde\n日本x\n==========|\n\n\n\n");
	free(text);
	assert_int_equal(cell_of("a").foreground, TERM_DEFAULT_COLOR);
	assert_int_equal(cell_of("b").foreground, 1);
	assert_true(cell_of("b").bold);
	assert_true(cell_of("c").dim);
	assert_false(cell_of("c").bold);
	assert_true(cell_of("d").reverse);
	assert_false(cell_of("d").dim);
	assert_true(cell_of("e").underline);
	assert_int_equal(cell_of("e").foreground, 2);
	assert_false(cell_of("e").dim);
	assert_int_equal(cell_of("日").width, 2);
	assert_int_equal(column_of("x"), 4);
}

static void tells_size_environment_and_exit(void **state)
{
	(void)state;
	open_shell("stty size; echo $TERM $LC_ALL; test -d \"$HOME\" && echo at home; exit 7");
	assert_int_equal(WEXITSTATUS(term_wait_exit(term, TERM_WAIT_MS)), 7);
	assert_true(term_has(term, "6 30"));
	assert_true(term_has(term, "xterm-256color C.UTF-8"));
	assert_true(term_has(term, "at home"));
	term_assert_restored(term);
}

static void stops_and_goes_on_as_a_job(void **state)
{
	(void)state;
	open_shell("kill -TSTP $$; echo came back; read line; echo got $line");
	term_wait_stop(term, TERM_WAIT_MS);
	assert_false(term_has(term, "came back"));
	term_kill(term, SIGCONT);
	wait_for("came back");
	term_send(term, "keys\n");
	wait_for("got keys");
	assert_int_equal(term_wait_exit(term, TERM_WAIT_MS), 0);
}

static void notices_sleepers_and_writers(void **state)
{
	unsigned long before;

	(void)state;
	open_shell("echo ready; read x; sleep 0.05; sleep 0.05; echo woken; read x");
	wait_for("ready");
	assert_int_equal(term_watch(term, 50), 0);
	before = term_voluntary_switches(term);
	term_send(term, "\n");
	wait_for("woken");
	assert_true(term_voluntary_switches(term) > before);
	assert_true(term_log_has(term, "woken\r\n", 0));
}

static void collect(void *context, const char *bytes, size_t len)
{
	fwrite(bytes, 1, len, context);
}

static void filter_may_be_split_anywhere(void **state)
{
	static const char in[] =
		"x\033[3by\033[1;2m\033[38;5;2mé\033[2b\033[22m\033]0;t\a\033[?2004h";
	static const char want[] = "xxxxy\033[1;19m\033[38;5;2mééé\033[22;10m\033]0;t\a\033[?2004h";

	(void)state;
	for (size_t split = 0; split < sizeof(in); split++) {
		struct vt_filter filter;
		char *out = NULL;
		size_t len = 0;
		FILE *stream = open_memstream(&out, &len);

		vt_filter_init(&filter, collect, stream);
		vt_filter_write(&filter, in, split);
		vt_filter_write(&filter, in + split, sizeof(in) - 1 - split);
		fclose(stream);
		assert_string_equal(out, want);
		free(out);
	}
}

static void a_picture_has_every_cell(void **state)
{
	char *picture = NULL;
	size_t len = 0;
	FILE *out;

	(void)state;
	open_shell("printf '\\033[31m<a&b>\\033[m ─█▌ \\033[7mR\\033[m ✓'; read x");
	wait_for("✓");
	out = open_memstream(&picture, &len);
	screen_svg_write(term, out);
	fclose(out);
	assert_non_null(strstr(picture, ">&lt;a&amp;b></text>"));
	assert_non_null(strstr(picture, "fill=\"#e06c75\""));
	assert_non_null(strstr(picture, "<path"));
	assert_non_null(strstr(picture, "width=\"5\" height=\"21\""));
	assert_non_null(strstr(picture, ">✓</text>"));
	assert_non_null(strstr(picture, "</svg>"));
	free(picture);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		console_test(shows_text_and_attributes),
		console_test(tells_size_environment_and_exit),
		console_test(stops_and_goes_on_as_a_job),
		console_test(notices_sleepers_and_writers),
		cmocka_unit_test(filter_may_be_split_anywhere),
		console_test(a_picture_has_every_cell),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
