/*
 * The log of one deployment: its lines in the order they came, addressed by number from 0 for ever.
 *
 * Every line goes to a file of plain text, one record a line:
 *
 *	2026-11-20T10:30:00.123Z info  stdout starting_container text of the line
 *
 * Memory holds an index of it and the newest blocks, whatever the length. Where the file can't be
 * written, the newest 16 MiB of text are kept instead, and the lines between are lost: get() says
 * so.
 *
 * A log belongs to the engine and lives as long; it is read on the thread of the loop. A line is
 * borrowed until the next call that is given the same log.
 */
#ifndef BERTH_LOG_H
#define BERTH_LOG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <berth/error.h>
#include <berth/event.h>

struct berth_log;

#define BERTH_LOG_LINE_MAX (1u << 20) /* bytes of text; a longer line becomes several */

struct berth_log_line {
	int64_t time_ms;
	enum berth_level level;
	enum berth_stream stream;
	const char *stage; /* as the event said it, blanks as '_'; never NULL */
	const char *text;  /* not cleaned; not terminated */
	size_t len;
	bool continues; /* it is the next part of the line before */
};

/* One past the number of the newest line. */
uint64_t berth_log_end(const struct berth_log *log);
/* False if there is no such line, or it was lost. */
bool berth_log_get(struct berth_log *log, uint64_t n, struct berth_log_line *line);
/* Lines of a level so far. */
uint64_t berth_log_count(const struct berth_log *log, enum berth_level level);
/* The nearest line from `n` on (or before it) that is not below `lowest`; false if there is none.
 */
bool berth_log_next(struct berth_log *log, uint64_t n, enum berth_level lowest, uint64_t *found);
bool berth_log_previous(
	struct berth_log *log, uint64_t n, enum berth_level lowest, uint64_t *found);

/* Where the lines are; NULL without a file. */
const char *berth_log_path(const struct berth_log *log);
/* Lines that neither the file nor the memory has. */
uint64_t berth_log_lost(const struct berth_log *log);

/* $XDG_STATE_HOME/berth/logs, or ~/.local/state/berth/logs, in malloc'd memory. NULL if neither
 * variable is set or without memory. */
char *berth_log_folder(struct berth_error *err);

#endif
