#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "term/bar.h"
#include "term/pace.h"

/* Frames in the busiest second when something is due all the time. `every` ms a key comes, 0:
 * never. */
static int busiest_second(int every, int *longest_key_wait)
{
	static uint64_t frames[10000];
	struct pace pace = {0};
	int count = 0, most = 0;
	uint64_t key_since = 0;
	*longest_key_wait = 0;
	for (uint64_t now = 1; now < 10000; now++) {
		if (every != 0 && now % (uint64_t)every == 0 && key_since == 0)
			key_since = now;
		if (pace_delay(&pace, now, key_since != 0) != 0)
			continue;
		if (key_since != 0 && (int)(now - key_since) > *longest_key_wait)
			*longest_key_wait = (int)(now - key_since);
		key_since = 0;
		frames[count++] = now;
		pace_mark(&pace, now);
	}
	for (int i = 0; i < count; i++) {
		int within = 0;
		for (int k = i; k < count && frames[k] < frames[i] + 1000; k++)
			within++;
		most = within > most ? within : most;
	}
	return most;
}

static void never_more_than_30_frames_a_second(void **state)
{
	int wait;
	(void)state;
	for (int every = 0; every < 200; every++)
		assert_in_range(busiest_second(every, &wait), 1, 30);
	assert_in_range(busiest_second(0, &wait), 15, 20);
}

static void a_key_is_answered_within_16_ms_while_output_floods(void **state)
{
	int wait;
	(void)state;
	for (int every = 40; every < 500; every++) {
		busiest_second(every, &wait);
		assert_in_range(wait, 0, 16);
	}
}

static void the_first_frame_is_painted_at_once(void **state)
{
	struct pace pace = {0};
	(void)state;
	assert_int_equal(pace_delay(&pace, 0, false), 0);
	assert_int_equal(pace_delay(&pace, 123456, false), 0);
	pace_mark(&pace, 123456);
	assert_true(pace_delay(&pace, 123456, true) > 0);
	assert_true(pace_delay(&pace, 123456, false) > pace_delay(&pace, 123456, true));
	assert_int_equal(pace_delay(&pace, 124456, false), 0);
}

static void a_bar_is_filled_to_eighths(void **state)
{
	char bar[64];
	(void)state;
	assert_string_equal(bar_text(bar, sizeof bar, 4, 0, 100, false), "");
	assert_string_equal(bar_text(bar, sizeof bar, 4, 50, 100, false), "\u2588\u2588");
	assert_string_equal(bar_text(bar, sizeof bar, 4, 1, 32, false), "\u258f");
	assert_string_equal(bar_text(bar, sizeof bar, 2, 15, 16, false), "\u2588\u2589");
	assert_string_equal(bar_text(bar, sizeof bar, 4, 100, 100, true), "####");
	assert_string_equal(bar_text(bar, sizeof bar, 4, 40, 100, true), "#-");
}

static void a_bar_never_leaves_its_bounds(void **state)
{
	char bar[64];
	(void)state;
	assert_string_equal(bar_text(bar, sizeof bar, 3, 5, -1, true), "");
	assert_string_equal(bar_text(bar, sizeof bar, 3, 5, 0, true), "");
	assert_string_equal(bar_text(bar, sizeof bar, 3, -5, 10, true), "");
	assert_string_equal(bar_text(bar, sizeof bar, 3, 50, 10, true), "###");
	assert_string_equal(bar_text(bar, sizeof bar, 3, INT64_MAX, INT64_MAX, true), "###");
	assert_string_equal(bar_text(bar, sizeof bar, 0, 1, 2, true), "");
	assert_string_equal(bar_text(bar, sizeof bar, -3, 1, 2, true), "");
	assert_string_equal(bar_text(bar, 4, 10, 1, 1, true), "###");
	assert_string_equal(bar_line(bar, sizeof bar, 3, 5, -1, true), "");
	assert_string_equal(bar_line(bar, sizeof bar, 3, 50, 10, true), "###");
	assert_string_equal(bar_line(bar, sizeof bar, -3, 1, 2, true), "");
	assert_string_equal(bar_line(bar, 4, 10, 1, 1, true), "###");
}

static void a_line_is_filled_to_whole_columns(void **state)
{
	char bar[64];
	(void)state;
	assert_string_equal(bar_line(bar, sizeof bar, 4, 0, 100, false), "");
	assert_string_equal(bar_line(bar, sizeof bar, 4, 74, 100, false), "\u2501\u2501");
	assert_string_equal(bar_line(bar, sizeof bar, 4, 99, 100, true), "###");
	assert_string_equal(bar_line(bar, sizeof bar, 4, 100, 100, true), "####");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(never_more_than_30_frames_a_second),
		cmocka_unit_test(a_key_is_answered_within_16_ms_while_output_floods),
		cmocka_unit_test(the_first_frame_is_painted_at_once),
		cmocka_unit_test(a_bar_is_filled_to_eighths),
		cmocka_unit_test(a_line_is_filled_to_whole_columns),
		cmocka_unit_test(a_bar_never_leaves_its_bounds),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
