#include "session/session_private.h"

#include <stddef.h>
#include <string.h>

#include "base/trace.h"
#include "journal/journal_run.h"
#include "session/recorder.h"
#include "session/run.h"
#include "session/run_log.h"
#include "session/run_record.h"
#include "session/run_tell.h"

static struct run *run_of(const struct turn *turn)
{
	return turn == NULL ? NULL : (struct run *)((char *)turn - offsetof(struct run, turn));
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
		if (!run->result_said && run->player == NULL && deployment->container != NULL &&
			same_text(run->deployment->target, deployment->target) &&
			same_text(run->deployment->host, deployment->host) &&
			same_text(run->deployment->container, deployment->container))
			return run;
	return NULL;
}

/* At a server that takes one at a time it stands in line; what is only followed does not. */
static const char *place_of(const struct run *run, const struct target_ops *ops)
{
	const struct berth_server *server = run->deployment->server;

	return ops->one_at_a_time && server != NULL && run->attach == NULL ? server->url : NULL;
}

static int start(struct run *run, const struct target_ops *ops, struct berth_error *err)
{
	struct session *session = run->session;
	const struct target_setup setup = {
		.loop = session->setup.loop,
		.net = session->setup.net,
		.deployment = run->deployment,
		.deployment_id = run->id,
		.leases = &session->leases,
		.runs_folder = session->runs_folder,
		.recorded = run->recorded,
		.left = run->left,
		.recovery = run->recovery,
		.follow = run->follow,
		.sink = session_sink(run),
	};

	run->target = run->left != NULL     ? ops->recover(&setup, err)
		      : run->attach != NULL ? ops->watch(&setup, run->attach, err)
					    : ops->start(&setup, err);
	if (run->target == NULL)
		return -1;
	session->open_targets++;
	run_tell(run, session->notifier, NULL, session_receive_told);
	return 0;
}

bool session_is_waiting(const struct run *run)
{
	return run->waits_for != NULL && !run->result_said;
}

static void tell_whom(struct run *run)
{
	const struct turn *ahead = turns_ahead(&run->turn);
	const struct run *other = run_of(ahead);

	if (other == run->waits_for)
		return;
	run->waits_for = other;
	run_record_queued(run);
	session_receive(run, run_waits_event(other));
}

static void begin_late(struct run *run)
{
	struct berth_error err;

	run->waits_for = NULL;
	TRACE("session", "has its turn", TRACE_TEXT("deployment_id", run->id));
	if (start(run, target_find(run->deployment->kind), &err) == -1)
		session_receive(run, run_end_event(run, BERTH_FAILED, &err));
}

/* From the loop, because the result that made room was said inside of another target. */
void session_advance(void *context)
{
	struct session *session = context;

	for (struct run *run = session->runs; run != NULL && !session->closing; run = run->next) {
		if (!session_is_waiting(run))
			continue;
		if (turns_ahead(&run->turn) == NULL)
			begin_late(run);
		else
			tell_whom(run);
	}
}

static int check_rival(const struct session *session, const struct berth_deployment *deployment,
	struct berth_error *err)
{
	const struct run *other = rival(session, deployment);

	if (other == NULL)
		return 0;
	berth_error_set(err, BERTH_E_CONFLICT, 0,
		"deployment %u of container '%s' is still running", other->number,
		deployment->container);
	return berth_error_hint(err, "wait for it or cancel it, or give another --container");
}

static int admit(struct session *session, struct run *run, const struct target_ops *ops,
	unsigned *number, struct berth_error *err)
{
	const char *place = place_of(run, ops);

	run->number = session->last_number + 1;
	if (place != NULL)
		turns_join(&session->turns, &run->turn, place);
	if (turns_ahead(&run->turn) != NULL) {
		tell_whom(run);
	} else if (start(run, ops, err) == -1) {
		turns_leave(&session->turns, &run->turn);
		return -1;
	}
	session->last_number = run->number;
	run->next = session->runs;
	session->runs = run;
	*number = run->number;
	TRACE("session", "admitted", TRACE_NUMBER("number", run->number),
		TRACE_TEXT("deployment_id", run->id), TRACE_TEXT("name", run->deployment->name),
		TRACE_TEXT("target", run->deployment->target));
	return 0;
}

static int open_log(struct run *run, struct berth_error *err)
{
	struct session *session = run->session;

	if (session->setup.logs == BERTH_LOGS_AS_EVENTS)
		return 0;
	if (run_log_open(run, session->log_folder, session_log_lost, err) == -1)
		return -1;
	session->open_logs++;
	if (recorder_open(run, session_recording_lost, err) == -1)
		return -1;
	if (run->recorder != NULL)
		session->open_logs++;
	return 0;
}

static int launch(struct session *session, struct run *run, const struct target_ops *ops,
	unsigned *number, struct berth_error *err)
{
	struct berth_error cause;

	run->session = session;
	run->loop = session->setup.loop;
	if (run->left == NULL && open_log(run, err) == -1) {
		session_drop(run);
		return -1;
	}
	if (session->setup.history != NULL)
		run_record_begin(run, session->setup.history);
	if (admit(session, run, ops, number, &cause) == 0)
		return 0;
	run_record_failed(run, &cause);
	session_drop(run);
	if (err != NULL)
		*err = cause;
	return -1;
}

static int begin(struct session *session, const struct berth_deployment *deployment,
	const char *attach, bool follow, unsigned *number, struct berth_error *err)
{
	const struct target_ops *ops = target_find(deployment->kind);
	struct run *run;

	if (ops == NULL)
		return berth_error_set(err, BERTH_E_USAGE, 0, "target '%s' is of unknown kind '%s'",
			deployment->target, deployment->kind);
	if (attach != NULL && ops->watch == NULL)
		return berth_error_set(err, BERTH_E_USAGE, 0,
			"target '%s' is of kind '%s', which has nothing to watch: expected a "
			"deploy "
			"server",
			deployment->target, deployment->kind);
	/* Those that stand in line never meet. */
	if (!ops->one_at_a_time && check_rival(session, deployment, err) == -1)
		return -1;
	run = run_new(deployment, attach, err);
	if (run == NULL)
		return -1;
	run->follow = follow;
	return launch(session, run, ops, number, err);
}

/* Without a log of its own: what was said of it before is in the one it has. */
int session_recover(struct session *session, const struct journal_run *left,
	enum berth_recovery recovery, unsigned *number, struct berth_error *err)
{
	const struct target_ops *ops = target_find(left->request->kind);
	struct run *run;

	if (ops == NULL || ops->recover == NULL)
		return berth_error_set(err, BERTH_E_USAGE, 0,
			"a deployment to target '%s' can't be recovered", left->request->target);
	if (check_rival(session, left->request, err) == -1)
		return -1;
	run = run_new(left->request, NULL, err);
	if (run == NULL)
		return -1;
	run->recovery = recovery;
	if (run_take_up(run, left, err) == -1) {
		run_free(run);
		return -1;
	}
	return launch(session, run, ops, number, err);
}

int session_deploy(struct session *session, const struct berth_deployment *deployment, bool follow,
	unsigned *number, struct berth_error *err)
{
	return begin(session, deployment, NULL, follow, number, err);
}

int session_attach(struct session *session, const struct berth_deployment *deployment,
	const char *id, unsigned *number, struct berth_error *err)
{
	return begin(session, deployment, id, false, number, err);
}
