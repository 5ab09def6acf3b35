/* What there is to see, in lines. */
#include <stdio.h>
#include <string.h>

#include <berth/text.h>

#include "keys/action_table.h"
#include "linear/linear_private.h"
#include "list/container_text.h"
#include "list/details.h"
#include "panes/link.h"

const char *linear_state(const struct berth_run *run)
{
	static const char *const states[] = {
		[BERTH_RUN_QUEUED] = "queued",
		[BERTH_RUN_RUNNING] = "running",
		[BERTH_RUN_CANCELLING] = "being cancelled",
		[BERTH_RUN_COMPLETED] = "deployed",
		[BERTH_RUN_FAILED] = "failed",
		[BERTH_RUN_CANCELLED] = "cancelled",
		[BERTH_RUN_UNKNOWN] = "the outcome is not known",
	};
	return states[run->state];
}

static void say_run(struct linear *linear, const struct berth_run *run)
{
	char how_far[16] = "", link[64] = "", stage[64] = "";
	if (app_active(run) && run->stage >= 0)
		snprintf(stage, sizeof stage, ", %s", run->stages->stages[run->stage].name);
	if (app_active(run) && run->stage >= 0)
		snprintf(how_far, sizeof how_far, ", %d%%", run->progress);
	if (link_has(run))
		link_text(run, linear->app.now_ms, link);
	linear_say(linear, "%u. '%s' on %s: %s%s%s%s%s%s", run->number, run->deployment->name,
		run->deployment->target, linear_state(run), stage, how_far,
		link[0] != '\0' ? ", stream " : "", link,
		run->number == linear->app.chosen ? " (chosen)" : "");
}

void linear_status(struct linear *linear)
{
	const struct berth_container *container = app_container(&linear->app);
	const struct berth_run *run = app_run(&linear->app);
	char state[96];
	if (run != NULL)
		say_run(linear, run);
	else if (container != NULL)
		linear_say(linear, "Container '%s': %s", container_title(container),
			container_state(state, container, linear->app.now_ms));
	else
		linear_say(linear, "Nothing is deployed yet.");
}

static const struct berth_container *container_at(const struct app *app, const struct entry *entry)
{
	const struct berth_fleet *fleet = app->engine != NULL ? berth_engine_fleet(app->engine)
							      : NULL;
	return fleet != NULL ? berth_fleet_find(fleet, entry->id) : NULL;
}

static void say_container(struct linear *linear, size_t number, const struct entry *entry)
{
	const struct berth_container *container = container_at(&linear->app, entry);
	char state[96];
	if (container == NULL)
		return;
	linear_say(linear, "%zu. container '%s' on %s: %s%s", number, container_title(container),
		entry->target, container_state(state, container, linear->app.now_ms),
		strcmp(entry->id, linear->app.picked) == 0 ? " (chosen)" : "");
}

/* Runs have their numbers, containers of no run the ones behind. */
void linear_list(struct linear *linear)
{
	struct app *app = &linear->app;
	size_t number = berth_model_count(app->model), said = 0;
	app_list(app);
	for (size_t i = 0; i < app->entries.count; i++) {
		const struct entry *entry = &app->entries.list[i];
		if (entry->kind == ENTRY_GROUP)
			continue;
		said++;
		if (entry->kind == ENTRY_RUN)
			say_run(linear, berth_model_find(app->model, entry->run));
		else
			say_container(linear, ++number, entry);
	}
	if (said == 0)
		linear_say(linear, "Nothing is deployed yet.");
	else if (said > 1)
		linear_say(linear, "A number chooses one.");
}

void linear_choose(struct linear *linear, unsigned long number)
{
	struct app *app = &linear->app;
	size_t at = berth_model_count(app->model);
	if (number >= 1 && number <= at) {
		app_choose(app, (unsigned)number);
		return;
	}
	app_list(app);
	for (size_t i = 0; i < app->entries.count; i++) {
		const struct entry *entry = &app->entries.list[i];
		if (entry->kind == ENTRY_CONTAINER && ++at == number) {
			app_pick(app, entry->id);
			return;
		}
	}
	linear_say(linear, "The list has no %lu.", number);
}

