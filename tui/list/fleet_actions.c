#include "list/fleet_actions.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "keys/confirm_act.h"
#include "list/container_text.h"
#include "list/remote_actions.h"

/* The one that keys are about; NULL with a notice if nothing can be done to it. */
static const struct berth_container *subject(struct app *app)
{
	const struct berth_container *container = app_container(app);
	const struct berth_run *run = app_run(app);
	if (app_active(run)) {
		app_notice(app, "'%s' is under way; cancel it first.", run->deployment->name);
		return NULL;
	}
	if (container == NULL) {
		app_notice(app, "There is no container here.");
		return NULL;
	}
	if (container->doing != BERTH_ACT_NONE) {
		app_notice(app, "'%s' is under way: %s.", container->name,
			berth_act_name(container->doing));
		return NULL;
	}
	return container;
}

static void ask(struct app *app, enum question question, const struct berth_container *container)
{
	app->asked_run = 0;
	snprintf(app->asked_id, sizeof app->asked_id, "%s", container->id);
	prompt_ask(&app->prompt, question, 0, &(struct prompt_about){.name = container->name});
	app_stale_all(app, STALE_LAYOUT);
}

void fleet_stop(struct app *app)
{
	if (remote_asks(app, BERTH_DEED_STOP))
		return;
	const struct berth_container *container = subject(app);
	if (container == NULL)
		return;
	if (!berth_container_up(container))
		app_notice(app, "'%s' does not run.", container->name);
	else
		ask(app, QUESTION_STOP, container);
}

void fleet_remove(struct app *app)
{
	if (remote_asks(app, BERTH_DEED_REMOVE))
		return;
	const struct berth_container *container = subject(app);
	if (container != NULL)
		ask(app, QUESTION_REMOVE, container);
}

void fleet_restart(struct app *app)
{
	if (remote_asks(app, BERTH_DEED_RESTART))
		return;
	const struct berth_container *container = subject(app);
	if (container == NULL)
		return;
	if (berth_container_up(container)) {
		ask(app, QUESTION_RESTART, container);
		return;
	}
	/* Nobody uses what does not run. */
	app->asked_run = 0;
	snprintf(app->asked_id, sizeof app->asked_id, "%s", container->id);
	fleet_answered(app, BERTH_ACT_RESTART);
}

static void on_acted(void *context, const struct berth_acted *acted)
{
	static const char *const done[] = {
		[BERTH_ACT_STOP] = "is stopped",
		[BERTH_ACT_RESTART] = "was started",
		[BERTH_ACT_REMOVE] = "is removed",
		[BERTH_ACT_REMOVE_KEEPING] = "is removed, its volumes are kept",
	};
	struct app *app = context;
	const struct berth_error *err = acted->error;
	if (err == NULL)
		app_notice(app, "'%s' %s.", acted->name, done[acted->act]);
	else
		app_notice(
			app, "%s%s%s", err->message, err->hint[0] != '\0' ? "; " : "", err->hint);
}

void fleet_answered(struct app *app, enum berth_act act)
{
	if (!confirm_act(app, act))
		fleet_do(app, act);
}

void fleet_do(struct app *app, enum berth_act act)
{
	static const enum berth_deed deeds[] = {
		[BERTH_ACT_STOP] = BERTH_DEED_STOP,
		[BERTH_ACT_RESTART] = BERTH_DEED_RESTART,
		[BERTH_ACT_REMOVE] = BERTH_DEED_REMOVE,
		[BERTH_ACT_REMOVE_KEEPING] = BERTH_DEED_REMOVE,
	};
	struct berth_error err;
	if (app->asked_run != 0)
		remote_answered(app, deeds[act]);
	else if (app->engine != NULL &&
		 berth_engine_act(app->engine, app->asked_id, act, on_acted, app, &err) != 0)
		app_notice(app, "%s", err.message);
}

/* --- a shell --- */

static void shell_ended(struct app *app, const char *program, int status)
{
	(void)program;
	if (status == 126 || status == 127)
		app_notice(app, "There is no shell in this container (exit status %d).", status);
	else if (status != 0)
		app_notice(app, "The shell ended with exit status %d.", status);
}

/* What a person would type; bash where there is one. */
static int order_shell(struct lend_order *order, const char *host, const char *id)
{
	static const char choose[] = "command -v bash >/dev/null 2>&1 && exec bash || exec sh";
	const char *const words[] = {
		"docker", "--host", host, "exec", "-it", id, "sh", "-c", choose, NULL};
	size_t count = sizeof words / sizeof words[0];
	order->argv = calloc(count, sizeof *order->argv);
	for (size_t i = 0; order->argv != NULL && words[i] != NULL; i++) {
		order->argv[i] = strdup(words[i]);
		if (order->argv[i] == NULL) {
			lend_order_release(order);
			return -1;
		}
	}
	order->ended = shell_ended;
	return order->argv != NULL ? 0 : -1;
}

void fleet_shell(struct app *app)
{
	const char *why = remote_refusal(app, ACTION_SHELL);
	if (why != NULL) {
		app_notice(app, "Not here: %s.", why);
		return;
	}
	const struct berth_container *container = subject(app);
	if (container == NULL || app->engine == NULL)
		return;
	if (!berth_container_up(container)) {
		app_notice(app, "'%s' does not run.", container->name);
	} else if (!lend_finds("docker")) {
		app_notice(app, "A shell needs the docker command line, which is not here.");
	} else {
		lend_order_release(&app->take.lend);
		if (order_shell(&app->take.lend, berth_engine_endpoint(app->engine)->address,
			    container->id) != 0)
			app_notice(app, "out of memory");
	}
}
