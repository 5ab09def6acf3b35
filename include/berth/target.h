/*
 * What a front end may know of a kind of target: its name and the stages it goes through.
 */
#ifndef BERTH_TARGET_H
#define BERTH_TARGET_H

#include <stddef.h>

struct berth_stage {
	const char *name;  /* in the record: "pulling_image" */
	const char *label; /* on the strip: "pull" */
	const char *doing; /* in a title: "pulling image" */
	int from, to;      /* per cent of the whole; from <= to */
};

struct berth_stage_list {
	const struct berth_stage *stages;
	size_t count;
};

/* A list of one's own; NULL without memory. Free takes only such, and NULL. */
struct berth_stage_list *berth_stage_list_copy(const struct berth_stage_list *list);
void berth_stage_list_free(struct berth_stage_list *list);

/* The stages of a kind ("docker", "demo"); NULL for an unknown kind. */
const struct berth_stage_list *berth_target_stages(const char *kind);

/* The stages of this deployment: those of its kind, or of a build. */
struct berth_deployment;
const struct berth_stage_list *berth_deployment_stages(const struct berth_deployment *deployment);

/* What a person must know before a deployment of that kind is cancelled, and before it is left
 * while it runs, where that is not simply put back: one or two sentences. NULL: nothing special. */
const char *berth_target_cancelling(const char *kind);
const char *berth_target_leaving(const char *kind);

/* The stage of that name in the list, or -1 ("completed", "error", "cancelled" and foreign names).
 */
int berth_stage_index(const struct berth_stage_list *list, const char *name);

#endif
