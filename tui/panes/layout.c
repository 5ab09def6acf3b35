#include "panes/layout.h"

enum {
	WIDE_COLUMNS = 100,
	WIDE_ROWS = 28,
	LIST_MIN = 34,
	LIST_MAX = 44,
	BESIDE_LIST = 86, /* with that the form and the log say all; the rest is the list's */
	LAYER_ROWS = 3,
	STAGE_ROWS = 2,    /* stages, bar */
	PROGRESS_ROWS = 3, /* and what is being waited for; a card says it itself */
	LOG_MIN = 4,
	FORM_COLUMN = 36, /* what a column of the form needs to be of use */
	CARD_MIN = 3,
	CARD_LOG_MIN = 7,     /* what a card must leave to the log above which it stands */
	BESIDE_COLUMNS = 180, /* from there on the card stands beside the log */
	BESIDE_CARD = 62,     /* a digest, or a line of help, behind its label */
};

static int smaller(int a, int b)
{
	return a < b ? a : b;
}

static void place(struct layout *layout, enum pane_id pane, struct rect outer, enum frame frame)
{
	struct rect inner = outer;
	if (frame == FRAME_BOX) {
		inner = (struct rect){outer.y + 1, outer.x + 2, outer.h - 2, outer.w - 4};
	} else if (frame == FRAME_RULE) {
		inner = (struct rect){outer.y + 1, outer.x + 1, outer.h - 1, outer.w - 2};
	} else {
		inner.x += 1;
		inner.w -= 2;
	}
	layout->panes[pane] = (struct placement){outer, inner, frame};
}

/* Cut `h` rows off the top of `rest` for a pane. */
static void take(
	struct layout *layout, enum pane_id pane, struct rect *rest, int h, enum frame frame)
{
	place(layout, pane, (struct rect){rest->y, rest->x, h, rest->w}, frame);
	rest->y += h;
	rest->h -= h;
}

static void take_right(
	struct layout *layout, enum pane_id pane, struct rect *rest, int w, enum frame frame)
{
	rest->w -= w;
	place(layout, pane, (struct rect){rest->y, rest->x + rest->w, rest->h, w}, frame);
}

static int form_rows(const struct layout_input *input, int columns)
{
	return (input->form_fields + columns - 1) / columns + LAYOUT_FORM_MESSAGE;
}

static int list_width(int columns)
{
	int left = columns - BESIDE_LIST;
	return left < LIST_MIN ? LIST_MIN : smaller(left, LIST_MAX);
}

static void layout_wide(struct layout *layout, const struct layout_input *input, struct rect rest)
{
	int list = list_width(rest.w);
	place(layout, PANE_LIST, (struct rect){rest.y, rest.x, rest.h, list}, FRAME_BOX);
	rest.x += list;
	rest.w -= list;
	layout->form_columns = 2;
	if (!input->no_form)
		take(layout, PANE_FORM, &rest, form_rows(input, 2) + 2, FRAME_BOX);
	int room = rest.h - (STAGE_ROWS + 2) - CARD_LOG_MIN;
	bool beside = input->columns >= BESIDE_COLUMNS;
	bool card = input->card_rows > 0 && (beside || room >= CARD_MIN);
	int progress = card ? STAGE_ROWS : PROGRESS_ROWS + (input->ended ? 0 : LAYER_ROWS);
	if (input->has_runs)
		take(layout, PANE_PROGRESS, &rest, progress + 2, FRAME_BOX);
	if (card && beside)
		take_right(layout, PANE_CARD, &rest, BESIDE_CARD, FRAME_BOX);
	else if (card)
		take(layout, PANE_CARD, &rest, smaller(input->card_rows + 2, room), FRAME_BOX);
	take(layout, PANE_LOG, &rest, rest.h, FRAME_BOX);
}

/* The card stands where the log is until the log is asked for. */
static bool card_is_up(const struct layout_input *input)
{
	return input->card_rows > 0 && input->focus != PANE_LOG;
}

static int progress_rows(const struct layout_input *input)
{
	return (card_is_up(input) ? STAGE_ROWS : PROGRESS_ROWS) + 1;
}

