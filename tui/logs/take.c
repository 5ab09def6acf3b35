#include "logs/take.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "app.h"
#include "panes/card_markdown.h"
#include "term/pager.h"

void take_init(struct take *take)
{
	*take = (struct take){.clipboard = clipboard_way(NULL, getenv("TERM"))};
}

void take_release(struct take *take)
{
	free(take->copy);
	free(take->taken);
	lend_order_release(&take->lend);
}

static void say_error(struct app *app, const struct berth_error *err)
{
	app_notice(app, "%s%s%s", err->message, err->hint[0] != '\0' ? "; " : "", err->hint);
}

static const char *plural(uint64_t count)
{
	return count == 1 ? "" : "s";
}

static struct berth_log *shown_log(const struct app *app)
{
	/* Of what is looked at closely nothing is kept: an export could outlive it. */
	return app->chosen != 0 && app->engine != NULL && !app->details_open
		       ? berth_engine_log(app->engine, app->chosen)
		       : NULL;
}

/* Why nothing can be copied here, in a notice. */
static bool may_copy(struct app *app)
{
	const char *term = getenv("TERM");
	if (app->take.clipboard == CLIPBOARD_OFF)
		app_notice(app, "Copying is off (--clipboard off); export to a file instead.");
	else if (app->take.clipboard == CLIPBOARD_NONE)
		app_notice(app,
			"A terminal of type '%s' has no clipboard (OSC 52); export to a file.",
			term != NULL ? term : "");
	else
		return true;
	return false;
}

static void send_clip(struct app *app, const struct clip *clip)
{
	struct berth_error err;
	size_t len;
	char *bytes = clip_sequence(clip, app->take.clipboard, &len, &err);
	if (bytes == NULL) {
		say_error(app, &err);
		return;
	}
	/* The newest is what counts, if the terminal has not even begun with the one before. */
	free(app->take.copy);
	app->take.copy = bytes;
	app->take.copy_len = len;
	app_notice(app,
		"Sent %llu line%s to the terminal's clipboard; it does not say if it took %s.",
		(unsigned long long)clip->lines, plural(clip->lines),
		clip->lines == 1 ? "it" : "them");
}

static int add_lines(struct clip *clip, const char *text, size_t len, struct berth_error *err)
{
	const char *end = text + len;
	while (text < end) {
		const char *newline = memchr(text, '\n', (size_t)(end - text));
		const char *line_end = newline != NULL ? newline : end;
		if (clip_add(clip, text, (size_t)(line_end - text), err) < 0)
			return -1;
		text = newline != NULL ? newline + 1 : end;
	}
	return 0;
}

void take_copy_text(struct app *app, const char *text, size_t len)
{
	struct clip clip = {0};
	struct berth_error err;
	if (!may_copy(app))
		return;
	if (add_lines(&clip, text, len, &err) < 0)
		say_error(app, &err);
	else if (clip.lines == 0)
		app_notice(app, "There is nothing to copy.");
	else
		send_clip(app, &clip);
	clip_release(&clip);
}

void take_copy_result(struct app *app)
{
	const struct berth_run *run = app_run(app);
	if (run == NULL || run->result == NULL) {
		app_notice(app, "There is no result yet.");
		return;
	}
	if (run->result->outcome == BERTH_DEPLOYED && run->result->endpoint_url != NULL) {
		take_copy_text(app, run->result->endpoint_url, strlen(run->result->endpoint_url));
		return;
	}
	char *text = card_markdown(run);
	if (text != NULL)
		take_copy_text(app, text, strlen(text));
	else
		app_notice(app, "Out of memory: nothing was copied.");
	free(text);
}

static int collect(struct clip *clip, struct berth_log *log, const struct berth_log_pick *pick,
	struct berth_error *err)
{
	uint64_t end = berth_log_end(log);
	if (pick->end < end)
		end = pick->end;
	for (uint64_t at = pick->first; at < end; at++) {
		struct berth_log_line line;
		if (pick->next != NULL && (!pick->next(pick->context, at, &at) || at >= end))
			break;
		if (!berth_log_get(log, at, &line))
			return berth_error_set(err, BERTH_E_NOT_FOUND, 0,
				"line %llu is lost, so nothing was copied",
				(unsigned long long)at + 1);
		if (clip_add(clip, line.text, line.len, err) < 0)
			return -1;
	}
	return 0;
}

