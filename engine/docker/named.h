/* Networks and volumes of the engine: things with a name and labels. */
#ifndef DOCKER_NAMED_H
#define DOCKER_NAMED_H

#include <stddef.h>

#include "docker/op.h"

struct container_label;
struct docker;

enum named_kind { NAMED_NETWORK, NAMED_VOLUME };

/* Names of those that have the label; borrowed. */
typedef void named_listed_fn(
	void *context, const char *const *names, size_t count, const struct berth_error *err);
struct docker_op *named_list(struct docker *docker, enum named_kind kind, const char *label,
	named_listed_fn *done, void *context, struct berth_error *err);
/* One that is gone already is a success. */
struct docker_op *named_remove(struct docker *docker, enum named_kind kind, const char *name,
	docker_op_done_fn *done, void *context, struct berth_error *err);

/* A network of that name may be there already, and is another then: look first. A volume that is
 * there is a success, and stays as it is. */
struct docker_op *named_create(struct docker *docker, enum named_kind kind, const char *name,
	const struct container_label *labels, size_t label_count, docker_op_done_fn *done,
	void *context, struct berth_error *err);

struct named_info {
	char deployment[64]; /* CONTAINER_LABEL, "" if berth did not make it */
	char project[64];    /* CONTAINER_LABEL_PROJECT, "" if it is part of no stack */
};

typedef void named_inspected_fn(
	void *context, const struct named_info *info, const struct berth_error *err);
struct docker_op *named_inspect(struct docker *docker, enum named_kind kind, const char *name,
	named_inspected_fn *done, void *context, struct berth_error *err);

#endif
