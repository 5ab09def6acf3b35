/*
 * The log of a Mist server as lines to read. What it keeps is a file of plain lines (git's) and of
 * Docker's JSON, a value a line; a stream brings either the same lines or what the server made of
 * them: of {"error"}, {"stream"} and {"status"} the text, in this order, and nothing of a
 * download's progress and of {"aux"}. Both give the same lines here. Empty lines of the file are
 * none.
 *
 * Docker ends some lines with a value of their own ("\n"), so a text that is only that ends the
 * text before it if that had no end.
 */
#ifndef TARGET_MIST_TEXT_H
#define TARGET_MIST_TEXT_H

#include <stdbool.h>
#include <stddef.h>

/* Without its newline, any bytes. `failed`: it is the reason of a failed build. */
typedef void mist_line_fn(void *context, const char *line, size_t len, bool failed);

struct mist_text {
	bool open; /* the last text had no end of line */
};

/* A line of the file, without its end. */
void mist_text_file_line(
	struct mist_text *text, const char *line, size_t len, mist_line_fn *give, void *context);
/* What a stream calls a line. */
void mist_text_streamed(
	struct mist_text *text, const char *line, size_t len, mist_line_fn *give, void *context);

#endif
