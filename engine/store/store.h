/*
 * The history as its writer sees it.
 *
 * One worker at a time uses the database: first it writes what is to be recorded, then it answers
 * what is asked. Recording never fails for the caller. What can't be written (the disk is full, the
 * file is locked or read-only) waits in memory, one record a run, and is tried again with the next
 * record and at the end; that is told once, and at the end how many runs the history lacks. A
 * damaged file is set aside and a new one begun, which is told too.
 */
#ifndef STORE_STORE_H
#define STORE_STORE_H

#include <stdatomic.h>

#include <berth/history.h>

#include "store/record.h"

struct db;
struct uv_loop_s;

#define STORE_RECORDS_MAX 1024 /* records, that is runs */
#define STORE_JOBS_MAX    64

struct store_setup {
	struct uv_loop_s *loop;
	const char *path; /* copied */
	/* Something is wrong with the record of that run, from the loop. May be NULL. */
	void (*trouble)(void *context, const char *deployment_id, const struct berth_error *err);
	/* At the end, if runs are missing. May be NULL. */
	void (*unrecorded)(void *context, unsigned runs, const struct berth_error *why);
	void *context;
};

struct berth_history *store_new(const struct store_setup *setup, struct berth_error *err);

/* Takes the record. */
void store_put(struct berth_history *history, struct record *record);
/* Apply the rules, once what was recorded before is written. */
void store_keep(struct berth_history *history, const struct berth_history_rules *rules);

/* A question, part of a larger struct that is its own. */
struct store_job {
	struct store_job *next;
	bool even_closing; /* it is done although nobody waits for it */
	/* On the worker. db NULL: there is no history yet. *closing: nobody waits any more. 0 or
	 * -1. */
	int (*run)(struct store_job *job, struct db *db, const atomic_bool *closing,
		struct berth_error *err);
	/* On the loop, exactly once; err NULL: it went well. The job is the callee's again. */
	void (*done)(struct store_job *job, const struct berth_error *err);
};

/* Whoever works beside the database, but for the history: it is not closed before. */
void store_hold(struct berth_history *history);
void store_release(struct berth_history *history);
/* Let go of the file until it is used again. True once it is. */
bool store_rest(struct berth_history *history);
bool store_closing(const struct berth_history *history);
struct uv_loop_s *store_loop(const struct berth_history *history);

/* 0, or -1 with LIMIT: too many wait. */
int store_ask(struct berth_history *history, struct store_job *job, struct berth_error *err);

#endif
