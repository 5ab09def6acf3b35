/* What changes, in words. */
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "history/replay.h"
#include "linear/linear_private.h"

void linear_say(struct linear *linear, const char *format, ...)
{
	char text[LOGVIEW_LINE_MAX + 256];
	va_list arguments;
	va_start(arguments, format);
	vsnprintf(text, sizeof text, format, arguments);
	va_end(arguments);
	plain_line(&linear->plain, "", text);
}

/* Of what is not chosen, where it is and how it ended. */
static void say_elsewhere(
	struct linear *linear, const struct berth_run *run, const struct berth_event *event)
{
	const char *name = run->deployment->name;
	if (event->type == BERTH_EVENT_RESULT && event->result != NULL)
		linear_say(linear, "%u '%s' is over: %s. %s", run->number, name,
			berth_outcome_name(event->result->outcome),
			event->result->message != NULL ? event->result->message : "");
	else if (event->type == BERTH_EVENT_STATUS && event->stage != NULL &&
		 berth_stage_index(run->stages, event->stage) >= 0)
		linear_say(linear, "%u '%s': %s", run->number, name, event->stage);
}

void linear_event(struct linear *linear, const struct berth_event *event)
{
	const struct berth_run *run = berth_model_find(linear->app.model, event->deployment);
	if (run == NULL)
		return;
	if (event->type == BERTH_EVENT_RESULT) {
		int status = berth_outcome_exit_status(
			event->result != NULL ? event->result->outcome : BERTH_UNKNOWN);
		if (status != 0 && !replay_is(&linear->app, run))
			linear->run_status = status;
	}
	if (run->number != linear->app.chosen) {
		say_elsewhere(linear, run, event);
		return;
	}
	/* A result is the last word. */
	linear_follow(linear, event->type == BERTH_EVENT_RESULT ? INT64_MAX : event->time_ms);
	plain_event(&linear->plain, event);
}

static void say_notice(struct linear *linear)
{
	if (linear->app.notice[0] == '\0')
		return;
	linear_say(linear, "%s", linear->app.notice);
	linear->app.notice[0] = '\0';
}

static void say_question(struct linear *linear)
{
	const struct prompt *prompt = &linear->app.prompt;
	linear->said.question = prompt->question;
	if (prompt->question != QUESTION_NONE)
		linear_say(linear, "%s (a letter and Enter; an empty line: %s)", prompt->text,
			prompt->question == QUESTION_QUIT ? "stay" : "no");
}

static void say_chosen(struct linear *linear)
{
	const struct berth_run *run = app_run(&linear->app);
	linear->said.chosen = linear->app.chosen;
	snprintf(linear->said.picked, sizeof linear->said.picked, "%s", linear->app.picked);
	linear->heard = 0;
	if (run == NULL) {
		linear_status(linear);
		return;
	}
	const struct berth_deployment *deployment = run->deployment;
	linear_say(linear, "Deployment %u, '%s' on %s: %s.", run->number, deployment->name,
		deployment->target, linear_state(run));
	linear->plain.progress = 0;
	linear->plain.said_len = 0;
	/* What it said while another was chosen is there to be read. */
	struct berth_log *log = linear->app.log.filter.log;
	if (log != NULL && run->started_ms != 0)
		linear->heard = berth_log_end(log);
	linear->said.log = *logview_position(&linear->app.log);
}

static void say_focus(struct linear *linear)
{
	static const char *const places[PANE_COUNT] = {
		[PANE_LIST] = "In the list of deployments.",
		[PANE_FORM] = "In the form.",
		[PANE_PROGRESS] = "In the result.",
		[PANE_LOG] = "In the log.",
	};
	enum pane_id focus = linear->app.room.focus;
	linear->said.focus = focus;
	if (places[focus] != NULL)
		linear_say(linear, "%s", places[focus]);
}

static void say_leaving(struct linear *linear)
{
	unsigned count = app_count(&linear->app, false);
	const char *plural = count == 1 ? "" : "s";
	linear->said.leaving = linear->app.leaving;
	if (linear->app.leaving == LEAVING_WAITING && count > 0)
		linear_say(linear, "Quits when %u deployment%s ended.", count,
			count == 1 ? " has" : "s have");
	else if (linear->app.leaving == LEAVING_BEHIND && count > 0)
		linear_say(linear, "Leaving %u deployment%s running.", count, plural);
	else if (linear->app.leaving == LEAVING_CANCELLING && count > 0)
		linear_say(linear, "Cancelling %u deployment%s, then quits.", count, plural);
}

static void say_reach(struct linear *linear)
{
	const struct berth_endpoint *endpoint = berth_engine_endpoint(linear->feed.engine);
	linear->said.reach = endpoint->reach;
	if (endpoint->reach == BERTH_REACH_LIVE)
		linear_say(
			linear, "Docker %s answers at %s.", endpoint->version, endpoint->address);
	else if (endpoint->reach == BERTH_REACH_LOST)
		linear_say(linear, "No Docker engine answers: %s%s%s", endpoint->error.message,
			endpoint->error.hint[0] != '\0' ? "; " : "", endpoint->error.hint);
}

void linear_changes(struct linear *linear)
{
	const struct app *app = &linear->app;
	const struct linear_said *said = &linear->said;
	if (said->chosen != app->chosen || strcmp(said->picked, app->picked) != 0)
		say_chosen(linear);
	if (said->focus != app->room.focus)
		say_focus(linear);
	if (linear->feed.engine != NULL &&
		said->reach != berth_engine_endpoint(linear->feed.engine)->reach)
		say_reach(linear);
	say_notice(linear);
	if (said->question != app->prompt.question)
		say_question(linear);
	if (said->leaving != app->leaving)
		say_leaving(linear);
	linear_page(linear);
	linear_details(linear);
	if (said->input != app->input.kind) {
		linear->said.input = app->input.kind;
		if (app->input.kind != INPUT_NONE)
			linear_ask(linear);
	}
}

void linear_answer(struct linear *linear)
{
	const struct app *app = &linear->app;
	const struct form *form = &app->form;
	bool wrong = linear->judged && form->fields[form->current].error[0] != '\0';
	if (app->room.focus == PANE_FORM && !linear->field_asked &&
		(linear->said.field != form->current || wrong))
		linear_field(linear, form->current);
	linear->said.field = form->current;
	linear->judged = false;
	linear_log_moved(linear);
	linear->jumped = linear->scrolled = false;
}
