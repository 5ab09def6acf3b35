#include "store/query.h"

#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/result_read.h"
#include "store/db.h"
#include "store/log_tail.h"
#include "store/remove.h"

enum { LIST_MAX = 1000, ID_PREFIX_MIN = 8 };

#define COLUMNS                                                                                    \
	"SELECT number, deployment_id, name, target, kind, image, container, started_ms,"          \
	" finished_ms, duration_ms, outcome, message, image_digest, who, host, terminal, client,"  \
	" version, log, log_removed FROM runs "

static enum berth_outcome outcome_of(const char *name)
{
	for (int i = BERTH_DEPLOYED; i <= BERTH_CANCELED; i++)
		if (strcmp(berth_outcome_name((enum berth_outcome)i), name) == 0)
			return (enum berth_outcome)i;
	return BERTH_UNKNOWN;
}

static void read_end(sqlite3_stmt *row, struct berth_past_run *run)
{
	const char *outcome = (const char *)sqlite3_column_text(row, 10);

	if (outcome == NULL) {
		run->state = log_in_use(run->log) ? BERTH_PAST_RUNNING : BERTH_PAST_INTERRUPTED;
		return;
	}
	run->state = BERTH_PAST_ENDED;
	run->outcome = outcome_of(outcome);
	run->finished_ms = db_number(row, 8);
	run->duration_ms = db_number(row, 9);
}

static void read_row(sqlite3_stmt *row, struct berth_past_run *run)
{
	*run = (struct berth_past_run){
		.number = db_number(row, 0),
		.deployment_id = db_text(row, 1),
		.name = db_text(row, 2),
		.target = db_text(row, 3),
		.kind = db_text(row, 4),
		.image = db_text(row, 5),
		.container = db_text(row, 6),
		.started_ms = db_number(row, 7),
		.message = db_text(row, 11),
		.image_digest = db_text(row, 12),
		.who = db_text(row, 13),
		.host = db_text(row, 14),
		.terminal = db_text(row, 15),
		.client = db_text(row, 16),
		.version = db_text(row, 17),
		.log = db_text(row, 18),
		.log_removed = db_number(row, 19) != 0,
	};
	read_end(row, run);
}

/* For LIKE, which ignores the case of ASCII letters: "%te\%xt%". */
static char *like(const char *text)
{
	size_t len = strlen(text);
	char *pattern = malloc(2 * len + 3), *at = pattern;

	if (pattern == NULL)
		return NULL;
	*at++ = '%';
	for (; *text != '\0'; text++) {
		if (strchr("%_\\", *text) != NULL)
			*at++ = '\\';
		*at++ = *text;
	}
	*at++ = '%';
	*at = '\0';
	return pattern;
}

static void bind(sqlite3_stmt *list, const struct berth_history_query *query, const char *pattern,
	unsigned limit)
{
	db_bind_text(list, 1, pattern);
	db_bind_text(list, 2, query->target);
	db_bind_text(list, 3, query->name);
	db_bind_text(list, 4,
		query->outcome >= 0 ? berth_outcome_name((enum berth_outcome)query->outcome)
				    : NULL);
	sqlite3_bind_int64(list, 5, query->before > 0 ? query->before : INT64_MAX);
	sqlite3_bind_int64(list, 6, (int64_t)limit + 1);
}

int query_list(struct db *db, const struct berth_history_query *query, struct berth_past_run **runs,
	size_t *count, bool *more, struct berth_error *err)
{
	static const char sql[] = COLUMNS
		"WHERE number < ?5 AND (?2 IS NULL OR target = ?2) AND (?3 IS NULL OR name = ?3)"
		" AND (?4 IS NULL OR outcome = ?4)"
		" AND (?1 IS NULL OR name LIKE ?1 ESCAPE '\\' OR target LIKE ?1 ESCAPE '\\'"
		" OR image LIKE ?1 ESCAPE '\\' OR container LIKE ?1 ESCAPE '\\'"
		" OR message LIKE ?1 ESCAPE '\\' OR deployment_id LIKE ?1 ESCAPE '\\')"
		" ORDER BY number DESC LIMIT ?6";
	unsigned limit = query->limit < LIST_MAX ? query->limit : LIST_MAX;
	cleanup_free char *pattern = query->text != NULL ? like(query->text) : NULL;
	struct berth_error cause;
	sqlite3_stmt *list;

	*count = 0;
	*more = false;
	*runs = calloc(limit + 1, sizeof(**runs));
	if (*runs == NULL || (query->text != NULL && pattern == NULL))
		return berth_error_set(err, BERTH_E_MEMORY, 0, "out of memory");
	list = db_prepare(db, sql, err);
	if (list == NULL)
		return -1;
	bind(list, query, pattern, limit);
	while (*count <= limit && db_step(db, list, &cause)) {
		*more = *count == limit;
		if (!*more)
			read_row(list, &(*runs)[*count]);
		*count += 1;
	}
	*count -= *more;
	sqlite3_finalize(list);
	if (cause.code != BERTH_E_OK && err != NULL)
		*err = cause;
	return cause.code == BERTH_E_OK ? 0 : -1;
}

/* --- one run --- */

