/* How far the chosen deployment is: its stages, one bar, what it waits for, and its layers. */
#include "panes/pane.h"

#include <stdio.h>
#include <string.h>

#include <berth/text.h>

#include "history/replay.h"
#include "list/container_text.h"
#include "panes/eta.h"
#include "panes/link.h"
#include "panes/usual.h"
#include "term/bar.h"

enum strip { STRIP_FULL, STRIP_TIGHT, STRIP_MARKS };

static const char *stage_mark(
	const struct app *app, const struct berth_run *run, size_t index, enum role *role)
{
	bool ascii = app->theme.ascii;
	switch (run->stage_state[index]) {
	case BERTH_STAGE_DONE:
		*role = ROLE_OK;
		return glyph_text(GLYPH_DONE, ascii);
	case BERTH_STAGE_FAILED:
		if (run->state == BERTH_RUN_UNKNOWN) {
			*role = ROLE_WARN;
			return glyph_text(GLYPH_UNKNOWN, ascii);
		}
		*role = ROLE_ERROR;
		return glyph_text(GLYPH_FAILED, ascii);
	case BERTH_STAGE_RUNNING:
		if (app_active(run)) {
			*role = ROLE_ACTIVE;
			return glyph_spinner(app->spin, ascii);
		}
		break;
	case BERTH_STAGE_WAITING:
		break;
	}
	*role = ROLE_DIM;
	return glyph_text(GLYPH_QUEUED, ascii);
}

/* In the tightest form only the stage it is at is named. */
static bool is_named(const struct berth_run *run, size_t index, enum strip strip)
{
	return strip != STRIP_MARKS || (int)index == run->stage;
}

static int strip_width(const struct app *app, const struct berth_run *run, enum strip strip)
{
	int width = 0;
	for (size_t i = 0; i < run->stages->count && i < BERTH_MAX_STAGES; i++) {
		if (i > 0)
			width += strip == STRIP_FULL ? 3 : 1;
		width += 1;
		if (is_named(run, i, strip))
			width += 1 + draw_width(&app->theme, run->stages->stages[i].label);
	}
	return width;
}

static void paint_strip(const struct app *app, const struct berth_run *run, struct pen *pen)
{
	enum strip strip = STRIP_FULL;
	if (run->stages == NULL)
		return;
	while (strip < STRIP_MARKS && strip_width(app, run, strip) > pen->end - pen->column)
		strip++;
	for (size_t i = 0; i < run->stages->count && i < BERTH_MAX_STAGES; i++) {
		enum role role;
		const char *mark = stage_mark(app, run, i, &role);
		if (i > 0) {
			pen_text(pen, ROLE_TEXT, " ");
			if (strip == STRIP_FULL) {
				pen_glyph(pen, ROLE_BORDER, GLYPH_HORIZONTAL);
				pen_text(pen, ROLE_TEXT, " ");
			}
		}
		pen_text(pen, role, mark);
		if (is_named(run, i, strip))
			pen_format(pen, role == ROLE_OK ? ROLE_TEXT : role, " %s",
				run->stages->stages[i].label);
	}
}

/* What is not filled, so that a bar shows where it will end. */
static void paint_track(struct pen *pen, int end)
{
	pen_repeat(pen, ROLE_BORDER, GLYPH_LINE_REST, end - pen->column);
}

static void paint_bar(const struct app *app, const struct berth_run *run, struct pen *pen)
{
	char bar[4 * 512 + 1], clock[16], numbers[96], left[48];
	if (app_active(run))
		berth_format_clock(clock, pane_run_time(app, run));
	else
		berth_format_duration(clock, pane_run_time(app, run));
	eta_left(usual_of(app, run->number), run, replay_now(app, run), left);
	snprintf(numbers, sizeof numbers, " %3d%%  %6s%s%s", run->progress, clock,
		left[0] != '\0' ? "  " : "", left);
	int columns = pen->end - pen->column - (int)strlen(numbers);
	if (columns > 512)
		columns = 512;
	int end = pen->column + columns;
	if (app_active(run) || run->state == BERTH_RUN_COMPLETED) {
		bar_text(bar, sizeof bar, columns, run->progress, 100, app->theme.ascii);
		pen_text(pen, app_active(run) ? ROLE_BAR : ROLE_OK, bar);
	} else {
		/* Where it stopped, and no more: what went wrong is said elsewhere, and in red. */
		bar_line(bar, sizeof bar, columns, run->progress, 100, app->theme.ascii);
		pen_text(pen, ROLE_DIM, bar);
	}
	paint_track(pen, end);
	pen_right(pen, ROLE_TEXT, numbers);
}

