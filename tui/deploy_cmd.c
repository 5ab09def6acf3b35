#include "deploy_cmd.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <uv.h>

#include <berth/engine.h>
#include <berth/settings.h>

#include "complain.h"
#include "json.h"
#include "output.h"
#include "plain.h"

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
	bool json;
	bool cancelling;
	bool ended; /* the result was seen */
	bool gap;   /* an event could not be shown for want of memory */
	unsigned number;
	int status;
};

/* Not known, because nobody waits for it any more. */
static void leave_at_once(const struct deploy *deploy)
{
	if (strcmp(deploy->request->kind, "demo") == 0)
		complain_text("stopped at once; it was a rehearsal, nothing is left");
	else
		complain_text("stopped at once; the container '%s', and what was set aside for it, "
			      "may be left: docker ps -a --filter label=io.berth.deployment",
			deploy->request->container);
	_exit(berth_outcome_exit_status(BERTH_UNKNOWN));
}

static void on_signal(uv_signal_t *handle, int number)
{
	struct deploy *deploy = handle->data;
	(void)number;
	if (deploy->ended)
		_exit(deploy->status);
	if (deploy->cancelling)
		leave_at_once(deploy);
	deploy->cancelling = true;
	complain_text("cancelling and putting things back; once more stops at once");
	berth_engine_cancel(deploy->engine, deploy->number, NULL);
}

static void close_signals(struct deploy *deploy)
{
	for (size_t i = 0; i < WATCHED; i++) {
		uv_handle_t *handle = (uv_handle_t *)&deploy->signals[i];
		if (handle->data && !uv_is_closing(handle))
			uv_close(handle, NULL);
	}
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
	bool shown = deploy->json ? json_event(deploy->output, event)
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

static void drain(uv_idle_t *idle)
{
	struct deploy *deploy = idle->data;
	struct berth_event *event = NULL;
	for (int i = 0; i < EVENTS_A_TURN && !deploy->ended; i++) {
		/* A slow reader slows the taking of events, not the deployment. */
		event = output_full(deploy->output) ? NULL : berth_engine_next(deploy->engine);
		if (!event)
			break;
		show(deploy, event);
		berth_event_free(event);
	}
	output_flush(deploy->output);
	if (deploy->ended) {
		uv_idle_stop(idle);
		berth_engine_close(deploy->engine, engine_closed, deploy);
	} else if (!event) {
		uv_idle_stop(idle);
	}
}

static void wakeup(void *context)
{
	struct deploy *deploy = context;
	if (!deploy->ended)
		uv_idle_start(&deploy->idle, drain);
}

static void written(void *context)
{
	struct deploy *deploy = context;
	if (!deploy->ended)
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

static int start(struct deploy *deploy, struct berth_error *err)
{
	struct berth_engine_options options = {&deploy->loop, wakeup, deploy};
	deploy->output = output_new(&deploy->loop, STDOUT_FILENO, written, deploy);
	if (!deploy->output)
		return berth_error_set(err, BERTH_E_MEMORY, 0, "out of memory");
	plain_init(&deploy->plain, deploy->output, locale_is_utf8());
	int status = watch_signals(deploy);
	if (status < 0)
		return berth_error_set(err, BERTH_E_INTERNAL, 0, "cannot watch for signals: %s",
			uv_strerror(status));
	deploy->engine = berth_engine_new(&options, err);
	if (!deploy->engine)
		return -1;
	return berth_engine_deploy(deploy->engine, deploy->request, false, &deploy->number, err);
}

/* Nothing was begun, so there is nothing to be shown. */
static void give_up(struct deploy *deploy, const struct berth_error *err)
{
	complain(err);
	deploy->status = berth_outcome_exit_status(
		err->code == BERTH_E_USAGE ? BERTH_REJECTED : BERTH_FAILED);
	deploy->ended = true;
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

static int run(const struct berth_deployment *request, bool json)
{
	struct deploy deploy = {.request = request, .json = json, .status = 1};
	struct berth_error err;
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

int deploy_cmd_run(const struct berth_settings *settings, bool json)
{
	struct berth_error err;
	struct berth_deployment *request = berth_settings_resolve(settings, NULL, &err);
	if (!request) {
		complain(&err);
		return berth_outcome_exit_status(
			err.code == BERTH_E_MEMORY ? BERTH_FAILED : BERTH_REJECTED);
	}
	int status = run(request, json);
	berth_deployment_free(request);
	return status;
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
