#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "term/palette.h"

#define NONE                                                                                       \
	{                                                                                          \
		0                                                                                  \
	}
#define INDEX(n)                                                                                   \
	{                                                                                          \
		.kind = BERTH_COLOR_INDEX, .index = (n)                                            \
	}
#define RGB(r, g, b)                                                                               \
	{                                                                                          \
		.kind = BERTH_COLOR_RGB, .red = (r), .green = (g), .blue = (b)                     \
	}

enum { OWN = PALETTE_OWN, ROLE = 172 };

static const struct {
	struct berth_color fg, bg;
	int depth, role;
	struct palette_choice wanted;
} cases[] = {
	/* as asked for */
	{NONE, NONE, 256, OWN, {OWN, OWN, false, false}},
	{INDEX(1), NONE, 256, OWN, {1, OWN, false, false}},
	{INDEX(9), INDEX(4), 256, OWN, {9, 4, false, false}},
	{INDEX(208), INDEX(17), 256, OWN, {208, 17, false, false}},
	{INDEX(0), INDEX(3), 256, OWN, {0, 3, false, false}},
	{NONE, INDEX(1), 256, OWN, {OWN, 1, false, false}},
	/* the role's where it says nothing */
	{NONE, NONE, 256, ROLE, {ROLE, OWN, false, false}},
	{INDEX(2), NONE, 256, ROLE, {2, OWN, false, false}},
	{NONE, INDEX(4), 256, ROLE, {ROLE, 4, false, false}},
	/* direct colours: the nearest of cube and greys */
	{RGB(255, 0, 0), NONE, 256, OWN, {196, OWN, false, false}},
	{RGB(0x5f, 0x87, 0xaf), NONE, 256, OWN, {67, OWN, false, false}},
	{RGB(0x60, 0x86, 0xb0), NONE, 256, OWN, {67, OWN, false, false}},
	{RGB(0x80, 0x80, 0x80), NONE, 256, OWN, {244, OWN, false, false}},
	{RGB(0x31, 0x30, 0x2f), NONE, 256, OWN, {236, OWN, false, false}},
	{RGB(205, 0, 0), NONE, 16, OWN, {1, OWN, false, false}},
	{RGB(250, 5, 5), NONE, 16, OWN, {9, OWN, false, false}},
	{INDEX(208), NONE, 16, OWN, {3, OWN, false, false}},
	{INDEX(46), NONE, 88, OWN, {10, OWN, false, false}},
	/* eight colours: bright letters are bold, bright grounds are not */
	{INDEX(9), NONE, 8, OWN, {1, OWN, true, false}},
	{INDEX(196), INDEX(12), 8, OWN, {1, 4, true, false}},
	/* a grey that is never the background */
	{INDEX(8), NONE, 256, OWN, {244, OWN, false, false}},
	{INDEX(8), NONE, 16, OWN, {OWN, OWN, false, true}},
	{INDEX(8), NONE, 8, ROLE, {OWN, OWN, false, true}},
	/* what could not be read */
	{INDEX(1), INDEX(1), 256, OWN, {OWN, OWN, false, false}},
	{INDEX(1), INDEX(1), 256, ROLE, {ROLE, OWN, false, false}},
	{INDEX(0), INDEX(0), 256, OWN, {OWN, OWN, false, false}},
	{INDEX(16), INDEX(0), 256, OWN, {OWN, OWN, false, false}},
	{INDEX(237), INDEX(235), 256, OWN, {OWN, OWN, false, false}},
	{RGB(10, 10, 10), RGB(0, 0, 0), 256, OWN, {OWN, OWN, false, false}},
	{INDEX(9), INDEX(1), 8, OWN, {OWN, OWN, false, false}},
	{NONE, INDEX(ROLE), 256, ROLE, {ROLE, OWN, false, false}},
	/* black and white on the terminal's own, which may be either */
	{INDEX(0), NONE, 256, OWN, {OWN, OWN, false, false}},
	{INDEX(15), NONE, 256, OWN, {OWN, OWN, false, false}},
	{INDEX(7), NONE, 8, OWN, {OWN, OWN, false, false}},
	{INDEX(15), NONE, 8, OWN, {OWN, OWN, false, false}},
	{RGB(255, 255, 255), NONE, 256, OWN, {OWN, OWN, false, false}},
	{INDEX(233), NONE, 256, OWN, {OWN, OWN, false, false}},
	{NONE, INDEX(0), 256, OWN, {OWN, OWN, false, false}},
	{NONE, INDEX(7), 256, OWN, {OWN, OWN, false, false}},
	{INDEX(15), INDEX(0), 256, OWN, {15, 0, false, false}},
	{INDEX(0), INDEX(7), 8, OWN, {0, 7, false, false}},
};

static void nearest_and_readable(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		const struct palette_choice *wanted = &cases[i].wanted;
		struct berth_style style = {.fg = cases[i].fg, .bg = cases[i].bg};
		struct palette_choice got = palette_choose(&style, cases[i].role, cases[i].depth);

		if (got.fg != wanted->fg || got.bg != wanted->bg || got.bold != wanted->bold ||
			got.dim != wanted->dim)
			fail_msg("case %zu: %d on %d, bold %d, dim %d", i, got.fg, got.bg, got.bold,
				got.dim);
	}
}

/* Every colour of the cube and every grey is its own nearest one. */
static void the_cube_is_itself(void **state)
{
	static const uint8_t steps[] = {0x00, 0x5f, 0x87, 0xaf, 0xd7, 0xff};
	struct berth_style style = {.bg = RGB(0, 0, 0)};

	(void)state;
	for (int i = 16; i < 256; i++) {
		int grey = 8 + 10 * (i - 232);
		struct palette_choice got;

		style.fg = (struct berth_color)RGB(
			steps[(i - 16) / 36 % 6], steps[(i - 16) / 6 % 6], steps[(i - 16) % 6]);
		if (i >= 232)
			style.fg = (struct berth_color)RGB(
				(uint8_t)grey, (uint8_t)grey, (uint8_t)grey);
		/* On black, or on white where that could not be read. */
		style.bg = (struct berth_color)INDEX(i == 16 || (i >= 232 && i < 238) ? 231 : 16);
		got = palette_choose(&style, PALETTE_OWN, 256);
		assert_int_equal(got.fg, i);
	}
}

static void assert_in_depth(struct palette_choice got, int depth)
{
	assert_in_range(got.fg + 1, 0, depth);
	assert_in_range(got.bg + 1, 0, depth);
	assert_true(got.fg != got.bg || got.fg == PALETTE_OWN);
}

static void never_out_of_range(void **state)
{
	static const int depths[] = {8, 16, 88, 256};

	(void)state;
	for (int i = 0; i < 4 * 65536; i++) {
		struct berth_style style = {
			.fg = INDEX((uint8_t)(i >> 8)), .bg = INDEX((uint8_t)i)};

		assert_in_depth(
			palette_choose(&style, PALETTE_OWN, depths[i >> 16]), depths[i >> 16]);
		style.fg = (struct berth_color)RGB((uint8_t)i, (uint8_t)(i >> 8), (uint8_t)(i * 7));
		assert_in_depth(
			palette_choose(&style, PALETTE_OWN, depths[i >> 16]), depths[i >> 16]);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(nearest_and_readable),
		cmocka_unit_test(the_cube_is_itself),
		cmocka_unit_test(never_out_of_range),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
