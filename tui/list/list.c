/* The deployments: a column of rows where there is room, else one line of tabs. */
#include "panes/pane.h"

#include <stdio.h>
#include <string.h>

#include <berth/text.h>

#include "list/container_text.h"

enum {
	TARGET = 7,
	INFO = 7,
	TAB_NAME = 20,
	TAB_NAME_MIN = 8,
	TAB_GAP = 2,
	LEFT_OUT = 2, /* the ellipsis for what is left out, and a blank */
};

static int smaller(int a, int b)
{
	return a < b ? a : b;
}

/* How far it is, or how long it took. */
static const char *run_info(const struct app *app, const struct berth_run *run, char dst[16])
{
	if (run->state == BERTH_RUN_QUEUED)
		snprintf(dst, 16, "queued");
	else if (app_active(run))
		snprintf(dst, 16, "%d%%", run->progress);
	else
		berth_format_duration(dst, pane_run_time(app, run));
	return dst;
}

/* What stands in a row or a tab, of a run or a container. */
struct shown {
	const char *mark, *name, *target;
	enum role mark_role;
	bool chosen;
	unsigned number; /* 0: it has none */
	char info[16];
};

static bool is_chosen(const struct app *app, const struct entry *entry)
{
	return entry->kind == ENTRY_RUN ? entry->run == app->chosen
					: app->chosen == 0 && strcmp(entry->id, app->picked) == 0;
}

static void show_container(
	const struct app *app, struct shown *shown, const struct berth_container *container)
{
	shown->mark = pane_container_mark(app, container, &shown->mark_role);
	container_brief(shown->info, container, app->now_ms);
}

static bool is_fine(const struct berth_container *container)
{
	return container->state == BERTH_CONTAINER_RUNNING && container->doing == BERTH_ACT_NONE &&
	       (container->health == BERTH_HEALTH_NONE ||
		       container->health == BERTH_HEALTH_HEALTHY);
}

/* A run that made a container which is still there is as well as that is. */
static bool show(const struct app *app, const struct entry *entry, struct shown *shown)
{
	const struct berth_container *container = NULL;
	*shown = (struct shown){
		.chosen = is_chosen(app, entry), .name = entry->name, .target = entry->target};
	if (entry->kind == ENTRY_CONTAINER) {
		container = app->engine != NULL
				    ? berth_fleet_find(berth_engine_fleet(app->engine), entry->id)
				    : NULL;
		if (container == NULL)
			return false;
		show_container(app, shown, container);
		return true;
	}
	const struct berth_run *run = berth_model_find(app->model, entry->run);
	shown->number = run->number;
	if (run->state == BERTH_RUN_COMPLETED)
		container = app_container_of(app, run);
	if (container != NULL)
		show_container(app, shown, container);
	else
		run_info(app, run, shown->info);
	if (container == NULL || is_fine(container))
		shown->mark = pane_run_mark(app, run, &shown->mark_role);
	return true;
}

static void paint_row(const struct app *app, const struct entry *entry, struct rect rect, int line)
{
	struct pen pen = pen_at(&app->theme, rect, line);
	struct shown shown;
	if (entry->kind == ENTRY_GROUP) {
		pen_fit(&pen, ROLE_STRONG, rect.w, entry->target);
		pen_close(&pen);
		return;
	}
	if (!show(app, entry, &shown)) {
		pen_close(&pen);
		return;
	}
	enum role role = shown.chosen ? ROLE_STRONG : ROLE_TEXT;
	if (shown.chosen)
		pen_glyph(&pen, ROLE_BORDER_FOCUS, GLYPH_FOCUS);
	else
		pen_text(&pen, ROLE_TEXT, " ");
	if (shown.number > 0)
		pen_format(&pen, ROLE_DIM, "%2u ", shown.number);
	else
		pen_text(&pen, ROLE_TEXT, "   ");
	pen_text(&pen, shown.mark_role, shown.mark);
	pen_text(&pen, ROLE_TEXT, " ");
	pen_fit(&pen, role, rect.w - 6 - TARGET - 1 - INFO, shown.name);
	pen_text(&pen, ROLE_TEXT, " ");
	pen_fit(&pen, ROLE_DIM, TARGET, shown.target);
	pen_right(&pen, role, shown.info);
}

