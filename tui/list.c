/* The deployments: a column of rows where there is room, else one line of tabs. */
#include "pane.h"

#include <stdio.h>
#include <string.h>

#include <berth/text.h>

enum {
	TARGET = 7,
	INFO = 7,
	TAB_NAME = 20,
	TAB_NAME_MIN = 8,
	TAB_GAP = 2,
	LEFT_OUT = 2, /* the ellipsis for what is left out, and a blank */
};

static int smaller(int a, int b)
{
	return a < b ? a : b;
}

/* How far it is, or how long it took. */
static const char *run_info(const struct app *app, const struct berth_run *run, char dst[16])
{
	if (run->state == BERTH_RUN_QUEUED)
		snprintf(dst, 16, "queued");
	else if (app_active(run))
		snprintf(dst, 16, "%d%%", run->progress);
	else
		berth_format_duration(dst, pane_run_time(app, run));
	return dst;
}

static void paint_row(
	const struct app *app, const struct berth_run *run, struct rect rect, int line)
{
	struct pen pen = pen_at(&app->theme, rect, line);
	bool chosen = run->number == app->chosen;
	enum role role = chosen ? ROLE_STRONG : ROLE_TEXT, mark_role;
	const char *mark = pane_run_mark(app, run, &mark_role);
	char info[16];
	if (chosen)
		pen_glyph(&pen, ROLE_BORDER_FOCUS, GLYPH_FOCUS);
	else
		pen_text(&pen, ROLE_TEXT, " ");
	pen_format(&pen, ROLE_DIM, "%2u ", run->number);
	pen_text(&pen, mark_role, mark);
	pen_text(&pen, ROLE_TEXT, " ");
	pen_fit(&pen, role, rect.w - 6 - TARGET - 1 - INFO, run->deployment->name);
	pen_text(&pen, ROLE_TEXT, " ");
	pen_fit(&pen, ROLE_DIM, TARGET, run->deployment->target);
	pen_right(&pen, role, run_info(app, run, info));
}

static size_t index_of(const struct app *app)
{
	for (size_t i = 0; i < berth_model_count(app->model); i++) {
		if (berth_model_at(app->model, i)->number == app->chosen)
			return i;
	}
	return 0;
}

static void paint_column(const struct app *app, struct rect rect)
{
	size_t count = berth_model_count(app->model), chosen = index_of(app), rows = (size_t)rect.h;
	size_t top = 0;
	if (count > rows && chosen >= rows / 2)
		top = chosen - rows / 2 < count - rows ? chosen - rows / 2 : count - rows;
	for (size_t row = 0; row < rows; row++) {
		if (top + row < count) {
			paint_row(app, berth_model_at(app->model, top + row), rect, (int)row);
			continue;
		}
		struct pen pen = pen_at(&app->theme, rect, (int)row);
		if (count == 0 && row == 0)
			pen_text(&pen, ROLE_DIM, "none yet");
		pen_close(&pen);
	}
}

/* "▸1 ◐ web 42%  ", with so many columns for the name at most. */
static int tab_width(const struct app *app, const struct berth_run *run, int name_max)
{
	char info[16], number[16];
	int name = draw_width(&app->theme, run->deployment->name);
	snprintf(number, sizeof number, "%u", run->number);
	return 1 + (int)strlen(number) + 3 + smaller(name, name_max) + 1 +
	       (int)strlen(run_info(app, run, info)) + TAB_GAP;
}

static void paint_tab(
	const struct app *app, const struct berth_run *run, int name_max, struct pen *pen)
{
	bool chosen = run->number == app->chosen;
	enum role role = chosen ? ROLE_STRONG : ROLE_TEXT, mark_role;
	const char *mark = pane_run_mark(app, run, &mark_role);
	int name = draw_width(&app->theme, run->deployment->name);
	char info[16];
	if (chosen)
		pen_glyph(pen, ROLE_BORDER_FOCUS, GLYPH_FOCUS);
	else
		pen_text(pen, ROLE_TEXT, " ");
	pen_format(pen, app->room.focus == PANE_LIST && chosen ? ROLE_STRONG : ROLE_DIM, "%u ",
		run->number);
	pen_text(pen, mark_role, mark);
	pen_text(pen, ROLE_TEXT, " ");
	pen_fit(pen, role, smaller(name, name_max), run->deployment->name);
	pen_format(pen, chosen ? ROLE_TEXT : ROLE_DIM, " %s  ", run_info(app, run, info));
}

static int tabs_width(const struct app *app, int name_max)
{
	int width = -TAB_GAP;
	for (size_t i = 0; i < berth_model_count(app->model); i++)
		width += tab_width(app, berth_model_at(app->model, i), name_max);
	return width;
}

/* Names give way before whole tabs do. */
static int tab_name_max(const struct app *app, int columns)
{
	int name_max = TAB_NAME;
	while (name_max > TAB_NAME_MIN && tabs_width(app, name_max) > columns)
		name_max--;
	return name_max;
}

/* The first of those that end with the chosen one and fit. */
static size_t first_tab(const struct app *app, int name_max, int columns)
{
	size_t chosen = index_of(app), first = chosen;
	bool is_last = chosen + 1 == berth_model_count(app->model);
	int width = tab_width(app, berth_model_at(app->model, chosen), name_max) +
		    (is_last ? -TAB_GAP : LEFT_OUT - 1);
	while (first > 0) {
		width += tab_width(app, berth_model_at(app->model, first - 1), name_max);
		if (width + (first > 1 ? LEFT_OUT : 0) > columns)
			break;
		first--;
	}
	return first;
}

/* A tab that does not fit is left out whole: half a number would be another number. */
static void paint_tabs(const struct app *app, struct rect rect)
{
	size_t count = berth_model_count(app->model), chosen = index_of(app);
	struct pen pen = pen_at(&app->theme, rect, 0);
	int name_max = tab_name_max(app, rect.w);
	size_t i = count > 0 ? first_tab(app, name_max, rect.w) : 0;
	if (i > 0) {
		pen_glyph(&pen, ROLE_DIM, GLYPH_ELLIPSIS);
		pen_text(&pen, ROLE_DIM, " ");
	}
	for (; i < count; i++) {
		const struct berth_run *run = berth_model_at(app->model, i);
		int width = tab_width(app, run, name_max) +
			    (i + 1 == count ? -TAB_GAP : LEFT_OUT - 1);
		if (i > chosen && width > pen.end - pen.column) {
			pen_glyph(&pen, ROLE_DIM, GLYPH_ELLIPSIS);
			break;
		}
		paint_tab(app, run, name_max, &pen);
	}
	pen_close(&pen);
}

static void list_paint(const struct app *app, struct rect rect)
{
	if (app->layout.panes[PANE_LIST].frame == FRAME_BOX)
		paint_column(app, rect);
	else
		paint_tabs(app, rect);
}

static void list_title(const struct app *app, char left[128], char right[64])
{
	(void)app;
	(void)right;
	snprintf(left, 128, "Deployments");
}

const struct pane_ops list_pane = {.paint = list_paint, .title = list_title};