/* A stream that is there and speaks needs no word. */
static void paint_link(const struct app *app, const struct berth_run *run, struct pen *pen)
{
	char link[64];
	link_text(run, replay_now(app, run), link);
	if (run->link == BERTH_LOST)
		pen_text(pen, ROLE_WARN, "connection lost: ");
	else if (strcmp(link, berth_link_name(BERTH_LIVE)) != 0)
		pen_format(
			pen, run->link == BERTH_RECONNECTING ? ROLE_WARN : ROLE_DIM, "%s: ", link);
}

/* What it is waiting for; the state of the stream comes first, because it explains the rest. */
static void paint_message(const struct app *app, const struct berth_run *run, struct pen *pen)
{
	const char *text = run->message != NULL ? run->message : "";
	enum role role = ROLE_TEXT;
	char slower[96];
	if (run->result != NULL) {
		text = run->result->message != NULL ? run->result->message : text;
		pane_run_mark(app, run, &role);
	} else if (run->state == BERTH_RUN_CANCELLING) {
		pen_text(pen, ROLE_WARN, "cancelling: ");
	} else if (run->state == BERTH_RUN_QUEUED) {
		pen_text(pen, ROLE_TEXT, text[0] != '\0' ? "queued: " : "queued");
	} else if (link_has(run)) {
		paint_link(app, run, pen);
	}
	eta_slower(usual_of(app, run->number), run, replay_now(app, run), slower);
	if (slower[0] != '\0')
		pen_format(pen, ROLE_WARN, "%s%s", slower, text[0] != '\0' ? ": " : "");
	/* Servers indent. */
	pen_fit(pen, role, pen->end - pen->column, text + strspn(text, " "));
}

/* "9721f2…" is enough to tell layers apart, "38.1 MB/61.2 MB" in one unit. */
static void layer_numbers(char dst[40], const struct berth_layer *layer)
{
	char current[16], total[16];
	if (strcmp(layer->state, "sending") == 0) {
		snprintf(dst, 40, "%s sent", berth_format_bytes(current, layer->current));
		return;
	}
	if (strcmp(layer->state, "downloading") != 0 || layer->total < 0) {
		snprintf(dst, 40, "%s", layer->state);
		return;
	}
	berth_format_bytes(current, layer->current);
	berth_format_bytes(total, layer->total);
	char *unit = strchr(current, ' ');
	if (unit != NULL && strchr(total, ' ') != NULL && strcmp(unit, strchr(total, ' ')) == 0)
		*unit = '\0';
	snprintf(dst, 40, "%s/%s", current, total);
}

static bool layer_done(const struct berth_layer *layer)
{
	return strcmp(layer->state, "done") == 0 || strcmp(layer->state, "cached") == 0;
}

static void paint_layer(const struct app *app, const struct berth_layer *layer, struct rect rect)
{
	struct pen pen = pen_at(&app->theme, rect, 0);
	char bar[4 * 64 + 1], numbers[40];
	int columns = rect.w - 13 - 17;
	layer_numbers(numbers, layer);
	pen_fit(&pen, ROLE_DIM, 12, layer->id);
	pen_text(&pen, ROLE_TEXT, " ");
	if (columns > 64)
		columns = 64;
	if (columns > 3) {
		int64_t done = layer_done(layer) ? 1 : layer->current;
		int64_t total = layer_done(layer) ? 1 : layer->total;
		int end = pen.column + columns;
		bar_line(bar, sizeof bar, columns, done, total, app->theme.ascii);
		pen_text(&pen, layer_done(layer) ? ROLE_OK : ROLE_BAR, bar);
		paint_track(&pen, end);
		pen_text(&pen, ROLE_TEXT, " ");
	}
	pen_fit(&pen, layer_done(layer) ? ROLE_DIM : ROLE_TEXT, pen.end - pen.column, numbers);
}

/* The layers that move come before those that wait and those that are done. */
static int layer_rank(const struct berth_layer *layer)
{
	if (layer_done(layer))
		return 2;
	return strcmp(layer->state, "waiting") == 0 ? 1 : 0;
}

