/* What an engine has of a deployment that was cut off: asked, and judged. Asks only. */
#ifndef TARGET_DOCKER_LOOK_H
#define TARGET_DOCKER_LOOK_H

#include <stdbool.h>

#include <berth/error.h>
#include <berth/recover.h>

#include "docker/container.h"

struct docker;
struct docker_look;
struct journal_run;
struct net;

struct docker_left {
	bool has_new, has_old; /* it is there */
	size_t new_count;      /* containers that carry the deployment's id */
	size_t new_running;    /* of these */
	bool has_image;        /* the one it built */
	struct container_info new_one, old_one;
};

/* The engine it was deployed to. NULL as docker_new(). */
struct docker *docker_of_left(
	struct net *net, const struct journal_run *run, struct berth_error *err);

/* left is borrowed for the call; NULL: err says why. Fires once, after start has returned, also
 * when cancelled. docker and run outlive it. */
typedef void docker_looked_fn(
	void *context, const struct docker_left *left, const struct berth_error *err);
struct docker_look *docker_look_start(struct docker *docker, const struct journal_run *run,
	docker_looked_fn *done, void *context, struct berth_error *err);
void docker_look_cancel(struct docker_look *look);

struct recovery {
	unsigned can; /* 1 << enum berth_recovery */
	enum berth_recovery safe;
	char found[512];
};

/* Pure. What runs is finished, which fails and puts back if it is not healthy; else it is put back.
 * What was being put back is put back. Where the old container is gone there is no way back. */
void recovery_decide(
	struct recovery *recovery, const struct journal_run *run, const struct docker_left *left);

#endif
