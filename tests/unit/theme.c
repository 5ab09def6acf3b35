/* Themes as data: readable on the background they are for, and never by colour alone. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "term/theme_data.h"

/* Of a colour among 256 as xterm has them; not of the first 16, which everybody has otherwise. */
static double luminance(int color)
{
	static const int steps[] = {0, 95, 135, 175, 215, 255};
	static const double weights[] = {0.2126, 0.7152, 0.0722};
	int parts[3];
	double sum = 0;
	assert_in_range(color, 16, 255);
	for (int i = 0; i < 3; i++)
		parts[i] = color >= 232 ? 8 + 10 * (color - 232)
					: steps[(color - 16) /
						  (i == 0          ? 36
							  : i == 1 ? 6
								   : 1) %
						  6];
	for (int i = 0; i < 3; i++) {
		double part = parts[i] / 255.0;
		/* The curve of sRGB to the power of 2.4, which has no root to take: between its
		 * square and its cube. */
		double linear = part <= 0.04045 ? part / 12.92 : part * part * (0.6 + 0.4 * part);
		sum += weights[i] * linear;
	}
	return sum;
}

static double contrast(double a, double b)
{
	return a > b ? (a + 0.05) / (b + 0.05) : (b + 0.05) / (a + 0.05);
}

/* WCAG 2: 4.5 for text, 7 for high contrast. Lines between panes are no text. */
static void texts_are_readable(void **state)
{
	static const struct {
		enum theme_id theme;
		double background, wanted;
	} cases[] = {{THEME_DEFAULT, 0, 4.5}, {THEME_LIGHT, 1, 4.5}, {THEME_HIGH_CONTRAST, 0, 7}};
	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		for (int role = 0; role < ROLE_COUNT; role++) {
			int color = themes[cases[i].theme].looks[role].of_256;
			if (color < 0 || role == ROLE_BORDER)
				continue;
			double is = contrast(luminance(color), cases[i].background);
			if (is < cases[i].wanted)
				fail_msg("%s, role %d, colour %d: contrast %.1f",
					theme_names[cases[i].theme], role, color, is);
		}
	}
}

/* Who can't tell red from green, and who has neither, sees bold or reverse. */
static void good_and_bad_differ_without_colour(void **state)
{
	(void)state;
	for (int i = 0; i < THEME_COUNT; i++) {
		const struct look *looks = themes[i].looks;
		assert_int_not_equal(looks[ROLE_OK].attributes, looks[ROLE_ERROR].attributes);
		assert_int_not_equal(looks[ROLE_OK].mono, looks[ROLE_ERROR].mono);
		assert_int_not_equal(looks[ROLE_OK].mono, looks[ROLE_WARN].mono);
		for (int role = 0; role < ROLE_COUNT; role++) {
			assert_true(looks[role].of_16 < 16);
			assert_true(looks[role].of_8 < 8);
		}
	}
}

static void themes_have_names(void **state)
{
	(void)state;
	for (int i = 0; i < THEME_COUNT; i++)
		assert_int_equal(theme_find(theme_names[i]), i);
	assert_null(theme_names[THEME_COUNT]);
	assert_int_equal(theme_find("nothing"), THEME_COUNT);
}

static void set(const char *name, const char *value)
{
	if (value)
		setenv(name, value, 1);
	else
		unsetenv(name);
}

static void the_environment_is_asked(void **state)
{
	static const struct {
		const char *color, *no_color, *clicolor, *force;
		int available, depth;
	} cases[] = {
		{"auto", NULL, NULL, NULL, 256, 256},
		{"auto", NULL, NULL, NULL, 8, 8},
		{"auto", "", NULL, NULL, 256, 256},
		{"auto", "1", NULL, NULL, 256, 0},
		{"auto", "1", NULL, "1", 256, 0},
		{"auto", NULL, "0", NULL, 256, 0},
		{"auto", NULL, "1", NULL, 256, 256},
		{"auto", NULL, "0", "1", 256, 256},
		{"auto", NULL, "0", "0", 256, 0},
		{"auto", NULL, NULL, "1", 0, 0},
		{"256", "1", "0", NULL, 256, 256},
		{"256", NULL, NULL, NULL, 16, 16},
		{"16", NULL, NULL, NULL, 256, 16},
		{"8", NULL, NULL, NULL, 256, 8},
		{"never", NULL, NULL, "1", 256, 0},
		{"auto", NULL, NULL, NULL, 1 << 24, 8},
	};
	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		set("NO_COLOR", cases[i].no_color);
		set("CLICOLOR", cases[i].clicolor);
		set("CLICOLOR_FORCE", cases[i].force);
		assert_int_equal(theme_depth(cases[i].color, cases[i].available), cases[i].depth);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(texts_are_readable),
		cmocka_unit_test(good_and_bad_differ_without_colour),
		cmocka_unit_test(themes_have_names),
		cmocka_unit_test(the_environment_is_asked),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
