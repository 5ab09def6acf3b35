/* Images of the engine: one attempt to pull one, and what one is. */
#ifndef DOCKER_IMAGE_H
#define DOCKER_IMAGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <berth/error.h>

#include "docker/op.h"

struct docker;
struct json_t;

struct image_pull_request {
	const char *reference; /* as a person writes it */
	const char *platform;  /* "linux/arm64"; NULL: the engine's */
	const char *auth;      /* from auth_find(); NULL: anonymous */
	void (*on_progress)(void *context, const struct json_t *value); /* for layers_update() */
	docker_op_done_fn *done; /* success: the stream ended without an error */
	void *context;
};

/* One attempt; trying again is the caller's. Cancelling makes the engine stop too. */
struct docker_op *image_pull(
	struct docker *docker, const struct image_pull_request *request, struct berth_error *err);

/* True if the same pull may well succeed a little later: connections that broke, and registries
 * that answered 5xx. */
bool image_pull_retryable(const struct berth_error *err);

#define IMAGE_MAX_PORTS 64

struct image_port {
	int number;
	bool udp;
};

/* Holds all of its texts, so it can be copied and kept. */
struct image_info {
	char id[80];     /* "sha256:..." */
	char digest[80]; /* of the repository that was asked for; else the id */
	struct image_port ports[IMAGE_MAX_PORTS]; /* EXPOSEd, by number */
	size_t port_count;
	bool has_healthcheck;
	int64_t health_interval_ms, health_timeout_ms; /* 0: the engine's default */
	int64_t health_start_period_ms;                /* 0: none */
	int health_retries;                            /* 0: the engine's default */
	char user[64];                                 /* "" for root */
	bool has_command;                              /* CMD or ENTRYPOINT */
	char os[32], arch[32];
	int64_t size;      /* bytes */
	size_t name_count; /* tags it has */
};

typedef void image_info_fn(
	void *context, const struct image_info *info, const struct berth_error *err);

/* NOT_FOUND if the engine does not have it. */
struct docker_op *image_inspect(struct docker *docker, const char *reference, image_info_fn *done,
	void *context, struct berth_error *err);

/* The same by its number ("sha256:..." or the beginning of its digits); `digest` is the id. */
struct docker_op *image_inspect_id(struct docker *docker, const char *id, image_info_fn *done,
	void *context, struct berth_error *err);

/* Remove a name of an image, and the image with its last one; images it was made from stay. One
 * that is not there is a success. */
struct docker_op *image_remove(struct docker *docker, const char *reference,
	docker_op_done_fn *done, void *context, struct berth_error *err);

#endif
