/* The first line: every target in use and how it is reached, and how much is under way. */
#include "panes/pane.h"

#include <stdio.h>
#include <string.h>

#include "history/replay.h"
#include "keys/action_table.h"
#include "panes/link.h"

enum { ITEMS_MAX = 9, GAP = 3 };

/* A target in use. */
struct item {
	const char *name;
	const char *mark;
	enum role mark_role, text_role;
	char text[96];
	bool insecure;
	bool is_protected;
};

struct items {
	struct item list[ITEMS_MAX];
	size_t count;
};

/* "docker 24.0.7", or why there is none. */
static void set_endpoint(const struct app *app, struct item *item)
{
	static const struct berth_endpoint nowhere;
	const struct berth_endpoint *endpoint = app->engine != NULL
							? berth_engine_endpoint(app->engine)
							: &nowhere;
	enum glyph mark = GLYPH_TRYING;
	item->text_role = ROLE_TEXT;
	switch (endpoint->reach) {
	case BERTH_REACH_LIVE:
		mark = GLYPH_LIVE;
		item->mark_role = ROLE_OK;
		snprintf(item->text, sizeof item->text, "docker%s%s",
			endpoint->version[0] != '\0' ? " " : "", endpoint->version);
		break;
	case BERTH_REACH_LOST:
		mark = GLYPH_LOST;
		item->mark_role = ROLE_ERROR;
		snprintf(item->text, sizeof item->text, "no docker engine");
		break;
	case BERTH_REACH_TRYING:
		item->mark_role = item->text_role = ROLE_DIM;
		snprintf(item->text, sizeof item->text, "connecting");
		break;
	case BERTH_REACH_NONE:
		return;
	}
	item->mark = glyph_text(mark, app->theme.ascii);
}

static void set_rehearsal(const struct app *app, struct item *item)
{
	item->mark = glyph_text(GLYPH_LIVE, app->theme.ascii);
	item->mark_role = item->text_role = ROLE_BADGE;
	snprintf(item->text, sizeof item->text, "rehearsal");
}

/* The stream of what runs there; without one, where it would go to. */
static void set_server(const struct app *app, struct item *item, const struct berth_server *server,
	const struct berth_run *run)
{
	item->insecure = server->insecure;
	item->text_role = ROLE_TEXT;
	if (run == NULL || !app_active(run)) {
		item->mark_role = item->text_role = ROLE_DIM;
		item->mark = glyph_text(GLYPH_ARROW, app->theme.ascii);
		snprintf(item->text, sizeof item->text, "%.60s", server->url);
		return;
	}
	char text[64];
	link_text(run, replay_now(app, run), text);
	snprintf(item->text, sizeof item->text, "%s", text);
	item->mark = pane_run_mark(app, run, &item->mark_role);
	if (run->link == BERTH_LIVE && run->state != BERTH_RUN_QUEUED) {
		/* What turns is in the list; here stands whether the stream does. */
		item->mark = glyph_text(GLYPH_LIVE, app->theme.ascii);
		item->mark_role = ROLE_OK;
	} else if (run->link == BERTH_RECONNECTING || run->link == BERTH_LOST) {
		item->mark_role = item->text_role = ROLE_WARN;
	}
}

static struct item *add(struct items *items, const char *name)
{
	for (size_t i = 0; i < items->count; i++) {
		if (strcmp(items->list[i].name, name) == 0)
			return NULL;
	}
	if (items->count == ITEMS_MAX)
		return NULL;
	struct item *item = &items->list[items->count++];
	*item = (struct item){.name = name, .mark = ""};
	return item;
}

/* Of several on one target the one that has its turn speaks for all. */
static const struct berth_run *speaker(const struct app *app, const struct berth_run *run)
{
	for (size_t i = 0; i < berth_model_count(app->model); i++) {
		const struct berth_run *other = berth_model_at(app->model, i);
		if (app_active(other) && other->state != BERTH_RUN_QUEUED &&
			strcmp(other->deployment->target, run->deployment->target) == 0)
			return other;
	}
	return run;
}

static void add_run(const struct app *app, struct items *items, const struct berth_run *run)
{
	const struct berth_deployment *deployment = run->deployment;
	struct item *item = add(items, deployment->target);
	if (item == NULL)
		return;
	item->is_protected = deployment->is_protected;
	if (deployment->server != NULL)
		set_server(app, item, deployment->server, speaker(app, run));
	else if (strcmp(deployment->kind, "demo") == 0)
		set_rehearsal(app, item);
	else
		set_endpoint(app, item);
}

