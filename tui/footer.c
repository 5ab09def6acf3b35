/* The last line: a question, something to say, or the keys that mean something now. */
#include "pane.h"

#include <string.h>

#include "wrap.h"

static void paint_question(const struct app *app, struct rect rect)
{
	const char *text = app->prompt.text;
	size_t len = strlen(text), at = 0, next;
	for (int row = 0; row < rect.h; row++) {
		struct pen pen = pen_at(&app->theme, rect, row);
		if (at < len) {
			size_t shown = wrap_words(text + at, len - at, rect.w, &next);
			pen_bytes(&pen, ROLE_QUESTION, text + at, shown);
			at += next;
		}
		pen_close(&pen);
	}
}

static void paint_keys(const struct app *app, struct pen *pen)
{
	const struct binding *shown[16];
	enum context context = app_context(app);
	size_t count = keys_footer(context, app_conditions(app), pen->end - pen->column, shown, 16);
	for (size_t i = 0; i < count; i++) {
		char name[16];
		if (i > 0)
			pen_text(pen, ROLE_TEXT, "  ");
		pen_text(pen, ROLE_KEY, keys_shown(name, shown[i], context));
		pen_format(pen, ROLE_TEXT, " %s", shown[i]->label);
	}
}

static void footer_paint(const struct app *app, struct rect rect)
{
	if (app->prompt.question != QUESTION_NONE) {
		paint_question(app, rect);
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
