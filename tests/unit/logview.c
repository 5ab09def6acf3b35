#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "logs/logtitle.h"
#include "logs/logview.h"
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
	bool moved;
	shown[0] = '\0';
	while (logview_step(&view, 1 << 20, &moved))
		;
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
	logview_level(&view, BERTH_WARN);
	assert_string_equal(seen(), "even|odd|bad|");
	assert_int_equal(logview_count(&view), 7);
	logview_scroll(&view, -2);
	assert_string_equal(seen(), "even|odd|even|");
	say("info");
	say_to(1, BERTH_WARN, "new");
	assert_string_equal(seen(), "even|odd|even|");
	assert_int_equal(logview_behind(&view), 1);
	logview_level(&view, BERTH_ERROR);
	assert_string_equal(seen(), "bad|");
	logview_level(&view, BERTH_DEBUG);
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
	static const char note[] = "[cut here; the line has 200000 bytes, the file has all of it]";
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

static void search(const char *text)
{
	struct berth_error err = {0};
	if (logview_search(&view, text, 0, &err) != 0)
		fail_msg("%s", err.message);
}

static uint64_t cursor(void)
{
	assert_true(logview_position(&view)->has_cursor);
	return logview_position(&view)->cursor;
}

static void a_search_goes_to_the_nearest_match_and_on(void **state)
{
	(void)state;
	say_numbers(0, 40);
	logview_top(&view);
	seen();
	search("3");
	assert_string_equal(seen(), "2|3|4|");
	assert_int_equal(cursor(), 3);
	assert_int_equal(logsearch_count(&view.search), 13);
	assert_int_equal(logsearch_place(&view.search, 3), 1);
	assert_true(logview_search_again(&view, false));
	seen();
	assert_int_equal(cursor(), 13);
	assert_true(logview_search_again(&view, true));
	assert_true(logview_search_again(&view, true));
	seen();
	assert_int_equal(cursor(), 39);
	assert_true(view.wrapped);
	assert_true(logview_search_again(&view, false));
	assert_int_equal(cursor(), 3);
	assert_true(view.wrapped);
	/* A match that is seen already moves nothing but the cursor. */
	logview_go(&view, 30);
	assert_string_equal(seen(), "29|30|31|");
	assert_true(logview_search_again(&view, false));
	assert_string_equal(seen(), "29|30|31|");
	assert_int_equal(cursor(), 31);
}

static void from_the_end_the_newest_match_is_found(void **state)
{
	(void)state;
	say_numbers(0, 40);
	search("1");
	seen();
	assert_int_equal(cursor(), 31);
	assert_false(view.wrapped);
}

/* A person sees that it goes on, also where nothing more is found. */
static void looking_is_told_as_it_goes_on(void **state)
{
	bool moved = false, more = true;
	unsigned said = 0, tens = 0, done = 0;
	(void)state;
	say_numbers(0, 20000);
	search("nowhere");
	while (more) {
		more = logview_step(&view, 1, &moved);
		if (logsearch_done(&view.search) / 10 != done) {
			done = logsearch_done(&view.search) / 10;
			tens++;
			said += moved;
		}
	}
	assert_true(tens >= 5);
	assert_int_equal(said, tens);
}

static void what_is_not_there_moves_nothing(void **state)
{
	struct berth_error err;
	(void)state;
	say_numbers(0, 40);
	logview_scroll(&view, -5);
	const char *before = strdup(seen());
	search("nowhere");
	assert_string_equal(seen(), before);
	assert_int_equal(logsearch_count(&view.search), 0);
	assert_true(logview_search_again(&view, false));
	assert_string_equal(seen(), before);
	assert_int_equal(logview_search(&view, "(", BERTH_PATTERN_REGEX, &err), -1);
	assert_non_null(view.search.pattern);
	search("");
	assert_null(view.search.pattern);
	assert_false(logview_search_again(&view, false));
	free((char *)before);
}

/* Where an expression gave up, nothing is known. */
static void a_line_that_is_too_hard_is_counted_apart(void **state)
{
	static char line[40000];
	struct berth_error err;
	char told[64];
	(void)state;
	memset(line, 'a', sizeof line - 1);
	say("aab");
	say(line);
	assert_int_equal(logview_search(&view, "^(a+)+$x|aab", BERTH_PATTERN_REGEX, &err), 0);
	seen();
	logtitle_matches(told, &view);
	assert_string_equal(told, "1 of 1, 1 undecided");
}

static void matches_are_marked_in_their_rows(void **state)
{
	(void)state;
	logview_resize(&view, 3, 4);
	logview_set_wrap(&view, true);
	say("abXYab12");
	search("xyab");
	assert_string_equal(seen(), "abXY|ab12|");
	assert_int_equal(view.rows[0].hit_count, 1);
	assert_int_equal(view.hits[view.rows[0].hit].start, 2);
	assert_int_equal(view.hits[view.rows[0].hit].end, 4);
	assert_int_equal(view.rows[1].hit_count, 1);
	assert_int_equal(view.hits[view.rows[1].hit].start, 0);
	assert_int_equal(view.hits[view.rows[1].hit].end, 2);
}

