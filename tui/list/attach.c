#include "list/attach.h"

#include <stdlib.h>
#include <unistd.h>

#include <berth/engine.h>
#include <berth/recording.h>

#include "app.h"
#include "history/replay.h"

struct attachment {
	struct app *app;
	bool choose;
};

/* One that has no recording yet, or whose log can't be kept, has nothing to show. */
static void found(void *context, struct berth_past_run *run, const struct berth_error *err)
{
	struct attachment *attachment = context;
	struct app *app = attachment->app;
	char *path = run != NULL && run->log != NULL ? berth_recording_path(run->log) : NULL;
	(void)err;
	if (path != NULL && app->engine != NULL)
		replay_attach(app, path, attachment->choose);
	free(path);
	berth_past_run_free(run);
	free(attachment);
}

void attach(struct app *app, const struct berth_left *left)
{
	struct berth_history *history = berth_engine_history(app->engine);
	struct attachment *attachment = malloc(sizeof *attachment);
	if (attachment != NULL)
		*attachment = (struct attachment){.app = app, .choose = left->kept};
	if (attachment == NULL || history == NULL ||
		berth_history_find(history, left->deployment_id, found, attachment, NULL) != 0)
		free(attachment);
}

static void asked(void *context, const struct berth_error *err)
{
	struct app *app = context;
	if (err == NULL)
		app_notice(app, "Its keeper was asked to cancel it and puts things back.");
	else
		app_notice(app, "It is not cancelled: %s", err->message);
}

void attach_cancel(struct app *app, const struct berth_run *run)
{
	struct berth_error err;
	if (berth_engine_cancel_kept(app->engine, run->id, asked, app, &err) != 0)
		app_notice(app, "%s", err.message);
}