static void add_form(const struct app *app, struct items *items)
{
	const char *target = berth_settings_get(app->settings, BERTH_FIELD_TARGET);
	const struct berth_server *server = berth_settings_server(app->settings);
	struct item *item = target != NULL ? add(items, target) : NULL;
	if (item == NULL)
		return;
	item->is_protected = berth_settings_protected(app->settings);
	if (server != NULL)
		set_server(app, item, server, NULL);
	else if (strcmp(target, "demo") == 0)
		set_rehearsal(app, item);
	else
		set_endpoint(app, item);
}

static void collect(const struct app *app, struct items *items)
{
	items->count = 0;
	for (size_t i = 0; i < berth_model_count(app->model); i++) {
		const struct berth_run *run = berth_model_at(app->model, i);
		if (app_active(run) || run->number == app->chosen)
			add_run(app, items, run);
	}
	if (app_run(app) == NULL || app->room.form_open)
		add_form(app, items);
}

static const char insecure[] = "certificates not checked";
static const char protected_word[] = "PROTECTED";

static int item_width(const struct app *app, const struct item *item, bool brief)
{
	int width = GAP + draw_width(&app->theme, item->name);
	if (item->is_protected)
		width += (int)sizeof protected_word;
	if (item->mark[0] != '\0')
		width += 1 + draw_width(&app->theme, item->mark);
	if (!brief && item->text[0] != '\0')
		width += 1 + draw_width(&app->theme, item->text);
	if (item->insecure)
		width += 1 + (int)sizeof insecure - 1;
	return width;
}

static void paint_item(struct pen *pen, const struct item *item, bool brief)
{
	pen_format(pen, ROLE_TEXT, "   %s", item->name);
	if (item->is_protected)
		pen_format(pen, ROLE_ERROR, " %s", protected_word);
	if (item->mark[0] != '\0') {
		pen_text(pen, ROLE_TEXT, " ");
		pen_text(pen, item->mark_role, item->mark);
	}
	if (!brief && item->text[0] != '\0')
		pen_format(pen, item->text_role, " %s", item->text);
	if (item->insecure)
		pen_format(pen, ROLE_WARN, " %s", insecure);
}

/* Where there is no room for all, only what is shown below is told in words. */
static bool is_brief(const struct app *app, const struct item *item)
{
	const struct berth_run *run = app_run(app);
	const char *shown = run != NULL ? run->deployment->target
					: berth_settings_get(app->settings, BERTH_FIELD_TARGET);
	return shown == NULL || strcmp(shown, item->name) != 0;
}

static void paint_items(const struct app *app, struct pen *pen)
{
	struct items items;
	int width = 0;
	collect(app, &items);
	for (size_t i = 0; i < items.count; i++)
		width += item_width(app, &items.list[i], false);
	bool all = width <= pen->end - pen->column;
	for (size_t i = 0; i < items.count; i++)
		paint_item(pen, &items.list[i], !all && is_brief(app, &items.list[i]));
}

static void counts_text(const struct app *app, char *dst, size_t cap)
{
	unsigned queued = 0, unknown = 0;
	for (size_t i = 0; i < berth_model_count(app->model); i++) {
		const struct berth_run *run = berth_model_at(app->model, i);
		queued += link_has(run) && run->state == BERTH_RUN_QUEUED;
		unknown += run->state == BERTH_RUN_UNKNOWN;
	}
	const struct {
		const char *word;
		unsigned count;
	} counts[] = {{"running", app_count(app, false) - queued}, {"queued", queued},
		{"failed", app_count(app, true) - unknown}, {"unknown", unknown}};
	size_t used = 0;
	dst[0] = '\0';
	for (size_t i = 0; i < sizeof counts / sizeof *counts && used < cap; i++) {
		if (counts[i].count == 0)
			continue;
		if (used > 0)
			used += (size_t)snprintf(dst + used, cap - used, " %s ",
				glyph_text(GLYPH_SEPARATOR, app->theme.ascii));
		used += (size_t)snprintf(
			dst + used, cap - used, "%u %s", counts[i].count, counts[i].word);
	}
}

static void header_paint(const struct app *app, struct rect rect)
{
	struct pen pen = pen_at(&app->theme, rect, 0);
	char counts[96], badge[64];
	counts_text(app, counts, sizeof counts);
	/* The counts come before the end of what stands on the left. */
	int end = pen.end;
	pen.end -= draw_width(&app->theme, counts) + 2;
	pen_text(&pen, ROLE_BRAND, "berth");
	if (replay_badge(app, badge)) {
		pen_text(&pen, ROLE_TEXT, " ");
		pen_text(&pen, ROLE_BADGE, badge);
	} else if (app->read_only) {
		pen_text(&pen, ROLE_TEXT, " ");
		pen_text(&pen, ROLE_BADGE, action_read_only);
	}
	paint_items(app, &pen);
	pen.end = end;
	pen_right(&pen, ROLE_TEXT, counts);
}

const struct pane_ops header_pane = {.paint = header_paint};
