#include "form/words.h"

#include <string.h>

static bool parts(char c, bool commas)
{
	return c == ' ' || c == '\t' || c == '\n' || (commas && c == ',');
}

bool words_next(const char *text, size_t len, bool commas, size_t *position, struct word *word)
{
	size_t at = *position;
	while (at < len && parts(text[at], commas))
		at++;
	if (at >= len)
		return false;
	word->start = at;
	char quote = '\0';
	for (; at < len; at++) {
		char c = text[at];
		if (c == '\\' && quote != '\'' && at + 1 < len)
			at++;
		else if (quote != '\0')
			quote = c == quote ? '\0' : quote;
		else if (c == '"' || c == '\'')
			quote = c;
		else if (parts(c, commas))
			break;
	}
	word->end = at;
	*position = at;
	return true;
}

size_t words_unquote(char *dst, size_t cap, const char *word, size_t len)
{
	size_t used = 0;
	char quote = '\0';
	for (size_t at = 0; at < len && used + 1 < cap; at++) {
		char c = word[at];
		if (c == '\\' && quote != '\'' && at + 1 < len) {
			dst[used++] = word[++at];
		} else if (quote != '\0' && c == quote) {
			quote = '\0';
		} else if (quote == '\0' && (c == '"' || c == '\'')) {
			quote = c;
		} else {
			dst[used++] = c;
		}
	}
	dst[used] = '\0';
	return used;
}

static bool must_quote(const char *value, bool commas)
{
	return value[0] == '\0' || strpbrk(value, commas ? " \t\n\"'\\," : " \t\n\"'\\") != NULL;
}

size_t words_quote(char *dst, size_t cap, const char *value, bool commas)
{
	bool quoted = must_quote(value, commas);
	size_t used = 0;
	if (quoted && used + 1 < cap)
		dst[used++] = '"';
	for (const char *p = value; *p != '\0'; p++) {
		bool escape = *p == '"' || *p == '\\';
		if (used + escape + quoted + 1 >= cap)
			return 0;
		if (escape)
			dst[used++] = '\\';
		dst[used++] = *p;
	}
	if (used + quoted >= cap)
		return 0;
	if (quoted)
		dst[used++] = '"';
	dst[used] = '\0';
	return used;
}
