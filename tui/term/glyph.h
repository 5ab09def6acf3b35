/* Marks, borders and blocks, each as UTF-8 and as ASCII. */
#ifndef BERTH_TUI_GLYPH_H
#define BERTH_TUI_GLYPH_H

#include <stdbool.h>

enum glyph {
	GLYPH_QUEUED,
	GLYPH_RECONNECTING,
	GLYPH_POLLING,
	GLYPH_DONE,
	GLYPH_FAILED,
	GLYPH_CANCELLED,
	GLYPH_UNKNOWN,
	GLYPH_UNHEALTHY,
	GLYPH_PAUSED,
	GLYPH_LIVE, /* a filled dot: who answers */
	GLYPH_LOST,
	GLYPH_TRYING,
	GLYPH_FOCUS,
	GLYPH_CHOICE_LEFT,
	GLYPH_CHOICE_RIGHT,
	GLYPH_SEPARATOR,
	GLYPH_ELLIPSIS,
	GLYPH_CUT, /* at the end of a line that goes on to the right */
	GLYPH_ARROW,
	GLYPH_HORIZONTAL,
	GLYPH_VERTICAL,
	GLYPH_TOP_LEFT,
	GLYPH_TOP_RIGHT,
	GLYPH_BOTTOM_LEFT,
	GLYPH_BOTTOM_RIGHT,
	GLYPH_OUTPUT,    /* before a line of standard output */
	GLYPH_COMPLAINT, /* before a line of standard error */
	GLYPH_MARK,      /* a line of the log that was marked */
	GLYPH_CONTINUES, /* a line of the log that goes on with the one before */
	GLYPH_SECRET,
	GLYPH_NOTHING,
	GLYPH_BLOCK,
	GLYPH_LINE_DONE,
	GLYPH_LINE_REST,
	GLYPH_COUNT
};

const char *glyph_text(enum glyph glyph, bool ascii);

/* The turning mark of something that runs. */
const char *glyph_spinner(unsigned turn, bool ascii);

/* A block filled to eighths (1 to 7) of a column. */
const char *glyph_partial(int eighths, bool ascii);

#endif
