#include "source/base_images.h"

#include <ctype.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/buf.h"

enum { MAX_LINE = 64 * 1024, MAX_WORD = 512, MAX_ARGS = 64, MAX_STAGES = 64 };

struct reader {
	struct base_images *images;
	struct buf line;
	unsigned number, began; /* of the line, of the instruction's first one */
	char escape;
	bool directives;   /* nothing but them so far */
	char document[64]; /* what ends the one that is open; "" for none */
	bool has_from;
	char *args[MAX_ARGS]; /* "NAME=value" from before the first FROM */
	size_t arg_count;
	char *stages[MAX_STAGES];
	size_t stage_count;
	struct berth_error *err;
};

static const char *const instructions[] = {"ADD", "ARG", "CMD", "COPY", "ENTRYPOINT", "ENV",
	"EXPOSE", "FROM", "HEALTHCHECK", "LABEL", "MAINTAINER", "ONBUILD", "RUN", "SHELL",
	"STOPSIGNAL", "USER", "VOLUME", "WORKDIR"};

static int out_of_memory(struct reader *reader)
{
	return berth_error_set(reader->err, BERTH_E_MEMORY, 0, "out of memory");
}

/* --- words and variables --- */

static const char *argument(const struct reader *reader, const char *name, size_t len)
{
	for (size_t i = reader->arg_count; i-- > 0;) {
		const char *arg = reader->args[i];

		if (strncmp(arg, name, len) == 0 && arg[len] == '=')
			return arg + len + 1;
	}
	return NULL;
}

