/* Lines that are records: JSON objects and key=value pairs. */
#include <string.h>

#include "base/level_private.h"

static bool is_key(const char *p, const char *end)
{
	static const char *const keys[] = {
		"level", "lvl", "severity", "log.level", "levelname", "loglevel", "@l"};

	for (size_t i = 0; i < sizeof keys / sizeof keys[0]; i++)
		if (strlen(keys[i]) == (size_t)(end - p) &&
			memcmp(p, keys[i], strlen(keys[i])) == 0)
			return true;
	return false;
}

/* `p` is behind the opening quote; returns the place of the closing one, or end. */
static const char *closing_quote(const char *p, const char *end)
{
	while (p < end && *p != '"')
		p += *p == '\\' && end - p > 1 ? 2 : 1;
	return p;
}

/* Where a JSON value or key that begins at p ends; a string is given without its quotes. */
static const char *scalar(const char *p, const char *end, const char **first, const char **last)
{
	if (*p == '"') {
		*first = p + 1;
		*last = closing_quote(p + 1, end);
		return *last < end ? *last + 1 : end;
	}
	*first = p;
	while (p < end && (level_is_letter(*p) || level_is_digit(*p) || strchr("+-.", *p) != NULL))
		p++;
	*last = p;
	return p > *first ? p : p + 1;
}

bool level_of_json(const char *p, const char *end, enum berth_level *level)
{
	const char *key = NULL, *key_end = NULL, *first, *last;
	int depth = 0;

	/* "{}" and "{name}" are no records. */
	if (p == end || *p != '{')
		return false;
	first = level_skip_blanks(p + 1, end);
	if (first == end || *first != '"')
		return false;
	while (p < end) {
		switch (*p) {
		case '{':
		case '[':
			depth++;
			p++;
			key = NULL;
			break;
		case '}':
		case ']':
			depth--;
			p++;
			break;
		case ',':
			key = NULL;
			p++;
			break;
		case ':':
		case ' ':
		case '\t':
			p++;
			break;
		default:
			p = scalar(p, end, &first, &last);
			if (depth != 1)
				break;
			if (key == NULL) {
				key = first;
				key_end = last;
			} else if ((is_key(key, key_end) || (key_end - key == 1 && *key == 's')) &&
				   last < end && level_value(first, last, level)) {
				return true;
			}
		}
	}
	return true;
}

static bool is_key_char(char c)
{
	return level_is_letter(c) || level_is_digit(c) || c == '_' || c == '.' || c == '-' ||
	       c == '@';
}

bool level_of_pairs(const char *p, const char *end, enum berth_level *level)
{
	int pairs = 0;

	for (;; pairs++) {
		const char *key = p, *equals, *first;

		while (p < end && is_key_char(*p))
			p++;
		if (p == key || p == end || *p != '=')
			return pairs > 1;
		equals = p++;
		first = p;
		if (p < end && *p == '"') {
			first = p + 1;
			p = closing_quote(first, end);
		} else {
			while (p < end && !level_is_blank(*p))
				p++;
		}
		if (is_key(key, equals) && level_value(first, p, level))
			return true;
		if (p < end && *p == '"')
			p++;
		p = level_skip_blanks(p, end);
	}
}
