/* What stays out of the build context, as a .dockerignore. */
#ifndef GENERATE_IGNORE_H
#define GENERATE_IGNORE_H

#include "base/buf.h"
#include "detect/recipe.h"

int ignore_write(struct buf *out, const struct berth_detection *detection,
	const struct recipe *recipe, struct berth_error *err);

#endif
