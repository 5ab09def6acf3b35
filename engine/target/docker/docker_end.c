/* How a deployment ends: the first error, putting back, and the one result. */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "loop/timer.h"
#include "target/docker/docker_target.h"

void docker_target_failf(struct docker_target *t, int stage, enum berth_code code, const char *hint,
	const char *format, ...)
{
	struct berth_error err = {0};
	char message[sizeof(err.message)];
	va_list args;

	va_start(args, format);
	vsnprintf(message, sizeof(message), format, args);
	va_end(args);
	berth_error_set(&err, code, 0, "%s", message);
	if (hint != NULL)
		berth_error_hint(&err, "%s", hint);
	docker_target_fail(t, stage, &err);
}

/* Emit the result; whatever was allocated for it goes along. */
static void say_result(struct docker_target *t, struct berth_result *result)
{
	const char *message = result->message != NULL ? result->message : "";
	struct berth_event *event = berth_event_new(
		BERTH_EVENT_RESULT, NULL, 0, message, strlen(message));

	t->ended = true;
	timer_stop(t->deadline);
	timer_stop(t->pause);
	if (event == NULL) {
		berth_result_free(result);
		return;
	}
	event->result = result;
	if (t->settled)
		docker_note(t, &(struct journal_note){.deed = JOURNAL_END,
				       .name = berth_outcome_name(result->outcome)});
	t->setup.sink.emit(t->setup.sink.context, event);
	docker_journal_end(t);
}

static struct berth_result *new_result(const struct docker_target *t, enum berth_outcome outcome)
{
	struct berth_result *result = berth_result_new();

	if (result == NULL)
		return NULL;
	result->outcome = outcome;
	result->duration_ms = clock_mono_ms() - t->began_ms;
	if (t->image_ready && t->image.digest[0] != '\0')
		result->image_digest = strdup(t->image.digest);
	clone_report(t, result);
	return result;
}

/* --- failure --- */

static bool nothing_touched(const struct docker_target *t)
{
	return !plan_is(&t->plan, STAGE_VALIDATE, PLAN_DONE);
}

static enum berth_outcome outcome_of(const struct docker_target *t)
{
	if (t->lost)
		return BERTH_UNKNOWN;
	if (t->undo.left_count > 0)
		return BERTH_LEFT_BEHIND;
	if (t->cancelled)
		return BERTH_CANCELED;
	if (!nothing_touched(t) || t->error_stage != STAGE_VALIDATE)
		return BERTH_FAILED;
	switch (t->error.code) {
	case BERTH_E_UNREACHABLE:
	case BERTH_E_DENIED:
	case BERTH_E_BROKEN:
	case BERTH_E_TIMEOUT:
	case BERTH_E_PROTOCOL:
		return BERTH_UNREACHED;
	/* An engine in trouble does not make the request wrong. */
	case BERTH_E_REFUSED:
	case BERTH_E_MEMORY:
	case BERTH_E_INTERNAL:
		return BERTH_FAILED;
	default:
		return BERTH_REJECTED;
	}
}

static void say_failure(struct docker_target *t)
{
	struct berth_result *result = new_result(t, outcome_of(t));

	t->settled = !t->unsettled && (t->undo.left_count == 0 || t->leaving || t->no_way_back);
	if (result == NULL)
		return;
	if (!t->settled && t->journal != NULL && t->error.hint[0] == '\0')
		berth_error_hint(&t->error, "'berth recover' tries again");
	result->message = strdup(t->error.message);
	result->rolled_back = t->put_back && t->undo.left_count == 0;
	for (size_t i = 0; i < t->undo.left_count; i++)
		berth_result_add_left_behind(result, t->undo.left[i]);
	/* Steps that were not run, as rolling back is switched off. */
	for (size_t i = 0; i < t->undo.count; i++)
		berth_result_add_left_behind(result, t->undo.steps[i].what);
	if (!t->put_back && t->container_id[0] != '\0')
		result->container_id = strdup(t->container_id);
	if (berth_result_fail(result, &t->error, plan_stage_name(&t->plan, t->error_stage)) == 0) {
		result->failure->replaceable = t->replaceable;
		result->failure->has_exit_code = t->has_exit_code;
		result->failure->exit_code = t->exit_code;
		result->failure->oom = t->oom;
		output_tail(t, result->failure);
		if (t->composed != NULL)
			compose_report(t, result);
		services_report(t, result);
		health_report(t, result);
	}
	say_result(t, result);
}

static void put_back(void *context)
{
	ports_let_go(context);
	say_failure(context);
}

void docker_target_wind_down(struct docker_target *t)
{
	if (t->winding_down)
		return;
	t->winding_down = true;
	/* Compose has put back its own by now. */
	t->put_back = t->put_back || t->insist;
	plan_log(&t->plan, t->error_stage, t->cancelled ? BERTH_WARN : BERTH_ERROR, "%s",
		t->error.message);
	plan_fail(&t->plan, t->error_stage);
	if (t->undo.count == 0 || (!t->request->rollback && !t->cancelled && !t->insist)) {
		say_failure(t);
		return;
	}
	t->put_back = true;
	docker_note(t, &(struct journal_note){.deed = JOURNAL_UNDO});
	undo_run(&t->undo, put_back, t);
}

/* --- success --- */

static void name_addresses(const struct docker_target *t, struct berth_result *result)
{
	const char *host = docker_endpoint(t->docker)->published_host;
	const char *shown = strcmp(host, "127.0.0.1") == 0 ? "localhost" : host;

	for (size_t i = 0; i < t->request->port_count; i++) {
		const struct berth_port *port = &t->request->ports[i];
		char url[300];

		if (!port->published)
			continue;
		snprintf(url, sizeof(url), "%s://%s:%d", port->udp ? "udp" : "http", shown,
			t->ports[i].host);
		berth_result_add_url(result, port->name, url);
		if (result->endpoint_url == NULL && !port->udp)
			result->endpoint_url = strdup(url);
	}
}

void docker_target_succeed(struct docker_target *t)
{
	struct berth_result *result = new_result(t, BERTH_DEPLOYED);
	char message[256];

	plan_done(&t->plan, STAGE_HEALTH);
	if (t->request->build) {
		plan_begin(&t->plan, STAGE_SUCCESS, "Deployed");
		plan_done(&t->plan, STAGE_SUCCESS);
	}
	t->settled = !t->old_left;
	if (result == NULL)
		return;
	if (t->composed != NULL)
		compose_report(t, result);
	else
		name_addresses(t, result);
	snprintf(message, sizeof(message), "'%s' is deployed%s%s", t->request->name,
		result->endpoint_url != NULL ? " and answers at " : "",
		result->endpoint_url != NULL ? result->endpoint_url : "");
	result->message = strdup(message);
	if (t->container_id[0] != '\0')
		result->container_id = strdup(t->container_id);
	if (t->old_left)
		berth_result_add_left_behind(result, t->old_name);
	services_report(t, result);
	health_report(t, result);
	card_write(t, result);
	say_result(t, result);
	if (!t->setup.follow)
		flight_cancel(t, SLOT_OUTPUT);
}
