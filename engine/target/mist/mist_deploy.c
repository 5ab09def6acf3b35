/* The one POST, and the wish to stop what it began. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "target/mist/mist.h"

/* --- refused --- */

/* What the server says with 500, by a part of it. */
static const struct {
	const char *part;
	enum berth_outcome outcome;
	enum berth_code code;
	const char *hint;
} failures[] = {
	{"queue", BERTH_FAILED, BERTH_E_REFUSED,
		"its queue takes five: try again when one is done; a row that waits for ever may "
		"be left in its list"},
	{"record not found", BERTH_REJECTED, BERTH_E_NOT_FOUND,
		"the app is gone, or has never had its settings saved"},
	{"latest commit", BERTH_FAILED, BERTH_E_REFUSED,
		"the server could not ask GitHub: look at the app's repository and the "
		"installation of its GitHub app"},
};

static void refused(struct mist *t, const struct server_said *answer)
{
	struct berth_error err = answer->err;

	for (size_t i = 0; err.number == 500 && i < sizeof(failures) / sizeof(failures[0]); i++)
		if (strstr(answer->why, failures[i].part) != NULL) {
			err.code = failures[i].code;
			berth_error_hint(&err, "%s", failures[i].hint);
			mist_end_refused(t, failures[i].outcome, &err);
			return;
		}
	if (err.number >= 500)
		mist_end_refused(t, BERTH_FAILED, &err);
	else
		mist_end_refused(t, server_outcome_of(&err), &err);
}

static void answered(struct mist *t, const struct server_said *answer)
{
	int64_t id = server_number_at(answer->data, "id", -1);
	struct berth_error err = answer->err;

	t->posting = false;
	if (err.code == BERTH_E_OK && id < 0)
		berth_error_set(&err, BERTH_E_PROTOCOL, answer->status,
			"the server took the request and did not name a deployment");
	if (err.code != BERTH_E_OK && server_said_is_lost(answer)) {
		mist_end_lost(t, &err);
		return;
	}
	if (err.code != BERTH_E_OK) {
		t->sent = false;
		refused(t, answer);
		return;
	}
	t->id = id;
	mist_take_state(t, answer->data);
	server_run_say(&t->run, BERTH_INFO,
		"It is deployment %" PRId64 " of '%s', commit %.12s%s%.200s", id, t->app->name,
		t->commit != NULL ? t->commit : "not said", t->commit_message != NULL ? ": " : "",
		t->commit_message != NULL ? t->commit_message : "");
	if (t->run.cancelled)
		mist_stop(t);
	else if (t->run.timed_out)
		mist_end_stopped(t);
	else
		mist_follow(t);
}

void mist_deploy(struct mist *t)
{
	char body[64];

	server_run_say(&t->run, BERTH_INFO, "Asking %s to deploy '%s/%s' (%" PRId64 ")",
		t->run.server->url, t->app->project, t->app->name, t->app->id);
	t->app_id = t->app->id;
	t->sent = t->posting = true;
	snprintf(body, sizeof(body), "{\"appId\":%" PRId64 "}", t->app->id);
	mist_call(t, "POST", body, answered, MIST_DEPLOY_ROUTE);
}

/* --- stopping --- */

static void stop_answered(struct mist *t, const struct server_said *answer)
{
	bool no_route = answer->no_route || answer->status == 404 || answer->status == 405;

	if (answer->err.code == BERTH_E_OK) {
		server_run_say(&t->run, BERTH_INFO, "The server stops deployment %" PRId64, t->id);
		mist_follow(t);
		return;
	}
	if (no_route)
		server_run_say(&t->run, BERTH_WARN, "This server has no way to stop a deployment");
	else
		server_run_say(&t->run, BERTH_WARN, "The server does not stop it: %s",
			answer->err.message);
	mist_end_stopped(t);
}

void mist_stop(struct mist *t)
{
	char body[64];

	t->stopping = true;
	snprintf(body, sizeof(body), "{\"deploymentId\":%" PRId64 "}", t->id);
	mist_call(t, "POST", body, stop_answered, MIST_STOP_ROUTE);
}
