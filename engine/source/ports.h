/*
 * Ports of this host: is one free, and if not, who has it. Blocking only in port_owner() (it reads
 * /proc).
 */
#ifndef SOURCE_PORTS_H
#define SOURCE_PORTS_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#include <berth/error.h>

/* Can it be bound on all addresses now, IPv4 and (where the host has it) IPv6? Tried with bind(),
 * SO_REUSEADDR set for TCP as the engine's own proxy does, so a listener counts as taken and a
 * connection in TIME_WAIT does not. 1 free, 0 taken, -1 not allowed or not testable (below 1024
 * without the right); err says why. */
int port_is_free(int port, bool udp, struct berth_error *err);

struct port_owner {
	pid_t pid;     /* 0 if not known */
	char name[64]; /* command name; "" if not known */
};

/* The process that listens on it: /proc/net/{tcp,tcp6,udp,udp6} to inode, inode to /proc/PID/fd.
 * Called on a worker. 0 even when nobody is found. */
int port_find_owner(struct port_owner *owner, int port, bool udp, struct berth_error *err);

#endif
