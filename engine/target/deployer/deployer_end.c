/* How it ends: by the server's word, before anything began, without a word, or stopped by us. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/level.h"
#include "loop/timer.h"
#include "target/deployer/deployer.h"

/* --- what is known of it --- */

static void add(struct berth_result *result, const char *label, const char *text)
{
	if (text[0] != '\0')
		berth_result_add_detail(result, "Deployment", label, text);
}

static void add_card(const struct deployer *t, struct berth_result *result)
{
	char text[32];

	if (t->id < 0)
		return;
	snprintf(text, sizeof(text), "%" PRId64, t->id);
	add(result, "Id", text);
	if (!t->seen)
		return;
	add(result, "Repository", t->row.name);
	add(result, "Stack", t->row.stack);
	snprintf(text, sizeof(text), "%d", t->row.port);
	add(result, "Port", t->row.port > 0 ? text : "");
	add(result, "Container", t->row.container);
}

static void say_result(struct deployer *t, struct berth_result *result)
{
	char *server = NULL;

	/* A pause goes on beside the long request. */
	timer_stop(t->run.turn);
	if (t->id >= 0 && asprintf(&server, "{\"deployment_id\":%" PRId64 "}", t->id) < 0)
		server = NULL;
	server_run_say_result(&t->run, result, server);
}

static struct berth_result *failure_of(
	const struct deployer *t, enum berth_outcome outcome, const struct berth_error *err)
{
	struct berth_result *result = server_run_result(&t->run, outcome);

	if (result != NULL) {
		result->message = strdup(err->message);
		add_card(t, result);
		berth_result_fail(result, err, deployer_stages[t->run.stage].name);
	}
	return result;
}

void deployer_end_refused(
	struct deployer *t, enum berth_outcome outcome, const struct berth_error *err)
{
	server_run_say(&t->run, BERTH_ERROR, "%s", err->message);
	if (t->run.access != NULL)
		server_run_say_link(&t->run, BERTH_CLOSED, 0, 0);
	say_result(t, failure_of(t, outcome, err));
}

/* --- the server's word --- */

void deployer_end_deployed(struct deployer *t)
{
	struct berth_result *result = server_run_result(&t->run, BERTH_DEPLOYED);
	char *address = deployer_address(&t->row, t->run.server->url);
	char text[160];

	deployer_reach(t, DEPLOYER_RUNNING, "The server says that it runs");
	if (result != NULL) {
		snprintf(text, sizeof(text),
			"deployment %" PRId64 " runs; whether it answers the server does not check",
			t->id);
		result->message = strdup(text);
		result->container_id = strdup(t->row.container);
		if (address != NULL) {
			result->endpoint_url = strdup(address);
			berth_result_add_url(result, "app", address);
			berth_result_add_detail(result, "App", "Address", address);
		}
		add_card(t, result);
	}
	free(address);
	server_run_say_link(&t->run, BERTH_CLOSED, 0, 0);
	say_result(t, result);
}

/* Its tools begin with notes that are no reasons. */
static bool is_noise(const char *line, size_t len)
{
	static const char *const notes[] = {"DEPRECATED: The legacy builder", "Install the buildx",
		"https://docs.docker.com/go/buildx"};

	for (size_t i = 0; i < sizeof(notes) / sizeof(notes[0]); i++)
		if (memmem(line, len, notes[i], strlen(notes[i])) != NULL)
			return true;
	return len == 0;
}

/* All of it as lines of the log, and the reason: what it begins with, and the last line that is no
 * note. "Docker build failed: DEPRECATED: ...\n\nGet ...: no such host\n". */
static void take_detail(struct deployer *t, char why[300])
{
	const char *line = t->detail;

	why[0] = '\0';
	while (line != NULL && *line != '\0') {
		size_t len = strcspn(line, "\n"), blank = strspn(line, " \t\r");
		const char *text = line + (blank < len ? blank : len);
		size_t size = len - (size_t)(text - line);
		struct berth_event *event = berth_event_new(
			BERTH_EVENT_LOG, deployer_stages[t->run.stage].name, 0, line, len);

		if (event != NULL) {
			event->level = level_of_text(text, size, BERTH_ERROR);
			event->stream = BERTH_SERVER;
		}
		t->run.setup.sink.emit(t->run.setup.sink.context, event);
		if (!is_noise(text, size))
			snprintf(why, 300, "%.*s", size < 299 ? (int)size : 299, text);
		line += len + (line[len] == '\n');
	}
}

/* "Docker build failed": what it was doing, where the reason does not begin with it. */
static void name_step(const struct deployer *t, const char *why, struct berth_error *err)
{
	size_t len = t->detail != NULL ? strcspn(t->detail, ":\n") : 0;

	if (len > 0 && len < 60 && t->detail[len] == ':' && strncmp(why, t->detail, len) != 0)
		berth_error_wrap(err, "%.*s", (int)len, t->detail);
}

