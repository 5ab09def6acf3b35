#include "keys/confirm.h"

#include <stdio.h>
#include <string.h>

#include "app.h"
#include "form/plan_text.h"
#include "panes/page.h"

enum { LABEL_WIDTH = 12 };

static void drop(struct app *app)
{
	berth_deployment_free(app->confirming);
	app->confirming = NULL;
	page_close(app);
}

void confirm_open(struct app *app, const struct berth_deployment *deployment)
{
	struct berth_error err;
	char question[128];
	struct berth_deployment *copy = berth_deployment_copy(deployment);
	if (copy == NULL) {
		app_notice(app, "out of memory");
		return;
	}
	berth_deployment_free(app->confirming);
	app->confirming = copy;
	app->surveyed = app->engine != NULL && strcmp(copy->kind, "docker") == 0 &&
			berth_engine_survey(app->engine, copy, &err) == 0;
	page_open(app, PAGE_PLAN);
	snprintf(question, sizeof question,
		"Type '%.40s' to deploy there, Esc to leave it: ", copy->target);
	input_open(app, INPUT_CONFIRM, question, "");
}

static void accept(struct app *app)
{
	struct berth_deployment *deployment = app->confirming;
	char problem[160];
	if (strcmp(app->input.edit.text, deployment->target) != 0) {
		snprintf(problem, sizeof problem, "That is not '%.80s': nothing was deployed.",
			deployment->target);
		input_set(app, "");
		input_problem(app, problem);
		return;
	}
	app->confirming = NULL;
	input_end(app, NULL);
	drop(app);
	app_deploy(app, deployment);
	berth_deployment_free(deployment);
}

static void give_up(struct app *app)
{
	drop(app);
	app_notice(app, "Nothing was deployed.");
}

/* The plan may be longer than the page. */
static bool act(struct app *app, enum action action)
{
	if (action == ACTION_INPUT_OLDER || action == ACTION_INPUT_NEWER)
		action = action == ACTION_INPUT_OLDER ? ACTION_UP : ACTION_DOWN;
	return page_act(app, action);
}

const struct input_use confirm_input = {.take = accept, .left = give_up, .act = act};

static void add_line(void *context, const char *label, const char *text)
{
	lines_add(context, 0, ROLE_DIM, label, LABEL_WIDTH, ROLE_TEXT, text);
}

void confirm_build(const struct app *app, struct lines *lines)
{
	char text[256];
	if (app->confirming == NULL)
		return;
	snprintf(text, sizeof text,
		"'%.80s' is a protected target. This is what would be done there:",
		app->confirming->target);
	lines_text(lines, 0, ROLE_ERROR, text);
	lines_text(lines, 0, ROLE_TEXT, "");
	plan_text(app->confirming, app->surveyed ? berth_engine_surveyed(app->engine) : NULL,
		add_line, lines);
}
