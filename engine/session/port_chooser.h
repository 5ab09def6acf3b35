/*
 * Host ports for targets: chosen on a worker by the leases in the store, what the engine publishes
 * and the sockets of this machine.
 */
#ifndef SESSION_PORT_CHOOSER_H
#define SESSION_PORT_CHOOSER_H

#include "target/port_leases.h"

struct berth_history;
struct uv_loop_s;

struct port_chooser {
	struct uv_loop_s *loop;
	struct berth_history *history; /* NULL: nothing is noted */
};

/* The functions for targets; context is the chooser, which outlives them. */
struct port_leases port_chooser_leases(struct port_chooser *chooser);

/* Note in the record that what a deployment got is free again. */
void port_chooser_release(struct berth_history *history, const char *deployment_id);

#endif
