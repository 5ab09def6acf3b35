/* How it ends: by its row on the server, before anything began, without a word, or stopped by us.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "loop/timer.h"
#include "target/mist/mist.h"

static struct berth_result *result_new(const struct mist *t, enum berth_outcome outcome)
{
	struct berth_result *result = server_run_result(&t->run, outcome);

	/* Of one that was not begun here the server knows how long it took. */
	if (result != NULL && t->run.watching && t->duration_s >= 0 && t->end != MIST_RUNS)
		result->duration_ms = t->duration_s * 1000;
	return result;
}

/* --- what is known of it --- */

static void add_number(
	struct berth_result *result, const char *label, int64_t number, const char *unit)
{
	char text[48];

	if (number < 0)
		return;
	snprintf(text, sizeof(text), "%" PRId64 "%s", number, unit);
	berth_result_add_detail(result, "Deployment", label, text);
}

static void add_card(const struct mist *t, struct berth_result *result)
{
	char text[512];

	if (t->id < 0)
		return;
	if (t->endpoint != NULL)
		berth_result_add_detail(result, "App", "Address", t->endpoint);
	add_number(result, "Id", t->id, "");
	add_number(result, "Number", t->number, "");
	if (t->commit != NULL) {
		snprintf(text, sizeof(text), "%.64s%s%.400s", t->commit,
			t->commit_message != NULL ? "  " : "",
			t->commit_message != NULL ? t->commit_message : "");
		text[strcspn(text, "\r\n")] = '\0';
		berth_result_add_detail(result, "Deployment", "Commit", text);
	}
	add_number(result, "Duration", t->duration_s, " s");
	if (t->app_id >= 0) {
		snprintf(text, sizeof(text), "app-%" PRId64, t->app_id);
		berth_result_add_detail(result, "Deployment", "Container", text);
	}
}

static char *what_server_said(const struct mist *t)
{
	char *text = NULL;

	if (t->id < 0)
		return NULL;
	if (asprintf(&text, "{\"deployment_id\":%" PRId64 "}", t->id) < 0)
		return NULL;
	return text;
}

/* --- saying it --- */

static void add_last_lines(const struct mist *t, struct berth_failure *failure)
{
	size_t from = t->last_count > MIST_LAST_LINES ? t->last_count - MIST_LAST_LINES : 0;

	for (size_t i = from; failure != NULL && i < t->last_count; i++) {
		const char *line = t->last[i % MIST_LAST_LINES];

		berth_failure_add_line(failure, line, strlen(line));
	}
}

static void say_failed(
	struct mist *t, enum berth_outcome outcome, const struct berth_error *err, int stage)
{
	struct berth_result *result = result_new(t, outcome);

	if (result != NULL) {
		result->message = strdup(err->message);
		add_card(t, result);
		berth_result_fail(result, err, mist_stages[stage].name);
		if (t->end == MIST_FAILED)
			add_last_lines(t, result->failure);
	}
	server_run_say_result(&t->run, result, what_server_said(t));
}

void mist_end_refused(struct mist *t, enum berth_outcome outcome, const struct berth_error *err)
{
	server_run_say(&t->run, BERTH_ERROR, "%s", err->message);
	if (t->run.access != NULL)
		server_run_say_link(&t->run, BERTH_CLOSED, 0, 0);
	say_failed(t, outcome, err, t->run.stage);
}

/* --- the row's word --- */

/* Of one that failed the row has no stage; what it says of the failure names it. */
static int failed_stage(const struct mist *t)
{
	static const struct {
		const char *part;
		int stage;
	} parts[] = {
		{"clone", MIST_CLONING},
		{"run container", MIST_DEPLOYING},
		{"pull", MIST_PULLING},
		{"build", MIST_BUILDING},
	};

	for (size_t i = 0; t->run.stage == 0 && t->error_message != NULL &&
			   i < sizeof(parts) / sizeof(parts[0]);
		i++)
		if (strcasestr(t->error_message, parts[i].part) != NULL)
			return parts[i].stage;
	return t->run.stage;
}

