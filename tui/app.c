#include "app.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "history/replay.h"
#include "keys/action_table.h"
#include "list/container_text.h"
#include "list/details.h"
#include "list/remote_actions.h"
#include "panes/link.h"
#include "panes/usual.h"

int app_init(struct app *app, struct berth_settings *settings, struct berth_error *err)
{
	*app = (struct app){.settings = settings};
	app->model = berth_model_new();
	if (app->model == NULL)
		return berth_error_set(err, BERTH_E_MEMORY, 0, "out of memory");
	preferences_init(&app->preferences);
	form_init(&app->form, settings);
	app->recall_wanted = true;
	logview_init(&app->log);
	take_init(&app->take);
	app->room = (struct layout_input){.focus = PANE_FORM,
		.form_open = true,
		.form_fields = FORM_FIELDS,
		.footer_rows = 1};
	app_stale_all(app, STALE_LAYOUT);
	return 0;
}

void app_release(struct app *app)
{
	lines_release(&app->card);
	lines_release(&app->help);
	lines_release(&app->page.lines);
	history_pane_release(&app->history);
	completing_end(&app->completing);
	plugin_form_release(&app->plugins);
	berth_recall_free(app->recall);
	free(app->recall_note);
	berth_deployment_free(app->confirming);
	logview_release(&app->log);
	entries_release(&app->entries);
	usual_release(app);
	take_release(&app->take);
	inputline_release(&app->input);
	logfilter_release(&app->log_export.filter);
	free(app->log_export.path);
	berth_model_free(app->model);
}

void app_stale(struct app *app, enum pane_id pane, unsigned bits)
{
	app->stale[pane] |= bits;
}

void app_stale_all(struct app *app, unsigned bits)
{
	for (int pane = 0; pane < PANE_COUNT; pane++)
		app->stale[pane] |= bits;
}

bool app_is_stale(const struct app *app)
{
	for (int pane = 0; pane < PANE_COUNT; pane++) {
		if (app->stale[pane] != 0)
			return true;
	}
	return app->redraw;
}

enum context app_context(const struct app *app)
{
	return app->input.kind != INPUT_NONE ? IN_INPUT : app_context_behind(app);
}

enum context app_context_behind(const struct app *app)
{
	if (app->page.kind != PAGE_NONE)
		return IN_PAGE;
	if (app->help_open)
		return IN_HELP;
	if (history_pane_is_open(app))
		return IN_HISTORY;
	switch (app->room.focus) {
	case PANE_LIST:
		return IN_LIST;
	case PANE_FORM:
		return form_is_choice(&app->form, app->form.current) ? IN_CHOICE : IN_TEXT;
	case PANE_PROGRESS:
		return IN_RESULT;
	default:
		return IN_LOG;
	}
}

bool app_replays(const struct app *app)
{
	return (app_context(app) & (IN_LIST | IN_RESULT | IN_LOG)) != 0 &&
	       replay_is(app, app_run(app));
}

bool app_active(const struct berth_run *run)
{
	return run != NULL && run->result == NULL;
}

unsigned app_conditions(const struct app *app)
{
	const struct berth_run *run = app_run(app);
	unsigned conditions = 0;
	if (run != NULL && run->result != NULL)
		conditions |= IF_ENDED;
	else if (run != NULL && run->state != BERTH_RUN_CANCELLING &&
		 (!replay_is(app, run) || replay_follows(app, run)))
		conditions |= IF_CANCELLABLE;
	if (berth_model_count(app->model) > 1)
		conditions |= IF_SEVERAL;
	const struct berth_container *container = app_container(app);
	if (container != NULL && !app_active(run))
		conditions |= IF_CONTAINER | (berth_container_up(container) ? IF_UP : 0);
	/* Those that its server can't are shown as such. */
	if (remote_is_there(app))
		conditions |= IF_CONTAINER | IF_UP;
	if (!layout_shows(&app->layout, PANE_FORM))
		conditions |= IF_FOLDED;
	if (form_is_list(&app->form, app->form.current))
		conditions |= IF_ROWS;
	if (form_is_secret(&app->form, app->form.current))
		conditions |= IF_SECRET;
	return conditions;
}

