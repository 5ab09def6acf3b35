#include "store/record.h"

#include <stdlib.h>

#include "base/cleanup.h"
#include "store/db.h"
#include "store/request.h"
#include "store/whence.h"

struct record *record_new(void)
{
	return calloc(1, sizeof(struct record));
}

static void release(struct berth_past_run *run)
{
	char *const texts[] = {run->deployment_id, run->name, run->target, run->kind, run->image,
		run->container, run->message, run->image_digest, run->who, run->host, run->terminal,
		run->client, run->version, run->log, run->request, run->end};

	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
		free(texts[i]);
	for (size_t i = 0; i < run->tail_count; i++)
		free(run->tail[i].text);
	free(run->tail);
	free(run->stages);
	berth_result_free(run->result);
}

void record_free(struct record *record)
{
	if (record == NULL)
		return;
	release(&record->run);
	berth_deployment_free(record->request);
	free(record);
}

void berth_past_run_free(struct berth_past_run *run)
{
	berth_past_runs_free(run, run != NULL ? 1 : 0);
}

void berth_past_runs_free(struct berth_past_run *runs, size_t count)
{
	for (size_t i = 0; i < count; i++)
		release(&runs[i]);
	free(runs);
}

static void bind_end(sqlite3_stmt *statement, const struct berth_past_run *run)
{
	if (run->state != BERTH_PAST_ENDED)
		return;
	sqlite3_bind_int64(statement, 8, run->finished_ms);
	sqlite3_bind_int64(statement, 9, run->duration_ms);
	db_bind_text(statement, 10, berth_outcome_name(run->outcome));
}

static int put_row(struct db *db, const char *sql, const struct berth_past_run *run,
	const struct whence *whence, struct berth_error *err)
{
	sqlite3_stmt *put = db_prepare(db, sql, err);

	if (put == NULL)
		return -1;
	db_bind_text(put, 1, run->deployment_id);
	db_bind_text(put, 2, run->name);
	db_bind_text(put, 3, run->target);
	db_bind_text(put, 4, run->kind);
	db_bind_text(put, 5, run->image);
	db_bind_text(put, 6, run->container);
	sqlite3_bind_int64(put, 7, run->started_ms);
	bind_end(put, run);
	db_bind_text(put, 11, run->message);
	db_bind_text(put, 12, run->image_digest);
	db_bind_text(put, 13, whence->who);
	db_bind_text(put, 14, whence->host);
	db_bind_text(put, 15, whence->terminal);
	db_bind_text(put, 16, whence->client);
	db_bind_text(put, 17, BERTH_VERSION);
	db_bind_text(put, 18, run->log);
	return db_finish(db, put, err);
}

/* An upsert would use up a number each time. */
static int put_run(struct db *db, const struct berth_past_run *run, const struct whence *whence,
	struct berth_error *err)
{
	static const char update[] =
		"UPDATE runs SET name = ?2, target = ?3, kind = ?4, image = ?5, container = ?6,"
		" started_ms = ?7, finished_ms = ?8, duration_ms = ?9, outcome = ?10,"
		" message = ?11, image_digest = ?12, who = ?13, host = ?14, terminal = ?15,"
		" client = ?16, version = ?17, log = ?18 WHERE deployment_id = ?1";
	static const char insert[] =
		"INSERT INTO runs(deployment_id, name, target, kind, image, container, started_ms,"
		" finished_ms, duration_ms, outcome, message, image_digest, who, host, terminal,"
		" client, version, log) VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12,"
		" ?13, ?14, ?15, ?16, ?17, ?18)";

	if (put_row(db, update, run, whence, err) == -1)
		return -1;
	if (sqlite3_changes(db->handle) > 0)
		return 0;
	return put_row(db, insert, run, whence, err);
}

static int put_details(struct db *db, const struct record *record, struct berth_error *err)
{
	static const char sql[] = "INSERT OR REPLACE INTO details(run, request, result)"
				  " SELECT number, ?2, ?3 FROM runs WHERE deployment_id = ?1";
	cleanup_free char *request = request_json(record->request, db->key);
	sqlite3_stmt *put;

	if (request == NULL)
		return berth_error_set(err, BERTH_E_MEMORY, 0, "out of memory");
	put = db_prepare(db, sql, err);
	if (put == NULL)
		return -1;
	db_bind_text(put, 1, record->run.deployment_id);
	db_bind_text(put, 2, request);
	db_bind_text(put, 3, record->run.end);
	return db_finish(db, put, err);
}

static int put_stages(struct db *db, const struct berth_past_run *run, struct berth_error *err)
{
	static const char sql[] =
		"INSERT OR REPLACE INTO stages(run, position, name, began_ms, ended_ms)"
		" SELECT number, ?2, ?3, ?4, ?5 FROM runs WHERE deployment_id = ?1";

	sqlite3_stmt *put = run->stage_count > 0 ? db_prepare(db, sql, err) : NULL;
	struct berth_error cause = {0};

	if (put == NULL)
		return run->stage_count > 0 ? -1 : 0;
	db_bind_text(put, 1, run->deployment_id);
	for (size_t i = 0; i < run->stage_count && cause.code == BERTH_E_OK; i++) {
		const struct berth_past_stage *stage = &run->stages[i];

		sqlite3_reset(put);
		sqlite3_bind_int64(put, 2, (int64_t)i);
		db_bind_text(put, 3, stage->name);
		sqlite3_bind_int64(put, 4, stage->began_ms);
		if (stage->ended_ms >= 0)
			sqlite3_bind_int64(put, 5, stage->ended_ms);
		else
			sqlite3_bind_null(put, 5);
		db_step(db, put, &cause);
	}
	sqlite3_finalize(put);
	if (cause.code != BERTH_E_OK && err != NULL)
		*err = cause;
	return cause.code == BERTH_E_OK ? 0 : -1;
}

static int put_late_row(
	struct db *db, const char *sql, const struct record *record, struct berth_error *err)
{
	sqlite3_stmt *put = db_prepare(db, sql, err);

	if (put == NULL)
		return -1;
	db_bind_text(put, 1, record->run.deployment_id);
	db_bind_text(put, 2, berth_outcome_name(record->run.outcome));
	db_bind_text(put, 3, record->run.message);
	db_bind_text(put, 4, record->run.image_digest);
	sqlite3_bind_int64(put, 5, record->run.finished_ms);
	sqlite3_bind_int64(put, 6, record->run.duration_ms);
	return db_finish(db, put, err);
}

static int put_late_end(struct db *db, const struct record *record, struct berth_error *err)
{
	static const char run[] =
		"UPDATE runs SET outcome = ?2, message = ?3,"
		" image_digest = coalesce(?4, image_digest), finished_ms = ?5, duration_ms = ?6"
		" WHERE deployment_id = ?1";
	static const char details[] = "UPDATE details SET result = ?2 WHERE run ="
				      " (SELECT number FROM runs WHERE deployment_id = ?1)";
	sqlite3_stmt *put;

	if (put_late_row(db, run, record, err) == -1)
		return -1;
	put = db_prepare(db, details, err);
	if (put == NULL)
		return -1;
	db_bind_text(put, 1, record->run.deployment_id);
	db_bind_text(put, 2, record->run.end);
	return db_finish(db, put, err);
}

int record_write(struct db *db, const struct record *record, const struct whence *whence,
	struct berth_error *err)
{
	if (record->late)
		return put_late_end(db, record, err);
	if (put_run(db, &record->run, whence, err) == -1 || put_details(db, record, err) == -1)
		return -1;
	return put_stages(db, &record->run, err);
}
