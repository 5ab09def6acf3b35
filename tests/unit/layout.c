#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "panes/layout.h"

static struct layout_input input(int rows, int columns)
{
	return (struct layout_input){.rows = rows,
		.columns = columns,
		.focus = PANE_LOG,
		.form_fields = 12,
		.footer_rows = 1,
		.has_runs = true};
}

static bool inside(struct rect inner, struct rect outer)
{
	return inner.h >= 0 && inner.w >= 0 && inner.y >= outer.y && inner.x >= outer.x &&
	       inner.y + inner.h <= outer.y + outer.h && inner.x + inner.w <= outer.x + outer.w;
}

/* Every cell belongs to exactly one pane. */
static void check_covers(const struct layout *layout, const struct layout_input *in)
{
	static char cells[62 * 200];
	struct rect all = {0, 0, in->rows, in->columns};
	memset(cells, 0, sizeof cells);
	for (int pane = 0; pane < PANE_COUNT; pane++) {
		const struct placement *place = &layout->panes[pane];
		if (place->outer.h == 0)
			continue;
		assert_true(inside(place->outer, all));
		assert_true(inside(place->inner, place->outer));
		assert_true(place->inner.w > 0);
		for (int y = 0; y < place->outer.h; y++)
			for (int x = 0; x < place->outer.w; x++)
				cells[(place->outer.y + y) * in->columns + place->outer.x + x]++;
	}
	for (int i = 0; i < in->rows * in->columns; i++)
		assert_int_equal(cells[i], 1);
}

static void no_cell_is_lost_or_painted_twice_at_any_size(void **state)
{
	static const enum pane_id focus[] = {PANE_LIST, PANE_FORM, PANE_PROGRESS, PANE_LOG};
	static const int widths[] = {40, 41, 60, 73, 74, 75, 80, 99, 100, 120, 180, 200};
	(void)state;
	for (int rows = LAYOUT_MIN_ROWS; rows <= 62; rows++) {
		for (size_t w = 0; w < sizeof widths / sizeof widths[0]; w++) {
			for (unsigned bits = 0; bits < 256; bits++) {
				struct layout_input in = input(rows, widths[w]);
				struct layout layout;
				in.focus = focus[bits & 3];
				in.form_open = bits & 4;
				in.has_runs = bits & 8;
				in.ended = bits & 16;
				in.card_rows = bits & 32 ? (bits & 64 ? 200 : 3) : 0;
				in.footer_rows = bits & 128 ? 2 : 1;
				layout_compute(&layout, &in);
				check_covers(&layout, &in);
				if (in.focus == PANE_FORM && in.form_open)
					assert_true(layout_shows(&layout, PANE_FORM));
				if (in.focus == PANE_LOG && in.has_runs)
					assert_true(layout_shows(&layout, PANE_LOG));
			}
		}
	}
}

static void below_40_by_10_nothing_is_placed(void **state)
{
	struct layout layout;
	(void)state;
	for (int i = 0; i < 2; i++) {
		struct layout_input in = input(i ? 9 : 10, i ? 40 : 39);
		layout_compute(&layout, &in);
		assert_int_equal(layout.kind, LAYOUT_TOO_SMALL);
		for (int pane = 0; pane < PANE_COUNT; pane++)
			assert_false(layout_shows(&layout, pane));
	}
}

static void wide_screen_has_every_pane_and_a_column_of_deployments(void **state)
{
	struct layout_input in = input(40, 120);
	struct layout layout;
	(void)state;
	in.card_rows = 5;
	in.ended = true;
	layout_compute(&layout, &in);
	assert_int_equal(layout.kind, LAYOUT_WIDE);
	assert_int_equal(layout.panes[PANE_LIST].outer.h, 38);
	assert_int_equal(layout.panes[PANE_CARD].inner.h, 5);
	assert_true(layout_shows(&layout, PANE_FORM));
	assert_true(layout_shows(&layout, PANE_PROGRESS));
	assert_true(layout_shows(&layout, PANE_LOG));
	assert_false(layout_shows(&layout, PANE_SUMMARY));
}

static void the_deployments_get_what_the_log_leaves(void **state)
{
	static const int widths[][2] = {{100, 34}, {120, 34}, {124, 38}, {130, 44}, {200, 44}};
	(void)state;
	for (size_t i = 0; i < sizeof widths / sizeof widths[0]; i++) {
		struct layout_input in = input(40, widths[i][0]);
		struct layout layout;
		layout_compute(&layout, &in);
		assert_int_equal(layout.panes[PANE_LIST].outer.w, widths[i][1]);
	}
}

static void before_the_first_run_there_is_no_progress(void **state)
{
	static const int sizes[][2] = {{24, 80}, {40, 120}};
	(void)state;
	for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
		struct layout_input in = input(sizes[i][0], sizes[i][1]);
		struct layout layout;
		in.has_runs = false;
		in.form_open = true;
		layout_compute(&layout, &in);
		assert_false(layout_shows(&layout, PANE_PROGRESS));
		assert_true(layout_shows(&layout, PANE_LOG));
	}
}