static void say_deployed(struct mist *t)
{
	struct berth_result *result = result_new(t, BERTH_DEPLOYED);

	if (result != NULL) {
		char text[96];

		snprintf(text, sizeof(text), "deployment %" PRId64 " is done", t->id);
		result->message = strdup(text);
		if (t->endpoint != NULL) {
			result->endpoint_url = strdup(t->endpoint);
			berth_result_add_url(result, "app", t->endpoint);
		}
		add_card(t, result);
	}
	server_run_say_link(&t->run, BERTH_CLOSED, 0, 0);
	server_run_say_result(&t->run, result, what_server_said(t));
}

static void say_row_failed(struct mist *t)
{
	const char *why = t->error_message != NULL ? t->error_message : "the server gave no reason";
	int stage = failed_stage(t);
	struct berth_error err = {0};

	berth_error_set(&err, BERTH_E_REFUSED, 0, "%s", why);
	/* It goes on after a build that failed, and says that there is no image. */
	if (t->reason != NULL && strstr(why, t->reason) == NULL)
		berth_error_hint(&err, "its log says: %.300s", t->reason);
	else if (stage >= MIST_DEPLOYING)
		berth_error_hint(&err, "the server removes the old container before it starts the "
				       "new one: the app may be down");
	server_run_say_link(&t->run, BERTH_CLOSED, 0, 0);
	server_run_say(&t->run, BERTH_ERROR, "%s", err.message);
	say_failed(t, BERTH_FAILED, &err, stage);
}

static void say_row_stopped(struct mist *t)
{
	bool replaced = t->run.stage >= MIST_DEPLOYING;
	struct berth_error err = {0};

	berth_error_set(&err, BERTH_E_CANCELLED, 0,
		"deployment %" PRId64 " was stopped on the server%s", t->id,
		replaced ? ", while it replaced the app's container" : "");
	if (replaced)
		berth_error_hint(&err, "the server removes the old container before it starts the "
				       "new one: the app may be down");
	server_run_say_link(&t->run, BERTH_CLOSED, 0, 0);
	server_run_say(&t->run, BERTH_WARN, "%s", err.message);
	say_failed(t,
		!t->run.cancelled ? BERTH_FAILED
		: replaced        ? BERTH_UNKNOWN
				  : BERTH_CANCELED,
		&err, t->run.stage);
}

void mist_end_over(struct mist *t)
{
	if (t->end == MIST_SUCCEEDED)
		say_deployed(t);
	else if (t->end == MIST_STOPPED)
		say_row_stopped(t);
	else
		say_row_failed(t);
}

/* --- no word --- */

static void hint_where_to_look(const struct mist *t, struct berth_error *err)
{
	if (t->id >= 0)
		berth_error_hint(err, "the server goes on without us: berth watch %.100s %" PRId64,
			t->run.request->target, t->id);
	else
		berth_error_hint(err, "look at the app's deployments on the server before it is "
				      "deployed again");
}

void mist_end_lost(struct mist *t, const struct berth_error *cause)
{
	struct berth_error err = {0};

	berth_error_set(&err, cause->code, cause->number, "how it ended is not known: %.500s",
		cause->message);
	hint_where_to_look(t, &err);
	server_run_say_link(&t->run, BERTH_LOST, 0, 0);
	server_run_say(&t->run, BERTH_ERROR, "%s", err.message);
	say_failed(t, BERTH_UNKNOWN, &err, t->run.stage);
}

void mist_end_stopped(struct mist *t)
{
	struct berth_error err = {0};
	bool asked = t->run.watching || t->sent;

	if (t->run.ended)
		return;
	berth_error_set(&err, t->run.cancelled ? BERTH_E_CANCELLED : BERTH_E_TIMEOUT, 0, "%s",
		asked ? "no longer followed; the deployment goes on over there"
		      : "stopped before the server was asked to deploy");
	if (asked)
		hint_where_to_look(t, &err);
	server_run_say_link(&t->run, BERTH_CLOSED, 0, 0);
	server_run_say(&t->run, BERTH_WARN, "%s", err.message);
	say_failed(t,
		asked              ? BERTH_UNKNOWN
		: t->run.cancelled ? BERTH_CANCELED
				   : BERTH_FAILED,
		&err, t->run.stage);
}
