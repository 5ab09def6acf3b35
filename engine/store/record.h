/* What is recorded of a run, as it stands: a later record of the same run takes the place of an
 * earlier one, so each can be written, or fail to be, by itself. */
#ifndef STORE_RECORD_H
#define STORE_RECORD_H

#include <stdbool.h>

#include <berth/deployment.h>
#include <berth/history.h>

struct db;
struct whence;

struct record {
	struct record *next;
	struct berth_past_run run; /* without number, request and whence; ENDED or RUNNING */
	/* Its secrets are there, and nothing else that is one. Wiped when freed. */
	struct berth_deployment *request;
	/* The end of a run that was cut off: all that is known from before stays. */
	bool late;
};

/* Empty; NULL without memory. */
struct record *record_new(void);
void record_free(struct record *record); /* NULL is allowed */

/* In a transaction of the caller's. */
int record_write(struct db *db, const struct record *record, const struct whence *whence,
	struct berth_error *err);

#endif
