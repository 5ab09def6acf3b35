#include "target/docker/docker_target.h"

#include <stdlib.h>
#include <string.h>

#include "base/trace.h"
#include "loop/timer.h"

/* How long a step may still take that nobody wants any more: longer than stopping a container. */
#define STEP_GRACE_MS 12000

static void tear_down(struct docker_target *t)
{
	void (*closed)(void *) = t->closed;
	void *context = t->closed_context;

	timer_close(t->last_turn);
	timer_close(t->deadline);
	timer_close(t->pause);
	health_release(t);
	files_release(t);
	build_release(t);
	compose_release(t);
	services_release(t);
	clone_release(t);
	project_release(t);
	output_release(t);
	free(t->taken.rows);
	docker_free(t->docker);
	journal_free(t->journal);
	free(t);
	closed(context);
}

/* Runs in a turn of its own, so that no callback finds its target gone when it returns. Something
 * may have been started since it was asked for, as the journal's end is by the last step that is
 * put back: then it comes again when that has landed. */
static void last_turn(void *context)
{
	struct docker_target *t = context;

	if (t->in_flight > 0)
		return;
	if (t->closing)
		tear_down(t);
	else if (t->failing && !t->ended)
		docker_target_wind_down(t);
}

static void settle(struct docker_target *t)
{
	if (t->in_flight == 0 && (t->closing || t->failing))
		timer_start(t->last_turn, 0);
}

void flight_start(struct docker_target *t, int slot, void *handle, void (*cancel)(void *),
	int stage, const struct berth_error *err)
{
	if (handle == NULL) {
		docker_target_fail(t, stage, err);
		return;
	}
	t->flights[slot] = (struct flight){handle, cancel};
	t->in_flight++;
	if (t->failing && slot != SLOT_STEP)
		cancel(handle);
}

bool flight_land(struct docker_target *t, int slot)
{
	t->flights[slot].handle = NULL;
	t->in_flight--;
	settle(t);
	return !t->failing && !t->closing;
}

void flight_cancel(struct docker_target *t, int slot)
{
	if (t->flights[slot].handle != NULL)
		t->flights[slot].cancel(t->flights[slot].handle);
}

bool flight_is_up(const struct docker_target *t, int slot)
{
	return t->flights[slot].handle != NULL;
}

void flight_cancel_op(void *handle)
{
	docker_op_cancel(handle);
}

static void let_step_go(struct docker_target *t)
{
	flight_cancel(t, SLOT_STEP);
}

void docker_target_hurry(struct docker_target *t)
{
	if (flight_is_up(t, SLOT_STEP))
		docker_target_pause(t, STEP_GRACE_MS, let_step_go);
}

/* A step that changes the engine is let through to its answer, so that what is to be put back is
 * known. */
static void stop_all(struct docker_target *t)
{
	timer_stop(t->deadline);
	timer_stop(t->pause);
	for (int slot = 0; slot < SLOT_COUNT; slot++)
		if (slot != SLOT_STEP || t->closing)
			flight_cancel(t, slot);
	docker_target_hurry(t);
	settle(t);
}

void docker_target_fail(struct docker_target *t, int stage, const struct berth_error *err)
{
	if (t->failing || t->closing || t->ended)
		return;
	/* It runs and is healthy, and what it replaces may be gone: there is no way back. */
	if (t->concluding) {
		docker_target_hurry(t);
		return;
	}
	t->failing = true;
	t->error = *err;
	t->error_stage = stage;
	TRACE("docker", "failing", TRACE_TEXT("stage", plan_stage_name(&t->plan, stage)),
		TRACE_TEXT("error", err->message));
	stop_all(t);
}

void docker_target_proceed(struct docker_target *t)
{
	if (t->image_ready && t->files_ready && !t->creating) {
		t->creating = true;
		if (t->services != NULL)
			services_begin(t);
		else
			create_begin(t);
	}
}

static void begin(struct docker_target *t)
{
	validate_begin(t);
	if (!t->failing && !t->request->build)
		files_begin(t);
}

static void deadline_passed(void *context)
{
	struct docker_target *t = context;

	docker_target_failf(t, t->plan.announced < 0 ? STAGE_VALIDATE : t->plan.announced,
		BERTH_E_TIMEOUT, "give a longer --timeout, or 0 for none",
		"the deployment took longer than %d s", t->request->timeout_s);
}

/* One timer has two lives: it begins the deployment, then it separates tries. */
static void pause_over(void *context)
{
	struct docker_target *t = context;
	t->resume(t);
}

void docker_target_pause(
	struct docker_target *t, uint64_t milliseconds, void (*resume)(struct docker_target *))
{
	t->resume = resume;
	timer_start(t->pause, milliseconds);
}

struct docker_target *docker_target_make(const struct target_setup *setup,
	void (*begin_with)(struct docker_target *t), struct berth_error *err)
{
	struct docker_target *t = calloc(1, sizeof(*t));

	if (t == NULL) {
		berth_error_set(err, BERTH_E_MEMORY, 0, "out of memory");
		return NULL;
	}
	t->base.ops = &docker_target_ops;
	t->setup = *setup;
	t->request = setup->deployment;
	t->began_ms = clock_mono_ms();
	layers_init(&t->layers);
	plan_init(&t->plan, t->request->build ? &build_plan : &docker_target_ops.stages,
		setup->sink.emit, setup->sink.context);
	t->last_turn = timer_new(setup->loop, last_turn, t, err);
	t->deadline = timer_new(setup->loop, deadline_passed, t, err);
	t->pause = timer_new(setup->loop, pause_over, t, err);
	if (t->last_turn == NULL || t->deadline == NULL || t->pause == NULL) {
		timer_close(t->last_turn);
		timer_close(t->deadline);
		timer_close(t->pause);
		free(t);
		return NULL;
	}
	if (t->request->timeout_s > 0)
		timer_start(t->deadline, (uint64_t)t->request->timeout_s * 1000);
	docker_target_pause(t, 0, begin_with);
	return t;
}

static struct target *docker_target_start(const struct target_setup *setup, struct berth_error *err)
{
	struct docker_target *t = docker_target_make(setup, begin, err);

	return t != NULL ? &t->base : NULL;
}

/* Asked again: nothing is waited for that can be looked up instead. */
static void escalate(struct docker_target *t)
{
	let_step_go(t);
	t->old_deadline_ms = 0;
}

static void docker_target_cancel(struct target *target)
{
	struct docker_target *t = (struct docker_target *)target;
	struct berth_error err = {0};

	if (t->ended)
		return;
	if (t->failing) {
		escalate(t);
		return;
	}
	t->cancelled = true;
	berth_error_set(&err, BERTH_E_CANCELLED, 0, "cancelled on request");
	docker_target_fail(t, t->plan.announced < 0 ? STAGE_VALIDATE : t->plan.announced, &err);
}

static void docker_target_close(struct target *target, void (*closed)(void *context), void *context)
{
	struct docker_target *t = (struct docker_target *)target;

	t->closing = true;
	t->closed = closed;
	t->closed_context = context;
	stop_all(t);
}

const struct target_ops docker_target_ops = {
	.kind = "docker",
	.stages = {registry_stages, STAGE_COUNT},
	.built = {build_stages, BUILD_STAGE_COUNT},
	.start = docker_target_start,
	.recover = docker_target_recover,
	.cancel = docker_target_cancel,
	.kept = docker_journal_kept,
	.close = docker_target_close,
};
