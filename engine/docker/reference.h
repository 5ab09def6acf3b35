/* Image references as Docker writes them: [registry[:port]/]path[:tag][@digest]. */
#ifndef DOCKER_REFERENCE_H
#define DOCKER_REFERENCE_H

#include <berth/error.h>

struct reference {
	char registry[256];   /* "docker.io", "ghcr.io", "localhost:5000" */
	char repository[256]; /* "library/busybox" */
	char tag[129];   /* "latest" if neither tag nor digest was given; "" with a digest only */
	char digest[80]; /* "sha256:..." or "" */
	char familiar[512]; /* as a person writes it: "busybox:latest" */
};

/* 0, or -1 with USAGE: names the reference, what is wrong and what would be right (upper case, bad
 * tag, empty part). */
int reference_parse(struct reference *reference, const char *text, struct berth_error *err);

#endif
