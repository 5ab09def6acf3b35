#include "target/mist/mist_text.h"

#include <string.h>

#include <jansson.h>

#include "base/buf.h"
#include "proto/json_repair.h"

#define STATUS_MAX 512

/* The lines of one text. Of a stream nobody can tell what a text was made of, so all are alike. */
static void give_text(struct mist_text *text, const char *bytes, size_t len, bool failed,
	mist_line_fn *give, void *context)
{
	bool only_end = text->open && len == 1 && bytes[0] == '\n';
	bool ended = len > 0 && bytes[len - 1] == '\n';

	text->open = !ended;
	if (only_end)
		return;
	if (ended)
		len--;
	for (;;) {
		const char *end = memchr(bytes, '\n', len);
		size_t line = end != NULL ? (size_t)(end - bytes) : len;

		give(context, bytes, line - (line > 0 && bytes[line - 1] == '\r'), failed);
		if (end == NULL)
			return;
		bytes += line + 1;
		len -= line + 1;
	}
}

static bool is_download(const char *status)
{
	static const char *const dropped[] = {
		"Downloading", "Extracting", "Waiting", "Verifying Checksum"};

	for (size_t i = 0; i < sizeof(dropped) / sizeof(dropped[0]); i++)
		if (strcmp(status, dropped[i]) == 0)
			return true;
	return false;
}

static void give_status(
	struct mist_text *text, const json_t *value, mist_line_fn *give, void *context)
{
	const char *status = json_string_value(json_object_get(value, "status"));
	const char *id = json_string_value(json_object_get(value, "id"));
	struct buf line;

	if (is_download(status))
		return;
	buf_init(&line, STATUS_MAX);
	if (buf_addf(&line, NULL, id != NULL ? "%s: %s" : "%s", status, id) == 0)
		give_text(text, line.data, line.len, false, give, context);
	buf_release(&line);
}

/* True if that is a value of Docker's, and has been given. */
static bool give_value(
	struct mist_text *text, const json_t *value, mist_line_fn *give, void *context)
{
	const json_t *error = json_object_get(value, "error");
	const json_t *stream = json_object_get(value, "stream");

	if (!json_is_string(error))
		error = json_object_get(json_object_get(value, "errorDetail"), "message");
	if (json_is_string(error)) {
		give_text(text, json_string_value(error), json_string_length(error), true, give,
			context);
	} else if (json_is_string(stream)) {
		if (json_string_length(stream) > 0)
			give_text(text, json_string_value(stream), json_string_length(stream),
				false, give, context);
	} else if (json_is_string(json_object_get(value, "status"))) {
		give_status(text, value, give, context);
	} else {
		return json_object_get(value, "aux") != NULL;
	}
	return true;
}

static bool give_json(
	struct mist_text *text, const char *line, size_t len, mist_line_fn *give, void *context)
{
	const struct buf json = {.data = (char *)line, .len = len, .max = len};
	json_t *value = NULL;
	bool given;

	if (len == 0 || line[0] != '{' || json_repair_load(&json, &value, NULL) < 0)
		return false;
	given = json_is_object(value) && give_value(text, value, give, context);
	json_decref(value);
	return given;
}

void mist_text_file_line(
	struct mist_text *text, const char *line, size_t len, mist_line_fn *give, void *context)
{
	if (len > 0 && line[len - 1] == '\r')
		len--;
	if (len > 0 && !give_json(text, line, len, give, context))
		give_text(text, line, len, false, give, context);
}

void mist_text_streamed(
	struct mist_text *text, const char *line, size_t len, mist_line_fn *give, void *context)
{
	/* With an end of line it comes from a value already; an older server sends the values. */
	if (memchr(line, '\n', len) != NULL)
		give_text(text, line, len, false, give, context);
	else if (len > 0 && !give_json(text, line, len, give, context))
		give_text(text, line, len, false, give, context);
}