static size_t index_of(const struct app *app)
{
	int at = entries_find(&app->entries, app->chosen, app->picked);
	return at >= 0 ? (size_t)at : 0;
}

static void paint_nothing(const struct app *app, struct pen *pen)
{
	const struct berth_fleet *fleet = app->engine != NULL ? berth_engine_fleet(app->engine)
							      : NULL;
	if (app->entries.hidden > 0)
		pen_format(pen, ROLE_DIM, "no name has '%s'", app->entries.filter);
	else if (fleet != NULL && berth_fleet_error(fleet) != NULL)
		pen_text(pen, ROLE_WARN, berth_fleet_error(fleet)->message);
	else
		pen_text(pen, ROLE_DIM, "none yet");
}

/* The first of the entries that are seen: the chosen one is in the middle where it can be. */
static size_t column_top(const struct app *app, size_t rows)
{
	size_t count = app->entries.count, chosen = index_of(app);
	if (count <= rows || chosen < rows / 2)
		return 0;
	return chosen - rows / 2 < count - rows ? chosen - rows / 2 : count - rows;
}

static void paint_column(const struct app *app, struct rect rect)
{
	size_t count = app->entries.count, rows = (size_t)rect.h, top = column_top(app, rows);
	for (size_t row = 0; row < rows; row++) {
		if (top + row < count) {
			paint_row(app, &app->entries.list[top + row], rect, (int)row);
			continue;
		}
		struct pen pen = pen_at(&app->theme, rect, (int)row);
		if (count == 0 && row == 0)
			paint_nothing(app, &pen);
		pen_close(&pen);
	}
}

/* "▸1 ◐ web 42%  ", with so many columns for the name at most. */
static int tab_width(const struct app *app, const struct entry *entry, int name_max)
{
	struct shown shown;
	char number[16] = "";
	/* A line of tabs has no room for headings. */
	if (entry->kind == ENTRY_GROUP || !show(app, entry, &shown))
		return 0;
	int name = draw_width(&app->theme, shown.name);
	if (shown.number > 0)
		snprintf(number, sizeof number, "%u ", shown.number);
	return 1 + (int)strlen(number) + 2 + smaller(name, name_max) + 1 + (int)strlen(shown.info) +
	       TAB_GAP;
}

static void paint_tab(
	const struct app *app, const struct entry *entry, int name_max, struct pen *pen)
{
	struct shown shown;
	if (entry->kind == ENTRY_GROUP || !show(app, entry, &shown))
		return;
	enum role role = shown.chosen ? ROLE_STRONG : ROLE_TEXT;
	int name = draw_width(&app->theme, shown.name);
	if (shown.chosen)
		pen_glyph(pen, ROLE_BORDER_FOCUS, GLYPH_FOCUS);
	else
		pen_text(pen, ROLE_TEXT, " ");
	if (shown.number > 0)
		pen_format(pen,
			app->room.focus == PANE_LIST && shown.chosen ? ROLE_STRONG : ROLE_DIM,
			"%u ", shown.number);
	pen_text(pen, shown.mark_role, shown.mark);
	pen_text(pen, ROLE_TEXT, " ");
	pen_fit(pen, role, smaller(name, name_max), shown.name);
	pen_format(pen, shown.chosen ? ROLE_TEXT : ROLE_DIM, " %s  ", shown.info);
}

static int tabs_width(const struct app *app, int name_max)
{
	int width = -TAB_GAP;
	for (size_t i = 0; i < app->entries.count; i++)
		width += tab_width(app, &app->entries.list[i], name_max);
	return width;
}

/* Names give way before whole tabs do. */
static int tab_name_max(const struct app *app, int columns)
{
	int name_max = TAB_NAME;
	while (name_max > TAB_NAME_MIN && tabs_width(app, name_max) > columns)
		name_max--;
	return name_max;
}

