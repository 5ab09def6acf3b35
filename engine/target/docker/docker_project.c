/* What compose brought up for a deployment that was cut off is taken down again, by labels: compose
 * itself would need the project's files, which may be gone. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "docker/named.h"
#include "journal/journal_run.h"
#include "target/docker/docker_target.h"

enum {
	MAX_MEMBERS = 128,
	MAX_NAMES = 64,
	/* A compose that nobody listens to any more ends when it says something, and may make
	 * another container until then. */
	QUIET_MS = 1000,
	QUIET_LOOKS = 2,
};

struct left_project {
	char ids[MAX_MEMBERS][72];
	char names[MAX_NAMES][256];
	size_t count, at; /* of what is removed now */
	int quiet;        /* looks that found nothing */
	enum named_kind kind;
};

static void list_members(struct docker_target *t);
static void list_names(struct docker_target *t, enum named_kind kind);

/* The callback of a step: true if it goes on. */
static bool goes_on(struct docker_target *t, const struct berth_error *err)
{
	flight_land(t, SLOT_UNDO);
	if (t->closing)
		return false;
	if (err != NULL)
		undo_step_done(&t->undo, err);
	return err == NULL;
}

/* --- networks and volumes --- */

static void remove_name(struct docker_target *t);

static void name_removed(void *context, const struct berth_error *err)
{
	struct docker_target *t = context;

	t->project->at++;
	if (goes_on(t, err))
		remove_name(t);
}

static void remove_name(struct docker_target *t)
{
	struct left_project *project = t->project;
	struct berth_error err = {0};

	if (project->at < project->count)
		docker_undo_started(t,
			named_remove(t->docker, project->kind, project->names[project->at],
				name_removed, t, &err),
			&err);
	else if (project->kind == NAMED_NETWORK && !t->setup.left->project_volumes)
		list_names(t, NAMED_VOLUME);
	else
		undo_step_done(&t->undo, NULL);
}

static void names_listed(
	void *context, const char *const *names, size_t count, const struct berth_error *err)
{
	struct docker_target *t = context;
	struct left_project *project = t->project;

	project->count = project->at = 0;
	for (size_t i = 0; err == NULL && i < count && project->count < MAX_NAMES; i++)
		snprintf(project->names[project->count++], sizeof(project->names[0]), "%s",
			names[i]);
	if (goes_on(t, err))
		remove_name(t);
}

static void list_names(struct docker_target *t, enum named_kind kind)
{
	struct berth_error err = {0};
	char label[128];

	snprintf(label, sizeof(label), CONTAINER_LABEL_PROJECT "=%s", t->setup.left->project);
	t->project->kind = kind;
	docker_undo_started(t, named_list(t->docker, kind, label, names_listed, t, &err), &err);
}

/* --- containers --- */

static void remove_member(struct docker_target *t);

static void member_removed(void *context, const struct berth_error *err)
{
	struct docker_target *t = context;

	t->project->at++;
	if (goes_on(t, err))
		remove_member(t);
}

static void remove_member(struct docker_target *t)
{
	struct left_project *project = t->project;
	struct berth_error err = {0};

	if (project->at < project->count)
		docker_undo_started(t,
			container_remove(t->docker, project->ids[project->at], true, member_removed,
				t, &err),
			&err);
	else if (project->quiet < QUIET_LOOKS)
		docker_target_pause(t, project->count > 0 ? 0 : QUIET_MS, list_members);
	else
		list_names(t, NAMED_NETWORK);
}

static void members_listed(
	void *context, const struct container_list *list, const struct berth_error *err)
{
	struct docker_target *t = context;
	struct left_project *project = t->project;

	project->count = project->at = 0;
	for (size_t i = 0; err == NULL && i < list->count && i < MAX_MEMBERS; i++)
		snprintf(project->ids[project->count++], sizeof(project->ids[0]), "%s",
			list->rows[i].id);
	project->quiet = project->count > 0 ? 0 : project->quiet + 1;
	if (goes_on(t, err))
		remove_member(t);
}

static void list_members(struct docker_target *t)
{
	struct berth_error err = {0};
	char label[128];

	snprintf(label, sizeof(label), CONTAINER_LABEL "=%s", t->setup.left->id);
	docker_undo_started(
		t, container_list(t->docker, true, label, members_listed, t, &err), &err);
}

/* --- the step --- */

static void undo_project(struct undo *undo, void *context)
{
	struct docker_target *t = context;

	(void)undo;
	plan_log(&t->plan, t->error_stage, BERTH_INFO,
		"Putting back: taking down compose project '%s'%s", t->setup.left->project,
		t->setup.left->project_volumes ? "; volumes stay, as there were some before" : "");
	docker_note(t, &(struct journal_note){.deed = JOURNAL_UNDO, .name = "take down"});
	t->project->quiet = 0;
	list_members(t);
}

void project_push_left(struct docker_target *t)
{
	t->project = calloc(1, sizeof(*t->project));
	if (t->project == NULL)
		docker_target_failf(t, STAGE_VALIDATE, BERTH_E_MEMORY, NULL, "out of memory");
	else
		undo_push(&t->undo, undo_project, t, NULL, "compose project %s",
			t->setup.left->project);
}

void project_release(struct docker_target *t)
{
	free(t->project);
	t->project = NULL;
}
