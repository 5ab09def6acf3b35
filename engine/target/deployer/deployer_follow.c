/*
 * How it goes on, by asking for its record: while the long request is not answered, after its
 * answer was lost, and for one that was begun elsewhere. Without an answer to it, the record alone
 * says how it ended; of a container that was there before it says nothing new.
 */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

#include "base/level.h"
#include "loop/timer.h"
#include "target/deployer/deployer.h"

/* --- lines --- */

static void keep_last(struct deployer *t, const char *line, size_t len)
{
	char **place = &t->last[t->last_count % DEPLOYER_LAST_LINES];
	char *copy = strndup(line, len);

	if (copy == NULL)
		return;
	free(*place);
	*place = copy;
	t->last_count++;
}

static void give_line(void *context, const char *line, size_t len)
{
	struct deployer *t = context;
	struct berth_event *event = berth_event_new(
		BERTH_EVENT_LOG, deployer_stages[t->run.stage].name, 0, line, len);

	keep_last(t, line, len);
	if (event != NULL) {
		event->level = level_of_text(line, len, BERTH_INFO);
		event->stream = BERTH_STDOUT;
	}
	t->run.setup.sink.emit(t->run.setup.sink.context, event);
}

void deployer_take_row(struct deployer *t, const json_t *object)
{
	const json_t *tail = json_object_get(object, "log_tail");
	const char *why = server_text_at(object, "error_message");

	if (!deployer_row_read(&t->row, object))
		return;
	t->seen = true;
	if (t->row.state == DEPLOYER_BUILDS || t->row.state == DEPLOYER_RUNS)
		deployer_reach(t, DEPLOYER_BUILDING, "Building the image and starting it");
	if (json_is_string(tail))
		deployer_tail_take(
			&t->tail, json_string_value(tail), json_string_length(tail), give_line, t);
	if (why != NULL && t->detail == NULL && t->row.state == DEPLOYER_FAILED)
		t->detail = strdup(why);
}

/* --- the end --- */

static void end_by_row(struct deployer *t)
{
	struct berth_error err = {0};

	deployer_tail_end(&t->tail, give_line, t);
	if (t->row.state == DEPLOYER_RUNS)
		deployer_end_deployed(t);
	else if (t->row.state == DEPLOYER_FAILED || t->row.state == DEPLOYER_STOPPED)
		deployer_end_failed(t);
	else {
		berth_error_set(&err, BERTH_E_PROTOCOL, 0,
			t->row.state == DEPLOYER_BUILDS
				? "the server says that it runs, and names no container"
				: "the server says that it is done, and calls it '%.30s'",
			t->row.status);
		deployer_end_lost(t, &err);
	}
}

static void reason_given(struct deployer *t, const struct server_said *answer)
{
	if (answer->err.code == BERTH_E_OK)
		deployer_take_row(t, answer->data);
	deployer_tail_end(&t->tail, give_line, t);
	deployer_end_failed(t);
}

void deployer_settle(struct deployer *t)
{
	if (t->run.cancelled)
		deployer_undo(t);
	else if (t->start_error.code == BERTH_E_OK)
		end_by_row(t);
	else if (!t->sent)
		deployer_end_refused(t, server_outcome_of(&t->start_error), &t->start_error);
	else
		deployer_call(t, "GET", NULL, reason_given, DEPLOYER_ROUTE "%" PRId64, t->id);
}

/* --- answers --- */

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

static void not_told(struct deployer *t, const struct berth_error *err)
{
	bool passing = err->code != BERTH_E_DENIED && err->code != BERTH_E_NOT_FOUND &&
		       err->code != BERTH_E_USAGE && err->code != BERTH_E_MEMORY;
	int wait;

	if (t->run.watching && !t->polled && (!passing || err->code == BERTH_E_UNREACHABLE)) {
		deployer_end_refused(t, server_outcome_of(err), err);
		return;
	}
	/* The answer to the long request is still to come. */
	if (t->starting == NULL && (!passing || t->tries >= deployer_pace.tries)) {
		deployer_end_lost(t, err);
		return;
	}
	t->tries++;
	if (t->tries == 1)
		t->delay_ms = deployer_pace.first_ms;
	wait = jitter(t->delay_ms);
	t->delay_ms = grown(t->delay_ms, deployer_pace.cap_ms);
	server_run_say(&t->run, BERTH_DEBUG, "No answer: %s", err->message);
	server_run_say_link(&t->run, BERTH_RECONNECTING, t->tries, wait);
	deployer_come_back(t, wait, deployer_follow);
}