const struct berth_run *app_run(const struct app *app)
{
	return app->chosen == 0 ? NULL : berth_model_find(app->model, app->chosen);
}

const struct berth_container *app_container_of(const struct app *app, const struct berth_run *run)
{
	const struct berth_fleet *fleet = app->engine != NULL ? berth_engine_fleet(app->engine)
							      : NULL;
	/* What became of the container of a recorded run is not the recording's to say. */
	if (replay_is(app, run))
		return NULL;
	for (size_t i = 0; fleet != NULL && run->id[0] != '\0' && i < berth_fleet_count(fleet);
		i++) {
		const struct berth_container *container = berth_fleet_at(fleet, i);
		if (strcmp(container->deployment, run->id) == 0)
			return container;
	}
	return NULL;
}

const struct berth_container *app_container(const struct app *app)
{
	const struct berth_run *run = app_run(app);
	if (run != NULL)
		return app_container_of(app, run);
	if (app->engine == NULL || app->picked[0] == '\0')
		return NULL;
	return berth_fleet_find(berth_engine_fleet(app->engine), app->picked);
}

bool app_rehearses(const struct app *app)
{
	const struct berth_run *run = app_run(app);
	const char *target = berth_settings_get(app->settings, BERTH_FIELD_TARGET);
	if (run != NULL)
		return strcmp(run->deployment->kind, "demo") == 0;
	return target != NULL && strcmp(target, "demo") == 0;
}

bool app_refuses(const struct app *app, enum action action)
{
	/* The history is not about what is chosen. */
	bool replays = replay_is(app, app_run(app)) && !history_pane_is_open(app) &&
		       !(action == ACTION_CANCEL && replay_follows(app, app_run(app)));
	return (app->read_only || replays) && !action_table[action].harmless;
}

unsigned app_count(const struct app *app, bool failed)
{
	unsigned count = 0;
	for (size_t i = 0; i < berth_model_count(app->model); i++) {
		const struct berth_run *run = berth_model_at(app->model, i);
		bool lost = run->state == BERTH_RUN_FAILED || run->state == BERTH_RUN_UNKNOWN;
		if (!replay_is(app, run))
			count += failed ? lost : app_active(run);
	}
	return count;
}

void app_choose(struct app *app, unsigned number)
{
	if (berth_model_find(app->model, number) == NULL)
		return;
	app->chosen = number;
	app->picked[0] = '\0';
	app->card_top = 0;
	details_leave(app);
	app_show_log(app);
	app_stale_all(app, STALE_LAYOUT);
}

void app_pick(struct app *app, const char *id)
{
	char copy[sizeof app->picked];
	/* It may be the list's, which is made anew. */
	snprintf(copy, sizeof copy, "%s", id);
	app->chosen = 0;
	app->card_top = 0;
	snprintf(app->picked, sizeof app->picked, "%s", copy);
	details_leave(app);
	app_show_log(app);
	app_stale_all(app, STALE_LAYOUT);
}

void app_show_log(struct app *app)
{
	logview_show(&app->log, app->chosen,
		app->engine != NULL && app->chosen != 0 ? berth_engine_log(app->engine, app->chosen)
							: NULL);
	app->log_end = 0;
}

/* What the containers of the endpoint are said to be on. */
static const char *endpoint_target(const struct app *app)
{
	const char *target = berth_settings_get(app->settings, BERTH_FIELD_TARGET);
	return target != NULL && berth_settings_applies(app->settings, BERTH_FIELD_HOST) &&
			       strcmp(target, "demo") != 0
		       ? target
		       : "local";
}

void app_list(struct app *app)
{
	entries_build(&app->entries, app->model,
		app->engine != NULL ? berth_engine_fleet(app->engine) : NULL, endpoint_target(app));
}

