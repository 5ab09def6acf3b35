#include "target/deployer/deployer.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define ROUTE_MAX 256

struct deployer_pace deployer_pace = {
	.first_ms = 1000,
	.steady_ms = 4000,
	.cap_ms = 30000,
	.tries = 10,
	.build_ms = 620 * 1000,
	.begin_ms = 20 * 1000,
};

/* --- turns --- */

static void release(struct server_run *run)
{
	struct deployer *t = (struct deployer *)run;

	server_run_release(run);
	deployer_tail_release(&t->tail);
	for (size_t i = 0; i < DEPLOYER_LAST_LINES; i++)
		free(t->last[i]);
	free(t->detail);
	free(t);
}

static bool busy(const struct server_run *run)
{
	const struct deployer *t = (const struct deployer *)run;

	return t->call != NULL || t->starting != NULL;
}

static void drop(struct server_run *run)
{
	struct deployer *t = (struct deployer *)run;

	if (t->call != NULL)
		server_call_cancel(t->call);
	if (t->starting != NULL)
		server_call_cancel(t->starting);
}

static void turn(struct server_run *run)
{
	struct deployer *t = (struct deployer *)run;

	t->next(t);
}

void deployer_come_back(struct deployer *t, int milliseconds, void (*next)(struct deployer *t))
{
	t->next = next;
	server_run_pause(&t->run, milliseconds);
}

void deployer_reach(struct deployer *t, enum deployer_stage stage, const char *message)
{
	if ((int)stage < t->run.stage || (t->run.stage == (int)stage && t->run.percent > 0))
		return;
	t->run.stage = stage;
	t->run.percent = deployer_stages[stage].from;
	server_run_say_status(&t->run, message, strlen(message));
}

/* --- questions --- */

static void interrupted(struct deployer *t)
{
	if (t->start_over)
		deployer_settle(t);
	else if (t->run.cancelled && t->made)
		deployer_undo(t);
	else
		deployer_end_stopped(t);
}

static void said(void *context, const struct server_said *answer)
{
	struct deployer *t = context;

	t->call = NULL;
	if (server_run_is_dropped(&t->run))
		return;
	/* The time limit may pass while the answer is on its way. */
	if (answer->err.code == BERTH_E_CANCELLED || (t->run.timed_out && !t->posting))
		interrupted(t);
	else
		t->answered(t, answer);
}

static void call_failed(struct deployer *t)
{
	t->answered(t, &(struct server_said){.why = "", .err = t->call_error});
}

void deployer_call(struct deployer *t, const char *method, const char *body,
	deployer_answer_fn *answered, const char *route, ...)
{
	char path[ROUTE_MAX];
	va_list args;

	va_start(args, route);
	vsnprintf(path, sizeof(path), route, args);
	va_end(args);
	t->answered = answered;
	t->call = server_call_start(&(struct server_call_setup){.net = t->run.setup.net,
					    .server = t->run.server,
					    .access = t->run.access,
					    .who = DEPLOYER_WHO,
					    .method = method,
					    .route = path,
					    .body = body,
					    .total_ms = 2 * SERVER_CALL_MS,
					    .done = said,
					    .context = t},
		&t->call_error);
	if (t->call == NULL)
		deployer_come_back(t, 0, call_failed);
}

/* --- beginning --- */

static void entered(struct server_run *run)
{
	struct deployer *t = (struct deployer *)run;

	if (run->watching)
		deployer_follow(t);
	else
		deployer_find(t);
}

static void refused(
	struct server_run *run, enum berth_outcome outcome, const struct berth_error *err)
{
	deployer_end_refused((struct deployer *)run, outcome, err);
}

