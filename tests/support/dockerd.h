/*
 * A Docker engine of its own for a test program, and a registry: in a folder of their own, stopped
 * by their pids, removed with all they made. They live in a network of their own, too, which the
 * calling process joins: its ports, bridge and packet filter are nobody else's. Needs root.
 *
 * Usable without cmocka. Functions return 0, or -1 with the reason (and the end of the engine's
 * log) on standard error.
 */
#ifndef SUPPORT_DOCKERD_H
#define SUPPORT_DOCKERD_H

#include "support/process.h"

struct dockerd {
	char folder[32]; /* short: a socket's path has 107 bytes */
	char socket[64];
	char host[80]; /* "unix://" and the socket */
	char home[64]; /* an empty home folder, for the programs that use this engine */
	char log[64];
	struct process engine;
	struct process registry;
	int registry_port; /* 127.0.0.1, plain HTTP */
	pid_t guard;       /* clears up should this process be killed */
	int guarded;       /* its end of a pipe closes then */
};

/* Network, folder, engine and registry; returns when both answer. On failure everything but the
 * network is gone again. */
int dockerd_open(struct dockerd *dockerd);
void dockerd_close(struct dockerd *dockerd);

/* End the engine as a power cut does, and start it again in the same folder. */
int dockerd_kill(struct dockerd *dockerd);
int dockerd_start(struct dockerd *dockerd);

/* The docker command line on this engine: its exit status, or -1. *out: malloc'd, without the last
 * newline; may be NULL. */
int dockerd_docker(const struct dockerd *dockerd, const char *const words[], char **out);

/* A port of 127.0.0.1 nobody has at the moment, and the next one is free too. -1 if there is
 * none. */
int free_port(void);

#endif
