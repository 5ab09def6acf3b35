/* The contexts of the Docker command line: which one is chosen, and what one says. */
#ifndef DOCKER_CONTEXT_STORE_H
#define DOCKER_CONTEXT_STORE_H

#include <berth/error.h>

struct context {
	char *host;                           /* "unix:///home/x/.colima/default/docker.sock" */
	char *ca_file, *cert_file, *key_file; /* NULL where there is none */
};

/* config.json's currentContext in malloc'd memory. 1, 0 if none is chosen, -1. */
int context_current(char **name, struct berth_error *err);

/* 0, or -1 with USAGE (no such context, or one that says nothing we can use) or IO. Needs release
 * either way. */
int context_load(struct context *context, const char *name, struct berth_error *err);
void context_release(struct context *context);

/* Take over what there is of ca.pem, cert.pem and key.pem in `folder`. */
int context_load_tls(struct context *context, const char *folder, struct berth_error *err);

#endif
