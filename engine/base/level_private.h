/* What the files of level.h share. Text is a slice with an end; nothing is NUL-terminated. */
#ifndef BASE_LEVEL_PRIVATE_H
#define BASE_LEVEL_PRIVATE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/level.h"

enum level_case { LEVEL_NO_WORD, LEVEL_LOWER, LEVEL_UPPER };

static inline bool level_is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static inline bool level_is_upper(char c)
{
	return c >= 'A' && c <= 'Z';
}

static inline bool level_is_letter(char c)
{
	return level_is_upper(c) || (c >= 'a' && c <= 'z');
}

static inline bool level_is_blank(char c)
{
	return c == ' ' || c == '\t';
}

static inline bool level_at_end_of_word(const char *p, const char *end)
{
	return p == end || level_is_blank(*p);
}

static inline const char *level_skip_blanks(const char *p, const char *end)
{
	while (p < end && level_is_blank(*p))
		p++;
	return p;
}

/* True if the text at p begins so; *after (may be NULL) gets what is behind it. */
bool level_starts(const char *p, const char *end, const char *what, const char **after);

/* A level's name, the letters at p: how it is written, or none of them. LEVEL_LOWER is also
 * "Error". */
enum level_case level_word(
	const char *p, const char *end, enum berth_level *level, const char **after);
/* The whole of a value is a level's name or number. */
bool level_value(const char *p, const char *end, enum berth_level *level);

/* Nothing but a number follows: "ERROR: 0" counts errors. */
bool level_is_count(const char *p, const char *end);

/* What is left of a line while what loggers put first is taken away. */
struct level_head {
	const char *p, *end;
	bool begun;   /* something was there: a mere number is a process now */
	bool timed;   /* a time was met */
	bool dashed;  /* the part before was '-' */
	bool program; /* a "program:" was met: only what is certain counts */
};

/* Take one part away; false if the rest begins with none. */
bool level_skip_part(struct level_head *head);
/* Behind dates, times, zones and the number of a process, and the blanks between them. */
const char *level_skip_times(const char *p, const char *end, bool *timed);
/* The closing bracket of a short group that begins at p (p < end), or NULL. */
const char *level_end_of_group(const char *p, const char *end);

/* True if the line is a record of its own kind; *level is set only if it has one. */
bool level_of_json(const char *p, const char *end, enum berth_level *level);
bool level_of_pairs(const char *p, const char *end, enum berth_level *level);

/* Signs of crashes and tools with words of their own. `p` is behind what loggers put first. */
bool level_of_sign(const char *p, const char *end, enum berth_level *level);

#endif
