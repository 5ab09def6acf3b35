/*
 * Lines from a descriptor, whatever it is: a terminal, a pipe, a socket or a file. The loop is
 * never held up, and the flags of the descriptor, which others may share, stay as they are.
 */
#ifndef BERTH_TUI_LINE_READER_H
#define BERTH_TUI_LINE_READER_H

#include <stdbool.h>
#include <stddef.h>

#include <berth/error.h>

enum { LINE_READER_MAX = 8192 }; /* bytes of a line, without its end */

enum line_read {
	LINE_NONE, /* none is whole yet: `readable` says when to ask again */
	LINE_WHOLE,
	LINE_LONG, /* there was one that is too long; it is left out */
	LINE_END,  /* there will be no more */
};

struct uv_loop_s;
struct line_reader;

/* `readable` is called from the loop when there may be lines. NULL with an error. */
struct line_reader *line_reader_open(struct uv_loop_s *loop, int fd,
	void (*readable)(void *context), void *context, struct berth_error *err);
/* Freed by the loop. NULL is allowed. */
void line_reader_close(struct line_reader *reader);

/* The next line, without its end; a NUL follows. It may hold any bytes. */
enum line_read line_reader_next(
	struct line_reader *reader, char line[LINE_READER_MAX + 1], size_t *len);

/* Read nothing while someone else does. */
void line_reader_hold(struct line_reader *reader, bool hold);

#endif