static void paint_layers(const struct app *app, const struct berth_run *run, struct rect rect)
{
	int columns = rect.w >= 72 ? 2 : 1;
	int room = columns * rect.h, shown = 0;
	int width = (rect.w - 2 * (columns - 1)) / columns;
	draw_blank(rect);
	if (!app_active(run) || run->layer_count == 0)
		return;
	bool all = run->layer_count <= (size_t)room;
	for (int rank = 0; rank < 3; rank++) {
		for (size_t i = 0; i < run->layer_count && shown < room; i++) {
			/* While all fit, each keeps its place. */
			if (all ? rank > 0 : layer_rank(&run->layers[i]) != rank)
				continue;
			struct rect cell = {rect.y + shown / columns,
				rect.x + shown % columns * (width + 2), 1, width};
			paint_layer(app, &run->layers[i], cell);
			shown++;
		}
	}
}

/* One that was deployed before has no stages; it has a state. */
static void paint_container(const struct app *app, struct rect rect)
{
	const struct berth_container *container = app_container(app);
	enum role role = ROLE_DIM;
	char text[96];
	draw_blank(rect);
	if (container == NULL)
		return;
	struct pen pen = pen_at(&app->theme, rect, 0);
	const char *mark = pane_container_mark(app, container, &role);
	pen_text(&pen, role, mark);
	pen_format(&pen, ROLE_TEXT, " %s", container_state_since(text, container, app->now_ms));
	pen_close(&pen);
}

static void progress_paint(const struct app *app, struct rect rect)
{
	const struct berth_run *run = app_run(app);
	if (run == NULL) {
		paint_container(app, rect);
		return;
	}
	for (int row = 0; row < rect.h && row < 3; row++) {
		struct pen pen = pen_at(&app->theme, rect, row);
		/* With a single row left it is the bar that says most. */
		if (row == 0 && rect.h > 1)
			paint_strip(app, run, &pen);
		else if (row == 2)
			paint_message(app, run, &pen);
		else
			paint_bar(app, run, &pen);
		pen_close(&pen);
	}
	if (rect.h > 3)
		paint_layers(app, run, (struct rect){rect.y + 3, rect.x, rect.h - 3, rect.w});
}

static const char *run_doing(const struct berth_run *run)
{
	static const char *const names[] = {
		[BERTH_RUN_QUEUED] = "queued",
		[BERTH_RUN_RUNNING] = "starting",
		[BERTH_RUN_CANCELLING] = "cancelling",
		[BERTH_RUN_COMPLETED] = "completed",
		[BERTH_RUN_FAILED] = "failed",
		[BERTH_RUN_CANCELLED] = "cancelled",
		[BERTH_RUN_UNKNOWN] = "outcome not known",
	};
	if (run->state == BERTH_RUN_RUNNING && run->stages != NULL && run->stage >= 0)
		return run->stages->stages[run->stage].doing;
	return names[run->state];
}

/* "31.2 MB of 88.1 MB - 2 of 6 layers", as much of it as is known. */
static void pull_numbers(const struct app *app, const struct berth_run *run, char dst[64])
{
	char current[16], total[16];
	size_t done = 0, used;
	for (size_t i = 0; i < run->layer_count; i++)
		done += layer_done(&run->layers[i]);
	if (done == run->layer_count)
		return;
	if (berth_layers_are_steps(run->layers, run->layer_count)) {
		snprintf(dst, 64, "%zu of %zu step%s", done, run->layer_count,
			run->layer_count == 1 ? "" : "s");
		return;
	}
	used = (size_t)snprintf(dst, 64, "%s", berth_format_bytes(current, run->pull_current));
	if (run->pull_total > 0)
		used += (size_t)snprintf(dst + used, 64 - used, " of %s",
			berth_format_bytes(total, run->pull_total));
	snprintf(dst + used, 64 - used, " %s %zu of %zu layer%s",
		glyph_text(GLYPH_SEPARATOR, app->theme.ascii), done, run->layer_count,
		run->layer_count == 1 ? "" : "s");
}

static void progress_title(const struct app *app, char left[128], char right[64])
{
	const struct berth_run *run = app_run(app);
	const char *dot = glyph_text(GLYPH_SEPARATOR, app->theme.ascii);
	if (run == NULL) {
		const struct berth_container *container = app_container(app);
		snprintf(left, 128, "%.60s", container != NULL ? container_title(container) : "");
		return;
	}
	snprintf(left, 128, "%.60s %s %s", run->deployment->name, dot, run_doing(run));
	if (app_active(run))
		pull_numbers(app, run, right);
	if (right[0] == '\0' && app_rehearses(app))
		snprintf(right, 64, "rehearsal");
	else if (right[0] == '\0' && link_has(run) && run->deployment->server->insecure)
		snprintf(right, 64, "certificates not checked");
}

const struct pane_ops progress_pane = {.paint = progress_paint, .title = progress_title};
