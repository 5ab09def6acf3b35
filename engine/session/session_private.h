/*
 * What the files of the session share. session.c has the session and what is asked of it,
 * session_start.c how a run begins and waits for its turn, session_receive.c what becomes of an
 * event between the target and the queue, session_replay.c the recordings that are shown again,
 * session_close.c in which order all of it ends.
 */
#ifndef SESSION_SESSION_PRIVATE_H
#define SESSION_SESSION_PRIVATE_H

#include <stdbool.h>

#include "session/port_chooser.h"
#include "session/queue.h"
#include "session/session.h"
#include "session/turns.h"
#include "target/port_leases.h"
#include "target/target.h"

struct notifier;
struct run;
struct timer;

struct session {
	struct session_setup setup;
	struct port_chooser chooser;
	struct port_leases leases;
	char *log_folder, *runs_folder;
	struct notifier *notifier; /* NULL: nobody is told */
	struct queue queue;
	struct run *runs; /* newest first */
	unsigned last_number;
	unsigned open_targets, open_logs;
	bool log_grew; /* since the front end found the queue empty */
	bool closing;
	struct turns turns;
	struct timer *next_turn; /* starts those whose turn it is */
	struct timer *last_turn; /* frees the session outside of any callback of its parts */
	void (*closed)(void *context);
	void *closed_context;
};

/* --- session.c --- */

/* NULL if there is none of that number. */
struct run *session_find(const struct session *session, unsigned number);

/* --- session_start.c --- */

/* Of the timer: start those whose turn it is, and tell the others whom they wait for now. */
void session_advance(void *session);
/* It stands in line and nothing of it was started. */
bool session_is_waiting(const struct run *run);

/* --- session_receive.c --- */

/* Takes the event; NULL, for want of memory, is none. While the session closes it is dropped. */
void session_receive(void *run, struct berth_event *event);
/* The same for what hooks say; while the session closes that still stands in the log. */
void session_receive_told(void *run, struct berth_event *event);
/* Where a target of the run says what happens. */
struct target_sink session_sink(struct run *run);
/* The file can't be written any more: say so in the run. */
void session_log_lost(void *run, const struct berth_error *err);
void session_recording_lost(void *run, const struct berth_error *err);

/* --- session_close.c --- */

/* Of the timer: nothing is open any more. Frees the session. */
void session_finish_close(void *session);
/* A log or a recording, each of which was counted when it was opened. */
void session_log_closed(void *session);
/* Free a run that was never admitted, and close what it has open. */
void session_drop(struct run *run);

#endif
