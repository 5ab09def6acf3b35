#include "actions.h"

#include <berth/text.h>

#include "action_table.h"
#include "command_line.h"
#include "commands.h"
#include "details.h"
#include "fleet_actions.h"
#include "form_actions.h"
#include "help.h"
#include "input.h"
#include "list_input.h"
#include "log_actions.h"
#include "recover_actions.h"
#include "replay.h"

static void repaint(struct app *app)
{
	app_stale_all(app, STALE_LAYOUT);
}

static void take_theme(struct app *app, unsigned which)
{
	app->preferences.theme = (enum theme_id)which;
	app->restyle = true;
	app_notice(app, "Theme '%s'.", theme_names[which]);
	repaint(app);
}

static void toggle_mouse(struct app *app)
{
	app->preferences.mouse = !app->preferences.mouse;
	app->restyle = true;
	app_notice(app, app->preferences.mouse
				? "The mouse is berth's; with Shift it is the terminal's."
				: "The mouse is the terminal's.");
}

static void open_form(struct app *app)
{
	app->room.form_open = true;
	app_focus(app, PANE_FORM);
	repaint(app);
}

/* The card and the log: side by side where there is room, else one in the place of the other. */
static void toggle_result(struct app *app)
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
	repaint(app);
}

static void go_to_pane(struct app *app, int number)
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

static void choose_entry(struct app *app, int place)
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
	choose_entry(app, entries_beside(&app->entries, at, at < 0 ? 1 : step));
}

static void choose_end(struct app *app, bool last)
{
	app_list(app);
	choose_entry(app,
		entries_beside(&app->entries, last ? (int)app->entries.count : -1, last ? -1 : 1));
}

/* What has no container to look at has a result. */
static void toggle_details(struct app *app)
{
	if (app->details_open)
		details_leave(app);
	else if (app_run(app) != NULL && app_container(app) == NULL)
		toggle_result(app);
	else
		details_open_chosen(app);
}

static void back_out(struct app *app)
{
	if (app->help_open) {
		help_close(app);
	} else if (app->details_open) {
		details_leave(app);
	} else if (app->leaving != LEAVING_NOT) {
		app->leaving = LEAVING_NOT;
		app_notice(app, "Stays.");
	} else if (app->room.focus == PANE_FORM && app->room.has_runs) {
		app->room.form_open = false;
		app_focus(app, PANE_LOG);
	} else if (app->room.focus != PANE_FORM) {
		app_focus(app, PANE_LOG);
	}
	repaint(app);
}

static bool act_on_list(struct app *app, enum action action)
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

static bool act_on_card(struct app *app, enum action action)
{
	int rows = app->layout.panes[PANE_CARD].inner.h;
	long all = (long)app->card.count, step;
	switch (action) {
	case ACTION_UP:
		step = -1;
		break;
	case ACTION_DOWN:
		step = 1;
		break;
	case ACTION_PAGE_UP:
		step = 1 - rows;
		break;
	case ACTION_PAGE_DOWN:
		step = rows - 1;
		break;
	case ACTION_TOP:
		step = -all;
		break;
	case ACTION_BOTTOM:
		step = all;
		break;
	default:
		return false;
	}
	app->card_top = lines_scroll(&app->card, app->card_top, step, rows);
	app_stale(app, PANE_CARD, STALE_PAINT);
	return true;
}

/* What a key means to the pane that has the focus. */
static bool act_in_context(struct app *app, enum action action)
{
	switch (app_context(app)) {
	case IN_LIST:
		return act_on_list(app, action);
	case IN_TEXT:
	case IN_CHOICE:
		return form_act(app, action);
	case IN_RESULT:
		return act_on_card(app, action);
	case IN_LOG:
		return log_act(app, action);
	case IN_HELP:
		return help_act(app, action);
	case IN_INPUT:
		return input_act(app, action);
	case IN_PAGE:
		return page_act(app, action);
	case IN_HISTORY:
	case IN_REPLAY:
		break;
	}
	return false;
}

