/*
 * A Dockerfile, as https://docs.docker.com/reference/dockerfile/ has it: {"stages": [{"image",
 * "name"}], "base": the image the last stage comes from in the end, "expose": [port], "command":
 * what it runs, "env": {name: value}, "healthcheck": true}. Ports, command and variables are
 * those of the last stage and of the stages it is made from.
 */
#include "detect/read.h"

#include <ctype.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "base/buf.h"
#include "base/cleanup.h"

enum { MAX_LINE = 64 * 1024, MAX_WORD = 512 };

struct reader {
	json_t *root, *args;
	json_t *stage; /* NULL before the first FROM */
	char escape;
	struct buf line;
	char heredoc[64]; /* what ends the document that is open; "" for none */
};

/* The value of a variable, or what stands behind ":-". */
static const char *variable(
	const struct reader *reader, const char *name, size_t len, const char **otherwise)
{
	char key[128];
	const char *sign = memmem(name, len, ":-", 2);

	*otherwise = sign ? sign + 2 : NULL;
	if (sign)
		len = (size_t)(sign - name);
	snprintf(key, sizeof key, "%.*s", (int)len, name);
	const char *value = json_string_value(
		json_object_get(json_object_get(reader->stage, "env"), key));
	return value ? value : json_string_value(json_object_get(reader->args, key));
}

/* $NAME, ${NAME} and ${NAME:-default} replaced. */
static void expand(const struct reader *reader, const char *text, char out[MAX_WORD])
{
	size_t used = 0;

	while (*text && used + 1 < MAX_WORD) {
		const char *otherwise = NULL, *value;
		size_t len = 0;
		if (*text != '$' || !(text[1] == '{' || isalpha((unsigned char)text[1]))) {
			out[used++] = *text++;
			continue;
		}
		bool braces = text[1] == '{';
		text += braces ? 2 : 1;
		while (text[len] &&
			(braces ? text[len] != '}'
				: isalnum((unsigned char)text[len]) || text[len] == '_'))
			len++;
		value = variable(reader, text, len, &otherwise);
		if (!value && otherwise)
			used += (size_t)snprintf(out + used, MAX_WORD - used, "%.*s",
				(int)(text + len - otherwise), otherwise);
		else if (value)
			used += (size_t)snprintf(out + used, MAX_WORD - used, "%s", value);
		text += len + (braces && text[len]);
	}
	out[used < MAX_WORD ? used : MAX_WORD - 1] = '\0';
}

/* The next word, expanded, quotes taken off; false at the end. */
static bool next_word(const struct reader *reader, const char **at, char out[MAX_WORD])
{
	char raw[MAX_WORD];
	size_t used = 0;
	char quote = '\0';

	*at += strspn(*at, " \t");
	if (!**at)
		return false;
	for (; **at && (quote || !strchr(" \t", **at)); ++*at) {
		if (quote ? **at == quote : **at == '"' || **at == '\'')
			quote = quote ? '\0' : **at;
		else if (used + 1 < sizeof raw)
			raw[used++] = **at;
	}
	raw[used] = '\0';
	expand(reader, raw, out);
	return true;
}

static json_t *find_stage(const struct reader *reader, const char *name)
{
	json_t *stages = json_object_get(reader->root, "stages");

	for (size_t i = 0; i < json_array_size(stages); i++) {
		const char *known = json_string_value(
			json_object_get(json_array_get(stages, i), "name"));
		if (known && strcasecmp(known, name) == 0)
			return json_array_get(stages, i);
	}
	return NULL;
}

/* FROM [--platform=...] IMAGE [AS NAME] */
static void take_from(struct reader *reader, const char *rest)
{
	char image[MAX_WORD], word[MAX_WORD], name[MAX_WORD];

	reader->stage = NULL; /* only ARGs from before the first FROM count here */
	do {
		if (!next_word(reader, &rest, image))
			return;
	} while (strncmp(image, "--", 2) == 0);
	const json_t *parent = find_stage(reader, image);
	json_t *stage = parent ? json_deep_copy(parent)
			       : json_pack("{s:s, s:{}, s:[]}", "base", image, "env", "expose");
	if (!stage)
		return;
	json_object_set_new(stage, "image", json_string(image));
	json_object_del(stage, "name");
	if (next_word(reader, &rest, word) && strcasecmp(word, "as") == 0 &&
		next_word(reader, &rest, name))
		json_object_set_new(stage, "name", json_string(name));
	json_array_append_new(json_object_get(reader->root, "stages"), stage);
	reader->stage = stage;
}

static void take_variable(json_t *into, const char *word)
{
	const char *sign = strchr(word, '=');
	cleanup_free char *name = sign ? strndup(word, (size_t)(sign - word)) : NULL;

	if (name)
		json_object_set_new(into, name, json_string(sign + 1));
}

static void take_env(struct reader *reader, const char *rest)
{
	json_t *env = json_object_get(reader->stage, "env");
	char word[MAX_WORD], value[MAX_WORD];
	const char *at = rest;

	if (!next_word(reader, &at, word))
		return;
	if (!strchr(word, '=')) {
		/* ENV NAME the rest of the line */
		if (next_word(reader, &at, value))
			json_object_set_new(env, word, json_string(value));
		return;
	}
	do {
		take_variable(env, word);
	} while (next_word(reader, &at, word));
}

static void take_expose(struct reader *reader, const char *rest)
{
	json_t *ports = json_object_get(reader->stage, "expose");
	char word[MAX_WORD];

	while (next_word(reader, &rest, word)) {
		size_t digits = strspn(word, "0123456789");
		if (digits > 0 && digits < 6 && strcmp(word + digits, "/udp") != 0)
			json_array_append_new(ports, json_stringn(word, digits));
	}
}

