/*
 * Where the panes are: rectangles from size, focus and what there is to show. Pure.
 */
#ifndef BERTH_TUI_LAYOUT_H
#define BERTH_TUI_LAYOUT_H

#include <stdbool.h>

enum pane_id {
	PANE_HEADER,
	PANE_LIST, /* a column of its own, or one line of tabs */
	PANE_FORM,
	PANE_SUMMARY, /* the form, folded to a line */
	PANE_PROGRESS,
	PANE_CARD, /* the result; takes its keys with the focus on PANE_PROGRESS */
	PANE_LOG,
	PANE_FOOTER,
	PANE_COUNT
};

enum layout_kind {
	LAYOUT_TOO_SMALL,
	LAYOUT_COMPACT, /* 80 x 24 */
	LAYOUT_WIDE,    /* 120 x 40 */
};

enum frame { FRAME_NONE, FRAME_RULE, FRAME_BOX };

#define LAYOUT_FORM_MESSAGE 2 /* rows under the fields */

#define LAYOUT_MIN_ROWS    10
#define LAYOUT_MIN_COLUMNS 40

struct rect {
	int y, x, h, w;
};

struct placement {
	struct rect outer; /* with the frame; h is 0 when the pane is not on the screen */
	struct rect inner;
	enum frame frame;
};

struct layout_input {
	int rows, columns;
	enum pane_id focus; /* PANE_LIST, PANE_FORM, PANE_PROGRESS or PANE_LOG */
	bool form_open; /* where there is not room for both, the form comes before its summary */
	bool no_form;   /* nothing can be deployed from here, and there never is a form */
	bool has_runs;
	bool has_entries; /* there is something to list, be it no run */
	bool ended;       /* the chosen run has its result: no layers to show */
	int card_rows;    /* lines of the result card, 0: none is shown */
	int form_fields;  /* how many the form has */
	int footer_rows;  /* 1, or what a question needs */
};

struct layout {
	enum layout_kind kind;
	int form_columns;
	struct placement panes[PANE_COUNT];
};

void layout_compute(struct layout *layout, const struct layout_input *input);

/* True if the pane is on the screen. */
bool layout_shows(const struct layout *layout, enum pane_id pane);

/* The pane that takes the keys after (step 1) or before (step -1) this one; the panes that can take
 * none now are left out. */
enum pane_id layout_next_focus(
	const struct layout *layout, const struct layout_input *input, enum pane_id from, int step);

#endif
