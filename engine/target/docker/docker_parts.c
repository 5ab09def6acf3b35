#include "target/docker/docker_parts.h"

#include <stdio.h>
#include <string.h>

#include "docker/named.h"
#include "journal/journal_run.h"
#include "target/docker/docker_target.h"

enum { STOP_SECONDS = 10 };

static const char *const words[PART_KIND_COUNT] = {
	[PART_NETWORK] = "network",
	[PART_VOLUME] = "volume",
	[PART_CONTAINER] = "container",
	[PART_STARTED] = "started",
};

/* The look of a step that is put back has come: is it there, and ours? */
static bool is_to_remove(
	const struct part *part, const char *deployment, const struct berth_error *err)
{
	struct docker_target *t = part->t;

	flight_land(t, SLOT_UNDO);
	if (t->closing)
		return false;
	if (err != NULL) {
		undo_step_done(&t->undo, err->code == BERTH_E_NOT_FOUND ? NULL : err);
		return false;
	}
	if (strcmp(deployment, t->setup.deployment_id) != 0) {
		undo_step_done(&t->undo, NULL);
		return false;
	}
	plan_log(&t->plan, t->error_stage, BERTH_INFO, "Putting back: removing %s '%s'",
		words[part->kind], part->name);
	docker_note(t, &(struct journal_note){
			       .deed = JOURNAL_UNDO, .name = words[part->kind], .to = part->name});
	return true;
}

static void container_seen(
	void *context, const struct container_info *info, const struct berth_error *err)
{
	const struct part *part = context;
	struct docker_target *t = part->t;
	struct berth_error why = {0};

	if (is_to_remove(part, err == NULL ? info->deployment : "", err))
		docker_undo_started(t,
			container_remove(t->docker, info->id, true, docker_undone, t, &why), &why);
}

static void named_seen(void *context, const struct named_info *info, const struct berth_error *err)
{
	const struct part *part = context;
	struct docker_target *t = part->t;
	struct berth_error why = {0};

	if (is_to_remove(part, err == NULL ? info->deployment : "", err))
		docker_undo_started(t,
			named_remove(t->docker,
				part->kind == PART_NETWORK ? NAMED_NETWORK : NAMED_VOLUME,
				part->name, docker_undone, t, &why),
			&why);
}

static void undo_part(struct undo *undo, void *context)
{
	struct part *part = context;
	struct docker_target *t = part->t;
	struct berth_error err = {0};
	struct docker_op *op = NULL;

	(void)undo;
	switch (part->kind) {
	case PART_NETWORK:
		op = named_inspect(t->docker, NAMED_NETWORK, part->name, named_seen, part, &err);
		break;
	case PART_VOLUME:
		op = named_inspect(t->docker, NAMED_VOLUME, part->name, named_seen, part, &err);
		break;
	case PART_CONTAINER:
		op = container_inspect(t->docker, part->name, container_seen, part, &err);
		break;
	default:
		plan_log(&t->plan, t->error_stage, BERTH_INFO,
			"Putting back: stopping container '%s', as it was before", part->name);
		op = container_stop(t->docker, part->name, STOP_SECONDS, docker_undone, t, &err);
		break;
	}
	docker_undo_started(t, op, &err);
}

static struct part *push(struct docker_target *t, enum part_kind kind, const char *name)
{
	struct berth_error err = {0};
	struct part *part;

	if (t->part_count == PARTS_MAX) {
		docker_target_failf(t, STAGE_START, BERTH_E_INTERNAL, NULL, "too many parts");
		return NULL;
	}
	part = &t->parts[t->part_count++];
	*part = (struct part){.t = t, .kind = kind};
	snprintf(part->name, sizeof(part->name), "%s", name);
	if (undo_push(&t->undo, undo_part, part, &err, "%s %s",
		    kind == PART_STARTED ? "container" : words[kind], name) == 0)
		return part;
	docker_target_fail(t, STAGE_START, &err);
	return NULL;
}

struct part *part_remember(struct docker_target *t, enum part_kind kind, const char *name)
{
	struct part *part = push(t, kind, name);

	/* What was only started again does no harm where it is left running. */
	if (part != NULL && kind != PART_STARTED)
		docker_note(t, &(struct journal_note){
				       .deed = JOURNAL_PART, .name = words[kind], .to = name});
	return part;
}

void part_forget(const struct part *part)
{
	undo_forget_of(&part->t->undo, undo_part, part);
}

void parts_push_left(struct docker_target *t, const struct journal_run *run)
{
	for (size_t i = 0; i < run->part_count; i++)
		for (int kind = PART_NETWORK; kind <= PART_CONTAINER; kind++)
			if (strcmp(run->parts[i].kind, words[kind]) == 0)
				push(t, (enum part_kind)kind, run->parts[i].name);
}
