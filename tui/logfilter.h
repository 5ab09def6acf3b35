/*
 * Which lines of a run's log pass a level filter, in order. Pure.
 *
 * Without a filter every line passes and nothing is kept. With one the numbers of the lines that
 * pass are kept, so that moving through them costs nothing however rare they are.
 */
#ifndef BERTH_TUI_LOGFILTER_H
#define BERTH_TUI_LOGFILTER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <berth/log.h>

struct logfilter {
	struct berth_log *log; /* borrowed; NULL: no lines */
	enum berth_level lowest; /* lines below are left out */
	uint64_t *kept;          /* while lowest is above debug */
	size_t count, capacity;
	uint64_t until; /* lines below this have been looked at */
};

void logfilter_release(struct logfilter *filter);

/* Another log or another level. */
void logfilter_set(struct logfilter *filter, struct berth_log *log, enum berth_level lowest);
/* Look at the lines that came in since the last time. */
void logfilter_update(struct logfilter *filter);

/* How many lines pass, and of those not below `line`. */
uint64_t logfilter_count(const struct logfilter *filter);
uint64_t logfilter_count_from(const struct logfilter *filter, uint64_t line);

/* The nearest line that passes at or after `line`, and before it; false if there is none. */
bool logfilter_from(const struct logfilter *filter, uint64_t line, uint64_t *found);
bool logfilter_before(const struct logfilter *filter, uint64_t line, uint64_t *found);

#endif
