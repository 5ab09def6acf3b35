#include "feed.h"

#include <stdio.h>
#include <stdlib.h>

#include "list/recover_actions.h"
#include "logs/log_take.h"

enum {
	EVENTS_PER_TURN = 4096,
	LOOK_US = 4000, /* for looking through a log, between two looks at the keyboard */
	LOOK_BYTES = 256 << 10,
};

static void on_drain(uv_idle_t *handle)
{
	struct feed *feed = handle->data;
	struct app *app = feed->app;
	struct berth_event *event = NULL;
	bool more = true;
	for (int i = 0; i < EVENTS_PER_TURN && more; i++) {
		event = berth_engine_next(feed->engine);
		if (event == NULL)
			break;
		app_event(app, event);
		more = feed->heard == NULL || feed->heard(feed->context, event);
		berth_event_free(event);
	}
	if (event == NULL || !more)
		uv_idle_stop(handle);
	app_logs(app);
	app_endpoint(app);
	app_fleet(app);
	/* What has ended in the engine may not have been taken yet. */
	if (event == NULL && app->leaving != LEAVING_NOT && berth_engine_running(feed->engine) == 0)
		app->quit = true;
}

void feed_wake(struct feed *feed)
{
	if (feed->engine != NULL && !uv_is_closing((uv_handle_t *)&feed->drain))
		uv_idle_start(&feed->drain, on_drain);
}

static void on_wakeup(void *context)
{
	feed_wake(context);
}

bool feed_is_dry(const struct feed *feed)
{
	return !uv_is_active((const uv_handle_t *)&feed->drain);
}

/* The terminal has been given back by then. */
static void on_unrecorded(void *context, unsigned runs, const struct berth_error *why)
{
	(void)context;
	if (runs == 0)
		fprintf(stderr, "berth: %s\n", why->message);
	else
		fprintf(stderr, "berth: the history lacks %u run%s: %s\n", runs,
			runs == 1 ? "" : "s", why->message);
}

int feed_open(struct feed *feed, uv_loop_t *loop, struct app *app, feed_heard_fn *heard,
	void *context, struct berth_error *err)
{
	struct berth_error watch_error;
	*feed = (struct feed){.app = app, .heard = heard, .context = context};
	/* Without a folder for it, memory keeps the newest of each log. */
	char *folder = berth_log_folder(&watch_error), *history = berth_history_path(NULL);
	char *runs = berth_runs_folder(NULL);
	if (folder == NULL)
		app_notice(app, "%s", watch_error.message);
	feed->engine = berth_engine_new(&(struct berth_engine_options){.loop = loop,
						.wakeup = on_wakeup,
						.context = feed,
						.logs = BERTH_LOGS_KEPT,
						.log_folder = folder,
						.history = history,
						.runs = runs,
						.keep = berth_settings_history(app->settings),
						.hooks = berth_settings_hooks(app->settings),
						.unrecorded = on_unrecorded},
		err);
	free(runs);
	free(history);
	free(folder);
	if (feed->engine == NULL)
		return -1;
	uv_idle_init(loop, &feed->drain);
	feed->drain.data = feed;
	app->engine = feed->engine;
	if (berth_engine_watch(feed->engine, berth_settings_get(app->settings, BERTH_FIELD_HOST),
		    &watch_error) != 0)
		app_notice(app, "%s", watch_error.message);
	app_endpoint(app);
	recover_look(app);
	return 0;
}

static void on_engine_closed(void *context)
{
	(void)context;
}

void feed_close(struct feed *feed)
{
	struct berth_engine *engine = feed->engine;
	if (engine == NULL)
		return;
	feed->engine = NULL;
	feed->app->engine = NULL;
	logview_show(&feed->app->log, 0, NULL);
	uv_close((uv_handle_t *)&feed->drain, NULL);
	berth_engine_close(engine, on_engine_closed, feed);
}

bool feed_looks(const struct app *app)
{
	return logview_busy(&app->log) || app->log_export.path != NULL;
}

bool feed_look(struct app *app)
{
	uint64_t until = uv_hrtime() + LOOK_US * 1000;
	bool more = true, moved = false, any = false;
	while (more && uv_hrtime() < until) {
		more = logview_step(&app->log, LOOK_BYTES, &moved);
		if (log_take_step(app, LOOK_BYTES))
			more = true;
		any = any || moved;
	}
	if (any)
		app_stale(app, PANE_LOG, STALE_DERIVE);
	if (any && app->input.kind != INPUT_NONE)
		app_stale(app, PANE_FOOTER, STALE_PAINT);
	return more;
}
