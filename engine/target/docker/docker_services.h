/*
 * The databases that a project needs which has no compose file: they come up before its container,
 * as parts of a stack that compose knows too.
 *
 *   docker_services.c         which there are, and what is there of them already
 *   docker_services_images.c  their images, and where passwords are kept
 *   docker_services_up.c      network, volumes and containers, one service after the other
 *
 * Names are those that compose would give: NAME_default, NAME_SERVICE-data, NAME-SERVICE-1. What is
 * there of an earlier deployment is used as it is; a volume is never removed that was there before.
 */
#ifndef TARGET_DOCKER_SERVICES_H
#define TARGET_DOCKER_SERVICES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "docker/container.h"
#include "generate/services.h"
#include "target/docker/docker_target.h"

enum { SERVICES_MAX = 4, SERVICE_LABELS = 10 };

struct service_up {
	const struct service *service;
	char volume[160], container[160];
	char id[72]; /* of its container; "" while there is none */
	bool has_volume, runs, is_well;
	int restarts; /* it had before */
};

struct services {
	struct service_up all[SERVICES_MAX];
	size_t count, at;
	char project[64], network[80];
	char *kept; /* where passwords are, if the folder has no file of them; NULL: it has */
	const char *to_keep; /* the generation's text of it */
	bool is_kept;
	char *text; /* "NAME=value" in lines, which end with NUL now; wiped */
	const char **names, **values;
	size_t variable_count;
	bool passwords_are_new;
	int pull_try;
	int64_t deadline_ms; /* mono */
	struct part *part;   /* being made */
	/* What the one that failed is called to account for, while its output is fetched. */
	struct berth_error error;
};

/* The error with what was being done, and the deployment fails. */
void services_fail(struct docker_target *t, const struct berth_error *err, const char *format, ...)
	__attribute__((format(printf, 3, 4)));
/* From the service that is current on, then go up. */
void services_fetch_images(struct docker_target *t);
/* Everything is known and every image there: from here on things are made. */
void services_go_up(struct docker_target *t);
/* Labels that compose goes by, and berth's. Borrowed. */
size_t services_label_part(
	const struct docker_target *t, const char *service, struct container_label *labels);

#endif
