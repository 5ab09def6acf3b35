/* The end of a replaced container, once the new one is healthy. From here on there is no way back,
 * and the engine may have been lost and come back meanwhile, which shows in no answer (libcurl
 * sends a DELETE again by itself): so it is asked once more whether the new one runs. */
#include "target/docker/docker_target.h"

static void done(struct docker_target *t)
{
	if (t->old_left)
		plan_log(&t->plan, STAGE_HEALTH, BERTH_WARN,
			"The replaced container '%s' could not be removed; 'berth recover' tries "
			"again: %s",
			t->old_name, t->old_error.message);
	t->undo.count = 0;
	docker_target_succeed(t);
}

static void lost(struct docker_target *t, const struct berth_error *err)
{
	struct berth_error why = *err;

	berth_error_wrap(&why,
		"container '%s' was healthy, and then the engine was lost while '%s' was removed",
		t->request->container, t->old_name);
	t->undo.count = 0;
	t->lost = true;
	t->unsettled = true;
	t->concluding = false;
	docker_target_fail(t, STAGE_HEALTH, &why);
}

static void started_again(void *context, const struct berth_error *err)
{
	struct docker_target *t = context;

	if (!flight_land(t, SLOT_STEP))
		return;
	if (err != NULL)
		lost(t, err);
	else
		done(t);
}

/* An engine that came back may have given the port to the old one. */
static void start_again(struct docker_target *t)
{
	struct berth_error err = {0};
	struct docker_op *op;

	plan_log(&t->plan, STAGE_HEALTH, BERTH_WARN,
		"The engine was away, and container '%s' does not run any more: starting it",
		t->request->container);
	docker_note(t, &(struct journal_note){.deed = JOURNAL_START, .id = t->container_id});
	op = container_start(t->docker, t->container_id, started_again, t, &err);
	if (op == NULL)
		lost(t, &err);
	else
		flight_start(t, SLOT_STEP, op, flight_cancel_op, STAGE_HEALTH, &err);
}

static void look_at_new(struct docker_target *t);

static void new_seen(
	void *context, const struct container_info *info, const struct berth_error *err)
{
	struct docker_target *t = context;

	if (!flight_land(t, SLOT_STEP))
		return;
	if (err != NULL && !t->looked_twice) {
		t->looked_twice = true;
		look_at_new(t);
	} else if (err != NULL) {
		lost(t, err);
	} else if (info->running) {
		done(t);
	} else {
		start_again(t);
	}
}

static void look_at_new(struct docker_target *t)
{
	struct berth_error err = {0};
	struct docker_op *op = container_inspect(t->docker, t->container_id, new_seen, t, &err);

	if (op == NULL)
		lost(t, &err);
	else
		flight_start(t, SLOT_STEP, op, flight_cancel_op, STAGE_HEALTH, &err);
}

static void removed(void *context, const struct berth_error *err)
{
	struct docker_target *t = context;

	if (!flight_land(t, SLOT_STEP))
		return;
	/* The answer may just have been lost: what is gone is no failure then. */
	if (err != NULL && err->code != BERTH_E_TIMEOUT && !t->old_tried) {
		t->old_tried = true;
		retire_begin(t);
		if (err->code == BERTH_E_CANCELLED)
			docker_target_hurry(t);
		return;
	}
	t->old_left = err != NULL;
	if (err != NULL)
		t->old_error = *err;
	look_at_new(t);
}

void retire_begin(struct docker_target *t)
{
	struct berth_error err = {0};
	struct docker_op *op;

	docker_note(t, &(struct journal_note){.deed = JOURNAL_RETIRE, .id = t->old.id});
	op = container_remove(t->docker, t->old.id, true, removed, t, &err);
	if (op != NULL) {
		flight_start(t, SLOT_STEP, op, flight_cancel_op, STAGE_HEALTH, &err);
		return;
	}
	t->old_left = true;
	t->old_error = err;
	done(t);
}
