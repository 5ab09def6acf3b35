/* A deployment that was cut off is taken up again: its journal is taken over, the engine is asked
 * what there is, and from there on it is finished or put back by what does so for any deployment.
 */
#include <stdio.h>
#include <string.h>

#include "journal/journal_run.h"
#include "target/docker/docker_look.h"
#include "target/docker/docker_target.h"

static void cancel_look(void *handle)
{
	docker_look_cancel(handle);
}

/* --- leave --- */

static void leave_container(struct docker_target *t, const struct container_info *info)
{
	snprintf(t->undo.left[t->undo.left_count++], sizeof(t->undo.left[0]),
		"container %s (%.12s), %s", info->name, info->id, info->status);
}

static void leave(struct docker_target *t, const struct docker_left *left)
{
	t->unsettled = false;
	t->leaving = true;
	if (left != NULL && left->has_new)
		leave_container(t, &left->new_one);
	if (left != NULL && left->has_old)
		leave_container(t, &left->old_one);
	if (left != NULL && left->has_image)
		snprintf(t->undo.left[t->undo.left_count++], sizeof(t->undo.left[0]), "image %s",
			t->setup.left->image);
	if (left != NULL && t->setup.left->project[0] != '\0')
		snprintf(t->undo.left[t->undo.left_count++], sizeof(t->undo.left[0]),
			"compose project %s: %zu containers, of which %zu run",
			t->setup.left->project, left->new_count, left->new_running);
	if (left == NULL)
		snprintf(t->undo.left[t->undo.left_count++], sizeof(t->undo.left[0]),
			"container %s: the engine could not be asked", t->request->container);
	docker_target_failf(t, STAGE_VALIDATE, BERTH_E_CANCELLED, NULL,
		"the deployment of '%s' was cut off, and what there is of it is left as it is",
		t->request->name);
}

/* --- put back --- */

static void put_back(struct docker_target *t, const struct docker_left *left)
{
	if (t->setup.left->has_old && !left->has_old) {
		docker_target_failf(t, STAGE_VALIDATE, BERTH_E_CONFLICT, "finish it, or leave it",
			"it can't be put back: the container '%s' (%.12s) that it replaced is gone",
			t->setup.left->old_name, t->setup.left->old_id);
		return;
	}
	if (t->setup.left->project_replaced) {
		docker_target_failf(t, STAGE_VALIDATE, BERTH_E_CONFLICT,
			"leave it, and deploy it again",
			"it can't be put back: compose may have replaced containers of '%s'",
			t->setup.left->project);
		return;
	}
	t->unsettled = false;
	t->insist = true;
	plan_done(&t->plan, STAGE_VALIDATE);
	parts_push_left(t, t->setup.left);
	build_push_left(t, left->has_image);
	if (t->name_taken)
		create_push_old(t);
	if (left->has_new)
		create_push_new(t);
	if (t->setup.left->project[0] != '\0')
		project_push_left(t);
	if (t->failing)
		return;
	docker_target_failf(t, STAGE_START, BERTH_E_CANCELLED, NULL,
		"the deployment of '%s' was cut off; it is put back", t->request->name);
}

/* --- finish --- */

static void skip_stage(struct docker_target *t, int stage, const char *message)
{
	plan_begin(&t->plan, stage, "%s", message);
	plan_done(&t->plan, stage);
}

static void go_on(struct docker_target *t, bool has_image)
{
	t->unsettled = false;
	t->image_ready = true;
	build_push_left(t, has_image);
	if (t->name_taken)
		create_push_old(t);
	create_push_new(t);
	plan_done(&t->plan, STAGE_VALIDATE);
	skip_stage(t, STAGE_PULL, "The image was there");
	skip_stage(t, STAGE_PREPARE, "The files were prepared");
	skip_stage(t, STAGE_START, "The container was created");
	plan_begin(&t->plan, STAGE_COPY, "Its files were complete");
	if (t->new_runs) {
		plan_done(&t->plan, STAGE_COPY);
		health_begin(t);
	} else {
		create_start(t);
	}
}

static void image_seen(void *context, const struct image_info *info, const struct berth_error *err)
{
	struct docker_target *t = context;

	if (!flight_land(t, SLOT_IMAGE))
		return;
	if (err != NULL) {
		docker_target_fail(t, STAGE_VALIDATE, err);
		return;
	}
	t->image = *info;
	t->image_known = true;
	go_on(t, t->left_image);
}

