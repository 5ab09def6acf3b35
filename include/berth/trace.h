/* The log of berth's own doings, in JSON lines: calls, changes of state, children, times. */
#ifndef BERTH_TRACE_H
#define BERTH_TRACE_H

#include <berth/error.h>

/* Append to that file, made 0600, from now on; before the first engine is made. Without it the
 * variable BERTH_TRACE names a file, and one that can't be opened is none. */
int berth_trace_open(const char *path, struct berth_error *err);

#endif
