/*
 * What a stack has beside its application's container: networks, volumes, containers of services.
 * Each is noted and remembered before it is made, and carries the deployment's id, so that putting
 * back removes what this deployment made and nothing else.
 */
#ifndef TARGET_DOCKER_PARTS_H
#define TARGET_DOCKER_PARTS_H

#include <stddef.h>

struct docker_target;
struct journal_run;

enum part_kind {
	PART_NETWORK,
	PART_VOLUME,
	PART_CONTAINER,
	PART_STARTED, /* a container that was there, and stood still */
	PART_KIND_COUNT
};

enum { PARTS_MAX = 12 };

struct part {
	struct docker_target *t;
	enum part_kind kind;
	char name[160];
};

/* Before the deed. NULL if there are too many (a bug): the deployment is failing. */
struct part *part_remember(struct docker_target *t, enum part_kind kind, const char *name);
/* The engine refused: there is nothing to put back. */
void part_forget(const struct part *part);
/* Recovery: all that the journal tells of. */
void parts_push_left(struct docker_target *t, const struct journal_run *run);

#endif
