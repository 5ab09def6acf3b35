#include "store/store.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <uv.h>

#include "store/db.h"
#include "store/whence.h"

/* What the worker does now. */
enum turn { TURN_NONE, TURN_WRITE, TURN_JOB, TURN_REST, TURN_CLOSE };

struct berth_history {
	struct store_setup setup;
	struct db db;         /* of the worker while it works, as is all that follows up to job */
	struct whence whence; /* empty until the first write */
	enum turn turn;
	struct record *batch;
	char aside[256]; /* a damaged file was set aside under that name */
	struct berth_error error;
	int status;
	struct store_job *job;

	uv_work_t work;
	struct record *pending; /* not written: one of each run */
	struct store_job *first, *last;
	unsigned waiting, jobs, holds;
	unsigned lost;   /* runs that found no room among those pending */
	bool held;       /* pending ones wait for a better time */
	bool told;       /* that they do */
	bool last_tried; /* at the end */
	bool resting;    /* the file is to be closed for a while */
	struct berth_error why;
	atomic_bool closing;
	void (*closed)(void *context);
	void *closed_context;
};

struct berth_history *store_new(const struct store_setup *setup, struct berth_error *err)
{
	struct berth_history *history = calloc(1, sizeof(*history));

	if (history == NULL || db_init(&history->db, setup->path) == -1) {
		free(history);
		berth_error_set(err, BERTH_E_MEMORY, 0, "out of memory");
		return NULL;
	}
	history->setup = *setup;
	history->setup.path = NULL;
	history->work.data = history;
	atomic_init(&history->closing, false);
	return history;
}

struct berth_history *berth_history_open(
	struct uv_loop_s *loop, const char *path, struct berth_error *err)
{
	return store_new(&(struct store_setup){.loop = loop, .path = path}, err);
}

static int write_all(struct berth_history *history, struct berth_error *err)
{
	int status = 0;

	if (db_open(&history->db, true, err) != DB_OPEN || db_begin(&history->db, err) == -1)
		return -1;
	for (const struct record *record = history->batch; record != NULL && status == 0;
		record = record->next)
		status = record_write(&history->db, record, &history->whence, err);
	return db_end(&history->db, status, err);
}

/* What is damaged is kept for whoever can read it, and must not stop what comes now. */
static int write_batch(struct berth_history *history, struct berth_error *err)
{
	if (history->whence.who[0] == '\0')
		whence_find(&history->whence);
	if (write_all(history, err) == 0)
		return 0;
	if (err->code != BERTH_E_PROTOCOL)
		return -1;
	if (db_set_aside(&history->db, history->aside, err) == -1)
		return -1;
	return write_all(history, err);
}

static int run_job(struct berth_history *history, struct berth_error *err)
{
	struct store_job *job = history->job;
	struct db *db = &history->db;

	if (atomic_load(&history->closing) && !job->even_closing)
		return berth_error_set(err, BERTH_E_CANCELLED, 0, "the history is being closed");
	switch (db_open(db, false, err)) {
	case DB_FAILED:
		return -1;
	case DB_ABSENT:
		return job->run(job, NULL, &history->closing, err);
	case DB_OPEN:
		break;
	}
	return job->run(job, db, &history->closing, err);
}

static void on_worker(uv_work_t *work)
{
	struct berth_history *history = work->data;

	berth_error_clear(&history->error);
	history->status = 0;
	if (history->turn == TURN_WRITE)
		history->status = write_batch(history, &history->error);
	else if (history->turn == TURN_JOB)
		history->status = run_job(history, &history->error);
	else
		db_close(&history->db);
}

static bool is_pending(const struct berth_history *history, const char *id)
{
	for (const struct record *record = history->pending; record != NULL; record = record->next)
		if (strcmp(record->run.deployment_id, id) == 0)
			return true;
	return false;
}

static void forget(struct berth_history *history, const char *id)
{
	for (struct record **at = &history->pending; *at != NULL; at = &(*at)->next) {
		struct record *record = *at;

		if (strcmp(record->run.deployment_id, id) != 0)
			continue;
		*at = record->next;
		record_free(record);
		history->waiting--;
		return;
	}
}

static void append(struct berth_history *history, struct record *record)
{
	struct record **at = &history->pending;

	while (*at != NULL)
		at = &(*at)->next;
	record->next = NULL;
	*at = record;
	history->waiting++;
}

static void tell(struct berth_history *history, const char *id, const struct berth_error *err)
{
	if (history->setup.trouble != NULL)
		history->setup.trouble(history->setup.context, id, err);
}

static void tell_aside(struct berth_history *history, const char *id)
{
	struct berth_error err;

	if (history->aside[0] == '\0')
		return;
	berth_error_set(&err, BERTH_E_PROTOCOL, 0,
		"the history was damaged: it is set aside as '%s', and a new one is begun",
		history->aside);
	history->aside[0] = '\0';
	tell(history, id, &err);
}

