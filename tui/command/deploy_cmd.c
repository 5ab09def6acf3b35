#include "command/deploy_cmd.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <uv.h>

#include <berth/engine.h>
#include <berth/recall.h>
#include <berth/settings.h>

#include "command/confirm_cmd.h"
#include "command/json.h"
#include "command/plain.h"
#include "command/plugin_cmd.h"
#include "complain.h"
#include "keeper.h"
#include "term/output.h"

/* Events handled in one turn, so that signals are heard in a flood of them. */
#define EVENTS_A_TURN 512

static const int watched[] = {SIGINT, SIGTERM, SIGHUP};
#define WATCHED (sizeof watched / sizeof *watched)

struct deploy {
	uv_loop_t loop;
	uv_idle_t idle; /* runs while there may be events to take */
	uv_signal_t signals[WATCHED];
	struct berth_engine *engine; /* NULL once it is closing */
	struct output *output;
	struct plain plain;
	const struct berth_deployment *request;
	struct berth_history_rules keep;
	const struct berth_hooks *hooks;
	const char *watched; /* the server's id of what is followed; NULL: it is deployed */
	bool json;
	bool warned;
	bool cancelling;
	bool ended;   /* the result was seen */
	bool closing; /* and whoever is told of it knows */
	bool gap;     /* an event could not be shown for want of memory */
	unsigned number;
	int status;
};

/* Not known, because nobody waits for it any more. */
static void leave_at_once(const struct deploy *deploy)
{
	const struct berth_deployment *request = deploy->request;
	if (deploy->watched)
		complain_text("stopped watching at once; the deployment goes on");
	else if (strcmp(request->kind, "demo") == 0)
		complain_text("stopped at once; it was a rehearsal, nothing is left");
	else if (request->server && !request->container)
		complain_text("stopped at once; what became of '%s' on '%s' is not known: look "
			      "there",
			request->name, request->target);
	else if (request->server)
		complain_text("stopped at once; what became of the container '%s' on '%s' is not "
			      "known: look there",
			request->container, request->target);
	else
		complain_text("stopped at once; the container '%s', and what was set aside for it, "
			      "may be left: berth recover",
			request->container);
	_exit(berth_outcome_exit_status(BERTH_UNKNOWN));
}

/* A key is pressed faster than a deployment is given up for good: where cancelling puts nothing
 * back, the first one is only answered. */
static bool offer_to_stay(struct deploy *deploy, int number)
{
	const char *fate = berth_target_cancelling(deploy->request->kind);
	if (deploy->warned || deploy->watched || !fate || number != SIGINT || !isatty(STDIN_FILENO))
		return false;
	deploy->warned = true;
	complain_text("%s Press Ctrl-C again to cancel; else it goes on.", fate);
	return true;
}

static void say_cancelling(const struct deploy *deploy)
{
	if (deploy->watched)
		complain_text("no longer watching; the deployment goes on");
	else if (berth_target_cancelling(deploy->request->kind))
		complain_text("cancelling; once more stops at once");
	else
		complain_text("cancelling and putting things back; once more stops at once");
}

/* A line that is lost is no wish to cancel. What is only watched goes on by itself. */
static bool goes_on(struct deploy *deploy, int number)
{
	if (number != SIGHUP || deploy->watched || deploy->request->action)
		return false;
	keeper_settle();
	berth_engine_kept(deploy->engine);
	return true;
}

static void on_signal(uv_signal_t *handle, int number)
{
	struct deploy *deploy = handle->data;
	if (deploy->engine && !deploy->closing && goes_on(deploy, number))
		return;
	if (deploy->ended)
		_exit(deploy->status);
	if (deploy->cancelling)
		leave_at_once(deploy);
	if (offer_to_stay(deploy, number))
		return;
	deploy->cancelling = true;
	say_cancelling(deploy);
	berth_engine_cancel(deploy->engine, deploy->number, NULL);
}

/* It has ended: a Ctrl-C that comes too late must not make another exit status of it. */
static void close_signals(struct deploy *deploy)
{
	sigset_t late;
	sigemptyset(&late);
	for (size_t i = 0; i < WATCHED; i++)
		sigaddset(&late, watched[i]);
	pthread_sigmask(SIG_BLOCK, &late, NULL);
	for (size_t i = 0; i < WATCHED; i++) {
		uv_handle_t *handle = (uv_handle_t *)&deploy->signals[i];
		if (handle->data && !uv_is_closing(handle))
			uv_close(handle, NULL);
	}
	for (size_t i = 0; i < WATCHED; i++)
		signal(watched[i], SIG_IGN);
}

/* After the result only the writing of it is waited for. */
static void close_when_written(struct deploy *deploy)
{
	if (deploy->ended && !deploy->engine && !output_busy(deploy->output))
		close_signals(deploy);
}

