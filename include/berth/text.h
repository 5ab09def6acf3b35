/*
 * Text that came from somewhere else.
 *
 * Whatever a server, a container or a file name says is bytes until it has passed here. Two gates
 * use it: the plain front end before it writes, and the screen's draw.c before it paints. Events
 * keep the text as valid UTF-8 with its controls, because JSON escapes them.
 */
#ifndef BERTH_TEXT_H
#define BERTH_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Read one code point at `p` (p < end). Invalid, overlong, surrogate or truncated sequences give
 * U+FFFD and advance by the bytes of the maximal bad prefix (at least one). Returns the next
 * position. */
const char *berth_utf8_next(const char *p, const char *end, uint32_t *code_point);

/* Write `code_point` at dst (at least 4 bytes); returns the number of bytes. */
size_t berth_utf8_put(char *dst, uint32_t code_point);

/* True if the whole of text is well-formed UTF-8 (NUL counts as well-formed). */
bool berth_utf8_valid(const char *text, size_t len);

/* Copy at most cap-1 bytes of `src` as valid UTF-8, bad sequences as U+FFFD, NUL-terminated, cut at
 * a character boundary. Returns the length written. */
size_t berth_utf8_copy(char *dst, size_t cap, const char *src, size_t len);

/* Columns of one code point on a terminal: 0 (combining, zero width), 1 or 2. Controls count 1:
 * they are only ever shown as a mark. Independent of the locale. */
int berth_char_width(uint32_t code_point);

/* Columns of clean text. */
int berth_text_width(const char *text, size_t len);

/* Bytes of the longest prefix of clean text that fits into `columns`. *used (may be NULL) gets its
 * width. */
size_t berth_text_fit(const char *text, size_t len, int columns, int *used);

enum berth_clean {
	BERTH_CLEAN_LINE = 0, /* newlines become visible marks too: one line in, one line out */
	BERTH_CLEAN_LINES = 1 << 0, /* newlines stay */
	BERTH_CLEAN_ASCII =
		1 << 1, /* what is not ASCII becomes a '?' a column (terminals without UTF-8) */
};

/*
 * Make text safe to show. In the result there is no C0 but '\n' (only with BERTH_CLEAN_LINES), no
 * DEL, no C1, no escape sequence and no bidirectional control. Escape sequences (CSI, OSC, DCS,
 * APC, PM, SOS and two-byte ones) vanish whole; an unterminated one swallows nothing but itself and
 * is cut at the end of the text. Tabs go to the next multiple of 8 columns; other controls are
 * shown as U+2400 pictures, or '?' with BERTH_CLEAN_ASCII. What is invisible and makes text lie is
 * shown as U+FFFD: bidi controls, zero-width spaces, word joiners and tags; zero-width joiners and
 * variation selectors stay. A trailing "\r" is dropped, and text before a "\r" in the middle of a
 * line is overwritten as a terminal would do it for whole lines (the last non-empty state is kept).
 * Colours go; berth_text_style() keeps them.
 *
 * Writes at most cap-1 bytes and a NUL, cuts at a character boundary, returns the length. cap must
 * be > 0.
 */
size_t berth_text_clean(char *dst, size_t cap, const char *src, size_t len, unsigned flags);

/* "38.1 MB": decimal units as Docker prints them. Returns dst. */
char *berth_format_bytes(char dst[16], int64_t bytes);

/* "0:31", "1:02:05" for a duration in milliseconds. Returns dst. */
char *berth_format_clock(char dst[16], int64_t milliseconds);

/* How long something took: "0.7 s" below ten seconds, where the clock would say nothing, else as
 * berth_format_clock(). Returns dst. */
char *berth_format_duration(char dst[16], int64_t milliseconds);

/* RFC 3339 in UTC with milliseconds, "2025-01-25T10:30:00.123Z", of milliseconds since the epoch.
 */
char *berth_format_timestamp(char dst[32], int64_t unix_ms);

#endif
