/* TOML 1.0 (https://toml.io/en/v1.0.0). Debian 12 has no C library for it. Not told apart: what
 * kind of number or date a value is, because no rule asks. */
#include "detect/read.h"

#include <ctype.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <berth/text.h>

#include "base/buf.h"
#include "base/cleanup.h"

enum { MAX_TEXT = 1024 * 1024 };

struct toml {
	const char *at, *end;
	unsigned line;
	json_t *root, *table;
	struct berth_error *err;
};

static json_t *read_value(struct toml *toml, unsigned depth);

static int wrong(const struct toml *toml, const char *what)
{
	return read_wrong(toml->err, toml->line, what);
}

static bool ahead(const struct toml *toml, const char *text)
{
	size_t len = strlen(text);
	return (size_t)(toml->end - toml->at) >= len && memcmp(toml->at, text, len) == 0;
}

static bool take(struct toml *toml, const char *text)
{
	if (!ahead(toml, text))
		return false;
	toml->at += strlen(text);
	return true;
}

static void skip_blanks(struct toml *toml)
{
	while (toml->at < toml->end && (*toml->at == ' ' || *toml->at == '\t'))
		toml->at++;
}

/* Blanks, comments and line ends. */
static void skip_lines(struct toml *toml)
{
	for (; toml->at < toml->end; toml->at++) {
		if (*toml->at == '#') {
			const char *stop = memchr(toml->at, '\n', (size_t)(toml->end - toml->at));
			toml->at = stop ? stop : toml->end;
			if (!stop)
				return;
		}
		if (*toml->at == '\n')
			toml->line++;
		else if (!strchr(" \t\r", *toml->at) || !*toml->at)
			return;
	}
}

static int read_code_point(struct toml *toml, struct buf *text, unsigned digits)
{
	uint32_t code_point = 0;
	char bytes[4];

	for (; digits > 0; digits--, toml->at++) {
		if (toml->at >= toml->end || !isxdigit((unsigned char)*toml->at))
			return wrong(toml, "an escape that is no character");
		char digit = (char)tolower((unsigned char)*toml->at);
		code_point = code_point * 16 +
			     (uint32_t)(digit <= '9' ? digit - '0' : digit - 'a' + 10);
	}
	if (code_point > 0x10FFFF || (code_point >= 0xD800 && code_point < 0xE000))
		return wrong(toml, "an escape that is no character");
	return buf_add(text, bytes, berth_utf8_put(bytes, code_point), toml->err);
}

/* Behind the backslash. */
static int read_escape(struct toml *toml, struct buf *text, bool lines)
{
	static const char from[] = "btnfre\"\\", to[] = "\b\t\n\f\r\033\"\\";
	char c = toml->at < toml->end ? *toml->at : '\0';
	const char *known = c ? strchr(from, c) : NULL;

	if (lines && c && strchr(" \t\r\n", c)) {
		for (; toml->at < toml->end && *toml->at && strchr(" \t\r\n", *toml->at);
			toml->at++)
			toml->line += *toml->at == '\n';
		return 0;
	}
	toml->at++;
	if (known)
		return buf_add(text, &to[known - from], 1, toml->err);
	if (c == 'u' || c == 'U')
		return read_code_point(toml, text, c == 'u' ? 4 : 8);
	toml->at--;
	return wrong(toml, "an escape that is none");
}

static int read_string(struct toml *toml, struct buf *text)
{
	char quote[4] = {*toml->at, *toml->at, *toml->at};
	bool literal = *toml->at == '\'', lines = ahead(toml, quote);

	if (!lines)
		quote[1] = '\0';
	take(toml, quote);
	if (lines && (take(toml, "\n") || take(toml, "\r\n")))
		toml->line++;
	while (toml->at < toml->end) {
		if (ahead(toml, quote)) {
			take(toml, quote);
			/* Up to two quotes may stand right before the three that end it. */
			for (int i = 0;
				lines && i < 2 && toml->at < toml->end && *toml->at == *quote;
				i++, toml->at++) {
				if (buf_add(text, quote, 1, toml->err) < 0)
					return -1;
			}
			return 0;
		}
		if (*toml->at == '\n' && !lines)
			break;
		toml->line += *toml->at == '\n';
		if (*toml->at == '\\' && !literal) {
			toml->at++;
			if (read_escape(toml, text, lines) < 0)
				return -1;
		} else if (buf_add(text, toml->at++, 1, toml->err) < 0) {
			return -1;
		}
	}
	return wrong(toml, "a text that does not end");
}

/* One part of a key. malloc'd; NULL after an error. */
static char *read_key_part(struct toml *toml)
{
	struct buf text;
	const char *start = toml->at;

	buf_init(&text, MAX_TEXT);
	if (toml->at < toml->end && (*toml->at == '"' || *toml->at == '\'')) {
		if (read_string(toml, &text) < 0) {
			buf_release(&text);
			return NULL;
		}
		return buf_take(&text);
	}
	while (toml->at < toml->end &&
		(isalnum((unsigned char)*toml->at) || *toml->at == '_' || *toml->at == '-'))
		toml->at++;
	if (toml->at == start) {
		wrong(toml, "a key is expected");
		return NULL;
	}
	return strndup(start, (size_t)(toml->at - start));
}

/* The table of that name, made if it is not there; of an array of tables the last one. */
static json_t *step_into(const struct toml *toml, json_t *table, const char *key)
{
	json_t *below = json_object_get(table, key);

	if (!below) {
		/* Refused if the key is not UTF-8. */
		json_object_set_new(table, key, json_object());
		below = json_object_get(table, key);
	}
	if (json_is_array(below) && json_array_size(below) > 0)
		below = json_array_get(below, json_array_size(below) - 1);
	if (!json_is_object(below)) {
		wrong(toml, "a key that is a value already");
		return NULL;
	}
	return below;
}