static void engine_closed(void *context)
{
	struct deploy *deploy = context;
	deploy->engine = NULL;
	uv_close((uv_handle_t *)&deploy->idle, NULL);
	close_when_written(deploy);
}

static void show(struct deploy *deploy, const struct berth_event *event)
{
	bool shown = deploy->json              ? json_event(deploy->output, event)
		     : deploy->request->action ? plugin_cmd_show(deploy->output, event)
					       : plain_event(&deploy->plain, event);
	if (!shown)
		deploy->gap = true;
	if (event->type == BERTH_EVENT_RESULT) {
		deploy->ended = true;
		/* Without memory a result may come without its contents. */
		deploy->status = berth_outcome_exit_status(
			event->result ? event->result->outcome : BERTH_UNKNOWN);
	}
}

/* The record has ended; hooks that fail are no part of it. */
static void complain_of_hook(const struct berth_event *event)
{
	if (event->type == BERTH_EVENT_LOG && event->level >= BERTH_WARN)
		complain_text("%s", event->message);
}

static void drain(uv_idle_t *idle)
{
	struct deploy *deploy = idle->data;
	struct berth_event *event = NULL;
	for (int i = 0; i < EVENTS_A_TURN; i++) {
		/* A slow reader slows the taking of events, not the deployment. */
		event = output_full(deploy->output) ? NULL : berth_engine_next(deploy->engine);
		if (!event)
			break;
		if (deploy->ended)
			complain_of_hook(event);
		else
			show(deploy, event);
		berth_event_free(event);
	}
	output_flush(deploy->output);
	/* The result is out; who is told of it has the time it was given. */
	if (deploy->ended && !event && berth_engine_telling(deploy->engine) == 0) {
		deploy->closing = true;
		uv_idle_stop(idle);
		berth_engine_close(deploy->engine, engine_closed, deploy);
	} else if (!event) {
		uv_idle_stop(idle);
	}
}

static void wakeup(void *context)
{
	struct deploy *deploy = context;
	if (!deploy->closing)
		uv_idle_start(&deploy->idle, drain);
}

static void written(void *context)
{
	struct deploy *deploy = context;
	if (!deploy->closing)
		uv_idle_start(&deploy->idle, drain);
	close_when_written(deploy);
}

/* What is ignored stays ignored: nohup, or a shell's background job. */
static int watch_signals(struct deploy *deploy)
{
	int status = 0;
	for (size_t i = 0; i < WATCHED && status == 0; i++) {
		struct sigaction now;
		if (sigaction(watched[i], NULL, &now) == 0 && now.sa_handler == SIG_IGN)
			continue;
		status = uv_signal_init(&deploy->loop, &deploy->signals[i]);
		if (status < 0)
			break;
		deploy->signals[i].data = deploy;
		status = uv_signal_start(&deploy->signals[i], on_signal, watched[i]);
	}
	return status;
}

static void unrecorded(void *context, unsigned runs, const struct berth_error *why)
{
	(void)context;
	complain_text("%s%s", runs > 0 ? "this run is not in the history: " : "", why->message);
}

/* The log is kept as a file too, and the run in the history, where there is a place for them. */
static struct berth_engine *new_engine(struct deploy *deploy, struct berth_error *err)
{
	bool kept = !deploy->request->action;
	char *folder = kept ? berth_log_folder(NULL) : NULL;
	char *history = kept ? berth_history_path(NULL) : NULL;
	char *runs = kept ? berth_runs_folder(NULL) : NULL;
	struct berth_engine *engine = berth_engine_new(
		&(struct berth_engine_options){.loop = &deploy->loop,
			.wakeup = wakeup,
			.context = deploy,
			.logs = folder ? BERTH_LOGS_BOTH : BERTH_LOGS_AS_EVENTS,
			.log_folder = folder,
			.history = history,
			.runs = runs,
			.keep = deploy->keep,
			.hooks = deploy->hooks,
			.unrecorded = unrecorded},
		err);
	free(runs);
	free(history);
	free(folder);
	return engine;
}

static int start(struct deploy *deploy, struct berth_error *err)
{
	deploy->output = output_new(&deploy->loop, STDOUT_FILENO, written, deploy);
	if (!deploy->output)
		return berth_error_set(err, BERTH_E_MEMORY, 0, "out of memory");
	plain_init(&deploy->plain, deploy->output, locale_is_utf8());
	int status = watch_signals(deploy);
	if (status < 0)
		return berth_error_set(err, BERTH_E_INTERNAL, 0, "cannot watch for signals: %s",
			uv_strerror(status));
	deploy->engine = new_engine(deploy, err);
	if (!deploy->engine)
		return -1;
	if (deploy->watched)
		return berth_engine_attach(
			deploy->engine, deploy->request, deploy->watched, &deploy->number, err);
	return berth_engine_deploy(deploy->engine, deploy->request, false, &deploy->number, err);
}

