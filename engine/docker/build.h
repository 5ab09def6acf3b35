/*
 * One build by the engine (POST /build) from a tar stream, by its classic builder or by BuildKit.
 *
 * BuildKit is used without a session: it takes no credentials then and pulls nothing that needs
 * them (moby/buildkit#5309), so what a Dockerfile comes from is to be on the engine before. It also
 * leaves the patterns of a .dockerignore to its client, so that the Dockerfile, which must be in
 * the context, is there for `COPY . .` as well.
 */
#ifndef DOCKER_BUILD_H
#define DOCKER_BUILD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <berth/error.h>

#include "docker/build_steps.h"
#include "docker/container.h"
#include "docker/op.h"

struct docker;
struct build_outcome;

struct build_request {
	bool buildkit;
	const char *dockerfile; /* its path in the context; NULL: "Dockerfile" */
	const char *target;     /* stage; NULL: the last one */
	const char *platform;   /* NULL: the engine's */
	const char *const *tags;
	size_t tag_count;
	const struct container_label *labels;
	size_t label_count;
	const struct container_label *args; /* build arguments: they stay in the image's history, so
					       nothing secret */
	size_t arg_count;
	bool no_cache;
	/* Credentials of registries for the classic builder: {"ghcr.io": {"username", ...}}, as
	 * X-Registry-Config wants them; NULL for none. Wiped after use. */
	const char *registry_config;
	/* The context; `read` as in loop/xfer.h. */
	int64_t (*read)(void *context, char *data, size_t cap);
	struct build_steps_sink sink;
	void (*done)(
		void *context, const struct build_outcome *outcome, const struct berth_error *err);
	void *context;
};

/* Everything is borrowed for the callback. */
struct build_outcome {
	char image[80]; /* "sha256:..."; "" if it failed */
	const struct build_steps *steps;
	/* Cancelled, or failed: nothing of it runs on the engine any more, and this was seen: its
	 * stream has ended by itself, the container of its step is gone. */
	bool stopped;
};

struct docker_op *build_start(
	struct docker *docker, const struct build_request *request, struct berth_error *err);
void build_resume(struct docker_op *op); /* there is more of the context */
const struct build_steps *build_steps_of(const struct docker_op *op);

/* Stop it, and see that it has stopped: `done` comes after that, at most 10 s later. */
void build_cancel(struct docker_op *op);
/* Let go of it at once; the engine stops it when it notices. In place of docker_op_cancel(). */
void build_drop(struct docker_op *op);

/* Does the engine build with BuildKit? DOCKER_BUILDKIT=0 and =1 decide, as for the docker command;
 * else what the engine says. */
bool build_wants_buildkit(const struct docker *docker);

#endif
