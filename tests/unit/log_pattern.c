#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include <berth/search.h>
#include <berth/text.h>

#include "log/pattern.h"
#include "log/shown.h"
#include "noise.h"

enum { REGEX = BERTH_PATTERN_REGEX, CASE = BERTH_PATTERN_CASE };

static struct berth_pattern *made(const char *text, unsigned flags)
{
	struct berth_error err = {0};
	struct berth_pattern *pattern = berth_pattern_new(text, flags, &err);

	if (pattern == NULL)
		print_error("'%s': %s\n", text, err.message);
	assert_non_null(pattern);
	return pattern;
}

/* In memory of its own, so that reading past it is noticed. */
static char *exactly(const char *text, size_t len)
{
	char *copy = malloc(len > 0 ? len : 1);

	assert_non_null(copy);
	memcpy(copy, text, len);
	return copy;
}

/* All matches, in brackets. */
static void assert_marks(
	const char *pattern_text, unsigned flags, const char *text, const char *expected)
{
	struct berth_pattern *pattern = made(pattern_text, flags);
	size_t len = strlen(text), at = 0, used = 0, start, end, cost = 0;
	char *copy = exactly(text, len), marked[512];
	bool any = false;

	while (berth_pattern_find(pattern, copy, len, at, &start, &end)) {
		assert_true(start >= at && end > start && end <= len);
		memcpy(marked + used, text + at, start - at);
		used += start - at;
		marked[used++] = '[';
		memcpy(marked + used, text + start, end - start);
		used += end - start;
		marked[used++] = ']';
		at = end;
		any = true;
	}
	memcpy(marked + used, text + at, len - at + 1);
	assert_string_equal(marked, expected);
	/* What is marked passes; the other way round an empty match passes unmarked. */
	if (any)
		assert_int_equal(pattern_test(pattern, copy, len, &cost), REGEX_MATCH);
	free(copy);
	berth_pattern_free(pattern);
}

static void plain_text_is_what_it_says(void **state)
{
	(void)state;
	assert_marks("a.b", 0, "a.b axb a.b", "[a.b] axb [a.b]");
	assert_marks("(", 0, "f(x)", "f[(]x)");
	assert_marks("\\d", 0, "1 \\d", "1 [\\d]");
	assert_marks("aa", 0, "aaaaa", "[aa][aa]a");
	assert_marks(" ", 0, " a ", "[ ]a[ ]");
	assert_marks("long", 0, "lon", "lon");
	assert_marks("x", 0, "", "");
	assert_marks("->", CASE, "a->b", "a[->]b");
}

static void case_counts_once_a_capital_is_typed(void **state)
{
	(void)state;
	assert_marks("error", 0, "Error ERROR error", "[Error] [ERROR] [error]");
	assert_marks("Error", 0, "Error ERROR error", "[Error] ERROR error");
	assert_marks("error", CASE, "Error ERROR error", "Error ERROR [error]");
	assert_marks("error", REGEX, "Error ERROR error", "[Error] [ERROR] [error]");
	assert_marks("[Ee]rror", REGEX, "Error ERROR error", "[Error] ERROR [error]");
	assert_marks("error", REGEX | CASE, "Error ERROR error", "Error ERROR [error]");
}

static void letters_beyond_ascii_have_case_too(void **state)
{
	(void)state;
	assert_marks("größe", 0, "GRÖßE größe", "[GRÖßE] [größe]");
	assert_marks("Größe", 0, "GRÖßE Größe", "GRÖßE [Größe]");
	assert_marks("ärger", 0, "Ärger", "[Ärger]");
	assert_marks("Ä", 0, "ä Ä", "ä [Ä]");
	assert_marks("Ж", REGEX, "ж Ж", "ж [Ж]");
	assert_marks("ж", REGEX, "ж Ж", "[ж] [Ж]");
	assert_marks("日本", 0, "日本語", "[日本]語");
	assert_marks("^.本.$", REGEX, "日本語", "[日本語]");
}

