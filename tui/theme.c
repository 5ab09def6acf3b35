#include "theme.h"

#include <curses.h>
#include <stdlib.h>
#include <string.h>

#include "pairs.h"
#include "palette.h"

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
	[ROLE_CHOSEN] = {-1, -1, -1, A_REVERSE, A_REVERSE},
	[ROLE_MATCH] = {220, COLOR_YELLOW, COLOR_YELLOW, A_REVERSE | A_BOLD,
		A_REVERSE | A_BOLD | A_UNDERLINE},
	[ROLE_STAGE] = {109, COLOR_CYAN, COLOR_CYAN, A_NORMAL, A_NORMAL},
	[ROLE_STAGE + 1] = {74, COLOR_BLUE, COLOR_BLUE, A_NORMAL, A_NORMAL},
	[ROLE_STAGE + 2] = {139, COLOR_MAGENTA, COLOR_MAGENTA, A_NORMAL, A_NORMAL},
	[ROLE_STAGE + 3] = {143, COLOR_YELLOW, COLOR_YELLOW, A_NORMAL, A_NORMAL},
	[ROLE_STAGE + 4] = {137, COLOR_MAGENTA, COLOR_MAGENTA, A_NORMAL, A_NORMAL},
	[ROLE_STAGE + 5] = {72, COLOR_GREEN, COLOR_GREEN, A_NORMAL, A_NORMAL},
};
_Static_assert(sizeof looks / sizeof looks[0] == ROLE_COUNT, "one row a role");

/* On a terminal without colours. */
enum { MONO = BERTH_BOLD | BERTH_UNDERLINE | BERTH_REVERSE };

static bool wants_none(const char *color)
{
	const char *none = getenv("NO_COLOR");
	return strcmp(color, "never") == 0 ||
	       (strcmp(color, "auto") == 0 && none != NULL && none[0] != '\0');
}

static int depth_of(const char *color)
{
	int wanted = 256;
	if (strcmp(color, "8") == 0)
		wanted = 8;
	else if (strcmp(color, "16") == 0)
		wanted = 16;
	if (wants_none(color) || !has_colors() || start_color() == ERR || COLORS < 8)
		return 0;
	/* Terminals of direct colour number red, green and blue, but for the first eight. */
	if (COLORS > 256)
		return 8;
	return wanted < COLORS ? wanted : COLORS;
}

static int foreground_of(const struct look *look, int depth)
{
	return depth >= 256 ? look->of_256 : depth >= 16 ? look->of_16 : look->of_8;
}

static void choose(struct theme *theme, enum role role)
{
	const struct look *look = &looks[role];
	struct ink *ink = &theme->inks[role];
	int foreground = foreground_of(look, theme->depth), pair;

	*ink = (struct ink){.attributes = (unsigned)look->attributes};
	theme->foregrounds[role] = PALETTE_OWN;
	if (theme->depth == 0 || (foreground < 0 && look->of_256 >= 0))
		ink->attributes = (unsigned)look->mono;
	if (theme->depth == 0 || foreground < 0)
		return;
	pair = pairs_get(foreground, PALETTE_OWN);
	if (pair < 0)
		return;
	ink->pair = pair;
	theme->foregrounds[role] = foreground;
}

void theme_init(struct theme *theme, const char *color, bool ascii)
{
	*theme = (struct theme){
		.depth = depth_of(color), .styles = !wants_none(color), .ascii = ascii};
	if (theme->depth > 0)
		use_default_colors();
	pairs_reset(1);
	for (int role = 0; role < ROLE_COUNT; role++)
		choose(theme, (enum role)role);
}

static unsigned attributes_of(unsigned style)
{
	static const struct {
		enum berth_attribute of_style;
		attr_t of_curses;
	} both[] = {
		{BERTH_BOLD, A_BOLD},
		{BERTH_DIM, A_DIM},
		{BERTH_ITALIC, A_ITALIC},
		{BERTH_UNDERLINE, A_UNDERLINE},
		{BERTH_REVERSE, A_REVERSE},
	};
	unsigned attributes = A_NORMAL;
	for (size_t i = 0; i < sizeof both / sizeof both[0]; i++) {
		if (style & both[i].of_style)
			attributes |= (unsigned)both[i].of_curses;
	}
	return attributes;
}

struct ink theme_styled(const struct theme *theme, enum role role, const struct berth_style *style)
{
	struct ink ink = theme->inks[role];
	if (!theme->styles)
		return ink;
	if (theme->depth == 0) {
		ink.attributes |= attributes_of(style->attributes & (unsigned)MONO);
		return ink;
	}
	ink.attributes |= attributes_of(style->attributes);
	struct palette_choice choice = palette_choose(
		style, theme->foregrounds[role], theme->depth);
	int pair = pairs_get(choice.fg, choice.bg);
	if (pair < 0)
		return ink;
	ink.pair = pair;
	ink.attributes |= (choice.bold ? A_BOLD : 0) | (choice.dim ? A_DIM : 0);
	return ink;
}
