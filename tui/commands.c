#include "commands.h"

#include <stdlib.h>

static void ask(struct app *app, enum question question, unsigned run, const char *name)
{
	prompt_ask(&app->prompt, question, run, name, app_count(app, false));
	app_stale_all(app, STALE_LAYOUT);
}

void command_cancel(struct app *app)
{
	const struct berth_run *run = app_run(app);
	if (run == NULL)
		app_notice(app, "There is nothing to cancel.");
	else if (!app_active(run))
		app_notice(
			app, "'%s' has ended; there is nothing to cancel.", run->deployment->name);
	else if (run->state == BERTH_RUN_CANCELLING)
		app_notice(app, "'%s' is being cancelled; it is putting things back.",
			run->deployment->name);
	else
		ask(app, QUESTION_CANCEL, run->number, run->deployment->name);
}

static void cancel_run(struct app *app, unsigned number)
{
	struct berth_error err;
	const struct berth_run *run = berth_model_find(app->model, number);
	/* It may have ended while the question was on the screen. */
	if (!app_active(run) || app->engine == NULL)
		return;
	if (berth_engine_cancel(app->engine, number, &err) != 0) {
		app_notice(app, "%s", err.message);
		return;
	}
	berth_model_cancelling(app->model, number);
	app_stale_all(app, STALE_LAYOUT);
}

static void cancel_all(struct app *app)
{
	for (size_t i = 0; i < berth_model_count(app->model); i++)
		cancel_run(app, berth_model_at(app->model, i)->number);
}

static void run_again(struct app *app, const struct berth_run *run, bool replace)
{
	struct berth_deployment *copy = berth_deployment_copy(run->deployment);
	if (copy == NULL) {
		app_notice(app, "out of memory");
		return;
	}
	copy->replace = copy->replace || replace;
	app_deploy(app, copy);
	berth_deployment_free(copy);
}

void command_again(struct app *app)
{
	const struct berth_run *run = app_run(app);
	if (run == NULL)
		app_notice(app, "There is nothing to run again.");
	else if (app_active(run))
		app_notice(app, "'%s' is under way; cancel it first.", run->deployment->name);
	else
		run_again(app, run, false);
}

void command_deploy(struct app *app)
{
	struct berth_error err;
	struct berth_deployment *deployment = form_resolve(&app->form, &err);
	if (deployment == NULL) {
		app->room.form_open = true;
		app_focus(app, PANE_FORM);
		/* What is wrong with a field of the form stands under it already. */
		if (app->form.fields[app->form.current].error[0] == '\0')
			app_notice(app, "%s", err.message);
		app_stale_all(app, STALE_LAYOUT);
		return;
	}
	app_deploy(app, deployment);
	berth_deployment_free(deployment);
}

void command_quit(struct app *app)
{
	if (app_count(app, false) == 0)
		app->quit = true;
	else
		ask(app, QUESTION_QUIT, 0, "");
}

void command_leave(struct app *app)
{
	cancel_all(app);
	app->leaving = LEAVING_CANCELLING;
	if (app_count(app, false) == 0)
		app->quit = true;
}

void command_answer(struct app *app, enum answer given)
{
	unsigned number = app->prompt.run;
	const struct berth_run *run = berth_model_find(app->model, number);
	switch (given) {
	case ANSWER_CANCEL_RUN:
		cancel_run(app, number);
		break;
	case ANSWER_REPLACE:
		if (run != NULL)
			run_again(app, run, true);
		break;
	case ANSWER_WAIT_AND_QUIT:
		app->leaving = LEAVING_WAITING;
		if (app_count(app, false) == 0)
			app->quit = true;
		break;
	case ANSWER_CANCEL_AND_QUIT:
		command_leave(app);
		break;
	case ANSWER_BACK:
	case ANSWER_NONE:
		break;
	}
	app_stale_all(app, STALE_LAYOUT);
}
