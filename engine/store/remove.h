/* Taking runs and logs away. On the worker. */
#ifndef STORE_REMOVE_H
#define STORE_REMOVE_H

#include <stdbool.h>
#include <stdint.h>

#include <berth/error.h>

struct db;

/* Somebody writes to that log, here or in another console. A path of NULL, or of a file that is not
 * there, is not in use. */
bool log_in_use(const char *path);

/* The file of a log. 0 also if it is not there; CONFLICT if it is in use. */
int remove_log(const char *path, struct berth_error *err);

/* A run with its log; CONFLICT if it is in use. `log` may be NULL. */
int remove_run(struct db *db, int64_t number, const char *log, struct berth_error *err);

#endif
