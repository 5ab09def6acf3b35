/*
 * The stages of a deployment that makes its image, as seed 002 names them. In the Docker target's
 * plan each takes the place of one of the registry's: what is built is neither pulled nor copied.
 */
#ifndef TARGET_BUILD_STAGES_H
#define TARGET_BUILD_STAGES_H

#include <berth/target.h>

#include "target/docker/registry_stages.h"

#define STAGE_SOURCE STAGE_PULL    /* the folder to build is there, maybe as a clone: "cloning" */
#define STAGE_BUILD  STAGE_PREPARE /* "building" */

/* What a front end shows. */
enum { BUILD_STAGE_COUNT = 5 };
extern const struct berth_stage build_stages[BUILD_STAGE_COUNT];
/* What the plan goes through, by enum registry_stage; and "success" after them. */
enum { STAGE_SUCCESS = STAGE_COUNT };
extern const struct berth_stage_list build_plan;

#endif
