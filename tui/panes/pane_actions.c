#include "panes/pane_actions.h"

#include "list/list_input.h"

static void open_form(struct app *app)
{
	app->room.form_open = true;
	app_focus(app, PANE_FORM);
	app_stale_all(app, STALE_LAYOUT);
}

/* The card and the log: side by side where there is room, else one in the place of the other. */
void pane_toggle_result(struct app *app)
{
	const struct berth_run *run = app_run(app);
	if (!app->details_open && (run == NULL || app_active(run))) {
		app_notice(app, "There is no result yet.");
	} else if (layout_shows(&app->layout, PANE_CARD)) {
		if (app->layout.kind == LAYOUT_WIDE && !app->details_open)
			app->card_wanted = false;
		app_focus(app, PANE_LOG);
	} else {
		app->card_wanted = true;
		app_focus(app, PANE_PROGRESS);
	}
	app_stale_all(app, STALE_LAYOUT);
}

void pane_go(struct app *app, int number)
{
	const struct berth_run *run = app_run(app);
	if (number == 1 && layout_shows(&app->layout, PANE_LIST))
		app_focus(app, PANE_LIST);
	else if (number == 2)
		open_form(app);
	else if (number == 3 && (app->details_open || (run != NULL && run->result != NULL))) {
		app->card_wanted = true;
		app_focus(app, PANE_PROGRESS);
	} else if (number == 4)
		app_focus(app, PANE_LOG);
}

void pane_choose(struct app *app, int place)
{
	const struct entry *entry = place >= 0 ? &app->entries.list[place] : NULL;
	if (entry != NULL && entry->kind == ENTRY_RUN)
		app_choose(app, entry->run);
	else if (entry != NULL)
		app_pick(app, entry->id);
}

/* With nothing chosen that is listed, the first is beside it. */
static void choose_beside(struct app *app, int step)
{
	app_list(app);
	int at = entries_find(&app->entries, app->chosen, app->picked);
	pane_choose(app, entries_beside(&app->entries, at, at < 0 ? 1 : step));
}

static void choose_end(struct app *app, bool last)
{
	app_list(app);
	pane_choose(app,
		entries_beside(&app->entries, last ? (int)app->entries.count : -1, last ? -1 : 1));
}

bool pane_act_on_list(struct app *app, enum action action)
{
	switch (action) {
	case ACTION_UP:
	case ACTION_LEFT:
		choose_beside(app, -1);
		return true;
	case ACTION_DOWN:
	case ACTION_RIGHT:
		choose_beside(app, 1);
		return true;
	case ACTION_TOP:
		choose_end(app, false);
		return true;
	case ACTION_BOTTOM:
		choose_end(app, true);
		return true;
	case ACTION_LIST_FILTER:
		list_input_open(app);
		return true;
	case ACTION_LIST_SORT:
		app->entries.sort = (app->entries.sort + 1) % SORT_COUNT;
		app_stale(app, PANE_LIST, STALE_DERIVE);
		return true;
	case ACTION_LIST_GROUP:
		app->entries.grouped = !app->entries.grouped;
		app_stale(app, PANE_LIST, STALE_DERIVE);
		return true;
	default:
		return false;
	}
}

void pane_scroll_card(struct app *app, long rows)
{
	app->card_top = lines_scroll(
		&app->card, app->card_top, rows, app->layout.panes[PANE_CARD].inner.h);
	app_stale(app, PANE_CARD, STALE_PAINT);
}

bool pane_act_on_card(struct app *app, enum action action)
{
	int rows = app->layout.panes[PANE_CARD].inner.h;
	long all = (long)app->card.count;
	switch (action) {
	case ACTION_UP:
		pane_scroll_card(app, -1);
		return true;
	case ACTION_DOWN:
		pane_scroll_card(app, 1);
		return true;
	case ACTION_PAGE_UP:
		pane_scroll_card(app, 1 - rows);
		return true;
	case ACTION_PAGE_DOWN:
		pane_scroll_card(app, rows - 1);
		return true;
	case ACTION_TOP:
		pane_scroll_card(app, -all);
		return true;
	case ACTION_BOTTOM:
		pane_scroll_card(app, all);
		return true;
	default:
		return false;
	}
}

bool pane_act(struct app *app, enum action action, int argument)
{
	switch (action) {
	case ACTION_NEW:
		open_form(app);
		return true;
	case ACTION_RESULT:
		pane_toggle_result(app);
		return true;
	case ACTION_CHOOSE:
		if (berth_model_find(app->model, (unsigned)argument) == NULL)
			app_notice(app, "There is no deployment %d.", argument);
		app_choose(app, (unsigned)argument);
		return true;
	case ACTION_CHOOSE_NEXT:
		choose_beside(app, 1);
		return true;
	case ACTION_CHOOSE_PREVIOUS:
		choose_beside(app, -1);
		return true;
	case ACTION_PANE_NEXT:
	case ACTION_PANE_PREVIOUS:
		app_focus(app, layout_next_focus(&app->layout, &app->room, app->room.focus,
				       action == ACTION_PANE_NEXT ? 1 : -1));
		return true;
	case ACTION_PANE:
		pane_go(app, argument);
		return true;
	default:
		return false;
	}
}