/* The first of those that end with the chosen one and fit. */
static size_t first_tab(const struct app *app, int name_max, int columns)
{
	size_t chosen = index_of(app), first = chosen;
	bool is_last = chosen + 1 == app->entries.count;
	int width = tab_width(app, &app->entries.list[chosen], name_max) +
		    (is_last ? -TAB_GAP : LEFT_OUT - 1);
	while (first > 0) {
		width += tab_width(app, &app->entries.list[first - 1], name_max);
		if (width + (first > 1 ? LEFT_OUT : 0) > columns)
			break;
		first--;
	}
	return first;
}

/* A tab that does not fit is left out whole: half a number would be another number. */
static void paint_tabs(const struct app *app, struct rect rect)
{
	size_t count = app->entries.count, chosen = index_of(app);
	struct pen pen = pen_at(&app->theme, rect, 0);
	int name_max = tab_name_max(app, rect.w);
	size_t i = count > 0 ? first_tab(app, name_max, rect.w) : 0;
	if (count == 0)
		paint_nothing(app, &pen);
	if (i > 0) {
		pen_glyph(&pen, ROLE_DIM, GLYPH_ELLIPSIS);
		pen_text(&pen, ROLE_DIM, " ");
	}
	for (; i < count; i++) {
		const struct entry *entry = &app->entries.list[i];
		int width = tab_width(app, entry, name_max) +
			    (i + 1 == count ? -TAB_GAP : LEFT_OUT - 1);
		if (i > chosen && width > pen.end - pen.column) {
			pen_glyph(&pen, ROLE_DIM, GLYPH_ELLIPSIS);
			break;
		}
		paint_tab(app, entry, name_max, &pen);
	}
	pen_close(&pen);
}

static int tab_at(const struct app *app, struct rect rect, int x)
{
	int name_max = tab_name_max(app, rect.w);
	size_t i = app->entries.count > 0 ? first_tab(app, name_max, rect.w) : 0;
	int column = rect.x + (i > 0 ? LEFT_OUT : 0);
	for (; i < app->entries.count; i++) {
		int width = tab_width(app, &app->entries.list[i], name_max);
		if (x >= column && x < column + width - TAB_GAP)
			return (int)i;
		column += width;
	}
	return -1;
}

int list_entry_at(const struct app *app, int y, int x)
{
	struct rect rect = app->layout.panes[PANE_LIST].inner;
	if (y < rect.y || y >= rect.y + rect.h)
		return -1;
	if (app->layout.panes[PANE_LIST].frame != FRAME_BOX)
		return tab_at(app, rect, x);
	size_t place = column_top(app, (size_t)rect.h) + (size_t)(y - rect.y);
	return place < app->entries.count ? (int)place : -1;
}

static void list_derive(struct app *app, struct rect rect)
{
	(void)rect;
	app_list(app);
}

static void list_paint(const struct app *app, struct rect rect)
{
	if (app->layout.panes[PANE_LIST].frame == FRAME_BOX)
		paint_column(app, rect);
	else
		paint_tabs(app, rect);
}

/* Containers that are not heard of any more are as they were; that must be said. */
static void list_title(const struct app *app, char left[128], char right[64])
{
	const struct berth_fleet *fleet = app->engine != NULL ? berth_engine_fleet(app->engine)
							      : NULL;
	const struct entries *entries = &app->entries;
	const char *dot = glyph_text(GLYPH_SEPARATOR, app->theme.ascii);
	bool old = fleet != NULL && berth_fleet_count(fleet) > 0 && !berth_fleet_live(fleet);
	snprintf(left, 128, "Deployments%s%.60s%s", entries->filter[0] != '\0' ? " '" : "",
		entries->filter, entries->filter[0] != '\0' ? "'" : "");
	if (old)
		snprintf(right, 64, "not live");
	else if (entries->hidden > 0)
		snprintf(right, 64, "%zu hidden", entries->hidden);
	else if (entries->sort != SORT_AGE || entries->grouped)
		snprintf(right, 64, "%s%s%s",
			entries->sort != SORT_AGE ? entries_sort_name(entries->sort) : "",
			entries->sort != SORT_AGE && entries->grouped ? dot : "",
			entries->grouped ? "grouped" : "");
}

const struct pane_ops list_pane = {.derive = list_derive, .paint = list_paint, .title = list_title};
