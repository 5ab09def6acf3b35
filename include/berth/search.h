/*
 * Finding lines in a log, however long, without ever blocking.
 *
 * What is searched is what is shown: the text of a line after berth_text_clean(), without time,
 * level and stage. A text that was so long that it became several lines is several texts.
 *
 * Everything here is used on the thread of the loop.
 */
#ifndef BERTH_SEARCH_H
#define BERTH_SEARCH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <berth/error.h>
#include <berth/event.h>
#include <berth/log.h>

#define BERTH_PATTERN_MAX 4096 /* bytes */

enum berth_pattern_flags {
	BERTH_PATTERN_REGEX = 1 << 0, /* of PCRE2; \w, \d, \s and \b know ASCII only */
	BERTH_PATTERN_CASE = 1 << 1,  /* capitals count in any case */
};

struct berth_pattern;

/*
 * Without BERTH_PATTERN_CASE a pattern that has no capital ignores case; in a regular expression
 * the capitals of escapes, groups and options are none.
 *
 * NULL if it is empty, too long, not UTF-8, holds a line break (no line does), or is not a regular
 * expression: the error says where and why.
 */
struct berth_pattern *berth_pattern_new(const char *text, unsigned flags, struct berth_error *err);
void berth_pattern_free(struct berth_pattern *pattern);

const char *berth_pattern_text(const struct berth_pattern *pattern);
bool berth_pattern_ignores_case(const struct berth_pattern *pattern);

/* The first match in cleaned text that begins at `from` or behind it, never an empty one. False if
 * there is none, or none was found within the bound that keeps a regular expression from going on
 * for ever. */
bool berth_pattern_find(struct berth_pattern *pattern, const char *text, size_t len, size_t from,
	size_t *start, size_t *end);

#define BERTH_CRITERIA_MAX 16

struct berth_log_criteria {
	enum berth_level lowest; /* BERTH_DEBUG: any */
	unsigned count;
	/* Of a line, all patterns to keep match and none to drop does. Borrowed: they outlive the
	 * sets made with them. */
	struct {
		struct berth_pattern *pattern;
		bool drop;
	} patterns[BERTH_CRITERIA_MAX];
};

/*
 * The lines of a log that pass. A new one knows nothing; each step looks at some more, and goes on
 * with the lines that came in since. What has been looked at is one range around the place where it
 * began, so the nearest lines are known first. A lost line passes nothing; one that passed before
 * it was lost stays in.
 *
 * Made of a level of BERTH_DEBUG and no pattern it is all lines, known at once and kept nowhere.
 */
struct berth_log_set;

/* Begins at line `from`: `backward` before it first, else behind it. The log outlives the set. NULL
 * without memory. */
struct berth_log_set *berth_log_set_new(struct berth_log *log,
	const struct berth_log_criteria *criteria, uint64_t from, bool backward,
	struct berth_error *err);
void berth_log_set_free(struct berth_log_set *set);

/* Which way it goes on first. Once it has met the end of the log, lines that arrive go before all.
 */
void berth_log_set_turn(struct berth_log_set *set, bool backward);

/* Look at about `bytes` of the log, at a block of lines at least; lines that are hard work count
 * for a byte a nanosecond, so 1 MiB is about a millisecond. True while there is more to do. Without
 * memory it stays where it is, and the next step tries again. */
bool berth_log_set_step(struct berth_log_set *set, size_t bytes);

/* How much of the log has been looked at, in percent; 100 is all of it. */
unsigned berth_log_set_done(const struct berth_log_set *set);
/* Lines counted as not matching because a regular expression ran into its bound. */
uint64_t berth_log_set_undecided(const struct berth_log_set *set);

/* How many lines pass, and how many of those are not before `line`, as far as is known. */
uint64_t berth_log_set_count(const struct berth_log_set *set);
uint64_t berth_log_set_count_from(const struct berth_log_set *set, uint64_t line);
/* The k-th line that passes, from 0. */
bool berth_log_set_at(const struct berth_log_set *set, uint64_t k, uint64_t *line);

/* The nearest line known to pass: at `line` or behind it, and before `line`. */
bool berth_log_set_next(const struct berth_log_set *set, uint64_t line, uint64_t *found);
bool berth_log_set_previous(const struct berth_log_set *set, uint64_t line, uint64_t *found);
/* True if no step can change that answer, except by lines that arrive. */
bool berth_log_set_next_known(const struct berth_log_set *set, uint64_t line);
bool berth_log_set_previous_known(const struct berth_log_set *set, uint64_t line);

#endif
