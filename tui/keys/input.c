#include "keys/input.h"

#include <stdio.h>

#include "app.h"
#include "form/profile_actions.h"
#include "history/history_pane.h"
#include "keys/command_line.h"
#include "keys/confirm.h"
#include "keys/confirm_act.h"
#include "list/list_input.h"
#include "logs/log_input.h"

static const struct input_use none;

static const struct input_use *const uses[] = {
	[INPUT_NONE] = &none,
	[INPUT_SEARCH] = &log_search_input,
	[INPUT_FILTER] = &log_filter_input,
	[INPUT_EXPORT] = &log_export_input,
	[INPUT_COMMAND] = &command_line_input,
	[INPUT_CONFIRM] = &confirm_input,
	[INPUT_CONFIRM_ACT] = &confirm_act_input,
	[INPUT_PROFILE_SAVE] = &profile_save_input,
	[INPUT_PROFILE_LOAD] = &profile_load_input,
	[INPUT_LIST] = &list_filter_input,
	[INPUT_HISTORY] = &history_filter_input,
	[INPUT_HISTORY_LOGS] = &history_logs_input,
};
_Static_assert(sizeof uses / sizeof uses[0] == INPUT_COUNT, "each kind has its use");

static const struct input_use *use_of(const struct app *app)
{
	return uses[app->input.kind];
}

/* What is said about a line may take rows of its own. */
static void refresh(struct app *app)
{
	app_stale_all(app, STALE_LAYOUT);
}

void input_changed(struct app *app)
{
	if (app->input.problem[0] != '\0')
		refresh(app);
	app->input.problem[0] = '\0';
	app_stale(app, PANE_FOOTER, STALE_PAINT);
	if (use_of(app)->changed != NULL)
		use_of(app)->changed(app);
}

void input_open(struct app *app, enum input kind, const char *label, const char *text)
{
	inputline_ask(&app->input, kind, label, text);
	refresh(app);
}

void input_end(struct app *app, const char *taken)
{
	inputline_end(&app->input, taken);
	refresh(app);
}

void input_set(struct app *app, const char *text)
{
	edit_set(&app->input.edit, text);
	input_changed(app);
}

void input_problem(struct app *app, const char *problem)
{
	snprintf(app->input.problem, sizeof app->input.problem, "%s", problem);
	refresh(app);
}

static bool has_room(const struct app *app, size_t len)
{
	size_t max = use_of(app)->max;
	return max == 0 || app->input.edit.len + len <= max;
}

bool input_type(struct app *app, const char *text, size_t len)
{
	if (!has_room(app, len) || !edit_insert(&app->input.edit, text, len))
		return false;
	input_changed(app);
	return true;
}

static void leave(struct app *app)
{
	const struct input_use *use = use_of(app);
	input_end(app, NULL);
	if (use->left != NULL)
		use->left(app);
}

bool input_act(struct app *app, enum action action)
{
	struct inputline *input = &app->input;
	const struct input_use *use = use_of(app);
	if (use->act != NULL && use->act(app, action))
		return true;
	switch (action) {
	case ACTION_INPUT_TAKE:
		use->take(app);
		return true;
	case ACTION_INPUT_LEAVE:
		leave(app);
		return true;
	case ACTION_INPUT_OLDER:
	case ACTION_INPUT_NEWER:
		if (inputline_recall(input, action == ACTION_INPUT_OLDER ? 1 : -1))
			input_changed(app);
		return true;
	default:
		if (action == ACTION_EDIT_YANK && !has_room(app, input->cut.len))
			return true;
		if (!edit_do(&input->edit, action, &input->cut))
			return false;
		input_changed(app);
		return true;
	}
}

void input_state(const struct app *app, char dst[64])
{
	dst[0] = '\0';
	if (use_of(app)->state != NULL)
		use_of(app)->state(app, dst);
}
