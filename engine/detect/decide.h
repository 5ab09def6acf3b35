/* From all that it may be to what it is. Blocking: called on a worker. */
#ifndef DETECT_DECIDE_H
#define DETECT_DECIDE_H

#include <stdatomic.h>

#include <berth/detect.h>

#include "detect/recipe.h"

/* NULL with err; see berth_detect_done_fn. `recipe` (may be NULL) gets what an image of it is made
 * with, to be released by the caller in any case. */
struct berth_detection *decide(const char *folder, struct recipe *recipe,
	const atomic_bool *cancelled, struct berth_error *err);

#endif
