/* Cleanup attributes for locals, so that a function with early returns leaks nothing. */
#ifndef BASE_CLEANUP_H
#define BASE_CLEANUP_H

#include <stdlib.h>
#include <unistd.h>

static inline void cleanup_free_pointer(void *pointer)
{
	free(*(void **)pointer);
}

static inline void cleanup_close_descriptor(const int *fd)
{
	if (*fd >= 0)
		close(*fd);
}

#define cleanup_free  __attribute__((cleanup(cleanup_free_pointer)))
#define cleanup_close __attribute__((cleanup(cleanup_close_descriptor)))

#endif
