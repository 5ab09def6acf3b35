/* What would change in a file, as people read it: a unified difference with three lines around. */
#ifndef GENERATE_DIFF_H
#define GENERATE_DIFF_H

#include "base/buf.h"

/* More lines than that between the first and the last change are shown as all gone and all new. */
enum { DIFF_MAX_LINES = 2000 };

/* Nothing is added if the texts are the same. */
int diff_write(struct buf *out, const char *path, const char *old, const char *new,
	struct berth_error *err);

#endif
