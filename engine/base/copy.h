/* Copies of bytes that came from somewhere else, as the valid UTF-8 that events promise. */
#ifndef BASE_COPY_H
#define BASE_COPY_H

#include <stddef.h>

/* `len` bytes, which may hold NUL, NUL-terminated in malloc'd memory; bad sequences become U+FFFD.
 * *copied (may be NULL) gets the length. NULL without memory. */
char *copy_bytes(const char *bytes, size_t len, size_t *copied);

/* The same of a string; a NULL text is a failure too. */
char *copy_text(const char *text);

#endif
