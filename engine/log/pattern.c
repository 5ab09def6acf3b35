#include "log/pattern.h"

#include <stdlib.h>
#include <string.h>

#include <berth/text.h>

#include "log/smart_case.h"

struct berth_pattern {
	char *text;
	size_t len;
	bool plain;
	bool ignores_case;
	struct regex *regex;
};

static int check(const char *text, size_t len, struct berth_error *err)
{
	if (len == 0)
		return berth_error_set(err, BERTH_E_USAGE, 0, "the pattern is empty");
	if (len > BERTH_PATTERN_MAX)
		return berth_error_set(err, BERTH_E_USAGE, 0,
			"the pattern is %zu bytes long; at most %d are possible", len,
			BERTH_PATTERN_MAX);
	if (!berth_utf8_valid(text, len))
		return berth_error_set(err, BERTH_E_USAGE, 0, "the pattern is not valid UTF-8");
	if (memchr(text, '\n', len) != NULL)
		return berth_error_set(err, BERTH_E_USAGE, 0,
			"the pattern holds a line break, which no line does");
	return 0;
}

static int prepare(
	struct berth_pattern *pattern, const char *text, unsigned flags, struct berth_error *err)
{
	unsigned kind = 0;

	pattern->plain = !(flags & BERTH_PATTERN_REGEX);
	pattern->len = strlen(text);
	pattern->text = strdup(text);
	if (pattern->text == NULL)
		return berth_error_set(err, BERTH_E_MEMORY, 0, "not enough memory for a pattern");
	pattern->ignores_case = !(flags & BERTH_PATTERN_CASE) &&
				!smart_case_has_capital(text, pattern->len, !pattern->plain);
	kind |= pattern->plain ? REGEX_LITERAL : 0;
	kind |= pattern->ignores_case ? REGEX_IGNORE_CASE : 0;
	pattern->regex = regex_new(text, pattern->len, kind, err);
	return pattern->regex != NULL ? 0 : -1;
}

struct berth_pattern *berth_pattern_new(const char *text, unsigned flags, struct berth_error *err)
{
	struct berth_pattern *pattern;

	if (check(text, strlen(text), err))
		return NULL;
	pattern = calloc(1, sizeof *pattern);
	if (pattern == NULL) {
		berth_error_set(err, BERTH_E_MEMORY, 0, "not enough memory for a pattern");
		return NULL;
	}
	if (prepare(pattern, text, flags, err)) {
		berth_pattern_free(pattern);
		return NULL;
	}
	return pattern;
}

void berth_pattern_free(struct berth_pattern *pattern)
{
	if (pattern == NULL)
		return;
	regex_free(pattern->regex);
	free(pattern->text);
	free(pattern);
}

const char *berth_pattern_text(const struct berth_pattern *pattern)
{
	return pattern->text;
}

bool berth_pattern_ignores_case(const struct berth_pattern *pattern)
{
	return pattern->ignores_case;
}

bool berth_pattern_find(struct berth_pattern *pattern, const char *text, size_t len, size_t from,
	size_t *start, size_t *end)
{
	if (from > len)
		return false;
	return regex_find(pattern->regex, text, len, from, start, end) == REGEX_MATCH;
}

bool pattern_is_plain(const struct berth_pattern *pattern)
{
	return pattern->plain;
}

bool pattern_find_plain(
	struct berth_pattern *pattern, const char *bytes, size_t len, size_t from, size_t *start)
{
	size_t end;

	return regex_find(pattern->regex, bytes, len, from, start, &end) == REGEX_MATCH;
}

enum regex_result pattern_test(
	struct berth_pattern *pattern, const char *text, size_t len, size_t *cost)
{
	return regex_test(pattern->regex, text, len, cost);
}
