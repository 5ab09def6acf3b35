#include "config/json_file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <berth/nearest.h>

#include "base/cleanup.h"
#include "config/strings.h"

/* The text has been parsed by Jansson before any of these runs, so it is well-formed. */
static const char *skip_space(const char *p)
{
	return p + strspn(p, " \t\r\n");
}

static const char *skip_string(const char *p)
{
	for (p++; *p != '"'; p++) {
		if (*p == '\\')
			p++;
	}
	return p + 1;
}

static const char *skip_value(const char *p)
{
	int depth = 0;
	do {
		p = skip_space(p);
		if (*p == '"') {
			p = skip_string(p);
		} else if (*p == '{' || *p == '[') {
			depth++;
			p++;
		} else if (*p == '}' || *p == ']') {
			depth--;
			p++;
		} else if (*p == ',' || *p == ':') {
			p++;
		} else {
			p += strcspn(p, " \t\r\n,:{}[]\"");
		}
	} while (depth > 0 && *p);
	return p;
}

static bool is_key(const char *p, const char *end, const char *key)
{
	json_t *name = json_loadb(p, (size_t)(end - p), JSON_DECODE_ANY, NULL);
	const char *text = json_string_value(name);
	bool same = text && strcmp(text, key) == 0;
	json_decref(name);
	return same;
}

/* Step into the value at p. *key gets the place of the key, or of the element. */
static const char *step_into(const char *p, const struct json_step *step, const char **key)
{
	size_t index = 0;
	for (p = skip_space(p) + 1;; p++) {
		p = skip_space(p);
		*key = p;
		if (step->key) {
			const char *end = skip_string(p);
			bool found = is_key(p, end, step->key);
			p = skip_space(skip_space(end) + 1);
			if (found)
				return p;
		} else if (index++ == step->index) {
			return p;
		}
		p = skip_space(skip_value(p));
		if (*p != ',')
			return p;
	}
}

static void locate(const struct json_file *file, enum json_place place, int *line, int *column)
{
	const char *p = skip_space(file->text), *key = p;
	for (size_t i = 0; i < file->depth; i++)
		p = step_into(p, &file->steps[i], &key);
	const char *at = place == JSON_AT_KEY ? key : p;
	*line = *column = 1;
	for (p = file->text; p < at; p++) {
		if (*p == '\n') {
			++*line;
			*column = 1;
		} else if ((*p & 0xC0) != 0x80) {
			++*column;
		}
	}
}

int json_file_error(const struct json_file *file, enum json_place place, struct berth_error *err,
	const char *format, ...)
{
	char message[sizeof err->message];
	int line, column;
	va_list args;
	va_start(args, format);
	vsnprintf(message, sizeof message, format, args);
	va_end(args);
	locate(file, place, &line, &column);
	return berth_error_set(
		err, BERTH_E_USAGE, 0, "%s:%d:%d: %s", file->name, line, column, message);
}

int json_file_wrap(const struct json_file *file, enum json_place place, struct berth_error *err)
{
	int line, column;
	locate(file, place, &line, &column);
	return berth_error_wrap(err, "%s:%d:%d", file->name, line, column);
}

int json_file_place(
	const struct json_file *file, enum json_place place, char **text, struct berth_error *err)
{
	int line, column;
	locate(file, place, &line, &column);
	if (asprintf(text, "%s:%d:%d", file->name, line, column) < 0) {
		*text = NULL;
		return string_no_memory(err);
	}
	return 0;
}

int json_unknown_key(const struct json_file *file, const char *key, const char *const *right,
	struct berth_error *err)
{
	char list[sizeof err->hint] = "";
	size_t used = 0;
	for (size_t i = 0; right[i] && used < sizeof list; i++)
		used += (size_t)snprintf(
			list + used, sizeof list - used, "%s%s", i ? ", " : "", right[i]);
	const char *nearest = berth_nearest(key, right);
	if (nearest)
		json_file_error(file, JSON_AT_KEY, err, "unknown key '%s', did you mean '%s'?", key,
			nearest);
	else
		json_file_error(
			file, JSON_AT_KEY, err, "unknown key '%s', expected one of: %s", key, list);
	return berth_error_hint(err, "the keys here are %s", list);
}

