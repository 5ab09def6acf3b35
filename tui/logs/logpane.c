#include "panes/pane.h"

#include <stdio.h>
#include <string.h>

#include <berth/text.h>

#include "list/container_text.h"
#include "logs/log_time.h"
#include "logs/logtitle.h"

enum { WIDE = 80, STAGE = 8 };

/* What stands before the text; narrow panes drop the milliseconds and spell levels as a letter. */
struct columns {
	int time, level;
};

static struct columns columns_of(const struct app *app, int width)
{
	bool wide = width >= WIDE;
	struct columns columns = {.time = wide ? 13 : 9, .level = wide ? 6 : 2};
	if (app->times == TIMES_NONE)
		columns.time = 0;
	return columns;
}

static int before_text(struct columns columns)
{
	return columns.time + columns.level + STAGE + 1 + 2;
}

static void log_derive(struct app *app, struct rect rect)
{
	logview_resize(&app->log, rect.h, rect.w - before_text(columns_of(app, rect.w)));
	logview_derive(&app->log);
}

static enum role level_role(enum berth_level level)
{
	switch (level) {
	case BERTH_DEBUG:
		return ROLE_DIM;
	case BERTH_INFO:
		break;
	case BERTH_WARN:
		return ROLE_WARN;
	case BERTH_ERROR:
		return ROLE_ERROR;
	}
	return ROLE_TEXT;
}

/* One column: the mark, else whose output it is. */
static void paint_sign(struct pen *pen, enum role source, const struct log_row *row)
{
	if (row->marked)
		pen_glyph(pen, ROLE_STRONG, GLYPH_MARK);
	else if (row->continues)
		pen_glyph(pen, source, GLYPH_CONTINUES);
	else if (row->stream == BERTH_STDOUT)
		pen_glyph(pen, source, GLYPH_OUTPUT);
	else if (row->stream == BERTH_STDERR)
		pen_glyph(pen, ROLE_WARN, GLYPH_COMPLAINT);
	else
		pen_text(pen, source, " ");
}

/* What is no stage of the run (a service, a hook) has a colour by its name: the same in every log
 * and at every time, whatever else speaks in it. */
static unsigned color_of_name(const char *name)
{
	unsigned hash = 2166136261u;
	for (; *name != '\0'; name++)
		hash = (hash ^ (unsigned char)*name) * 16777619u;
	return (hash ^ hash >> 16) % ROLE_STAGES;
}

/* A source has one colour, for everything that stands before the text: it is told apart at a
 * glance, and a line costs the terminal one change of colour. */
static enum role source_of(const struct app *app, const char *stage, const char **tag)
{
	const struct berth_run *run = app_run(app);
	int index = run != NULL ? berth_stage_index(run->stages, stage) : -1;
	*tag = index < 0 ? stage : run->stages->stages[index].label;
	if (stage[0] == '\0')
		return ROLE_DIM;
	return ROLE_STAGE + (index < 0 ? color_of_name(stage) : (unsigned)index % ROLE_STAGES);
}

static void paint_before(
	const struct app *app, struct pen *pen, const struct log_row *row, struct columns columns)
{
	static const char letters[] = "DIWE";
	const char *tag;
	enum role source = source_of(app, app->log.text + row->stage, &tag);
	enum role role = row->level == BERTH_INFO ? source : level_role(row->level);
	char time[16];
	if (columns.time > 0) {
		log_time_text(app, time, row->time_ms);
		time[columns.time - 1] = '\0';
		pen_format(pen, source, "%s ", time);
	}
	if (columns.level > 2)
		pen_format(pen, role, "%-5s ", berth_level_name(row->level));
	else
		pen_format(pen, role, "%c ", letters[row->level]);
	pen_fit(pen, source, STAGE, tag);
	pen_text(pen, source, " ");
	paint_sign(pen, source, row);
	pen_text(pen, source, " ");
}

/* The text with its own colours, the matches over them. What is chosen is told by one look. */
static void paint_text(const struct app *app, struct pen *pen, const struct log_row *row)
{
	const struct logview *log = &app->log;
	const char *text = log->text + row->text;
	enum role role = row->chosen ? ROLE_CHOSEN : level_role(row->level);
	size_t at = 0;
	for (size_t i = 0; i <= row->hit_count; i++) {
		const struct log_hit *hit = i < row->hit_count ? &log->hits[row->hit + i] : NULL;
		size_t end = hit != NULL ? hit->start : row->len;
		pen_styled(pen, role, text, at, end - at, log->spans + row->span,
			row->chosen ? 0 : row->span_count);
		if (hit == NULL)
			break;
		pen_bytes(pen, ROLE_MATCH, text + hit->start, hit->end - hit->start);
		at = hit->end;
	}
}