static int check(struct deployer *t, struct berth_error *err)
{
	const struct berth_deployment *request = t->run.request;

	if (t->run.watching)
		return t->id >= 0 ? 0
				  : berth_error_set(err, BERTH_E_USAGE, 0,
					    "'%.100s' is no deployment of " DEPLOYER_WHO
					    ": its ids are whole numbers",
					    request->name);
	if (request->folder == NULL || request->folder[0] == '\0') {
		berth_error_set(err, BERTH_E_USAGE, 0, "the repository's folder is required");
		return berth_error_hint(
			err, "give it with --folder, as the server has it: its path over there");
	}
	deployer_safe_name(t->name, request->name != NULL ? request->name : "");
	if (t->name[0] != '\0')
		return 0;
	berth_error_set(err, BERTH_E_USAGE, 0, "'%.100s' has nothing that a name may be made of",
		request->name != NULL ? request->name : "");
	return berth_error_hint(err, "give --name with letters a to z or digits");
}

static void begin(struct deployer *t)
{
	struct berth_error err = {0};
	char text[256];

	if (t->run.watching)
		snprintf(text, sizeof(text), "Following deployment %lld", (long long)t->id);
	else
		snprintf(text, sizeof(text), "Looking for the repository '%.160s'",
			t->run.request->name != NULL ? t->run.request->name : "");
	server_run_say_status(&t->run, text, strlen(text));
	if (server_run_check(&t->run) < 0)
		return;
	if (check(t, &err) < 0)
		deployer_end_refused(t, BERTH_REJECTED, &err);
	else
		server_run_enter(&t->run);
}

/* --- the target's own functions --- */

static void stopped(struct server_run *run)
{
	deployer_end_stopped((struct deployer *)run);
}

static bool is_over(const struct server_run *run)
{
	const struct deployer *t = (const struct deployer *)run;

	return t->start_over || t->undo != UNDO_NOT;
}

/* What the server has begun it goes on with: that is waited for, and then stopped. What it was
 * asked to make has an id only once it has answered. */
static void stop(struct server_run *run)
{
	struct deployer *t = (struct deployer *)run;

	if (t->posting || (t->sent && run->cancelled))
		return;
	if (server_run_in_flight(run))
		server_run_cut(run);
	else
		deployer_come_back(t, 0, interrupted);
}

static const struct server_run_kind deployer_kind = {
	.ops = &deployer_target_ops,
	.tries = &deployer_pace.tries,
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

static void deployer_cancel(struct target *target)
{
	const struct deployer *t = (const struct deployer *)target;

	server_run_cancel((struct server_run *)target,
		t->sent ? "Cancelling: the server can't break off what it builds; what comes of it "
			  "is stopped as soon as it is there"
			: NULL);
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
	struct deployer *t = calloc(1, sizeof(*t));

	if (t == NULL) {
		berth_error_set(err, BERTH_E_MEMORY, 0, "out of memory");
		return NULL;
	}
	t->id = id != NULL ? read_id(id) : -1;
	t->repo_id = setup->deployment->repo_id;
	t->before.state = DEPLOYER_OTHER;
	t->delay_ms = deployer_pace.first_ms;
	if (server_run_init(&t->run, &deployer_kind, setup, id != NULL, err) < 0) {
		release(&t->run);
		return NULL;
	}
	deployer_come_back(t, 0, begin);
	return &t->run.base;
}

static struct target *deployer_start(const struct target_setup *setup, struct berth_error *err)
{
	return make(setup, NULL, err);
}

static struct target *deployer_watch(
	const struct target_setup *setup, const char *id, struct berth_error *err)
{
	return make(setup, id, err);
}

const struct target_ops deployer_target_ops = {
	.kind = "deployer",
	.stages = {deployer_stages, DEPLOYER_STAGES},
	.cancelling =
		"This server can't break off a build. It is waited for, up to ten minutes, and "
		"what it has started is stopped then.",
	.start = deployer_start,
	.watch = deployer_watch,
	.examine = deployer_examine,
	.act = deployer_act,
	.cannot = deployer_cannot,
	.cancel = deployer_cancel,
	.close = server_run_close,
};
