#include "actions.h"

#include <berth/text.h>

#include "commands.h"
#include "form/form_actions.h"
#include "history/history_pane.h"
#include "history/replay.h"
#include "history/rollback.h"
#include "keys/action_table.h"
#include "keys/command_line.h"
#include "keys/input.h"
#include "list/details.h"
#include "list/fleet_actions.h"
#include "list/recover_actions.h"
#include "logs/log_actions.h"
#include "panes/help.h"
#include "panes/pane_actions.h"

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

/* What has no container to look at has a result. */
static void toggle_details(struct app *app)
{
	if (app->details_open)
		details_leave(app);
	else if (app_run(app) != NULL && app_container(app) == NULL)
		pane_toggle_result(app);
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

/* What a key means to the pane that has the focus. */
static bool act_in_context(struct app *app, enum action action)
{
	switch (app_context(app)) {
	case IN_LIST:
		return pane_act_on_list(app, action);
	case IN_TEXT:
	case IN_CHOICE:
		return form_act(app, action);
	case IN_RESULT:
		return pane_act_on_card(app, action);
	case IN_LOG:
		return log_act(app, action);
	case IN_HELP:
		return help_act(app, action);
	case IN_INPUT:
		return input_act(app, action);
	case IN_PAGE:
		return page_act(app, action);
	case IN_HISTORY:
		return history_pane_act(app, action);
	case IN_REPLAY:
		break;
	}
	return false;
}

static bool act_on_deployment(struct app *app, enum action action)
{
	switch (action) {
	case ACTION_DEPLOY:
		command_deploy(app);
		return true;
	case ACTION_CANCEL:
		command_cancel(app);
		return true;
	case ACTION_AGAIN:
		command_again(app);
		return true;
	case ACTION_ROLLBACK:
		rollback_offer(app);
		return true;
	case ACTION_DETAILS:
		toggle_details(app);
		return true;
	case ACTION_STOP:
		fleet_stop(app);
		return true;
	case ACTION_RESTART:
		fleet_restart(app);
		return true;
	case ACTION_REMOVE:
		fleet_remove(app);
		return true;
	case ACTION_SHELL:
		fleet_shell(app);
		return true;
	case ACTION_RECOVER:
		recover_open(app);
		return true;
	case ACTION_COPY_RESULT:
		take_copy_result(app);
		return true;
	case ACTION_PAGER:
		take_pager(app);
		return true;
	default:
		return false;
	}
}

static void act_on_console(struct app *app, enum action action, int argument)
{
	switch (action) {
	case ACTION_BACK:
		back_out(app);
		break;
	case ACTION_HELP:
		help_open(app);
		break;
	case ACTION_QUIT:
		command_quit(app);
		break;
	case ACTION_HISTORY:
		history_pane_open(app);
		break;
	case ACTION_REDRAW:
		app->redraw = true;
		repaint(app);
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

void actions_do(struct app *app, enum action action, int argument)
{
	if (app_refuses(app, action)) {
		app_notice(app, "Not now: '%s': %s.", action_table[action].name,
			replay_is(app, app_run(app)) ? "this is a replay" : action_read_only);
		return;
	}
	if (replay_act(app, action) || act_in_context(app, action) ||
		pane_act(app, action, argument) || act_on_deployment(app, action))
		return;
	act_on_console(app, action, argument);
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
