/*
 * A list of values in one line of text, as in a form field: "8080:80 auto:9000", "A=1 B='two
 * words'".
 *
 * Values are parted by white space, and by commas where asked. Quotes and a backslash keep what
 * would part them. Pure.
 */
#ifndef BERTH_TUI_WORDS_H
#define BERTH_TUI_WORDS_H

#include <stdbool.h>
#include <stddef.h>

struct word {
	size_t start, end; /* bytes, quotes included */
};

/* The next word at or after *position; false when there is none. Moves *position behind it. */
bool words_next(const char *text, size_t len, bool commas, size_t *position, struct word *word);

/* The value of a word: quotes and backslashes resolved. At most cap-1 bytes and a NUL; never longer
 * than the word. Returns the length. */
size_t words_unquote(char *dst, size_t cap, const char *word, size_t len);

/* The word for a value, quoted only where it must be. Returns the length, or 0 if it does not fit
 * into cap-1 bytes. */
size_t words_quote(char *dst, size_t cap, const char *value, bool commas);

#endif
