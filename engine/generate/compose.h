/* The compose file: the application, and the databases it needs. For `docker compose` and for
 * docker-compose 1.29. */
#ifndef GENERATE_COMPOSE_H
#define GENERATE_COMPOSE_H

#include <stdbool.h>

#include "base/buf.h"
#include "detect/recipe.h"

/* `variables`: there is a file of them. */
int compose_write(struct buf *out, const struct berth_detection *detection,
	const struct recipe *recipe, bool variables, struct berth_error *err);

#endif
