#include "store/migrate.h"

#include "loop/timer.h"
#include "store/db.h"

/* Only ever added to. Numbers of runs are said to people: AUTOINCREMENT never gives one twice. What
 * is long and only read with its run stands apart, so that lists and searches pass it by. */
static const char *const steps[] = {
	"CREATE TABLE meta(name TEXT PRIMARY KEY, value BLOB NOT NULL) WITHOUT ROWID;"
	"CREATE TABLE runs("
	" number INTEGER PRIMARY KEY AUTOINCREMENT,"
	" deployment_id TEXT NOT NULL UNIQUE,"
	" name TEXT, target TEXT, kind TEXT, image TEXT, container TEXT,"
	" started_ms INTEGER NOT NULL, finished_ms INTEGER, duration_ms INTEGER,"
	" outcome TEXT, message TEXT, image_digest TEXT,"
	" who TEXT, host TEXT, terminal TEXT, client TEXT, version TEXT,"
	" log TEXT, log_removed INTEGER NOT NULL DEFAULT 0);"
	"CREATE INDEX runs_by_name ON runs(name, number);"
	"CREATE TABLE details("
	" run INTEGER PRIMARY KEY REFERENCES runs ON DELETE CASCADE,"
	" request TEXT, result TEXT);"
	"CREATE TABLE stages("
	" run INTEGER NOT NULL REFERENCES runs ON DELETE CASCADE,"
	" position INTEGER NOT NULL, name TEXT NOT NULL,"
	" began_ms INTEGER NOT NULL, ended_ms INTEGER,"
	" PRIMARY KEY(run, position)) WITHOUT ROWID;",
	/* Host ports given out: lease.h. host: "" is this machine. */
	"CREATE TABLE leases("
	" host TEXT NOT NULL, port INTEGER NOT NULL, protocol TEXT NOT NULL,"
	" engine TEXT NOT NULL, name TEXT NOT NULL, container TEXT NOT NULL,"
	" container_port INTEGER NOT NULL, deployment_id TEXT NOT NULL,"
	" leased_ms INTEGER NOT NULL, released_ms INTEGER,"
	" PRIMARY KEY(host, port, protocol)) WITHOUT ROWID;"
	"CREATE INDEX leases_by_container ON leases(host, engine, container);",
};

enum { STEPS = sizeof(steps) / sizeof(steps[0]) };

static int read_number(struct db *db, const char *sql, int64_t *number, struct berth_error *err)
{
	sqlite3_stmt *read = db_prepare(db, sql, err);
	struct berth_error cause;

	if (read == NULL)
		return -1;
	*number = db_step(db, read, &cause) ? db_number(read, 0) : 0;
	sqlite3_finalize(read);
	if (cause.code != BERTH_E_OK && err != NULL)
		*err = cause;
	return cause.code == BERTH_E_OK ? 0 : -1;
}

static int steps_done(struct db *db, int64_t *done, struct berth_error *err)
{
	*done = 0;
	if (read_number(db, "SELECT count(*) FROM sqlite_master WHERE name = 'migrations'", done,
		    err) == -1)
		return -1;
	if (*done == 0)
		return 0;
	return read_number(db, "SELECT coalesce(max(number), 0) FROM migrations", done, err);
}

static int do_step(struct db *db, int64_t number, struct berth_error *err)
{
	sqlite3_stmt *note;

	if (db_run(db, steps[number - 1], err) == -1)
		return -1;
	note = db_prepare(db, "INSERT INTO migrations VALUES(?1, ?2)", err);
	if (note == NULL)
		return -1;
	sqlite3_bind_int64(note, 1, number);
	sqlite3_bind_int64(note, 2, clock_unix_ms());
	return db_finish(db, note, err);
}

/* Looked at again inside of the transaction: two consoles may be started at once. */
static int next_step(struct db *db, struct berth_error *err)
{
	int64_t done;
	int status;

	if (db_begin(db, err) == -1)
		return -1;
	status = db_run(db,
		"CREATE TABLE IF NOT EXISTS migrations"
		"(number INTEGER PRIMARY KEY, at_ms INTEGER NOT NULL)",
		err);
	if (status == 0)
		status = steps_done(db, &done, err);
	if (status == 0 && done < STEPS)
		status = do_step(db, done + 1, err);
	return db_end(db, status, err);
}

int migrate(struct db *db, struct berth_error *err)
{
	int64_t done;

	for (;;) {
		if (steps_done(db, &done, err) == -1)
			return -1;
		if (done > STEPS)
			return berth_error_set(err, BERTH_E_LIMIT, 0,
				"'%s' was made by a newer berth (form %lld, this one knows %d)",
				db->path, (long long)done, STEPS);
		if (done == STEPS)
			return 0;
		if (next_step(db, err) == -1)
			return -1;
	}
}