static void hint_what_is_left(const struct deployer *t, struct berth_error *err)
{
	const char *detail = t->detail != NULL ? t->detail : "";

	if (strstr(detail, "is invalid") != NULL && strstr(detail, "docker-compose.yml") != NULL)
		berth_error_hint(err,
			"the server writes a docker-compose.yml that its docker-compose "
			"does not read: it is the server that needs mending");
	else if (strstr(detail, "already allocated") != NULL ||
		 strstr(detail, "already in use") != NULL)
		berth_error_hint(err,
			"the server gives out ports without looking whether they are free: free "
			"port %d on its host and deploy again",
			t->row.port);
	else
		berth_error_hint(err,
			"the record stays, and containers and networks may: berth "
			"remove --target %.80s %" PRId64,
			t->run.request->target, t->id);
}

void deployer_end_failed(struct deployer *t)
{
	struct berth_result *result;
	struct berth_error err = {0};
	char why[300];

	if (t->run.watching && t->row.state == DEPLOYER_STOPPED) {
		berth_error_set(&err, BERTH_E_CANCELLED, 0,
			"deployment %" PRId64 " was stopped on the server", t->id);
	} else {
		take_detail(t, why);
		berth_error_set(&err, BERTH_E_REFUSED, t->start_error.number, "%s",
			why[0] != '\0'                      ? why
			: t->start_error.code != BERTH_E_OK ? t->start_error.message
							    : "the server gave no reason");
		name_step(t, why, &err);
		hint_what_is_left(t, &err);
	}
	server_run_say_link(&t->run, BERTH_CLOSED, 0, 0);
	result = failure_of(t, BERTH_FAILED, &err);
	if (result != NULL && result->failure != NULL) {
		size_t from = t->last_count > DEPLOYER_LAST_LINES
				      ? t->last_count - DEPLOYER_LAST_LINES
				      : 0;

		for (size_t i = from; i < t->last_count; i++) {
			const char *line = t->last[i % DEPLOYER_LAST_LINES];

			berth_failure_add_line(result->failure, line, strlen(line));
		}
	}
	say_result(t, result);
}

/* --- no word --- */

static void hint_where_to_look(const struct deployer *t, struct berth_error *err)
{
	if (t->id >= 0)
		berth_error_hint(err, "the server goes on without us: berth watch %.100s %" PRId64,
			t->run.request->target, t->id);
	else
		berth_error_hint(err, "its record may be there; nothing was built or started: "
				      "deploying again finds it");
}

void deployer_end_lost(struct deployer *t, const struct berth_error *cause)
{
	struct berth_error err = {0};

	berth_error_set(&err, cause->code, cause->number, "how it ended is not known: %.500s",
		cause->message);
	hint_where_to_look(t, &err);
	server_run_say_link(&t->run, BERTH_LOST, 0, 0);
	server_run_say(&t->run, BERTH_ERROR, "%s", err.message);
	say_result(t, failure_of(t, BERTH_UNKNOWN, &err));
}

/* --- stopped by us --- */

void deployer_end_stopped(struct deployer *t)
{
	struct berth_error err = {0};
	bool goes_on = t->run.watching || t->sent;

	if (t->run.ended)
		return;
	berth_error_set(&err, t->run.cancelled ? BERTH_E_CANCELLED : BERTH_E_TIMEOUT, 0, "%s",
		goes_on   ? "no longer followed; the deployment goes on over there"
		: t->made ? "stopped before it was started; its record is there"
			  : "stopped before the server was asked to deploy");
	if (goes_on)
		hint_where_to_look(t, &err);
	server_run_say_link(&t->run, BERTH_CLOSED, 0, 0);
	server_run_say(&t->run, BERTH_WARN, "%s", err.message);
	say_result(t, failure_of(t,
			      goes_on            ? BERTH_UNKNOWN
			      : t->run.cancelled ? BERTH_CANCELED
						 : BERTH_FAILED,
			      &err));
}

void deployer_end_undone(struct deployer *t, const char *message, const char *left)
{
	struct berth_result *result;
	struct berth_error err = {0};

	berth_error_set(&err, BERTH_E_CANCELLED, 0, "%s", message);
	server_run_say_link(&t->run, BERTH_CLOSED, 0, 0);
	server_run_say(&t->run, BERTH_WARN, "%s", message);
	result = failure_of(t, left != NULL ? BERTH_LEFT_BEHIND : BERTH_CANCELED, &err);
	if (result != NULL && left != NULL)
		berth_result_add_left_behind(result, left);
	say_result(t, result);
}