static void filters_are_stacked_and_taken_off(void **state)
{
	struct berth_error err;
	(void)state;
	say_numbers(0, 100);
	assert_int_equal(logview_filter(&view, "5", 0, &err), 0);
	assert_string_equal(seen(), "75|85|95|");
	assert_int_equal(logview_count(&view), 19);
	assert_int_equal(logview_hidden(&view), 81);
	assert_int_equal(logview_filter(&view, "!^.?5$", BERTH_PATTERN_REGEX, &err), 0);
	assert_string_equal(seen(), "57|58|59|");
	assert_int_equal(logview_count(&view), 9);
	/* What is searched is what passes. */
	search("8");
	seen();
	assert_int_equal(logsearch_count(&view.search), 1);
	assert_int_equal(cursor(), 58);
	assert_int_equal(logview_filter(&view, "[", BERTH_PATTERN_REGEX, &err), -1);
	assert_int_equal(logview_count(&view), 9);
	say("955");
	seen();
	assert_int_equal(logview_count(&view), 10);
	assert_true(logview_unfilter(&view));
	assert_true(logview_unfilter(&view));
	assert_false(logview_unfilter(&view));
	assert_int_equal(logview_count(&view), 101);
}

static void errors_and_warnings_are_gone_to(void **state)
{
	(void)state;
	for (int i = 0; i < 40; i++)
		say_to(1, i == 10 ? BERTH_ERROR : i == 20 ? BERTH_WARN : BERTH_INFO, "x");
	logview_top(&view);
	seen();
	assert_true(logview_go_level(&view, BERTH_WARN, false));
	assert_int_equal(cursor(), 10);
	seen();
	assert_true(logview_go_level(&view, BERTH_WARN, false));
	assert_int_equal(cursor(), 20);
	assert_false(logview_go_level(&view, BERTH_WARN, false));
	assert_true(logview_go_level(&view, BERTH_ERROR, true));
	assert_int_equal(cursor(), 10);
	assert_false(logview_go_level(&view, BERTH_WARN, true));
	assert_int_equal(cursor(), 10);
}

static void a_mark_is_come_back_to(void **state)
{
	(void)state;
	say_numbers(0, 50);
	assert_false(logview_return(&view));
	logview_go(&view, 7);
	logview_mark(&view);
	assert_string_equal(seen(), "6|7|8|");
	assert_true(view.rows[1].marked);
	logview_go(&view, 40);
	seen();
	assert_true(logview_return(&view));
	assert_string_equal(seen(), "6|7|8|");
	/* And where one was when it was returned from is the mark now. */
	assert_true(logview_return(&view));
	assert_int_equal(cursor(), 40);
}

static void lines_are_selected_with_the_cursor(void **state)
{
	uint64_t first, last;
	(void)state;
	say_numbers(0, 20);
	seen();
	assert_false(logview_selection(&view, &first, &last));
	logview_select(&view, true);
	assert_int_equal(cursor(), 19);
	seen();
	logview_scroll(&view, -4);
	assert_string_equal(seen(), "15|16|17|");
	assert_true(logview_selection(&view, &first, &last));
	assert_int_equal(first, 15);
	assert_int_equal(last, 19);
	assert_true(view.rows[0].chosen && view.rows[2].chosen);
	logview_scroll(&view, 1);
	assert_string_equal(seen(), "15|16|17|");
	assert_false(view.rows[0].chosen);
	assert_true(logview_deselect(&view));
	assert_false(logview_selection(&view, &first, &last));
	assert_false(logview_deselect(&view));
}

static void colours_of_the_output_come_along(void **state)
{
	(void)state;
	say("a\033[31mb\033[0mc");
	assert_string_equal(seen(), "abc|");
	assert_int_equal(view.rows[0].span_count, 2);
	assert_int_equal(view.spans[view.rows[0].span].at, 1);
	assert_int_equal(view.spans[view.rows[0].span].style.fg.index, 1);
	/* Sideways the colour that began before is still the text's. */
	logview_resize(&view, 3, 1);
	logview_sideways(&view, 1);
	assert_string_equal(seen(), "b|");
	assert_int_equal(view.rows[0].span_count, 1);
	assert_int_equal(view.spans[view.rows[0].span].at, 0);
	view.plain = true;
	assert_string_equal(seen(), "b|");
	assert_int_equal(view.rows[0].span_count, 0);
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
	search("x");
	logview_search_again(&view, true);
	logview_go(&view, 5);
	logview_mark(&view);
	logview_select(&view, true);
	assert_false(logview_return(&view));
	assert_false(logview_go_level(&view, BERTH_WARN, true));
	assert_string_equal(seen(), "");
	assert_false(logview_busy(&view));
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
		WITH_LOG(a_search_goes_to_the_nearest_match_and_on),
		WITH_LOG(from_the_end_the_newest_match_is_found),
		WITH_LOG(looking_is_told_as_it_goes_on),
		WITH_LOG(what_is_not_there_moves_nothing),
		WITH_LOG(a_line_that_is_too_hard_is_counted_apart),
		WITH_LOG(matches_are_marked_in_their_rows),
		WITH_LOG(filters_are_stacked_and_taken_off),
		WITH_LOG(errors_and_warnings_are_gone_to),
		WITH_LOG(a_mark_is_come_back_to),
		WITH_LOG(lines_are_selected_with_the_cursor),
		WITH_LOG(colours_of_the_output_come_along),
		WITH_LOG(a_view_of_nothing_stands_still),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
