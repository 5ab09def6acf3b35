/*
 * What a Dockerfile is made from: the images that have to be there before it can be built, and
 * whether it is a Dockerfile at all (https://docs.docker.com/reference/dockerfile/). Pure.
 */
#ifndef SOURCE_BASE_IMAGES_H
#define SOURCE_BASE_IMAGES_H

#include <stddef.h>

#include <berth/error.h>

enum { BASE_IMAGES_MAX = 32 };

struct base_images {
	/* As they are written, variables replaced by their defaults; each once. Those of FROM, of
	 * COPY --from and of "# syntax=". What has a variable without a default is not among
	 * them. */
	char *list[BASE_IMAGES_MAX];
	size_t count;
};

/* `name` is the file's for messages. USAGE: "NAME line 3: 'RUNN' is no instruction"; a wrong
 * number of words after FROM; no FROM at all. Needs release only after success. */
int base_images_find(struct base_images *images, const char *name, const char *text, size_t len,
	struct berth_error *err);
void base_images_release(struct base_images *images);

#endif
