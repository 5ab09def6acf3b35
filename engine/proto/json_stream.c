#include "proto/json_stream.h"

#include <jansson.h>
#include <string.h>

#include <berth/text.h>

#include "proto/json_repair.h"

/* How much of what is not JSON goes into the message. */
#define QUOTE_MAX 60

void json_stream_init(struct json_stream *stream, json_stream_fn *on_value, void *context)
{
	*stream = (struct json_stream){.on_value = on_value, .context = context};
	buf_init(&stream->record, JSON_RECORD_MAX);
}

void json_stream_release(struct json_stream *stream)
{
	buf_release(&stream->record);
}

static void forget(struct json_stream *stream)
{
	buf_reset(&stream->record);
	stream->depth = 0;
	stream->in_string = stream->escaped = stream->scalar = false;
}

static int not_json(
	const struct buf *record, const char *rest, size_t rest_len, struct berth_error *err)
{
	char raw[QUOTE_MAX], quote[3 * QUOTE_MAX + 1];
	size_t len = record->len < sizeof raw ? record->len : sizeof raw;
	size_t more = rest_len < sizeof raw - len ? rest_len : sizeof raw - len;

	memcpy(raw, record->data, len);
	if (more > 0)
		memcpy(raw + len, rest, more);
	berth_text_clean(quote, sizeof quote, raw, len + more, BERTH_CLEAN_LINE);
	return berth_error_set(err, BERTH_E_PROTOCOL, 0, "not JSON: '%s'%s", quote,
		record->len + rest_len > len + more ? "..." : "");
}

/* The record is whole: parse it and give it away. `rest` is what follows it, for the message. */
static int deliver(
	struct json_stream *stream, const char *rest, size_t rest_len, struct berth_error *err)
{
	json_t *value = NULL;
	int status = json_repair_load(&stream->record, &value, err);

	if (status == 0 && value)
		status = stream->on_value(stream->context, value, err);
	else if (status == 0)
		status = not_json(&stream->record, rest, rest_len, err);
	json_decref(value);
	forget(stream);
	return status;
}

static bool is_space(char c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

static bool in_scalar(char c)
{
	return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
	       c == '-' || c == '+' || c == '.';
}

/* What a value may start with; sets the state for the bytes after it. */
static bool begin(struct json_stream *stream, char c)
{
	if (c == '{' || c == '[')
		stream->depth = 1;
	else if (c == '"')
		stream->in_string = true;
	else if (c == '-' || (c >= '0' && c <= '9') || c == 't' || c == 'f' || c == 'n')
		stream->scalar = true;
	else
		return false;
	return true;
}

/* One byte inside a value that is no scalar; true if it is the last one. */
static bool step(struct json_stream *stream, char c)
{
	if (stream->escaped) {
		stream->escaped = false;
	} else if (stream->in_string) {
		stream->escaped = c == '\\';
		stream->in_string = c != '"';
		return !stream->in_string && stream->depth == 0;
	} else if (c == '"') {
		stream->in_string = true;
	} else if (c == '{' || c == '[') {
		stream->depth++;
	} else if (c == '}' || c == ']') {
		stream->depth--;
		return stream->depth == 0;
	}
	return false;
}

/* How many of the bytes belong to the value that has begun, and whether they complete it. */
static size_t scan(struct json_stream *stream, const char *data, size_t len, bool *complete)
{
	size_t n = 0;

	*complete = false;
	if (stream->scalar) {
		while (n < len && in_scalar(data[n]))
			n++;
		*complete = n < len;
		return n;
	}
	while (n < len && !*complete)
		*complete = step(stream, data[n++]);
	return n;
}

static int collect(
	struct json_stream *stream, const char *data, size_t len, struct berth_error *err)
{
	if (buf_add(&stream->record, data, len, err) == 0)
		return 0;
	if (len > stream->record.max - stream->record.len)
		return berth_error_set(err, BERTH_E_LIMIT, 0, "a JSON value is over %u MiB",
			JSON_RECORD_MAX >> 20);
	return -1;
}

int json_stream_feed(
	struct json_stream *stream, const char *data, size_t len, struct berth_error *err)
{
	while (len > 0) {
		bool inside = stream->record.len > 0;
		bool complete;

		if (!inside && is_space(*data)) {
			data++;
			len--;
			continue;
		}
		if (!inside && !begin(stream, *data))
			return not_json(&stream->record, data, len, err);
		size_t n = inside ? 0 : 1;
		n += scan(stream, data + n, len - n, &complete);
		if (collect(stream, data, n, err) < 0)
			return -1;
		data += n;
		len -= n;
		if (complete && deliver(stream, data, len, err) < 0)
			return -1;
	}
	return 0;
}

int json_stream_end(struct json_stream *stream, struct berth_error *err)
{
	if (stream->record.len == 0)
		return 0;
	if (stream->scalar)
		return deliver(stream, "", 0, err);
	forget(stream);
	return berth_error_set(err, BERTH_E_BROKEN, 0, "the stream ended inside a JSON value");
}
