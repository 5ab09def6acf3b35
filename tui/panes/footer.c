/* The last line: a question, something to say, or the keys that mean something now. */
#include "panes/pane.h"

#include <string.h>

#include <berth/text.h>

#include "keys/input.h"
#include "list/remote_actions.h"
#include "term/wrap.h"

static void paint_text(const struct app *app, struct rect rect, enum role role, const char *text)
{
	size_t len = strlen(text), at = 0, next;
	for (int row = 0; row < rect.h; row++) {
		struct pen pen = pen_at(&app->theme, rect, row);
		if (at < len) {
			size_t shown = wrap_words(text + at, len - at, rect.w, &next);
			pen_bytes(&pen, role, text + at, shown);
			at += next;
		}
		pen_close(&pen);
	}
}

/* What is typed keeps room, whatever there is to say about it. */
enum { INPUT_MIN = 16 };

static int label_columns(const struct app *app)
{
	int label = draw_width(&app->theme, app->input.label);
	return label <= app->layout.panes[PANE_FOOTER].inner.w - INPUT_MIN / 2 ? label : 0;
}

/* What is said at the end of the line; what has no room there stands above it. */
static int side_columns(const struct app *app, const char *text)
{
	int room = app->room.columns - 2 - draw_width(&app->theme, app->input.label) - INPUT_MIN;
	int width = draw_width(&app->theme, text) + 2;
	return text[0] != '\0' && width <= room ? width : 0;
}

static const char *text_above(const struct app *app)
{
	const char *problem = app->input.problem;
	return problem[0] != '\0' && side_columns(app, problem) == 0 ? problem : app->notice;
}

int footer_input_rows(const struct app *app)
{
	enum { ROWS_MAX = 3 };
	const char *text = text_above(app);
	size_t len = strlen(text), at = 0, next;
	int rows = 0;
	while (at < len && rows < ROWS_MAX) {
		wrap_words(text + at, len - at, app->room.columns - 2, &next);
		at += next;
		rows++;
	}
	return rows + 1;
}

static int input_columns(const struct app *app, char state[64])
{
	const char *problem = app->input.problem;
	input_state(app, state);
	return app->layout.panes[PANE_FOOTER].inner.w - label_columns(app) -
	       side_columns(app, problem[0] != '\0' ? problem : state);
}

static void paint_line(const struct app *app, struct rect rect)
{
	const struct inputline *input = &app->input;
	const struct edit *edit = &input->edit;
	struct pen pen = pen_at(&app->theme, rect, 0);
	char state[64];
	int columns = input_columns(app, state), cursor;
	size_t start = edit_window(edit->text, edit->len, edit->cursor, columns, &cursor);
	size_t len = berth_text_fit(edit->text + start, edit->len - start, columns, NULL);
	if (label_columns(app) > 0)
		pen_text(&pen, ROLE_QUESTION, input->label);
	int column = pen.column;
	pen_bytes(&pen, ROLE_STRONG, edit->text + start, len);
	pen_to(&pen, column + columns);
	if (side_columns(app, input->problem) > 0)
		pen_right(&pen, ROLE_ERROR, input->problem);
	else if (input->problem[0] == '\0' && side_columns(app, state) > 0)
		pen_right(&pen, ROLE_DIM, state);
	pen_close(&pen);
}

static void paint_input(const struct app *app, struct rect rect)
{
	const char *above = text_above(app);
	paint_text(app, (struct rect){rect.y, rect.x, rect.h - 1, rect.w},
		above == app->notice ? ROLE_STRONG : ROLE_ERROR, above);
	paint_line(app, (struct rect){rect.y + rect.h - 1, rect.x, 1, rect.w});
}

