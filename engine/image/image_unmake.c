/* Images of a build that are not wanted any more. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "image/image_build.h"
#include "loop/net.h"
#include "loop/timer.h"

#include "docker/client.h"

/* How long a container may take to go whose build was cut off: it keeps its image. */
enum { AGAIN_MS = 200, AGAIN_TIMES = 50 };

struct image_unmake {
	struct docker *docker;
	struct made_images made; /* the last one goes next */
	struct docker_op *op;
	struct timer *last_turn, *again;
	int again_count;
	struct berth_error error; /* of the tag: the rest only follows */
	bool cancelled;
	docker_op_done_fn *done;
	void *context;
};

static void next(struct image_unmake *unmake);

static void finish(void *context)
{
	struct image_unmake *unmake = context;

	timer_close(unmake->last_turn);
	timer_close(unmake->again);
	if (unmake->cancelled)
		berth_error_set(&unmake->error, BERTH_E_CANCELLED, 0, "cancelled");
	unmake->done(unmake->context, unmake->error.code == BERTH_E_OK ? NULL : &unmake->error);
	free(unmake);
}

static void removed(void *context, const struct berth_error *err)
{
	struct image_unmake *unmake = context;

	unmake->op = NULL;
	/* One that another build uses by now stays. */
	if (err && err->code == BERTH_E_CONFLICT && strstr(err->message, "container") &&
		unmake->again_count++ < AGAIN_TIMES && !unmake->cancelled) {
		unmake->made.count++;
		timer_start(unmake->again, AGAIN_MS);
		return;
	}
	next(unmake);
}

static void try_again(void *context)
{
	next(context);
}

/* The number of an image is taken from the build's output, where a program can say what it likes:
 * only one that nobody has given a name to is removed. */
static void looked_at(void *context, const struct image_info *info, const struct berth_error *err)
{
	struct image_unmake *unmake = context;

	unmake->op = NULL;
	if (!err && info->name_count == 0 && !unmake->cancelled)
		unmake->op = image_remove(unmake->docker, info->id, removed, unmake, NULL);
	if (!unmake->op)
		next(unmake);
}

static void next(struct image_unmake *unmake)
{
	while (!unmake->op && unmake->made.count > 0 && !unmake->cancelled)
		unmake->op = image_inspect_id(unmake->docker,
			unmake->made.ids[--unmake->made.count], looked_at, unmake, NULL);
	if (!unmake->op)
		timer_start(unmake->last_turn, 0);
}

static void tag_removed(void *context, const struct berth_error *err)
{
	struct image_unmake *unmake = context;

	unmake->op = NULL;
	if (err)
		unmake->error = *err;
	next(unmake);
}

struct image_unmake *image_unmake_start(struct docker *docker, const char *tag,
	const struct made_images *made, docker_op_done_fn *done, void *context,
	struct berth_error *err)
{
	struct image_unmake *unmake = calloc(1, sizeof(*unmake));

	if (!unmake) {
		berth_error_set(err, BERTH_E_MEMORY, 0, "out of memory");
		return NULL;
	}
	unmake->docker = docker;
	unmake->made = *made;
	unmake->done = done;
	unmake->context = context;
	unmake->last_turn = timer_new(net_loop(docker_net(docker)), finish, unmake, err);
	unmake->again = timer_new(net_loop(docker_net(docker)), try_again, unmake, err);
	if (unmake->last_turn && unmake->again && tag)
		unmake->op = image_remove(docker, tag, tag_removed, unmake, err);
	if (!unmake->last_turn || !unmake->again || (tag && !unmake->op)) {
		timer_close(unmake->last_turn);
		timer_close(unmake->again);
		free(unmake);
		return NULL;
	}
	if (!tag)
		next(unmake);
	return unmake;
}

void image_unmake_cancel(struct image_unmake *unmake)
{
	unmake->cancelled = true;
	if (unmake->op)
		docker_op_cancel(unmake->op);
	else
		timer_start(unmake->again, 0);
}
