/* Breaking clean text into rows. Pure. */
#ifndef BERTH_TUI_WRAP_H
#define BERTH_TUI_WRAP_H

#include <stddef.h>

/* Bytes of the first row when `text` is broken at words (a word longer than a row is cut). *next
 * is where the following row starts; equal to len when this was the last. columns > 0. */
size_t wrap_words(const char *text, size_t len, int columns, size_t *next);

/* The same, cut at any character: for logs, where every space counts. */
size_t wrap_hard(const char *text, size_t len, int columns, size_t *next);

#endif
