#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "logview.h"
#include "support/test_log.h"

static struct test_log logs[3]; /* of runs 1 and 2 */
static struct logview view;

static void say_to(unsigned run, enum berth_level level, const char *text)
{
	test_log_add(&logs[run], level, text);
}

static void say(const char *text)
{
	say_to(1, BERTH_INFO, text);
}

/* Lines "0", "1", ... */
static void say_numbers(int from, int to)
{
	for (int i = from; i < to; i++) {
		char text[16];
		snprintf(text, sizeof text, "%d", i);
		say(text);
	}
}

/* The rows that are seen, each ended by '|'. */
static const char *seen(void)
{
	static char shown[4096];
	size_t used = 0;
	shown[0] = '\0';
	logview_derive(&view);
	assert_true(view.row_count <= (size_t)view.height);
	for (size_t i = 0; i < view.row_count; i++)
		used += (size_t)snprintf(shown + used, sizeof shown - used, "%*s%.*s|",
			view.rows[i].blank, "", (int)view.rows[i].len,
			view.text + view.rows[i].text);
	return shown;
}

static int setup(void **state)
{
	(void)state;
	for (unsigned run = 1; run <= 2; run++)
		test_log_open(&logs[run], NULL);
	logview_init(&view);
	logview_resize(&view, 3, 10);
	logview_show(&view, 1, logs[1].log);
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	logview_release(&view);
	for (unsigned run = 1; run <= 2; run++)
		test_log_close(&logs[run]);
	return 0;
}

static void the_end_is_followed(void **state)
{
	(void)state;
	assert_string_equal(seen(), "");
	say_numbers(0, 2);
	assert_string_equal(seen(), "0|1|");
	say_numbers(2, 7);
	assert_string_equal(seen(), "4|5|6|");
	assert_true(logview_following(&view));
	assert_int_equal(logview_count(&view), 7);
}

static void scrolling_up_pauses_and_the_end_follows_again(void **state)
{
	(void)state;
	say_numbers(0, 10);
	logview_scroll(&view, -2);
	assert_string_equal(seen(), "5|6|7|");
	assert_false(logview_following(&view));
	say_numbers(10, 14);
	assert_string_equal(seen(), "5|6|7|");
	assert_int_equal(logview_behind(&view), 4);
	logview_scroll(&view, 1);
	assert_string_equal(seen(), "6|7|8|");
	logview_scroll(&view, 100);
	assert_string_equal(seen(), "11|12|13|");
	assert_true(logview_following(&view));
	assert_int_equal(logview_behind(&view), 0);
}

static void the_top_is_the_top(void **state)
{
	(void)state;
	say_numbers(0, 10);
	logview_top(&view);
	assert_string_equal(seen(), "0|1|2|");
	logview_scroll(&view, -5);
	assert_string_equal(seen(), "0|1|2|");
	assert_false(logview_following(&view));
	logview_follow(&view, true);
	assert_string_equal(seen(), "7|8|9|");
}

static void what_is_seen_whole_can_not_be_left(void **state)
{
	(void)state;
	say_numbers(0, 3);
	logview_scroll(&view, -1);
	assert_true(logview_following(&view));
	logview_top(&view);
	assert_true(logview_following(&view));
}

static void pausing_in_place_keeps_the_place(void **state)
{
	(void)state;
	say_numbers(0, 5);
	logview_follow(&view, false);
	say_numbers(5, 8);
	assert_string_equal(seen(), "2|3|4|");
	assert_int_equal(logview_behind(&view), 3);
}

static void the_filter_leaves_lower_levels_out(void **state)
{
	(void)state;
	for (int i = 0; i < 6; i++) {
		say("info");
		say_to(1, BERTH_WARN, i % 2 ? "odd" : "even");
	}
	say_to(1, BERTH_ERROR, "bad");
	logview_filter(&view, BERTH_WARN);
	assert_string_equal(seen(), "even|odd|bad|");
	assert_int_equal(logview_count(&view), 7);
	logview_scroll(&view, -2);
	assert_string_equal(seen(), "even|odd|even|");
	say("info");
	say_to(1, BERTH_WARN, "new");
	assert_string_equal(seen(), "even|odd|even|");
	assert_int_equal(logview_behind(&view), 1);
	logview_filter(&view, BERTH_ERROR);
	assert_string_equal(seen(), "bad|");
	logview_filter(&view, BERTH_DEBUG);
	assert_int_equal(logview_behind(&view), 2);
}

static void long_lines_are_wrapped_and_scrolled_by_rows(void **state)
{
	(void)state;
	say("0123456789abcdefghijABC");
	say("second");
	assert_string_equal(seen(), "0123456789|second|");
	logview_set_wrap(&view, true);
	assert_string_equal(seen(), "abcdefghij|ABC|second|");
	logview_scroll(&view, -1);
	assert_string_equal(seen(), "0123456789|abcdefghij|ABC|");
	assert_true(view.rows[0].first);
	assert_false(view.rows[1].first);
	logview_scroll(&view, 1);
	assert_true(logview_following(&view));
}

