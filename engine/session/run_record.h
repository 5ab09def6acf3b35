/* What the history learns of a run: that it was asked for, each stage as it begins, and its end. */
#ifndef SESSION_RUN_RECORD_H
#define SESSION_RUN_RECORD_H

#include <berth/error.h>
#include <berth/event.h>

struct berth_history;
struct run;
struct run_record;

/* Begin the record, before anything is sent. Without memory for it the run is not recorded. */
void run_record_begin(struct run *run, struct berth_history *history);
void run_record_free(struct run_record *record); /* NULL is allowed */

/* It stands in line for its turn. */
void run_record_queued(struct run *run);
/* Any event of the run, redacted and complete. */
void run_record_event(struct run *run, const struct berth_event *event);
/* It could not even be started. */
void run_record_failed(struct run *run, const struct berth_error *err);

#endif
