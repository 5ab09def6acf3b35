#include "session/session.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/random.h>

#include "base/secret.h"
#include "base/trace.h"
#include "loop/timer.h"
#include "session/queue.h"
#include "session/redact.h"
#include "target/target.h"

/* Log text that may wait for the front end; a screen takes 30 turns a second. */
#define MAX_WAITING_LOG (8u << 20)

struct run {
	struct session *session;
	struct run *next;
	unsigned number;
	char id[40];
	struct berth_deployment *deployment;
	struct secrets secrets;
	struct target *target; /* NULL once it is closed */
	uint64_t seq;
	int progress;      /* last said */
	bool result_said;  /* by the target */
	bool result_taken; /* by the front end */
};

struct session {
	struct session_setup setup;
	struct queue queue;
	struct run *runs; /* newest first */
	unsigned last_number;
	unsigned open_targets;
	bool closing;
	struct timer *last_turn; /* frees the session outside of any callback of its parts */
	void (*closed)(void *context);
	void *closed_context;
};

static void make_id(char id[40])
{
	unsigned char bytes[16];

	if (getrandom(bytes, sizeof(bytes), 0) != (ssize_t)sizeof(bytes)) {
		int64_t now = clock_unix_ms();

		memset(bytes, 0, sizeof(bytes));
		memcpy(bytes, &now, sizeof(now));
	}
	bytes[6] = (unsigned char)((bytes[6] & 0x0f) | 0x40);
	bytes[8] = (unsigned char)((bytes[8] & 0x3f) | 0x80);
	snprintf(id, 40, "%02x%02x%02x%02x-%02x%02x-%02x%02x-%02x%02x-%02x%02x%02x%02x%02x%02x",
		bytes[0], bytes[1], bytes[2], bytes[3], bytes[4], bytes[5], bytes[6], bytes[7],
		bytes[8], bytes[9], bytes[10], bytes[11], bytes[12], bytes[13], bytes[14],
		bytes[15]);
}

static void free_run(struct run *run)
{
	secrets_release(&run->secrets);
	berth_deployment_free(run->deployment);
	free(run);
}

static void finish_close(void *context)
{
	struct session *session = context;
	void (*closed)(void *) = session->closed;
	void *closed_context = session->closed_context;

	timer_close(session->last_turn);
	queue_release(&session->queue);
	while (session->runs != NULL) {
		struct run *run = session->runs;

		session->runs = run->next;
		free_run(run);
	}
	free(session);
	closed(closed_context);
}

struct session *session_new(const struct session_setup *setup, struct berth_error *err)
{
	struct session *session = calloc(1, sizeof(*session));

	if (session == NULL) {
		berth_error_set(err, BERTH_E_MEMORY, 0, "out of memory");
		return NULL;
	}
	session->setup = *setup;
	session->last_turn = timer_new(setup->loop, finish_close, session, err);
	if (session->last_turn == NULL) {
		free(session);
		return NULL;
	}
	queue_init(&session->queue, MAX_WAITING_LOG);
	return session;
}

static void target_closed(void *context)
{
	struct run *run = context;
	struct session *session = run->session;

	run->target = NULL;
	session->open_targets--;
	if (session->closing && session->open_targets == 0)
		timer_start(session->last_turn, 0);
}

void session_close(struct session *session, void (*closed)(void *context), void *context)
{
	session->closing = true;
	session->closed = closed;
	session->closed_context = context;
	if (session->open_targets == 0) {
		timer_start(session->last_turn, 0);
		return;
	}
	for (struct run *run = session->runs; run != NULL; run = run->next)
		if (run->target != NULL)
			run->target->ops->close(run->target, target_closed, run);
}

/* The stage the record ends in; NULL where it is not known how it ended. */
static const char *last_stage(enum berth_outcome outcome)
{
	switch (outcome) {
	case BERTH_DEPLOYED:
		return "completed";
	case BERTH_CANCELED:
		return "cancelled";
	case BERTH_UNKNOWN:
		return NULL;
	default:
		return "error";
	}
}

/* Said here for every kind of target. A failure leaves the percentage where it stood. */
static void tell_end(struct run *run, const struct berth_event *end)
{
	const char *stage = end->result != NULL ? last_stage(end->result->outcome) : NULL;
	struct berth_event *event;

	if (stage == NULL)
		return;
	event = berth_event_new(BERTH_EVENT_STATUS, stage,
		end->result->outcome == BERTH_DEPLOYED ? 100 : run->progress, end->message,
		end->message_len);
	if (event == NULL)
		return;
	event->deployment = end->deployment;
	event->deployment_id = end->deployment_id;
	event->time_ms = end->time_ms;
	queue_put(&run->session->queue, event);
}