bool footer_cursor(const struct app *app, int *y, int *x)
{
	const struct edit *edit = &app->input.edit;
	struct rect rect = app->layout.panes[PANE_FOOTER].inner;
	char state[64];
	int column;
	if (app->input.kind == INPUT_NONE)
		return false;
	edit_window(edit->text, edit->len, edit->cursor, input_columns(app, state), &column);
	*y = rect.y + rect.h - 1;
	*x = rect.x + label_columns(app) + column;
	return true;
}

static void paint_keys_of(const struct app *app, enum context context, bool first, struct pen *pen)
{
	const struct binding *shown[16];
	size_t count = keys_footer(&app->preferences.keys, context, app_conditions(app),
		pen->end - pen->column - (first ? 0 : 2), shown, 16);
	for (size_t i = 0; i < count; i++) {
		char name[16];
		if (i > 0 || !first)
			pen_text(pen, ROLE_TEXT, "  ");
		bool refused = app_refuses(app, shown[i]->action) ||
			       remote_refusal(app, shown[i]->action) != NULL;
		pen_text(pen, refused ? ROLE_DIM : ROLE_KEY, keys_shown(name, shown[i], context));
		pen_format(pen, refused ? ROLE_DIM : ROLE_TEXT, " %s", shown[i]->label);
	}
}

static void paint_keys(const struct app *app, struct pen *pen)
{
	bool replays = app_replays(app);
	if (replays)
		paint_keys_of(app, IN_REPLAY, true, pen);
	paint_keys_of(app, app_context(app), !replays, pen);
}

/* Are keys told there, and nothing else? */
static bool tells_keys(const struct app *app)
{
	return app->prompt.question == QUESTION_NONE && app->input.kind == INPUT_NONE &&
	       app->notice[0] == '\0' && app->leaving == LEAVING_NOT;
}

/* As paint_keys_of() places them; *column goes to where the next would stand. */
static bool key_at(const struct app *app, enum context context, int *column, int end, int x,
	enum action *action)
{
	const struct binding *shown[16];
	size_t count = keys_footer(
		&app->preferences.keys, context, app_conditions(app), end - *column, shown, 16);
	for (size_t i = 0; i < count; i++) {
		char name[16];
		int width = draw_width(&app->theme, keys_shown(name, shown[i], context)) + 1 +
			    draw_width(&app->theme, shown[i]->label);
		*action = shown[i]->action;
		if (x >= *column && x < *column + width)
			return true;
		*column += width + 2;
	}
	return false;
}

bool footer_action_at(const struct app *app, int y, int x, enum action *action)
{
	struct rect rect = app->layout.panes[PANE_FOOTER].inner;
	int column = rect.x, end = rect.x + rect.w;
	if (!tells_keys(app) || y != rect.y)
		return false;
	return (app_replays(app) && key_at(app, IN_REPLAY, &column, end, x, action)) ||
	       key_at(app, app_context(app), &column, end, x, action);
}

static void footer_paint(const struct app *app, struct rect rect)
{
	if (app->prompt.question != QUESTION_NONE) {
		paint_text(app, rect, ROLE_QUESTION, app->prompt.text);
		return;
	}
	if (app->input.kind != INPUT_NONE) {
		paint_input(app, rect);
		return;
	}
	struct pen pen = pen_at(&app->theme, rect, 0);
	if (app->notice[0] != '\0')
		pen_fit(&pen, ROLE_STRONG, rect.w, app->notice);
	else if (app->leaving == LEAVING_WAITING)
		pen_text(&pen, ROLE_WARN, "Quits when everything has ended.  Esc stays");
	else if (app->leaving == LEAVING_BEHIND)
		pen_text(&pen, ROLE_WARN,
			"Leaves it running when the step it is at allows that.  Esc stays");
	else if (app->leaving == LEAVING_CANCELLING)
		pen_format(&pen, ROLE_WARN, "Quits when everything is %s.  Esc stays",
			app_streams(app) ? "cancelled" : "put back");
	else
		paint_keys(app, &pen);
	pen_close(&pen);
}

const struct pane_ops footer_pane = {.paint = footer_paint};
