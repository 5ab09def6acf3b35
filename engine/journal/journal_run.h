/* What a journal tells of its deployment. Blocks: for workers. */
#ifndef JOURNAL_JOURNAL_RUN_H
#define JOURNAL_JOURNAL_RUN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <berth/deployment.h>
#include <berth/error.h>

struct journal_run {
	char id[64];
	char who[128], host[256], boot[40];
	int64_t pid;
	int64_t since_ms; /* since the epoch */
	char place[512];
	bool held;      /* somebody is at it */
	bool kept;      /* ... or was, without a terminal */
	bool stillborn; /* its maker was killed before it was whole: nothing was done */
	struct berth_deployment *request; /* without variables; NULL if it can't be read */

	/* By the deeds it has. */
	bool touched; /* anything was done, or was about to be */
	bool has_old, old_running;
	char old_id[72], old_name[160], old_aside[160];
	char new_id[72]; /* "" if the answer is not known */
	bool complete;   /* the new one had all its files */
	bool retiring;   /* it was healthy */
	bool undoing;
	char outcome[16]; /* "" if it had none */
};

/* One line of the file, without its end. What is not understood is passed over: the last line may
 * be torn, and so may one the disk had no room for. */
void journal_run_line(struct journal_run *run, const char *line, size_t len);
void journal_run_release(struct journal_run *run);

/* 0, or -1. Needs release either way. */
int journal_run_read(struct journal_run *run, const char *path, int fd, struct berth_error *err);

/* All that are in the folder, oldest first; malloc'd. A folder that is not there has none. */
int journal_runs(
	const char *folder, struct journal_run **runs, size_t *count, struct berth_error *err);
void journal_runs_free(struct journal_run *runs, size_t count);

#endif
