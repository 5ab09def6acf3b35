/* What the Docker command line's config.json says of a registry's credentials. No processes. */
#ifndef DOCKER_CREDENTIALS_H
#define DOCKER_CREDENTIALS_H

#include <stddef.h>

#include <berth/error.h>

struct json_t;

struct credentials {
	char key[300];   /* what the registry is called there: "https://index.docker.io/v1/" */
	char helper[80]; /* "pass": docker-credential-pass has to be asked; "" if none */
	char *header;    /* for X-Registry-Auth; NULL if there are none (yet) */
};

/* 0, or -1 with USAGE: a broken file (named, with line) or entry. Needs release either way. */
int credentials_find(
	struct credentials *credentials, const char *registry, struct berth_error *err);
void credentials_release(struct credentials *credentials); /* wipes */

/* Take a helper's output. -1 with PROTOCOL, which does not quote it. */
int credentials_take_output(
	struct credentials *credentials, const char *output, size_t len, struct berth_error *err);

/* The password or token in such a header, for whoever must take it out of what an engine says;
 * malloc'd, to be wiped. NULL: there is none, or no memory. */
char *credentials_secret(const char *header);

#endif
