#include "history/history_ask.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <berth/engine.h>
#include <berth/history.h>

#include "app.h"

enum { PAGE = 200 };

static struct berth_history *history_of(const struct app *app)
{
	return app->engine != NULL ? berth_engine_history(app->engine) : NULL;
}

static void repaint(struct app *app)
{
	app_stale_all(app, STALE_LAYOUT);
}

static void say(struct app *app, const struct berth_error *err)
{
	snprintf(app->history.problem, sizeof app->history.problem, "%s",
		err != NULL ? err->message : "");
	repaint(app);
}

/* --- the list --- */

static void ask_now(struct app *app);

static bool append(struct history_pane *pane, struct berth_past_run *runs, size_t count)
{
	struct berth_past_run *grown;
	if (count == 0)
		return true;
	grown = realloc(pane->runs, (pane->count + count) * sizeof *grown);
	if (grown == NULL)
		return false;
	memcpy(grown + pane->count, runs, count * sizeof *runs);
	pane->runs = grown;
	pane->count += count;
	return true;
}

static void take_runs(struct history_pane *pane, struct berth_past_run *runs, size_t count)
{
	if (!pane->older) {
		berth_past_runs_free(pane->runs, pane->count);
		pane->runs = runs;
		pane->count = count;
	} else if (append(pane, runs, count)) {
		free(runs);
	} else {
		berth_past_runs_free(runs, count);
	}
}

static void listed(void *context, struct berth_past_run *runs, size_t count, bool more,
	const struct berth_error *err)
{
	struct app *app = context;
	struct history_pane *pane = &app->history;
	pane->asking = false;
	if (pane->again && app->engine != NULL) {
		berth_past_runs_free(runs, count);
		ask_now(app);
		return;
	}
	say(app, err);
	if (err != NULL)
		return;
	take_runs(pane, runs, count);
	pane->more = more;
}

static void ask_now(struct app *app)
{
	struct history_pane *pane = &app->history;
	struct berth_error err;
	const struct berth_history_query query = {.text = pane->filter[0] ? pane->filter : NULL,
		.outcome = -1,
		.before = pane->older && pane->count > 0 ? pane->runs[pane->count - 1].number : 0,
		.limit = PAGE};
	pane->again = false;
	if (history_of(app) == NULL)
		return;
	if (berth_history_list(history_of(app), &query, listed, app, &err) < 0)
		say(app, &err);
	else
		pane->asking = true;
}

static void ask(struct app *app, bool older)
{
	app->history.older = older;
	if (app->history.asking)
		app->history.again = true;
	else
		ask_now(app);
}

void history_ask_list(struct app *app)
{
	if (app->history.pattern[0] == '\0')
		ask(app, false);
}

void history_ask_older(struct app *app)
{
	if (!app->history.asking && app->history.pattern[0] == '\0')
		ask(app, true);
}

/* --- logs --- */

static void listed_found(void *context, struct berth_past_run *run, const struct berth_error *err)
{
	struct app *app = context;
	struct history_pane *pane = &app->history;
	(void)err;
	if (run == NULL)
		return;
	/* The newest come first, and another search may have begun. */
	if (pane->pattern[0] != '\0' && append(pane, run, 1))
		free(run);
	else
		berth_past_run_free(run);
	repaint(app);
}

static bool note_found(struct history_pane *pane, const struct berth_history_hit *hit)
{
	if (pane->found_count == pane->found_capacity) {
		size_t capacity = pane->found_capacity ? pane->found_capacity * 2 : 64;
		struct history_found *grown = realloc(pane->found, capacity * sizeof *grown);
		if (grown == NULL)
			return false;
		pane->found = grown;
		pane->found_capacity = capacity;
	}
	pane->found[pane->found_count++] = (struct history_found){hit->number, hit->lines};
	return true;
}

static void on_hit(void *context, const struct berth_history_hit *hit)
{
	struct app *app = context;
	char id[24];
	if (app->history.search == NULL || history_of(app) == NULL ||
		!note_found(&app->history, hit))
		return;
	snprintf(id, sizeof id, "%lld", (long long)hit->number);
	berth_history_find(history_of(app), id, listed_found, app, NULL);
}

