#include "list/remote_actions.h"

#include <stdio.h>
#include <string.h>

#include "history/replay.h"

static const struct {
	enum action action;
	enum berth_deed deed;
	enum question question;
	const char *done;
} deeds[] = {
	{ACTION_STOP, BERTH_DEED_STOP, QUESTION_STOP, "is stopped"},
	{ACTION_RESTART, BERTH_DEED_RESTART, QUESTION_RESTART, "was restarted"},
	{ACTION_REMOVE, BERTH_DEED_REMOVE, QUESTION_REMOVE, "is removed"},
};
enum { DEEDS = sizeof deeds / sizeof *deeds };

/* What its server calls the container: by that it is acted on. */
static const char *container_of(const struct berth_run *run)
{
	const struct berth_result *result = run->result;
	for (size_t i = 0; i < result->detail_count; i++) {
		if (strcmp(result->details[i].label, "Container") == 0)
			return result->details[i].value;
	}
	return NULL;
}

bool remote_is_there(const struct app *app)
{
	const struct berth_run *run = app_run(app);
	return run != NULL && !replay_is(app, run) && run->result != NULL &&
	       run->deployment->server != NULL && run->result->outcome != BERTH_REJECTED &&
	       run->result->outcome != BERTH_UNREACHED;
}

const char *remote_refusal(const struct app *app, enum action action)
{
	if (!remote_is_there(app))
		return NULL;
	if (action == ACTION_SHELL || action == ACTION_DETAILS)
		return "its container is on the server's own host";
	for (size_t i = 0; i < DEEDS; i++) {
		if (deeds[i].action == action)
			return berth_deed_cannot(app_run(app)->deployment->kind, deeds[i].deed);
	}
	return NULL;
}

bool remote_asks(struct app *app, enum berth_deed deed)
{
	const struct berth_run *run = app_run(app);
	const char *why;
	if (!remote_is_there(app))
		return false;
	why = berth_deed_cannot(run->deployment->kind, deed);
	if (why != NULL) {
		app_notice(app, "Not here: %s.", why);
		return true;
	}
	if (container_of(run) == NULL) {
		app_notice(app,
			"The server named no container; 'berth list --target %s' shows what "
			"it has.",
			run->deployment->target);
		return true;
	}
	for (size_t i = 0; i < DEEDS; i++) {
		if (deeds[i].deed != deed)
			continue;
		app->asked_run = run->number;
		prompt_ask(&app->prompt, deeds[i].question, 0,
			&(struct prompt_about){.name = run->deployment->name});
		app_stale_all(app, STALE_LAYOUT);
	}
	return true;
}

/* --- the answer --- */

static void on_done(void *context, const struct berth_remote *remote, const struct berth_error *err)
{
	struct app *app = context;
	const struct berth_run *run = berth_model_find(app->model, app->remote_run);
	const char *done = "";
	for (size_t i = 0; i < DEEDS; i++) {
		if (deeds[i].deed == app->remote_deed)
			done = deeds[i].done;
	}
	if (err != NULL)
		app_notice(
			app, "%s%s%s", err->message, err->hint[0] != '\0' ? "; " : "", err->hint);
	else
		app_notice(app, "'%s' %s, says the server%s%s.",
			run != NULL ? run->deployment->name : "", done, remote != NULL ? ": " : "",
			remote != NULL ? remote->state : "");
}

static void on_note(void *context, const char *text)
{
	app_notice(context, "%s", text);
}

void remote_answered(struct app *app, enum berth_deed deed)
{
	const struct berth_run *run = berth_model_find(app->model, app->asked_run);
	struct berth_error err;
	app->asked_run = 0;
	if (run == NULL || app->engine == NULL)
		return;
	app->remote_run = run->number;
	app->remote_deed = deed;
	if (berth_engine_remote(app->engine, run->deployment,
		    &(struct berth_deed_request){.deed = deed,
			    .word = container_of(run),
			    .note = on_note,
			    .done = on_done,
			    .context = app},
		    &err) < 0)
		app_notice(app, "%s", err.message);
	else
		app_notice(app, "The server is asked to %s '%s'.", berth_deed_name(deed),
			run->deployment->name);
}
