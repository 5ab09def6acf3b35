#include "target/mist/mist.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "loop/websocket.h"
#include "target/server/server_login.h"

struct mist_pace mist_pace = {
	.first_ms = 500,
	.steady_ms = 4000,
	.cap_ms = 30000,
	.tries = 10,
	.stale_ms = 10 * 60 * 1000,
	.live = true,
	.linger_ms = 3000,
	.early_ms = 9000,
};

/* --- turns --- */

static void release(struct server_run *run)
{
	struct mist *t = (struct mist *)run;

	server_run_release(run);
	mist_apps_free(t->projects, t->project_count);
	mist_apps_free(t->apps, t->app_count);
	mist_log_release(&t->log);
	for (size_t i = 0; i < MIST_LAST_LINES; i++)
		free(t->last[i]);
	buf_release(&t->file);
	free(t->error_message);
	free(t->commit);
	free(t->commit_message);
	free(t->endpoint);
	free(t->reason);
	free(t);
}

static bool busy(const struct server_run *run)
{
	const struct mist *t = (const struct mist *)run;

	return t->login != NULL || t->call != NULL || t->socket != NULL;
}

static void drop(struct server_run *run)
{
	struct mist *t = (struct mist *)run;

	if (t->login != NULL)
		server_login_cancel(t->login);
	if (t->call != NULL)
		server_call_cancel(t->call);
	if (t->socket != NULL)
		websocket_cancel(t->socket);
}

static void turn(struct server_run *run)
{
	struct mist *t = (struct mist *)run;

	t->next(t);
}

void mist_come_back(struct mist *t, int milliseconds, void (*next)(struct mist *t))
{
	t->next = next;
	server_run_pause(&t->run, milliseconds);
}

/* --- beginning --- */

static void apps_listed(struct mist *t)
{
	struct berth_error err = {0};

	t->app = mist_choose(t, &err);
	if (t->app != NULL)
		mist_deploy(t);
	else
		mist_end_refused(t, BERTH_REJECTED, &err);
}

static void logged_in(struct mist *t)
{
	if (t->run.watching)
		mist_attach(t);
	else
		mist_list_apps(t, apps_listed);
}

static void entered(struct server_run *run)
{
	mist_log_in((struct mist *)run, logged_in);
}

static void refused(
	struct server_run *run, enum berth_outcome outcome, const struct berth_error *err)
{
	mist_end_refused((struct mist *)run, outcome, err);
}

static void begin(struct mist *t)
{
	struct berth_error err = {0};
	char text[256];

	if (t->run.watching)
		snprintf(text, sizeof(text), "Following deployment %lld", (long long)t->id);
	else
		snprintf(text, sizeof(text), "Looking for the app '%.160s'",
			t->run.request->name != NULL ? t->run.request->name : "");
	server_run_say_status(&t->run, text, strlen(text));
	if (server_run_check(&t->run) < 0)
		return;
	if (t->run.watching && t->id < 0) {
		berth_error_set(&err, BERTH_E_USAGE, 0,
			"'%.100s' is no deployment of a Mist server: its ids are whole numbers",
			t->run.request->name);
		mist_end_refused(t, BERTH_REJECTED, &err);
		return;
	}
	server_run_enter(&t->run);
}

/* --- the target's own functions --- */

void mist_interrupted(struct mist *t)
{
	if (t->run.cancelled && !t->stopping && !t->run.watching && t->id >= 0 &&
		t->end == MIST_RUNS)
		mist_stop(t);
	else
		mist_end_stopped(t);
}

static void stopped(struct server_run *run)
{
	mist_end_stopped((struct mist *)run);
}

static bool is_over(const struct server_run *run)
{
	return ((const struct mist *)run)->end != MIST_RUNS;
}

/* The answer to the POST names what is to be stopped: nobody cuts it short. */
static void stop(struct server_run *run)
{
	struct mist *t = (struct mist *)run;

	if (t->posting)
		return;
	if (server_run_in_flight(run))
		server_run_cut(run);
	else
		mist_come_back(t, 0, mist_interrupted);
}

static const struct server_run_kind mist_kind = {
	.ops = &mist_target_ops,
	.cookie = MIST_COOKIE,
	.tries = &mist_pace.tries,
	.busy = busy,
	.drop = drop,
	.turn = turn,
	.entered = entered,
	.refused = refused,
	.stopped = stopped,
	.is_over = is_over,
	.stop = stop,
	.release = release,
};

static void mist_cancel(struct target *target)
{
	const struct mist *t = (const struct mist *)target;

	server_run_cancel((struct server_run *)target,
		t->sent ? "Cancelling: the server is asked to stop it" : NULL);
}

/* A whole number without a sign; -1 for what is none. */
static int64_t read_id(const char *text)
{
	int64_t id = 0;

	for (const char *p = text; *p != '\0'; p++) {
		if (*p < '0' || *p > '9' || id > (INT64_MAX - 9) / 10)
			return -1;
		id = id * 10 + (*p - '0');
	}
	return text[0] != '\0' ? id : -1;
}

static struct target *make(
	const struct target_setup *setup, const char *id, struct berth_error *err)
{
	struct mist *t = calloc(1, sizeof(*t));

	if (t == NULL) {
		berth_error_set(err, BERTH_E_MEMORY, 0, "out of memory");
		return NULL;
	}
	t->id = id != NULL ? read_id(id) : -1;
	t->app_id = t->number = t->duration_s = -1;
	t->delay_ms = mist_pace.first_ms;
	mist_log_init(&t->log);
	if (server_run_init(&t->run, &mist_kind, setup, id != NULL, err) < 0) {
		release(&t->run);
		return NULL;
	}
	mist_come_back(t, 0, begin);
	return &t->run.base;
}

static struct target *mist_start(const struct target_setup *setup, struct berth_error *err)
{
	return make(setup, NULL, err);
}

static struct target *mist_watch(
	const struct target_setup *setup, const char *id, struct berth_error *err)
{
	return make(setup, id, err);
}

const struct target_ops mist_target_ops = {
	.kind = "mist",
	.stages = {mist_stages, MIST_STAGES},
	.cancelling = "Many Mist servers have no way to stop a deployment: it is asked for, and if "
		      "there is none the deployment goes on over there.",
	.start = mist_start,
	.watch = mist_watch,
	.examine = mist_examine,
	.act = mist_act,
	.cannot = mist_cannot,
	.cancel = mist_cancel,
	.close = server_run_close,
};
