#include "term/mouse_report.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

/* The characters behind "\033[<"; how many of them were taken. */
static size_t take(struct mouse_report *report, const char *text)
{
	size_t taken = 0;

	mouse_report_begin(report);
	while (report->open && text[taken] != '\0' &&
		mouse_report_take(report, (unsigned char)text[taken]))
		taken++;
	return taken;
}

static void assert_report(const char *text, int wanted_wheel, int wanted_row, int wanted_column)
{
	struct mouse_report report;
	int wheel, row, column;

	assert_int_equal(take(&report, text), strlen(text));
	assert_false(report.open);
	assert_true(mouse_report_read(&report, &wheel, &row, &column));
	assert_int_equal(wheel, wanted_wheel);
	assert_int_equal(row, wanted_row);
	assert_int_equal(column, wanted_column);
}

static void clicks_and_wheel(void **state)
{
	(void)state;
	assert_report("0;12;7M", 0, 6, 11);
	assert_report("64;1;1M", -1, 0, 0);
	assert_report("65;300;100M", 1, 99, 299);
	/* With Shift, Meta and Ctrl. */
	assert_report("28;2;3M", 0, 2, 1);
}

static void is_of_no_use(void **state)
{
	static const char *const texts[] = {"0;12;7m", "2;12;7M", "35;1;1M", "0;0;7M", "0;7;0M",
		"0;7M", "M", ";;M", "0;12;7;M"};
	struct mouse_report report;
	int wheel, row, column;

	(void)state;
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		take(&report, texts[i]);
		assert_false(report.open);
		assert_false(mouse_report_read(&report, &wheel, &row, &column));
	}
}

static void waits_for_the_rest(void **state)
{
	static const char text[] = "64;12;7M";
	struct mouse_report report;

	(void)state;
	for (size_t cut = 0; cut < sizeof(text) - 1; cut++) {
		char piece[sizeof(text)] = "";

		memcpy(piece, text, cut);
		assert_int_equal(take(&report, piece), cut);
		assert_true(report.open);
	}
}

static void ends_with_what_is_none_of_it(void **state)
{
	struct mouse_report report;

	(void)state;
	assert_int_equal(take(&report, "0;1q"), 3);
	assert_false(report.open);
	assert_int_equal(take(&report, "0;1\033"), 3);
	assert_false(report.open);
	/* A number that no terminal has. */
	assert_int_equal(take(&report, "0;123456789"), 6);
	assert_false(report.open);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(clicks_and_wheel),
		cmocka_unit_test(is_of_no_use),
		cmocka_unit_test(waits_for_the_rest),
		cmocka_unit_test(ends_with_what_is_none_of_it),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
