#include "form/form_drop.h"

#include <stdio.h>
#include <string.h>

enum { GAP = 2 };

/* The fields may need more rows than there are: the one with the cursor is always seen. */
static int first_row(const struct app *app, struct rect form)
{
	int columns = app->layout.form_columns;
	int rows = form.h - LAYOUT_FORM_MESSAGE, row = (int)app->form.current / columns;
	return row >= rows ? row - rows + 1 : 0;
}

struct form_cell form_cell(const struct app *app, struct rect form, size_t index)
{
	int columns = app->layout.form_columns;
	int row = (int)index / columns - first_row(app, form);
	int width = (form.w - GAP * (columns - 1)) / columns;
	int x = form.x + (int)index % columns * (width + GAP);
	struct form_cell cell = {0};
	if (row < 0 || row >= form.h - LAYOUT_FORM_MESSAGE)
		return cell;
	cell.rect = (struct rect){form.y + row, x, 1, width};
	cell.value = (struct rect){form.y + row, x + FORM_LABEL + 2, 1, width - FORM_LABEL - 2};
	return cell;
}

/* Several rows of one field, over the fields below; where those are too few, over those above. */
struct drop {
	struct form_row rows[FORM_ROWS_MAX];
	size_t count, at;
	size_t first; /* row that is seen at the top */
	int shown;
	struct form_cell top;
};

static bool place_rows(const struct app *app, struct rect form, struct drop *drop)
{
	const struct form *state = &app->form;
	int room = form.h - LAYOUT_FORM_MESSAGE;
	if (!form_is_list(state, state->current) || !form_applies(state, state->current))
		return false;
	drop->count = form_rows(state, state->current, drop->rows, &drop->at);
	drop->top = form_cell(app, form, state->current);
	if (drop->count < 2 || drop->top.rect.h == 0)
		return false;
	drop->shown = drop->count < (size_t)room ? (int)drop->count : room;
	drop->first = drop->at >= (size_t)drop->shown ? drop->at - (size_t)drop->shown + 1 : 0;
	int over = drop->top.rect.y + drop->shown - (form.y + room);
	if (over > 0) {
		drop->top.rect.y -= over;
		drop->top.value.y -= over;
	}
	return true;
}

static const char *bullets(const struct app *app)
{
	return glyph_text(GLYPH_SECRET, app->theme.ascii);
}

static void paint_row(const struct app *app, const struct drop *drop, int line)
{
	const struct form *form = &app->form;
	const struct form_field *field = &form->fields[form->current];
	size_t row = drop->first + (size_t)line, cursor;
	bool here = row == drop->at;
	char text[2 * EDIT_MAX], label[32];
	struct rect rect = drop->top.rect;
	int column;
	rect.h = drop->shown;
	struct pen pen = pen_at(&app->theme, rect, line);
	if (line == 0)
		pen_glyph(&pen, ROLE_BORDER_FOCUS, GLYPH_FOCUS);
	else
		pen_text(&pen, ROLE_TEXT, " ");
	if (line == 0)
		snprintf(label, sizeof label, "%.*s", FORM_LABEL, form_label(form, form->current));
	else
		snprintf(label, sizeof label, "%*zu", FORM_LABEL, row + 1);
	pen_fit(&pen, here || line == 0 ? ROLE_STRONG : ROLE_DIM, FORM_LABEL, label);
	pen_text(&pen, ROLE_TEXT, " ");
	size_t len = form_show_row(form, form->current, &drop->rows[row], true, bullets(app), text,
		sizeof text, &cursor);
	size_t start = here ? edit_window(text, len, cursor, drop->top.value.w, &column) : 0;
	enum role role = field->entered || field->own ? ROLE_INPUT : ROLE_INPUT_DERIVED;
	pen_bytes(&pen, here ? role : ROLE_TEXT, text + start, len - start);
	while (here && pen.column < pen.end)
		pen_text(&pen, ROLE_INPUT, " ");
	pen_close(&pen);
}

