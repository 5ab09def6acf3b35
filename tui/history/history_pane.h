/*
 * The history over the panes: past runs newest first, searched as one types, one of them whole, two
 * compared, one deleted or shown again. All is asked of the engine's history, which answers from
 * the loop; the list is there while the next answer is waited for.
 */
#ifndef BERTH_TUI_HISTORY_PANE_H
#define BERTH_TUI_HISTORY_PANE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <berth/history.h>

#include "keys/keys.h"
#include "panes/lines.h"

struct app;
struct input_use;

enum history_view { HISTORY_CLOSED, HISTORY_LIST, HISTORY_RUN, HISTORY_COMPARE };

/* What a log has of what was searched there. */
struct history_found {
	int64_t number;
	uint64_t lines;
};

struct history_pane {
	enum history_view view;
	struct berth_past_run *runs; /* newest first */
	size_t count;
	bool more;          /* there are older ones */
	bool asking, again; /* for the list; and once more, as something else is meant by now */
	bool older;         /* the question is for those behind the last */
	char filter[128];
	char pattern[128]; /* searched in the logs; "": none */
	struct berth_history_search *search;
	struct history_found *found;
	size_t found_count, found_capacity;
	size_t at, top;
	int64_t marked, doomed; /* numbers; 0: none */
	struct berth_past_run *run, *other;
	struct lines lines; /* of a run or a comparison */
	size_t lines_top;
	char problem[256];
};

void history_pane_release(struct history_pane *pane);

void history_pane_open(struct app *app);
bool history_pane_is_open(const struct app *app);
bool history_pane_act(struct app *app, enum action action);
/* The answer to the question was yes. */
/* Ask whether to delete a run, and do it. */
void history_pane_ask_delete(struct app *app, const struct berth_past_run *run);
void history_pane_delete(struct app *app);
void history_pane_update(struct app *app);
/* A click on that row of the screen, or the wheel. */
void history_pane_click(struct app *app, int y);
void history_pane_wheel(struct app *app, int rows);

extern const struct input_use history_filter_input, history_logs_input;

#endif