static int read_details(struct db *db, struct berth_past_run *run, struct berth_error *err)
{
	sqlite3_stmt *row = db_prepare(
		db, "SELECT request, result FROM details WHERE run = ?1", err);
	struct berth_error cause;

	if (row == NULL)
		return -1;
	sqlite3_bind_int64(row, 1, run->number);
	if (db_step(db, row, &cause)) {
		run->request = db_text(row, 0);
		run->end = db_text(row, 1);
	}
	sqlite3_finalize(row);
	if (cause.code != BERTH_E_OK && err != NULL)
		*err = cause;
	return cause.code == BERTH_E_OK ? 0 : -1;
}

static int read_stages(struct db *db, struct berth_past_run *run, struct berth_error *err)
{
	static const char sql[] =
		"SELECT name, began_ms, ended_ms FROM stages WHERE run = ?1 ORDER BY position";
	sqlite3_stmt *rows;
	struct berth_error cause;

	run->stages = calloc(BERTH_PAST_STAGES_MAX, sizeof(*run->stages));
	if (run->stages == NULL)
		return berth_error_set(err, BERTH_E_MEMORY, 0, "out of memory");
	rows = db_prepare(db, sql, err);
	if (rows == NULL)
		return -1;
	sqlite3_bind_int64(rows, 1, run->number);
	while (run->stage_count < BERTH_PAST_STAGES_MAX && db_step(db, rows, &cause)) {
		struct berth_past_stage *stage = &run->stages[run->stage_count++];
		const char *name = (const char *)sqlite3_column_text(rows, 0);

		snprintf(stage->name, sizeof(stage->name), "%s", name != NULL ? name : "");
		stage->began_ms = db_number(rows, 1);
		stage->ended_ms = sqlite3_column_type(rows, 2) == SQLITE_NULL ? -1
									      : db_number(rows, 2);
	}
	sqlite3_finalize(rows);
	return 0;
}

static int read_rest(struct db *db, struct berth_past_run *run, struct berth_error *err)
{
	if (read_details(db, run, err) == -1 || read_stages(db, run, err) == -1)
		return -1;
	if (run->end != NULL)
		run->result = result_read(run->end, run->outcome);
	if (log_tail_read(run) == -1)
		return berth_error_set(err, BERTH_E_MEMORY, 0, "out of memory");
	return 0;
}

/* The run that the statement finds first, whole; NULL without an error if it finds none. */
static struct berth_past_run *read_one(struct db *db, sqlite3_stmt *row, struct berth_error *err)
{
	struct berth_past_run *run = NULL;
	bool found = db_step(db, row, err);

	if (found)
		run = calloc(1, sizeof(*run));
	if (run != NULL)
		read_row(row, run);
	else if (found)
		berth_error_set(err, BERTH_E_MEMORY, 0, "out of memory");
	sqlite3_finalize(row);
	if (run == NULL || read_rest(db, run, err) == 0)
		return run;
	berth_past_run_free(run);
	return NULL;
}

static struct berth_past_run *find_by(
	struct db *db, const char *sql, const char *text, int64_t number, struct berth_error *err)
{
	sqlite3_stmt *row = db_prepare(db, sql, err);

	if (row == NULL)
		return NULL;
	if (text != NULL)
		db_bind_text(row, 1, text);
	else
		sqlite3_bind_int64(row, 1, number);
	return read_one(db, row, err);
}

static bool is_number(const char *id, int64_t *number)
{
	char *end;

	errno = 0;
	*number = strtoll(id, &end, 10);
	return isdigit((unsigned char)id[0]) && *end == '\0' && errno == 0;
}

/* Hexadecimal digits and hyphens, as ids of deployments are made of. */
static bool is_prefix(const char *id)
{
	return strlen(id) >= ID_PREFIX_MIN && strspn(id, "0123456789abcdef-") == strlen(id);
}

/* A number names nothing else; of the rest the whole id comes first, then a name, then what may be
 * the beginning of an id. */
struct berth_past_run *query_find(struct db *db, const char *id, struct berth_error *err)
{
	static const char by_number[] = COLUMNS "WHERE number = ?1";
	static const char by_id[] = COLUMNS "WHERE deployment_id = ?1";
	static const char by_name[] = COLUMNS "WHERE name = ?1 ORDER BY number DESC LIMIT 1";
	static const char by_prefix[] = COLUMNS
		"WHERE substr(deployment_id, 1, length(?1)) = ?1 AND 1 ="
		" (SELECT count(*) FROM runs WHERE substr(deployment_id, 1, length(?1)) = ?1)";
	struct berth_error cause = {0};
	struct berth_past_run *run = NULL;
	int64_t number;

	if (is_number(id, &number))
		run = find_by(db, by_number, NULL, number, &cause);
	if (run == NULL && cause.code == BERTH_E_OK)
		run = find_by(db, by_id, id, 0, &cause);
	if (run == NULL && cause.code == BERTH_E_OK)
		run = find_by(db, by_name, id, 0, &cause);
	if (run == NULL && cause.code == BERTH_E_OK && is_prefix(id))
		run = find_by(db, by_prefix, id, 0, &cause);
	if (run == NULL && cause.code == BERTH_E_OK) {
		berth_error_set(&cause, BERTH_E_NOT_FOUND, 0, "there is no run '%s'", id);
		berth_error_hint(&cause, "'berth history' lists them");
	}
	if (run == NULL && err != NULL)
		*err = cause;
	return run;
}
