/* The last line: a question, something to say, or the keys that mean something now. */
#include "pane.h"

#include <string.h>

#include <berth/text.h>

#include "log_input.h"
#include "wrap.h"

enum { INPUT_MIN = 16 };

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

static int input_columns(const struct app *app, struct rect rect, char state[64])
{
	const struct inputline *input = &app->input;
	log_input_state(app, state);
	int used = draw_width(&app->theme, inputline_label(input));
	int right = draw_width(&app->theme, input->problem[0] != '\0' ? input->problem : state);
	/* What is typed keeps room, whatever there is to say about it. */
	int left = rect.w - used - (right > 0 ? right + 2 : 0);
	return left >= INPUT_MIN ? left : rect.w - used > INPUT_MIN ? INPUT_MIN : rect.w - used;
}

static void paint_input(const struct app *app, struct rect rect)
{
	const struct inputline *input = &app->input;
	struct pen pen = pen_at(&app->theme, rect, 0);
	char state[64];
	int columns = input_columns(app, rect, state), cursor;
	const struct edit *edit = &input->edit;
	size_t start = edit_window(edit->text, edit->len, edit->cursor, columns, &cursor);
	size_t len = berth_text_fit(edit->text + start, edit->len - start, columns, NULL);
	pen_text(&pen, ROLE_QUESTION, inputline_label(input));
	int column = pen.column;
	pen_bytes(&pen, ROLE_STRONG, edit->text + start, len);
	pen_to(&pen, column + columns);
	if (input->problem[0] != '\0')
		pen_right(&pen, ROLE_ERROR, input->problem);
	else
		pen_right(&pen, ROLE_DIM, state);
	pen_close(&pen);
}

/* The question stays whole, the answer scrolls. */
static int answer_column(const struct app *app, int columns)
{
	int question = draw_width(&app->theme, app->ask.question);
	return question < columns - 8 ? question : 0;
}

static void paint_asked(const struct app *app, struct rect rect)
{
	const struct edit *edit = &app->ask.edit;
	struct pen pen = pen_at(&app->theme, rect, 0);
	int at = answer_column(app, rect.w), column;
	if (at > 0)
		pen_text(&pen, ROLE_QUESTION, app->ask.question);
	size_t start = edit_window(edit->text, edit->len, edit->cursor, rect.w - at, &column);
	pen_bytes(&pen, ROLE_INPUT, edit->text + start, edit->len - start);
	while (pen.column < pen.end)
		pen_text(&pen, ROLE_INPUT, " ");
}

static void answer_cursor(const struct app *app, struct rect rect, int *y, int *x)
{
	const struct edit *edit = &app->ask.edit;
	int at = answer_column(app, rect.w), column;
	edit_window(edit->text, edit->len, edit->cursor, rect.w - at, &column);
	*y = rect.y + rect.h - 1;
	*x = rect.x + at + column;
}

bool footer_cursor(const struct app *app, int *y, int *x)
{
	const struct edit *edit = &app->input.edit;
	struct rect rect = app->layout.panes[PANE_FOOTER].inner;
	char state[64];
	int column;
	if (app->ask.kind != ASK_NOTHING) {
		answer_cursor(app, rect, y, x);
		return true;
	}
	if (app->input.kind == INPUT_NONE)
		return false;
	edit_window(edit->text, edit->len, edit->cursor, input_columns(app, rect, state), &column);
	*y = rect.y;
	*x = rect.x + draw_width(&app->theme, inputline_label(&app->input)) + column;
	return true;
}

static void paint_keys(const struct app *app, struct pen *pen)
{
	const struct binding *shown[16];
	enum context context = app_context(app);
	size_t count = keys_footer(&app->preferences.keys, context, app_conditions(app),
		pen->end - pen->column, shown, 16);
	for (size_t i = 0; i < count; i++) {
		char name[16];
		if (i > 0)
			pen_text(pen, ROLE_TEXT, "  ");
		bool refused = app_refuses(app, shown[i]->action);
		pen_text(pen, refused ? ROLE_DIM : ROLE_KEY, keys_shown(name, shown[i], context));
		pen_format(pen, refused ? ROLE_DIM : ROLE_TEXT, " %s", shown[i]->label);
	}
}

static void footer_paint(const struct app *app, struct rect rect)
{
	if (app->prompt.question != QUESTION_NONE) {
		paint_text(app, rect, ROLE_QUESTION, app->prompt.text);
		return;
	}
	if (app->ask.kind != ASK_NOTHING) {
		paint_text(app, (struct rect){rect.y, rect.x, rect.h - 1, rect.w}, ROLE_STRONG,
			app->notice);
		paint_asked(app, (struct rect){rect.y + rect.h - 1, rect.x, 1, rect.w});
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
	else if (app->leaving == LEAVING_CANCELLING)
		pen_format(&pen, ROLE_WARN, "Quits when everything is %s.  Esc stays",
			app_streams(app) ? "cancelled" : "put back");
	else
		paint_keys(app, &pen);
	pen_close(&pen);
}

const struct pane_ops footer_pane = {.paint = footer_paint};
