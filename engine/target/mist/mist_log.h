/*
 * The log of a deployment on a Mist server, which comes more than once: a stream begins at its
 * first byte whenever it is opened, and the whole file is fetched when all is over. Lines are kept
 * by a number each, so that only what is new is shown.
 *
 * What comes again is the same, with one exception: a server that reads a line while it is written
 * loses its beginning, so that a line of one reading stands for a piece of it in another. Such a
 * piece has no partner later and is passed over; the whole line is new.
 */
#ifndef TARGET_MIST_LOG_H
#define TARGET_MIST_LOG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "target/mist/mist_text.h"

/* Lines that can be told again; from there on a log that begins anew is not shown again. */
#define MIST_LOG_LINES (1u << 22)

struct mist_log {
	uint64_t *lines; /* of each a number; the lowest bit: it may be a piece */
	size_t count, capacity;
	size_t at; /* up to here the current reading is the same */
	struct mist_text text;
};

void mist_log_init(struct mist_log *log);
void mist_log_release(struct mist_log *log);
/* A reading begins at the first line. */
void mist_log_rewind(struct mist_log *log);
/* Is the next line of this reading new? -1: without memory, or there are too many. */
int mist_log_is_new(struct mist_log *log, const char *line, size_t len);

#endif
