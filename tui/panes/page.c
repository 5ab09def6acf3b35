#include "panes/page.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <berth/text.h>

#include "app.h"
#include "keys/confirm.h"
#include "term/draw.h"

enum { LABEL_WIDTH = 16 };

/* "NAME  VALUE  ORIGIN" a line: the name apart, the rest as it is. */
static void build_explain(const struct app *app, struct lines *lines)
{
	char *text = berth_settings_explain(app->settings);
	char *next = text;
	for (char *line = next; line != NULL && *line != '\0'; line = next) {
		next = line + strcspn(line, "\n");
		if (*next == '\n')
			*next++ = '\0';
		size_t label = strcspn(line, " ");
		char *value = line + label + strspn(line + label, " ");
		line[label] = '\0';
		lines_add(lines, 0, ROLE_STRONG, line, LABEL_WIDTH, ROLE_TEXT, value);
	}
	free(text);
}

/* Rows end behind a backslash, so that what is copied from the screen is one command. An option
 * that is too long for its row is broken in front of its value, where the same can be done. */
static void add_option(struct lines *lines, char *option)
{
	size_t indent = strspn(option, " "), name = indent + strcspn(option + indent, " ");
	bool fits = berth_text_width(option, strlen(option)) <= lines->columns;
	if (fits || indent == 0 || option[name] == '\0') {
		lines_text(lines, 0, ROLE_TEXT, option);
		return;
	}
	option[name] = '\0';
	char first[64];
	snprintf(first, sizeof first, "%s \\", option);
	lines_text(lines, 0, ROLE_TEXT, first);
	lines_text(lines, 4, ROLE_TEXT, option + name + 1);
}

static void build_command_line(const struct app *app, struct lines *lines)
{
	char *command = berth_settings_command_line(app->settings, " \\\n  ");
	char *next = command;
	if (command == NULL)
		return;
	bool named = strstr(command, "--env ") != NULL;
	for (char *option = next; *option != '\0'; option = next) {
		next = option + strcspn(option, "\n");
		if (*next == '\n')
			*next++ = '\0';
		add_option(lines, option);
	}
	free(command);
	lines_text(lines, 0, ROLE_TEXT, "");
	if (named)
		lines_text(lines, 0, ROLE_DIM,
			"Values of variables are not in it: export each one first, or put them "
			"into a "
			"file for --env-file.");
	lines_text(lines, 0, ROLE_DIM,
		"What berth.json, the configuration and the preset say is not repeated.");
}

static const struct {
	const char *title;
	void (*build)(const struct app *app, struct lines *lines);
} pages[PAGE_KINDS] = {
	[PAGE_EXPLAIN] = {"Where each value comes from", build_explain},
	[PAGE_AS_COMMAND] = {"As a command line", build_command_line},
	[PAGE_PLAN] = {"Plan", confirm_build},
};

static struct rect area(const struct app *app)
{
	int top = app->layout.panes[PANE_HEADER].outer.h;
	return (struct rect){
		top, 0, app->layout.panes[PANE_FOOTER].outer.y - top, app->room.columns};
}

struct rect page_text_area(const struct app *app)
{
	struct rect all = area(app);
	return (struct rect){all.y + 1, 2, all.h - 1, all.w - 4};
}

void page_open(struct app *app, enum page_kind kind)
{
	form_leave(&app->form);
	app->page.kind = kind;
	app->page.top = 0;
	page_renew(app);
}

void page_close(struct app *app)
{
	app->page.kind = PAGE_NONE;
	app_stale_all(app, STALE_LAYOUT);
}

void page_renew(struct app *app)
{
	lines_clear(&app->page.lines, 0);
	app_stale_all(app, STALE_LAYOUT);
}

bool page_scroll(const struct app *app, const struct lines *lines, size_t *top, enum action action)
{
	int rows = page_text_area(app).h;
	long step;
	switch (action) {
	case ACTION_UP:
		step = -1;
		break;
	case ACTION_DOWN:
		step = 1;
		break;
	case ACTION_PAGE_UP:
		step = -(rows - 1);
		break;
	case ACTION_PAGE_DOWN:
		step = rows - 1;
		break;
	case ACTION_TOP:
		step = -(long)lines->count;
		break;
	case ACTION_BOTTOM:
		step = (long)lines->count;
		break;
	default:
		return false;
	}
	*top = lines_scroll(lines, *top, step, rows);
	return true;
}

bool page_act(struct app *app, enum action action)
{
	if (action == ACTION_BACK) {
		page_close(app);
		return true;
	}
	if (!page_scroll(app, &app->page.lines, &app->page.top, action))
		return false;
	app_stale(app, PANE_LOG, STALE_PAINT);
	return true;
}

void page_paint(const struct app *app, const char *title, enum role border,
	const struct lines *lines, size_t top)
{
	struct rect all = area(app);
	draw_blank(all);
	struct pen pen = pen_at(&app->theme, all, 0);
	pen_glyph(&pen, border, GLYPH_HORIZONTAL);
	pen_glyph(&pen, border, GLYPH_FOCUS);
	pen_text(&pen, ROLE_TITLE_FOCUS, title);
	pen_text(&pen, ROLE_TITLE_FOCUS, " ");
	pen_repeat(&pen, border, GLYPH_HORIZONTAL, pen.end - pen.column);
	lines_paint(lines, &app->theme, page_text_area(app), top);
}

void page_build(struct app *app, int columns)
{
	struct page *page = &app->page;
	if (page->lines.columns == columns)
		return;
	lines_clear(&page->lines, columns);
	pages[page->kind].build(app, &page->lines);
}

const char *page_title(const struct app *app)
{
	return pages[app->page.kind].title;
}

void page_update(struct app *app)
{
	struct rect text = page_text_area(app);
	struct page *page = &app->page;
	page_build(app, text.w);
	page->top = lines_scroll(&page->lines, page->top, 0, text.h);
	page_paint(app, pages[page->kind].title,
		page->kind == PAGE_PLAN ? ROLE_ERROR : ROLE_BORDER_FOCUS, &page->lines, page->top);
}
