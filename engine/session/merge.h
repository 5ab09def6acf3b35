/*
 * The whole record of a recording, in its order: its own lines, and where their numbers have a gap
 * the lines of the log beside it.
 *
 * Feeding is the caller's: where an item is not known yet, one of the two sources must be filled.
 */
#ifndef SESSION_MERGE_H
#define SESSION_MERGE_H

#include <stdbool.h>
#include <stdint.h>

#include <berth/error.h>

#include "log/record.h"
#include "session/line_source.h"

struct berth_event;

enum merged {
	MERGED_EVENT,  /* *event is yours */
	MERGED_EVENTS, /* `events` must be filled */
	MERGED_LINES,  /* `lines` must be filled */
	MERGED_END,    /* as far as both go now */
	MERGED_BROKEN, /* `err` says why */
};

struct merge {
	struct line_source events, lines;
	struct berth_event *next; /* read already, but lines come first */
	uint64_t own, of_log;     /* items given so far */
	uint64_t missing;         /* lines that the log did not have */
	bool growing;             /* whoever writes may still add what is not there */
	char stage[RECORD_STAGE_MAX + 1];
};

/* `log` may be NULL. 0, or -1 without memory. */
int merge_init(struct merge *merge, const char *events, const char *log, bool growing);
void merge_release(struct merge *merge);
void merge_rewind(struct merge *merge);
/* Look at the ends of both again. */
void merge_refill(struct merge *merge);

enum merged merge_next(struct merge *merge, struct berth_event **event, struct berth_error *err);

#endif
