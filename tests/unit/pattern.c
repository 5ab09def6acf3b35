/* Patterns: a table of what people write, and the fast matcher against an exhaustive one. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "source/pattern.h"

static const struct {
	const char *pattern, *path;
	bool is_folder, matches;
} table[] = {
	/* the last part, at any depth */
	{"*", "a", false, true},
	{"*", "a/b/c", false, true},
	{"*", ".hidden", false, true},
	{"*.pyc", "x.pyc", false, true},
	{"*.pyc", "a/b/x.pyc", false, true},
	{"*.pyc", "a.pyc/b", false, false},
	{"*.pyc", "x.py", false, false},
	{"*.pyc", ".pyc", false, true},
	{"node_modules", "a/node_modules", true, true},
	{"node_modules", "node_modules/a", false, false},
	{"node_modules", "my_node_modules", true, false},
	{".git", ".git", true, true},
	{".git", ".gitignore", false, false},
	{"?", "a", false, true},
	{"?", "ab", false, false},
	{"?", "", false, false},
	{"??", "\xc3\xa4", false, true},
	{"a?c", "a/c", false, false},
	{"", "", false, false},
	{"", "a", false, false},
	/* the whole path */
	{"/build", "build", true, true},
	{"/build", "a/build", true, false},
	{"docs/*.md", "docs/a.md", false, true},
	{"docs/*.md", "docs/a/b.md", false, false},
	{"docs/*.md", "x/docs/a.md", false, false},
	{"docs/", "docs", true, true},
	{"docs/", "a/docs", true, true},
	{"docs/", "docs", false, false},
	{"/docs/", "docs", true, true},
	{"/docs/", "a/docs", true, false},
	{"a/b/", "a/b", true, true},
	{"/", "a", true, false},
	{"//", "a", true, false},
	/* across folders */
	{"**", "a/b/c", false, true},
	{"**/x", "x", false, true},
	{"**/x", "a/b/x", false, true},
	{"**/x", "a/bx", false, false},
	{"a/**/b", "a/b", false, true},
	{"a/**/b", "a/x/b", false, true},
	{"a/**/b", "a/x/y/b", false, true},
	{"a/**/b", "ab", false, false},
	{"a/**/b", "a/xb", false, false},
	{"docs/**", "docs/a/b", false, true},
	{"docs/**", "docs", true, false},
	{"/**/*.o", "x/y.o", false, true},
	{"/**/*.o", "y.o", false, true},
	{"a/**c/d", "a/b/xc/d", false, true},
	{"**/a/*/b", "x/a/a/y/b", false, true},
	{"**/test_*/**/*.json", "test_a/x.json", false, true},
	{"**/test_*/**/*.json", "q/test_a/b/c/x.json", false, true},
	{"**/test_*/**/*.json", "q/test/b/c/x.json", false, false},
	/* sets */
	{"[abc]", "b", false, true},
	{"[abc]", "d", false, false},
	{"[a-c]x", "cx", false, true},
	{"[!a-c]", "d", false, true},
	{"[!a-c]", "b", false, false},
	{"[^a]", "b", false, true},
	{"[]a]", "]", false, true},
	{"[!]a]", "]", false, false},
	{"[!]a]", "b", false, true},
	{"[a-]", "-", false, true},
	{"[-a]", "-", false, true},
	{"[z-a]", "m", false, false},
	{"[", "[", false, true},
	{"[a", "[a", false, true},
	{"[a", "a", false, false},
	{"[]", "[]", false, true},
	{"x[!a]y", "x/y", false, false},
	{"x[a/b]y", "x[a/b]y", false, true},
	{"[\x80-\xff]", "\xe4", false, true},
	{"a[*]b", "a*b", false, true},
	{"a[*]b", "axb", false, false},
	{"a\\b", "a\\b", false, true},
	{"*a*b*c", "xaxbxcxabc", false, true},
	{"*a*b*c", "xaxbxcxab", false, false},
	{"a*", "a\nb", false, true},
};

