/*
 * `berth deploy --output json`, run for a test: its record is collected and held to what is
 * promised of every record.
 */
#ifndef SUPPORT_RUN_BERTH_H
#define SUPPORT_RUN_BERTH_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <jansson.h>

#include "support/process.h"

enum { RUN_MS = 120 * 1000 };

struct run {
	struct process process;
	json_t *events;    /* every line so far */
	size_t parsed;     /* bytes of the output */
	const json_t *end; /* the result event, borrowed */
	int status;        /* exit status */
	int64_t began_ms;
	int64_t took_ms;
};

/* `env` as in process_options. Options: what follows `deploy`. */
void run_start(
	struct run *run, const char *const env[], const char *folder, const char *const options[]);

/* Read on until an event is there that `is_it` takes, at latest in that time: else the test fails.
 * Events from before are looked at, too. Borrowed. */
typedef bool run_event_fn(const json_t *event, const void *context);
const json_t *run_until(
	struct run *run, int milliseconds, run_event_fn *is_it, const void *context);
const json_t *run_until_stage(struct run *run, const char *stage);

void run_signal(struct run *run, int number);

/* Wait for the end and check the record: lines, numbers, progress, the one result, and that exit
 * status and result tell the same. The exit status. */
int run_finish(struct run *run, int milliseconds);
void run_release(struct run *run);

/* Members of the result and of its error; "" (0, false) where there is none. */
const char *run_result_text(const struct run *run, const char *name);
const char *run_error_text(const struct run *run, const char *name);
const json_t *run_result_member(const struct run *run, const char *name);
const json_t *run_error_member(const struct run *run, const char *name);

/* Whether any message of a status, log or result holds the text. */
bool run_said(const struct run *run, const char *text);
/* Whether an array of strings holds one that holds the text. */
bool lines_hold(const json_t *lines, const char *text);

/* strstr(), failing the test with both texts if it finds nothing. */
void assert_holds(const char *text, const char *part);

#endif
