/* What the roles look like in each theme. */
#ifndef BERTH_TUI_THEME_DATA_H
#define BERTH_TUI_THEME_DATA_H

#include <curses.h>

#include "term/theme.h"

struct look {
	short of_256, of_16, of_8; /* -1: the terminal's own colour */
	attr_t attributes;         /* added to the colour */
	attr_t mono;               /* instead of a colour */
};

struct theme_data {
	const struct look *looks; /* ROLE_COUNT of them */
	int depth;                /* of the colours it takes at most */
};

extern const struct theme_data themes[THEME_COUNT];

#endif
