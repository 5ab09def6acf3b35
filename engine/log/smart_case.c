#include "log/smart_case.h"

#include <string.h>

#include "log/regex.h"

static bool is_capital(const char *p, size_t len)
{
	struct regex *capital;
	size_t start, end;
	bool is;

	if (len == 1)
		return *p >= 'A' && *p <= 'Z';
	/* The C library's towlower() is that of the locale; PCRE2 brings the tables it compares
	 * with. */
	capital = regex_new("\\p{Lu}", strlen("\\p{Lu}"), 0, NULL);
	if (capital == NULL)
		return false;
	is = regex_find(capital, p, len, 0, &start, &end) == REGEX_MATCH;
	regex_free(capital);
	return is;
}

static size_t char_len(const char *p, size_t left)
{
	size_t len = 1;

	while (len < left && ((unsigned char)p[len] & 0xc0) == 0x80)
		len++;
	return len;
}

/* One past the first `c`, or the end. */
static const char *past(const char *p, const char *end, char c)
{
	const char *at = p < end ? memchr(p, c, (size_t)(end - p)) : NULL;

	return at != NULL ? at + 1 : end;
}

static bool is_letter(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static bool is_hex(char c)
{
	return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
}

/* p is behind the backslash. */
static const char *skip_escape(const char *p, const char *end)
{
	char kind;

	if (p == end)
		return end;
	kind = *p++;
	if (p == end || strchr("pPxNockg", kind) == NULL)
		return p;
	switch (*p) {
	case '{':
		return past(p, end, '}');
	case '<':
		return past(p, end, '>');
	case '\'':
		return past(p + 1, end, '\'');
	default:
		break;
	}
	if (kind == 'x')
		for (int digits = 0; digits < 2 && p < end && is_hex(*p); digits++)
			p++;
	else if (kind == 'p' || kind == 'P' || kind == 'c')
		p++;
	return p;
}

/* p is behind the parenthesis: what says of which kind the group is. */
static const char *skip_group_head(const char *p, const char *end)
{
	bool named;

	if (p < end && *p == '*')
		return past(p, end, ')');
	if (end - p < 2 || *p != '?')
		return p;
	named = p[1] == 'P';
	p += named ? 2 : 1;
	if (p == end)
		return end;
	switch (*p) {
	case '<':
		if (end - p > 1 && (p[1] == '=' || p[1] == '!'))
			return p + 2;
		return past(p, end, '>');
	case '\'':
		return past(p + 1, end, '\'');
	case '=': /* a group by its name, or what must follow */
	case '>':
		return named ? past(p, end, ')') : p + 1;
	case '(':
	case '#':
	case '&':
		return past(p, end, ')');
	default:
		while (p < end && (is_letter(*p) || *p == '-' || *p == '^'))
			p++;
		return p;
	}
}

/* Between \Q and \E nothing is special. p is behind the \Q. */
static const char *skip_quoted(const char *p, const char *end, bool *capital)
{
	while (p < end && !(end - p > 1 && p[0] == '\\' && p[1] == 'E')) {
		size_t len = char_len(p, (size_t)(end - p));

		*capital = *capital || is_capital(p, len);
		p += len;
	}
	return end - p > 2 ? p + 2 : end;
}

bool smart_case_has_capital(const char *text, size_t len, bool is_regex)
{
	const char *p = text, *end = text + len;
	bool capital = false;

	while (p < end && !capital) {
		size_t width = char_len(p, (size_t)(end - p));

		if (is_regex && *p == '\\' && end - p > 1 && p[1] == 'Q')
			p = skip_quoted(p + 2, end, &capital);
		else if (is_regex && *p == '\\')
			p = skip_escape(p + 1, end);
		else if (is_regex && *p == '(')
			p = skip_group_head(p + 1, end);
		else {
			capital = is_capital(p, width);
			p += width;
		}
	}
	return capital;
}
