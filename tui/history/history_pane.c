#include "history/history_pane.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <berth/engine.h>
#include <berth/recording.h>
#include <berth/text.h>

#include "app.h"
#include "history/history_ask.h"
#include "history/history_lines.h"
#include "history/history_text.h"
#include "history/replay.h"
#include "keys/input.h"
#include "panes/page.h"
#include "term/draw.h"

enum { NUMBER = 6, TARGET = 10, WHEN = 17, TOOK = 8, STATE = 12, NAME_MIN = 12 };

void history_pane_release(struct history_pane *pane)
{
	berth_past_runs_free(pane->runs, pane->count);
	berth_past_run_free(pane->run);
	berth_past_run_free(pane->other);
	free(pane->found);
	lines_release(&pane->lines);
}

bool history_pane_is_open(const struct app *app)
{
	return app->history.view != HISTORY_CLOSED;
}

static void repaint(struct app *app)
{
	app_stale_all(app, STALE_LAYOUT);
}

void history_pane_open(struct app *app)
{
	struct berth_history *history = app->engine != NULL ? berth_engine_history(app->engine)
							    : NULL;
	if (history == NULL) {
		app_notice(app, "There is no history: neither XDG_STATE_HOME nor HOME is set.");
		return;
	}
	form_leave(&app->form);
	app->history.view = HISTORY_LIST;
	app->history.at = app->history.top = 0;
	history_ask_list(app);
	repaint(app);
}

/* --- what is shown --- */

static const struct berth_past_run *current(const struct app *app)
{
	const struct history_pane *pane = &app->history;
	return pane->at < pane->count ? &pane->runs[pane->at] : NULL;
}

static const struct history_found *found_in(const struct history_pane *pane, int64_t number)
{
	for (size_t i = 0; i < pane->found_count; i++) {
		if (pane->found[i].number == number)
			return &pane->found[i];
	}
	return NULL;
}

static size_t rows_of(const struct app *app)
{
	int rows = page_text_area(app).h - 1;
	return rows > 1 ? (size_t)rows : 1;
}

static void keep_in_sight(struct app *app)
{
	struct history_pane *pane = &app->history;
	size_t rows = rows_of(app);
	if (pane->at >= pane->count)
		pane->at = pane->count > 0 ? pane->count - 1 : 0;
	if (pane->at < pane->top)
		pane->top = pane->at;
	if (pane->at >= pane->top + rows)
		pane->top = pane->at - rows + 1;
	if (pane->top + rows > pane->count)
		pane->top = pane->count > rows ? pane->count - rows : 0;
	/* Older ones are asked for before the end is reached. */
	if (pane->more && pane->at + 2 * rows > pane->count)
		history_ask_older(app);
}

static void paint_row(const struct app *app, const struct berth_past_run *run, bool chosen,
	struct rect rect, int row)
{
	const struct history_pane *pane = &app->history;
	const struct history_found *found = found_in(pane, run->number);
	struct pen pen = pen_at(&app->theme, rect, row);
	enum role text = chosen ? ROLE_STRONG : ROLE_TEXT, role;
	char number[24], when[32], took[16], state[64];
	const char *mark = history_mark(run, app->theme.ascii, &role);
	int name = rect.w - 4 - NUMBER - TARGET - WHEN - TOOK - STATE;
	if (chosen)
		pen_glyph(&pen, ROLE_ACTIVE, GLYPH_FOCUS);
	else
		pen_text(&pen, ROLE_WARN, run->number == pane->marked ? "*" : " ");
	pen_text(&pen, ROLE_TEXT, run->number == pane->marked && chosen ? "*" : " ");
	pen_text(&pen, role, mark);
	snprintf(number, sizeof number, "%5lld", (long long)run->number);
	pen_fit(&pen, ROLE_DIM, NUMBER, number);
	pen_text(&pen, text, " ");
	pen_fit(&pen, text, name > NAME_MIN ? name : NAME_MIN, run->name ? run->name : "");
	pen_fit(&pen, ROLE_TEXT, TARGET, run->target ? run->target : "");
	pen_fit(&pen, ROLE_TEXT, WHEN, history_when(when, run->started_ms));
	pen_fit(&pen, ROLE_TEXT, TOOK, history_took(took, run));
	snprintf(state, sizeof state, "%s", history_state(run));
	if (found != NULL)
		snprintf(state, sizeof state, "%llu line%s", (unsigned long long)found->lines,
			found->lines == 1 ? "" : "s");
	pen_fit(&pen, found != NULL ? ROLE_MATCH : role, pen.end - pen.column, state);
	pen_close(&pen);
}

