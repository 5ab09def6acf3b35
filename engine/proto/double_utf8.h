/*
 * Text that was UTF-8, was taken for Latin-1 byte by byte, and was encoded once more: "é" arrives
 * as "Ã©". A server that makes a string of raw bytes so does it to every line that is not ASCII.
 */
#ifndef PROTO_DOUBLE_UTF8_H
#define PROTO_DOUBLE_UTF8_H

#include <stddef.h>

/* The text as it was, into `out`, which has room for len bytes: its length. 0: it was not encoded
 * twice, or is ASCII, and is right as it stands. A text that really says "Ã©" is taken for one. */
size_t double_utf8_repair(char *out, const char *text, size_t len);

#endif
