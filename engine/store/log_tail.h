/* The last lines of the file of a log. On the worker. */
#ifndef STORE_LOG_TAIL_H
#define STORE_LOG_TAIL_H

#include <berth/history.h>

/* Fills run->tail, if the log is there. 0, or -1 without memory. */
int log_tail_read(struct berth_past_run *run);

#endif