struct capitals {
	const char *text;
	bool plain, regex; /* whether it has one */
};

static void capitals_of_the_syntax_are_none(void **state)
{
	static const struct capitals table[] = {
		{"abc", false, false},
		{"aBc", true, true},
		{"\\S+", true, false},
		{"\\Sx\\W\\D\\B\\A", true, false},
		{"\\SX", true, true},
		{"\\\\S", true, true},
		{"\\pL\\PN", true, false},
		{"\\p{Lu}x", true, false},
		{"\\pLA", true, true},
		{"\\x4A\\x{1F600}", true, false},
		{"\\x4AB", true, true},
		{"\\cA", true, false},
		{"\\N{U+41}", true, false},
		{"\\Qabc\\E", true, false},
		{"\\Qa.B\\E", true, true},
		{"\\QS", true, true},
		{"(?<Name>a)\\k<Name>", true, false},
		{"(?'Name'a)\\k'Name'\\k{Name}", true, false},
		{"(?P<Name>a)(?P=Name)", true, false},
		{"(?<Name>A)", true, true},
		{"(?<=A)b", true, true},
		{"(?<!A)b", true, true},
		{"(?=A)b", true, true},
		{"(?!A)b", true, true},
		{"(?>A)", true, true},
		{"(?|A|b)", true, true},
		{"(?U)a+", true, false},
		{"(?U:a+)", true, false},
		{"(?:A)", true, true},
		{"(?#Comment)a", true, false},
		{"(*ANYCRLF)a", true, false},
		{"[[:alpha:]]", false, false},
		{"[^\\S]", true, false},
		{"ä", false, false},
		{"Ä", true, true},
	};

	(void)state;
	for (size_t i = 0; i < sizeof table / sizeof table[0]; i++) {
		struct berth_pattern *plain = made(table[i].text, 0);
		struct berth_pattern *regex = made(table[i].text, REGEX);

		if (berth_pattern_ignores_case(plain) == table[i].plain ||
			berth_pattern_ignores_case(regex) == table[i].regex)
			fail_msg("%s", table[i].text);
		assert_string_equal(berth_pattern_text(regex), table[i].text);
		berth_pattern_free(plain);
		berth_pattern_free(regex);
	}
}

static void expressions_see_the_whole_line(void **state)
{
	(void)state;
	assert_marks("^a", REGEX, "aaa", "[a]aa");
	assert_marks("a$", REGEX, "aaa", "aa[a]");
	assert_marks("\\bb\\b", REGEX, "b ab b", "[b] ab [b]");
	assert_marks("(?<=a)b", REGEX, "ab b ab", "a[b] b a[b]");
	assert_marks("[0-9]+ ?ms", REGEX, "12ms 7 ms", "[12ms] [7 ms]");
	assert_marks("^$", REGEX, "", "");
	assert_marks("x*", REGEX, "axxb", "a[xx]b");
	assert_marks("(a)(b)(c)\\3", REGEX, "abcc", "[abcc]");
	assert_marks("a|", REGEX, "ba", "b[a]");
}

static void an_empty_match_passes_the_line(void **state)
{
	struct berth_pattern *pattern = made("^$|x*", REGEX);
	size_t cost = 0, start, end;

	(void)state;
	assert_int_equal(pattern_test(pattern, "", 0, &cost), REGEX_MATCH);
	assert_int_equal(pattern_test(pattern, "abc", 3, &cost), REGEX_MATCH);
	assert_false(berth_pattern_find(pattern, "abc", 3, 0, &start, &end));
	assert_false(berth_pattern_find(pattern, "abc", 3, 3, &start, &end));
	assert_false(berth_pattern_find(pattern, "abc", 3, 4, &start, &end));
	berth_pattern_free(pattern);
}

