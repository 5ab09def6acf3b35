/*
 * One deployment on a real engine, through a proxy that lets something happen to it, with a home of
 * its own, and what is to be seen afterwards. For programs that run many of them at once, each in a
 * process: no cmocka, what is wrong is written down.
 */
#ifndef SUPPORT_DEPLOY_TRIAL_H
#define SUPPORT_DEPLOY_TRIAL_H

#include <stdbool.h>

#include "support/dockerd.h"
#include "support/engine_proxy.h"
#include "support/process.h"

enum { TRIAL_BEFORE, TRIAL_DEPLOYED };

struct trial {
	const struct dockerd *dockerd;
	int number;              /* nobody else's: names and folders come from it */
	int port;                /* of the host */
	bool replaces;           /* something has the name and the port */
	const char *const *more; /* options of berth deploy; NULL: none */
	char wrong[400];         /* "": nothing */

	char name[16], folder[64], old_id[72];
	struct engine_proxy proxy;
	struct process process;
	int status;      /* of berth deploy; 128 and the signal that killed it */
	int recovered;   /* of berth recover; -1: it was not run */
	char new_id[72]; /* of the container that is there in the end */
	int state;       /* what there is in the end */
};

/* These return 0, or -1 with `wrong`. */
int trial_open(struct trial *trial);
int trial_start(struct trial *trial);
int trial_wait(struct trial *trial, int milliseconds);
/* `berth recover --yes`, with nothing in its way; `accident` of the proxy stays as it is. */
int trial_recover(struct trial *trial, int milliseconds);
/* Containers, names and ports are what they were before or what success means, as the last exit
 * status says, and nothing is left: `state`. */
int trial_check(struct trial *trial);
/* The same once more, with what is there now as what was there before. */
void trial_again(struct trial *trial);
/* Removes all it made. */
void trial_close(struct trial *trial);

int trial_wrong(struct trial *trial, const char *format, ...) __attribute__((format(printf, 2, 3)));

#endif
