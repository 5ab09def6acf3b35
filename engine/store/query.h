/* Reading the record. On the worker. */
#ifndef STORE_QUERY_H
#define STORE_QUERY_H

#include <berth/history.h>

struct db;

/* The runs a query finds, in malloc'd memory; 0 or -1. */
int query_list(struct db *db, const struct berth_history_query *query, struct berth_past_run **runs,
	size_t *count, bool *more, struct berth_error *err);

/* As berth_history_find() says. */
struct berth_past_run *query_find(struct db *db, const char *id, struct berth_error *err);

#endif
