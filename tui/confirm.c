#include "confirm.h"

#include <stdio.h>
#include <string.h>

#include "app.h"
#include "page.h"
#include "plan_text.h"

enum { LABEL_WIDTH = 12 };

static void drop(struct app *app)
{
	berth_deployment_free(app->confirming);
	app->confirming = NULL;
	ask_close(app);
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
	ask_open(app, ASK_CONFIRM, question, "");
}

void confirm_accept(struct app *app)
{
	struct berth_deployment *deployment = app->confirming;
	if (strcmp(app->ask.edit.text, deployment->target) != 0) {
		app_notice(app, "That is not '%s': nothing was deployed.", deployment->target);
		edit_set(&app->ask.edit, "");
		return;
	}
	app->confirming = NULL;
	drop(app);
	app_deploy(app, deployment);
	berth_deployment_free(deployment);
}

void confirm_close(struct app *app)
{
	drop(app);
	app_notice(app, "Nothing was deployed.");
}

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