int json_wrong_type(const struct json_file *file, const char *key, const json_t *value,
	const char *expected, struct berth_error *err)
{
	static const char *const names[] = {
		[JSON_OBJECT] = "an object",
		[JSON_ARRAY] = "a list",
		[JSON_STRING] = "a text",
		[JSON_INTEGER] = "a number",
		[JSON_REAL] = "a number",
		[JSON_TRUE] = "true",
		[JSON_FALSE] = "false",
		[JSON_NULL] = "null",
	};
	return json_file_error(file, JSON_AT_VALUE, err, "'%s' is %s, expected %s", key,
		names[json_typeof(value)], expected);
}

void json_enter_key(struct json_file *file, const char *key)
{
	if (file->depth < sizeof file->steps / sizeof *file->steps)
		file->steps[file->depth++] = (struct json_step){.key = key};
}

void json_enter_index(struct json_file *file, size_t index)
{
	if (file->depth < sizeof file->steps / sizeof *file->steps)
		file->steps[file->depth++] = (struct json_step){.index = index};
}

void json_leave(struct json_file *file)
{
	if (file->depth > 0)
		file->depth--;
}

void json_file_release(struct json_file *file)
{
	if (file->text)
		explicit_bzero(file->text, file->len);
	json_decref(file->root);
	free(file->text);
	free(file->name);
	*file = (struct json_file){0};
}

/* What Jansson says of a syntax error, without the piece of the file it quotes: that may be a
 * secret. */
static int syntax_error(
	const struct json_file *file, const json_error_t *error, struct berth_error *err)
{
	const char *near = strstr(error->text, " near ");
	int len = near ? (int)(near - error->text) : (int)strlen(error->text);
	return berth_error_set(err, BERTH_E_USAGE, 0, "%s:%d:%d: not JSON: %.*s", file->name,
		error->line > 0 ? error->line : 1, error->column > 0 ? error->column : 1, len,
		error->text);
}

static int decode(struct json_file *file, struct berth_error *err)
{
	static const char mark[] = "\xEF\xBB\xBF";
	json_error_t error;
	if (file->len >= 3 && memcmp(file->text, mark, 3) == 0)
		memcpy(file->text, "   ", 3);
	file->root = json_loadb(file->text, file->len, JSON_REJECT_DUPLICATES, &error);
	if (!file->root)
		return syntax_error(file, &error, err);
	if (!json_is_object(file->root))
		return json_file_error(
			file, JSON_AT_VALUE, err, "a list, expected an object: { ... }");
	return 0;
}

int json_file_parse(struct json_file *file, const char *name, const char *text, size_t len,
	struct berth_error *err)
{
	*file = (struct json_file){.len = len};
	file->text = strndup(text, len);
	if (!file->text || string_copy(&file->name, name, NULL) < 0) {
		json_file_release(file);
		return string_no_memory(err);
	}
	if (decode(file, err) < 0) {
		json_file_release(file);
		return -1;
	}
	return 0;
}

static int read_all(struct json_file *file, int fd, const char *path, struct berth_error *err)
{
	struct stat info;
	if (fstat(fd, &info) < 0)
		return berth_error_errno(err, errno, "read", path);
	if (!S_ISREG(info.st_mode))
		return berth_error_set(err, BERTH_E_USAGE, 0, "'%s' is not a regular file", path);
	if (info.st_size > JSON_FILE_MAX)
		return berth_error_set(err, BERTH_E_USAGE, 0, "'%s' is larger than 1 MiB", path);
	file->mode = info.st_mode & 07777;
	file->text = malloc((size_t)info.st_size + 1);
	if (!file->text)
		return string_no_memory(err);
	while (file->len < (size_t)info.st_size) {
		ssize_t n = read(fd, file->text + file->len, (size_t)info.st_size - file->len);
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return berth_error_errno(err, errno, "read", path);
		if (n == 0)
			break;
		file->len += (size_t)n;
	}
	file->text[file->len] = '\0';
	return 0;
}

int json_file_read(struct json_file *file, const char *path, struct berth_error *err)
{
	*file = (struct json_file){0};
	/* O_NONBLOCK: a named pipe of that name must not hang the program. */
	cleanup_close int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	if (fd < 0 && (errno == ENOENT || errno == ENOTDIR))
		return 0;
	if (fd < 0)
		return berth_error_errno(err, errno, "read", path);
	if (string_copy(&file->name, path, err) < 0 || read_all(file, fd, path, err) < 0 ||
		decode(file, err) < 0) {
		json_file_release(file);
		return -1;
	}
	return 1;
}
