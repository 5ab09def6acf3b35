/*
 * Who chooses host ports: whatever keeps track of those that were given out, which a target does
 * not know. Asynchronous, as it may wait for a database.
 */
#ifndef TARGET_PORT_LEASES_H
#define TARGET_PORT_LEASES_H

#include <stdbool.h>
#include <stddef.h>

#include <berth/error.h>

#include "base/port_wish.h"

struct port_call;

/* All of it is copied. */
struct port_request {
	const char *engine; /* address */
	bool is_here;       /* its ports are those of this machine */
	const char *name, *container, *deployment_id;
	const struct port_wish *wishes;
	size_t count;
	const struct port_number *taken; /* by containers of that engine, or wanted by number */
	size_t taken_count;
	const struct port_number *own; /* of the container that steps aside: as good as free */
	size_t own_count;
	const char *const *containers; /* all there are on the engine */
	size_t container_count;
};

/* The wishes with what was chosen, borrowed. `trouble`: nothing could be noted, and so other
 * consoles may choose the same; NULL if it was. `err`: the choice itself failed. */
typedef void ports_chosen_fn(void *context, const struct port_wish *wishes, size_t count,
	const struct berth_error *trouble, const struct berth_error *err);

struct port_leases {
	struct port_call *(*take)(void *context, const struct port_request *request,
		ports_chosen_fn *done, void *done_context, struct berth_error *err);
	/* `done` still fires; what was chosen is let go of. */
	void (*cancel)(struct port_call *call);
	/* What that deployment got is free again. */
	void (*release)(void *context, const char *deployment_id);
	void *context;
};

#endif