/* ["a", "b"] as "a b"; the shell's form as it is. malloc'd. */
static char *command_text(const char *rest)
{
	json_t *list = *rest == '[' ? json_loads(rest, 0, NULL) : NULL;
	struct buf text;

	if (!json_is_array(list)) {
		json_decref(list);
		return strdup(rest);
	}
	buf_init(&text, MAX_LINE);
	for (size_t i = 0; i < json_array_size(list); i++) {
		const char *word = json_string_value(json_array_get(list, i));
		buf_addf(&text, NULL, "%s%s", i ? " " : "", word ? word : "");
	}
	json_decref(list);
	return buf_take(&text);
}

static void take_command(struct reader *reader, const char *key, const char *rest)
{
	cleanup_free char *text = command_text(rest);

	if (text)
		json_object_set_new(reader->stage, key, json_string(text));
}

/* `RUN <<EOF`: what follows up to that word is no instruction. */
static void open_document(struct reader *reader, const char *rest)
{
	const char *mark = strstr(rest, "<<");

	if (!mark)
		return;
	mark += 2;
	mark += *mark == '-';
	mark += *mark == '"' || *mark == '\'';
	if (!isalpha((unsigned char)*mark) && *mark != '_')
		return;
	size_t len = strspn(
		mark, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_0123456789");
	snprintf(reader->heredoc, sizeof reader->heredoc, "%.*s", (int)len, mark);
}

static void take_instruction(struct reader *reader, const char *line)
{
	size_t len = strcspn(line, " \t");
	const char *rest = line + len + strspn(line + len, " \t");
	char word[MAX_WORD];
	char name[16];

	snprintf(name, sizeof name, "%.*s", (int)len, line);
	if (strcasecmp(name, "FROM") == 0) {
		take_from(reader, rest);
	} else if (strcasecmp(name, "ARG") == 0) {
		if (next_word(reader, &rest, word))
			take_variable(reader->stage ? json_object_get(reader->stage, "env")
						    : reader->args,
				word);
	} else if (!reader->stage) {
		return;
	} else if (strcasecmp(name, "ENV") == 0) {
		take_env(reader, rest);
	} else if (strcasecmp(name, "EXPOSE") == 0) {
		take_expose(reader, rest);
	} else if (strcasecmp(name, "CMD") == 0) {
		take_command(reader, "cmd", rest);
	} else if (strcasecmp(name, "ENTRYPOINT") == 0) {
		take_command(reader, "entrypoint", rest);
	} else if (strcasecmp(name, "HEALTHCHECK") == 0) {
		json_object_set_new(
			reader->stage, "healthcheck", json_boolean(strncasecmp(rest, "NONE", 4)));
	} else if (strcasecmp(name, "RUN") == 0 || strcasecmp(name, "COPY") == 0) {
		open_document(reader, rest);
	}
}

/* One line of the file, without its end. */
static void take_line(struct reader *reader, const char *line, size_t len, unsigned number)
{
	while (len > 0 && isspace((unsigned char)line[len - 1]))
		len--;
	while (len > 0 && isspace((unsigned char)*line)) {
		line++;
		len--;
	}
	if (*reader->heredoc) {
		if (len == strlen(reader->heredoc) && memcmp(line, reader->heredoc, len) == 0)
			*reader->heredoc = '\0';
		return;
	}
	if (len > 0 && *line == '#') {
		if (number == 1 && len > 8 && memmem(line, len, "escape=`", 8))
			reader->escape = '`';
		return;
	}
	/* Empty lines inside of an instruction are passed over, as Docker still does. */
	if (len == 0)
		return;
	bool more = line[len - 1] == reader->escape;
	if (buf_add(&reader->line, line, len - more, NULL) < 0 || more)
		return;
	take_instruction(reader, reader->line.data);
	buf_reset(&reader->line);
}

static void finish(struct reader *reader)
{
	json_t *stages = json_object_get(reader->root, "stages");
	const json_t *last = json_array_get(stages, json_array_size(stages) - 1);
	const char *entry = json_string_value(json_object_get(last, "entrypoint"));
	const char *cmd = json_string_value(json_object_get(last, "cmd"));
	char command[MAX_WORD * 2];

	json_object_set(reader->root, "base", json_object_get(last, "base"));
	json_object_set(reader->root, "expose", json_object_get(last, "expose"));
	json_object_set(reader->root, "env", json_object_get(last, "env"));
	json_object_set(reader->root, "healthcheck", json_object_get(last, "healthcheck"));
	snprintf(command, sizeof command, "%s%s%s", entry ? entry : "", entry && cmd ? " " : "",
		cmd ? cmd : "");
	if (*command)
		json_object_set_new(reader->root, "command", json_string(command));
}

json_t *read_dockerfile(const char *text, size_t len, struct berth_error *err)
{
	struct reader reader = {
		.root = json_pack("{s:[]}", "stages"), .args = json_object(), .escape = '\\'};
	unsigned number = 0;

	buf_init(&reader.line, MAX_LINE);
	for (size_t at = 0; at < len && reader.root;) {
		const char *end = memchr(text + at, '\n', len - at);
		size_t stop = end ? (size_t)(end - text) : len;
		take_line(&reader, text + at, stop - at, ++number);
		at = stop + 1;
	}
	buf_release(&reader.line);
	json_decref(reader.args);
	if (json_array_size(json_object_get(reader.root, "stages")) == 0) {
		read_wrong(err, number ? number : 1, "no FROM in it");
		json_decref(reader.root);
		return NULL;
	}
	finish(&reader);
	return reader.root;
}
