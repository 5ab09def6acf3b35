#include "source/ignore.h"

#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "source/glob.h"

struct rule {
	struct glob *glob;
	bool exception;
};

struct ignore {
	struct rule *rules;
	size_t count;
	bool exceptions;
};

static int out_of_memory(struct berth_error *err)
{
	return berth_error_set(err, BERTH_E_MEMORY, 0, "out of memory");
}

/* The path without "." and "..", doubled '/' and those at its ends; "" for the top itself. In
 * place: what is written is never longer than what was read. */
static void clean(char *path)
{
	bool rooted = *path == '/';
	char *to = path, *from = path, *floor = path;

	while (*from) {
		size_t len = strcspn(from, "/");
		bool up = len == 2 && memcmp(from, "..", 2) == 0;

		if (up && to > floor) {
			while (to > floor && *--to != '/')
				;
		} else if (len > 0 && !(len == 1 && *from == '.') && !(up && rooted)) {
			if (to > path)
				*to++ = '/';
			memmove(to, from, len);
			to += len;
			if (up)
				floor = to;
		}
		from += len;
		from += *from == '/';
	}
	*to = '\0';
}

static bool is_space(char byte)
{
	return byte == ' ' || (byte >= '\t' && byte <= '\r');
}

static char *trim(char *text)
{
	size_t len;

	while (is_space(*text))
		text++;
	len = strlen(text);
	while (len > 0 && is_space(text[len - 1]))
		text[--len] = '\0';
	return text;
}

static int add_rule(
	struct ignore *ignore, const char *pattern, bool exception, struct berth_error *err)
{
	struct rule *rules;

	if (ignore->count == IGNORE_MAX_PATTERNS)
		return berth_error_set(
			err, BERTH_E_LIMIT, 0, "more than %d patterns", IGNORE_MAX_PATTERNS);
	rules = reallocarray(ignore->rules, ignore->count + 1, sizeof(*rules));
	if (!rules)
		return out_of_memory(err);
	ignore->rules = rules;
	rules[ignore->count] = (struct rule){glob_new(pattern, err), exception};
	if (!rules[ignore->count].glob)
		return -1;
	ignore->count++;
	ignore->exceptions = ignore->exceptions || exception;
	return 0;
}

static int take_line(struct ignore *ignore, char *line, struct berth_error *err)
{
	bool exception;

	if (*line == '#')
		return 0;
	line = trim(line);
	exception = *line == '!';
	if (exception) {
		line = trim(line + 1);
		if (!*line)
			return berth_error_set(err, BERTH_E_USAGE, 0,
				"a '!' without a pattern, expected '!PATTERN'");
	}
	clean(line);
	/* The folder itself can't be left out: "." and "/" say nothing. */
	return *line ? add_rule(ignore, line, exception, err) : 0;
}

struct ignore *ignore_parse(const char *name, const char *text, size_t len, struct berth_error *err)
{
	struct ignore *ignore = calloc(1, sizeof(*ignore));
	const char *end = text + len;
	unsigned number = 0;

	if (!ignore) {
		out_of_memory(err);
		return NULL;
	}
	if (len >= 3 && memcmp(text, "\xEF\xBB\xBF", 3) == 0)
		text += 3;
	while (text < end) {
		const char *stop = memchr(text, '\n', (size_t)(end - text));
		cleanup_free char *line = strndup(text, (size_t)((stop ? stop : end) - text));

		number++;
		if (!line || take_line(ignore, line, err)) {
			if (!line)
				out_of_memory(err);
			berth_error_wrap(err, "%s line %u", name, number);
			ignore_free(ignore);
			return NULL;
		}
		text = stop ? stop + 1 : end;
	}
	return ignore;
}

void ignore_free(struct ignore *ignore)
{
	if (!ignore)
		return;
	for (size_t i = 0; i < ignore->count; i++)
		glob_free(ignore->rules[i].glob);
	free(ignore->rules);
	free(ignore);
}

size_t ignore_count(const struct ignore *ignore)
{
	return ignore->count;
}

bool ignore_step(const struct ignore *ignore, const char *path, const bool *above, bool *here)
{
	bool out = false;

	for (size_t i = 0; i < ignore->count; i++) {
		here[i] = (above && above[i]) || glob_match(ignore->rules[i].glob, path);
		if (here[i])
			out = !ignore->rules[i].exception;
	}
	return out;
}

bool ignore_may_return(const struct ignore *ignore, const char *folder)
{
	if (!ignore->exceptions)
		return false;
	for (size_t i = 0; i < ignore->count; i++) {
		if (ignore->rules[i].exception &&
			glob_may_match_below(ignore->rules[i].glob, folder))
			return true;
	}
	return false;
}

/* Does the rule match the path or a folder above it? */
static bool reaches(const struct rule *rule, const char *path, char *scratch)
{
	for (size_t i = 0;; i++) {
		if (path[i] == '/' || !path[i]) {
			scratch[i] = '\0';
			if (glob_match(rule->glob, scratch))
				return true;
		}
		if (!path[i])
			return false;
		scratch[i] = path[i];
	}
}

bool ignore_has(const struct ignore *ignore, const char *path)
{
	cleanup_free char *scratch = malloc(strlen(path) + 1);
	bool out = false;

	for (size_t i = 0; scratch && i < ignore->count; i++) {
		if (ignore->rules[i].exception == out && reaches(&ignore->rules[i], path, scratch))
			out = !out;
	}
	return out;
}
