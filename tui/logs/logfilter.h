/*
 * Which lines of a log are shown: none below a level, and of those all that pass a stack of
 * patterns to keep or to drop.
 *
 * Without any of it every line passes and nothing is kept. With it the lines that pass are found in
 * slices; until all have been looked at, what is asked is answered as far as is known.
 */
#ifndef BERTH_TUI_LOGFILTER_H
#define BERTH_TUI_LOGFILTER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <berth/log.h>
#include <berth/search.h>

#define LOGFILTER_PATTERNS 15 /* one less than a set takes: a search adds its own */

struct logfilter {
	struct berth_log *log; /* borrowed; NULL: no lines */
	struct berth_log_criteria criteria;
	unsigned flags[LOGFILTER_PATTERNS]; /* the patterns were made with */
	struct berth_log_set *set; /* NULL without a log, or without memory: then all is shown */
};

void logfilter_release(struct logfilter *filter);
/* One that lets the same lines pass, and looks through the log from its start. -1 without memory.
 */
int logfilter_copy(struct logfilter *copy, const struct logfilter *filter);

/* Another log; the level and the patterns stay. `from` is where the view stands: lines near it are
 * looked at first. */
void logfilter_show(struct logfilter *filter, struct berth_log *log, uint64_t from);
void logfilter_level(struct logfilter *filter, enum berth_level lowest, uint64_t from);
/* Add a pattern to keep, or to drop with a "!" before it; it may be a regular expression.
 * -1 with an error if it is none, or there are LOGFILTER_PATTERNS. */
int logfilter_push(struct logfilter *filter, const char *text, unsigned flags, uint64_t from,
	struct berth_error *err);
/* Take the newest one off; false if there is none. */
bool logfilter_pop(struct logfilter *filter, uint64_t from);
/* True if some line could be left out. */
bool logfilter_active(const struct logfilter *filter);

/* Look at some more. True while there is more to do. */
bool logfilter_step(struct logfilter *filter, size_t bytes);
unsigned logfilter_done(const struct logfilter *filter); /* percent */
/* Lines at which an expression gave up; they count as not matching. */
uint64_t logfilter_undecided(const struct logfilter *filter);

/* How many lines pass, and of those not below `line`. */
uint64_t logfilter_count(const struct logfilter *filter);
uint64_t logfilter_count_from(const struct logfilter *filter, uint64_t line);

/* The nearest line that passes at or after `line`, and before it; false if there is none. */
bool logfilter_from(const struct logfilter *filter, uint64_t line, uint64_t *found);
bool logfilter_before(const struct logfilter *filter, uint64_t line, uint64_t *found);
/* logfilter_from() as struct berth_log_pick wants it; the context is the filter. */
bool logfilter_pick(void *filter, uint64_t line, uint64_t *found);

#endif