static void search_ended(void *context, const struct berth_error *err)
{
	struct app *app = context;
	/* One that was stopped for another has been forgotten already. */
	if (err != NULL && err->code == BERTH_E_CANCELLED)
		return;
	app->history.search = NULL;
	say(app, err);
}

void history_ask_logs(struct app *app, const char *pattern)
{
	struct history_pane *pane = &app->history;
	struct berth_error err;
	if (pane->search != NULL)
		berth_history_search_stop(pane->search);
	pane->search = NULL;
	pane->found_count = 0;
	snprintf(pane->pattern, sizeof pane->pattern, "%s", pattern);
	if (pattern[0] == '\0') {
		history_ask_list(app);
		return;
	}
	berth_past_runs_free(pane->runs, pane->count);
	pane->runs = NULL;
	pane->count = pane->at = 0;
	pane->more = false;
	pane->search = berth_history_search_logs(
		history_of(app), pattern, 0, on_hit, search_ended, app, &err);
	say(app, pane->search == NULL ? &err : NULL);
}

/* --- one, and two --- */

static void show(struct app *app, enum history_view view)
{
	app->history.view = view;
	app->history.lines_top = 0;
	lines_clear(&app->history.lines, 0);
	repaint(app);
}

static int find(struct app *app, int64_t number, berth_past_run_fn *found)
{
	struct berth_error err;
	char id[24];
	snprintf(id, sizeof id, "%lld", (long long)number);
	if (history_of(app) == NULL)
		return -1;
	if (berth_history_find(history_of(app), id, found, app, &err) == 0)
		return 0;
	app_notice(app, "%s", err.message);
	return -1;
}

/* Who has closed it meanwhile is not shown anything. */
static bool keep(struct app *app, struct berth_past_run **place, struct berth_past_run *run,
	const struct berth_error *err)
{
	if (err != NULL && app->engine != NULL)
		app_notice(app, "%s", err->message);
	if (run == NULL || app->history.view == HISTORY_CLOSED) {
		berth_past_run_free(run);
		return false;
	}
	berth_past_run_free(*place);
	*place = run;
	return true;
}

static void found_run(void *context, struct berth_past_run *run, const struct berth_error *err)
{
	struct app *app = context;
	if (keep(app, &app->history.run, run, err))
		show(app, HISTORY_RUN);
}

void history_ask_run(struct app *app, int64_t number)
{
	find(app, number, found_run);
}

static void found_first(void *context, struct berth_past_run *run, const struct berth_error *err)
{
	struct app *app = context;
	keep(app, &app->history.other, run, err);
}

static void found_second(void *context, struct berth_past_run *run, const struct berth_error *err)
{
	struct app *app = context;
	if (keep(app, &app->history.run, run, err) && app->history.other != NULL)
		show(app, HISTORY_COMPARE);
}

/* Answers come in the order of the questions. */
void history_ask_pair(struct app *app, int64_t before, int64_t after)
{
	berth_past_run_free(app->history.other);
	app->history.other = NULL;
	if (find(app, before < after ? before : after, found_first) == 0)
		find(app, before < after ? after : before, found_second);
}

static void deleted(void *context, const struct berth_error *err)
{
	struct app *app = context;
	if (app->engine == NULL)
		return;
	app_notice(app, "%s", err != NULL ? err->message : "The run is deleted, and its log.");
	app->history.view = app->history.view == HISTORY_CLOSED ? HISTORY_CLOSED : HISTORY_LIST;
	history_ask_list(app);
	repaint(app);
}

void history_ask_delete(struct app *app, int64_t number)
{
	struct berth_error err;
	if (history_of(app) == NULL)
		return;
	if (app->history.marked == number)
		app->history.marked = 0;
	if (berth_history_delete(history_of(app), number, deleted, app, &err) < 0)
		app_notice(app, "%s", err.message);
}