static void receive(void *context, struct berth_event *event)
{
	struct run *run = context;
	struct session *session = run->session;
	bool was_empty = queue_empty(&session->queue);

	if (event == NULL || session->closing) {
		berth_event_free(event);
		return;
	}
	/* Without memory to clean a text it must not be shown at all; that it ended must. */
	if (redact_event(&run->secrets, event, NULL) == -1)
		redact_strip(event);
	event->deployment = run->number;
	event->deployment_id = run->id;
	if (event->time_ms == 0)
		event->time_ms = clock_unix_ms();
	if (event->type == BERTH_EVENT_STATUS || event->type == BERTH_EVENT_PROGRESS)
		run->progress = event->progress;
	if (event->type == BERTH_EVENT_RESULT) {
		run->result_said = true;
		tell_end(run, event);
	}
	if (queue_put(&session->queue, event) == 0 && was_empty)
		session->setup.wakeup(session->setup.context);
}

static bool is_full(void *context)
{
	const struct run *run = context;

	return queue_full(&run->session->queue);
}

/* The rehearsal's script comes in through the environment; it is no secret. */
static bool is_secret(const struct berth_deployment *deployment, const struct berth_variable *env)
{
	return strcmp(deployment->kind, "demo") != 0 || strncmp(env->name, "DEMO_", 5) != 0;
}

static struct run *new_run(
	struct session *session, const struct berth_deployment *deployment, struct berth_error *err)
{
	struct run *run = calloc(1, sizeof(*run));

	if (run == NULL) {
		berth_error_set(err, BERTH_E_MEMORY, 0, "out of memory");
		return NULL;
	}
	secrets_init(&run->secrets);
	run->session = session;
	run->deployment = berth_deployment_copy(deployment);
	if (run->deployment == NULL) {
		berth_error_set(err, BERTH_E_MEMORY, 0, "out of memory");
		free_run(run);
		return NULL;
	}
	for (size_t i = 0; i < deployment->env_count; i++) {
		const struct berth_variable *env = &deployment->env[i];

		if (is_secret(deployment, env) &&
			secrets_add(&run->secrets, env->name, env->value, err) == -1) {
			free_run(run);
			return NULL;
		}
	}
	make_id(run->id);
	return run;
}

static bool same_text(const char *a, const char *b)
{
	return a == b || (a != NULL && b != NULL && strcmp(a, b) == 0);
}

/* Two deployments that replace each other's container would each take the other's for the old one.
 */
static const struct run *rival(
	const struct session *session, const struct berth_deployment *deployment)
{
	for (const struct run *run = session->runs; run != NULL; run = run->next)
		if (!run->result_said && deployment->container != NULL &&
			same_text(run->deployment->target, deployment->target) &&
			same_text(run->deployment->host, deployment->host) &&
			same_text(run->deployment->container, deployment->container))
			return run;
	return NULL;
}

int session_deploy(struct session *session, const struct berth_deployment *deployment, bool follow,
	unsigned *number, struct berth_error *err)
{
	const struct target_ops *ops = target_find(deployment->kind);
	const struct run *other = rival(session, deployment);
	struct run *run;

	if (ops == NULL)
		return berth_error_set(err, BERTH_E_USAGE, 0, "target '%s' is of unknown kind '%s'",
			deployment->target, deployment->kind);
	if (other != NULL) {
		berth_error_set(err, BERTH_E_CONFLICT, 0,
			"deployment %u of container '%s' is still running", other->number,
			deployment->container);
		return berth_error_hint(
			err, "wait for it or cancel it, or give another --container");
	}
	run = new_run(session, deployment, err);
	if (run == NULL)
		return -1;
	run->number = session->last_number + 1;
	run->target = ops->start(
		&(struct target_setup){
			.loop = session->setup.loop,
			.net = session->setup.net,
			.deployment = run->deployment,
			.deployment_id = run->id,
			.follow = follow,
			.sink = {.emit = receive, .full = is_full, .context = run},
		},
		err);
	if (run->target == NULL) {
		free_run(run);
		return -1;
	}
	session->last_number = run->number;
	session->open_targets++;
	run->next = session->runs;
	session->runs = run;
	*number = run->number;
	trace("session", "deployment %u is %s on '%s'", run->number, run->id, deployment->target);
	return 0;
}

static struct run *find(const struct session *session, unsigned number)
{
	for (struct run *run = session->runs; run != NULL; run = run->next)
		if (run->number == number)
			return run;
	return NULL;
}

int session_cancel(struct session *session, unsigned number, struct berth_error *err)
{
	struct run *run = find(session, number);

	if (run == NULL)
		return berth_error_set(
			err, BERTH_E_NOT_FOUND, 0, "there is no deployment %u", number);
	if (run->result_said)
		return berth_error_set(
			err, BERTH_E_CONFLICT, 0, "deployment %u has already ended", number);
	run->target->ops->cancel(run->target);
	return 0;
}

struct berth_event *session_next(struct session *session)
{
	struct berth_event *event = queue_take(&session->queue);
	struct run *run;

	if (event == NULL)
		return NULL;
	run = find(session, event->deployment);
	if (event->time_ms == 0)
		event->time_ms = clock_unix_ms();
	if (!run->result_taken)
		event->seq = ++run->seq;
	if (event->type == BERTH_EVENT_RESULT)
		run->result_taken = true;
	return event;
}

unsigned session_running(const struct session *session)
{
	unsigned count = 0;

	for (const struct run *run = session->runs; run != NULL; run = run->next)
		if (!run->result_said)
			count++;
	return count;
}
