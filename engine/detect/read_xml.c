#include "detect/read.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include <expat.h>

enum { MAX_TEXT = 4096 }; /* of one element; what rules ask for is short */

struct reader {
	XML_Parser parser;
	json_t *stack[READ_MAX_DEPTH]; /* the elements that are open, borrowed */
	size_t depth;
	bool too_deep;
};

/* Names without their namespace prefix: "m:project" is a project. */
static const char *local(const char *name)
{
	const char *colon = strrchr(name, ':');
	return colon ? colon + 1 : name;
}

static void on_start(void *context, const char *name, const char **attributes)
{
	struct reader *reader = context;
	json_t *element = json_object(), *parent = reader->stack[reader->depth];

	if (reader->depth + 1 == READ_MAX_DEPTH) {
		reader->too_deep = true;
		json_decref(element);
		XML_StopParser(reader->parser, XML_FALSE);
		return;
	}
	for (; *attributes; attributes += 2) {
		char key[128];
		snprintf(key, sizeof key, "@%s", local(attributes[0]));
		json_object_set_new(element, key, json_string(attributes[1]));
	}
	json_t *same = json_object_get(parent, local(name));
	if (!same) {
		json_object_set_new(parent, local(name), json_array());
		same = json_object_get(parent, local(name));
	}
	if (json_array_append_new(same, element) < 0)
		XML_StopParser(reader->parser, XML_FALSE);
	else
		reader->stack[++reader->depth] = element;
}

static void on_text(void *context, const char *text, int len)
{
	struct reader *reader = context;
	json_t *element = reader->stack[reader->depth];
	const char *before = json_string_value(json_object_get(element, "#"));

	if (len < MAX_TEXT && (!before || strlen(before) < MAX_TEXT))
		json_object_set_new(
			element, "#", json_sprintf("%s%.*s", before ? before : "", len, text));
}

/* White space around what an element says is layout. */
static void on_end(void *context, const char *name)
{
	struct reader *reader = context;
	json_t *element = reader->stack[reader->depth--];
	const char *text = json_string_value(json_object_get(element, "#"));

	(void)name;
	if (!text)
		return;
	text += strspn(text, " \t\r\n");
	size_t len = strlen(text);
	while (len > 0 && strchr(" \t\r\n", text[len - 1]))
		len--;
	if (len > 0)
		json_object_set_new(element, "#", json_stringn(text, len));
	else
		json_object_del(element, "#");
}

json_t *read_xml(const char *text, size_t len, struct berth_error *err)
{
	struct reader reader = {.parser = XML_ParserCreate(NULL)};
	json_t *root = json_object();

	if (!reader.parser || !root) {
		berth_error_set(err, BERTH_E_MEMORY, 0, "out of memory");
		json_decref(root);
		return NULL;
	}
	reader.stack[0] = root;
	XML_SetUserData(reader.parser, &reader);
	XML_SetElementHandler(reader.parser, on_start, on_end);
	XML_SetCharacterDataHandler(reader.parser, on_text);
	/* No handler for external entities is set, so none is ever opened. */
	if (XML_Parse(reader.parser, text, (int)len, XML_TRUE) != XML_STATUS_OK) {
		read_wrong(err, (unsigned)XML_GetCurrentLineNumber(reader.parser),
			reader.too_deep ? "nested too deeply"
					: XML_ErrorString(XML_GetErrorCode(reader.parser)));
		json_decref(root);
		root = NULL;
	}
	XML_ParserFree(reader.parser);
	return root;
}
