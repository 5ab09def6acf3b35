#include "generate/command.h"

#include <ctype.h>
#include <stdbool.h>
#include <string.h>

enum { MAX_COMMAND = 4096 };

/* What makes it more than words. */
#define SPECIAL  "$`*?~#(){}[]<>\\!"
#define OPERATOR "&|;\n"

static int add_json(struct buf *out, const char *text, size_t len, struct berth_error *err)
{
	if (buf_adds(out, "\"", err) < 0)
		return -1;
	for (size_t i = 0; i < len; i++) {
		unsigned char c = (unsigned char)text[i];
		int status;
		if (c == '"' || c == '\\')
			status = buf_addf(out, err, "\\%c", c);
		else if (c < 0x20)
			status = buf_addf(out, err, "\\u%04x", c);
		else
			status = buf_add(out, &text[i], 1, err);
		if (status < 0)
			return -1;
	}
	return buf_adds(out, "\"", err);
}

/* NAME=value before the command: only a shell knows that. */
static bool is_assignment(const char *text)
{
	size_t len = 0;

	while (isalnum((unsigned char)text[len]) || text[len] == '_')
		len++;
	return len > 0 && text[len] == '=' && !isdigit((unsigned char)*text);
}

struct look {
	bool special;
	bool operators;
	bool open; /* a quote that does not end */
};

static struct look look(const char *command)
{
	struct look look = {.special = is_assignment(command)};
	char quote = '\0';

	for (const char *p = command; *p; p++) {
		if (quote) {
			if (quote == '"' && strchr("$`\\", *p))
				look.special = true;
			if (*p == quote)
				quote = '\0';
		} else if (*p == '\'' || *p == '"') {
			quote = *p;
		} else if (strchr(OPERATOR, *p)) {
			look.operators = true;
		} else if (strchr(SPECIAL, *p)) {
			look.special = true;
		}
	}
	look.open = quote != '\0';
	return look;
}

static int through_shell(
	struct buf *out, const char *command, bool replace, struct berth_error *err)
{
	struct buf text;
	int status;

	buf_init(&text, MAX_COMMAND);
	status = buf_addf(&text, err, "%s%s", replace ? "exec " : "", command);
	if (status == 0)
		status = buf_adds(out, "[\"/bin/sh\", \"-c\", ", err);
	if (status == 0)
		status = add_json(out, text.data, text.len, err);
	buf_release(&text);
	return status < 0 ? -1 : buf_adds(out, "]", err);
}

/* The next word without its quotes. Returns what follows. */
static const char *take_word(const char *text, char word[MAX_COMMAND], size_t *len)
{
	char quote = '\0';

	for (*len = 0; *text && (quote || !isspace((unsigned char)*text)); text++) {
		if (quote ? *text == quote : *text == '\'' || *text == '"')
			quote = quote ? '\0' : *text;
		else if (*len + 1 < MAX_COMMAND)
			word[(*len)++] = *text;
	}
	return text + strspn(text, " \t");
}

int command_write(struct buf *out, const char *command, struct berth_error *err)
{
	char word[MAX_COMMAND];
	const char *between = "";
	size_t len;

	command += strspn(command, " \t");
	struct look found = look(command);
	if (found.special || found.operators || found.open)
		return through_shell(out, command,
			!found.operators && !found.open && !is_assignment(command), err);
	if (buf_adds(out, "[", err) < 0)
		return -1;
	while (*command) {
		command = take_word(command, word, &len);
		if (buf_adds(out, between, err) < 0 || add_json(out, word, len, err) < 0)
			return -1;
		between = ", ";
	}
	return buf_adds(out, "]", err);
}