static void take_bottom(struct layout *layout, const struct layout_input *input, struct rect *rest)
{
	take(layout, card_is_up(input) ? PANE_CARD : PANE_LOG, rest, rest->h, FRAME_RULE);
}

static void layout_folded(struct layout *layout, const struct layout_input *input, struct rect rest)
{
	if (rest.h >= 9)
		take(layout, PANE_SUMMARY, &rest, 1, FRAME_NONE);
	take(layout, PANE_PROGRESS, &rest, rest.h >= 12 ? progress_rows(input) : 2, FRAME_RULE);
	take_bottom(layout, input, &rest);
}

static void layout_compact(
	struct layout *layout, const struct layout_input *input, struct rect rest)
{
	if ((input->has_runs || input->has_entries) && input->rows >= 14)
		take(layout, PANE_LIST, &rest, 1, FRAME_NONE);
	layout->form_columns = rest.w - 2 >= 2 * FORM_COLUMN ? 2 : 1;
	int form = form_rows(input, layout->form_columns) + 1;
	int progress = input->has_runs ? progress_rows(input) : 0;

	if (!input->form_open || input->no_form) {
		layout_folded(layout, input, rest);
	} else if (rest.h >= form + progress + LOG_MIN) {
		take(layout, PANE_FORM, &rest, form, FRAME_RULE);
		if (progress > 0)
			take(layout, PANE_PROGRESS, &rest, progress, FRAME_RULE);
		take_bottom(layout, input, &rest);
	} else if (input->focus == PANE_FORM || !input->has_runs) {
		int log = rest.h - form;
		take(layout, PANE_FORM, &rest, log >= LOG_MIN ? form : rest.h, FRAME_RULE);
		if (rest.h > 0)
			take_bottom(layout, input, &rest);
	} else {
		layout_folded(layout, input, rest);
	}
}

void layout_compute(struct layout *layout, const struct layout_input *input)
{
	*layout = (struct layout){.kind = LAYOUT_TOO_SMALL, .form_columns = 1};
	if (input->rows < LAYOUT_MIN_ROWS || input->columns < LAYOUT_MIN_COLUMNS)
		return;
	struct rect rest = {0, 0, input->rows, input->columns};
	take(layout, PANE_HEADER, &rest, 1, FRAME_NONE);
	rest.h -= input->footer_rows;
	place(layout, PANE_FOOTER,
		(struct rect){rest.y + rest.h, 0, input->footer_rows, input->columns}, FRAME_NONE);
	if (input->columns >= WIDE_COLUMNS && input->rows >= WIDE_ROWS) {
		layout->kind = LAYOUT_WIDE;
		layout_wide(layout, input, rest);
	} else {
		layout->kind = LAYOUT_COMPACT;
		layout_compact(layout, input, rest);
	}
}

bool layout_shows(const struct layout *layout, enum pane_id pane)
{
	return layout->panes[pane].outer.h > 0;
}

/* A pane that is folded or covered can still be asked for: that is what brings it up. */
static bool takes_focus(
	const struct layout *layout, const struct layout_input *input, enum pane_id pane)
{
	switch (pane) {
	case PANE_LIST:
		return layout_shows(layout, PANE_LIST) && (input->has_runs || input->has_entries);
	case PANE_FORM:
		return !input->no_form && (layout->kind == LAYOUT_WIDE || input->form_open);
	case PANE_PROGRESS:
		return input->card_rows > 0;
	default:
		return true;
	}
}

enum pane_id layout_next_focus(
	const struct layout *layout, const struct layout_input *input, enum pane_id from, int step)
{
	static const enum pane_id order[] = {PANE_LIST, PANE_FORM, PANE_PROGRESS, PANE_LOG};
	int at = 0;
	for (int i = 0; i < 4; i++) {
		if (order[i] == from)
			at = i;
	}
	for (int i = 0; i < 4; i++) {
		at = (at + step + 4) % 4;
		if (takes_focus(layout, input, order[at]))
			return order[at];
	}
	return from;
}
