#include "term/glyph.h"

static const struct {
	const char *unicode;
	const char *ascii;
} glyphs[] = {
	[GLYPH_QUEUED] = {"○", "."},
	[GLYPH_RECONNECTING] = {"◌", "~"},
	[GLYPH_POLLING] = {"◔", "~"},
	[GLYPH_DONE] = {"✓", "+"},
	[GLYPH_FAILED] = {"✗", "x"},
	[GLYPH_CANCELLED] = {"⊘", "-"},
	[GLYPH_UNKNOWN] = {"?", "?"},
	[GLYPH_UNHEALTHY] = {"!", "!"},
	[GLYPH_PAUSED] = {"=", "="},
	[GLYPH_LIVE] = {"●", "*"},
	[GLYPH_LOST] = {"○", "x"},
	[GLYPH_TRYING] = {"◌", "~"},
	[GLYPH_FOCUS] = {"▸", ">"},
	[GLYPH_CHOICE_LEFT] = {"‹", "<"},
	[GLYPH_CHOICE_RIGHT] = {"›", ">"},
	[GLYPH_SEPARATOR] = {"·", "-"},
	[GLYPH_ELLIPSIS] = {"…", "~"},
	[GLYPH_CUT] = {"…", ">"},
	[GLYPH_ARROW] = {"→", "->"},
	[GLYPH_HORIZONTAL] = {"─", "-"},
	[GLYPH_VERTICAL] = {"│", "|"},
	[GLYPH_TOP_LEFT] = {"╭", "+"},
	[GLYPH_TOP_RIGHT] = {"╮", "+"},
	[GLYPH_BOTTOM_LEFT] = {"╰", "+"},
	[GLYPH_BOTTOM_RIGHT] = {"╯", "+"},
	[GLYPH_OUTPUT] = {"│", "|"},
	[GLYPH_COMPLAINT] = {"┃", "!"},
	[GLYPH_MARK] = {"◆", "*"},
	[GLYPH_CONTINUES] = {"└", "`"},
	[GLYPH_SECRET] = {"•••", "***"},
	[GLYPH_NOTHING] = {"—", "-"},
	[GLYPH_BLOCK] = {"█", "#"},
	[GLYPH_LINE_DONE] = {"━", "#"},
	[GLYPH_LINE_REST] = {"─", "."},
};
_Static_assert(sizeof glyphs / sizeof glyphs[0] == GLYPH_COUNT, "one row a glyph");

const char *glyph_text(enum glyph glyph, bool ascii)
{
	return ascii ? glyphs[glyph].ascii : glyphs[glyph].unicode;
}

const char *glyph_spinner(unsigned turn, bool ascii)
{
	static const char *const turns[] = {"◐", "◓", "◑", "◒"};
	return ascii ? "*" : turns[turn % 4];
}

const char *glyph_partial(int eighths, bool ascii)
{
	static const char *const blocks[] = {"", "▏", "▎", "▍", "▌", "▋", "▊", "▉"};
	return ascii ? "-" : blocks[eighths & 7];
}
