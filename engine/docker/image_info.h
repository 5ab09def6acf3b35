/* The engine's description of an image, read leniently. Pure. */
#ifndef DOCKER_IMAGE_INFO_H
#define DOCKER_IMAGE_INFO_H

#include "docker/image.h"
#include "docker/reference.h"

/* The digest is that of the reference's repository. */
void image_info_read(
	struct image_info *info, const struct json_t *json, const struct reference *reference);

#endif