/* Where the engine published what; by the container's port, of which there is one each. */
static void take_ports(struct docker_target *t, const struct container_info *info)
{
	for (size_t i = 0; i < t->request->port_count && i < MAX_PORTS; i++)
		for (size_t k = 0; k < info->port_count; k++)
			if (info->ports[k].container == t->request->ports[i].container &&
				info->ports[k].udp == t->request->ports[i].udp)
				t->ports[i].host = info->ports[k].host;
}

static void finish(struct docker_target *t, const struct docker_left *left)
{
	struct berth_error err = {0};
	struct recovery recovery;

	recovery_decide(&recovery, t->setup.left, left);
	if (!(recovery.can & (1u << BERTH_FINISH))) {
		docker_target_failf(t, STAGE_VALIDATE, BERTH_E_CONFLICT, "put it back, or leave it",
			"it can't be finished: %s", recovery.found);
		return;
	}
	t->new_runs = left->new_one.running;
	t->left_image = left->has_image;
	take_ports(t, &left->new_one);
	flight_start(t, SLOT_IMAGE,
		image_inspect(t->docker, left->new_one.image_id, image_seen, t, &err),
		flight_cancel_op, STAGE_VALIDATE, &err);
}

/* --- looking --- */

/* The old one as it was before: it may have been stopped, and is called something else. */
static void take_old(struct docker_target *t, const struct docker_left *left)
{
	const struct journal_run *run = t->setup.left;

	t->name_taken = left->has_old;
	if (!left->has_old)
		return;
	t->old = left->old_one;
	t->old.running = run->old_running;
	t->old_stopping = run->stopping;
	snprintf(t->old.name, sizeof(t->old.name), "%s", run->old_name);
	snprintf(t->old_name, sizeof(t->old_name), "%s", run->old_aside);
}

static void looked(void *context, const struct docker_left *left, const struct berth_error *err)
{
	struct docker_target *t = context;
	struct recovery recovery;

	if (!flight_land(t, SLOT_CONNECT))
		return;
	if (left == NULL && t->setup.recovery != BERTH_LEAVE) {
		docker_target_fail(t, STAGE_VALIDATE, err);
		return;
	}
	if (left != NULL) {
		recovery_decide(&recovery, t->setup.left, left);
		plan_log(&t->plan, STAGE_VALIDATE, BERTH_INFO, "%s", recovery.found);
		take_old(t, left);
		if (left->has_new)
			snprintf(t->container_id, sizeof(t->container_id), "%s", left->new_one.id);
	}
	if (t->setup.recovery == BERTH_LEAVE)
		leave(t, left);
	else if (t->setup.recovery == BERTH_FINISH)
		finish(t, left);
	else
		put_back(t, left);
}

static void ask_engine(struct docker_target *t)
{
	struct berth_error err = {0};

	flight_start(t, SLOT_CONNECT, docker_look_start(t->docker, t->setup.left, looked, t, &err),
		cancel_look, STAGE_VALIDATE, &err);
}

static void leave_unseen(struct docker_target *t)
{
	leave(t, NULL);
}

static void begin(struct docker_target *t)
{
	struct berth_error err = {0};

	plan_begin(&t->plan, STAGE_VALIDATE, "Looking at what became of '%s'", t->request->name);
	t->unsettled = true;
	t->docker = docker_of_left(t->setup.net, t->setup.left, &err);
	if (t->docker == NULL && t->setup.recovery == BERTH_LEAVE) {
		if (!docker_journal_begin(t, leave_unseen))
			leave_unseen(t);
		return;
	}
	if (t->docker == NULL ||
		(t->request->image != NULL &&
			reference_parse(&t->reference, t->request->image, &err) == -1)) {
		docker_target_fail(t, STAGE_VALIDATE, &err);
		return;
	}
	if (!docker_journal_begin(t, ask_engine))
		ask_engine(t);
}

struct target *docker_target_recover(const struct target_setup *setup, struct berth_error *err)
{
	struct docker_target *t = docker_target_make(setup, begin, err);

	return t != NULL ? &t->base : NULL;
}
