/* From all that it may be to what it is. Blocking: called on a worker. */
#ifndef DETECT_DECIDE_H
#define DETECT_DECIDE_H

#include <stdatomic.h>

#include <berth/detect.h>

/* NULL with err; see berth_detect_done_fn. */
struct berth_detection *decide(
	const char *folder, const atomic_bool *cancelled, struct berth_error *err);

#endif