static void paint_summary(const struct app *app, struct rect rect)
{
	const struct history_pane *pane = &app->history;
	struct pen pen = pen_at(&app->theme, rect, 0);
	if (pane->problem[0] != '\0')
		pen_text(&pen, ROLE_ERROR, pane->problem);
	else if (pane->count == 0)
		pen_text(&pen, ROLE_DIM,
			pane->asking ? "looking ..."
			: pane->filter[0] != '\0' || pane->pattern[0] != '\0'
				? "no run has that"
				: "no runs are recorded yet");
	else if (pane->pattern[0] != '\0')
		pen_format(&pen, ROLE_TEXT, "%zu log%s with '%s'%s", pane->found_count,
			pane->found_count == 1 ? "" : "s", pane->pattern,
			pane->search != NULL ? ", looking on ..." : "");
	else
		pen_format(&pen, ROLE_DIM, "%zu%s run%s%s%s%s", pane->count, pane->more ? "+" : "",
			pane->count == 1 ? "" : "s", pane->filter[0] != '\0' ? " with '" : "",
			pane->filter, pane->filter[0] != '\0' ? "'" : "");
	if (pane->marked > 0)
		pen_format(
			&pen, ROLE_WARN, "   %lld is marked: c compares", (long long)pane->marked);
	pen_close(&pen);
}

static void paint_list(struct app *app)
{
	struct history_pane *pane = &app->history;
	struct rect rect = page_text_area(app);
	struct lines none = {0};
	keep_in_sight(app);
	page_paint(app, "History", ROLE_BORDER_FOCUS, &none, 0);
	paint_summary(app, rect);
	for (size_t i = 0; i < rows_of(app) && pane->top + i < pane->count; i++) {
		size_t at = pane->top + i;
		paint_row(app, &pane->runs[at], at == pane->at, rect, (int)i + 1);
	}
}

static void build(struct history_pane *pane, int columns)
{
	if (pane->lines.columns == columns)
		return;
	lines_clear(&pane->lines, columns);
	if (pane->view == HISTORY_COMPARE)
		history_lines_compare(&pane->lines, pane->other, pane->run);
	else
		history_lines_run(&pane->lines, pane->run);
}

void history_pane_update(struct app *app)
{
	struct history_pane *pane = &app->history;
	char title[160];
	if (pane->view == HISTORY_LIST) {
		paint_list(app);
		return;
	}
	build(pane, page_text_area(app).w);
	pane->lines_top = lines_scroll(&pane->lines, pane->lines_top, 0, page_text_area(app).h);
	if (pane->view == HISTORY_COMPARE)
		snprintf(title, sizeof title, "Run %lld and run %lld",
			(long long)pane->other->number, (long long)pane->run->number);
	else
		snprintf(title, sizeof title, "Run %lld: %.80s", (long long)pane->run->number,
			pane->run->name ? pane->run->name : "");
	page_paint(app, title, ROLE_BORDER_FOCUS, &pane->lines, pane->lines_top);
}

/* --- keys --- */

static void close(struct app *app)
{
	struct history_pane *pane = &app->history;
	if (pane->view != HISTORY_LIST) {
		pane->view = HISTORY_LIST;
	} else if (pane->pattern[0] != '\0' || pane->filter[0] != '\0') {
		history_ask_logs(app, "");
		pane->filter[0] = '\0';
		history_ask_list(app);
	} else {
		pane->view = HISTORY_CLOSED;
		pane->marked = 0;
	}
	repaint(app);
}

static void move(struct app *app, long step)
{
	struct history_pane *pane = &app->history;
	long at = (long)pane->at + step, last = (long)pane->count - 1;
	pane->at = (size_t)(at < 0 || last < 0 ? 0 : at > last ? last : at);
	repaint(app);
}

static bool act_on_list(struct app *app, enum action action)
{
	long rows = (long)rows_of(app);
	switch (action) {
	case ACTION_UP:
		move(app, -1);
		return true;
	case ACTION_DOWN:
		move(app, 1);
		return true;
	case ACTION_PAGE_UP:
		move(app, 1 - rows);
		return true;
	case ACTION_PAGE_DOWN:
		move(app, rows - 1);
		return true;
	case ACTION_TOP:
		move(app, -(long)app->history.count);
		return true;
	case ACTION_BOTTOM:
		move(app, (long)app->history.count);
		return true;
	default:
		return false;
	}
}

static bool scroll(struct app *app, enum action action)
{
	struct history_pane *pane = &app->history;
	if (pane->view == HISTORY_LIST)
		return act_on_list(app, action);
	if (!page_scroll(app, &pane->lines, &pane->lines_top, action))
		return false;
	repaint(app);
	return true;
}

/* Of the run that is looked at, else of the one in the list. */
static const struct berth_past_run *chosen(const struct app *app)
{
	return app->history.view == HISTORY_LIST ? current(app) : app->history.run;
}

static void mark(struct app *app, const struct berth_past_run *run)
{
	struct history_pane *pane = &app->history;
	pane->marked = pane->marked == run->number ? 0 : run->number;
	if (pane->view == HISTORY_LIST)
		move(app, 1);
	repaint(app);
}

