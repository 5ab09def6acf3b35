#include "detect/runtime.h"

#include <ctype.h>
#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { PARTS = 3, ANY = INT_MAX };

struct number {
	int part[PARTS];
	int count;
};

/* "3.11.7" and "3.x": what is not written may be anything. Returns what follows. */
static const char *read_number(const char *text, struct number *number)
{
	*number = (struct number){{ANY, ANY, ANY}, 0};
	while (isdigit((unsigned char)*text)) {
		char *end;
		long part = strtol(text, &end, 10);
		if (number->count < PARTS)
			number->part[number->count++] = part < ANY ? (int)part : ANY;
		text = end;
		if (*text == '.' && isdigit((unsigned char)text[1]))
			text++;
	}
	while (*text && !strchr(" ,|", *text))
		text++;
	return text;
}

static struct number number_of(const char *text)
{
	struct number number;

	read_number(text, &number);
	return number;
}

/* Of the first `count` parts. */
static int compare(const struct number *a, const struct number *b, int count)
{
	for (int i = 0; i < count; i++) {
		if (a->part[i] != b->part[i])
			return a->part[i] < b->part[i] ? -1 : 1;
	}
	return 0;
}

static int least(int a, int b)
{
	return a < b ? a : b;
}

/* Is a tag, which stands for its newest release, what the operator asks for? `~1.2` is read
 * narrowly: that suits everybody who means more. */
static bool fits(const char *op, size_t len, const struct number *bound, const struct number *tag)
{
	int order = compare(tag, bound, bound->count);

	if (bound->count == 0 || (len == 2 && memcmp(op, "!=", 2) == 0))
		return true;
	if (len == 1 && *op == '<')
		return order < 0;
	if (len == 1 && *op == '>')
		return order > 0;
	if (len == 2 && memcmp(op, "<=", 2) == 0)
		return order <= 0;
	if (len == 2 && memcmp(op, ">=", 2) == 0)
		return order >= 0;
	if (*op == '^')
		return order >= 0 && compare(tag, bound, 1) == 0;
	if (len == 2 && *op == '~')
		return order >= 0 &&
		       compare(tag, bound, bound->count > 1 ? bound->count - 1 : 1) == 0;
	if (*op == '~')
		return order >= 0 && compare(tag, bound, least(bound->count, 2)) == 0;
	return compare(tag, bound, least(bound->count, tag->count)) == 0;
}

/* All of one alternative: "op number" after each other. */
static bool fits_all(const char *text, size_t len, const struct number *tag)
{
	const char *end = text + len;

	while (text < end) {
		struct number bound;
		while (text < end && strchr(" ,", *text))
			text++;
		const char *op = text;
		while (text < end && strchr("<>=!^~", *text))
			text++;
		size_t op_len = (size_t)(text - op);
		while (text < end && (*text == ' ' || *text == 'v'))
			text++;
		if (text >= end)
			break;
		text = read_number(text, &bound);
		if (!fits(op, op_len, &bound, tag))
			return false;
	}
	return true;
}

static bool is_in_range(const char *range, const char *tag)
{
	struct number number = number_of(tag);

	while (*range) {
		const char *bar = strchr(range, '|');
		size_t len = bar ? (size_t)(bar - range) : strlen(range);
		if (len > 0 && fits_all(range, len, &number))
			return true;
		range += len + (bar != NULL);
	}
	return false;
}

/* The default if it does, else the newest known one that does; NULL if none does. */
static const char *choose(const json_t *rules, const char *range)
{
	const char *tag = json_string_value(json_object_get(rules, "default"));
	const json_t *known = json_object_get(rules, "known");

	if (tag && is_in_range(range, tag))
		return tag;
	for (size_t i = json_array_size(known); i-- > 0;) {
		tag = json_string_value(json_array_get(known, i));
		if (is_in_range(range, tag))
			return tag;
	}
	return NULL;
}

static void write_number(const struct number *number, int parts, char *tag, size_t cap)
{
	size_t used = 0;

	*tag = '\0';
	for (int i = 0; i < least(number->count, parts) && used < cap; i++)
		used += (size_t)snprintf(
			tag + used, cap - used, "%s%d", i ? "." : "", number->part[i]);
}

void runtime_pick(const json_t *rules, const char *version, char *tag, size_t cap)
{
	const char *fallback = json_string_value(json_object_get(rules, "default"));
	const char *oldest = json_string_value(json_object_get(rules, "oldest"));
	const char *named = version ? json_string_value(json_object_get(
					      json_object_get(rules, "names"), version))
				    : NULL;
	int parts = (int)json_integer_value(json_object_get(rules, "parts"));
	const char *digits = version ? strpbrk(version, "0123456789") : NULL;

	fallback = fallback ? fallback : "latest";
	snprintf(tag, cap, "%s", named ? named : fallback);
	if (named || !digits)
		return;
	struct number number = number_of(digits);
	bool range = strpbrk(version, "<>=^~|*, ") || number.count < parts;
	const char *chosen = range ? choose(rules, strpbrk(version, "<>=^~|*, ") ? version : digits)
				   : NULL;
	struct number limit = number_of(oldest ? oldest : "0");
	if (chosen)
		snprintf(tag, cap, "%s", chosen);
	else if (compare(&number, &limit, least(number.count, limit.count)) >= 0)
		write_number(&number, parts > 0 ? parts : PARTS, tag, cap);
}
