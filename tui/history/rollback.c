#include "history/rollback.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "app.h"
#include "history/redeploy.h"

enum { RUNS_LOOKED_AT = 1000 };

/* The variables whose values are not known stand there by name: the form asks for them. */
static int name_missing(struct berth_settings *settings, const struct redeploy_missing *missing,
	struct berth_error *err)
{
	size_t count = berth_settings_count(settings, BERTH_FIELD_ENV);
	char **pairs = calloc(count + missing->count + 1, sizeof *pairs);
	int status = 0;
	if (pairs == NULL)
		return berth_error_set(err, BERTH_E_MEMORY, 0, "out of memory");
	for (size_t i = 0; i < count + missing->count && status == 0; i++) {
		pairs[i] = strdup(i < count ? berth_settings_at(settings, BERTH_FIELD_ENV, i)
					    : missing->names[i - count]);
		if (pairs[i] == NULL)
			status = berth_error_set(err, BERTH_E_MEMORY, 0, "out of memory");
	}
	if (status == 0)
		status = berth_settings_replace(settings, BERTH_FIELD_ENV,
			(const char *const *)pairs, count + missing->count, err);
	for (size_t i = 0; pairs[i] != NULL; i++) {
		explicit_bzero(pairs[i], strlen(pairs[i]));
		free(pairs[i]);
	}
	free(pairs);
	return status;
}

static int fill(struct berth_settings *settings, const struct berth_past_run *run,
	size_t *missing_count, struct berth_error *err)
{
	struct redeploy_missing missing = {0};
	char *image = redeploy_pin(run, err);
	if (image == NULL)
		return -1;
	int status = redeploy_fill(settings, run, image, &missing, err);
	free(image);
	if (status == 0)
		status = name_missing(settings, &missing, err);
	*missing_count = missing.count;
	redeploy_missing_release(&missing);
	return status == 0 ? berth_settings_load(settings, err) : -1;
}

/* What can't be done must not cost what is in the form. */
static int try_first(const struct app *app, const struct berth_past_run *run, size_t *missing,
	struct berth_error *err)
{
	struct berth_settings *copy = berth_settings_copy(app->settings);
	if (copy == NULL)
		return berth_error_set(err, BERTH_E_MEMORY, 0, "out of memory");
	int status = fill(copy, run, missing, err);
	berth_settings_free(copy);
	return status;
}

static void on_run(void *context, struct berth_past_run *run, const struct berth_error *err)
{
	struct app *app = context;
	struct berth_error why;
	size_t missing = 0;
	if (app->engine == NULL) {
		berth_past_run_free(run);
		return;
	}
	if (err != NULL) {
		app_notice(app, "%s", err->message);
		return;
	}
	if (try_first(app, run, &missing, &why) < 0 ||
		fill(app->settings, run, &missing, &why) < 0) {
		app_notice(app, "%s", why.message);
	} else {
		form_read(&app->form);
		form_check(&app->form);
		app_endpoint(app);
		app->room.form_open = true;
		app_focus(app, PANE_FORM);
		app_notice(app,
			missing > 0 ? "The form is as run %lld was, its image by digest; "
				      "%zu variables need their values."
				    : "The form is as run %lld was, its image by digest.",
			(long long)run->number, missing);
	}
	berth_past_run_free(run);
	app_stale_all(app, STALE_LAYOUT);
}

/* The newest with another image than the newest. */
static int64_t previous(const struct berth_past_run *runs, size_t count)
{
	for (size_t i = 1; i < count; i++) {
		if (runs[i].image_digest != NULL && runs[0].image_digest != NULL &&
			strcmp(runs[i].image_digest, runs[0].image_digest) != 0)
			return runs[i].number;
	}
	return 0;
}

static void on_runs(void *context, struct berth_past_run *runs, size_t count, bool more,
	const struct berth_error *err)
{
	struct app *app = context;
	struct berth_error why;
	char id[32];
	int64_t number = err == NULL ? previous(runs, count) : 0;
	(void)more;
	berth_past_runs_free(runs, count);
	if (app->engine == NULL)
		return;
	snprintf(id, sizeof id, "%lld", (long long)number);
	if (err != NULL)
		app_notice(app, "%s", err->message);
	else if (number == 0)
		app_notice(app, "No earlier run of it went well with another image.");
	else if (berth_history_find(berth_engine_history(app->engine), id, on_run, app, &why) < 0)
		app_notice(app, "%s", why.message);
	app_stale(app, PANE_FOOTER, STALE_PAINT);
}

static void look_back(struct app *app, const char *name, const char *target)
{
	const struct berth_history_query query = {
		.name = name, .target = target, .outcome = BERTH_DEPLOYED, .limit = RUNS_LOOKED_AT};
	struct berth_error err;
	if (berth_history_list(berth_engine_history(app->engine), &query, on_runs, app, &err) < 0)
		app_notice(app, "%s", err.message);
}

/* The run that made a container of an earlier session. */
static void on_maker(void *context, struct berth_past_run *run, const struct berth_error *err)
{
	struct app *app = context;
	if (app->engine != NULL && run != NULL && run->name != NULL && run->target != NULL)
		look_back(app, run->name, run->target);
	else if (app->engine != NULL)
		app_notice(app, "%s", err != NULL ? err->message : "Of its run nothing is known.");
	app_stale(app, PANE_FOOTER, STALE_PAINT);
	berth_past_run_free(run);
}

void rollback_offer(struct app *app)
{
	const struct berth_run *run = app_run(app);
	const struct berth_container *container = app_container(app);
	struct berth_history *history = berth_engine_history(app->engine);
	struct berth_error err;
	if (history == NULL)
		app_notice(app, "There is no history to look into.");
	else if (run != NULL)
		look_back(app, run->deployment->name, run->deployment->target);
	else if (container == NULL)
		app_notice(app, "There is nothing to go back from.");
	else if (berth_history_find(history, container->deployment, on_maker, app, &err) < 0)
		app_notice(app, "%s", err.message);
}
