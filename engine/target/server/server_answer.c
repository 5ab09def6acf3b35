#include "target/server/server_answer.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include <jansson.h>

#include <berth/text.h>

#include "base/buf.h"
#include "base/cleanup.h"
#include "proto/json_repair.h"

/* One line: runs of white space become a space, none at the ends. */
static void put_line(char text[SERVER_ANSWER_MAX], const char *from, size_t len)
{
	char line[SERVER_ANSWER_MAX];
	size_t n = 0;

	for (size_t i = 0; i < len && n < sizeof(line) - 1; i++) {
		bool space = from[i] == '\0' || strchr(" \t\r\n\v\f", from[i]) != NULL;

		if (!space)
			line[n++] = from[i];
		else if (n > 0 && line[n - 1] != ' ')
			line[n++] = ' ';
	}
	while (n > 0 && line[n - 1] == ' ')
		n--;
	berth_utf8_copy(text, SERVER_ANSWER_MAX, line, n);
}

/* {"loc": ["body", "script_name"], "msg": "field required", "type": ...} */
static void put_field_error(struct buf *out, const json_t *fault)
{
	const json_t *part, *loc = json_object_get(fault, "loc");
	const char *what = json_string_value(json_object_get(fault, "msg"));
	size_t i;

	if (what == NULL)
		return;
	if (out->len > 0)
		buf_adds(out, "; ", NULL);
	json_array_foreach(loc, i, part)
	{
		const char *name = json_string_value(part);

		/* Where it stood is always the body. */
		if (name != NULL && (i > 0 || strcmp(name, "body") != 0))
			buf_addf(out, NULL, "%s: ", name);
	}
	buf_adds(out, what, NULL);
}

static bool put_field_errors(char text[SERVER_ANSWER_MAX], const json_t *faults)
{
	const json_t *fault;
	struct buf out;
	size_t i;

	buf_init(&out, 4 * SERVER_ANSWER_MAX);
	json_array_foreach(faults, i, fault)
	{
		put_field_error(&out, fault);
	}
	put_line(text, out.data, out.len);
	buf_release(&out);
	return text[0] != '\0';
}

void server_answer_json(char text[SERVER_ANSWER_MAX], const struct json_t *value)
{
	cleanup_free char *dump = NULL;

	text[0] = '\0';
	if (json_is_string(value)) {
		put_line(text, json_string_value(value), json_string_length(value));
		return;
	}
	if (json_is_array(value) && put_field_errors(text, value))
		return;
	if (value == NULL || json_is_null(value) ||
		(json_is_array(value) && json_array_size(value) == 0))
		return;
	dump = json_dumps(value, JSON_ENCODE_ANY | JSON_COMPACT);
	if (dump != NULL)
		put_line(text, dump, strlen(dump));
}

static bool from_json(char text[SERVER_ANSWER_MAX], const char *body, size_t len)
{
	static const char *const members[] = {"detail", "error", "message"};
	const struct buf json = {.data = (char *)body, .len = len, .max = len};
	json_t *value = NULL;

	if (json_repair_load(&json, &value, NULL) < 0 || value == NULL)
		return false;
	if (!json_is_object(value))
		server_answer_json(text, value);
	for (size_t i = 0; i < sizeof(members) / sizeof(members[0]) && text[0] == '\0'; i++)
		server_answer_json(text, json_object_get(value, members[i]));
	json_decref(value);
	return true;
}

static void from_page(char text[SERVER_ANSWER_MAX], const char *body)
{
	const char *title = strcasestr(body, "<title");
	const char *start = title != NULL ? strchr(title, '>') : NULL;
	const char *end = start != NULL ? strcasestr(start, "</title") : NULL;
	char words[SERVER_ANSWER_MAX];

	if (end == NULL) {
		snprintf(text, SERVER_ANSWER_MAX, "a web page");
		return;
	}
	put_line(words, start + 1, (size_t)(end - start - 1));
	snprintf(text, SERVER_ANSWER_MAX, "a web page, '%.400s'", words);
}

void server_answer_text(
	char text[SERVER_ANSWER_MAX], const char *content_type, const char *body, size_t len)
{
	text[0] = '\0';
	if (len == 0 || from_json(text, body, len))
		return;
	if (strncasecmp(content_type, "text/html", 9) == 0 || strcasestr(body, "<html") != NULL)
		from_page(text, body);
	else
		put_line(text, body, strcspn(body, "\r\n"));
}