static void the_place_survives_a_resize(void **state)
{
	(void)state;
	say("0123456789abcdefghijABCDEFGHIJxyz");
	say_numbers(0, 9);
	logview_set_wrap(&view, true);
	logview_top(&view);
	logview_scroll(&view, 2);
	assert_string_equal(seen(), "ABCDEFGHIJ|xyz|0|");
	logview_resize(&view, 4, 40);
	assert_string_equal(seen(), "0123456789abcdefghijABCDEFGHIJxyz|0|1|2|");
	logview_resize(&view, 3, 10);
	assert_string_equal(seen(), "ABCDEFGHIJ|xyz|0|");
	logview_resize(&view, 100, 10);
	seen();
	assert_int_equal(view.row_count, 13);
}

static void a_line_that_goes_on_to_the_right_is_known(void **state)
{
	(void)state;
	say("0123456789");
	say("0123456789a");
	seen();
	assert_false(view.rows[0].cut);
	assert_true(view.rows[1].cut);
	logview_sideways(&view, 1);
	seen();
	assert_false(view.rows[1].cut);
	logview_set_wrap(&view, true);
	seen();
	for (size_t i = 0; i < view.row_count; i++)
		assert_false(view.rows[i].cut);
}

static void sideways_never_shows_half_a_character(void **state)
{
	(void)state;
	say("ab\u65e5\u672c\u8a9ecdefghijklm");
	logview_sideways(&view, 3);
	assert_string_equal(seen(), " \u672c\u8a9ecdefg|");
	logview_sideways(&view, 1);
	assert_string_equal(seen(), "\u672c\u8a9ecdefgh|");
	logview_sideways(&view, -100);
	assert_string_equal(seen(), "ab\u65e5\u672c\u8a9ecd|");
	logview_sideways(&view, 1000);
	assert_string_equal(seen(), "|");
}

static void what_a_container_says_is_cleaned(void **state)
{
	(void)state;
	say("\033[2J\033]0;x\007red\tx");
	assert_string_equal(seen(), "red     x|");
}

static void a_line_that_is_not_shown_whole_says_so(void **state)
{
	static char line[200001];
	(void)state;
	memset(line, 'x', sizeof line - 1);
	say(line);
	logview_resize(&view, 3, LOGVIEW_LINE_MAX);
	logview_derive(&view);
	assert_int_equal(view.row_count, 1);
	assert_true(view.rows[0].len < LOGVIEW_LINE_MAX);
	static const char note[] = "[cut here; the line has 200000 bytes]";
	assert_memory_equal(view.text + view.rows[0].text + view.rows[0].len - strlen(note), note,
		strlen(note));
	memset(line + 32000, '\0', sizeof line - 32000);
	say(line);
	logview_derive(&view);
	assert_int_equal(view.rows[1].len, 32000);
}

static void each_run_keeps_its_own_place(void **state)
{
	(void)state;
	say_numbers(0, 9);
	say_to(2, BERTH_INFO, "other");
	logview_top(&view);
	logview_show(&view, 2, logs[2].log);
	assert_string_equal(seen(), "other|");
	assert_true(logview_following(&view));
	logview_show(&view, 1, logs[1].log);
	assert_string_equal(seen(), "0|1|2|");
}

static void lines_that_were_not_kept_say_so(void **state)
{
	static char line[65536];
	(void)state;
	memset(line, 'x', sizeof line - 1);
	logview_resize(&view, 3, 40);
	say("first");
	for (int i = 0; i < 400; i++)
		say(line);
	logview_top(&view);
	assert_string_equal(seen(), "[this line was not kept]|[this line was not kept]|"
				    "[this line was not kept]|");
	assert_true(view.rows[0].lost);
	logview_follow(&view, true);
	seen();
	assert_false(view.rows[2].lost);
	assert_int_equal(logview_count(&view), 401);
}

static void a_view_of_nothing_stands_still(void **state)
{
	(void)state;
	logview_show(&view, 0, NULL);
	logview_scroll(&view, -1);
	logview_top(&view);
	logview_follow(&view, false);
	assert_string_equal(seen(), "");
	assert_int_equal(logview_count(&view), 0);
	assert_true(logview_following(&view));
}

#define WITH_LOG(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		WITH_LOG(the_end_is_followed),
		WITH_LOG(scrolling_up_pauses_and_the_end_follows_again),
		WITH_LOG(the_top_is_the_top),
		WITH_LOG(what_is_seen_whole_can_not_be_left),
		WITH_LOG(pausing_in_place_keeps_the_place),
		WITH_LOG(the_filter_leaves_lower_levels_out),
		WITH_LOG(long_lines_are_wrapped_and_scrolled_by_rows),
		WITH_LOG(the_place_survives_a_resize),
		WITH_LOG(a_line_that_goes_on_to_the_right_is_known),
		WITH_LOG(sideways_never_shows_half_a_character),
		WITH_LOG(what_a_container_says_is_cleaned),
		WITH_LOG(a_line_that_is_not_shown_whole_says_so),
		WITH_LOG(each_run_keeps_its_own_place),
		WITH_LOG(lines_that_were_not_kept_say_so),
		WITH_LOG(a_view_of_nothing_stands_still),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
