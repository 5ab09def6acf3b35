/* Volumes of the engine. */
#ifndef DOCKER_VOLUME_H
#define DOCKER_VOLUME_H

#include <stddef.h>

#include "docker/op.h"

struct docker;

/* Names of those that have the label; borrowed. */
typedef void volume_listed_fn(
	void *context, const char *const *names, size_t count, const struct berth_error *err);
struct docker_op *volume_list(struct docker *docker, const char *label, volume_listed_fn *done,
	void *context, struct berth_error *err);

#endif
