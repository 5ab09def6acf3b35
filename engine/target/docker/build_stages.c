#include "target/docker/build_stages.h"

const struct berth_stage build_stages[BUILD_STAGE_COUNT] = {
	{"pending", "check", "checking", 0, 20},
	{"cloning", "source", "getting the source", 20, 50},
	{"building", "build", "building the image", 50, 80},
	{"deploying", "deploy", "deploying the container", 80, 100},
	{"success", "done", "deployed", 100, 100},
};

static const struct berth_stage places[] = {
	[STAGE_VALIDATE] = {"pending", "check", "checking", 0, 20},
	[STAGE_SOURCE] = {"cloning", "source", "getting the source", 20, 50},
	[STAGE_BUILD] = {"building", "build", "building the image", 50, 80},
	[STAGE_START] = {"deploying", "deploy", "deploying the container", 80, 86},
	[STAGE_COPY] = {"deploying", "deploy", "deploying the container", 86, 90},
	[STAGE_HEALTH] = {"deploying", "deploy", "deploying the container", 90, 100},
	[STAGE_SUCCESS] = {"success", "done", "deployed", 100, 100},
};

const struct berth_stage_list build_plan = {places, sizeof(places) / sizeof(places[0])};