void actions_do(struct app *app, enum action action, int argument)
{
	if (app_refuses(app, action)) {
		app_notice(app, "Not now: '%s': %s.", action_table[action].name,
			replay_is(app, app_run(app)) ? "this is a replay" : action_read_only);
		return;
	}
	if (replay_act(app, action) || act_in_context(app, action))
		return;
	switch (action) {
	case ACTION_DEPLOY:
		command_deploy(app);
		break;
	case ACTION_NEW:
		open_form(app);
		break;
	case ACTION_CANCEL:
		command_cancel(app);
		break;
	case ACTION_AGAIN:
		command_again(app);
		break;
	case ACTION_RESULT:
		toggle_result(app);
		break;
	case ACTION_DETAILS:
		toggle_details(app);
		break;
	case ACTION_STOP:
		fleet_stop(app);
		break;
	case ACTION_RESTART:
		fleet_restart(app);
		break;
	case ACTION_REMOVE:
		fleet_remove(app);
		break;
	case ACTION_SHELL:
		fleet_shell(app);
		break;
	case ACTION_RECOVER:
		recover_open(app);
		break;
	case ACTION_CHOOSE:
		if (berth_model_find(app->model, (unsigned)argument) == NULL)
			app_notice(app, "There is no deployment %d.", argument);
		app_choose(app, (unsigned)argument);
		break;
	case ACTION_CHOOSE_NEXT:
		choose_beside(app, 1);
		break;
	case ACTION_CHOOSE_PREVIOUS:
		choose_beside(app, -1);
		break;
	case ACTION_PANE_NEXT:
	case ACTION_PANE_PREVIOUS:
		app_focus(app, layout_next_focus(&app->layout, &app->room, app->room.focus,
				       action == ACTION_PANE_NEXT ? 1 : -1));
		break;
	case ACTION_PANE:
		go_to_pane(app, argument);
		break;
	case ACTION_BACK:
		back_out(app);
		break;
	case ACTION_HELP:
		help_open(app);
		break;
	case ACTION_QUIT:
		command_quit(app);
		break;
	case ACTION_REDRAW:
		app->redraw = true;
		repaint(app);
		break;
	case ACTION_COPY_RESULT:
		take_copy_result(app);
		break;
	case ACTION_PAGER:
		take_pager(app);
		break;
	case ACTION_THEME_NEXT:
		take_theme(app, (app->preferences.theme + 1) % THEME_COUNT);
		break;
	case ACTION_THEME:
		take_theme(app, (unsigned)argument - 1);
		break;
	case ACTION_GOTO:
		log_goto(app, (unsigned)argument);
		break;
	case ACTION_COMMAND:
		command_line_open(app);
		break;
	case ACTION_MOUSE:
		toggle_mouse(app);
		break;
	case ACTION_SUSPEND:
		app->suspend = true;
		break;
	default:
		break;
	}
}

static unsigned contexts_of(const struct app *app, enum action action)
{
	const struct keymap *keys = &app->preferences.keys;
	unsigned where = action == ACTION_GOTO ? (unsigned)IN_LOG : 0;
	for (size_t i = 0; i < keys->count; i++) {
		if (keys->rows[i].action == action)
			where |= keys->rows[i].where;
	}
	return where;
}

/* The log takes what is its own from wherever it is asked; where the result covers it, it comes up.
 */
void actions_named(struct app *app, enum action action, int argument)
{
	unsigned where = contexts_of(app, action);
	bool elsewhere = !(where & (unsigned)app_context(app));
	if (elsewhere && (where & IN_LOG) && !layout_shows(&app->layout, PANE_LOG))
		app_focus(app, PANE_LOG);
	if (!elsewhere || !(where & IN_LOG) || !log_act(app, action))
		actions_do(app, action, argument);
}

