#include "list/list_input.h"

#include <stdio.h>

#include "app.h"

static void filter(struct app *app, const char *text)
{
	snprintf(app->entries.filter, sizeof app->entries.filter, "%s", text);
	app_stale(app, PANE_LIST, STALE_DERIVE);
}

/* It is filtered while it is typed. */
static void changed(struct app *app)
{
	filter(app, app->input.edit.text);
}

static void take(struct app *app)
{
	input_end(app, app->input.edit.text);
}

static void left(struct app *app)
{
	filter(app, "");
}

const struct input_use list_filter_input = {.max = sizeof((struct entries *)0)->filter - 1,
	.changed = changed,
	.take = take,
	.left = left};

void list_input_open(struct app *app)
{
	input_open(app, INPUT_LIST, "List names with: ", app->entries.filter);
}
