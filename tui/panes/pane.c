#include "panes/pane.h"

#include <string.h>

#include <berth/text.h>

#include "history/replay.h"
#include "keys/command_pane.h"
#include "list/container_text.h"
#include "list/details.h"
#include "panes/card.h"
#include "panes/help.h"

static const struct pane_ops *const panes[] = {
	[PANE_HEADER] = &header_pane,
	[PANE_LIST] = &list_pane,
	[PANE_FORM] = &form_pane,
	[PANE_SUMMARY] = &summary_pane,
	[PANE_PROGRESS] = &progress_pane,
	[PANE_CARD] = &card_pane,
	[PANE_LOG] = &log_pane,
	[PANE_FOOTER] = &footer_pane,
};
_Static_assert(sizeof panes / sizeof panes[0] == PANE_COUNT, "one row a pane");

const char *pane_run_mark(const struct app *app, const struct berth_run *run, enum role *role)
{
	bool ascii = app->theme.ascii;
	*role = ROLE_ACTIVE;
	switch (run->state) {
	case BERTH_RUN_QUEUED:
		*role = ROLE_DIM;
		return glyph_text(GLYPH_QUEUED, ascii);
	case BERTH_RUN_RUNNING:
		if (run->link == BERTH_RECONNECTING || run->link == BERTH_LOST)
			return glyph_text(GLYPH_RECONNECTING, ascii);
		if (run->link == BERTH_POLLING)
			return glyph_text(GLYPH_POLLING, ascii);
		return glyph_spinner(app->spin, ascii);
	case BERTH_RUN_CANCELLING:
		*role = ROLE_WARN;
		return glyph_spinner(app->spin, ascii);
	case BERTH_RUN_COMPLETED:
		*role = ROLE_OK;
		return glyph_text(GLYPH_DONE, ascii);
	case BERTH_RUN_FAILED:
		*role = ROLE_ERROR;
		return glyph_text(GLYPH_FAILED, ascii);
	case BERTH_RUN_CANCELLED:
		*role = ROLE_WARN;
		return glyph_text(GLYPH_CANCELLED, ascii);
	case BERTH_RUN_UNKNOWN:
		break;
	}
	*role = ROLE_WARN;
	return glyph_text(GLYPH_UNKNOWN, ascii);
}

const char *pane_container_mark(
	const struct app *app, const struct berth_container *container, enum role *role)
{
	bool ascii = app->theme.ascii;
	*role = ROLE_DIM;
	if (container->doing != BERTH_ACT_NONE) {
		*role = ROLE_ACTIVE;
		return glyph_text(GLYPH_RECONNECTING, ascii);
	}
	switch (container->state) {
	case BERTH_CONTAINER_RUNNING:
		*role = container->health == BERTH_HEALTH_UNHEALTHY ? ROLE_WARN : ROLE_OK;
		if (container->health == BERTH_HEALTH_UNHEALTHY)
			return glyph_text(GLYPH_UNHEALTHY, ascii);
		return glyph_text(
			container->health == BERTH_HEALTH_STARTING ? GLYPH_POLLING : GLYPH_LIVE,
			ascii);
	case BERTH_CONTAINER_PAUSED:
		*role = ROLE_WARN;
		return glyph_text(GLYPH_PAUSED, ascii);
	case BERTH_CONTAINER_RESTARTING:
	case BERTH_CONTAINER_REMOVING:
		*role = ROLE_WARN;
		return glyph_text(GLYPH_RECONNECTING, ascii);
	case BERTH_CONTAINER_EXITED:
	case BERTH_CONTAINER_DEAD:
		if (container_ended_well(container))
			return glyph_text(GLYPH_CANCELLED, ascii);
		*role = ROLE_ERROR;
		return glyph_text(GLYPH_FAILED, ascii);
	case BERTH_CONTAINER_CREATED:
		return glyph_text(GLYPH_QUEUED, ascii);
	case BERTH_CONTAINER_OTHER:
		break;
	}
	return glyph_text(GLYPH_UNKNOWN, ascii);
}

int64_t pane_run_time(const struct app *app, const struct berth_run *run)
{
	if (run->result != NULL)
		return run->result->duration_ms;
	int64_t time = run->started_ms == 0 ? 0 : replay_now(app, run) - run->started_ms;
	return time > 0 ? time : 0;
}