/* "a.b.c": *table becomes that of all but the last part, which is returned. */
static char *read_key(struct toml *toml, json_t **table)
{
	for (unsigned depth = 0; depth < READ_MAX_DEPTH; depth++) {
		char *part = read_key_part(toml);
		skip_blanks(toml);
		if (!part || !take(toml, "."))
			return part;
		skip_blanks(toml);
		*table = step_into(toml, *table, part);
		free(part);
		if (!*table)
			return NULL;
	}
	wrong(toml, "nested too deeply");
	return NULL;
}

static int read_pair(struct toml *toml, json_t *table, unsigned depth)
{
	cleanup_free char *key = read_key(toml, &table);

	if (!key)
		return -1;
	if (!take(toml, "="))
		return wrong(toml, "'=' is expected");
	skip_blanks(toml);
	if (json_object_get(table, key))
		return wrong(toml, "a key that is there already");
	json_t *value = read_value(toml, depth);
	if (!value)
		return -1;
	/* A key that is not UTF-8 is none that a rule could ask for. */
	json_object_set_new(table, key, value);
	return 0;
}

static json_t *read_array(struct toml *toml, unsigned depth)
{
	json_t *array = json_array();

	while (array) {
		skip_lines(toml);
		if (take(toml, "]"))
			return array;
		json_t *value = read_value(toml, depth + 1);
		if (!value)
			break;
		json_array_append_new(array, value);
		skip_lines(toml);
		if (!take(toml, ",") && !ahead(toml, "]")) {
			wrong(toml, "',' or ']' is expected");
			break;
		}
	}
	json_decref(array);
	return NULL;
}

static json_t *read_inline_table(struct toml *toml, unsigned depth)
{
	json_t *table = json_object();

	while (table) {
		skip_lines(toml);
		if (take(toml, "}"))
			return table;
		if (read_pair(toml, table, depth + 1) < 0)
			break;
		skip_lines(toml);
		if (!take(toml, ",") && !ahead(toml, "}")) {
			wrong(toml, "',' or '}' is expected");
			break;
		}
	}
	json_decref(table);
	return NULL;
}

static json_t *read_plain(struct toml *toml)
{
	const char *start = toml->at;

	while (toml->at < toml->end && *toml->at && !strchr(",]}#\r\n", *toml->at))
		toml->at++;
	const char *stop = toml->at;
	while (stop > start && (stop[-1] == ' ' || stop[-1] == '\t'))
		stop--;
	size_t len = (size_t)(stop - start);
	if (len == 0) {
		wrong(toml, "a value is expected");
		return NULL;
	}
	if (len == 4 && memcmp(start, "true", 4) == 0)
		return json_true();
	if (len == 5 && memcmp(start, "false", 5) == 0)
		return json_false();
	if (!isdigit((unsigned char)*start) && !strchr("+-in", *start)) {
		wrong(toml, "a text without quotes");
		return NULL;
	}
	json_t *value = json_stringn(start, len);
	if (!value)
		wrong(toml, "not UTF-8");
	return value;
}

static json_t *read_value(struct toml *toml, unsigned depth)
{
	if (depth >= READ_MAX_DEPTH) {
		wrong(toml, "nested too deeply");
		return NULL;
	}
	if (toml->at < toml->end && (*toml->at == '"' || *toml->at == '\'')) {
		struct buf text;
		buf_init(&text, MAX_TEXT);
		json_t *value = NULL;
		if (read_string(toml, &text) == 0) {
			value = json_stringn(text.data, text.len);
			if (!value)
				wrong(toml, "not UTF-8");
		}
		buf_release(&text);
		return value;
	}
	if (take(toml, "["))
		return read_array(toml, depth);
	if (take(toml, "{"))
		return read_inline_table(toml, depth);
	return read_plain(toml);
}

static int read_header(struct toml *toml)
{
	bool array = take(toml, "[");
	json_t *table = toml->root;

	skip_blanks(toml);
	cleanup_free char *key = read_key(toml, &table);
	if (!key)
		return -1;
	if (!take(toml, array ? "]]" : "]"))
		return wrong(toml, "']' is expected");
	if (array) {
		json_t *list = json_object_get(table, key);
		if (!list) {
			json_object_set_new(table, key, json_array());
			list = json_object_get(table, key);
		}
		if (!json_is_array(list))
			return wrong(toml, "a key that is a value already");
		json_array_append_new(list, json_object());
	}
	toml->table = step_into(toml, table, key);
	return toml->table ? 0 : -1;
}

json_t *read_toml(const char *text, size_t len, struct berth_error *err)
{
	struct toml toml = {.at = text, .end = text + len, .line = 1, .err = err};

	if (len >= 3 && memcmp(text, "\xef\xbb\xbf", 3) == 0)
		toml.at += 3;
	toml.root = toml.table = json_object();
	for (;;) {
		skip_lines(&toml);
		if (toml.at >= toml.end)
			return toml.root;
		int status = take(&toml, "[") ? read_header(&toml)
					      : read_pair(&toml, toml.table, 0);
		skip_blanks(&toml);
		if (status == 0 && toml.at < toml.end && !strchr("#\r\n", *toml.at))
			status = wrong(&toml, "the end of the line is expected");
		if (status < 0) {
			json_decref(toml.root);
			return NULL;
		}
	}
}
