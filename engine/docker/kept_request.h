/* A copy of a request that lasts as long as its call; what may be secret is wiped with it. */
#ifndef DOCKER_KEPT_REQUEST_H
#define DOCKER_KEPT_REQUEST_H

#include <stddef.h>

#include "docker/client.h"

struct kept_request {
	struct docker_request request; /* strings point below; json is NULL */
	char *method, *path;
	char **headers; /* NULL-terminated, with the Content-Type */
	char *body;     /* NULL if there is none */
	size_t body_len;
};

/* Takes the reference of request->json even on failure. Needs release either way. */
int kept_request_init(
	struct kept_request *kept, const struct docker_request *request, struct berth_error *err);
void kept_request_release(struct kept_request *kept);

#endif
