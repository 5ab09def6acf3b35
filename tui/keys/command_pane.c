#include "keys/command_pane.h"

#include <stdio.h>
#include <string.h>

#include "keys/obstacle.h"
#include "term/draw.h"

enum { ROWS_MAX = 10, NAME = 20, KEYS = 14, NARROW = 60 };

/* The first key, where there is one: the list teaches it. */
static const char *key_of(const struct app *app, enum action action, char dst[16])
{
	return keymap_key(dst, &app->preferences.keys, action);
}

static void paint_match(const struct app *app, struct rect rect, int line,
	const struct command_match *match, bool chosen)
{
	struct pen pen = pen_at(&app->theme, rect, line);
	const char *reason = obstacle(app, match->action);
	enum role role = reason != NULL ? ROLE_DIM : chosen ? ROLE_STRONG : ROLE_TEXT;
	char key[16], refused[160];
	pen_text(&pen, ROLE_TEXT, " ");
	if (chosen)
		pen_glyph(&pen, ROLE_BORDER_FOCUS, GLYPH_FOCUS);
	else
		pen_text(&pen, ROLE_TEXT, " ");
	pen_fit(&pen, role, NAME, match->word);
	pen_text(&pen, ROLE_TEXT, " ");
	/* What it does is worth more than its key where there is no room for both. */
	if (rect.w >= NARROW)
		pen_fit(&pen, reason != NULL ? ROLE_DIM : ROLE_KEY, KEYS,
			key_of(app, match->action, key));
	snprintf(refused, sizeof refused, "not now: %s", reason != NULL ? reason : "");
	pen_fit(&pen, reason != NULL ? ROLE_DIM : ROLE_TEXT, pen.end - pen.column,
		reason != NULL ? refused : match->help);
	pen_close(&pen);
}

void command_pane_paint(const struct app *app)
{
	struct rect footer = app->layout.panes[PANE_FOOTER].outer;
	struct command_match matches[ACTION_COUNT];
	size_t count = command_line_matches(&app->command, &app->preferences.keys, matches);
	int room = footer.y - 2;
	size_t rows = room > ROWS_MAX ? ROWS_MAX : room > 0 ? (size_t)room : 0;
	size_t chosen = app->command.chosen, top = 0;
	if (count < rows)
		rows = count;
	if (chosen >= rows)
		top = chosen - rows + 1;
	struct rect rect = {footer.y - (int)rows - 1, 0, (int)rows + 1, app->room.columns};
	struct pen pen = pen_at(&app->theme, rect, 0);
	pen_glyph(&pen, ROLE_BORDER_FOCUS, GLYPH_HORIZONTAL);
	pen_glyph(&pen, ROLE_BORDER_FOCUS, GLYPH_FOCUS);
	pen_text(&pen, ROLE_TITLE_FOCUS, "Commands ");
	pen_repeat(&pen, ROLE_BORDER_FOCUS, GLYPH_HORIZONTAL, pen.end - pen.column);
	for (size_t row = 0; row < rows; row++)
		paint_match(app, rect, (int)row + 1, &matches[top + row], top + row == chosen);
}
