/*
 * How a deployment goes on, by asking. The row is in the list of its app; of a deployment that is
 * over the log's route gives row and log together. While it runs that route only says that it does.
 */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sys/random.h>

#include "loop/timer.h"
#include "target/mist/mist.h"

/* After the server took the wish to stop it. */
#define STOP_TRIES 20

static void ask(struct mist *t);
static void fetch(struct mist *t);

/* --- pauses --- */

/* Full jitter: anything up to the time. */
static int jitter(int milliseconds)
{
	unsigned random = 0;

	if (getrandom(&random, sizeof(random), 0) != (ssize_t)sizeof(random))
		return milliseconds;
	return (int)(random % ((unsigned)milliseconds + 1));
}

static int grown(int delay, int cap)
{
	return delay < cap / 2 ? delay * 2 : cap;
}

/* False: it was tried often enough. */
static bool again_later(
	struct mist *t, const struct berth_error *err, void (*again)(struct mist *t))
{
	int wait;

	if (t->tries >= mist_pace.tries)
		return false;
	t->tries++;
	if (t->tries == 1)
		t->delay_ms = mist_pace.first_ms;
	wait = jitter(t->delay_ms);
	t->delay_ms = grown(t->delay_ms, mist_pace.cap_ms);
	server_run_say(&t->run, BERTH_DEBUG, "No answer: %s", err->message);
	server_run_say_link(&t->run, BERTH_RECONNECTING, t->tries, wait);
	mist_come_back(t, wait, again);
	return true;
}

/* Nobody is there for the moment, or says so. */
static bool is_passing(const struct berth_error *err)
{
	return err->code != BERTH_E_DENIED && err->code != BERTH_E_USAGE &&
	       err->code != BERTH_E_NOT_FOUND && err->code != BERTH_E_LIMIT &&
	       err->code != BERTH_E_MEMORY;
}

/* --- the row --- */

static void go_on(struct mist *t)
{
	int wait = t->delay_ms;

	if (t->end != MIST_RUNS) {
		mist_finish(t);
		return;
	}
	if (t->stopping && ++t->after_stop > STOP_TRIES) {
		mist_end_stopped(t);
		return;
	}
	if (!t->polled || t->tries > 0)
		server_run_say_link(&t->run, BERTH_POLLING, 0, 0);
	if (t->tries > 0)
		wait = t->delay_ms = mist_pace.first_ms;
	t->polled = true;
	t->tries = 0;
	t->delay_ms = grown(t->delay_ms, mist_pace.steady_ms);
	mist_come_back(t, wait, ask);
}

static const json_t *row_of(const struct mist *t, const json_t *list)
{
	for (size_t i = 0; i < json_array_size(list); i++)
		if (server_number_at(json_array_get(list, i), "id", -1) == t->id)
			return json_array_get(list, i);
	return NULL;
}

static void not_told(struct mist *t, const struct server_said *answer)
{
	if (!is_passing(&answer->err) || !again_later(t, &answer->err, ask))
		mist_end_lost(t, &answer->err);
}

static void list_given(struct mist *t, const struct server_said *answer)
{
	const json_t *row = row_of(t, answer->data);
	struct berth_error err = {0};

	if (answer->err.code != BERTH_E_OK) {
		not_told(t, answer);
	} else if (row == NULL) {
		berth_error_set(&err, BERTH_E_NOT_FOUND, 0,
			"the server does not list deployment %" PRId64 " any more", t->id);
		mist_end_lost(t, &err);
	} else {
		mist_take_state(t, row);
		go_on(t);
	}
}

/* "deployment is still in progress, use WebSocket endpoint" */
static bool says_it_runs(const struct server_said *answer)
{
	return answer->status == 400 && (strcasestr(answer->why, "in progress") != NULL ||
						strcasestr(answer->why, "websocket") != NULL);
}

/* Row and log of one that is over. */
static void take_all(struct mist *t, const struct server_said *answer, void (*next)(struct mist *t))
{
	t->log_over = true;
	mist_end_file(t, json_object_get(answer->data, "deployment"), next);
}

static void log_told(struct mist *t, const struct server_said *answer)
{
	if (answer->err.code == BERTH_E_OK)
		take_all(t, answer, go_on);
	else if (says_it_runs(answer))
		go_on(t);
	else
		not_told(t, answer);
}

static void ask_for_log(struct mist *t, mist_answer_fn *answered)
{
	mist_begin_file(t);
	mist_call(t, "GET", NULL, answered, MIST_LOGS_ROUTE "?id=%" PRId64, t->id);
}

static void ask_list(struct mist *t, int64_t app_id, mist_answer_fn *answered)
{
	char body[64];

	snprintf(body, sizeof(body), "{\"appId\":%" PRId64 "}", app_id);
	mist_call(t, "POST", body, answered, MIST_LIST_ROUTE);
}

static void ask(struct mist *t)
{
	if (t->by_log)
		ask_for_log(t, log_told);
	else
		ask_list(t, t->app_id, list_given);
}

static void begin_look(struct mist *t);

