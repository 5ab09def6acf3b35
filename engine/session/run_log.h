/* The log of a run: its file's name, and the lines that become of events. */
#ifndef SESSION_RUN_LOG_H
#define SESSION_RUN_LOG_H

#include <berth/error.h>
#include <berth/event.h>

struct run;

/* Give the run a log: a file in `folder`, or the newest lines in memory without one. `failed` is
 * told with the run when the file can't be written. 0, or -1 without memory. */
int run_log_open(struct run *run, const char *folder,
	void (*failed)(void *run, const struct berth_error *err), struct berth_error *err);

/* The same for a run that is only shown: the file has no name. */
int run_log_open_nameless(struct run *run, const char *folder,
	void (*failed)(void *run, const struct berth_error *err), struct berth_error *err);

/* 0, or -1 without memory: the line is lost. */
int run_log_add(struct run *run, const struct berth_event *event, struct berth_error *err);

/* Something to be warned of, as a log line; NULL without memory. */
struct berth_event *run_warning_event(const struct run *run, const char *text);
/* "the log is kept in memory only: cannot write ...", as a log line; NULL without memory. */
struct berth_event *run_log_lost_event(const struct run *run, const struct berth_error *err);

#endif
