/* A deployment request as JSON for the record: with fingerprints where it holds secrets. */
#ifndef STORE_REQUEST_H
#define STORE_REQUEST_H

#include <stdbool.h>

#include <berth/deployment.h>

#include "base/sha256.h"

/* Is the value of that variable a secret? The script of the rehearsal comes in through the
 * environment and is none. */
bool request_hides(
	const struct berth_deployment *deployment, const struct berth_variable *variable);

/* malloc'd; NULL without memory. */
char *request_json(const struct berth_deployment *deployment, const unsigned char key[SHA256_SIZE]);

#endif
