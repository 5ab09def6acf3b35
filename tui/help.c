#include "help.h"

#include <stdio.h>
#include <string.h>

#include "app.h"
#include "page.h"

/* A binding stands under the first section that has all its contexts. */
static const struct {
	const char *title;
	unsigned where;
} sections[] = {
	{"List of deployments", IN_LIST},
	{"Line to type", IN_ASK},
	{"Typing", IN_TYPING},
	{"Form: choices", IN_CHOICE},
	{"Form", IN_FORM},
	{"Result", IN_RESULT},
	{"Log", IN_LOG},
	{"List and log", IN_LIST | IN_LOG},
	{"Help and pages", IN_READ},
	{"Moving about", IN_LIST | IN_RESULT | IN_LOG | IN_READ},
	{"Everywhere", IN_PANES | IN_READ | IN_ASK},
};
enum { SECTIONS = sizeof sections / sizeof sections[0], KEYS_WIDTH = 28 };

static int section_of(const struct binding *binding)
{
	for (int i = 0; i < SECTIONS; i++) {
		if ((binding->where & ~sections[i].where) == 0)
			return i;
	}
	return SECTIONS - 1;
}

static void add_binding(struct lines *lines, const struct binding *binding)
{
	char keys[128] = "", name[16];
	size_t used = 0;
	for (int k = 0; k < KEYS_PER_BINDING && binding->keys[k] != 0; k++) {
		const char *shown = keys_name(name, binding->keys[k]);
		/* What a row of nine digits is called says more than the nine. */
		if (k >= 3 && binding->names != NULL)
			break;
		used += (size_t)snprintf(
			keys + used, sizeof keys - used, "%s%s", used > 0 ? ", " : "", shown);
	}
	if (binding->names != NULL && binding->keys[3] != 0)
		snprintf(keys, sizeof keys, "%s", binding->names);
	lines_add(lines, 2, ROLE_KEY, keys, KEYS_WIDTH, ROLE_TEXT, binding->help);
}

static void add_section(struct lines *lines, int section)
{
	bool titled = false;
	for (size_t i = 0; i < keys_table_count; i++) {
		if (section_of(&keys_table[i]) != section)
			continue;
		if (!titled) {
			if (lines->count > 0)
				lines_text(lines, 0, ROLE_TEXT, "");
			lines_text(lines, 0, ROLE_STRONG, sections[section].title);
		}
		titled = true;
		add_binding(lines, &keys_table[i]);
	}
}

static void build(struct lines *lines, enum context from, int columns)
{
	lines_clear(lines, columns);
	for (int i = 0; i < SECTIONS; i++) {
		if ((sections[i].where & (unsigned)from) && i < SECTIONS - 1)
			add_section(lines, i);
	}
	add_section(lines, SECTIONS - 1);
	for (int i = 0; i < SECTIONS - 1; i++) {
		if (!(sections[i].where & (unsigned)from))
			add_section(lines, i);
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
		build(&app->help, app->help_from, text.w);
	app->help_top = lines_scroll(&app->help, app->help_top, 0, text.h);
	page_paint(app, "Help", ROLE_BORDER_FOCUS, &app->help, app->help_top);
}
