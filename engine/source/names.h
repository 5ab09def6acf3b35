/* The names in one folder. */
#ifndef SOURCE_NAMES_H
#define SOURCE_NAMES_H

#include <dirent.h>
#include <stdatomic.h>
#include <stddef.h>

struct names {
	char **items; /* sorted by bytes, without "." and ".." */
	size_t count, capacity;
};

/* Add all names of an open folder to the (zeroed) names. 0 or an errno: that of readdir(), ENOMEM,
 * E2BIG (more than max), ECANCELED. To be released in any case. */
int names_read(struct names *names, DIR *stream, size_t max, const atomic_bool *cancelled);
void names_release(struct names *names);

#endif
