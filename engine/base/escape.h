/*
 * Escape sequences, found as ECMA-48 and xterm have them: how far one goes, and whether it is one
 * that sets colours. What it would do is nobody's business here.
 */
#ifndef BASE_ESCAPE_H
#define BASE_ESCAPE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* The parameters of a colour sequence (SGR: "CSI parameters m"), borrowed from the text; bytes is
 * NULL where a sequence is none. */
struct escape_sgr {
	const char *bytes;
	size_t len;
};

/* `p` is behind an ESC. Returns where the text goes on. A sequence that is never finished takes
 * what belongs to it and no more. */
const char *escape_skip(const char *p, const char *end, struct escape_sgr *sgr);

/* The same behind a C1 control (0x80 to 0x9f as a code point); NULL if that begins no sequence.
 * Terminals obey these in UTF-8, too. */
const char *escape_skip_c1(uint32_t c1, const char *p, const char *end, struct escape_sgr *sgr);

#endif
