/* Opening things below a folder, never through a symbolic link, whatever the length of the path. */
#ifndef SOURCE_BENEATH_H
#define SOURCE_BENEATH_H

#include <stdbool.h>
#include <stddef.h>

#include <berth/error.h>

/* A descriptor that is only good for looking things up below it needs no right to read it. */
#ifdef O_PATH
#define BENEATH_LOOKUP O_PATH
#else
#define BENEATH_LOOKUP O_RDONLY
#endif

/* Open `path` (relative, "" is the folder itself) below the folder descriptor, one part after the
 * other, so that neither PATH_MAX nor a link put there meanwhile matters. O_NOFOLLOW and O_CLOEXEC
 * are added to the flags. The descriptor, or -1 with errno. */
int beneath_open(int folder, const char *path, int flags);

/* Does a link in `parent` (a descriptor `depth` folders below the top; 0 is the top itself) with
 * this target stay below the top? Judged by its text and through the links on its way; what does
 * not exist is judged by its text alone. 1 it does, 0 it leads out, -1 MEMORY. */
int beneath_link_stays(int parent, size_t depth, const char *target, struct berth_error *err);

#endif