/* Who was chosen and is gone leaves its place to the next. */
static void pick_another(struct app *app)
{
	int place = entries_find(&app->entries, 0, app->picked);
	app_list(app);
	if (place < 0 || entries_find(&app->entries, 0, app->picked) >= 0)
		return;
	int next = entries_beside(&app->entries, place - 1, 1);
	if (next < 0)
		next = entries_beside(&app->entries, (int)app->entries.count, -1);
	app->picked[0] = '\0';
	if (next >= 0 && app->entries.list[next].kind == ENTRY_RUN)
		app_choose(app, app->entries.list[next].run);
	else if (next >= 0)
		app_pick(app, app->entries.list[next].id);
}

void app_fleet(struct app *app)
{
	const struct berth_fleet *fleet = app->engine != NULL ? berth_engine_fleet(app->engine)
							      : NULL;
	if (fleet == NULL || berth_fleet_changes(fleet) == app->fleet_seen)
		return;
	app->fleet_seen = berth_fleet_changes(fleet);
	/* What is looked at stays on the screen, with what became of it. */
	if (app->picked[0] != '\0' && !app->details_open &&
		berth_fleet_find(fleet, app->picked) == NULL)
		pick_another(app);
	app_stale(app, PANE_LIST, STALE_DERIVE);
	app_stale(app, PANE_FOOTER, STALE_PAINT);
	app_stale(app, PANE_PROGRESS, STALE_PAINT);
	if (app->chosen == 0)
		app_stale(app, PANE_LOG, STALE_PAINT);
	if (app->details_open || app->room.has_entries != (berth_fleet_count(fleet) > 0))
		app_stale(app, PANE_LIST, STALE_LAYOUT);
}

void app_focus(struct app *app, enum pane_id pane)
{
	if (app->room.focus == pane || (pane == PANE_FORM && app->room.no_form))
		return;
	if (app->room.focus == PANE_FORM) {
		completing_end(&app->completing);
		form_leave(&app->form);
	}
	app->room.focus = pane;
	app_stale_all(app, STALE_LAYOUT);
}

void app_resize(struct app *app, int rows, int columns)
{
	app->room.rows = rows;
	app->room.columns = columns;
	app_stale_all(app, STALE_LAYOUT);
}

void app_notice(struct app *app, const char *format, ...)
{
	va_list arguments;
	va_start(arguments, format);
	vsnprintf(app->notice, sizeof app->notice, format, arguments);
	va_end(arguments);
	/* Above a line that is typed it has rows of its own. */
	if (app->input.kind != INPUT_NONE)
		app_stale_all(app, STALE_LAYOUT);
	app_stale(app, PANE_FOOTER, STALE_PAINT);
}

/* A container of that name is there which berth did not make: only a person can say what is to be
 * done with it. Whoever is typing a line is not asked, as the next letter would be taken
 * for the answer; to run it again asks. */
static void ask_to_replace(struct app *app, const struct berth_run *run)
{
	const struct berth_result *result = run->result;
	if (result->outcome != BERTH_REJECTED || result->failure == NULL ||
		!result->failure->replaceable || run->deployment->replace ||
		app->prompt.question != QUESTION_NONE || app->leaving != LEAVING_NOT ||
		app->input.kind != INPUT_NONE)
		return;
	prompt_ask(&app->prompt, QUESTION_REPLACE, run->number,
		&(struct prompt_about){.name = run->deployment->container});
}

static void show_result(struct app *app, const struct berth_run *run)
{
	app_stale_all(app, STALE_LAYOUT);
	ask_to_replace(app, run);
	if (run->number != app->chosen)
		return;
	app->card_wanted = true;
	app->card_top = 0;
	/* Who reads further up, or types a line, is not taken away from it. */
	if (app->room.focus == PANE_LOG && logview_following(&app->log) &&
		app->input.kind == INPUT_NONE)
		app_focus(app, PANE_PROGRESS);
}

void app_event(struct app *app, const struct berth_event *event)
{
	struct berth_error err;
	if (berth_model_apply(app->model, event, &err) != 0)
		app_notice(app, "%s", err.message);
	app_stale(app, PANE_LIST, STALE_DERIVE);
	app_stale(app, PANE_HEADER, STALE_PAINT);
	if (event->deployment == app->chosen)
		app_stale(app, PANE_PROGRESS, STALE_PAINT);
	const struct berth_run *run = berth_model_find(app->model, event->deployment);
	if (event->type == BERTH_EVENT_RESULT && run != NULL && run->result != NULL)
		show_result(app, run);
}

