/* What loggers put before a level, taken away piece by piece. */
#include <string.h>

#include "base/level_private.h"

enum { GROUP_MAX = 80 };

static bool is_time_char(char c)
{
	return level_is_digit(c) || (c != '\0' && strchr(":./,+-TZ", c) != NULL);
}

/* "2024-01-02", "03:04:05.678Z", "1704164645.12", "12:34PM", "+0000"; not a mere number. */
static const char *skip_time(const char *p, const char *end)
{
	const char *start = p;
	int digits = 0, marks = 0;

	for (; p < end && is_time_char(*p); p++) {
		digits += level_is_digit(*p);
		marks += !level_is_digit(*p) && *p != 'T';
	}
	if (p < end && (level_starts(p, end, "AM", &p) || level_starts(p, end, "PM", &p)))
		marks++;
	return digits > 1 && marks > 0 && (level_is_digit(*start) || *start == '+') ? p : start;
}

static const char *skip_number(const char *p, const char *end)
{
	const char *start = p;

	while (p < end && level_is_digit(*p))
		p++;
	return level_at_end_of_word(p, end) ? p : start;
}

/* "Jan", "Tue", "UTC", "PM" beside a time. */
static const char *skip_calendar(const char *p, const char *end)
{
	static const char words[][4] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug",
		"Sep", "Oct", "Nov", "Dec", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun", "UTC",
		"GMT", "CET", "EST", "PST", "AM", "PM"};

	const char *after = p;

	while (after < end && level_is_letter(*after))
		after++;
	size_t len = (size_t)(after - p);
	if (len < 2 || len > 3 || !level_at_end_of_word(after, end))
		return p;
	for (size_t i = 0; i < sizeof words / sizeof words[0]; i++)
		if (strlen(words[i]) == len && memcmp(words[i], p, len) == 0)
			return after;
	return p;
}

const char *level_skip_times(const char *p, const char *end, bool *timed)
{
	for (;;) {
		const char *start = p;

		p = skip_time(p, end);
		if (p > start)
			*timed = true;
		p = skip_calendar(level_skip_blanks(p, end), end);
		if (*timed || p > start)
			p = skip_number(level_skip_blanks(p, end), end);
		p = level_skip_blanks(p, end);
		if (p == start || p == end)
			return p;
	}
}

const char *level_end_of_group(const char *p, const char *end)
{
	static const char opens[] = "[({<", closes[] = "])}>";
	const char *kind = *p != '\0' ? strchr(opens, *p) : NULL;
	size_t room = (size_t)(end - p) < GROUP_MAX ? (size_t)(end - p) : GROUP_MAX;

	return kind != NULL ? memchr(p, closes[kind - opens], room) : NULL;
}

/* "src/app.ts:3:5 - " of a compiler: what ends in a place. */
static bool is_place(const char *p, const char *end)
{
	while (end > p && level_is_digit(end[-1]))
		end--;
	return end > p && *end >= '0' && *end <= '9' && end[-1] == ':';
}

/* "name - " between dashes, "npm:" and "file.c:3:5:". */
static bool skip_word(struct level_head *head)
{
	const char *p = head->p, *end = head->end;

	while (p < end && !level_is_blank(*p))
		p++;
	if (p == end || p == head->p)
		return false;
	if (!head->dashed || !level_starts(p, end, " - ", NULL)) {
		bool place = p[-1] == ':' ||
			     (level_starts(p, end, " - ", NULL) && is_place(head->p, p));
		if (head->program || !place)
			return false;
		head->program = true;
	}
	head->p = p;
	return true;
}

/* BuildKit's plain progress: "#5 0.345 ". */
static const char *skip_step(const char *p, const char *end)
{
	const char *after = p + 1;

	if (*p != '#')
		return p;
	while (after < end && level_is_digit(*after))
		after++;
	if (after == p + 1 || after == end || *after != ' ')
		return p;
	return skip_time(after + 1, end);
}

bool level_skip_part(struct level_head *head)
{
	const char *start = head->p, *p = start, *end = head->end;
	bool begun = head->begun;

	head->begun = true;
	if (strchr("-|:", *p) != NULL && end - p > 1 && level_is_blank(p[1])) {
		head->dashed = *p == '-';
		head->p = p + 1;
		return true;
	}
	p = skip_step(p, end);
	if (p == start)
		p = level_skip_times(p, end, &head->timed);
	if (p == start && begun)
		p = skip_number(p, end);
	if (p == start && (p = level_end_of_group(start, end)) != NULL) {
		bool timed = false;

		level_skip_times(start + 1, p, &timed);
		head->timed = head->timed || timed;
		p++;
	}
	if (p == NULL || p == start)
		return skip_word(head);
	head->dashed = false;
	head->p = p;
	return true;
}