void mist_follow(struct mist *t)
{
	t->tries = 0;
	t->delay_ms = mist_pace.first_ms;
	if (t->end != MIST_RUNS)
		mist_come_back(t, 0, mist_finish);
	else if (mist_pace.live && !t->live.off && !t->stopping)
		mist_open_stream(t);
	else if (t->app_id < 0 && !t->by_log)
		mist_list_apps(t, begin_look);
	else
		mist_come_back(t, 0, ask);
}

/* --- only the id is known --- */

/* Which app it belongs to no route tells: the lists of all are looked through. */
static void look_on(struct mist *t);

static void looked(struct mist *t, const struct server_said *answer)
{
	const json_t *row = row_of(t, answer->data);

	if (answer->err.code == BERTH_E_OK && row != NULL) {
		t->app = &t->apps[t->looking_at];
		t->app_id = t->app->id;
		mist_take_state(t, row);
		mist_follow(t);
		return;
	}
	t->looking_at++;
	look_on(t);
}

static void look_on(struct mist *t)
{
	struct berth_error err = {0};

	if (t->looking_at < t->app_count) {
		ask_list(t, t->apps[t->looking_at].id, looked);
	} else if (!t->log_over) {
		t->by_log = true;
		server_run_say(&t->run, BERTH_WARN,
			"No list of the server has deployment %" PRId64
			" for this account: its stages are not known",
			t->id);
		mist_follow(t);
	} else {
		berth_error_set(&err, BERTH_E_NOT_FOUND, 0,
			"deployment %" PRId64 " is over and has no log, and no list that this "
			"account may see has it",
			t->id);
		mist_end_lost(t, &err);
	}
}

static void begin_look(struct mist *t)
{
	t->looking_at = 0;
	look_on(t);
}

static void not_attached(struct mist *t, const struct server_said *answer)
{
	struct berth_error err = answer->err;

	if (is_passing(&err) && err.code != BERTH_E_UNREACHABLE) {
		if (!again_later(t, &err, mist_attach))
			mist_end_lost(t, &err);
		return;
	}
	if (err.code == BERTH_E_NOT_FOUND || err.code == BERTH_E_USAGE)
		berth_error_hint(&err,
			"the server's deployments have numbers of their own: look at "
			"the app's page there");
	mist_end_refused(t, server_outcome_of(&err), &err);
}

static void attached(struct mist *t, const struct server_said *answer)
{
	bool no_log = (answer->status == 404 && strcasestr(answer->why, "log file") != NULL) ||
		      answer->err.code == BERTH_E_LIMIT;

	t->log_over = no_log;
	if (no_log)
		server_run_say(
			&t->run, BERTH_WARN, "Its log can't be had: %s", answer->err.message);
	if (answer->err.code == BERTH_E_OK)
		take_all(t, answer, mist_finish);
	else if (no_log)
		mist_list_apps(t, begin_look);
	else if (says_it_runs(answer))
		mist_follow(t);
	else
		not_attached(t, answer);
}

void mist_attach(struct mist *t)
{
	ask_for_log(t, attached);
}

/* --- it is over --- */

static void preview_given(struct mist *t, const struct server_said *answer)
{
	const char *url = server_text_at(answer->data, "url");

	if (answer->err.code == BERTH_E_OK && url != NULL)
		t->endpoint = strdup(url);
	else
		server_run_say(&t->run, BERTH_DEBUG, "The app's address is not to be had: %s",
			answer->err.code != BERTH_E_OK ? answer->err.message : "none is given");
	mist_end_over(t);
}

static void log_done(struct mist *t)
{
	char body[64];

	if (t->end != MIST_SUCCEEDED || t->app_id < 0) {
		mist_end_over(t);
		return;
	}
	snprintf(body, sizeof(body), "{\"appId\":%" PRId64 "}", t->app_id);
	mist_call(t, "POST", body, preview_given, MIST_PREVIEW_ROUTE);
}

static void fetched(struct mist *t, const struct server_said *answer)
{
	if (answer->err.code == BERTH_E_OK) {
		take_all(t, answer, log_done);
		return;
	}
	if ((says_it_runs(answer) || is_passing(&answer->err)) &&
		again_later(t, &answer->err, fetch))
		return;
	t->log_over = true;
	server_run_say(&t->run, BERTH_WARN, "Its whole log can't be had: %s", answer->err.message);
	log_done(t);
}

static void fetch(struct mist *t)
{
	ask_for_log(t, fetched);
}

void mist_finish(struct mist *t)
{
	struct berth_error err = {0};

	t->tries = 0;
	if (t->end == MIST_RUNS) {
		berth_error_set(&err, BERTH_E_PROTOCOL, 0,
			"the server says that deployment %" PRId64 " is over, and not how ('%s')",
			t->id, t->status);
		mist_end_lost(t, &err);
	} else if (t->log_over || t->end == MIST_STOPPED) {
		/* The log's route calls a stopped one running, for ever. */
		log_done(t);
	} else {
		fetch(t);
	}
}
