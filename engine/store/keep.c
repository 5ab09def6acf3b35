/* The rules by which runs and logs are kept, applied after each run. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/cleanup.h"
#include "loop/timer.h"
#include "store/db.h"
#include "store/remove.h"
#include "store/store.h"

/* What one application removes at most: it may be the last thing that a program does. */
enum { REMOVE_MAX = 200 };

#define DAY_MS (24 * 3600 * (int64_t)1000)

struct keep {
	struct store_job job;
	struct berth_history_rules rules;
};

struct candidate {
	int64_t number;
	char *log;
};

struct candidates {
	struct candidate list[REMOVE_MAX];
	int count;
};

static void release(struct candidates *candidates)
{
	for (int i = 0; i < candidates->count; i++)
		free(candidates->list[i].log);
	candidates->count = 0;
}

static void add(struct candidates *candidates, sqlite3_stmt *row)
{
	candidates->list[candidates->count++] = (struct candidate){
		db_number(row, 0), db_text(row, 1)};
}

/* Oldest first. */
static int find_old(struct db *db, const struct berth_history_rules *rules,
	struct candidates *candidates, struct berth_error *err)
{
	static const char sql[] =
		"SELECT number, log FROM runs WHERE started_ms < ?1 AND number <="
		" (SELECT number FROM runs ORDER BY number DESC LIMIT 1 OFFSET ?2)"
		" ORDER BY number LIMIT ?3";
	sqlite3_stmt *rows = db_prepare(db, sql, err);
	struct berth_error cause;

	if (rows == NULL)
		return -1;
	sqlite3_bind_int64(rows, 1, clock_unix_ms() - rules->days * DAY_MS);
	sqlite3_bind_int64(rows, 2, rules->runs);
	sqlite3_bind_int64(rows, 3, REMOVE_MAX);
	while (candidates->count < REMOVE_MAX && db_step(db, rows, &cause))
		add(candidates, rows);
	sqlite3_finalize(rows);
	return 0;
}

/* Those that are in use stay, and are found again the next time. */
static void remove_old(
	struct db *db, const struct berth_history_rules *rules, struct candidates *candidates)
{
	if (find_old(db, rules, candidates, NULL) == -1)
		return;
	for (int i = 0; i < candidates->count; i++)
		remove_run(db, candidates->list[i].number, candidates->list[i].log, NULL);
	release(candidates);
}

/* With the recording beside it. */
static uint64_t size_of(const char *path)
{
	struct stat info;
	uint64_t size = path != NULL && stat(path, &info) == 0 ? (uint64_t)info.st_size : 0;
	cleanup_free char *events = NULL;

	if (path == NULL || strlen(path) < 4 ||
		asprintf(&events, "%.*s.events", (int)(strlen(path) - 4), path) < 0)
		return size;
	return stat(events, &info) == 0 ? size + (uint64_t)info.st_size : size;
}

/* From the newest on, those behind the bound. The newest log stays, whatever its size. */
static int find_large(struct db *db, uint64_t bound, struct candidates *candidates)
{
	static const char sql[] = "SELECT number, log FROM runs WHERE log IS NOT NULL"
				  " AND NOT log_removed ORDER BY number DESC";
	sqlite3_stmt *rows = db_prepare(db, sql, NULL);
	struct berth_error cause;
	uint64_t sum = 0;
	bool newest = true;

	if (rows == NULL)
		return -1;
	while (candidates->count < REMOVE_MAX && db_step(db, rows, &cause)) {
		sum += size_of((const char *)sqlite3_column_text(rows, 1));
		if (sum > bound && !newest)
			add(candidates, rows);
		newest = false;
	}
	sqlite3_finalize(rows);
	return 0;
}

static void note_removed(struct db *db, int64_t number)
{
	sqlite3_stmt *note = db_prepare(
		db, "UPDATE runs SET log_removed = 1 WHERE number = ?1", NULL);

	if (note == NULL)
		return;
	sqlite3_bind_int64(note, 1, number);
	db_finish(db, note, NULL);
}

static void remove_large(struct db *db, uint64_t bound, struct candidates *candidates)
{
	if (bound == 0 || find_large(db, bound, candidates) == -1)
		return;
	for (int i = 0; i < candidates->count; i++)
		if (candidates->list[i].log != NULL &&
			remove_log(candidates->list[i].log, NULL) == 0)
			note_removed(db, candidates->list[i].number);
	release(candidates);
}

static int apply(
	struct store_job *job, struct db *db, const atomic_bool *closing, struct berth_error *err)
{
	const struct keep *keep = (struct keep *)job;
	cleanup_free struct candidates *candidates = calloc(1, sizeof(*candidates));

	(void)closing;
	if (candidates == NULL)
		return berth_error_set(err, BERTH_E_MEMORY, 0, "out of memory");
	if (db == NULL)
		return 0;
	remove_old(db, &keep->rules, candidates);
	remove_large(db, keep->rules.log_bytes, candidates);
	return 0;
}

/* What could not be removed is tried again after the next run. */
static void applied(struct store_job *job, const struct berth_error *err)
{
	(void)err;
	free(job);
}

void store_keep(struct berth_history *history, const struct berth_history_rules *rules)
{
	struct keep *keep = calloc(1, sizeof(*keep));

	if (keep == NULL)
		return;
	keep->job = (struct store_job){.even_closing = true, .run = apply, .done = applied};
	keep->rules = *rules;
	if (store_ask(history, &keep->job, NULL) == -1)
		free(keep);
}