/* The card takes its keys with the progress pane. */
static bool focused(const struct app *app, enum pane_id pane)
{
	if (pane == PANE_CARD)
		return app->room.focus == PANE_PROGRESS;
	if (pane == PANE_PROGRESS && layout_shows(&app->layout, PANE_CARD))
		return false;
	return app->room.focus == pane;
}

enum { TITLE_MIN = 14 };

/* How much of a row is left for the first title beside the second, and the frame. */
static int title_room(const struct pen *pen, int right_width)
{
	return pen->end - pen->column - 3 - (right_width > 0 ? right_width + 2 : 0);
}

static void paint_top(
	const struct app *app, enum pane_id pane, struct rect outer, bool box, enum role border)
{
	char left[128] = "", right[64] = "";
	bool has_focus = focused(app, pane);
	enum role title = has_focus ? ROLE_TITLE_FOCUS : ROLE_TITLE;
	panes[pane]->title(app, left, right);
	struct pen pen = pen_at(&app->theme, outer, 0);
	pen_glyph(&pen, border, box ? GLYPH_TOP_LEFT : GLYPH_HORIZONTAL);
	if (has_focus)
		pen_glyph(&pen, ROLE_BORDER_FOCUS, GLYPH_FOCUS);
	else
		pen_text(&pen, border, " ");
	int right_width = draw_width(&app->theme, right);
	int width = draw_width(&app->theme, left);
	/* The first says what it is; the second is of no use without it. */
	if (title_room(&pen, right_width) < (width < TITLE_MIN ? width : TITLE_MIN))
		right_width = 0;
	int room = title_room(&pen, right_width);
	pen_fit(&pen, title, width < room ? width : room, left);
	pen_text(&pen, border, " ");
	int end = pen.end - 1 - (right_width > 0 ? right_width + 3 : 0);
	pen_repeat(&pen, border, GLYPH_HORIZONTAL, end - pen.column);
	if (right_width > 0) {
		pen_text(&pen, border, " ");
		/* A count that moves with every line costs the terminal no change of weight. */
		pen_text(&pen, pane == PANE_LOG ? ROLE_TITLE : title, right);
		pen_text(&pen, border, " ");
		pen_glyph(&pen, border, GLYPH_HORIZONTAL);
	}
	pen_glyph(&pen, border, box ? GLYPH_TOP_RIGHT : GLYPH_HORIZONTAL);
}

/* Where something would be, or was, done to a protected target. */
static bool warns(const struct app *app, enum pane_id pane)
{
	const struct berth_run *run = app_run(app);
	if (pane == PANE_FORM)
		return berth_settings_protected(app->settings);
	return pane == PANE_PROGRESS && run != NULL && run->deployment->is_protected;
}

static void paint_frame(const struct app *app, enum pane_id pane)
{
	const struct placement *place = &app->layout.panes[pane];
	struct rect outer = place->outer;
	enum role border = warns(app, pane)     ? ROLE_ERROR
			   : focused(app, pane) ? ROLE_BORDER_FOCUS
						: ROLE_BORDER;
	if (place->frame == FRAME_NONE) {
		draw_blank((struct rect){outer.y, outer.x, outer.h, 1});
		draw_blank((struct rect){outer.y, outer.x + outer.w - 1, outer.h, 1});
		return;
	}
	paint_top(app, pane, outer, place->frame == FRAME_BOX, border);
	if (place->frame == FRAME_RULE) {
		draw_blank((struct rect){outer.y + 1, outer.x, outer.h - 1, 1});
		draw_blank((struct rect){outer.y + 1, outer.x + outer.w - 1, outer.h - 1, 1});
		return;
	}
	for (int row = 1; row < outer.h - 1; row++) {
		struct pen pen = pen_at(&app->theme, outer, row);
		pen_glyph(&pen, border, GLYPH_VERTICAL);
		pen_text(&pen, border, " ");
		pen = pen_at(&app->theme, (struct rect){outer.y, outer.x + outer.w - 2, 1, 2}, row);
		pen_text(&pen, border, " ");
		pen_glyph(&pen, border, GLYPH_VERTICAL);
	}
	struct pen pen = pen_at(&app->theme, outer, outer.h - 1);
	pen_glyph(&pen, border, GLYPH_BOTTOM_LEFT);
	pen_repeat(&pen, border, GLYPH_HORIZONTAL, outer.w - 2);
	pen_glyph(&pen, border, GLYPH_BOTTOM_RIGHT);
}