void take_copy(struct app *app, const struct berth_log_pick *pick)
{
	struct berth_log *log = app->log.filter.log;
	struct clip clip = {0};
	struct berth_error err;
	if (!may_copy(app))
		return;
	if (log != NULL && collect(&clip, log, pick, &err) < 0)
		say_error(app, &err);
	else if (clip.lines == 0)
		app_notice(app, "There is nothing to copy.");
	else
		send_clip(app, &clip);
	clip_release(&clip);
}

char *take_export_name(const struct app *app)
{
	const struct berth_run *run = app_run(app);
	char name[BERTH_EXPORT_NAME_MAX];
	berth_export_name(name, run != NULL ? run->deployment->name : NULL, app->now_ms);
	return strdup(name);
}

static void on_exported(void *context, const struct berth_export_result *result)
{
	struct app *app = context;
	struct take *take = &app->take;
	take->export = NULL;
	if (result->error.code == BERTH_E_CONFLICT && app->prompt.question == QUESTION_NONE &&
		app->input.kind == INPUT_NONE) {
		free(take->taken);
		take->taken = strdup(result->path);
		prompt_ask(&app->prompt, QUESTION_OVERWRITE, 0,
			&(struct prompt_about){
				.name = result->path, .overwrites = OVERWRITES_FILE});
		app_stale_all(app, STALE_LAYOUT);
	} else if (result->error.code != BERTH_E_OK)
		say_error(app, &result->error);
	else if (result->lost > 0)
		app_notice(app, "Exported %llu lines to '%s'; %llu were lost before.",
			(unsigned long long)result->lines, result->path,
			(unsigned long long)result->lost);
	else
		app_notice(app, "Exported %llu line%s to '%s'.", (unsigned long long)result->lines,
			plural(result->lines), result->path);
}

static void start_export(struct app *app, const char *path, bool overwrite)
{
	struct take *take = &app->take;
	struct berth_log *log = shown_log(app);
	struct berth_error err;
	if (log == NULL) {
		app_notice(app, "There is no log to export.");
		return;
	}
	take->export = berth_log_export(log,
		&(struct berth_export_setup){.path = path,
			.form = take->form,
			.overwrite = overwrite,
			.pick = take->pick,
			.done = on_exported,
			.context = app},
		&err);
	if (take->export == NULL)
		say_error(app, &err);
	else
		app_notice(app, "Exporting to '%s'.", path);
}

void take_export(struct app *app, const char *path, enum berth_export_form form,
	const struct berth_log_pick *pick)
{
	struct take *take = &app->take;
	struct berth_error err;
	if (take->export != NULL) {
		app_notice(
			app, "An export is under way (%u %%).", berth_export_percent(take->export));
		return;
	}
	free(take->taken);
	take->taken = NULL;
	take->form = form;
	take->pick = *pick;
	char *absolute = berth_path_absolute(path, &err);
	if (absolute == NULL)
		say_error(app, &err);
	else
		start_export(app, absolute, false);
	free(absolute);
}

void take_export_again(struct app *app)
{
	struct take *take = &app->take;
	char *path = take->taken;
	take->taken = NULL;
	if (path != NULL && take->export == NULL)
		start_export(app, path, true);
	free(path);
}

void take_export_cancel(struct app *app)
{
	if (app->take.export != NULL)
		berth_export_cancel(app->take.export);
}

bool take_exporting(const struct app *app, unsigned *percent)
{
	if (app->take.export == NULL)
		return false;
	*percent = berth_export_percent(app->take.export);
	return true;
}

static void on_pager_ended(struct app *app, const char *program, int status)
{
	if (status != 0)
		app_notice(app, "'%s' ended with exit status %d.", program, status);
}

void take_pager(struct app *app)
{
	struct take *take = &app->take;
	struct berth_log *log = shown_log(app);
	const char *path = log != NULL ? berth_log_path(log) : NULL;
	struct berth_error err;
	if (log == NULL || berth_log_end(log) == 0) {
		app_notice(app, "There is no log yet.");
	} else if (path == NULL) {
		app_notice(app, "This log is in memory only; export it to a file.");
	} else {
		lend_order_release(&take->lend);
		if (pager_order(&take->lend, path, &err) < 0)
			say_error(app, &err);
		else
			take->lend.ended = on_pager_ended;
	}
}