/* The stages and the bar; what it says stands in the card. */
static void beside_a_card_the_progress_has_no_message(void **state)
{
	static const int sizes[][2] = {{24, 80}, {40, 120}};
	(void)state;
	for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
		struct layout_input in = input(sizes[i][0], sizes[i][1]);
		struct layout layout;
		in.ended = true;
		layout_compute(&layout, &in);
		assert_int_equal(layout.panes[PANE_PROGRESS].inner.h, 3);
		in.focus = PANE_PROGRESS;
		in.card_rows = 5;
		layout_compute(&layout, &in);
		assert_int_equal(layout.panes[PANE_PROGRESS].inner.h, 2);
	}
}

static void a_card_longer_than_the_screen_leaves_room_for_the_log(void **state)
{
	struct layout_input in = input(40, 120);
	struct layout layout;
	(void)state;
	in.card_rows = 500;
	in.ended = true;
	layout_compute(&layout, &in);
	assert_true(layout.panes[PANE_LOG].inner.h >= 4);
	assert_true(layout.panes[PANE_CARD].inner.h >= 4);
}

static void where_there_is_room_the_card_stands_beside_the_log(void **state)
{
	static const int columns[] = {179, 180, 200};
	(void)state;
	for (size_t i = 0; i < sizeof columns / sizeof columns[0]; i++) {
		struct layout_input in = input(60, columns[i]);
		struct layout layout;
		in.card_rows = 12;
		layout_compute(&layout, &in);
		struct rect card = layout.panes[PANE_CARD].outer,
			    log = layout.panes[PANE_LOG].outer;
		if (columns[i] < 180) {
			assert_int_equal(card.y + card.h, log.y);
			continue;
		}
		assert_int_equal(card.y, log.y);
		assert_int_equal(card.h, log.h);
		assert_int_equal(card.x, log.x + log.w);
		assert_true(log.w > card.w);
	}
}

static void compact_screen_folds_the_form_to_a_line(void **state)
{
	struct layout_input in = input(24, 80);
	struct layout layout;
	(void)state;
	layout_compute(&layout, &in);
	assert_int_equal(layout.kind, LAYOUT_COMPACT);
	assert_int_equal(layout.panes[PANE_LIST].outer.h, 1);
	assert_int_equal(layout.panes[PANE_SUMMARY].outer.h, 1);
	assert_false(layout_shows(&layout, PANE_FORM));
	in.form_open = true;
	layout_compute(&layout, &in);
	assert_true(layout_shows(&layout, PANE_FORM));
	assert_true(layout_shows(&layout, PANE_PROGRESS));
	assert_true(layout_shows(&layout, PANE_LOG));
}

static void compact_screen_shows_the_card_until_the_log_is_asked_for(void **state)
{
	struct layout_input in = input(24, 80);
	struct layout layout;
	(void)state;
	in.card_rows = 4;
	in.focus = PANE_PROGRESS;
	layout_compute(&layout, &in);
	assert_true(layout_shows(&layout, PANE_CARD));
	assert_false(layout_shows(&layout, PANE_LOG));
	in.focus = PANE_LOG;
	layout_compute(&layout, &in);
	assert_false(layout_shows(&layout, PANE_CARD));
	assert_true(layout_shows(&layout, PANE_LOG));
}

static void focus_goes_round_what_can_take_it(void **state)
{
	struct layout_input in = input(24, 80);
	struct layout layout;
	(void)state;
	in.form_open = true;
	layout_compute(&layout, &in);
	assert_int_equal(layout_next_focus(&layout, &in, PANE_LIST, 1), PANE_FORM);
	assert_int_equal(layout_next_focus(&layout, &in, PANE_FORM, 1), PANE_LOG);
	assert_int_equal(layout_next_focus(&layout, &in, PANE_LOG, 1), PANE_LIST);
	assert_int_equal(layout_next_focus(&layout, &in, PANE_LIST, -1), PANE_LOG);
	in.card_rows = 3;
	assert_int_equal(layout_next_focus(&layout, &in, PANE_FORM, 1), PANE_PROGRESS);
	in.form_open = false;
	assert_int_equal(layout_next_focus(&layout, &in, PANE_LIST, 1), PANE_PROGRESS);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(no_cell_is_lost_or_painted_twice_at_any_size),
		cmocka_unit_test(below_40_by_10_nothing_is_placed),
		cmocka_unit_test(wide_screen_has_every_pane_and_a_column_of_deployments),
		cmocka_unit_test(the_deployments_get_what_the_log_leaves),
		cmocka_unit_test(before_the_first_run_there_is_no_progress),
		cmocka_unit_test(beside_a_card_the_progress_has_no_message),
		cmocka_unit_test(a_card_longer_than_the_screen_leaves_room_for_the_log),
		cmocka_unit_test(where_there_is_room_the_card_stands_beside_the_log),
		cmocka_unit_test(compact_screen_folds_the_form_to_a_line),
		cmocka_unit_test(compact_screen_shows_the_card_until_the_log_is_asked_for),
		cmocka_unit_test(focus_goes_round_what_can_take_it),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
