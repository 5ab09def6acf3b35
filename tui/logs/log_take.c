#include "logs/log_take.h"

#include <stdlib.h>
#include <string.h>

#include "logs/log_input.h"

enum { BLOCK_MAX = 500 }; /* lines of an error */

void log_take_copy(struct app *app)
{
	struct berth_log_pick pick = {.next = NULL};
	if (!logview_selection(&app->log, &pick.first, &pick.end)) {
		logview_select(&app->log, true);
		app_notice(app, "The arrows choose lines, y copies them, Esc stops.");
		return;
	}
	pick.end++;
	pick.next = logfilter_pick;
	pick.context = &app->log.filter;
	take_copy(app, &pick);
	logview_deselect(&app->log);
}

/* An error too, or indented as what belongs to the line above. */
static bool belongs(struct berth_log *log, uint64_t n, enum berth_stream stream)
{
	struct berth_log_line line;
	if (!berth_log_get(log, n, &line) || line.stream != stream)
		return false;
	return line.level == BERTH_ERROR ||
	       (line.len > 0 && (line.text[0] == ' ' || line.text[0] == '\t'));
}

void log_take_error(struct app *app)
{
	struct berth_log *log = app->log.filter.log;
	const struct log_position *at = logview_position(&app->log);
	struct berth_log_pick pick = {.next = NULL};
	struct berth_log_line error;
	uint64_t line;
	if (log == NULL ||
		!berth_log_previous(
			log, at->has_cursor ? at->cursor : UINT64_MAX, BERTH_ERROR, &line) ||
		!berth_log_get(log, line, &error)) {
		app_notice(app, "There is no error %s.", at->has_cursor ? "above" : "in this log");
		return;
	}
	pick.first = line;
	pick.end = line + 1;
	while (pick.first > 0 && line - pick.first < BLOCK_MAX &&
		belongs(log, pick.first - 1, error.stream))
		pick.first--;
	while (pick.end - line < BLOCK_MAX && belongs(log, pick.end, error.stream))
		pick.end++;
	take_copy(app, &pick);
}

void log_take_ask(struct app *app)
{
	char *name = take_export_name(app);
	if (app->log.filter.log == NULL)
		app_notice(app, "There is no log to export.");
	else if (name != NULL)
		log_input_export(app, name);
	free(name);
}

static void start(struct app *app)
{
	struct log_export *export = &app->log_export;
	struct berth_log_pick pick = BERTH_LOG_PICK_ALL;
	if (logfilter_active(&export->filter)) {
		pick.next = logfilter_pick;
		pick.context = &export->filter;
	}
	take_export(app, export->path, BERTH_EXPORT_RECORDS, &pick);
	free(export->path);
	export->path = NULL;
}

/* The export has a filter of its own: the one on the screen may change meanwhile. */
void log_take_export(struct app *app, const char *path)
{
	struct log_export *export = &app->log_export;
	unsigned percent;
	if (export->path != NULL || take_exporting(app, &percent)) {
		app_notice(app, "An export is under way already.");
		return;
	}
	logfilter_release(&export->filter);
	export->path = strdup(path);
	if (export->path == NULL || logfilter_copy(&export->filter, &app->log.filter) != 0) {
		app_notice(app, "Out of memory: nothing was exported.");
		free(export->path);
		export->path = NULL;
		return;
	}
	if (logfilter_done(&export->filter) == 100)
		start(app);
}

bool log_take_step(struct app *app, size_t bytes)
{
	struct log_export *export = &app->log_export;
	if (export->path == NULL)
		return false;
	if (logfilter_step(&export->filter, bytes))
		return true;
	start(app);
	return false;
}
