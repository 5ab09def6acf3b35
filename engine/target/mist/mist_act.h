/* An act on the app of a Mist server, shared by mist_act.c (its apps and its container) and
 * mist_box.c (what the container streams). */
#ifndef TARGET_MIST_ACT_H
#define TARGET_MIST_ACT_H

#include <stdbool.h>
#include <stdint.h>

#include <jansson.h>

#include "target/server/server_act.h"

struct mist_act {
	struct server_act act;
	json_t *projects, *apps; /* apps: of the project looked at */
	size_t project, app;
	int64_t id; /* of the app that is acted on; -1: not found yet */
	size_t meant, seen;
	struct berth_remote other;  /* that is meant as well */
	struct berth_error refused; /* of the deed */
	bool told;                  /* by the stream: that it is over, or what was asked for */
};

/* mist_box.c: both end the act. */

/* The log of the app `id`, from its last lines on. */
void mist_box_follow(struct mist_act *m);
/* What the app `id` uses, and the row of `remote` with it. */
void mist_box_measure(struct mist_act *m);

#endif
