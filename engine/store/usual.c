#include "store/usual.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "store/db.h"

enum { RUNS = 20 }; /* the newest of them */

/* What each stage took, one row a run and stage. */
struct samples {
	struct {
		char name[64];
		int64_t took[RUNS];
		int count;
	} stages[BERTH_PAST_STAGES_MAX];
	size_t count;
};

static void add(struct samples *samples, const char *name, int64_t took)
{
	size_t i = 0;

	while (i < samples->count && strcmp(samples->stages[i].name, name) != 0)
		i++;
	if (i == BERTH_PAST_STAGES_MAX)
		return;
	if (i == samples->count)
		snprintf(samples->stages[samples->count++].name, sizeof(samples->stages[i].name),
			"%s", name);
	if (samples->stages[i].count < RUNS)
		samples->stages[i].took[samples->stages[i].count++] = took;
}

static int compare(const void *a, const void *b)
{
	int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;

	return (x > y) - (x < y);
}

/* One in ten at either end is no measure of what is usual. */
static void summarise(struct samples *samples, struct berth_past_usual *usual)
{
	for (size_t i = 0; i < samples->count; i++) {
		struct berth_usual_stage *stage = &usual->stages[usual->stage_count++];
		int64_t *took = samples->stages[i].took;
		int count = samples->stages[i].count;

		qsort(took, (size_t)count, sizeof(*took), compare);
		snprintf(stage->name, sizeof(stage->name), "%s", samples->stages[i].name);
		stage->low_ms = took[count / 10];
		stage->typical_ms = took[count / 2];
		stage->high_ms = took[count - 1 - count / 10];
	}
}

/* Only those that went well: a failure ends too soon, and says nothing of what comes after it. */
static const char sql[] =
	"WITH chosen AS (SELECT number FROM runs WHERE target = ?1 AND outcome = 'deployed'"
	" AND (image = ?2 OR (?2 IS NULL AND image IS NULL AND name = ?3))"
	" ORDER BY number DESC LIMIT ?4)"
	" SELECT run, name, ended_ms - began_ms FROM stages JOIN chosen ON run = chosen.number"
	" WHERE ended_ms IS NOT NULL AND name <> 'queued' ORDER BY run, position";

int usual_find(struct db *db, const char *target, const char *image, const char *name,
	struct berth_past_usual *usual, struct berth_error *err)
{
	struct samples *samples = calloc(1, sizeof(*samples));
	sqlite3_stmt *rows = samples != NULL ? db_prepare(db, sql, err) : NULL;
	struct berth_error cause = {0};
	int64_t last = 0;

	if (samples == NULL)
		return berth_error_set(err, BERTH_E_MEMORY, 0, "out of memory");
	if (rows == NULL) {
		free(samples);
		return -1;
	}
	db_bind_text(rows, 1, target);
	db_bind_text(rows, 2, image);
	db_bind_text(rows, 3, name);
	sqlite3_bind_int64(rows, 4, RUNS);
	while (db_step(db, rows, &cause)) {
		usual->runs += db_number(rows, 0) != last;
		last = db_number(rows, 0);
		add(samples, (const char *)sqlite3_column_text(rows, 1), db_number(rows, 2));
	}
	sqlite3_finalize(rows);
	summarise(samples, usual);
	free(samples);
	if (cause.code != BERTH_E_OK && err != NULL)
		*err = cause;
	return cause.code == BERTH_E_OK ? 0 : -1;
}
