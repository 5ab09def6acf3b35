#include "keys/confirm_act.h"

#include <stdio.h>
#include <string.h>

#include "app.h"
#include "list/fleet_actions.h"

/* The target that the chosen container is on, if it is protected: a run knows its own, what was
 * there before is on the one that is watched. NULL: it is not. */
static const char *guard_of(const struct app *app)
{
	const struct berth_run *run = app_run(app);
	if (run != NULL)
		return run->deployment->is_protected ? run->deployment->target : NULL;
	if (!berth_settings_protected(app->settings))
		return NULL;
	return berth_settings_get(app->settings, BERTH_FIELD_TARGET);
}

bool confirm_act(struct app *app, enum berth_act act)
{
	const char *target = guard_of(app);
	char question[128];
	if (target == NULL)
		return false;
	app->guarded.act = act;
	snprintf(app->guarded.target, sizeof app->guarded.target, "%s", target);
	snprintf(question, sizeof question,
		"'%.40s' is protected. Type it to %s, Esc to leave: ", target,
		act == BERTH_ACT_STOP      ? "stop"
		: act == BERTH_ACT_RESTART ? "restart"
					   : "remove");
	input_open(app, INPUT_CONFIRM_ACT, question, "");
	return true;
}

static void take(struct app *app)
{
	char problem[160];
	if (strcmp(app->input.edit.text, app->guarded.target) != 0) {
		snprintf(problem, sizeof problem, "That is not '%.80s': nothing was done.",
			app->guarded.target);
		input_set(app, "");
		input_problem(app, problem);
		return;
	}
	input_end(app, NULL);
	fleet_do(app, app->guarded.act);
}

static void give_up(struct app *app)
{
	app_notice(app, "Nothing was done.");
}

const struct input_use confirm_act_input = {.take = take, .left = give_up};
