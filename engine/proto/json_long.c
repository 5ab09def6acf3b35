#include "proto/json_long.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#include <berth/text.h>

#include "proto/json_repair.h"

struct piece {
	const char *at; /* behind the quote */
	size_t len;
};

/* The end of a string that begins at p: its closing quote, or NULL. */
static const char *end_of(const char *p, const char *end)
{
	const char *quote = p;

	while ((quote = memchr(quote, '"', (size_t)(end - quote))) != NULL) {
		size_t slashes = 0;

		while (quote - slashes > p && quote[-1 - (ptrdiff_t)slashes] == '\\')
			slashes++;
		if (slashes % 2 == 0)
			return quote;
		quote++;
	}
	return NULL;
}

static const char *skip_blank(const char *p, const char *end)
{
	while (p < end && (*p == ' ' || *p == '\t' || *p == '\n' || *p == '\r'))
		p++;
	return p;
}

/* The value of the first member of that name, if it is a string. Strings are all that is looked at:
 * one that has a ':' behind it is a name. */
static bool find(const struct buf *json, const char *key, struct piece *found)
{
	const char *p = json->data, *end = json->data + json->len;

	while ((p = memchr(p, '"', (size_t)(end - p))) != NULL) {
		const char *close = end_of(++p, end), *after;
		bool same;

		if (close == NULL)
			return false;
		same = (size_t)(close - p) == strlen(key) && memcmp(p, key, strlen(key)) == 0;
		after = skip_blank(close + 1, end);
		p = close + 1;
		if (!same || after == end || *after != ':')
			continue;
		after = skip_blank(after + 1, end);
		if (after == end || *after != '"' || (close = end_of(after + 1, end)) == NULL)
			return false;
		*found = (struct piece){after + 1, (size_t)(close - after - 1)};
		return true;
	}
	return false;
}

/* --- decoding --- */

static int unit_of(const char *p, const char *end)
{
	int unit = 0;

	if (end - p < 4)
		return -1;
	for (int i = 0; i < 4; i++) {
		const char *digits = "0123456789abcdef", *digit;

		digit = p[i] != '\0' ? strchr(digits, p[i] | 0x20) : NULL;
		if (digit == NULL)
			return -1;
		unit = unit << 4 | (int)(digit - digits);
	}
	return unit;
}

/* "\uXXXX" and its other half; half a pair is U+FFFD. Returns behind it, NULL if it is none. */
static const char *take_unit(const char *p, const char *end, char **out)
{
	int unit = unit_of(p, end), second = -1;
	uint32_t code = (uint32_t)unit;

	if (unit < 0)
		return NULL;
	p += 4;
	if (unit >= 0xd800 && unit <= 0xdbff && end - p >= 6 && p[0] == '\\' && p[1] == 'u')
		second = unit_of(p + 2, end);
	if (second >= 0xdc00 && second <= 0xdfff) {
		code = 0x10000 + (((uint32_t)unit - 0xd800) << 10) + ((uint32_t)second - 0xdc00);
		p += 6;
	} else if (unit >= 0xd800 && unit <= 0xdfff) {
		code = 0xfffd;
	}
	*out += berth_utf8_put(*out, code);
	return p;
}

/* What it decodes to is never longer. NULL: that is no JSON string, or there is no memory. */
static char *decode(const struct piece *piece, size_t *len)
{
	static const char from[] = "\"\\/bfnrt", to[] = "\"\\/\b\f\n\r\t";
	const char *p = piece->at, *end = p + piece->len;
	char *text = malloc(piece->len + 4), *out = text;

	while (text != NULL && p < end) {
		const char *slash = memchr(p, '\\', (size_t)(end - p));
		size_t plain = (size_t)((slash != NULL ? slash : end) - p);
		const char *known;

		memcpy(out, p, plain);
		out += plain;
		p += plain;
		if (p == end)
			break;
		known = p[1] != '\0' ? strchr(from, p[1]) : NULL;
		if (known != NULL)
			*out++ = to[known - from];
		p = known != NULL ? p + 2 : p[1] == 'u' ? take_unit(p + 2, end, &out) : NULL;
		if (p == NULL) {
			free(text);
			return NULL;
		}
	}
	*len = text != NULL ? (size_t)(out - text) : 0;
	return text;
}

/* --- putting it back --- */

/* The first member of that name is the one that was taken out. */
static json_t *holder_of(json_t *value, const char *key)
{
	json_t *found = NULL, *element;
	const char *name;

	json_object_foreach(value, name, element)
	{
		if (strcmp(name, key) == 0)
			return value;
		if (json_is_object(element) && (found = holder_of(element, key)) != NULL)
			return found;
	}
	return NULL;
}

static int load_rest(
	const struct buf *json, const struct piece *piece, json_t **value, struct berth_error *err)
{
	const char *behind = piece->at + piece->len;
	struct buf rest;
	int status;

	buf_init(&rest, json->len);
	status = buf_add(&rest, json->data, (size_t)(piece->at - json->data), err);
	if (status == 0)
		status = buf_add(&rest, behind, (size_t)(json->data + json->len - behind), err);
	if (status == 0)
		status = json_repair_load(&rest, value, err);
	buf_release(&rest);
	return status;
}

int json_long_load(
	const struct buf *json, const char *key, struct json_t **value, struct berth_error *err)
{
	struct piece piece;
	size_t len = 0;
	json_t *holder;
	char *text;

	if (!find(json, key, &piece) || piece.len < JSON_LONG_MIN)
		return json_repair_load(json, value, err);
	text = decode(&piece, &len);
	/* What is no string any parser says better. */
	if (text == NULL)
		return json_repair_load(json, value, err);
	if (load_rest(json, &piece, value, err) < 0) {
		free(text);
		return -1;
	}
	holder = holder_of(*value, key);
	if (holder != NULL)
		json_object_set_new_nocheck(holder, key, json_stringn_nocheck(text, len));
	free(text);
	return 0;
}
