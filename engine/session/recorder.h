/*
 * The recording of a run: its event record as JSON lines in a file beside its log ("NAME.events"
 * beside "NAME.log"), as `--output json` prints it.
 *
 * The log has the lines already, so they are not written again: a gap in the numbers of the record
 * is lines of the log, in their order. The first line says whose record it is.
 */
#ifndef SESSION_RECORDER_H
#define SESSION_RECORDER_H

#include <berth/error.h>
#include <berth/event.h>

struct recorder;
struct run;

#define RECORDING_SUFFIX ".events"

/* Give the run a recorder if its log is a file, and write the first line. `failed` is told with the
 * run when the file can't be written. 0, or -1 without memory. */
int recorder_open(struct run *run, void (*failed)(void *run, const struct berth_error *err),
	struct berth_error *err);
/* An event that is no log line, redacted and complete but for its number. */
void recorder_event(struct run *run, const struct berth_event *event);
/* `closed` comes from the loop once all is written. */
void recorder_close(struct recorder *recorder, void (*closed)(void *context), void *context);

#endif
