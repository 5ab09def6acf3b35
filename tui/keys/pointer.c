#include "keys/pointer.h"

#include "actions.h"
#include "form/completing.h"
#include "form/form_actions.h"
#include "form/form_drop.h"
#include "history/history_pane.h"
#include "panes/page.h"
#include "panes/pane.h"
#include "panes/pane_actions.h"

static bool inside(struct rect rect, int y, int x)
{
	return y >= rect.y && y < rect.y + rect.h && x >= rect.x && x < rect.x + rect.w;
}

/* An arrow, or the blank beside it, is the key of that direction. */
static void click_choice(struct app *app, struct form_cell cell, int x)
{
	const struct form *form = &app->form;
	enum { ARROW = 2 };
	int at = x - cell.value.x;
	int word = draw_width(&app->theme, form->fields[form->current].edit.text);
	if (at < 0 || !form_is_choice(form, form->current) || !form_applies(form, form->current))
		return;
	if (at < ARROW)
		form_act(app, ACTION_VALUE_PREVIOUS);
	else if (at >= ARROW + word && at < ARROW + word + ARROW)
		form_act(app, ACTION_VALUE_NEXT);
}

/* The field under the pointer, or what has dropped down over it. */
static void click_form(struct app *app, int y, int x)
{
	struct rect form = app->layout.panes[PANE_FORM].inner;
	if (form_drop_click(app, form, y, x)) {
		app_stale(app, PANE_FORM, STALE_PAINT);
		return;
	}
	completing_end(&app->completing);
	for (size_t i = 0; i < FORM_FIELDS; i++) {
		struct form_cell cell = form_cell(app, form, i);
		if (!inside(cell.rect, y, x))
			continue;
		form_go(&app->form, i);
		click_choice(app, cell, x);
		app_stale(app, PANE_FORM, STALE_PAINT);
		return;
	}
}

/* A line gets the cursor, as one that was searched for. */
static void click_log(struct app *app, int y)
{
	const struct logview *log = &app->log;
	int row = y - app->layout.panes[PANE_LOG].inner.y;
	if (row < 0 || (size_t)row >= log->row_count)
		return;
	logview_go(&app->log, log->rows[row].line);
	app_stale(app, PANE_LOG, STALE_DERIVE);
}

static void click_list(struct app *app, int y, int x)
{
	int place = list_entry_at(app, y, x);
	if (place >= 0 && app->entries.list[place].kind != ENTRY_GROUP)
		pane_choose(app, place);
}

static bool click_key(struct app *app, int y, int x)
{
	enum action action;
	if (!footer_action_at(app, y, x, &action))
		return false;
	actions_do(app, action, 0);
	return true;
}

void pointer_click(struct app *app, int y, int x)
{
	static const struct {
		enum pane_id pane;
		int number;
	} targets[] = {
		{PANE_LIST, 1}, {PANE_FORM, 2}, {PANE_SUMMARY, 2}, {PANE_CARD, 3}, {PANE_LOG, 4}};
	if (app_context(app) == IN_HISTORY && app->prompt.question == QUESTION_NONE) {
		history_pane_click(app, y);
		return;
	}
	if (!(app_context(app) & IN_PANES) || app->prompt.question != QUESTION_NONE ||
		click_key(app, y, x))
		return;
	for (size_t i = 0; i < sizeof targets / sizeof targets[0]; i++) {
		enum pane_id pane = targets[i].pane;
		if (!inside(app->layout.panes[pane].outer, y, x))
			continue;
		/* What is under it is as it is seen: the focus may change the layout. */
		if (pane == PANE_LIST)
			click_list(app, y, x);
		else if (pane == PANE_FORM)
			click_form(app, y, x);
		else if (pane == PANE_LOG)
			click_log(app, y);
		pane_go(app, targets[i].number);
		return;
	}
}

void pointer_wheel(struct app *app, int y, int x, int rows)
{
	enum action step = rows < 0 ? ACTION_UP : ACTION_DOWN;
	if (app->help_open || app->page.kind != PAGE_NONE) {
		for (int i = 0; i < (rows < 0 ? -rows : rows); i++)
			actions_do(app, step, 0);
	} else if (app_context(app) == IN_HISTORY) {
		history_pane_wheel(app, rows);
	} else if (!(app_context(app) & IN_PANES)) {
		return;
	} else if (inside(app->layout.panes[PANE_LOG].outer, y, x)) {
		logview_scroll(&app->log, rows);
		app_stale(app, PANE_LOG, STALE_DERIVE);
	} else if (inside(app->layout.panes[PANE_CARD].outer, y, x)) {
		pane_scroll_card(app, rows);
	} else if (inside(app->layout.panes[PANE_LIST].outer, y, x)) {
		pane_act_on_list(app, step);
	}
}