/* The record is as it was before the request: nothing tells that it was heard. */
static bool is_as_before(const struct deployer *t)
{
	return t->row.state == t->before.state && t->row.started_ms == t->before.started_ms &&
	       strcmp(t->row.container, t->before.container) == 0;
}

/* Its state is the answer, where none will come. */
static bool is_final(const struct deployer *t)
{
	if (t->starting != NULL)
		return false;
	if (t->row.state == DEPLOYER_RUNS && !t->run.watching)
		return strcmp(t->row.container, t->before.container) != 0;
	if (t->row.state == DEPLOYER_FAILED || t->row.state == DEPLOYER_STOPPED)
		return t->run.watching || !is_as_before(t);
	return t->row.state == DEPLOYER_RUNS || t->row.state == DEPLOYER_OTHER;
}

static int64_t waited(struct deployer *t)
{
	int64_t now = clock_mono_ms();

	if (t->began_to_wait_ms == 0)
		t->began_to_wait_ms = now;
	return now - t->began_to_wait_ms;
}

/* True: it is not waited for any longer. */
static bool is_forgotten(struct deployer *t)
{
	bool begun = t->row.state == DEPLOYER_BUILDS;
	int64_t limit = begun ? deployer_pace.build_ms : deployer_pace.begin_ms;
	struct berth_error err = {0};

	if (t->starting != NULL || waited(t) < limit)
		return false;
	if (t->run.watching) {
		if (!t->warned)
			server_run_say(&t->run, BERTH_WARN,
				begun ? "It has been built for longer than the server's limits let "
					"it: a restart of the server makes it forget a build; it "
					"is "
					"followed on"
				      : "Nobody has started it: it is followed on");
		t->warned = true;
		return false;
	}
	berth_error_set(&err, BERTH_E_TIMEOUT, 0, "%.400s, and the record says '%.30s'%s",
		t->start_error.message, t->row.status,
		begun ? " without a container, for longer than a build may take"
		      : ", as it did before");
	deployer_end_lost(t, &err);
	return true;
}

static void go_on(struct deployer *t)
{
	int wait = t->delay_ms;

	if (is_final(t)) {
		if (t->run.cancelled)
			deployer_undo(t);
		else
			end_by_row(t);
		return;
	}
	if (is_forgotten(t))
		return;
	if (!t->polled || t->tries > 0)
		server_run_say_link(&t->run, BERTH_POLLING, 0, 0);
	if (t->tries > 0)
		wait = t->delay_ms = deployer_pace.first_ms;
	t->polled = true;
	t->tries = 0;
	t->delay_ms = grown(t->delay_ms, deployer_pace.steady_ms);
	deployer_come_back(t, wait, deployer_follow);
}

static void told(struct deployer *t, const struct server_said *answer)
{
	struct berth_error err = answer->err;
	struct deployer_row row;

	if (err.code == BERTH_E_OK && !deployer_row_read(&row, answer->data))
		berth_error_set(&err, BERTH_E_PROTOCOL, answer->status,
			"what the server says of deployment %" PRId64 " can't be read", t->id);
	if (t->start_over) {
		deployer_settle(t);
	} else if (err.code != BERTH_E_OK) {
		not_told(t, &err);
	} else {
		deployer_take_row(t, answer->data);
		go_on(t);
	}
}

void deployer_follow(struct deployer *t)
{
	deployer_call(t, "GET", NULL, told, DEPLOYER_ROUTE "%" PRId64, t->id);
}
