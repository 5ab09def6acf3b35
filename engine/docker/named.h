/* Networks and volumes of the engine: things with a name and labels. */
#ifndef DOCKER_NAMED_H
#define DOCKER_NAMED_H

#include <stddef.h>

#include "docker/op.h"

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

#endif
