#include "panes/pane.h"

#include <stdio.h>
#include <string.h>

#include <berth/text.h>

#include "form/form_drop.h"
#include "form/form_own.h"

static void paint_choice(const struct app *app, struct pen *pen, size_t index, bool focused)
{
	const struct form_field *field = &app->form.fields[index];
	enum role role = focused ? ROLE_STRONG : field->own ? ROLE_TEXT : ROLE_DIM;
	enum role arrows = focused ? ROLE_KEY : ROLE_DIM;
	pen_glyph(pen, arrows, GLYPH_CHOICE_LEFT);
	pen_format(pen, role, " %s ",
		field->edit.len > 0 ? field->edit.text
				    : glyph_text(GLYPH_NOTHING, app->theme.ascii));
	pen_glyph(pen, arrows, GLYPH_CHOICE_RIGHT);
}

static void paint_text(
	const struct app *app, struct pen *pen, struct rect rect, size_t index, bool focused)
{
	const struct form_field *field = &app->form.fields[index];
	char text[2 * EDIT_MAX];
	size_t cursor, start = 0;
	int column;
	size_t len = form_show(&app->form, index, focused,
		glyph_text(GLYPH_SECRET, app->theme.ascii), text, sizeof text, &cursor);
	enum role role = field->own || field->touched ? ROLE_TEXT : ROLE_DIM;
	if (!focused && len == 0 && form_requires(&app->form, index)) {
		pen_fit(pen, ROLE_DIM, rect.w, "needed");
		return;
	}
	if (!focused) {
		pen_fit(pen, field->error[0] != '\0' ? ROLE_ERROR : role, rect.w, text);
		return;
	}
	start = edit_window(text, len, cursor, rect.w, &column);
	pen_bytes(pen, field->entered || field->own ? ROLE_INPUT : ROLE_INPUT_DERIVED, text + start,
		len - start);
	while (pen->column < pen->end)
		pen_text(pen, ROLE_INPUT, " ");
}

static void paint_field(const struct app *app, struct rect rect, size_t index)
{
	struct form_cell cell = form_cell(app, rect, index);
	const struct form_field *field = &app->form.fields[index];
	bool focused = app->room.focus == PANE_FORM && app->form.current == index;
	bool applies = form_applies(&app->form, index);
	if (cell.rect.h == 0)
		return;
	struct pen pen = pen_at(&app->theme, cell.rect, 0);
	if (field->error[0] != '\0')
		pen_glyph(&pen, ROLE_ERROR, GLYPH_FAILED);
	else if (focused)
		pen_glyph(&pen, ROLE_BORDER_FOCUS, GLYPH_FOCUS);
	else
		pen_text(&pen, ROLE_TEXT, " ");
	pen_fit(&pen,
		focused   ? ROLE_STRONG
		: applies ? ROLE_TEXT
			  : ROLE_DIM,
		FORM_LABEL, form_label(&app->form, index));
	pen_text(&pen, ROLE_TEXT, " ");
	if (!applies)
		pen_glyph(&pen, ROLE_DIM, GLYPH_NOTHING);
	else if (form_is_choice(&app->form, index))
		paint_choice(app, &pen, index, focused);
	else
		paint_text(app, &pen, cell.value, index, focused);
	pen_close(&pen);
}

static void paint_wrapped(const struct app *app, struct rect rect, enum role role, const char *text)
{
	struct lines lines = {0};
	lines_clear(&lines, rect.w);
	lines_text(&lines, 0, role, text);
	lines_paint(&lines, &app->theme, rect, 0);
	if (lines.count > (size_t)rect.h) {
		struct pen pen = pen_at(&app->theme, rect, rect.h - 1);
		const char *value = lines.list[rect.h - 1].value, *next = lines.list[rect.h].value;
		char rest[1024];
		snprintf(rest, sizeof rest, "%s %s", value ? value : "", next ? next : "");
		pen_fit(&pen, role, rect.w, rest);
	}
	lines_release(&lines);
}

/* What is wrong, else what the field with the cursor is for and where its value comes from. */
static void paint_message(const struct app *app, struct rect rect)
{
	const struct form *form = &app->form;
	const struct form_field *field = &form->fields[form->current];
	enum berth_field_id about = form_id(form, form->current);
	const char *error = field->error;
	char text[512] = "";
	if (app->room.focus != PANE_FORM) {
		for (size_t i = 0; i < FORM_FIELDS && error[0] == '\0'; i++)
			error = form->fields[i].error;
	} else {
		const char *origin = berth_settings_origin(form->settings, about);
		bool told = !field->own && field->edit.len > 0 && origin != NULL &&
			    origin[0] != '\0' && strcmp(origin, "default") != 0;
		const struct berth_plugin_field *own = form_own(form, form->current);
		size_t earlier = form_recallable(form);
		char up[32] = "";
		if (earlier > 0)
			snprintf(up, sizeof up, "; Up: %zu earlier", earlier);
		if (own != NULL)
			snprintf(text, sizeof text, "%s", own->help);
		else
			snprintf(text, sizeof text, "%s%s%s%s",
				berth_settings_help(form->settings, about),
				told ? "; now from " : "", told ? origin : "", up);
	}
	if (error[0] != '\0')
		paint_wrapped(app, rect, ROLE_ERROR, error);
	else
		paint_wrapped(app, rect, ROLE_DIM, text);
}

static void form_paint(const struct app *app, struct rect rect)
{
	int rows = rect.h - LAYOUT_FORM_MESSAGE;
	draw_blank((struct rect){rect.y, rect.x, rows, rect.w});
	for (size_t i = 0; i < FORM_FIELDS; i++)
		paint_field(app, rect, i);
	form_drop_paint(app, rect);
	paint_message(app, (struct rect){rect.y + rows, rect.x, LAYOUT_FORM_MESSAGE, rect.w});
}

static void form_title(const struct app *app, char left[128], char right[64])
{
	char key[16];
	snprintf(left, 128, "Deploy%s",
		berth_settings_protected(app->settings) ? " to a protected target" : "");
	if (app->read_only)
		snprintf(right, 64, "%s", action_read_only);
	else if (keymap_key(key, &app->preferences.keys, ACTION_DEPLOY)[0] != '\0')
		snprintf(right, 64, "%s deploys", key);
}

bool form_pane_cursor(const struct app *app, int *y, int *x)
{
	const struct form *form = &app->form;
	char text[2 * EDIT_MAX];
	size_t cursor;
	int column;
	if (app->room.focus != PANE_FORM || !layout_shows(&app->layout, PANE_FORM) ||
		form_is_choice(form, form->current) || !form_applies(form, form->current))
		return false;
	struct rect inner = app->layout.panes[PANE_FORM].inner;
	if (form_drop_cursor(app, inner, y, x))
		return true;
	struct form_cell cell = form_cell(app, inner, form->current);
	if (cell.rect.h == 0)
		return false;
	size_t len = form_show(form, form->current, true,
		glyph_text(GLYPH_SECRET, app->theme.ascii), text, sizeof text, &cursor);
	edit_window(text, len, cursor, cell.value.w, &column);
	*y = cell.value.y;
	*x = cell.value.x + column;
	return true;
}

const struct pane_ops form_pane = {.paint = form_paint, .title = form_title};
