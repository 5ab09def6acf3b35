#include "log_input.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "log_take.h"
#include "logtitle.h"

/* A search is tried while it is typed, from where it was begun. */
static void try_search(struct app *app)
{
	struct inputline *input = &app->input;
	struct berth_error err = {0};
	if (input->kind != INPUT_SEARCH)
		return;
	logview_restore(&app->log, &app->before_search);
	if (logview_search(&app->log, input->edit.text, input->flags, &err) != 0)
		snprintf(input->problem, sizeof input->problem, "%s", err.message);
	app_stale(app, PANE_LOG, STALE_DERIVE);
}

static void changed(struct app *app)
{
	app->input.problem[0] = '\0';
	try_search(app);
	app_stale(app, PANE_FOOTER, STALE_PAINT);
}

void log_input_open(struct app *app, enum input kind, const char *text)
{
	const struct log_position *at = logview_position(&app->log);
	if (kind == INPUT_SEARCH)
		app->before_search = *at;
	inputline_ask(&app->input, kind, text);
	app_stale_all(app, STALE_LAYOUT);
}

bool log_input_type(struct app *app, const char *text, size_t len)
{
	bool added = edit_insert(&app->input.edit, text, len);
	changed(app);
	return added;
}

static bool add_filter(struct app *app, const char *text)
{
	struct berth_error err;
	if (text[0] == '\0') {
		if (!logview_unfilter(&app->log))
			app_notice(app, "There is no filter to take off.");
		return true;
	}
	if (logview_filter(&app->log, text, app->input.flags, &err) == 0)
		return true;
	snprintf(app->input.problem, sizeof app->input.problem, "%s", err.message);
	return false;
}

/* False if it can't be taken as it is: the line stays open and says why. */
static bool take_text(struct app *app)
{
	const char *text = app->input.edit.text;
	switch (app->input.kind) {
	case INPUT_SEARCH:
		return app->input.problem[0] == '\0';
	case INPUT_FILTER:
		return add_filter(app, text);
	case INPUT_EXPORT:
		if (text[0] != '\0')
			log_take_export(app, text);
		return true;
	default:
		return true;
	}
}

static void take(struct app *app)
{
	if (take_text(app))
		inputline_end(&app->input, app->input.edit.len > 0);
}

static void leave(struct app *app)
{
	struct berth_error err;
	if (app->input.kind == INPUT_SEARCH) {
		/* The search before comes back, and the place. */
		logview_search(&app->log, app->input.last[INPUT_SEARCH], app->input.flags, &err);
		logview_restore(&app->log, &app->before_search);
	}
	inputline_end(&app->input, false);
}

bool log_input_act(struct app *app, enum action action)
{
	switch (action) {
	case ACTION_INPUT_TAKE:
		take(app);
		break;
	case ACTION_INPUT_LEAVE:
		leave(app);
		break;
	case ACTION_INPUT_EXPRESSION:
		app->input.flags ^= BERTH_PATTERN_REGEX;
		changed(app);
		break;
	case ACTION_INPUT_RECALL:
		inputline_recall(&app->input);
		changed(app);
		break;
	default:
		if (!edit_do(&app->input.edit, action, &app->input.cut))
			return false;
		changed(app);
	}
	app_stale_all(app, STALE_LAYOUT);
	return true;
}

void log_input_state(const struct app *app, char dst[64])
{
	const struct logsearch *search = &app->log.search;
	dst[0] = '\0';
	if (app->input.kind == INPUT_SEARCH && search->pattern != NULL)
		logtitle_matches(dst, &app->log);
}
