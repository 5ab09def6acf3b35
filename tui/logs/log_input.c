#include "logs/log_input.h"

#include <stdio.h>

#include <berth/search.h>

#include "app.h"
#include "logs/log_take.h"
#include "logs/logtitle.h"

static const char *pattern_label(const struct app *app, enum input kind)
{
	bool regex = app->pattern_flags & BERTH_PATTERN_REGEX;
	if (kind == INPUT_SEARCH)
		return regex ? "Search regex: " : "Search: ";
	return regex ? "Show only regex (! hides): " : "Show only (! hides): ";
}

void log_input_search(struct app *app)
{
	app->before_search = *logview_position(&app->log);
	input_open(app, INPUT_SEARCH, pattern_label(app, INPUT_SEARCH), "");
}

void log_input_filter(struct app *app)
{
	input_open(app, INPUT_FILTER, pattern_label(app, INPUT_FILTER), "");
}

void log_input_export(struct app *app, const char *path)
{
	input_open(app, INPUT_EXPORT, "Export to: ", path);
}

static bool act_on_pattern(struct app *app, enum action action)
{
	struct inputline *input = &app->input;
	if (action != ACTION_INPUT_EXPRESSION)
		return false;
	app->pattern_flags ^= BERTH_PATTERN_REGEX;
	snprintf(input->label, sizeof input->label, "%s", pattern_label(app, input->kind));
	input_changed(app);
	return true;
}

/* A search is tried while it is typed, from where it was begun. */
static void try_search(struct app *app)
{
	struct berth_error err = {0};
	logview_restore(&app->log, &app->before_search);
	if (logview_search(&app->log, app->input.edit.text, app->pattern_flags, &err) != 0)
		input_problem(app, err.message);
	app_stale(app, PANE_LOG, STALE_DERIVE);
}

static void take_search(struct app *app)
{
	if (app->input.problem[0] == '\0')
		input_end(app, app->input.edit.text);
}

/* The search before comes back, and the place. */
static void leave_search(struct app *app)
{
	struct berth_error err;
	logview_search(
		&app->log, inputline_last(&app->input, INPUT_SEARCH), app->pattern_flags, &err);
	logview_restore(&app->log, &app->before_search);
}

static void search_state(const struct app *app, char dst[64])
{
	if (app->log.search.pattern != NULL)
		logtitle_matches(dst, &app->log);
}

static void take_filter(struct app *app)
{
	const char *text = app->input.edit.text;
	struct berth_error err;
	if (text[0] == '\0') {
		input_end(app, NULL);
		if (!logview_unfilter(&app->log))
			app_notice(app, "There is no filter to take off.");
	} else if (logview_filter(&app->log, text, app->pattern_flags, &err) == 0) {
		input_end(app, text);
	} else {
		input_problem(app, err.message);
	}
}

static void take_path(struct app *app)
{
	const char *path = app->input.edit.text;
	input_end(app, path);
	if (path[0] != '\0')
		log_take_export(app, path);
}

const struct input_use log_search_input = {.changed = try_search,
	.take = take_search,
	.left = leave_search,
	.act = act_on_pattern,
	.state = search_state};

const struct input_use log_filter_input = {.take = take_filter, .act = act_on_pattern};

const struct input_use log_export_input = {.take = take_path};
