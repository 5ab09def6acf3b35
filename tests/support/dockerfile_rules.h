/*
 * What every Dockerfile of ours is held to, read by a parser of its own: pinned bases, stages that
 * are there, sources that exist and get into the context, packages before the source, exec form, a
 * user that is not root, a health check that the image has a program for, signals handled.
 */
#ifndef SUPPORT_DOCKERFILE_RULES_H
#define SUPPORT_DOCKERFILE_RULES_H

#include <stdbool.h>

/* The number of rules broken, each said on standard output after `name`. `source` is the folder
 * that is built; *port gets what is exposed (0: nothing). */
int dockerfile_check(
	const char *name, const char *text, const char *ignore, const char *source, int *port);

#endif
