#include "detect/read.h"

#include <ctype.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"

enum { MAX_VALUE = 16 * 1024 }; /* of all its lines */

struct text {
	const char *at;
	size_t len;
};

static struct text trim(struct text text)
{
	while (text.len > 0 && isspace((unsigned char)text.at[text.len - 1]))
		text.len--;
	while (text.len > 0 && isspace((unsigned char)*text.at)) {
		text.at++;
		text.len--;
	}
	return text;
}

static void unquote(struct text *text)
{
	if (text->len >= 2 && (*text->at == '"' || *text->at == '\'') &&
		text->at[text->len - 1] == *text->at) {
		text->at++;
		text->len -= 2;
	}
}

/* A line that is indented goes on with the value of the one before. */
static void append(json_t *object, const char *key, struct text more)
{
	const char *before = json_string_value(json_object_get(object, key));
	size_t len = before ? strlen(before) : 0;
	if (len > MAX_VALUE)
		return;
	cleanup_free char *text = malloc(len + more.len + 2);
	if (!text)
		return;
	memcpy(text, before ? before : "", len);
	text[len] = '\n';
	memcpy(text + len + 1, more.at, more.len);
	read_put(object, key, text, len + 1 + more.len);
}

struct reader {
	json_t *root, *section;
	char *key; /* of the line before */
};

static void read_line(struct reader *reader, struct text line)
{
	bool indented = line.len > 0 && isspace((unsigned char)*line.at);
	struct text text = trim(line);

	if (text.len == 0 || strchr("#;!", *text.at))
		return;
	if (*text.at == '[' && text.at[text.len - 1] == ']') {
		cleanup_free char *name = strndup(text.at + 1, text.len - 2);
		reader->section = json_object();
		if (name)
			json_object_set_new(reader->root, name, reader->section);
		free(reader->key);
		reader->key = NULL;
		return;
	}
	if (indented && reader->key) {
		append(reader->section, reader->key, text);
		return;
	}
	size_t len = 0;
	while (len < text.len && text.at[len] != '=' && text.at[len] != ':')
		len++;
	if (len == text.len)
		return;
	struct text key = trim((struct text){text.at, len});
	struct text value = trim((struct text){text.at + len + 1, text.len - len - 1});
	unquote(&value);
	if (key.len > 7 && memcmp(key.at, "export ", 7) == 0)
		key = trim((struct text){key.at + 7, key.len - 7});
	free(reader->key);
	reader->key = strndup(key.at, key.len);
	if (reader->key)
		read_put(reader->section, reader->key, value.at, value.len);
}

json_t *read_ini(const char *text, size_t len, struct berth_error *err)
{
	struct reader reader = {.root = json_object()};

	(void)err;
	reader.section = reader.root;
	for (size_t at = 0; at < len;) {
		const char *end = memchr(text + at, '\n', len - at);
		size_t stop = end ? (size_t)(end - text) : len;
		read_line(&reader, (struct text){text + at, stop - at});
		at = stop + 1;
	}
	free(reader.key);
	return reader.root;
}

json_t *read_setup_cfg(const char *text, size_t len, struct berth_error *err)
{
	json_t *root = read_ini(text, len, err);
	const char *list = json_string_value(
		json_object_get(json_object_get(root, "options"), "install_requires"));
	json_t *requires = json_object();

	while (list && *list) {
		size_t line = strcspn(list, "\n");
		read_requirement(requires, list, line);
		list += line + (list[line] == '\n');
	}
	json_object_set_new(root, "requires", requires);
	return root;
}