static void bytes_that_are_no_text_do_no_harm(void **state)
{
	static const char *const words[] = {"error", "\xff", "\xc3", "\xe2\x82", "größe", "\x1b"};
	struct berth_pattern *patterns[] = {made("größe", 0), made("Größe", CASE), made("error", 0),
		made("e.*r$", REGEX), made("[^x]ö", REGEX), made("(?<=\\w)ß?e", REGEX)};
	struct noise noise = {.state = 7};
	char bytes[80];

	(void)state;
	assert_marks("ö.", REGEX, "\xffö\xffößx", "\xffö\xff[öß]x");
	assert_marks("b", 0,
		"\xc3"
		"b\xff"
		"b",
		"\xc3[b]\xff[b]");
	for (int round = 0; round < 20000; round++) {
		size_t len = noise_fill(&noise, bytes, sizeof bytes, words, 6);
		size_t from = noise_below(&noise, len + 1), start, end;
		char *copy = exactly(bytes, len);

		for (size_t i = 0; i < sizeof patterns / sizeof patterns[0]; i++)
			if (berth_pattern_find(patterns[i], copy, len, from, &start, &end))
				assert_true(start >= from && start < end && end <= len);
		free(copy);
	}
	for (size_t i = 0; i < sizeof patterns / sizeof patterns[0]; i++)
		berth_pattern_free(patterns[i]);
}

static void assert_refused(const char *text, unsigned flags, const char *message)
{
	struct berth_error err = {0};

	assert_null(berth_pattern_new(text, flags, &err));
	assert_int_equal(err.code, BERTH_E_USAGE);
	assert_string_equal(err.message, message);
	assert_null(berth_pattern_new(text, flags, NULL));
}

static void what_is_wrong_is_said(void **state)
{
	char long_text[BERTH_PATTERN_MAX + 2];

	(void)state;
	assert_refused("", 0, "the pattern is empty");
	assert_refused("", REGEX, "the pattern is empty");
	assert_refused("a\nb", 0, "the pattern holds a line break, which no line does");
	assert_refused("a\xff", REGEX, "the pattern is not valid UTF-8");
	assert_refused("a(b", REGEX,
		"missing closing parenthesis at character 4 of the regular expression 'a(b'");
	assert_refused("ä*+*", REGEX,
		"quantifier does not follow a repeatable item at character 4 of the regular "
		"expression "
		"'ä*+*'");
	assert_refused("\\C", REGEX,
		"using \\C is disabled by the application at character 3 of the regular expression "
		"'\\C'");
	memset(long_text, 'x', sizeof long_text - 1);
	long_text[sizeof long_text - 1] = '\0';
	assert_refused(long_text, 0, "the pattern is 4097 bytes long; at most 4096 are possible");
}

/* Without a bound each of these would outlive the test by far. */
static void no_expression_goes_on_for_ever(void **state)
{
	static const char *const patterns[] = {"(a+)+$", "(a|aa)+$", "(.*)*x", "a.*a.*a.*a.*[xy]",
		"(?:a?){60}a{60}x", "^(a+)*(a+)*[xy]$"};
	static const size_t sizes[] = {100, 5000, BERTH_LOG_LINE_MAX};
	char *line = malloc(BERTH_LOG_LINE_MAX);
	size_t cost = 0, start, end;

	(void)state;
	assert_non_null(line);
	memset(line, 'a', BERTH_LOG_LINE_MAX);
	for (size_t i = 0; i < sizeof patterns / sizeof patterns[0]; i++) {
		struct berth_pattern *pattern = made(patterns[i], REGEX);

		for (size_t s = 0; s < sizeof sizes / sizeof sizes[0]; s++) {
			line[sizes[s] - 1] = '!';
			assert_int_not_equal(
				pattern_test(pattern, line, sizes[s], &cost), REGEX_MATCH);
			assert_false(berth_pattern_find(pattern, line, sizes[s], 0, &start, &end));
			line[sizes[s] - 1] = 'a';
		}
		berth_pattern_free(pattern);
	}
	free(line);
}