/* $NAME, ${NAME}, ${NAME:-otherwise}; false if there is no value for one. */
static bool expand(const struct reader *reader, const char *text, char out[MAX_WORD])
{
	size_t used = 0;

	while (*text && used + 1 < MAX_WORD) {
		const char *value, *name, *sign;
		size_t len;
		bool braces;

		if (*text != '$' ||
			!(text[1] == '{' || text[1] == '_' || isalpha((unsigned char)text[1]))) {
			out[used++] = *text++;
			continue;
		}
		braces = text[1] == '{';
		name = text + 1 + braces;
		len = strspn(
			name, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_");
		value = argument(reader, name, len);
		text = name + len;
		if (braces) {
			sign = text;
			text += strcspn(text, "}");
			if (!value && strncmp(sign, ":-", 2) == 0)
				used += (size_t)snprintf(out + used, MAX_WORD - used, "%.*s",
					(int)(text - sign - 2), sign + 2);
			else if (!value || *sign != '}')
				return false;
			text += *text == '}';
		} else if (!value) {
			return false;
		}
		if (value)
			used += (size_t)snprintf(out + used, MAX_WORD - used, "%s", value);
	}
	out[used < MAX_WORD ? used : MAX_WORD - 1] = '\0';
	return used < MAX_WORD;
}

/* The next word without its quotes; false at the end. */
static bool next_word(const char **at, char word[MAX_WORD])
{
	size_t used = 0;
	char quote = '\0';

	*at += strspn(*at, " \t");
	if (!**at)
		return false;
	for (; **at && (quote || !strchr(" \t", **at)); ++*at) {
		if (quote ? **at == quote : **at == '"' || **at == '\'')
			quote = quote ? '\0' : **at;
		else if (used + 1 < MAX_WORD)
			word[used++] = **at;
	}
	word[used] = '\0';
	return true;
}

/* --- what counts --- */

static bool is_stage(const struct reader *reader, const char *name)
{
	char *end;
	unsigned long number = strtoul(name, &end, 10);

	if (*name && !*end && number < reader->stage_count)
		return true;
	for (size_t i = 0; i < reader->stage_count; i++) {
		if (strcasecmp(reader->stages[i], name) == 0)
			return true;
	}
	return false;
}

static int add_image(struct reader *reader, const char *name)
{
	struct base_images *images = reader->images;
	char image[MAX_WORD];

	if (!expand(reader, name, image) || !*image || strcmp(image, "scratch") == 0 ||
		is_stage(reader, image))
		return 0;
	for (size_t i = 0; i < images->count; i++) {
		if (strcmp(images->list[i], image) == 0)
			return 0;
	}
	if (images->count == BASE_IMAGES_MAX)
		return berth_error_set(
			reader->err, BERTH_E_LIMIT, 0, "more than %d base images", BASE_IMAGES_MAX);
	images->list[images->count] = strdup(image);
	return images->list[images->count++] ? 0 : out_of_memory(reader);
}

/* FROM [--platform=...] IMAGE [AS NAME] */
static int take_from(struct reader *reader, const char *rest)
{
	char image[MAX_WORD], word[MAX_WORD], name[MAX_WORD] = "";

	do {
		if (!next_word(&rest, image))
			return berth_error_set(reader->err, BERTH_E_USAGE, 0,
				"FROM without an image, expected 'FROM IMAGE'");
	} while (strncmp(image, "--", 2) == 0);
	if (next_word(&rest, word) &&
		(strcasecmp(word, "as") != 0 || !next_word(&rest, name) || next_word(&rest, word)))
		return berth_error_set(reader->err, BERTH_E_USAGE, 0,
			"'%s' after 'FROM %s', expected nothing or 'AS NAME'", word, image);
	reader->has_from = true;
	if (add_image(reader, image))
		return -1;
	if (reader->stage_count == MAX_STAGES)
		return berth_error_set(
			reader->err, BERTH_E_LIMIT, 0, "more than %d stages", MAX_STAGES);
	reader->stages[reader->stage_count] = strdup(name);
	return reader->stages[reader->stage_count++] ? 0 : out_of_memory(reader);
}

static int take_arg(struct reader *reader, const char *rest)
{
	char word[MAX_WORD], value[MAX_WORD];

	while (!reader->has_from && next_word(&rest, word)) {
		if (!strchr(word, '=') || reader->arg_count == MAX_ARGS ||
			!expand(reader, word, value))
			continue;
		reader->args[reader->arg_count] = strdup(value);
		if (!reader->args[reader->arg_count++])
			return out_of_memory(reader);
	}
	return 0;
}

static int take_options(struct reader *reader, const char *rest)
{
	char word[MAX_WORD];

	while (next_word(&rest, word) && strncmp(word, "--", 2) == 0) {
		const char *from = strncmp(word, "--from=", 7) == 0 ? word + 7 : NULL;

		if (from && add_image(reader, from))
			return -1;
	}
	return 0;
}

/* `RUN <<EOF`: what follows up to that word is no instruction. */
static void open_document(struct reader *reader, const char *rest)
{
	const char *mark = strstr(rest, "<<");
	size_t len;

	if (!mark)
		return;
	mark += 2;
	mark += *mark == '-';
	mark += *mark == '"' || *mark == '\'';
	len = strspn(mark, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_");
	if (len && !isdigit((unsigned char)*mark))
		snprintf(reader->document, sizeof(reader->document), "%.*s", (int)len, mark);
}

static int take_instruction(struct reader *reader, const char *line)
{
	size_t len = strcspn(line, " \t"), i = 0;
	const size_t known = sizeof(instructions) / sizeof(instructions[0]);
	const char *rest = line + len + strspn(line + len, " \t"), *name;

	while (i < known &&
		(strlen(instructions[i]) != len || strncasecmp(instructions[i], line, len) != 0))
		i++;
	if (i == known)
		return berth_error_set(reader->err, BERTH_E_USAGE, 0, "'%.*s' is no instruction",
			len < 40 ? (int)len : 40, line);
	name = instructions[i];
	if (!*rest)
		return berth_error_set(
			reader->err, BERTH_E_USAGE, 0, "%s with nothing after it", name);
	if (strcmp(name, "FROM") == 0)
		return take_from(reader, rest);
	if (strcmp(name, "ARG") == 0)
		return take_arg(reader, rest);
	if (!reader->has_from)
		return berth_error_set(reader->err, BERTH_E_USAGE, 0,
			"%s before the first FROM, where only ARG may be", name);
	if (strcmp(name, "RUN") == 0 || strcmp(name, "COPY") == 0 || strcmp(name, "ADD") == 0)
		open_document(reader, rest);
	return strcmp(name, "COPY") == 0 ? take_options(reader, rest) : 0;
}

/* --- lines --- */

/* "# syntax=docker/dockerfile:1" and "# escape=`", only at the very beginning. */
static int take_directive(struct reader *reader, const char *line, size_t len)
{
	char text[MAX_WORD], *value;

	if (!reader->directives)
		return 0;
	snprintf(text, sizeof(text), "%.*s", (int)(len < sizeof(text) ? len : sizeof(text) - 1),
		line + 1);
	value = strchr(text, '=');
	if (!value) {
		reader->directives = false;
		return 0;
	}
	*value++ = '\0';
	value += strspn(value, " \t");
	value[strcspn(value, " \t")] = '\0';
	if (strcasestr(text, "escape") && *value == '`')
		reader->escape = '`';
	return strcasestr(text, "syntax") ? add_image(reader, value) : 0;
}

static int take_line(struct reader *reader, const char *line, size_t len)
{
	bool more;

	while (len > 0 && isspace((unsigned char)line[len - 1]))
		len--;
	while (len > 0 && isspace((unsigned char)*line))
		line++, len--;
	if (reader->document[0]) {
		if (len == strlen(reader->document) && memcmp(line, reader->document, len) == 0)
			reader->document[0] = '\0';
		return 0;
	}
	if (len > 0 && *line == '#')
		return take_directive(reader, line, len - 1);
	reader->directives = false;
	/* Empty lines inside of an instruction are passed over, as the builders do. */
	if (len == 0)
		return 0;
	if (reader->line.len == 0)
		reader->began = reader->number;
	more = line[len - 1] == reader->escape;
	if (buf_add(&reader->line, line, len - more, reader->err))
		return -1;
	if (more)
		return 0;
	if (take_instruction(reader, reader->line.data))
		return -1;
	buf_reset(&reader->line);
	return 0;
}

static int read_all(struct reader *reader, const char *text, size_t len)
{
	const char *end = text + len;

	if (len >= 3 && memcmp(text, "\xEF\xBB\xBF", 3) == 0)
		text += 3;
	while (text < end) {
		const char *stop = memchr(text, '\n', (size_t)(end - text));

		reader->number++;
		if (take_line(reader, text, (size_t)((stop ? stop : end) - text)))
			return -1;
		text = stop ? stop + 1 : end;
	}
	if (reader->line.len > 0 && take_instruction(reader, reader->line.data))
		return -1;
	reader->began = reader->number;
	return reader->has_from
		       ? 0
		       : berth_error_set(reader->err, BERTH_E_USAGE, 0, "there is no FROM in it");
}

int base_images_find(struct base_images *images, const char *name, const char *text, size_t len,
	struct berth_error *err)
{
	struct reader reader = {.images = images, .escape = '\\', .directives = true, .err = err};
	int status;

	*images = (struct base_images){0};
	buf_init(&reader.line, MAX_LINE);
	status = read_all(&reader, text, len);
	if (status) {
		berth_error_wrap(err, "%s line %u", name, reader.began ? reader.began : 1);
		base_images_release(images);
	}
	for (size_t i = 0; i < reader.arg_count; i++)
		free(reader.args[i]);
	for (size_t i = 0; i < reader.stage_count; i++)
		free(reader.stages[i]);
	buf_release(&reader.line);
	return status;
}

void base_images_release(struct base_images *images)
{
	for (size_t i = 0; i < images->count; i++)
		free(images->list[i]);
	*images = (struct base_images){0};
}
