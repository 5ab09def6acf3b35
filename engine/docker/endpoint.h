/*
 * Which Docker engine: --host, else DOCKER_HOST, else DOCKER_CONTEXT, else the context chosen in
 * the Docker command line's config.json, else the default sockets in turn (field notes:
 * /var/run/docker.sock, $XDG_RUNTIME_DIR/docker.sock,
 * ~/.docker/run/docker.sock, ~/.colima/default/docker.sock, ~/.orbstack/run/docker.sock,
 * $XDG_RUNTIME_DIR/podman/podman.sock, /run/podman/podman.sock). Every try is written down so that
 * a failure can be read. Looks at local files and makes non-blocking connects to local sockets;
 * sends nothing.
 */
#ifndef DOCKER_ENDPOINT_H
#define DOCKER_ENDPOINT_H

#include <stdbool.h>
#include <stddef.h>

#include <berth/error.h>

struct endpoint_try {
	char where[256];   /* "unix:///var/run/docker.sock" */
	char why[96];      /* "DOCKER_HOST", "context 'colima'", "default socket" */
	char outcome[160]; /* "answers", "no such file", "permission denied", "connection refused"
			    */
	bool chosen;
};

#define ENDPOINT_MAX_TRIES 12

struct endpoint {
	char address[256];    /* "unix:///run/docker.sock", "tcp://host:2375"; what is shown */
	char *socket_path;    /* unix: at most 107 bytes (longer ones go through an open folder and
				 /proc/self/fd); else NULL */
	int folder_fd;        /* keeps that folder open; -1 if not used */
	char *base_url;       /* "http://localhost", "https://host:2376" without trailing slash */
	char *published_host; /* where published ports are reached: "127.0.0.1", or the host of a
				 tcp:// address, an IPv6 one without brackets */
	char *ca_file, *cert_file, *key_file; /* TLS; NULL if none */
	struct endpoint_try tries[ENDPOINT_MAX_TRIES];
	size_t try_count;
};

/* 0, or -1: USAGE (a malformed address: names value and what would be right; ssh:// is named as not
 * supported yet with the `ssh -L` way out; a context or configuration that can't be used),
 * UNREACHABLE (none answers: the message lists every try in short, the hint says what to start or
 * allow), DENIED (the same, and a socket that is there may not be opened). On failure `tries` is
 * still filled in for berth doctor. Needs release either way. `host` may be NULL. */
int endpoint_find(struct endpoint *endpoint, const char *host, struct berth_error *err);
void endpoint_release(struct endpoint *endpoint);

#endif
