#include <string.h>

#include "base/escape.h"
#include "base/level_private.h"

/* No logger writes more before its level. */
enum { PARTS_MAX = 12 };

/* " TS2322:", " C4996:" */
static bool is_code(const char *p, const char *end)
{
	const char *start;

	p = level_skip_blanks(p, end);
	for (start = p; p < end && level_is_upper(*p); p++)
		;
	if (p == start)
		return false;
	for (start = p; p < end && level_is_digit(*p); p++)
		;
	return p > start && p < end && *p == ':';
}

/* "error[E0412]:", "WARN[0001]", "ERROR (7):" */
static const char *skip_attached(const char *p, const char *end)
{
	const char *start = p;
	char close;

	if (p < end && *p == ' ')
		p++;
	if (p == end || (*p != '[' && *p != '('))
		return start;
	close = *p == '[' ? ']' : ')';
	for (p++; p < end && (level_is_letter(*p) || level_is_digit(*p) || *p == '_' || *p == ':');
		p++)
		;
	return p < end && *p == close ? p + 1 : start;
}

/* What may stand behind an upper case level. */
static bool ends_upper(const char *p, const char *end)
{
	return level_at_end_of_word(p, end) || strchr(":[|,(!", *p) != NULL;
}

/* A level as a word at the start of the rest. */
static bool named(const struct level_head *head, enum berth_level *level)
{
	const char *p = head->p, *end = head->end, *after, *attached;
	enum level_case how;

	if (level_starts(p, end, "fatal ", &after) && level_starts(after, end, "error:", NULL))
		p = after;
	how = level_word(p, end, level, &after);
	if (how == LEVEL_NO_WORD)
		return false;
	attached = skip_attached(after, end);
	if (attached < end && *attached == ':' &&
		(how == LEVEL_UPPER || level_at_end_of_word(attached + 1, end)))
		return !level_is_count(attached + 1, end);
	if (is_code(after, end))
		return true;
	return how == LEVEL_UPPER && !head->program && ends_upper(after, end) &&
	       !level_is_count(after, end);
}

/* "local.ERROR: why" of a channel. */
static bool in_channel(const struct level_head *head, enum berth_level *level)
{
	const char *p = head->p, *end = head->end, *after;

	while (p < end && (level_is_letter(*p) || *p == '_'))
		p++;
	return head->timed && p > head->p && p < end && *p == '.' &&
	       level_word(p + 1, end, level, &after) == LEVEL_UPPER && after < end && *after == ':';
}

/* Lower case between tabs is a column, too. */
static bool in_column(const struct level_head *head, enum berth_level *level)
{
	const char *after;

	return head->timed && head->p[-1] == '\t' &&
	       level_word(head->p, head->end, level, &after) != LEVEL_NO_WORD &&
	       after < head->end && *after == '\t';
}

/* Inside brackets: a level alone, or behind a time or a module, before a module or a process. */
static bool in_group(const char *p, const char *end, enum berth_level *level)
{
	const char *after;
	bool timed = false;

	p = level_skip_blanks(p, end);
	if (end - p == 1 && *p >= '0' && *p <= '7' && p[-1] == '<') {
		*level = *p <= '3'   ? BERTH_ERROR
			 : *p == '4' ? BERTH_WARN
			 : *p <= '6' ? BERTH_INFO
				     : BERTH_DEBUG;
		return true;
	}
	p = level_skip_times(p, end, &timed);
	if (timed && p < end && *p == ':')
		p = level_skip_blanks(p + 1, end);
	if (!timed && level_word(p, end, level, &after) == LEVEL_NO_WORD) {
		const char *last = end;

		while (last > p && last[-1] != ':' && last[-1] != '/')
			last--;
		p = last;
	}
	enum level_case how = level_word(p, end, level, &after);
	if (how == LEVEL_NO_WORD)
		return false;
	return level_skip_blanks(after, end) == end ||
	       (timed && how == LEVEL_UPPER && (level_is_blank(*after) || *after == '/'));
}

