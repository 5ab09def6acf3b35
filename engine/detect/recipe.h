/*
 * What an image of the source is made with: the lines of a Dockerfile as the stack's data has them
 * for this project, what some of them stand for, and what the application wants to be told. How
 * that is written is generate/'s.
 */
#ifndef DETECT_RECIPE_H
#define DETECT_RECIPE_H

#include <stdbool.h>

#include <berth/detect.h>

#include "config/strings.h"

struct facet;

struct recipe {
	struct strings lines;       /* none: there is no Dockerfile for it */
	struct strings manifests;   /* paths from the top; none: too many to copy one by one */
	struct strings packages;    /* of Debian */
	struct strings environment; /* "NAME=value" */
	struct strings connections; /* "database NAME=text", for the databases it needs */
	struct strings secrets;     /* "NAME=text" */
	struct strings ignore;      /* patterns of .dockerignore */
	char *folder;               /* as the candidate's */
	bool member;                /* of a workspace: built from the top */
	char port[16];              /* that it listens on in the image; "" if it does not */
	bool port_guessed;          /* no file and no framework says so */
	char *command;              /* as a shell would take it; NULL: the base image's, or none */
};

/* Of a facet whose detection is filled in. To be released in any case. */
int recipe_fill(struct recipe *recipe, struct facet *facet, const struct berth_detection *detection,
	struct berth_error *err);
void recipe_release(struct recipe *recipe);

#endif
