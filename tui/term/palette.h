/*
 * The colours that text asks for, in those that a terminal has. Pure: no curses.
 *
 * A colour is an index below the terminal's number of colours, or PALETTE_OWN. What the first 16
 * and the terminal's own look like is its user's choice; where it matters they are taken for those
 * of xterm, and the own background for either black or white.
 */
#ifndef BERTH_TUI_PALETTE_H
#define BERTH_TUI_PALETTE_H

#include <stdbool.h>

#include <berth/style.h>

enum { PALETTE_OWN = -1 };

struct palette_choice {
	int fg, bg;
	bool bold; /* a bright colour of a terminal that has eight */
	bool dim;  /* a grey of a terminal that has none */
};

/* The nearest colours among `depth` (8, 16 or 256), on text whose letters are `fg` where the style
 * says nothing of them. Colours that could not be read on each other are left out: then it is
 * {fg, PALETTE_OWN}. */
struct palette_choice palette_choose(const struct berth_style *style, int fg, int depth);

#endif