void linear_lines(struct linear *linear, const struct lines *lines)
{
	for (size_t i = 0; i < lines->count; i++) {
		const struct line *line = &lines->list[i];
		bool both = line->label[0] != '\0' && line->value[0] != '\0';
		linear_say(linear, "%s%s%s", line->label, both ? "  " : "", line->value);
	}
}

enum { PAGE_COLUMNS = 1000 }; /* nothing is broken */

void linear_page(struct linear *linear)
{
	struct app *app = &linear->app;
	if (app->page.kind == PAGE_NONE || app->page.lines.columns == PAGE_COLUMNS)
		return;
	page_build(app, PAGE_COLUMNS);
	linear_say(linear, "%s:", page_title(app));
	linear_lines(linear, &app->page.lines);
	/* A plan stays until it is answered. */
	if (app->page.kind != PAGE_PLAN)
		page_close(app);
}

/* NULL: none is looked at. */
static const struct berth_details *looked_at(const struct app *app)
{
	return app->details_open && app->engine != NULL ? berth_engine_details(app->engine) : NULL;
}

bool linear_details_awaited(const struct linear *linear)
{
	const struct berth_details *details = looked_at(&linear->app);
	return details != NULL && !details->known && details->error.code == BERTH_E_OK;
}

void linear_details(struct linear *linear)
{
	const struct berth_details *details = looked_at(&linear->app);
	const char *now = details != NULL ? details->id : "";
	if (strcmp(linear->said.details, now) == 0 || linear_details_awaited(linear))
		return;
	snprintf(linear->said.details, sizeof linear->said.details, "%s", now);
	if (details != NULL)
		linear_result(linear);
}

void linear_result(struct linear *linear)
{
	const struct berth_run *run = app_run(&linear->app);
	if (linear->app.details_open) {
		details_lines(&linear->app, PAGE_COLUMNS);
		linear_lines(linear, &linear->app.card);
		return;
	}
	if (run == NULL || run->result == NULL) {
		linear_say(linear, "There is no result yet.");
		return;
	}
	struct berth_event event = {
		.type = BERTH_EVENT_RESULT, .result = run->result, .message = run->result->message};
	plain_event(&linear->plain, &event);
}

static const char *const own_help[][2] = {
	{"help", "this"},
	{"form, list, log, result", "go there, and have it read out; 'show' does the same"},
	{"set NAME VALUE", "a field of the form; without a value it is emptied"},
	{"a number", "in the form a field, in the list a deployment, else a line of the log"},
	{"status, or an empty line", "how far the chosen deployment is"},
	{"wait", "take the next line when the chosen deployment has ended"},
	{"find TEXT, next, previous", "search the log; so does /TEXT"},
	{"filter TEXT", "only lines with it; !TEXT hides, nothing behind it undoes; so does &TEXT"},
	{"expressions", "searches and filters are regular expressions, or text again"},
	{"export FILE", "the lines that the filter lets pass"},
	{"history", "past runs; 'history TEXT' those with it, 'history N' one, 'history N M' two"},
	{"replay N", "the log and the result of a past run; of one under way, live"},
	{"delete N", "a past run and its log, after a question"},
};

void linear_help(struct linear *linear)
{
	const struct app *app = &linear->app;
	linear_say(
		linear, "A command is a line; as much of its name as can mean no other is enough.");
	for (size_t i = 0; i < sizeof own_help / sizeof own_help[0]; i++)
		linear_say(linear, "  %s: %s", own_help[i][0], own_help[i][1]);
	linear_say(linear, "Every action by its name:");
	for (int i = ACTION_NONE + 1; i < ACTION_COUNT; i++) {
		enum action action = (enum action)i;
		const char *help = command_line_help(&app->preferences.keys, action);
		if (help == NULL || linear_is_for_screens(action) || linear_has(action))
			continue;
		linear_say(linear, "  %s%s%s: %s%s", action_table[i].name,
			action_table[i].argument != NULL ? " " : "",
			action_table[i].argument != NULL ? action_table[i].argument : "",
			app_refuses(app, action) ? "not now, read-only: " : "", help);
	}
	linear_say(
		linear, "Ctrl-C asks whether to quit. The end of the input waits for what runs.");
}
