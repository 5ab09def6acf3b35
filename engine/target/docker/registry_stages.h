/*
 * The stages of a deployment from a registry image, with the percentages of seed 000. The Docker
 * target goes through them and the rehearsal plays them.
 */
#ifndef TARGET_REGISTRY_STAGES_H
#define TARGET_REGISTRY_STAGES_H

#include <berth/target.h>

enum registry_stage {
	STAGE_VALIDATE,
	STAGE_PULL,
	STAGE_PREPARE,
	STAGE_START,
	STAGE_COPY,
	STAGE_HEALTH,
	STAGE_COUNT
};

extern const struct berth_stage registry_stages[STAGE_COUNT];

#endif
