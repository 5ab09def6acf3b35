#include "base/json_write.h"

#include <inttypes.h>
#include <jansson.h>
#include <stdio.h>
#include <string.h>

#include <berth/text.h>

void json_writer_init(struct json_writer *writer, size_t max)
{
	writer->failed = false;
	buf_init(&writer->buf, max);
}

void json_writer_release(struct json_writer *writer)
{
	buf_release(&writer->buf);
}

char *json_writer_take(struct json_writer *writer)
{
	char *text = NULL;

	if (!writer->failed)
		text = buf_take(&writer->buf);
	buf_release(&writer->buf);
	writer->failed = false;
	return text;
}

static void put(struct json_writer *writer, const char *bytes, size_t len)
{
	struct buf *buf = &writer->buf;

	if (writer->failed)
		return;
	/* There is room nearly always, and pieces are short. */
	if (len < buf->cap - buf->len) {
		memcpy(buf->data + buf->len, bytes, len);
		buf->len += len;
		buf->data[buf->len] = '\0';
	} else if (buf_add(buf, bytes, len, NULL) < 0) {
		writer->failed = true;
	}
}

static void comma(struct json_writer *writer)
{
	const struct buf *buf = &writer->buf;
	char last = buf->len > 0 ? buf->data[buf->len - 1] : '{';

	/* What came before tells: nothing but a bracket or a key's colon ends in one of these. */
	if (last != '{' && last != '[' && last != ':')
		put(writer, ",", 1);
}

/* Short forms as JSON has them, U+XXXX of the rest. */
static void put_escape(struct json_writer *writer, uint32_t c)
{
	static const char *const short_forms[] = {
		['\b'] = "\\b",
		['\t'] = "\\t",
		['\n'] = "\\n",
		['\f'] = "\\f",
		['\r'] = "\\r",
		['"'] = "\\\"",
		['\\'] = "\\\\",
	};
	char text[8];

	if (c < sizeof short_forms / sizeof short_forms[0] && short_forms[c]) {
		put(writer, short_forms[c], 2);
		return;
	}
	snprintf(text, sizeof text, "\\u%04X", (unsigned)(c & 0xffff));
	put(writer, text, 6);
}

static bool plain(unsigned char c)
{
	return c >= 0x20 && c < 0x7f && c != '"' && c != '\\';
}

static void put_escaped(struct json_writer *writer, const char *text, size_t len)
{
	const char *p = text, *run = text, *end = len > 0 ? text + len : text;

	while (p < end) {
		uint32_t c;

		if (plain((unsigned char)*p)) {
			p++;
			continue;
		}
		const char *after = berth_utf8_next(p, end, &c);
		if (c > 0x9f && c != 0xfffd) {
			p = after;
			continue;
		}
		put(writer, run, (size_t)(p - run));
		if (c == 0xfffd)
			put(writer, "\xef\xbf\xbd", 3);
		else
			put_escape(writer, c);
		p = run = after;
	}
	put(writer, run, (size_t)(p - run));
}

void json_write_open(struct json_writer *writer, char bracket)
{
	comma(writer);
	put(writer, &bracket, 1);
}

void json_write_close(struct json_writer *writer, char bracket)
{
	put(writer, &bracket, 1);
}

void json_write_bytes(struct json_writer *writer, const char *text, size_t len)
{
	comma(writer);
	put(writer, "\"", 1);
	put_escaped(writer, text, len);
	put(writer, "\"", 1);
}

void json_write_key(struct json_writer *writer, const char *key)
{
	json_write_bytes(writer, key, strlen(key));
	put(writer, ":", 1);
}

void json_write_text(struct json_writer *writer, const char *text)
{
	if (text)
		json_write_bytes(writer, text, strlen(text));
	else
		json_write_null(writer);
}

static void put_word(struct json_writer *writer, const char *word)
{
	comma(writer);
	put(writer, word, strlen(word));
}

void json_write_integer(struct json_writer *writer, int64_t value)
{
	char text[24];

	snprintf(text, sizeof text, "%" PRId64, value);
	put_word(writer, text);
}

void json_write_bool(struct json_writer *writer, bool value)
{
	put_word(writer, value ? "true" : "false");
}

void json_write_null(struct json_writer *writer)
{
	put_word(writer, "null");
}

static bool is_json(const char *text, size_t len)
{
	json_t *value = json_loadb(text, len, JSON_DECODE_ANY | JSON_ALLOW_NUL, NULL);

	json_decref(value);
	return value != NULL;
}

/* Its own text and not a dump of what was parsed: numbers keep their digits, keys their order. */
void json_write_foreign(struct json_writer *writer, const char *json)
{
	size_t len = strlen(json);
	bool in_string = false;

	if (!is_json(json, len)) {
		json_write_bytes(writer, json, len);
		return;
	}
	comma(writer);
	for (const char *p = json, *end = json + len; p < end;) {
		uint32_t c;
		const char *after = berth_utf8_next(p, end, &c);

		if (c == '"')
			in_string = !in_string;
		else if (c == '\\')
			after++;
		if (c >= 0x7f && c <= 0x9f)
			put_escape(writer, c);
		else if (in_string || !memchr(" \t\r\n", *p, 4))
			put(writer, p, (size_t)(after - p));
		p = after;
	}
}