static void tell_held(struct berth_history *history, const char *id)
{
	struct berth_error err = history->error;

	history->why = history->error;
	if (history->told)
		return;
	history->told = true;
	berth_error_wrap(&err, "this run is not in the history yet");
	tell(history, id, &err);
}

static void batch_done(struct berth_history *history)
{
	struct record *batch = history->batch;
	bool written = history->status == 0;

	history->batch = NULL;
	tell_aside(history, batch->run.deployment_id);
	if (!written) {
		history->held = true;
		tell_held(history, batch->run.deployment_id);
	}
	while (batch != NULL) {
		struct record *record = batch;

		batch = record->next;
		if (written || is_pending(history, record->run.deployment_id))
			record_free(record);
		else
			append(history, record);
	}
}

static void job_done(struct berth_history *history)
{
	struct store_job *job = history->job;

	history->job = NULL;
	job->done(job, history->status == 0 ? NULL : &history->error);
}

static void finish_close(struct berth_history *history)
{
	void (*closed)(void *) = history->closed;
	void *context = history->closed_context;
	unsigned missing = history->waiting + history->lost;

	if (missing > 0 && history->setup.unrecorded != NULL)
		history->setup.unrecorded(history->setup.context, missing, &history->why);
	while (history->pending != NULL)
		forget(history, history->pending->run.deployment_id);
	db_release(&history->db);
	free(history);
	closed(context);
}

static void next_turn(struct berth_history *history);

static void on_loop(uv_work_t *work, int status)
{
	struct berth_history *history = work->data;
	enum turn turn = history->turn;

	(void)status;
	history->turn = TURN_NONE;
	if (turn == TURN_CLOSE) {
		finish_close(history);
		return;
	}
	if (turn == TURN_WRITE)
		batch_done(history);
	else if (turn == TURN_JOB)
		job_done(history);
	next_turn(history);
}

static void begin_turn(struct berth_history *history, enum turn turn)
{
	history->turn = turn;
	/* Fails only without a function to run. */
	uv_queue_work(history->setup.loop, &history->work, on_worker, on_loop);
}

static void take_job(struct berth_history *history)
{
	history->job = history->first;
	history->first = history->job->next;
	if (history->first == NULL)
		history->last = NULL;
	history->jobs--;
	begin_turn(history, TURN_JOB);
}

static void next_turn(struct berth_history *history)
{
	bool closing = atomic_load(&history->closing);

	if (history->turn != TURN_NONE)
		return;
	if (closing && history->held && !history->last_tried && history->first == NULL) {
		history->last_tried = true;
		history->held = false;
	}
	if (history->pending != NULL && !history->held) {
		history->batch = history->pending;
		history->pending = NULL;
		history->waiting = 0;
		begin_turn(history, TURN_WRITE);
	} else if (history->first != NULL) {
		take_job(history);
	} else if (history->resting && !closing) {
		history->resting = false;
		begin_turn(history, TURN_REST);
	} else if (closing && history->holds == 0) {
		begin_turn(history, TURN_CLOSE);
	}
}

void store_put(struct berth_history *history, struct record *record)
{
	forget(history, record->run.deployment_id);
	if (history->waiting >= STORE_RECORDS_MAX) {
		record_free(record);
		history->lost++;
		return;
	}
	append(history, record);
	history->held = false;
	next_turn(history);
}

int store_ask(struct berth_history *history, struct store_job *job, struct berth_error *err)
{
	if (atomic_load(&history->closing) || history->jobs >= STORE_JOBS_MAX)
		return berth_error_set(
			err, BERTH_E_LIMIT, 0, "the history has too many questions to answer");
	job->next = NULL;
	if (history->last != NULL)
		history->last->next = job;
	else
		history->first = job;
	history->last = job;
	history->jobs++;
	next_turn(history);
	return 0;
}

void store_hold(struct berth_history *history)
{
	history->holds++;
}

void store_release(struct berth_history *history)
{
	history->holds--;
	next_turn(history);
}

bool store_rest(struct berth_history *history)
{
	if (history->turn != TURN_NONE)
		return false;
	if (history->db.handle == NULL)
		return true;
	history->resting = true;
	next_turn(history);
	return false;
}

bool store_closing(const struct berth_history *history)
{
	return atomic_load(&history->closing);
}

struct uv_loop_s *store_loop(const struct berth_history *history)
{
	return history->setup.loop;
}

void berth_history_close(
	struct berth_history *history, void (*closed)(void *context), void *context)
{
	history->closed = closed;
	history->closed_context = context;
	atomic_store(&history->closing, true);
	next_turn(history);
}