/* klog "E1120 12:34:56.789012", glog "E20241120 12:34:56", Ruby "E, [2024-01-02T03:04:05". */
static bool by_letter(const char *p, const char *end, enum berth_level *level)
{
	static const char letters[] = "DIWEF";
	static const enum berth_level levels[] = {
		BERTH_DEBUG, BERTH_INFO, BERTH_WARN, BERTH_ERROR, BERTH_ERROR};
	const char *letter = p < end && *p != '\0' ? strchr(letters, *p) : NULL;
	const char *after, *digits = p + 1;

	if (letter == NULL)
		return false;
	*level = levels[letter - letters];
	if (level_starts(digits, end, ", [", &after))
		return after < end && level_is_digit(*after);
	for (after = digits; after < end && level_is_digit(*after); after++)
		;
	return (after - digits == 4 || after - digits == 8) && end - after > 3 && *after == ' ' &&
	       level_is_digit(after[1]) && level_is_digit(after[2]) && after[3] == ':';
}

static bool by_mark(const char *p, const char *end, enum berth_level *level)
{
	if (level_starts(p, end, "\u274c", NULL))
		*level = BERTH_ERROR;
	else if (level_starts(p, end, "\u26a0", NULL))
		*level = BERTH_WARN;
	else
		return false;
	return true;
}

/* The level that stands at the head, if any does. */
static bool at_head(const struct level_head *head, enum berth_level *level)
{
	const char *close = level_end_of_group(head->p, head->end);

	if (close != NULL && in_group(head->p + 1, close, level))
		return true;
	return named(head, level) || in_channel(head, level) || in_column(head, level) ||
	       level_of_sign(head->p, head->end, level);
}

static bool find(const char *p, const char *end, enum berth_level *level)
{
	struct level_head head = {.p = level_skip_blanks(p, end), .end = end};

	if (by_letter(head.p, end, level) || by_mark(head.p, end, level))
		return true;
	for (int i = 0; i < PARTS_MAX && head.p < end; i++) {
		if (at_head(&head, level))
			return true;
		if (!level_skip_part(&head))
			return false;
		head.p = level_skip_blanks(head.p, end);
	}
	return false;
}

/* Behind a time of their own, too: journals and compose put one before. */
static bool is_record(const char *p, const char *end, enum berth_level *level)
{
	bool timed = false;

	p = level_skip_times(level_skip_blanks(p, end), end, &timed);
	return level_of_json(p, end, level) || level_of_pairs(p, end, level);
}

/* The start of the line without its escape sequences; no copy where there are none. */
static const char *without_escapes(char dst[LEVEL_LOOK_MAX], const char *line, size_t *len)
{
	const char *p = line, *end = line + *len;
	size_t used = 0;

	if (memchr(line, 0x1b, *len) == NULL)
		return line;
	while (p < end) {
		struct escape_sgr sgr;

		if (*p == 0x1b)
			p = escape_skip(p + 1, end, &sgr);
		else
			dst[used++] = *p++;
	}
	*len = used;
	return dst;
}

enum berth_level level_of_text(const char *line, size_t len, enum berth_level otherwise)
{
	char plain[LEVEL_LOOK_MAX];
	enum berth_level level = otherwise;

	if (len == 0)
		return otherwise;
	if (len > LEVEL_LOOK_MAX)
		len = LEVEL_LOOK_MAX;
	line = without_escapes(plain, line, &len);
	if (is_record(line, line + len, &level))
		return level;
	return find(line, line + len, &level) ? level : otherwise;
}

enum berth_level level_of_mark(const char *line, size_t len, enum berth_level otherwise)
{
	enum berth_level level;
	const char *end = line + len;

	if (len == 0)
		return otherwise;
	return by_mark(level_skip_blanks(line, end), end, &level) ? level : otherwise;
}
