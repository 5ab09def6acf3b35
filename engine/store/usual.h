/* How long a deployment usually takes. On the worker. */
#ifndef STORE_USUAL_H
#define STORE_USUAL_H

#include <berth/history.h>

struct db;

/* As berth_history_usual() says; 0 or -1. */
int usual_find(struct db *db, const char *target, const char *image, const char *name,
	struct berth_past_usual *usual, struct berth_error *err);

#endif
