/*
 * The search in a log: a pattern, the lines that match among those shown, and the one where the
 * reader stands.
 *
 * While it is typed it is a trial: the view jumps to the nearest match as soon as it is known, and
 * comes back if the trial is given up. Pure.
 */
#ifndef BERTH_TUI_LOGSEARCH_H
#define BERTH_TUI_LOGSEARCH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "logs/logfilter.h"

/* What a jump found. */
enum logsearch_jump {
	JUMP_NONE,    /* no search, or nothing matches */
	JUMP_WAIT,    /* not known yet: asked again after the next step */
	JUMP_DONE,    /* it is at *found */
	JUMP_WRAPPED, /* the same, past the end of the log and on from the other one */
};

struct logsearch {
	struct berth_pattern *pattern; /* NULL: there is no search */
	unsigned flags;                /* it was made with */
	struct berth_log_set *set;     /* NULL without a log or without memory */
};

void logsearch_release(struct logsearch *search);

/* Search the lines of a filter for a text, from line `from` on; "" ends the search. -1 with an
 * error if it is no pattern: then the search before stays. */
int logsearch_set(struct logsearch *search, const struct logfilter *filter, const char *text,
	unsigned flags, uint64_t from, struct berth_error *err);
/* The filter or its log changed. */
void logsearch_renew(struct logsearch *search, const struct logfilter *filter, uint64_t from);

bool logsearch_step(struct logsearch *search, size_t bytes);
unsigned logsearch_done(const struct logsearch *search); /* percent */

uint64_t logsearch_count(const struct logsearch *search);
/* Lines at which the expression gave up; they count as not matching. */
uint64_t logsearch_undecided(const struct logsearch *search);
/* Which of them a line is, from 1; 0 if it is none. */
uint64_t logsearch_place(const struct logsearch *search, uint64_t line);

/* The match at `line` or behind it; backward: before `line`. */
enum logsearch_jump logsearch_find(
	struct logsearch *search, uint64_t line, bool backward, uint64_t *found);

#endif
