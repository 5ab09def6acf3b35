/* What the files of the client share. */
#ifndef DOCKER_CLIENT_PRIVATE_H
#define DOCKER_CLIENT_PRIVATE_H

#include <stdbool.h>

#include "docker/client.h"
#include "loop/xfer.h"

struct docker {
	struct net *net;
	unsigned shares; /* owners beside the first */
	struct endpoint endpoint;
	struct docker_info info;
	bool forced; /* DOCKER_API_VERSION: no second thoughts */
};

/* First member of everything that is running. */
struct docker_call {
	struct docker *docker;
	struct xfer *xfer;
	bool cancelled;
};

/* A request to this engine: socket and TLS are filled in, the rest is empty. */
struct xfer_request client_xfer(const struct docker *docker);
/* malloc'd; NULL without memory. version is NULL for the paths that have none. */
char *client_url(const struct docker *docker, const char *version, const char *path);
/* The error of an exchange that did not end as HTTP says it must. */
void client_broken(
	struct berth_error *err, const struct docker *docker, const struct xfer_reply *reply);

#endif
