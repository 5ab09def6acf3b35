#include "proto/json_repair.h"

#include <stdint.h>
#include <string.h>

#include <berth/text.h>

#define ESCAPE_LEN 6 /* \uXXXX */

static int hex(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

/* The code unit of a \uXXXX at `p`, or -1. */
static int unit_at(const char *p, const char *end)
{
	int unit = 0;

	if (end - p < ESCAPE_LEN || p[0] != '\\' || p[1] != 'u')
		return -1;
	for (int i = 2; i < ESCAPE_LEN; i++) {
		int digit = hex(p[i]);

		if (digit < 0)
			return -1;
		unit = unit << 4 | digit;
	}
	return unit;
}

/* The next escape at or after `p`, one past it, and whether it is half of a pair without the
 * other; NULL if there is none. */
static const char *next_escape(const char *p, const char *end, const char **after, bool *lone)
{
	p = p < end ? memchr(p, '\\', (size_t)(end - p)) : NULL;
	if (!p)
		return NULL;
	int unit = unit_at(p, end);
	*lone = unit >= 0xd800 && unit <= 0xdfff;
	*after = unit >= 0 ? p + ESCAPE_LEN : end - p > 1 ? p + 2 : end;
	if (unit >= 0xd800 && unit <= 0xdbff) {
		int second = unit_at(*after, end);

		if (second >= 0xdc00 && second <= 0xdfff) {
			*lone = false;
			*after += ESCAPE_LEN;
		}
	}
	return p;
}

static bool has_lone_surrogate(const char *p, const char *end)
{
	bool lone = false;

	while (!lone && next_escape(p, end, &p, &lone))
		;
	return lone;
}

static int add_valid(struct buf *out, const char *p, const char *end, struct berth_error *err)
{
	while (p < end) {
		char bytes[4];
		uint32_t c;

		p = berth_utf8_next(p, end, &c);
		if (buf_add(out, bytes, berth_utf8_put(bytes, c), err) < 0)
			return -1;
	}
	return 0;
}

static int repair(struct buf *out, const char *p, const char *end, struct berth_error *err)
{
	const char *escape, *after;
	bool lone;

	while ((escape = next_escape(p, end, &after, &lone))) {
		if (add_valid(out, p, escape, err) < 0)
			return -1;
		if (lone ? buf_adds(out, "\\ufffd", err) : add_valid(out, escape, after, err))
			return -1;
		p = after;
	}
	return add_valid(out, p, end, err);
}

static int load(const char *text, size_t len, json_t **value, struct berth_error *err)
{
	json_error_t why;

	*value = json_loadb(text, len, JSON_DECODE_ANY | JSON_ALLOW_NUL, &why);
	if (!*value && json_error_code(&why) == json_error_out_of_memory)
		return berth_error_set(err, BERTH_E_MEMORY, 0, "out of memory");
	return 0;
}

int json_repair_load(const struct buf *json, json_t **value, struct berth_error *err)
{
	const char *end = json->data + json->len;
	struct buf repaired;

	if (berth_utf8_valid(json->data, json->len) && !has_lone_surrogate(json->data, end))
		return load(json->data, json->len, value, err);

	/* A byte becomes at most the three of U+FFFD. */
	buf_init(&repaired, 3 * json->len);
	int status = repair(&repaired, json->data, end, err);
	if (status == 0)
		status = load(repaired.data, repaired.len, value, err);
	buf_release(&repaired);
	return status;
}
