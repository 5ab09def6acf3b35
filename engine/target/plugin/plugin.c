#include "target/plugin/plugin.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "loop/timer.h"

/* Lines that are no events, before it is given up. */
enum { NONSENSE_MAX = 20 };

/* Of a plugin that names none. */
static const struct berth_stage usual_stages[] = {
	{"validating", "validate", "validating", 0, 10},
	{"deploying", "deploy", "deploying", 10, 90},
	{"health_check", "health", "checking health", 90, 100},
};

static void emit(struct plugin_target *t, struct berth_event *event)
{
	t->setup.sink.emit(t->setup.sink.context, event);
}

static const char *stage_name(const struct plugin_target *t)
{
	return t->record.stages->stages[t->record.stage >= 0 ? t->record.stage : 0].name;
}

static void say_bytes(struct plugin_target *t, enum berth_level level, enum berth_stream stream,
	const char *text, size_t len, bool continues)
{
	struct berth_event *event = berth_event_new(BERTH_EVENT_LOG, stage_name(t), 0, text, len);

	if (event != NULL) {
		event->level = level;
		event->stream = stream;
		event->continues = continues;
	}
	emit(t, event);
}

static void say(struct plugin_target *t, enum berth_level level, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

static void say(struct plugin_target *t, enum berth_level level, const char *format, ...)
{
	char text[1024];
	va_list args;

	va_start(args, format);
	vsnprintf(text, sizeof(text), format, args);
	va_end(args);
	say_bytes(t, level, BERTH_ENGINE, text, strlen(text), false);
}

static void say_link(struct plugin_target *t, enum berth_link link)
{
	struct berth_event *event = berth_event_new(BERTH_EVENT_LINK, NULL, 0, NULL, 0);

	if (event != NULL)
		event->link = link;
	emit(t, event);
}

/* --- the end --- */

static void end_with(struct plugin_target *t, struct berth_event *event)
{
	t->ended = true;
	timer_stop(t->deadline);
	if (event->result != NULL)
		event->result->duration_ms = clock_mono_ms() - t->began_ms;
	say_link(t, BERTH_CLOSED);
	emit(t, event);
}

/* Without its own word. */
static void end_by(
	struct plugin_target *t, enum berth_outcome outcome, const struct berth_error *err)
{
	struct berth_event *event = berth_event_new(
		BERTH_EVENT_RESULT, NULL, 0, err->message, strlen(err->message));

	if (event != NULL)
		event->result = berth_result_new();
	if (event == NULL || event->result == NULL) {
		berth_event_free(event);
		return;
	}
	event->result->outcome = outcome;
	event->result->message = strdup(err->message);
	berth_result_fail(event->result, err, stage_name(t));
	end_with(t, event);
}

static void end_cancelled(struct plugin_target *t)
{
	struct berth_error err = {0};

	if (t->timed_out)
		berth_error_set(&err, BERTH_E_TIMEOUT, 0,
			"the time limit of %d s passed before anything was asked for",
			t->request->timeout_s);
	else
		berth_error_set(&err, BERTH_E_CANCELLED, 0,
			"cancelled before the plugin was asked for anything");
	end_by(t, t->timed_out ? BERTH_UNREACHED : BERTH_CANCELED, &err);
}

/* Its program is gone, and it has not said how it went. */
static void end_unsaid(struct plugin_target *t, const struct berth_error *why)
{
	struct berth_error err = *why;

	berth_error_wrap(&err, "plugin '%s'", t->request->command[0]);
	if (!t->told) {
		end_by(t, BERTH_UNREACHED, &err);
		return;
	}
	if (err.hint[0] == '\0')
		berth_error_hint(&err, "what became of it is known only where it was deployed to");
	end_by(t, BERTH_UNKNOWN, &err);
}

static void tear_down(struct plugin_target *t)
{
	void (*closed)(void *) = t->closed;
	void *context = t->closed_context;

	timer_close(t->turn);
	timer_close(t->deadline);
	berth_plugin_free(t->plugin);
	free(t->id);
	free(t);
	if (closed != NULL)
		closed(context);
}

static void ended(void *context, const struct berth_error *err)
{
	struct plugin_target *t = context;
	struct berth_error silent = {0};

	t->link = NULL;
	if (t->closed != NULL) {
		timer_start(t->turn, 0);
		return;
	}
	if (t->ended)
		return;
	if (!t->told && (t->cancelled || t->timed_out)) {
		end_cancelled(t);
		return;
	}
	if (err->code == BERTH_E_OK)
		berth_error_set(&silent, BERTH_E_BROKEN, 0, "it ended without a word");
	end_unsaid(t, err->code == BERTH_E_OK ? &silent : err);
}

/* --- what it says --- */

static void go_on_later(struct plugin_target *t)
{
	if (t->paused || !t->setup.sink.full(t->setup.sink.context))
		return;
	t->paused = true;
	plugin_link_pause(t->link);
	timer_start(t->turn, (uint64_t)plugin_pace.full);
}

static void take_result(struct plugin_target *t, struct berth_event *event)
{
	struct berth_result *result = event->result;

	plugin_link_hear(t->link);
	if (t->timed_out && result->outcome == BERTH_CANCELED) {
		result->outcome = BERTH_FAILED;
		result->failure->code = BERTH_E_TIMEOUT;
	}
	end_with(t, event);
	plugin_link_bye(t->link);
}

static void not_understood(
	struct plugin_target *t, const char *line, size_t len, const struct berth_error *why)
{
	struct berth_error err = {0};

	/* Whole, as a secret that is cut in two is not known again. */
	say(t, BERTH_WARN, "The plugin said what is no event (%s):", why->message);
	say_bytes(t, BERTH_WARN, BERTH_STDOUT, line, len, false);
	if (++t->nonsense <= NONSENSE_MAX)
		return;
	berth_error_set(&err, BERTH_E_PROTOCOL, 0,
		"more than %d of its lines are no events, the last: %s", NONSENSE_MAX,
		why->message);
	plugin_link_stop(t->link, &err);
}

static void said(void *context, const struct json_t *object, const char *line, size_t len,
	const struct berth_error *why)
{
	struct plugin_target *t = context;
	struct berth_error err = *why;
	struct berth_event *event;

	if (t->ended || t->closed != NULL)
		return;
	event = object != NULL ? plugin_event_read(&t->record, object, &err) : NULL;
	if (event == NULL) {
		not_understood(t, line, len, &err);
		return;
	}
	if (t->record.remark[0] != '\0')
		say(t, BERTH_WARN, "The plugin is not in order: %s", t->record.remark);
	if (event->type == BERTH_EVENT_RESULT)
		take_result(t, event);
	else
		emit(t, event);
	if (!t->ended)
		go_on_later(t);
}

static void printed(void *context, const char *line, size_t len, bool continues)
{
	struct plugin_target *t = context;

	if (t->ended || t->closed != NULL)
		return;
	say_bytes(t, BERTH_INFO, BERTH_STDERR, line, len, continues);
	if (t->link != NULL)
		go_on_later(t);
}

/* --- beginning --- */

static void announce(struct plugin_target *t)
{
	struct berth_event *event;
	char text[512];
	int len = t->action < 0
			  ? snprintf(text, sizeof(text), "Asking plugin '%s'%s%s to deploy",
				    t->plugin->name, t->plugin->version[0] ? " " : "",
				    t->plugin->version)
			  : snprintf(text, sizeof(text), "Asking plugin '%s' to %s",
				    t->plugin->name,
				    berth_plugin_action_name((enum berth_plugin_action)t->action));

	t->record.stage = 0;
	t->record.progress = t->record.stages->stages[0].from;
	event = berth_event_new(
		BERTH_EVENT_STATUS, stage_name(t), t->record.progress, text, (size_t)len);
	if (event != NULL && t->plugin->stages != NULL)
		event->stages = berth_stage_list_copy(t->plugin->stages);
	emit(t, event);
	say_link(t, BERTH_LIVE);
}

/* A plugin may say again what it was told. */
static int hide_secrets(struct plugin_target *t, struct berth_error *err)
{
	for (size_t i = 0; i < t->request->own_count; i++) {
		const struct berth_variable *value = &t->request->own[i];
		const struct berth_plugin_field *field = berth_plugin_find(t->plugin, value->name);

		if (field != NULL && field->secret && t->setup.sink.hide != NULL &&
			t->setup.sink.hide(t->setup.sink.context, value->name, value->value, err) <
				0)
			return -1;
	}
	return 0;
}

static int check_action(const struct plugin_target *t, struct berth_error *err)
{
	if (t->action < 0 || (t->plugin->actions & (1u << t->action)) != 0)
		return 0;
	return berth_error_set(err, BERTH_E_USAGE, 0, "plugin '%s' can't %s what it has deployed",
		t->plugin->name, berth_plugin_action_name((enum berth_plugin_action)t->action));
}

static void ready(void *context, struct berth_plugin *plugin)
{
	struct plugin_target *t = context;
	struct berth_error err = {0};

	t->plugin = plugin;
	if (t->closed != NULL || t->cancelled || t->timed_out)
		return;
	if (plugin->stages != NULL)
		t->record.stages = plugin->stages;
	announce(t);
	if (plugin_words_check(t, &err) < 0 || check_action(t, &err) < 0 ||
		hide_secrets(t, &err) < 0) {
		end_by(t, err.code == BERTH_E_USAGE ? BERTH_REJECTED : BERTH_UNREACHED, &err);
		plugin_link_bye(t->link);
		return;
	}
	t->told = true;
	if (plugin_link_tell(t->link,
		    t->action < 0 ? plugin_words_start(t) : plugin_words_action(t), &err) < 0) {
		t->told = false;
		plugin_link_stop(t->link, &err);
	}
}

static void begin(struct plugin_target *t)
{
	struct berth_error err = {0};

	say_link(t, BERTH_CONNECTING);
	if (t->request->command == NULL)
		berth_error_set(
			&err, BERTH_E_USAGE, 0, "target '%s' has no command", t->request->target);
	else
		t->link = plugin_link_start(
			&(struct plugin_link_setup){.loop = t->setup.loop,
				.command = (const char *const *)t->request->command,
				.ready = ready,
				.said = said,
				.printed = printed,
				.ended = ended,
				.context = t},
			&err);
	if (t->link == NULL)
		end_by(t, BERTH_UNREACHED, &err);
}

static void on_turn(void *context)
{
	struct plugin_target *t = context;

	if (t->closed != NULL) {
		if (t->link == NULL)
			tear_down(t);
	} else if (t->paused) {
		t->paused = false;
		if (t->link != NULL) {
			plugin_link_resume(t->link);
			go_on_later(t);
		}
	} else if (t->cancelled || t->timed_out) {
		end_cancelled(t);
	} else {
		begin(t);
	}
}

/* --- cancelling --- */

static void stop_it(struct plugin_target *t)
{
	struct berth_error err = {0};

	berth_error_set(&err, BERTH_E_CANCELLED, 0, "cancelled");
	if (t->link == NULL) {
		timer_start(t->turn, 0);
	} else if (!t->told || plugin_link_tell(t->link, plugin_words_cancel(), &err) < 0) {
		plugin_link_stop(t->link, &err);
	} else {
		/* What it says to that must be read, whoever takes it. */
		plugin_link_resume(t->link);
		timer_start(t->deadline, (uint64_t)plugin_pace.cancel);
	}
}

static void plugin_cancel(struct target *target)
{
	struct plugin_target *t = (struct plugin_target *)target;

	if (t->ended || t->cancelled)
		return;
	t->cancelled = t->record.cancelled = true;
	if (t->timed_out)
		return;
	say(t, BERTH_WARN, "Cancelling: the plugin is asked to put things back");
	stop_it(t);
}

static void time_is_up(void *context)
{
	struct plugin_target *t = context;
	struct berth_error err = {0};

	if (t->ended)
		return;
	if (t->cancelled || t->timed_out) {
		berth_error_set(&err, BERTH_E_TIMEOUT, 0,
			"it was asked to stop, said nothing for %d ms and was ended",
			plugin_pace.cancel);
		plugin_link_stop(t->link, &err);
		return;
	}
	t->timed_out = t->record.cancelled = true;
	say(t, BERTH_WARN, "The time limit of %d s has passed", t->request->timeout_s);
	stop_it(t);
}

/* --- the target's own functions --- */

static void plugin_close(struct target *target, void (*closed)(void *context), void *context)
{
	struct plugin_target *t = (struct plugin_target *)target;
	struct berth_error err = {0};

	t->closed = closed;
	t->closed_context = context;
	timer_stop(t->deadline);
	berth_error_set(&err, BERTH_E_CANCELLED, 0, "closed");
	if (t->link == NULL)
		timer_start(t->turn, 0);
	else if (!t->ended)
		plugin_link_stop(t->link, &err);
}

static struct target *make(
	const struct target_setup *setup, int action, const char *id, struct berth_error *err)
{
	static const struct berth_stage_list usual = {
		usual_stages, sizeof(usual_stages) / sizeof(usual_stages[0])};
	struct plugin_target *t = calloc(1, sizeof(*t));

	if (t == NULL) {
		berth_error_set(err, BERTH_E_MEMORY, 0, "out of memory");
		return NULL;
	}
	t->base.ops = &plugin_target_ops;
	t->setup = *setup;
	t->request = setup->deployment;
	t->action = action;
	t->record = (struct plugin_record){.stages = &usual, .stage = -1};
	t->began_ms = clock_mono_ms();
	t->turn = timer_new(setup->loop, on_turn, t, err);
	t->deadline = timer_new(setup->loop, time_is_up, t, err);
	if (id != NULL && (t->id = strdup(id)) == NULL)
		berth_error_set(err, BERTH_E_MEMORY, 0, "out of memory");
	if (t->turn == NULL || t->deadline == NULL || (id != NULL && t->id == NULL)) {
		tear_down(t);
		return NULL;
	}
	if (t->request->timeout_s > 0)
		timer_start(t->deadline, (uint64_t)t->request->timeout_s * 1000);
	timer_start(t->turn, 0);
	return &t->base;
}

static struct target *plugin_start(const struct target_setup *setup, struct berth_error *err)
{
	return make(setup, -1, NULL, err);
}

/* What runs there it does not follow, but it can act on it. */
static struct target *plugin_act(
	const struct target_setup *setup, const char *id, struct berth_error *err)
{
	const char *name = setup->deployment->action;
	int action = name != NULL ? berth_plugin_action_find(name) : -1;

	if (action >= 0)
		return make(setup, action, *id != '\0' ? id : NULL, err);
	berth_error_set(err, BERTH_E_USAGE, 0, "what target '%s' has deployed can't be followed",
		setup->deployment->target);
	return NULL;
}

const struct target_ops plugin_target_ops = {
	.kind = "plugin",
	.stages = {usual_stages, sizeof(usual_stages) / sizeof(usual_stages[0])},
	.cancelling = "The plugin is asked to stop and put things back; berth can't do it for it.",
	.leaving = "Leaving ends the plugin's program: what becomes of the deployment is up to it.",
	.start = plugin_start,
	.watch = plugin_act,
	.cancel = plugin_cancel,
	.close = plugin_close,
};
