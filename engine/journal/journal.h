/*
 * The journal of one deployment in flight: what it means to do to an engine is written before it is
 * sent, and what came of it after, one JSON object a line, in RUNS/ID.journal (0600).
 *
 * The file is locked (flock) as long as somebody owns the deployment. The kernel gives the lock up
 * when the owner ends, however it does, so a journal without a lock is one of a deployment that was
 * cut off. Whoever makes, takes over or looks through journals holds a lock of the folder
 * meanwhile, so that two never see the same place free.
 *
 * What survives a power cut: the first line, and what stands before a journal_sync(). That is what
 * the engine could not tell later: which container had the name, and whether it ran. All else is
 * only written. It outlives the program; should the machine go down with it, nothing runs any more,
 * and whoever recovers it knows less and puts back. So a deployment waits for the disk twice: while
 * its image is looked up, and once before it touches a container.
 *
 * No secret is in a journal: of the request it has what a recovery needs, no variables, and the
 * rest as the record has it.
 */
#ifndef JOURNAL_JOURNAL_H
#define JOURNAL_JOURNAL_H

#include <stdbool.h>

#include <berth/deployment.h>
#include <berth/error.h>

struct uv_loop_s;
struct journal;

/* What is done to an engine. */
enum journal_deed {
	JOURNAL_ASIDE,   /* the old container `id`, called `name`, is renamed `to` */
	JOURNAL_CREATE,  /* the new one, called `name`; done: it is `id` */
	JOURNAL_COPY,    /* files into the new one */
	JOURNAL_STOP,    /* the old one */
	JOURNAL_START,   /* the new one, which is complete */
	JOURNAL_DISCARD, /* the new one is removed, to be made again */
	JOURNAL_RETIRE,  /* the new one is healthy; the old one is removed */
	JOURNAL_UNDO,    /* things are put back from here on; `name`: what */
	JOURNAL_RECOVER, /* somebody took it over; `name`: to do what */
	JOURNAL_END,     /* `name`: its outcome */
	JOURNAL_KEEP,    /* process `name` sees it to its end, without a terminal */
	JOURNAL_DEED_COUNT
};

struct journal_note {
	enum journal_deed deed;
	bool done;                  /* it was answered well; else it is meant to be done now */
	const char *id, *name, *to; /* NULL where there is nothing to say */
	bool running;               /* ASIDE: the old one ran */
};

struct journal_setup {
	struct uv_loop_s *loop;
	const char *folder; /* of all journals; made when it is needed. All of this is copied */
	const char *id;     /* of the deployment */
	/* What no two deployments may change at once: "unix:///run/docker.sock web". */
	const char *place;
	const struct berth_deployment *request; /* without secrets */
};

typedef void journal_done_fn(void *context, const struct berth_error *err);

/*
 * Each of these works on a worker, one at a time: `done` comes once, from the loop, after the call
 * returned; err NULL: it went well. If one returns NULL or -1 it never comes.
 */

/* A new one. CONFLICT: another deployment has the place, or one was cut off there and is not
 * settled yet; one that was cut off before it did anything is forgotten. Any other failure: nothing
 * will be written, which hinders nothing. To be closed or freed either way. */
struct journal *journal_open(const struct journal_setup *setup, journal_done_fn *done,
	void *context, struct berth_error *err);
/* Take over one that is there: place and request are not used. CONFLICT: somebody has it.
 * NOT_FOUND: it is settled already. */
struct journal *journal_adopt(const struct journal_setup *setup, journal_done_fn *done,
	void *context, struct berth_error *err);
/* What was noted so far survives a power cut once this is answered. */
int journal_sync(
	struct journal *journal, journal_done_fn *done, void *context, struct berth_error *err);
/* There is nothing to recover any more: the file goes. The journal is freed before `done`. */
int journal_forget(
	struct journal *journal, journal_done_fn *done, void *context, struct berth_error *err);

/* What was started and is not under way yet is not done: CANCELLED. */
void journal_cancel(struct journal *journal);

/* Written at once, to the page cache: no disk is waited for. 0, or -1 the first time that it can't
 * be. NULL: nothing is written. */
int journal_note(struct journal *journal, const struct journal_note *note, struct berth_error *err);

/* Give up the lock and leave the file: what is in it is to be recovered. Not while something is
 * under way. NULL is allowed. */
void journal_free(struct journal *journal);

#endif
