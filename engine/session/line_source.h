/*
 * The lines of a file that may still grow, in bounded memory: it is read by a worker, a piece at a
 * time, and only whole lines are given out. While it is filled nobody else may touch it.
 */
#ifndef SESSION_LINE_SOURCE_H
#define SESSION_LINE_SOURCE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"

struct line_source {
	char *path; /* NULL: there is no such file, it is at its end */
	int fd;     /* -1 before the first fill */
	uint64_t offset;
	struct buf buf;
	size_t at;
	bool end;   /* nothing was left when it was last filled */
	int failed; /* errno; it is at its end then */
};

/* The path is copied; NULL is allowed. 0, or -1 without memory. */
int line_source_init(struct line_source *source, const char *path);
void line_source_release(struct line_source *source);
/* From the beginning again. */
void line_source_rewind(struct line_source *source);
/* On a worker. A file that is not there is one that is empty as yet. */
void line_source_fill(struct line_source *source);
/* The next line without its newline, borrowed until the next call; NULL: it must be filled, or is
 * at its end. */
const char *line_source_next(struct line_source *source, size_t *len);

#endif
