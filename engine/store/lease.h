/*
 * Host ports that were given out, so that consoles on one machine don't choose the same one: a port
 * is looked for and noted in one transaction, before anybody listens on it. On the worker.
 *
 * A lease belongs to a container of an engine and to one of its ports. When that is deployed again
 * it gets the same port, if it is free.
 */
#ifndef STORE_LEASE_H
#define STORE_LEASE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <berth/error.h>

#include "base/port_wish.h"

struct db;

struct lease_request {
	const char *host;   /* whose ports they are: "" this machine, else the engine's address */
	const char *engine; /* address */
	const char *name, *container;
	const char *deployment_id;
	struct port_wish *wishes;
	size_t count;
	/* Has anybody the port now? */
	bool (*is_free)(void *context, int port, bool udp);
	/* Is that container known not to be there any more? */
	bool (*is_gone)(void *context, const char *container);
	void *context;
};

/* Choose for each wish. db NULL: there is no record, and what is_free() says is all. 0 also if some
 * wish got none. */
int lease_take(struct db *db, const struct lease_request *request, struct berth_error *err);

/* What that deployment got is not used any more. Its container gets it again if nobody else has
 * until then. db NULL: nothing is done. */
int lease_release(struct db *db, const char *deployment_id, struct berth_error *err);

struct lease_row {
	int port, container_port;
	bool udp;
	char *host, *engine, *name, *container, *deployment_id;
	int64_t since_ms;
};

/* All that are given out, by host and port; malloc'd. */
int lease_list(struct db *db, struct lease_row **rows, size_t *count, struct berth_error *err);
void lease_rows_free(struct lease_row *rows, size_t count);

#endif
