/*
 * The colours that output brings along.
 *
 * Builds and services colour their lines with escape sequences. berth_text_style() is
 * berth_text_clean() that keeps of all sequences these, and not as bytes: as a list of where the
 * text begins to look how. Whoever shows the text decides what it can do of that.
 *
 * Understood are the SGR codes of ECMA-48 and ISO 8613-6 as xterm reads them: 0-4, 7, 21-24, 27,
 * 30-49, 90-107, 58 (read over), with 256 and direct colours as "38;5;n", "38:5:n", "38;2;r;g;b",
 * "38:2:r:g:b" and "38:2::r:g:b". Codes that would hide text (8) or make it blink (5, 6) do
 * nothing, nor does a colour out of range; what stands behind an unknown form of 38 or 48 is not
 * read, since nobody knows where it ends.
 */
#ifndef BERTH_STYLE_H
#define BERTH_STYLE_H

#include <stddef.h>
#include <stdint.h>

enum berth_color_kind { BERTH_COLOR_DEFAULT, BERTH_COLOR_INDEX, BERTH_COLOR_RGB };

/* What a kind has no use for is 0, so that equal colours are equal bytes. */
struct berth_color {
	uint8_t kind;             /* enum berth_color_kind */
	uint8_t index;            /* of the 256: 0-7, 8-15 bright, 16-231 cube, 232-255 greys */
	uint8_t red, green, blue; /* 0 to 255 */
};

enum berth_attribute {
	BERTH_BOLD = 1 << 0,
	BERTH_DIM = 1 << 1,
	BERTH_ITALIC = 1 << 2,
	BERTH_UNDERLINE = 1 << 3,
	BERTH_REVERSE = 1 << 4,
};

/* All zero: the text has no style of its own. */
struct berth_style {
	struct berth_color fg, bg;
	uint8_t attributes; /* of enum berth_attribute */
};
_Static_assert(sizeof(struct berth_style) == 2 * sizeof(struct berth_color) + 1,
	"styles are compared as bytes");

struct berth_span {
	size_t at; /* byte of the clean text, where the style begins; it holds up to the next span
		      or the end */
	struct berth_style style;
};

/*
 * As berth_text_clean(), and writes at most span_cap spans (0: then spans may be NULL), their
 * number to *span_count. Spans rise strictly and lie inside the text; before the first, text has no
 * style. No span stands between a letter and its combining marks. If there are too many, the last
 * one gives the rest of the text no style: a colour may be missing, it is never a wrong one.
 *
 * Every call begins without a style: a line can be looked at without the lines before it. Where a
 * "\r" overwrites text, the style goes with the text that is kept.
 */
size_t berth_text_style(char *dst, size_t cap, const char *src, size_t len, unsigned flags,
	struct berth_span *spans, size_t span_cap, size_t *span_count);

#endif
