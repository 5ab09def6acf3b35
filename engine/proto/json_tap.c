#include "proto/json_tap.h"

#include <stdint.h>
#include <string.h>

#include <jansson.h>

#include <berth/text.h>

#include "proto/json_repair.h"

enum { BETWEEN, IN_STRING, BEHIND_STRING, BEHIND_COLON, IN_TEXT };

/* Not in any JSON. */
static const char spoilt[] = "\x01";

void json_tap_init(struct json_tap *tap, const char *key, size_t rest_max)
{
	*tap = (struct json_tap){.key = key, .state = BETWEEN};
	buf_init(&tap->rest, rest_max);
	buf_init(&tap->text, SIZE_MAX);
}

void json_tap_release(struct json_tap *tap)
{
	buf_release(&tap->rest);
	buf_release(&tap->text);
}

/* --- decoding --- */

static int unit_of(const char *p, const char *end)
{
	int unit = 0;

	if (end - p < 6 || p[0] != '\\' || p[1] != 'u')
		return -1;
	for (int i = 2; i < 6; i++) {
		const char *digits = "0123456789abcdef", *digit;

		digit = p[i] != '\0' ? strchr(digits, p[i] | 0x20) : NULL;
		if (digit == NULL)
			return -1;
		unit = unit << 4 | (int)(digit - digits);
	}
	return unit;
}

/* "\uXXXX" and its other half. Returns behind it, NULL if it is none. */
static const char *take_unit(const char *p, const char *end, char *out, size_t *len)
{
	int unit = unit_of(p, end), second = -1;
	uint32_t code = (uint32_t)unit;

	if (unit < 0)
		return NULL;
	p += 6;
	if (unit >= 0xd800 && unit <= 0xdbff)
		second = unit_of(p, end);
	if (second >= 0xdc00 && second <= 0xdfff) {
		code = 0x10000 + (((uint32_t)unit - 0xd800) << 10) + ((uint32_t)second - 0xdc00);
		p += 6;
	} else if (unit >= 0xd800 && unit <= 0xdfff) {
		code = 0xfffd;
	}
	*len = berth_utf8_put(out, code);
	return p;
}

/* The escape at p, of which there may be more to come. */
static bool is_cut(const char *p, const char *end)
{
	size_t len = (size_t)(end - p);
	int unit;

	if (len < 2)
		return true;
	if (p[1] != 'u' || len >= JSON_TAP_ESCAPE || memchr(p, '"', len) != NULL)
		return false;
	if (len < 6)
		return true;
	unit = unit_of(p, end);
	return unit >= 0xd800 && unit <= 0xdbff && (len == 6 || p[6] == '\\') &&
	       (len <= 7 || p[7] == 'u');
}

/* Returns behind it; NULL: it is none. */
static const char *take_escape(const char *p, const char *end, char *out, size_t *len)
{
	static const char from[] = "\"\\/bfnrt", to[] = "\"\\/\b\f\n\r\t";
	const char *known = p[1] != '\0' ? strchr(from, p[1]) : NULL;

	if (known == NULL)
		return take_unit(p, end, out, len);
	*out = to[known - from];
	*len = 1;
	return p + 2;
}

static int spoil(struct json_tap *tap, struct berth_error *err)
{
	return buf_adds(&tap->rest, spoilt, err);
}

/* Behind its last byte that was used; NULL with err. */
static const char *take_text(
	struct json_tap *tap, const char *p, const char *end, struct berth_error *err)
{
	while (p < end) {
		const char *plain = p;
		char bytes[4] = "";
		size_t len = 0;

		while (p < end && *p != '"' && *p != '\\')
			p++;
		if (buf_add(&tap->text, plain, (size_t)(p - plain), err) < 0)
			return NULL;
		if (p == end)
			break;
		if (*p == '"') {
			tap->state = BETWEEN;
			return buf_add(&tap->rest, p, 1, err) == 0 ? p + 1 : NULL;
		}
		if (is_cut(p, end)) {
			tap->escape_len = (size_t)(end - p);
			memcpy(tap->escape, p, tap->escape_len);
			return end;
		}
		plain = take_escape(p, end, bytes, &len);
		if (plain == NULL && spoil(tap, err) < 0)
			return NULL;
		p = plain != NULL ? plain : p + 2;
		if (buf_add(&tap->text, bytes, len, err) < 0)
			return NULL;
	}
	return p;
}

