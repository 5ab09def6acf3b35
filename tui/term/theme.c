#include "term/theme.h"

#include <curses.h>
#include <stdlib.h>
#include <string.h>

#include "term/pairs.h"
#include "term/palette.h"
#include "term/theme_data.h"

const char *const theme_names[] = {
	[THEME_DEFAULT] = "default",
	[THEME_LIGHT] = "light",
	[THEME_HIGH_CONTRAST] = "high-contrast",
	[THEME_TERMINAL] = "terminal",
	[THEME_COUNT] = NULL,
};

const char *const theme_helps[] = {
	[THEME_DEFAULT] = "for a dark background",
	[THEME_LIGHT] = "for a light background",
	[THEME_HIGH_CONTRAST] = "for a dark background: nothing grey, what matters bold too",
	[THEME_TERMINAL] = "the terminal's own 16 colours, as you have set them",
};
_Static_assert(
	sizeof theme_helps / sizeof theme_helps[0] == THEME_COUNT, "every theme is explained");

enum theme_id theme_find(const char *name)
{
	int which = 0;
	while (which < THEME_COUNT && strcmp(theme_names[which], name) != 0)
		which++;
	return (enum theme_id)which;
}

static bool is_set(const char *variable)
{
	const char *value = getenv(variable);
	return value != NULL && value[0] != '\0';
}

static bool is_off(const char *variable)
{
	const char *value = getenv(variable);
	return value != NULL && strcmp(value, "0") == 0;
}

static bool is_refused(void)
{
	bool forced = is_set("CLICOLOR_FORCE") && !is_off("CLICOLOR_FORCE");
	return is_set("NO_COLOR") || (is_off("CLICOLOR") && !forced);
}

/* On a terminal without colours. */
enum { MONO = BERTH_BOLD | BERTH_UNDERLINE | BERTH_REVERSE };

int theme_depth(const char *color, int available)
{
	int wanted = 256;
	/* Terminals of direct colour number red, green and blue, but for the first eight. */
	if (available > 256)
		available = 8;
	if (strcmp(color, "never") == 0 || available < 8)
		wanted = 0;
	else if (strcmp(color, "8") == 0)
		wanted = 8;
	else if (strcmp(color, "16") == 0)
		wanted = 16;
	else if (strcmp(color, "256") != 0 && is_refused())
		wanted = 0;
	return wanted < available ? wanted : available;
}

/* No colour is wanted, whatever the terminal has. */
static bool wants_none(const char *color)
{
	return theme_depth(color, 256) == 0;
}

static int depth_of(const char *color, int most)
{
	if (wants_none(color) || !has_colors() || start_color() == ERR)
		return 0;
	int depth = theme_depth(color, COLORS);
	return depth < most ? depth : most;
}

static int foreground_of(const struct look *look, int depth)
{
	return depth >= 256 ? look->of_256 : depth >= 16 ? look->of_16 : look->of_8;
}

static void choose(struct theme *theme, enum role role, const struct look *look)
{
	struct ink *ink = &theme->inks[role];
	int foreground = foreground_of(look, theme->depth), pair;

	*ink = (struct ink){.attributes = (unsigned)look->attributes};
	theme->foregrounds[role] = PALETTE_OWN;
	if (theme->depth == 0 || (foreground < 0 && look->of_256 >= 0))
		ink->attributes = (unsigned)look->mono;
	if (theme->depth == 0)
		return;
	pair = pairs_get(foreground < 0 ? PALETTE_OWN : foreground, PALETTE_OWN);
	if (pair < 0)
		return;
	ink->pair = pair;
	if (foreground >= 0)
		theme->foregrounds[role] = foreground;
}

void theme_init(struct theme *theme, enum theme_id which, const char *color, bool ascii)
{
	const struct theme_data *data = &themes[which];
	*theme = (struct theme){.depth = depth_of(color, data->depth),
		.styles = !wants_none(color),
		.ascii = ascii};
	if (theme->depth > 0)
		use_default_colors();
	pairs_reset(1);
	for (int role = 0; role < ROLE_COUNT; role++)
		choose(theme, (enum role)role, &data->looks[role]);
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
