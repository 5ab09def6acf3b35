/*
 * Host ports that berth chose and gave out, in the record that <berth/history.h> opens. A port is
 * given to a container of an engine; it is let go of when berth removes that.
 */
#ifndef BERTH_PORTS_H
#define BERTH_PORTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <berth/error.h>

struct berth_history;

struct berth_given_port {
	int port;
	bool udp;
	bool is_here; /* it is a port of this machine, not of another one's engine */
	bool is_open; /* somebody on this machine has it now */
	int container_port;
	const char *engine; /* address: "unix:///var/run/docker.sock" */
	const char *name;   /* of the deployment */
	const char *container;
	const char *deployment_id;
	int64_t since_ms;
};

/* Borrowed until it returns. On failure `ports` is NULL and `err` says why. */
typedef void berth_ports_fn(void *context, const struct berth_given_port *ports, size_t count,
	const struct berth_error *err);

/* All that are given out, those of this machine first, by number. If this returns -1 `done` never
 * comes; otherwise exactly once, from the loop. */
int berth_history_ports(struct berth_history *history, berth_ports_fn *done, void *context,
	struct berth_error *err);

#endif
