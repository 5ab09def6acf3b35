/*
 * Images out of this machine's own Debian packages, for Dockerfiles whose base images nobody can
 * pull here: the files of a package and of all it depends on, and a shell.
 *
 * In place of what would need a network they have an apt-get and an npm that succeed only if all
 * that is wanted is there already.
 */
#ifndef SUPPORT_DEBIAN_IMAGE_H
#define SUPPORT_DEBIAN_IMAGE_H

#include "support/dockerd.h"

/* 0, or -1 with the reason on standard error. `names` are the references it gets; `packages`
 * separated by spaces; `change` (may be NULL) is an instruction for the image. */
int debian_image_make(const struct dockerd *dockerd, const char *const names[],
	const char *packages, const char *change);

#endif
