/* Looking through one log file for a pattern, as the search of an open log does. On the worker. */
#ifndef STORE_LOG_SCAN_H
#define STORE_LOG_SCAN_H

#include <stdbool.h>

#include <berth/history.h>
#include <berth/search.h>

#define LOG_SCAN_ROOM                                                                              \
	((2u << 20) + 4096) /* a line of the most that one has, and a chunk behind it */

/* Fills hit but its run; hit->line.text is malloc'd if lines is not 0. `room` has LOG_SCAN_ROOM
 * bytes. 0 also if the file is not there; -1: IO, MEMORY, or CANCELLED once `stopped` says so. */
int log_scan(const char *path, char *room, struct berth_pattern *pattern,
	bool (*stopped)(void *context), void *context, struct berth_history_hit *hit,
	struct berth_error *err);

#endif
