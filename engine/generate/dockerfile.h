/* A recipe as a Dockerfile. */
#ifndef GENERATE_DOCKERFILE_H
#define GENERATE_DOCKERFILE_H

#include "base/buf.h"
#include "detect/recipe.h"

int dockerfile_write(struct buf *out, const struct recipe *recipe, struct berth_error *err);

#endif
