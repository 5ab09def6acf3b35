/* The panes: one table of what derives and paints each, and one pass over all that is stale. */
#ifndef BERTH_TUI_PANE_H
#define BERTH_TUI_PANE_H

#include "app.h"
#include "term/draw.h"

/* `rect` is the inside of the pane; its frame is painted already. Painting must fill all of it. */
struct pane_ops {
	void (*derive)(struct app *app, struct rect rect); /* may be NULL */
	void (*paint)(const struct app *app, struct rect rect);
	/* The title and what stands at the right end of it; NULL for a pane without a frame. */
	void (*title)(const struct app *app, char left[128], char right[64]);
};

extern const struct pane_ops header_pane, list_pane, form_pane, summary_pane, progress_pane,
	card_pane, log_pane, footer_pane;

/* One frame: places, derives and paints what is stale, then shows it at once. */
void pane_update(struct app *app);

/* Rows of the footer while a line is typed there. */
int footer_input_rows(const struct app *app);
/* Where the text cursor belongs in that line; false if there is none. */
bool footer_cursor(const struct app *app, int *y, int *x);

/* The action whose key is told at that place; false if there is none. */
bool footer_action_at(const struct app *app, int y, int x, enum action *action);

/* The place in app->entries of what is painted there; -1 if that is nothing. */
int list_entry_at(const struct app *app, int y, int x);

/* Where the text cursor belongs in the form; false if there is none. */
bool form_pane_cursor(const struct app *app, int *y, int *x);

/* The turning or standing mark of a run, and the role to show it in. */
const char *pane_run_mark(const struct app *app, const struct berth_run *run, enum role *role);

/* The same of a container. */
const char *pane_container_mark(
	const struct app *app, const struct berth_container *container, enum role *role);

/* The time a run has taken, or takes so far. */
int64_t pane_run_time(const struct app *app, const struct berth_run *run);

#endif
