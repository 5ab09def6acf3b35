#include "theme.h"

#include <curses.h>
#include <stdlib.h>
#include <string.h>

struct look {
	short of_256, of_16, of_8; /* -1: the terminal's own colour */
	attr_t attributes;         /* added to the colour */
	attr_t mono;               /* instead of a colour */
};

/* Grey is a colour of its own only among 256: "bright black" is the background in some palettes. */
static const struct look looks[] = {
	[ROLE_TEXT] = {-1, -1, -1, A_NORMAL, A_NORMAL},
	[ROLE_STRONG] = {-1, -1, -1, A_BOLD, A_BOLD},
	[ROLE_DIM] = {245, -1, -1, A_NORMAL, A_DIM},
	[ROLE_BORDER] = {240, -1, -1, A_NORMAL, A_NORMAL},
	[ROLE_BORDER_FOCUS] = {39, COLOR_CYAN, COLOR_CYAN, A_NORMAL, A_BOLD},
	[ROLE_TITLE] = {-1, -1, -1, A_NORMAL, A_NORMAL},
	[ROLE_TITLE_FOCUS] = {-1, -1, -1, A_BOLD, A_BOLD},
	[ROLE_BRAND] = {39, COLOR_CYAN, COLOR_CYAN, A_BOLD, A_BOLD},
	[ROLE_KEY] = {39, COLOR_CYAN, COLOR_CYAN, A_BOLD, A_BOLD},
	[ROLE_OK] = {35, COLOR_GREEN, COLOR_GREEN, A_NORMAL, A_NORMAL},
	[ROLE_WARN] = {172, COLOR_YELLOW, COLOR_YELLOW, A_NORMAL, A_BOLD},
	[ROLE_ERROR] = {203, COLOR_RED, COLOR_RED, A_BOLD, A_BOLD},
	[ROLE_ACTIVE] = {39, COLOR_CYAN, COLOR_CYAN, A_BOLD, A_BOLD},
	[ROLE_BAR] = {39, COLOR_CYAN, COLOR_CYAN, A_NORMAL, A_NORMAL},
	[ROLE_BADGE] = {172, COLOR_YELLOW, COLOR_YELLOW, A_BOLD, A_BOLD},
	[ROLE_INPUT] = {-1, -1, -1, A_UNDERLINE, A_UNDERLINE},
	[ROLE_INPUT_DERIVED] = {245, -1, -1, A_UNDERLINE, A_DIM | A_UNDERLINE},
	[ROLE_QUESTION] = {-1, -1, -1, A_REVERSE, A_REVERSE},
	[ROLE_ADDRESS] = {39, COLOR_CYAN, COLOR_CYAN, A_BOLD | A_UNDERLINE, A_BOLD | A_UNDERLINE},
	[ROLE_STAGE] = {109, COLOR_CYAN, COLOR_CYAN, A_NORMAL, A_NORMAL},
	[ROLE_STAGE + 1] = {74, COLOR_BLUE, COLOR_BLUE, A_NORMAL, A_NORMAL},
	[ROLE_STAGE + 2] = {139, COLOR_MAGENTA, COLOR_MAGENTA, A_NORMAL, A_NORMAL},
	[ROLE_STAGE + 3] = {143, COLOR_YELLOW, COLOR_YELLOW, A_NORMAL, A_NORMAL},
	[ROLE_STAGE + 4] = {137, COLOR_MAGENTA, COLOR_MAGENTA, A_NORMAL, A_NORMAL},
	[ROLE_STAGE + 5] = {72, COLOR_GREEN, COLOR_GREEN, A_NORMAL, A_NORMAL},
};
_Static_assert(sizeof looks / sizeof looks[0] == ROLE_COUNT, "one row a role");

static int depth_of(const char *color)
{
	const char *none = getenv("NO_COLOR");
	int wanted = 256;
	if (strcmp(color, "never") == 0)
		return 0;
	if (strcmp(color, "8") == 0)
		wanted = 8;
	else if (strcmp(color, "16") == 0)
		wanted = 16;
	else if (strcmp(color, "256") != 0 && none != NULL && none[0] != '\0')
		return 0;
	if (!has_colors() || start_color() == ERR)
		return 0;
	return wanted < COLORS ? wanted : COLORS;
}

void theme_init(struct theme *theme, const char *color, bool ascii)
{
	int depth = depth_of(color);
	if (depth > 0)
		use_default_colors();
	theme->ascii = ascii;
	for (int role = 0; role < ROLE_COUNT; role++) {
		const struct look *look = &looks[role];
		short foreground = depth >= 256  ? look->of_256
				   : depth >= 16 ? look->of_16
						 : look->of_8;
		if (depth < 8) {
			theme->attributes[role] = look->mono;
			continue;
		}
		theme->attributes[role] = look->attributes;
		if (foreground < 0) {
			if (look->of_256 >= 0)
				theme->attributes[role] = look->mono;
			continue;
		}
		if (init_pair((short)(role + 1), foreground, -1) == OK)
			theme->attributes[role] |= (unsigned)COLOR_PAIR(role + 1);
	}
}
