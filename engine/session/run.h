/* One deployment of the session. */
#ifndef SESSION_RUN_H
#define SESSION_RUN_H

#include <stdbool.h>
#include <stdint.h>

#include <berth/deployment.h>
#include <berth/event.h>
#include <berth/recover.h>

#include "base/secret.h"
#include "session/turns.h"

struct berth_log;
struct player;
struct recorder;
struct journal_run;
struct run_record;
struct session;
struct target;

struct run {
	struct session *session;
	struct uv_loop_s *loop;
	struct run *next;
	unsigned number;
	char id[40];
	struct berth_deployment *deployment;
	char *attach;             /* the server's id of what is followed; NULL: it is deployed */
	struct journal_run *left; /* what was cut off and is settled; NULL: it is a new one */
	enum berth_recovery recovery;      /* ... so */
	struct berth_deployment *recorded; /* the request without secrets, for its journal */
	bool follow;
	struct secrets secrets;
	struct berth_log *log;     /* NULL if logs are not kept */
	struct recorder *recorder; /* NULL if the log is no file */
	struct run_record *record; /* NULL if there is no history */
	struct target *target;     /* NULL before it is started and once it is closed */
	struct player *player;     /* its target, of a run that is only shown; else NULL */
	struct turn turn;
	/* Takes what those say who were told of it (run_tell.h). */
	void (*line)(void *run, struct berth_event *event);
	const struct run *waits_for; /* whom it was told it waits for; NULL: for nobody */
	int64_t began_ms;            /* clock_mono_ms() */
	uint64_t seq;
	int progress;      /* last said */
	char stage[64];    /* last said; "" before the first */
	bool result_said;  /* by the target */
	bool result_taken; /* by the front end */
};

/* It is the one that was cut off: its id, its age, a copy of its journal. */
int run_take_up(struct run *run, const struct journal_run *left, struct berth_error *err);

/* attach may be NULL. All that is given is copied. */
struct run *run_new(
	const struct berth_deployment *deployment, const char *attach, struct berth_error *err);
void run_free(struct run *run);

/* "waits for deployment 2 ('web') on the same server", as a log line; NULL without memory. */
struct berth_event *run_waits_event(const struct run *ahead);
/* The end of a run that no target can say: it never had its turn, or could not be started. */
struct berth_event *run_end_event(
	const struct run *run, enum berth_outcome outcome, const struct berth_error *err);

#endif
