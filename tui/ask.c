#include "ask.h"

#include <stdio.h>
#include <string.h>

#include "app.h"
#include "confirm.h"
#include "page.h"
#include "profile_actions.h"

void ask_open(struct app *app, enum ask_kind kind, const char *question, const char *text)
{
	app->ask.kind = kind;
	snprintf(app->ask.question, sizeof app->ask.question, "%s", question);
	edit_set(&app->ask.edit, text);
	app_stale_all(app, STALE_LAYOUT);
}

void ask_close(struct app *app)
{
	app->ask.kind = ASK_NOTHING;
	app_stale_all(app, STALE_LAYOUT);
}

static void accept(struct app *app)
{
	switch (app->ask.kind) {
	case ASK_CONFIRM:
		confirm_accept(app);
		break;
	case ASK_PROFILE_SAVE:
		profile_save(app, false);
		break;
	case ASK_PROFILE_LOAD:
		profile_load(app);
		break;
	case ASK_NOTHING:
		break;
	}
}

static void leave(struct app *app)
{
	if (app->ask.kind == ASK_CONFIRM)
		confirm_close(app);
	else
		ask_close(app);
}

bool ask_act(struct app *app, enum action action)
{
	/* What is said about an answer may take rows of its own. */
	app_stale_all(app, STALE_LAYOUT);
	switch (action) {
	case ACTION_ACCEPT:
		accept(app);
		return true;
	case ACTION_BACK:
		leave(app);
		return true;
	case ACTION_UP:
	case ACTION_DOWN:
		if (app->ask.kind == ASK_PROFILE_LOAD)
			profile_choose(app, action == ACTION_DOWN ? 1 : -1);
		else
			page_act(app, action);
		return true;
	case ACTION_PAGE_UP:
	case ACTION_PAGE_DOWN:
		page_act(app, action);
		return true;
	default:
		return edit_do(&app->ask.edit, action, &app->ask.cut);
	}
}