static void type(struct app *app, uint32_t key)
{
	char text[4];
	size_t len = berth_utf8_put(text, key);
	bool fits;
	if (app->input.kind != INPUT_NONE) {
		fits = input_type(app, text, len);
	} else {
		completing_end(&app->completing);
		fits = form_insert(&app->form, text, len);
		app_stale(app, PANE_FORM, STALE_PAINT);
	}
	if (!fits)
		app_notice(app, "The field is full.");
}

static bool types_here(const struct app *app)
{
	return ((unsigned)app_context(app) & IN_TYPING) != 0;
}

static void paste_text(struct app *app, uint32_t key)
{
	if (app->prompt.question != QUESTION_NONE || key >= K_F(0))
		return;
	/* The break behind a name that was copied is no part of it. */
	bool ends = app->input.kind != INPUT_NONE && (key == '\n' || key == '\r');
	if (types_here(app) && !ends)
		type(app, key);
}

/* The end is no key if it came in pieces: then it is spelled out, and text only if it goes on
 * differently. An end that never comes must not take the keyboard away: Ctrl-C stands for it. */
static void paste(struct app *app, uint32_t key)
{
	static const char end[] = "\033[201~";
	size_t spelled = app->paste_end;
	if (key == (unsigned char)end[spelled]) {
		app->paste_end++;
		app->pasting = end[spelled + 1] != '\0';
		return;
	}
	app->paste_end = 0;
	for (size_t i = 0; i < spelled; i++)
		paste_text(app, (unsigned char)end[i]);
	if (key == K_PASTE_END || key == K_CTRL('C'))
		app->pasting = false;
	else if (key == (unsigned char)end[0])
		app->paste_end = 1;
	else
		paste_text(app, key);
}

void actions_key(struct app *app, uint32_t key)
{
	int argument = 0;
	if (app->pasting) {
		paste(app, key);
		return;
	}
	if (app->notice[0] != '\0') {
		app->notice[0] = '\0';
		app_stale(app, PANE_FOOTER, STALE_PAINT);
		if (app->input.kind != INPUT_NONE)
			repaint(app);
	}
	if (key == K_PASTE_BEGIN) {
		app->pasting = true;
		app->paste_end = 0;
		return;
	}
	if (app->prompt.question != QUESTION_NONE) {
		enum answer given = prompt_key(&app->prompt, key);
		if (given != ANSWER_NONE)
			command_answer(app, given);
		return;
	}
	enum context context = app_context(app);
	const struct binding *binding = NULL;
	if (app_replays(app))
		binding = keys_find(&app->preferences.keys, key, IN_REPLAY, &argument);
	if (binding == NULL)
		binding = keys_find(&app->preferences.keys, key, context, &argument);
	if (binding != NULL)
		actions_do(app, binding->action, argument);
	else if (types_here(app) && keys_printable(key))
		type(app, key);
}

static bool inside(struct rect rect, int y, int x)
{
	return y >= rect.y && y < rect.y + rect.h && x >= rect.x && x < rect.x + rect.w;
}

void actions_click(struct app *app, int y, int x)
{
	static const struct {
		enum pane_id pane;
		int number;
	} targets[] = {
		{PANE_LIST, 1}, {PANE_FORM, 2}, {PANE_SUMMARY, 2}, {PANE_CARD, 3}, {PANE_LOG, 4}};
	if (!(app_context(app) & IN_PANES) || app->prompt.question != QUESTION_NONE)
		return;
	for (size_t i = 0; i < sizeof targets / sizeof targets[0]; i++) {
		if (inside(app->layout.panes[targets[i].pane].outer, y, x)) {
			go_to_pane(app, targets[i].number);
			return;
		}
	}
}

void actions_wheel(struct app *app, int y, int x, int rows)
{
	if (!(app_context(app) & IN_PANES) || !inside(app->layout.panes[PANE_LOG].outer, y, x))
		return;
	logview_scroll(&app->log, rows);
	app_stale(app, PANE_LOG, STALE_DERIVE);
}
