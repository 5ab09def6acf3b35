#include "commands.h"

#include <stdio.h>
#include <stdlib.h>

#include "form/profile_actions.h"
#include "history/history_pane.h"
#include "history/replay.h"
#include "keys/confirm.h"
#include "list/attach.h"
#include "list/fleet_actions.h"
#include "panes/link.h"

static void ask(
	struct app *app, enum question question, unsigned run, const struct prompt_about *about)
{
	prompt_ask(&app->prompt, question, run, about);
	app_stale_all(app, STALE_LAYOUT);
}

/* It stands in line at a server and nothing was sent yet. */
static bool is_waiting(const struct berth_run *run)
{
	return link_has(run) && run->state == BERTH_RUN_QUEUED && run->link_ms == 0;
}

/* It is only asked about: nothing that is done here reaches it any more. */
static bool is_out_of_reach(const struct berth_run *run)
{
	return link_has(run) && (run->link == BERTH_POLLING || run->link == BERTH_RECONNECTING ||
					run->link == BERTH_LOST);
}

static const char *cancelling_fate(const struct berth_run *run)
{
	if (is_waiting(run))
		return "It waits for its turn: nothing was sent.";
	if (is_out_of_reach(run))
		return "Its stream is lost: cancelling ends only the questions how it goes on "
		       "there.";
	return berth_target_cancelling(run->deployment->kind);
}

static void ask_to_cancel(struct app *app, const struct berth_run *run)
{
	ask(app, QUESTION_CANCEL, run->number,
		&(struct prompt_about){
			.name = run->deployment->name, .fate = cancelling_fate(run)});
}

/* Asked again: what can be looked up instead is not waited for any more. */
static void cancel_harder(struct app *app, const struct berth_run *run)
{
	if (app->engine != NULL)
		berth_engine_cancel(app->engine, run->number, NULL);
	app_notice(app, "'%s' is being cancelled%s.", run->deployment->name,
		link_has(run) ? "" : "; it is putting things back");
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
		cancel_harder(app, run);
	else
		ask_to_cancel(app, run);
}

static void cancel_run(struct app *app, unsigned number)
{
	struct berth_error err;
	const struct berth_run *run = berth_model_find(app->model, number);
	/* It may have ended while the question was on the screen. */
	if (!app_active(run) || app->engine == NULL)
		return;
	if (replay_is(app, run)) {
		attach_cancel(app, run);
		return;
	}
	if (berth_engine_cancel(app->engine, number, &err) != 0) {
		app_notice(app, "%s", err.message);
		return;
	}
	berth_model_cancelling(app->model, number);
	app_stale_all(app, STALE_LAYOUT);
}

static void cancel_all(struct app *app)
{
	for (size_t i = 0; i < berth_model_count(app->model); i++) {
		const struct berth_run *run = berth_model_at(app->model, i);
		/* What another process has is not this one's to end. */
		if (!replay_is(app, run))
			cancel_run(app, run->number);
	}
}

/* At once, or after the name of a protected target was typed. */
static void start(struct app *app, const struct berth_deployment *deployment)
{
	if (deployment->is_protected)
		confirm_open(app, deployment);
	else
		app_deploy(app, deployment);
}

static void run_again(struct app *app, const struct berth_run *run, bool replace)
{
	struct berth_deployment *copy = berth_deployment_copy(run->deployment);
	if (copy == NULL) {
		app_notice(app, "out of memory");
		return;
	}
	/* Who was asked about the container has confirmed the deployment a moment ago. */
	if (replace) {
		copy->replace = true;
		app_deploy(app, copy);
	} else {
		start(app, copy);
	}
	berth_deployment_free(copy);
}

void command_again(struct app *app)
{
	const struct berth_run *run = app_run(app);
	if (run == NULL && app->picked[0] != '\0')
		fleet_restart(app);
	else if (run == NULL)
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
	/* Of a protected one too: what was typed for it is worth having again if it is left. */
	free(app->recall_note);
	app->recall_note = berth_recall_note(app->settings);
	app->recall_wanted = true;
	start(app, deployment);
	berth_deployment_free(deployment);
}

/* It would not be put back if it were left now. */
static bool is_at_stake(const struct berth_run *run)
{
	return app_active(run) && !is_waiting(run) &&
	       berth_target_leaving(run->deployment->kind) != NULL;
}

/* The first that leaving would destroy, else the first that is out of reach; and how many more
 * are in the same case. */
static const struct berth_run *first_at_stake(const struct app *app, unsigned *more)
{
	const struct berth_run *first = NULL;
	*more = 0;
	for (size_t i = 0; i < berth_model_count(app->model); i++) {
		const struct berth_run *run = berth_model_at(app->model, i);
		if (!is_at_stake(run))
			continue;
		if (first == NULL || (is_out_of_reach(first) && !is_out_of_reach(run))) {
			first = run;
			*more = 0;
		} else if (is_out_of_reach(first) == is_out_of_reach(run)) {
			++*more;
		}
	}
	return first;
}

/* What leaving would do to those that are not simply put back; NULL if there are none. */
static const char *leaving_fate(const struct app *app, char *dst, size_t cap)
{
	unsigned more;
	const struct berth_run *run = first_at_stake(app, &more);
	char others[48] = "";
	if (run == NULL)
		return NULL;
	const struct berth_deployment *deployment = run->deployment;
	if (more > 0)
		snprintf(others, sizeof others, ", %u more on %s", more,
			more == 1 ? "another server" : "other servers");
	if (is_out_of_reach(run))
		snprintf(dst, cap,
			"The stream of '%.40s' on '%.40s' is lost: leaving ends only the "
			"questions how it goes on there.",
			deployment->name, deployment->target);
	else
		snprintf(dst, cap, "'%.40s' runs on '%.40s'%s. %s", deployment->name,
			deployment->target, others, berth_target_leaving(deployment->kind));
	return dst;
}

void command_quit(struct app *app)
{
	char fate[320];
	if (app_count(app, false) == 0)
		app->quit = true;
	else
		ask(app, QUESTION_QUIT, 0,
			&(struct prompt_about){.count = app_count(app, false),
				.fate = leaving_fate(app, fate, sizeof fate)});
}

void command_keep(struct app *app)
{
	app->leaving = LEAVING_WAITING;
	if (app->engine != NULL)
		berth_engine_kept(app->engine);
	if (app_count(app, false) == 0)
		app->quit = true;
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
	case ANSWER_STOP:
		fleet_answered(app, BERTH_ACT_STOP);
		break;
	case ANSWER_RESTART:
		fleet_answered(app, BERTH_ACT_RESTART);
		break;
	case ANSWER_REMOVE:
		fleet_answered(app, BERTH_ACT_REMOVE);
		break;
	case ANSWER_REMOVE_KEEPING:
		fleet_answered(app, BERTH_ACT_REMOVE_KEEPING);
		break;
	case ANSWER_DELETE:
		history_pane_delete(app);
		break;
	case ANSWER_OVERWRITE:
		if (app->prompt.overwrites == OVERWRITES_PROFILE)
			profile_replace(app);
		else
			take_export_again(app);
		break;
	case ANSWER_WAIT_AND_QUIT:
		app->leaving = LEAVING_WAITING;
		if (app_count(app, false) == 0)
			app->quit = true;
		break;
	case ANSWER_LEAVE_AND_QUIT:
		app->leaving = LEAVING_BEHIND;
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