static void giving_up_is_said_and_costs(void **state)
{
	struct berth_pattern *pattern = made("(a+)+$", REGEX);
	char line[] = "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa!";
	size_t first = 0, later = 0;

	(void)state;
	assert_int_equal(pattern_test(pattern, line, strlen(line), &first), REGEX_GAVE_UP);
	assert_true(first > 100 * 1000);
	for (int i = 0; i < 300; i++)
		pattern_test(pattern, line, strlen(line), &later);
	later = 0;
	/* Hard on all lines: less is tried. */
	assert_int_equal(pattern_test(pattern, line, strlen(line), &later), REGEX_GAVE_UP);
	assert_true(later < first / 10);
	line[strlen(line) - 1] = 'a';
	assert_int_equal(pattern_test(pattern, line, strlen(line), &later), REGEX_MATCH);
	berth_pattern_free(pattern);
}

/* On short lines and on long ones, which go another way. */
static void long_lines_match_as_short_ones_do(void **state)
{
	static const char *const patterns[] = {
		"needle$", "^x+ needle", "[0-9]+ needle", "(?<=x )needle", "x* (hay|needle)$"};
	static const bool matches[] = {true, true, false, true, true};
	static const size_t sizes[] = {10, 1024, 1025, 100 * 1000};
	char *line = malloc(100 * 1000 + 8);
	size_t cost = 0;

	(void)state;
	assert_non_null(line);
	for (size_t s = 0; s < sizeof sizes / sizeof sizes[0]; s++) {
		memset(line, 'x', sizes[s]);
		memcpy(line + sizes[s] - 7, " needle", 7);
		for (size_t i = 0; i < sizeof patterns / sizeof patterns[0]; i++) {
			struct berth_pattern *pattern = made(patterns[i], REGEX);

			assert_int_equal(pattern_test(pattern, line, sizes[s], &cost),
				matches[i] ? REGEX_MATCH : REGEX_NO_MATCH);
			berth_pattern_free(pattern);
		}
	}
	free(line);
}

static void assert_shown_as_is(const char *text, size_t len)
{
	char clean[8 * 64 + 1];

	/* Of one line only: newlines are passed over. */
	if (memchr(text, '\n', len) != NULL || !shown_as_is(text, len))
		return;
	assert_int_equal(berth_text_clean(clean, sizeof clean, text, len, BERTH_CLEAN_LINE), len);
	assert_memory_equal(clean, text, len);
}

static void text_shown_as_it_is_is_not_changed_by_cleaning(void **state)
{
	static const char *const words[] = {
		"a b", "ü", "\xe2\x80\xae", "\xc2\x9b", "日", "\t", " "};
	struct noise noise = {.state = 3};
	char bytes[64];
	static const char two[] = "plain text\ntwo lines, größer als 日本語 and more\n";

	(void)state;
	for (uint32_t c = 0; c < 0x110000; c++)
		if (c < 0xd800 || c > 0xdfff)
			assert_shown_as_is(bytes, berth_utf8_put(bytes, c));
	for (int round = 0; round < 20000; round++) {
		size_t len = noise_fill(&noise, bytes, 1 + noise_below(&noise, 63), words, 7);
		char *copy = exactly(bytes, len);

		assert_shown_as_is(copy, len);
		free(copy);
	}
	assert_true(shown_as_is(two, strlen(two)));
	assert_false(shown_as_is("a\tb", 3));
	assert_false(shown_as_is("a\x1b[1mb", 6));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(plain_text_is_what_it_says),
		cmocka_unit_test(case_counts_once_a_capital_is_typed),
		cmocka_unit_test(letters_beyond_ascii_have_case_too),
		cmocka_unit_test(capitals_of_the_syntax_are_none),
		cmocka_unit_test(expressions_see_the_whole_line),
		cmocka_unit_test(an_empty_match_passes_the_line),
		cmocka_unit_test(bytes_that_are_no_text_do_no_harm),
		cmocka_unit_test(what_is_wrong_is_said),
		cmocka_unit_test(no_expression_goes_on_for_ever),
		cmocka_unit_test(giving_up_is_said_and_costs),
		cmocka_unit_test(long_lines_match_as_short_ones_do),
		cmocka_unit_test(text_shown_as_it_is_is_not_changed_by_cleaning),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
