/* The rules of .dockerignore, from Docker's own description of them, and what its tests know. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "source/glob.h"
#include "source/ignore.h"

static void patterns_match(void **state)
{
	static const struct {
		const char *pattern, *path;
		bool matches;
	} rows[] = {
		{"*/temp*", "somedir/temporary.txt", true},
		{"*/temp*", "somedir/temp", true},
		{"*/temp*", "temp", false},
		{"*/temp*", "a/b/temp", false},
		{"*/*/temp*", "a/b/temporary.txt", true},
		{"temp?", "tempa", true},
		{"temp?", "temp", false},
		{"temp?", "temp/", false},
		{"**/*.go", "a.go", true},
		{"**/*.go", "x/y/a.go", true},
		{"**/*.go", "a.gox", false},
		{"**/name", "name", true},
		{"**/name", "a/b/name", true},
		{"**/name", "a/surname", false},
		{"**", "a", true},
		{"**", "a/b/c", true},
		{"a/**", "a/b/c", true},
		{"a/**", "a/", true},
		{"a/**", "b/a/c", false},
		{"a/**/b", "a/b", true},
		{"a/**/b", "a/x/y/b", true},
		{"a/**/b", "a/xb", false},
		{"a**b", "ab", true},
		{"a**b", "ax/b", true},
		{"a**b", "axb", false},
		{"a*x**/b", "axx/b", true},
		{"a*x**b", "axxb", true},
		{"**foo", "foo", true},
		{"**foo", "a/foo", true},
		{"**foo", "afoo", false},
		{"a**", "a/b", true},
		{"a**", "abc", true},
		{"[a-c]x", "bx", true},
		{"[a-c]x", "dx", false},
		{"[^a-c]x", "dx", true},
		{"[^a-c]x", "ax", false},
		{"[!a]x", "!x", true},
		{"[!a]x", "bx", false},
		{"[\\]]", "]", true},
		{"a\\*b", "a*b", true},
		{"a\\*b", "axb", false},
		{"a.b", "axb", false},
		{"a+b", "a+b", true},
		{"(a|b)$", "(a|b)$", true},
		{"?", "\xC3\xA4", true},
		{"?", "\xC3", true},
		{"?", "\xC3\xA4x", false},
		{"[\xC3\xA4-\xC3\xB6]", "\xC3\xA5", true},
		{"*a*a*a*a*a*a*a*a*a*a*a*b", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", false},
		{"*", ".hidden", true},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct berth_error err = {0};
		struct glob *glob = glob_new(rows[i].pattern, &err);

		assert_non_null(glob);
		if (glob_match(glob, rows[i].path) != rows[i].matches)
			fail_msg("'%s' and '%s'", rows[i].pattern, rows[i].path);
		glob_free(glob);
	}
}

static void patterns_that_are_none(void **state)
{
	static const char *const patterns[] = {"[", "a[b", "[]", "[^]", "a\\"};

	(void)state;
	for (size_t i = 0; i < sizeof(patterns) / sizeof(patterns[0]); i++) {
		struct berth_error err = {0};

		assert_null(glob_new(patterns[i], &err));
		assert_int_equal(err.code, BERTH_E_USAGE);
		assert_non_null(strstr(err.message, patterns[i]));
	}
}

static struct ignore *parse(const char *text)
{
	struct berth_error err = {0};
	struct ignore *ignore = ignore_parse(".dockerignore", text, strlen(text), &err);

	if (!ignore)
		fail_msg("%s", err.message);
	return ignore;
}

/* What a walk from the top down makes of it must be the same. */
static bool walked(const struct ignore *ignore, const char *path)
{
	bool *rows = calloc(2 * ignore_count(ignore) + 2, sizeof(bool));
	bool *above = NULL, *here = rows, *other = rows + ignore_count(ignore) + 1, out = false;
	char part[256];

	for (size_t i = 0; i <= strlen(path); i++) {
		if (path[i] && path[i] != '/')
			continue;
		snprintf(part, sizeof(part), "%.*s", (int)i, path);
		out = ignore_step(ignore, part, above, here);
		/* A folder that can't give anything back is not entered. */
		if (out && path[i] && !ignore_may_return(ignore, part))
			break;
		above = here;
		here = other;
		other = above;
	}
	free(rows);
	return out;
}

static void files_stay_out(void **state)
{
	static const struct {
		const char *text, *path;
		bool out;
	} rows[] = {
		{"", "a", false},
		{"# a\na", "a", true},
		{"#a", "#a", false},
		{" #a", "#a", true},
		{"\\#a", "#a", true},
		{"  a  \r\n", "a", true},
		{"\xEF\xBB\xBF"
		 "a",
			"a", true},
		{"/a", "a", true},
		{"/a", "b/a", false},
		{"a/", "a", true},
		{"a/", "a/b", true},
		{"a", "a/b/c", true},
		{"a", "b/a", false},
		{"./a//b/../c/", "a/c", true},
		{"../a", "a", false},
		{"a/..", "a", false},
		{"/../a", "a", true},
		{"../../a", "a", false},
		{"a/b/../../c", "c", true},
		{"../a/../b", "b", false},
		{".", "a", false},
		{"/", "a", false},
		{"*\n!a", "a", false},
		{"*\n!a", "b", true},
		{"!a\n*", "a", true},
		{"*.md\n!README.md", "README.md", false},
		{"*.md\n!README*.md\nREADME-secret.md", "README-secret.md", true},
		{"*.md\n!README*.md\nREADME-secret.md", "README-x.md", false},
		{"*.md\nREADME-secret.md\n!README*.md", "README-secret.md", false},
		{"! /a/b", "a/b", false},
		{"a\n!a/b", "a/b", false},
		{"a\n!a/b", "a/c", true},
		{"a\n!a/b", "a/b/c", false},
		{"a\n!a/b\na/b/c", "a/b/c", true},
		{"node_modules\n!**/keep", "node_modules/x/keep", false},
		{"**/*.o\n!src/**", "src/a.o", false},
		{"**\n!src/*.c", "src/a.c", false},
		{"**\n!src/*.c", "src/a.h", true},
		{"docs\n!other/x", "docs/y", true},
		{"a/b/c\n!a/b", "a/b/c", false},
		{"a*\n!abc", "abc/d", false},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct ignore *ignore = parse(rows[i].text);

		if (ignore_has(ignore, rows[i].path) != rows[i].out)
			fail_msg("row %zu: '%s' and '%s'", i, rows[i].text, rows[i].path);
		if (walked(ignore, rows[i].path) != rows[i].out)
			fail_msg("row %zu, walked: '%s' and '%s'", i, rows[i].text, rows[i].path);
		ignore_free(ignore);
	}
}

static void a_wrong_line_is_named(void **state)
{
	static const struct {
		const char *text, *message;
	} rows[] = {
		{"a\n\n!\n", ".dockerignore line 3: a '!' without a pattern, expected '!PATTERN'"},
		{"#\n[b", ".dockerignore line 2: pattern '[b': a '[' without what belongs in it "
			  "and a ']'"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct berth_error err = {0};

		assert_null(
			ignore_parse(".dockerignore", rows[i].text, strlen(rows[i].text), &err));
		assert_string_equal(err.message, rows[i].message);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(patterns_match),
		cmocka_unit_test(patterns_that_are_none),
		cmocka_unit_test(files_stay_out),
		cmocka_unit_test(a_wrong_line_is_named),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
