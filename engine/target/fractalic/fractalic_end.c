/* How it ends: with the server's word, before anything began, without a word, or stopped by us. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "loop/timer.h"
#include "target/fractalic/fractalic.h"

/* From here on the server has taken away what had the container's name. */
#define NAME_IS_OURS 60

/* --- the result --- */

static void say_result(struct fractalic *t, struct berth_result *result)
{
	char *server = t->result_server;

	t->result_server = NULL;
	server_run_say_result(&t->run, result, server);
}

static void say_failed(
	struct fractalic *t, enum berth_outcome outcome, const struct berth_error *err)
{
	struct berth_result *result = server_run_result(&t->run, outcome);

	if (result != NULL) {
		result->message = strdup(err->message);
		if (t->made[0] != '\0')
			result->container_id = strdup(t->made);
		berth_result_fail(result, err, registry_stages[t->run.stage].name);
	}
	if (result != NULL && outcome != BERTH_CANCELED && t->look == LOOK_THERE &&
		(look_is_ours(t) || t->run.percent >= NAME_IS_OURS)) {
		char what[300];

		snprintf(what, sizeof(what), "container %.160s (%.12s), %s", t->container,
			t->look_id, t->look_state);
		berth_result_add_left_behind(result, what);
	}
	say_result(t, result);
}

void end_refused(struct fractalic *t, enum berth_outcome outcome, const struct berth_error *err)
{
	server_run_say(&t->run, BERTH_ERROR, "%s", err->message);
	if (t->run.access != NULL)
		server_run_say_link(&t->run, BERTH_CLOSED, 0, 0);
	say_failed(t, outcome, err);
}

/* --- the server's word --- */

static void say_word(struct fractalic *t)
{
	struct berth_result *result = t->result;
	char what[300];

	t->result = NULL;
	if (t->look == LOOK_THERE && result->container_id == NULL) {
		snprintf(what, sizeof(what), "container %.160s (%.12s), %s", t->container,
			t->look_id, t->look_state);
		berth_result_add_left_behind(result, what);
	}
	result->duration_ms = clock_mono_ms() - t->run.began_ms;
	if (result->container_id != NULL)
		t->said_id = strdup(result->container_id);
	server_run_say_link(&t->run, BERTH_CLOSED, 0, 0);
	say_result(t, result);
	output_begin(t);
}

void end_with_word(struct fractalic *t)
{
	bool may_be_left = t->result->outcome != BERTH_DEPLOYED &&
			   t->result->container_id == NULL && t->run.percent >= NAME_IS_OURS;

	/* After a failure the server itself leaves what it made. */
	if (may_be_left)
		look_begin(t, say_word);
	else
		come_back(t, 0, say_word);
}

/* --- no word --- */

static void hint_where_to_look(const struct fractalic *t, struct berth_error *err)
{
	if (t->container != NULL)
		berth_error_hint(err,
			"see on that host: docker ps -a --filter name=%s; deploying again replaces "
			"it",
			t->container);
	else
		berth_error_hint(err, "see on that host what runs: docker ps -a");
}

static void say_unknown(struct fractalic *t)
{
	struct berth_error err = {0};
	char found[300] = "";

	if (t->look == LOOK_THERE)
		snprintf(found, sizeof(found), "; container '%.160s' is there: %s%s", t->container,
			t->look_state,
			look_is_ours(t) || t->run.percent >= NAME_IS_OURS
				? ""
				: ", maybe the one from before");
	else if (t->look == LOOK_ABSENT)
		snprintf(found, sizeof(found), "; there is no container '%.160s'", t->container);
	berth_error_set(&err, t->lost.code, t->lost.number, "how it ended is not known: %.400s%s",
		t->lost.message != NULL ? t->lost.message : "out of memory", found);
	hint_where_to_look(t, &err);
	server_run_say(&t->run, BERTH_ERROR, "%s", err.message);
	say_failed(t, BERTH_UNKNOWN, &err);
}

static void give_up(struct fractalic *t)
{
	server_run_say_link(&t->run, BERTH_LOST, 0, 0);
	look_begin(t, say_unknown);
}

static void remember_loss(struct fractalic *t, const struct berth_error *err)
{
	t->lost.code = err->code;
	t->lost.number = err->number;
	free(t->lost.message);
	t->lost.message = strdup(err->message);
}

void end_lost(struct fractalic *t, const struct berth_error *err)
{
	bool asked = t->tries > 0 || t->polled;

	if (!asked)
		server_run_say(&t->run, BERTH_WARN, "The stream is lost: %s", err->message);
	/* Why the stream broke says more than why nobody could be asked. */
	if (!asked || t->lost.code == BERTH_E_OK)
		remember_loss(t, err);
	else
		server_run_say(&t->run, BERTH_WARN, "%s", err->message);
	if (asked || t->id == NULL)
		give_up(t);
	else
		poll_begin(t);
}

/* --- stopped by us --- */

static void say_stopped(struct fractalic *t, enum berth_outcome outcome, const char *message)
{
	struct berth_error err = {0};

	berth_error_set(
		&err, t->run.cancelled ? BERTH_E_CANCELLED : BERTH_E_TIMEOUT, 0, "%s", message);
	if (outcome == BERTH_UNKNOWN && !t->run.watching)
		hint_where_to_look(t, &err);
	else if (outcome == BERTH_CANCELED && t->run.percent >= NAME_IS_OURS)
		berth_error_hint(&err, "what had the container's name before is gone: the server "
				       "removes it before it starts a new one");
	server_run_say_link(&t->run, BERTH_CLOSED, 0, 0);
	server_run_say(&t->run, BERTH_WARN, "%s", message);
	say_failed(t, outcome, &err);
}

/* The server's worker ends with its next word to the closed stream, and may make the container
 * before that. So an absent one is looked for again. */
static void judge_what_is_left(struct fractalic *t)
{
	char message[512];

	if (t->look == LOOK_ABSENT && !t->looked_twice) {
		t->looked_twice = true;
		come_back(t, fractalic_pace.settle_ms, end_stopped);
		return;
	}
	if (t->look == LOOK_ABSENT) {
		say_stopped(t, t->run.cancelled ? BERTH_CANCELED : BERTH_FAILED,
			"the stream was closed, which ends the run on the server; nothing of it "
			"runs there");
	} else if (t->look == LOOK_THERE && look_is_ours(t)) {
		snprintf(message, sizeof(message),
			"the stream was closed, which ends the run on the server; its container "
			"'%.160s' is left there: %s",
			t->container, t->look_state);
		say_stopped(t, BERTH_LEFT_BEHIND, message);
	} else if (t->look == LOOK_THERE) {
		snprintf(message, sizeof(message),
			"the stream was closed, which ends the run on the server; a container "
			"'%.160s' is there (%s), of this run or from before",
			t->container, t->look_state);
		say_stopped(t, BERTH_UNKNOWN, message);
	} else {
		say_stopped(t, BERTH_UNKNOWN,
			"the stream was closed, which ends the run on the server at its next step; "
			"what it has made so far stays there");
	}
}

void end_stopped(struct fractalic *t)
{
	if (t->run.ended)
		return;
	if (t->run.watching)
		say_stopped(
			t, BERTH_UNKNOWN, "no longer followed; the deployment goes on over there");
	else if (!t->sent)
		say_stopped(t, t->run.cancelled ? BERTH_CANCELED : BERTH_FAILED,
			"stopped before anything was sent to the server");
	else
		look_begin(t, judge_what_is_left);
}