static void paint_name(const struct app *app, struct rect rect, int line, size_t index, bool last)
{
	const struct completing *completing = &app->completing;
	const struct complete_names *names = completing->names;
	struct pen pen = pen_at(&app->theme, rect, line);
	bool chosen = completing->chosen == index + 1;
	size_t left = names->all - index;
	pen_glyph(&pen, ROLE_BORDER_FOCUS, chosen ? GLYPH_FOCUS : GLYPH_VERTICAL);
	if (last && left > 1)
		pen_format(&pen, ROLE_DIM, "%zu more", left);
	else
		pen_text(&pen, chosen ? ROLE_STRONG : ROLE_TEXT, names->names[index]);
	pen_close(&pen);
}

/* Where the names are, and which is the first: below the field, or above it where there is more
 * room. */
static bool place_names(
	const struct app *app, struct rect form, struct rect *place, size_t *first_name)
{
	const struct completing *completing = &app->completing;
	struct form_cell cell = form_cell(app, form, app->form.current);
	struct rect rect = cell.value;
	if (cell.rect.h == 0)
		return false;
	int above = cell.rect.y - form.y;
	int below = form.h - LAYOUT_FORM_MESSAGE - above - 1;
	int room = above > below ? above : below;
	size_t count = completing->names->count;
	int shown = count < (size_t)room ? (int)count : room;
	size_t first = 0;
	if (shown < 1)
		return false;
	/* The last line may say how many more there are, so the chosen one stays off it. */
	if (completing->chosen + 1 > (size_t)shown)
		first = completing->chosen + 1 - (size_t)shown;
	if (first + (size_t)shown > count)
		first = count - (size_t)shown;
	rect.y = above > below ? cell.rect.y - shown : cell.rect.y + 1;
	rect.h = shown;
	rect.x -= 1;
	rect.w += 1;
	*place = rect;
	*first_name = first;
	return true;
}

static void paint_names(const struct app *app, struct rect form)
{
	struct rect rect;
	size_t first;
	if (!place_names(app, form, &rect, &first))
		return;
	for (int line = 0; line < rect.h; line++)
		paint_name(app, rect, line, first + (size_t)line, line == rect.h - 1);
}

void form_drop_paint(const struct app *app, struct rect form)
{
	struct drop drop;
	if (app->room.focus != PANE_FORM)
		return;
	if (app->completing.names != NULL) {
		paint_names(app, form);
	} else if (place_rows(app, form, &drop)) {
		for (int line = 0; line < drop.shown; line++)
			paint_row(app, &drop, line);
	}
}

bool form_drop_cursor(const struct app *app, struct rect form, int *y, int *x)
{
	struct drop drop;
	char text[2 * EDIT_MAX];
	size_t cursor;
	int column;
	if (app->completing.names != NULL || !place_rows(app, form, &drop))
		return false;
	size_t len = form_show_row(&app->form, app->form.current, &drop.rows[drop.at], true,
		bullets(app), text, sizeof text, &cursor);
	edit_window(text, len, cursor, drop.top.value.w, &column);
	*y = drop.top.value.y + (int)(drop.at - drop.first);
	*x = drop.top.value.x + column;
	return true;
}

static bool inside(struct rect rect, int y, int x)
{
	return y >= rect.y && y < rect.y + rect.h && x >= rect.x && x < rect.x + rect.w;
}

static bool click_name(struct app *app, struct rect form, int y, int x)
{
	struct completing *completing = &app->completing;
	struct rect rect;
	size_t first;
	if (!place_names(app, form, &rect, &first) || !inside(rect, y, x))
		return false;
	size_t index = first + (size_t)(y - rect.y);
	/* The last line may be the number of those that do not fit. */
	if (y == rect.y + rect.h - 1 && completing->names->all > index + 1)
		return true;
	completing->chosen = index;
	completing_choose(completing, &app->form, 1);
	completing_end(completing);
	return true;
}

static bool click_row(struct app *app, struct rect form, int y, int x)
{
	struct form *state = &app->form;
	struct drop drop;
	if (!place_rows(app, form, &drop))
		return false;
	drop.top.rect.h = drop.shown;
	if (!inside(drop.top.rect, y, x))
		return false;
	size_t row = drop.first + (size_t)(y - drop.top.rect.y);
	state->fields[state->current].edit.cursor = drop.rows[row].end;
	state->reveal = false;
	return true;
}

bool form_drop_click(struct app *app, struct rect form, int y, int x)
{
	if (app->completing.names != NULL)
		return click_name(app, form, y, x);
	return app->room.focus == PANE_FORM && click_row(app, form, y, x);
}