static void paint_row(
	const struct app *app, struct pen *pen, const struct log_row *row, struct columns columns)
{
	if (row->first && !row->lost)
		paint_before(app, pen, row, columns);
	else
		pen_to(pen, pen->column + before_text(columns));
	pen_to(pen, pen->column + row->blank);
	if (row->cut)
		pen->end--;
	paint_text(app, pen, row);
	if (row->cut) {
		pen_to(pen, pen->end);
		pen->end++;
		pen_glyph(pen, ROLE_DIM, GLYPH_CUT);
	}
}

/* Without an engine there is one thing that still works, and a person should hear of it. */
static void paint_empty(const struct app *app, struct rect rect)
{
	const struct berth_endpoint *endpoint = app->engine != NULL
							? berth_engine_endpoint(app->engine)
							: NULL;
	struct lines lines = {0};
	char key[16], text[96];
	lines_clear(&lines, rect.w);
	if (app->read_only)
		snprintf(text, sizeof text, "Nothing deployed, and nothing can be: %s.",
			action_read_only);
	else
		snprintf(text, sizeof text, "Nothing deployed yet. Fill in the form, %s deploys.",
			keymap_key(key, &app->preferences.keys, ACTION_DEPLOY));
	lines_text(&lines, 0, ROLE_TEXT, text);
	lines_text(&lines, 0, ROLE_DIM,
		"Target 'demo' is a rehearsal: it shows all of it and touches nothing.");
	if (endpoint != NULL && endpoint->reach == BERTH_REACH_LOST && !app_rehearses(app) &&
		berth_settings_server(app->settings) == NULL) {
		lines_text(&lines, 0, ROLE_TEXT, "");
		lines_text(&lines, 0, ROLE_WARN,
			"No Docker engine answers. Choose target 'demo' for a rehearsal.");
		lines_text(&lines, 0, ROLE_TEXT, endpoint->error.message);
		lines_text(&lines, 0, ROLE_TEXT, endpoint->error.hint);
	}
	lines_paint(&lines, &app->theme, rect, 0);
	lines_release(&lines);
}

/* One that was deployed before is chosen, and not looked at: its output would have to be asked for.
 */
static void paint_unopened(
	const struct app *app, struct rect rect, const struct berth_container *container)
{
	struct lines lines = {0};
	char key[16], text[400], state[96];
	lines_clear(&lines, rect.w);
	snprintf(text, sizeof text, "%.160s: %s", container->name,
		container_state_since(state, container, app->now_ms));
	lines_text(&lines, 0, ROLE_TEXT, text);
	lines_text(&lines, 0, ROLE_TEXT, container->image);
	lines_text(&lines, 0, ROLE_TEXT, container_ports(text, sizeof text, container));
	lines_text(&lines, 0, ROLE_TEXT, "");
	snprintf(text, sizeof text, "%s in the list looks at it closely and shows its output.",
		keymap_key(key, &app->preferences.keys, ACTION_DETAILS));
	lines_text(&lines, 0, ROLE_DIM, text);
	lines_paint(&lines, &app->theme, rect, 0);
	lines_release(&lines);
}

static void log_paint(const struct app *app, struct rect rect)
{
	struct columns columns = columns_of(app, rect.w);
	const struct berth_container *container = app->chosen == 0 ? app_container(app) : NULL;
	if (!app->details_open && container != NULL) {
		paint_unopened(app, rect, container);
		return;
	}
	if (!app->details_open && app->chosen == 0) {
		paint_empty(app, rect);
		return;
	}
	for (int line = 0; line < rect.h; line++) {
		struct pen pen = pen_at(&app->theme, rect, line);
		if (line == 0 && app->log.row_count == 0 && logfilter_active(&app->log.filter))
			pen_text(&pen, ROLE_DIM,
				"No line passes; l changes the level, & the filter.");
		if ((size_t)line < app->log.row_count)
			paint_row(app, &pen, &app->log.rows[line], columns);
		pen_close(&pen);
	}
}

const struct pane_ops log_pane = {.derive = log_derive, .paint = log_paint, .title = logtitle_text};
