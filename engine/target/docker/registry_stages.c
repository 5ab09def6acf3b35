#include "target/docker/registry_stages.h"

const struct berth_stage registry_stages[STAGE_COUNT] = {
	[STAGE_VALIDATE] = {"validating", "validate", "validating", 0, 5},
	[STAGE_PULL] = {"pulling_image", "pull", "pulling image", 10, 30},
	[STAGE_PREPARE] = {"preparing_files", "files", "preparing files", 35, 45},
	[STAGE_START] = {"starting_container", "start", "starting container", 50, 65},
	[STAGE_COPY] = {"copying_files", "copy", "copying files", 70, 85},
	[STAGE_HEALTH] = {"health_check", "health", "checking health", 90, 100},
};