/* Nothing was begun, so there is nothing to be shown. */
static void give_up(struct deploy *deploy, const struct berth_error *err)
{
	complain(err);
	deploy->status = berth_outcome_exit_status(
		err->code == BERTH_E_USAGE ? BERTH_REJECTED : BERTH_FAILED);
	deploy->ended = deploy->closing = true;
	if (deploy->engine) {
		berth_engine_close(deploy->engine, engine_closed, deploy);
		return;
	}
	uv_close((uv_handle_t *)&deploy->idle, NULL);
	close_signals(deploy);
}

static void finish(struct deploy *deploy)
{
	int error = deploy->output ? output_error(deploy->output) : 0;
	if (error && error != EPIPE)
		complain_text("the events could not all be written: %s", strerror(error));
	if (deploy->gap)
		complain_text("the events could not all be written: out of memory");
	output_free(deploy->output);
	if (uv_loop_close(&deploy->loop) != 0)
		complain_text("internal: something was left open");
}

static int run(const struct berth_settings *settings, const struct berth_deployment *request,
	const char *id, bool json)
{
	struct deploy deploy = {.request = request, .watched = id, .json = json, .status = 1};
	struct berth_error err;
	deploy.keep = berth_settings_history(settings);
	deploy.hooks = berth_settings_hooks(settings);
	int status = uv_loop_init(&deploy.loop);
	if (status < 0) {
		complain_text("cannot start: %s", uv_strerror(status));
		return 1;
	}
	uv_idle_init(&deploy.loop, &deploy.idle);
	deploy.idle.data = &deploy;
	if (start(&deploy, &err) < 0)
		give_up(&deploy, &err);
	uv_run(&deploy.loop, UV_RUN_DEFAULT);
	finish(&deploy);
	return deploy.status;
}

static int refuse(const struct berth_error *err)
{
	complain(err);
	return berth_outcome_exit_status(
		err->code == BERTH_E_MEMORY ? BERTH_FAILED : BERTH_REJECTED);
}

/* What was typed for this run and has no effect on it. A rehearsal takes all options of the real
 * thing without a word. */
static void say_left_out(const struct berth_settings *settings)
{
	bool alien = berth_settings_server(settings) || berth_settings_command(settings);
	for (size_t i = 0; i < BERTH_FIELD_COUNT; i++) {
		enum berth_field_id field = (enum berth_field_id)i;
		const char *origin = berth_settings_origin(settings, field);
		if ((alien || field == BERTH_FIELD_SET) &&
			!berth_settings_applies(settings, field) &&
			strncmp(origin, "option ", 7) == 0)
			complain_text("'--%s' has no meaning for target '%s' and is left out",
				berth_fields[i].name,
				berth_settings_get(settings, BERTH_FIELD_TARGET));
	}
}

/* For who opens the form in this folder next. Where nothing can be written there is nothing to
 * offer later, which is no reason to trouble a script with it. */
static void remember(const struct berth_settings *settings)
{
	char *folder = getcwd(NULL, 0), *note = berth_recall_note(settings);
	if (folder != NULL && note != NULL)
		(void)berth_recall_add(folder, note, NULL);
	free(folder);
	free(note);
}

int deploy_cmd_run(const struct berth_settings *settings, bool json)
{
	struct berth_error err;
	struct berth_deployment *request = berth_settings_resolve(settings, NULL, &err);
	if (!request)
		return refuse(&err);
	if (confirm_cmd(settings, request, &err) < 0) {
		berth_deployment_free(request);
		return refuse(&err);
	}
	say_left_out(settings);
	remember(settings);
	int status = run(settings, request, NULL, json);
	berth_deployment_free(request);
	return status;
}

int deploy_cmd_watch(
	const struct berth_settings *settings, const char *target, const char *id, bool json)
{
	struct berth_error err;
	if (!target || !id) {
		berth_error_set(&err, BERTH_E_USAGE, 0, "a target and an id are needed");
		berth_error_hint(&err, "berth watch TARGET ID");
		return refuse(&err);
	}
	struct berth_deployment *request = berth_settings_attach(settings, target, id, &err);
	if (!request)
		return refuse(&err);
	int status = run(settings, request, id, json);
	berth_deployment_free(request);
	return status;
}

int deploy_cmd_act(const struct berth_settings *settings, const struct berth_deployment *request,
	const char *id, bool json)
{
	return run(settings, request, id, json);
}

int deploy_cmd_explain(const struct berth_settings *settings)
{
	char *text = berth_settings_explain(settings);
	if (!text) {
		complain_text("out of memory");
		return 1;
	}
	fputs(text, stdout);
	free(text);
	return finish_stdout();
}