static void matches_as_people_expect(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
		if (pattern_match(table[i].pattern, table[i].path, table[i].is_folder) !=
			table[i].matches)
			fail_msg("'%s' on '%s': not %d", table[i].pattern, table[i].path,
				table[i].matches);
	}
}

/* The definition, word by word, with plain backtracking. */
static bool slow_match(const char *first, const char *pattern, const char *text)
{
	if (pattern[0] == '*' && pattern[1] == '*') {
		bool starts = pattern == first || pattern[-1] == '/';

		pattern += strspn(pattern, "*");
		if (starts && *pattern == '/') {
			for (const char *p = text; p;
				p = strchr(p, '/') ? strchr(p, '/') + 1 : NULL) {
				if (slow_match(first, pattern + 1, p))
					return true;
			}
			return false;
		}
		for (;; text++) {
			if (slow_match(first, pattern, text))
				return true;
			if (!*text)
				return false;
		}
	}
	if (*pattern == '*') {
		for (;; text++) {
			if (slow_match(first, pattern + 1, text))
				return true;
			if (!*text || *text == '/')
				return false;
		}
	}
	if (!*pattern || !*text)
		return *pattern == *text;
	if (*pattern == '?' ? *text == '/' : *pattern != *text)
		return false;
	return slow_match(first, pattern + 1, text + 1);
}

static uint32_t next_random(uint32_t *seed)
{
	*seed = *seed * 1664525u + 1013904223u;
	return *seed >> 8;
}

static void random_text(char *text, size_t max, const char *letters, uint32_t *seed)
{
	size_t len = 1 + next_random(seed) % max;

	for (size_t i = 0; i < len; i++)
		text[i] = letters[next_random(seed) % strlen(letters)];
	text[len] = '\0';
}

static void agrees_with_exhaustive_search(void **state)
{
	uint32_t seed = 1;
	size_t matched = 0;

	(void)state;
	for (int i = 0; i < 400000; i++) {
		char pattern[16], path[16];

		/* Anchored, so that the whole path is what is matched. */
		pattern[0] = '/';
		random_text(pattern + 1, 8, "ab/***?", &seed);
		random_text(path, 10, "aab/", &seed);
		if (pattern[strlen(pattern) - 1] == '/')
			continue;
		bool expected = slow_match(pattern + 1, pattern + 1, path);

		if (pattern_match(pattern, path, false) != expected)
			fail_msg("'%s' on '%s': not %d", pattern, path, expected);
		matched += expected;
	}
	/* The comparison means nothing if hardly anything matches. */
	assert_true(matched > 10000);
}

static void many_stars_cost_no_exponential_time(void **state)
{
	char text[4001], pattern[256] = "/";

	(void)state;
	memset(text, 'a', sizeof(text) - 1);
	text[sizeof(text) - 1] = '\0';
	for (int i = 0; i < 40; i++)
		strncat(pattern, "*a", sizeof(pattern) - strlen(pattern) - 1);
	assert_true(pattern_match(pattern, text, false));
	strncat(pattern, "*b", sizeof(pattern) - strlen(pattern) - 1);
	assert_false(pattern_match(pattern, text, false));
	for (size_t i = 1; i < sizeof(text) - 1; i += 2)
		text[i] = '/';
	strncpy(pattern, "/**/a/**/a/**/a/**/a/**/a/**/a/**/a/**/a/**/*a*/**/b", sizeof(pattern));
	assert_false(pattern_match(pattern, text, false));
}

static void any_of_several(void **state)
{
	char one[] = "*.o", two[] = "/build";
	char *patterns[] = {one, two};

	(void)state;
	assert_true(pattern_match_any(patterns, 2, "a/x.o", false));
	assert_true(pattern_match_any(patterns, 2, "build", true));
	assert_false(pattern_match_any(patterns, 2, "a/build", true));
	assert_false(pattern_match_any(patterns, 1, "build", true));
	assert_false(pattern_match_any(NULL, 0, "x.o", false));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(matches_as_people_expect),
		cmocka_unit_test(agrees_with_exhaustive_search),
		cmocka_unit_test(many_stars_cost_no_exponential_time),
		cmocka_unit_test(any_of_several),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
