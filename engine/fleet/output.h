/* What one container prints, as lines with the time they came and the level they say themselves. */
#ifndef FLEET_OUTPUT_H
#define FLEET_OUTPUT_H

#include <berth/fleet.h>

#include "proto/log_frames.h"

struct docker;
struct fleet_output;

struct fleet_output_setup {
	struct docker *docker; /* shared until the end */
	struct berth_output_request request;
	bool tty;
	int64_t since_ms; /* only what came since; 0: all */
};

/* Callbacks as those of the request: done exactly once, from the loop, also when cancelled. NULL:
 * it never is. */
struct fleet_output *fleet_output_open(
	const struct fleet_output_setup *setup, struct berth_error *err);
void fleet_output_cancel(struct fleet_output *output);

#endif