static void compare(struct app *app, const struct berth_past_run *run)
{
	if (app->history.marked == 0 || app->history.marked == run->number)
		app_notice(app, "Mark another run first, with m.");
	else
		history_ask_pair(app, app->history.marked, run->number);
}

void history_pane_ask_delete(struct app *app, const struct berth_past_run *run)
{
	char name[160];
	snprintf(name, sizeof name, "%lld (%.100s)", (long long)run->number,
		run->name ? run->name : "");
	app->history.doomed = run->number;
	prompt_ask(&app->prompt, QUESTION_DELETE, 0, &(struct prompt_about){.name = name});
	repaint(app);
}

/* Its log and its card are those of a replay that is at its end. */
static void show_again(struct app *app, const struct berth_past_run *run, double speed)
{
	bool live = run->state == BERTH_PAST_RUNNING;
	char *path = run->log && !run->log_removed ? berth_recording_path(run->log) : NULL;
	if (path == NULL) {
		app_notice(app, "Run %lld has no recording%s.", (long long)run->number,
			run->log_removed ? " any more" : "");
		return;
	}
	if (replay_open(app, path, live ? BERTH_REPLAY_MAX : speed, live) == 0)
		app->history.view = HISTORY_CLOSED;
	free(path);
	repaint(app);
}

void history_pane_delete(struct app *app)
{
	if (app->history.doomed > 0)
		history_ask_delete(app, app->history.doomed);
	app->history.doomed = 0;
}

static void type_filter(struct app *app)
{
	app->history.view = HISTORY_LIST;
	input_open(app, INPUT_HISTORY, "Runs with: ", app->history.filter);
}

static void type_pattern(struct app *app)
{
	app->history.view = HISTORY_LIST;
	input_open(app, INPUT_HISTORY_LOGS, "Logs with: ", app->history.pattern);
}

static bool act_on_run(struct app *app, enum action action)
{
	const struct berth_past_run *run = chosen(app);
	if (run == NULL)
		return false;
	switch (action) {
	case ACTION_HISTORY_LOOK:
		if (app->history.view == HISTORY_LIST)
			history_ask_run(app, run->number);
		return true;
	case ACTION_HISTORY_MARK:
		mark(app, run);
		return true;
	case ACTION_HISTORY_COMPARE:
		compare(app, run);
		return true;
	case ACTION_HISTORY_DELETE:
		history_pane_ask_delete(app, run);
		return true;
	case ACTION_HISTORY_REPLAY:
		show_again(app, run, 1);
		return true;
	case ACTION_HISTORY_LOG:
		show_again(app, run, BERTH_REPLAY_MAX);
		return true;
	default:
		return false;
	}
}

bool history_pane_act(struct app *app, enum action action)
{
	switch (action) {
	case ACTION_BACK:
		close(app);
		return true;
	case ACTION_HISTORY_FILTER:
		type_filter(app);
		return true;
	case ACTION_HISTORY_SEARCH:
		type_pattern(app);
		return true;
	default:
		return scroll(app, action) || act_on_run(app, action);
	}
}

void history_pane_click(struct app *app, int y)
{
	struct rect rect = page_text_area(app);
	size_t at = app->history.top + (size_t)(y - rect.y - 1);
	if (app->history.view != HISTORY_LIST || y <= rect.y || at >= app->history.count)
		return;
	app->history.at = at;
	repaint(app);
}

void history_pane_wheel(struct app *app, int rows)
{
	struct history_pane *pane = &app->history;
	if (pane->view == HISTORY_LIST)
		move(app, rows);
	else
		pane->lines_top = lines_scroll(
			&pane->lines, pane->lines_top, rows, page_text_area(app).h);
	repaint(app);
}

/* --- the lines that are typed --- */

/* It is searched while it is typed. */
static void filter_changed(struct app *app)
{
	snprintf(app->history.filter, sizeof app->history.filter, "%s", app->input.edit.text);
	app->history.at = 0;
	history_ask_list(app);
}

static void take(struct app *app)
{
	input_end(app, app->input.edit.text);
}

static void filter_left(struct app *app)
{
	app->history.filter[0] = '\0';
	history_ask_list(app);
}

const struct input_use history_filter_input = {.max = sizeof((struct history_pane *)0)->filter - 1,
	.changed = filter_changed,
	.take = take,
	.left = filter_left};

static void take_pattern(struct app *app)
{
	char pattern[sizeof app->history.pattern];
	snprintf(pattern, sizeof pattern, "%s", app->input.edit.text);
	input_end(app, pattern);
	history_ask_logs(app, pattern);
}

const struct input_use history_logs_input = {
	.max = sizeof((struct history_pane *)0)->pattern - 1, .take = take_pattern};
