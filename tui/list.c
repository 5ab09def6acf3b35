/* The deployments: a column of rows where there is room, else one line of tabs. */
#include "pane.h"

#include <stdio.h>
#include <string.h>

#include <berth/text.h>

enum { TARGET = 7, INFO = 7 };

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

/* "▸1 ◐ web 42%  "; a pen that ends at its column only measures. */
static int tab_width(const struct app *app, const struct berth_run *run)
{
	char info[16], number[16];
	int name = draw_width(&app->theme, run->deployment->name);
	snprintf(number, sizeof number, "%u", run->number);
	return 1 + (int)strlen(number) + 3 + (name < 20 ? name : 20) + 1 +
	       (int)strlen(run_info(app, run, info)) + 2;
}

static void paint_tab(const struct app *app, const struct berth_run *run, struct pen *pen)
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
	pen_fit(pen, role, name < 20 ? name : 20, run->deployment->name);
	pen_format(pen, chosen ? ROLE_TEXT : ROLE_DIM, " %s  ", run_info(app, run, info));
}

static void paint_tabs(const struct app *app, struct rect rect)
{
	size_t count = berth_model_count(app->model), chosen = index_of(app), first = chosen;
	struct pen pen = pen_at(&app->theme, rect, 0);
	int width = 0;
	if (count > 0)
		width = tab_width(app, berth_model_at(app->model, chosen));
	while (first > 0) {
		int more = tab_width(app, berth_model_at(app->model, first - 1));
		/* What is left out on the left is told with an ellipsis of two columns. */
		if (width + more + (first > 1 ? 2 : 0) > rect.w)
			break;
		width += more;
		first--;
	}
	if (first > 0) {
		pen_glyph(&pen, ROLE_DIM, GLYPH_ELLIPSIS);
		pen_text(&pen, ROLE_DIM, " ");
	}
	for (size_t i = first; i < count; i++)
		paint_tab(app, berth_model_at(app->model, i), &pen);
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
