/*
 * A folder becomes an image: its Dockerfile is looked at, what that comes from is fetched with the
 * credentials of this user where the builder can't do it, the folder is sent as it is read, the
 * engine builds, and what came of it is looked at.
 *
 * A build that fails or is cancelled leaves nothing on the engine that was not there before, but
 * for base images and BuildKit's own cache. Contract of callbacks as in docker/op.h; `done` comes
 * when nothing of it runs any more, here and on the engine.
 */
#ifndef IMAGE_IMAGE_BUILD_H
#define IMAGE_IMAGE_BUILD_H

#include <stdbool.h>
#include <stddef.h>

#include <berth/error.h>
#include <berth/event.h>

#include "docker/build.h"
#include "docker/image.h"
#include "source/context.h"

struct docker;
struct image_build;
struct image_built;

/* Ids of images that a build has made, oldest first. */
struct made_images {
	char ids[BUILD_MAX_MADE][16];
	size_t count;
};

struct image_build_request {
	const char *folder;               /* absolute */
	const char *dockerfile;           /* below the folder; NULL: "Dockerfile" */
	const struct context_file *files; /* in place of, or beside those on disk */
	size_t file_count;
	const char *target, *platform; /* NULL: the last stage, the engine's */
	const char *const *tags;
	size_t tag_count;
	const struct container_label *labels;
	size_t label_count;
	const struct container_label *args; /* see docker/build.h */
	size_t arg_count;

	/* One line of our own about it. */
	void (*note)(void *context, enum berth_level level, const char *text);
	/* Of a registry, before they are used: value of X-Registry-Auth. May be NULL. */
	void (*credentials)(void *context, const char *header);
	/* A line that the build prints. */
	void (*line)(void *context, bool error_stream, const char *line, size_t len);
	/* A layer was made, and may be left if nobody is there to put it back. NULL: nobody asks.
	 */
	void (*made)(void *context, const char *id);
	/* fraction 0 to 1; the steps, or the layers of a base image. */
	void (*progress)(void *context, double fraction, const struct berth_layer *layers,
		size_t layer_count);
	void (*done)(void *context, const struct image_built *built, const struct berth_error *err);
	void *context;
};

/* Borrowed for the callback. */
struct image_built {
	struct image_info image; /* of success: as the engine says it is */
	/* Of success: what putting back has to remove, with image_unmake(). */
	struct made_images made;
	bool stopped; /* see struct build_outcome */
};

/* What the request points to outlives it, as does docker, which is connected. */
struct image_build *image_build_start(
	struct docker *docker, const struct image_build_request *request, struct berth_error *err);
/* Stop it; `done` says CANCELLED when it has stopped. */
void image_build_cancel(struct image_build *build);
/* Let go of it at once: nothing is put back. */
void image_build_drop(struct image_build *build);

/* Remove a tag (NULL: none) and images that a build has made, unless somebody uses them by now. */
struct image_unmake;
struct image_unmake *image_unmake_start(struct docker *docker, const char *tag,
	const struct made_images *made, docker_op_done_fn *done, void *context,
	struct berth_error *err);
void image_unmake_cancel(struct image_unmake *unmake);

#endif
