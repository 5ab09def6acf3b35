#include "config/env_file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <berth/text.h>

#include "base/cleanup.h"
#include "config/parse.h"
#include "config/strings.h"

#define FILE_MAX (1024 * 1024)

int variables_put(
	struct variables *variables, struct berth_variable *variable, struct berth_error *err)
{
	for (size_t i = 0; i < variables->count; i++) {
		if (strcmp(variables->items[i].name, variable->name) == 0) {
			variable_release(&variables->items[i]);
			variables->items[i] = *variable;
			return 0;
		}
	}
	struct berth_variable *items = NULL;
	if (variables->count < ENV_MAX)
		items = realloc(variables->items, (variables->count + 1) * sizeof *items);
	if (!items) {
		variable_release(variable);
		return variables->count < ENV_MAX ? string_no_memory(err)
						  : berth_error_set(err, BERTH_E_USAGE, 0,
							    "more than %d variables", ENV_MAX);
	}
	variables->items = items;
	items[variables->count++] = *variable;
	return 0;
}

void variables_release(struct variables *variables)
{
	for (size_t i = 0; i < variables->count; i++)
		variable_release(&variables->items[i]);
	free(variables->items);
	*variables = (struct variables){0};
}

static int read_line(struct variables *variables, const char *path, int number, const char *line,
	size_t len, struct berth_error *err)
{
	while (len > 0 && (*line == ' ' || *line == '\t')) {
		line++;
		len--;
	}
	if (len > 0 && line[len - 1] == '\r')
		len--;
	if (len == 0 || *line == '#')
		return 0;
	if (memchr(line, '\0', len) || !berth_utf8_valid(line, len))
		return berth_error_set(
			err, BERTH_E_USAGE, 0, "%s:%d: the line is not UTF-8 text", path, number);
	const char *equals = memchr(line, '=', len);
	size_t name_len = equals ? (size_t)(equals - line) : len;
	if (!parse_is_variable(line, name_len))
		return berth_error_set(err, BERTH_E_USAGE, 0,
			"%s:%d: the line (not shown) is not NAME=VALUE with a name of letters, "
			"digits and '_'",
			path, number);
	struct berth_variable variable = {.name = strndup(line, name_len)};
	if (!variable.name)
		return string_no_memory(err);
	const char *own = equals ? NULL : getenv(variable.name);
	if (!equals && !own) {
		variable_release(&variable);
		return 0;
	}
	variable.value = equals ? strndup(equals + 1, len - name_len - 1) : strdup(own);
	if (!variable.value) {
		variable_release(&variable);
		return string_no_memory(err);
	}
	return variables_put(variables, &variable, err);
}

int env_file_parse(struct variables *variables, const char *path, const char *text, size_t len,
	struct berth_error *err)
{
	const char *end = text + len;
	if (len >= 3 && memcmp(text, "\xEF\xBB\xBF", 3) == 0)
		text += 3;
	for (int number = 1; text < end; number++) {
		const char *newline = memchr(text, '\n', (size_t)(end - text));
		size_t line = newline ? (size_t)(newline - text) : (size_t)(end - text);
		if (read_line(variables, path, number, text, line, err) < 0)
			return -1;
		text += line + (newline != NULL);
	}
	return 0;
}

static int read_all(int fd, const char *path, char *text, size_t *len, struct berth_error *err)
{
	*len = 0;
	for (;;) {
		ssize_t n = read(fd, text + *len, FILE_MAX + 1 - *len);
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return berth_error_errno(err, errno, "read", path);
		*len += (size_t)n;
		if (*len > FILE_MAX)
			return berth_error_set(
				err, BERTH_E_USAGE, 0, "env-file '%s' is larger than 1 MiB", path);
		if (n == 0)
			return 0;
	}
}

/* Blocking on purpose: `--env-file <(pass show web)` is a pipe that fills when it likes. */
int env_file_read(struct variables *variables, const char *path, struct berth_error *err)
{
	cleanup_close int fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0) {
		berth_error_errno(err, errno, "read", path);
		if (err)
			err->code = BERTH_E_USAGE;
		return berth_error_wrap(err, "env-file");
	}
	char *text = malloc(FILE_MAX + 1);
	if (!text)
		return string_no_memory(err);
	size_t len;
	int status = read_all(fd, path, text, &len, err);
	if (status == 0)
		status = env_file_parse(variables, path, text, len, err);
	explicit_bzero(text, len);
	free(text);
	return status;
}
