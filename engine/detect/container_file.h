/* A Dockerfile or a compose file that is there already: somebody has said how it is built. */
#ifndef DETECT_CONTAINER_FILE_H
#define DETECT_CONTAINER_FILE_H

#include <berth/detect.h>

#include "detect/documents.h"

struct container_file {
	enum berth_detected_by by; /* BERTH_DETECTED_FILES: there is none that counts */
	char path[512];
	char port[16]; /* "" if it says none */
	char port_from[512];
	char command[1024];   /* what a Dockerfile runs; "" if it says nothing */
	char dockerfile[512]; /* path of the Dockerfile, also a service's; "" if there is none */
	char service[128];    /* of a compose file: the application */
	const char *image;    /* the image in the end; borrowed from the documents, may be NULL */
	const json_t *stages; /* of the Dockerfile; borrowed, may be NULL */
	char wrong[1024];     /* why a file of that name does not count; "" if none is there */
	char wrong_file[512];
};

/* At the top, else in that folder. */
void container_file_find(
	struct container_file *found, struct documents *documents, const char *folder);

/* The databases that a compose file at the top runs. */
int container_databases(
	struct berth_detection *detection, struct documents *documents, struct berth_error *err);

#endif
