/* Files that are part of the program: made from a folder at build time (cmake/embed.cmake). */
#ifndef BASE_EMBEDDED_H
#define BASE_EMBEDDED_H

#include <stddef.h>

struct embedded {
	const char *name; /* of the file, without ".json" */
	const unsigned char *text;
	size_t len;
};

#endif