/* The escape that was cut, with the bytes that come now. */
static const char *take_cut(
	struct json_tap *tap, const char *p, const char *end, struct berth_error *err)
{
	char joined[2 * JSON_TAP_ESCAPE], bytes[4] = "";
	size_t held = tap->escape_len, more = (size_t)(end - p), len = 0;
	const char *behind;

	if (more > JSON_TAP_ESCAPE)
		more = JSON_TAP_ESCAPE;
	memcpy(joined, tap->escape, held);
	memcpy(joined + held, p, more);
	tap->escape_len = 0;
	if (is_cut(joined, joined + held + more)) {
		tap->escape_len = held + more;
		memcpy(tap->escape, joined, tap->escape_len);
		return end;
	}
	behind = take_escape(joined, joined + held + more, bytes, &len);
	if (behind == NULL)
		return spoil(tap, err) < 0 ? NULL : p;
	if (buf_add(&tap->text, bytes, len, err) < 0)
		return NULL;
	/* The second half of what is no pair was held as well: it is one more escape. */
	if (behind < joined + held) {
		tap->escape_len = (size_t)(joined + held - behind);
		memcpy(tap->escape, behind, tap->escape_len);
		return p;
	}
	return p + (behind - (joined + held));
}

/* --- the rest --- */

static void note_depth(struct json_tap *tap, char c)
{
	if (tap->found)
		return;
	if (c == '{' || c == '[') {
		if (tap->depth < JSON_TAP_DEPTH)
			tap->closers[tap->depth] = c == '{' ? '}' : ']';
		tap->depth++;
	} else if ((c == '}' || c == ']') && tap->depth > 0) {
		tap->depth--;
	}
}

static bool is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

/* One byte that is not of the text; it is kept already. */
static void take_byte(struct json_tap *tap, char c)
{
	const char *name = tap->rest.data + tap->name_at;
	size_t len = tap->rest.len - tap->name_at - 1;

	if (tap->state == IN_STRING) {
		if (tap->escaped || c != '"') {
			tap->escaped = !tap->escaped && c == '\\';
			return;
		}
		tap->is_key = !tap->found && len == strlen(tap->key) &&
			      memcmp(name, tap->key, len) == 0;
		tap->state = BEHIND_STRING;
	} else if (tap->state == BEHIND_COLON && c == '"') {
		tap->found = true;
		tap->found_at = tap->rest.len;
		tap->state = IN_TEXT;
	} else if (c == '"') {
		tap->state = IN_STRING;
		tap->name_at = tap->rest.len;
	} else if (!is_blank(c)) {
		/* A member that is no string is the one all the same. */
		tap->state = tap->state == BEHIND_STRING && tap->is_key && c == ':' ? BEHIND_COLON
										    : BETWEEN;
		note_depth(tap, c);
	}
}

int json_tap_feed(struct json_tap *tap, const char *bytes, size_t len, struct berth_error *err)
{
	const char *p = bytes, *end = bytes + len;

	buf_reset(&tap->text);
	while (p != NULL && p < end) {
		if (tap->state != IN_TEXT) {
			if (buf_add(&tap->rest, p, 1, err) < 0)
				return -1;
			take_byte(tap, *p++);
			continue;
		}
		p = tap->escape_len > 0 ? take_cut(tap, p, end, err) : take_text(tap, p, end, err);
	}
	return p != NULL ? 0 : -1;
}

json_t *json_tap_before(const struct json_tap *tap)
{
	json_t *value = NULL;
	struct buf text;
	int status;

	if (!tap->found || tap->depth > JSON_TAP_DEPTH)
		return NULL;
	buf_init(&text, tap->found_at + JSON_TAP_DEPTH + 2);
	status = buf_add(&text, tap->rest.data, tap->found_at, NULL);
	if (status == 0)
		status = buf_adds(&text, "\"", NULL);
	for (size_t i = tap->depth; status == 0 && i > 0; i--)
		status = buf_add(&text, &tap->closers[i - 1], 1, NULL);
	if (status == 0)
		json_repair_load(&text, &value, NULL);
	buf_release(&text);
	return value;
}