static void update_layout(struct app *app)
{
	const struct berth_run *run = app_run(app);
	unsigned stale = 0;
	for (int pane = 0; pane < PANE_COUNT; pane++)
		stale |= app->stale[pane];
	if (!(stale & STALE_LAYOUT))
		return;
	const struct berth_fleet *fleet = app->engine != NULL ? berth_engine_fleet(app->engine)
							      : NULL;
	app->room.ended = app->details_open || (run != NULL && run->result != NULL);
	app->room.has_entries = fleet != NULL && berth_fleet_count(fleet) > 0;
	app->room.footer_rows = prompt_rows(&app->prompt, app->room.columns - 2);
	if (app->input.kind != INPUT_NONE && app->prompt.question == QUESTION_NONE)
		app->room.footer_rows = footer_input_rows(app);
	app->room.card_rows = 0;
	if (app->details_open || (app->room.ended && app->card_wanted)) {
		/* The width of the card does not depend on its height, so two passes do. */
		app->room.card_rows = 1;
		enum pane_id focus = app->room.focus;
		app->room.focus = PANE_PROGRESS;
		layout_compute(&app->layout, &app->room);
		app->room.focus = focus;
		int columns = app->layout.panes[PANE_CARD].inner.w;
		if (app->details_open)
			details_lines(app, columns);
		else
			card_build(&app->card, run, columns, &app->theme);
		app->room.card_rows = (int)app->card.count;
	}
	layout_compute(&app->layout, &app->room);
	/* A smaller window may have taken the list away with the keys in its hand. */
	if (app->room.focus == PANE_LIST && !layout_shows(&app->layout, PANE_LIST))
		app->room.focus = PANE_LOG;
	app_stale_all(app, STALE_DERIVE | STALE_PAINT);
}

static void paint_too_small(const struct app *app)
{
	struct rect all = {0, 0, app->room.rows, app->room.columns};
	draw_blank(all);
	struct pen pen = pen_at(&app->theme, all, all.h / 2);
	pen_format(&pen, ROLE_TEXT, "%d x %d needed, this is %d x %d", LAYOUT_MIN_COLUMNS,
		LAYOUT_MIN_ROWS, app->room.columns, app->room.rows);
}

static void update_panes(struct app *app)
{
	for (enum pane_id pane = 0; pane < PANE_COUNT; pane++) {
		struct rect inner = app->layout.panes[pane].inner;
		bool covered = (app->help_open || app->page.kind != PAGE_NONE ||
				       history_pane_is_open(app)) &&
			       pane != PANE_HEADER && pane != PANE_FOOTER;
		unsigned stale = app->stale[pane];
		if (covered)
			continue;
		app->stale[pane] = 0;
		if (!layout_shows(&app->layout, pane))
			continue;
		if ((stale & STALE_DERIVE) && panes[pane]->derive != NULL)
			panes[pane]->derive(app, inner);
		if (stale == 0)
			continue;
		paint_frame(app, pane);
		panes[pane]->paint(app, inner);
	}
}

void pane_update(struct app *app)
{
	int y = -1, x = 0;
	update_layout(app);
	if (app->layout.kind == LAYOUT_TOO_SMALL) {
		paint_too_small(app);
		memset(app->stale, 0, sizeof app->stale);
	} else {
		update_panes(app);
		if (app->page.kind != PAGE_NONE) {
			page_update(app);
			memset(app->stale, 0, sizeof app->stale);
		} else if (app->help_open) {
			help_update(app);
			memset(app->stale, 0, sizeof app->stale);
		} else if (history_pane_is_open(app)) {
			history_pane_update(app);
			memset(app->stale, 0, sizeof app->stale);
		}
		bool typed = ((unsigned)app_context(app) & IN_TYPING) &&
			     app->prompt.question == QUESTION_NONE;
		if (app->input.kind == INPUT_COMMAND)
			command_pane_paint(app);
		if (!typed || (!footer_cursor(app, &y, &x) && !form_pane_cursor(app, &y, &x)))
			y = -1;
	}
	app->redraw = false;
	draw_show(y, x);
}