/* Of a burst, the last lines say enough. */
enum { HEAR_MAX = 16 };

static void hear_log(struct app *app, const struct berth_run *run, struct berth_log *log)
{
	struct berth_log_line line;
	uint64_t end = berth_log_end(log), n = run->heard;
	for (n = end > n + HEAR_MAX ? end - HEAR_MAX : n; n < end; n++) {
		if (berth_log_get(log, n, &line))
			berth_model_hear(app->model, run->number, n, &line);
	}
}

/* What runs on a server speaks in its log. */
static void hear_servers(struct app *app)
{
	for (size_t i = 0; app->engine != NULL && i < berth_model_count(app->model); i++) {
		const struct berth_run *run = berth_model_at(app->model, i);
		struct berth_log *log = berth_engine_log(app->engine, run->number);
		if (log != NULL && app_active(run) && link_has(run))
			hear_log(app, run, log);
	}
}

void app_logs(struct app *app)
{
	hear_servers(app);
	uint64_t end = app->log.filter.log != NULL ? berth_log_end(app->log.filter.log) : 0;
	if (end == app->log_end)
		return;
	app->log_end = end;
	app_stale(app, PANE_LOG, STALE_DERIVE);
}

void app_endpoint(struct app *app)
{
	plugin_form_follow(app);
	app_stale(app, PANE_HEADER, STALE_PAINT);
	if (app->chosen == 0)
		app_stale(app, PANE_LOG, STALE_PAINT);
	if (app->page.kind == PAGE_PLAN)
		page_renew(app);
}

/* Nothing to complete: the key means what it means everywhere else. */
void app_completed(struct app *app, struct complete_names *names)
{
	if (!app->completing.reading)
		free(names);
	else if (!completing_found(&app->completing, &app->form, names))
		app_focus(app, layout_next_focus(&app->layout, &app->room, app->room.focus, 1));
	app_stale(app, PANE_FORM, STALE_PAINT);
}

void app_recalled(struct app *app, struct berth_recall *recall)
{
	berth_recall_free(app->recall);
	app->recall = recall;
	app->form.recall = recall;
	app_stale(app, PANE_FORM, STALE_PAINT);
}

bool app_moves(const struct app *app)
{
	return app_count(app, false) > 0 || replay_moves(app);
}

bool app_streams(const struct app *app)
{
	for (size_t i = 0; i < berth_model_count(app->model); i++) {
		const struct berth_run *run = berth_model_at(app->model, i);
		if (app_active(run) && link_has(run))
			return true;
	}
	return false;
}

void app_tick(struct app *app, int64_t now_ms, unsigned spin)
{
	bool next_second = now_ms / 1000 != app->now_ms / 1000;
	app->now_ms = now_ms;
	/* Seconds of silence and of a pause before the next attempt are counted there. */
	if (next_second && app_streams(app))
		app_stale(app, PANE_HEADER, STALE_PAINT);
	if (spin != app->spin && replay_moves(app)) {
		app_stale(app, PANE_HEADER, STALE_PAINT);
		app_stale(app, PANE_PROGRESS, STALE_PAINT);
	}
	if (spin == app->spin || !app_moves(app))
		return;
	app->spin = spin;
	app_stale(app, PANE_LIST, STALE_DERIVE);
	if (app_active(app_run(app)))
		app_stale(app, PANE_PROGRESS, STALE_PAINT);
}

int app_deploy(struct app *app, const struct berth_deployment *deployment)
{
	struct berth_error err;
	unsigned number;
	if (app->engine == NULL)
		return -1;
	if (berth_engine_deploy(app->engine, deployment, true, &number, &err) != 0 ||
		berth_model_add(app->model, number, deployment, &err) != 0) {
		app_notice(app, "%s", err.message);
		return -1;
	}
	usual_ask(app, number, deployment);
	app->room.has_runs = true;
	app->room.form_open = false;
	app->card_wanted = true;
	app_choose(app, number);
	app_focus(app, PANE_LOG);
	return 0;
}
