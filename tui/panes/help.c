#include "panes/help.h"

#include <stdio.h>
#include <string.h>

#include "app.h"
#include "keys/action_table.h"
#include "panes/page.h"

/* A binding stands under the first section that has all its contexts. */
static const struct {
	const char *title;
	unsigned where;
} sections[] = {
	{"List of deployments", IN_LIST},
	{"Line to type", IN_INPUT},
	{"Typing", IN_TYPING},
	{"Form: choices", IN_CHOICE},
	{"Form", IN_FORM},
	{"Result", IN_RESULT},
	{"Log", IN_LOG},
	{"Replay", IN_REPLAY},
	{"History", IN_HISTORY},
	{"List and log", IN_LIST | IN_LOG},
	{"Help and pages", IN_READ},
	{"Moving about", IN_LIST | IN_RESULT | IN_LOG | IN_READ},
	{"Everywhere", IN_PANES | IN_READ | IN_INPUT},
};
enum {
	SECTIONS = sizeof sections / sizeof sections[0],
	KEYS_WIDTH = 28,
	KEYS_NARROW = 14,
	NARROW = 60
};

static int section_of(const struct binding *binding)
{
	for (int i = 0; i < SECTIONS; i++) {
		if ((binding->where & ~sections[i].where) == 0)
			return i;
	}
	return SECTIONS - 1;
}

/* In a narrow window the keys of some have no room beside what they do. */
static void add_keys(
	struct lines *lines, enum role label, const char *keys, enum role value, const char *help)
{
	int tab = lines->columns < NARROW ? KEYS_NARROW : KEYS_WIDTH;
	if (2 + (int)strlen(keys) >= tab) {
		lines_add(lines, 2, label, keys, tab, value, "");
		keys = "";
	}
	lines_add(lines, 2, label, keys, tab, value, help);
}

static void add_binding(struct lines *lines, const struct app *app, const struct binding *binding)
{
	char keys[128], refused[160];
	keys_list(keys, sizeof keys, binding);
	if (app_refuses(app, binding->action)) {
		snprintf(refused, sizeof refused, "not now, %s: %s", action_read_only,
			binding->help);
		add_keys(lines, ROLE_DIM, keys, ROLE_DIM, refused);
		return;
	}
	add_keys(lines, ROLE_KEY, keys, ROLE_TEXT, binding->help);
}

static void add_section(struct lines *lines, const struct app *app, int section)
{
	const struct keymap *keys = &app->preferences.keys;
	bool titled = false;
	for (size_t i = 0; i < keys->count; i++) {
		if (section_of(&keys->rows[i]) != section)
			continue;
		if (!titled) {
			if (lines->count > 0)
				lines_text(lines, 0, ROLE_TEXT, "");
			lines_text(lines, 0, ROLE_STRONG, sections[section].title);
		}
		titled = true;
		add_binding(lines, app, &keys->rows[i]);
	}
}

static void build(struct lines *lines, const struct app *app, int columns)
{
	enum context from = app->help_from;
	lines_clear(lines, columns);
	for (int i = 0; i < SECTIONS; i++) {
		if ((sections[i].where & (unsigned)from) && i < SECTIONS - 1)
			add_section(lines, app, i);
	}
	add_section(lines, app, SECTIONS - 1);
	for (int i = 0; i < SECTIONS - 1; i++) {
		if (!(sections[i].where & (unsigned)from))
			add_section(lines, app, i);
	}
	lines_text(lines, 0, ROLE_TEXT, "");
	lines_text(lines, 0, ROLE_DIM,
		"Letters are commands except in a text field, where they are typed. An empty field "
		"falls back to what is derived, which is shown dimmed.");
}

void help_open(struct app *app)
{
	app->help_from = app_context(app);
	lines_clear(&app->help, 0);
	app->help_open = true;
	app->help_top = 0;
	app_stale_all(app, STALE_LAYOUT);
}

void help_close(struct app *app)
{
	app->help_open = false;
	app_stale_all(app, STALE_LAYOUT);
}

bool help_act(struct app *app, enum action action)
{
	if (action == ACTION_BACK) {
		help_close(app);
		return true;
	}
	if (!page_scroll(app, &app->help, &app->help_top, action))
		return false;
	app_stale(app, PANE_LOG, STALE_PAINT);
	return true;
}

void help_update(struct app *app)
{
	struct rect text = page_text_area(app);
	if (app->help.columns != text.w)
		build(&app->help, app, text.w);
	app->help_top = lines_scroll(&app->help, app->help_top, 0, text.h);
	page_paint(app, "Help", ROLE_BORDER_FOCUS, &app->help, app->help_top);
}
