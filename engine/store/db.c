#include "store/db.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/private_folder.h"
#include "base/trace.h"
#include "store/migrate.h"

/* Another console holds the lock for a write of a few rows. */
enum { BUSY_MS = 1000 };

int db_init(struct db *db, const char *path)
{
	*db = (struct db){.path = strdup(path)};
	return db->path != NULL ? 0 : -1;
}

void db_close(struct db *db)
{
	sqlite3_close(db->handle);
	db->handle = NULL;
}

void db_release(struct db *db)
{
	db_close(db);
	explicit_bzero(db->key, sizeof(db->key));
	free(db->path);
}

static int say(struct db *db, int code, const char *text, struct berth_error *err)
{
	trace("store", "%s (%d)", text, code);
	/* What a quota or a limit refuses. */
	if (code == SQLITE_IOERR_WRITE)
		return berth_error_set(err, BERTH_E_IO, 0,
			"cannot write '%s': there is no room for it, or the disk is broken",
			db->path);
	switch (code & 0xff) {
	case SQLITE_BUSY:
	case SQLITE_LOCKED:
		return berth_error_set(
			err, BERTH_E_CONFLICT, 0, "'%s' is locked by another program", db->path);
	case SQLITE_CORRUPT:
	case SQLITE_NOTADB:
		return berth_error_set(
			err, BERTH_E_PROTOCOL, 0, "'%s' is damaged: %s", db->path, text);
	case SQLITE_FULL:
		return berth_error_set(
			err, BERTH_E_IO, ENOSPC, "the disk of '%s' is full", db->path);
	case SQLITE_NOMEM:
		return berth_error_set(err, BERTH_E_MEMORY, 0, "out of memory");
	default:
		return berth_error_set(err, BERTH_E_IO, 0, "cannot use '%s': %s", db->path, text);
	}
}

int db_error(struct db *db, struct berth_error *err)
{
	return say(db, sqlite3_extended_errcode(db->handle), sqlite3_errmsg(db->handle), err);
}

int db_run(struct db *db, const char *sql, struct berth_error *err)
{
	return sqlite3_exec(db->handle, sql, NULL, NULL, NULL) == SQLITE_OK ? 0 : db_error(db, err);
}

sqlite3_stmt *db_prepare(struct db *db, const char *sql, struct berth_error *err)
{
	sqlite3_stmt *statement = NULL;

	if (sqlite3_prepare_v2(db->handle, sql, -1, &statement, NULL) != SQLITE_OK)
		db_error(db, err);
	return statement;
}

bool db_step(struct db *db, sqlite3_stmt *statement, struct berth_error *err)
{
	int code = sqlite3_step(statement);

	berth_error_clear(err);
	if (code != SQLITE_ROW && code != SQLITE_DONE)
		db_error(db, err);
	return code == SQLITE_ROW;
}

int db_finish(struct db *db, sqlite3_stmt *statement, struct berth_error *err)
{
	struct berth_error cause;

	db_step(db, statement, &cause);
	sqlite3_finalize(statement);
	if (cause.code == BERTH_E_OK)
		return 0;
	if (err != NULL)
		*err = cause;
	return -1;
}

int db_begin(struct db *db, struct berth_error *err)
{
	return db_run(db, "BEGIN IMMEDIATE", err);
}

int db_end(struct db *db, int status, struct berth_error *err)
{
	if (status == 0)
		status = db_run(db, "COMMIT", err);
	/* Some errors have rolled back already. */
	if (status != 0 && !sqlite3_get_autocommit(db->handle))
		sqlite3_exec(db->handle, "ROLLBACK", NULL, NULL, NULL);
	return status;
}

char *db_text(sqlite3_stmt *statement, int column)
{
	const unsigned char *text = sqlite3_column_text(statement, column);

	return text != NULL ? strdup((const char *)text) : NULL;
}

int64_t db_number(sqlite3_stmt *statement, int column)
{
	return sqlite3_column_int64(statement, column);
}

void db_bind_text(sqlite3_stmt *statement, int index, const char *text)
{
	if (text != NULL)
		sqlite3_bind_text(statement, index, text, -1, SQLITE_STATIC);
	else
		sqlite3_bind_null(statement, index);
}

/* SQLite would make it readable for others. A file that is there is not opened here: closing it
 * would take away the locks that this program has on it. */
static int make_file(struct db *db, struct berth_error *err)
{
	int fd;

	if (private_folder_make(db->path) == -1)
		return berth_error_errno(err, errno, "make", db->path);
	fd = open(db->path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, S_IRUSR | S_IWUSR);
	if (fd < 0 && errno != EEXIST)
		return berth_error_errno(err, errno, "make", db->path);
	if (fd >= 0)
		close(fd);
	return 0;
}

static int read_key(struct db *db, bool *found, struct berth_error *err)
{
	sqlite3_stmt *read = db_prepare(
		db, "SELECT value FROM meta WHERE name = 'fingerprint_key'", err);
	struct berth_error cause;

	if (read == NULL)
		return -1;
	*found = db_step(db, read, &cause) && sqlite3_column_bytes(read, 0) == (int)sizeof(db->key);
	if (*found)
		memcpy(db->key, sqlite3_column_blob(read, 0), sizeof(db->key));
	sqlite3_finalize(read);
	if (cause.code != BERTH_E_OK && err != NULL)
		*err = cause;
	return cause.code == BERTH_E_OK ? 0 : -1;
}

/* Whoever comes first makes it. */
static int make_key(struct db *db, struct berth_error *err)
{
	unsigned char key[SHA256_SIZE];
	sqlite3_stmt *write;
	int status;

	if (getrandom(key, sizeof(key), 0) != (ssize_t)sizeof(key))
		return berth_error_errno(err, errno, "make", "a key for fingerprints");
	write = db_prepare(db, "INSERT OR IGNORE INTO meta VALUES('fingerprint_key', ?1)", err);
	if (write == NULL)
		return -1;
	sqlite3_bind_blob(write, 1, key, sizeof(key), SQLITE_STATIC);
	status = db_finish(db, write, err);
	explicit_bzero(key, sizeof(key));
	return status;
}

static int load_key(struct db *db, struct berth_error *err)
{
	bool found = false;

	if (read_key(db, &found, err) == -1)
		return -1;
	if (found)
		return 0;
	if (make_key(db, err) == -1 || read_key(db, &found, err) == -1)
		return -1;
	return found ? 0
		     : berth_error_set(
			       err, BERTH_E_PROTOCOL, 0, "'%s' is damaged: no key", db->path);
}

/* Where WAL can't be had (some network file systems) it stays as it is, and works. */
static const char settings[] = "PRAGMA foreign_keys = ON;"
			       "PRAGMA trusted_schema = OFF;"
			       "PRAGMA cell_size_check = ON;"
			       "PRAGMA journal_mode = WAL;"
			       "PRAGMA synchronous = NORMAL;"
			       "PRAGMA journal_size_limit = 4194304;";

static int open_file(struct db *db, const struct stat *info, struct berth_error *err)
{
	int code;

	db->device = info->st_dev;
	db->inode = info->st_ino;
	code = sqlite3_open_v2(
		db->path, &db->handle, SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX, NULL);

	if (code != SQLITE_OK)
		return say(db, code, sqlite3_errstr(code), err);
	sqlite3_extended_result_codes(db->handle, 1);
	sqlite3_busy_timeout(db->handle, BUSY_MS);
	/* A program that ends would wait for the disk. What is in the write-ahead log is safe
	 * there, and moves on when it has grown. */
	sqlite3_db_config(db->handle, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, NULL);
	if (db_run(db, settings, err) == -1 || migrate(db, err) == -1)
		return -1;
	return load_key(db, err);
}

enum db_there db_open(struct db *db, bool create, struct berth_error *err)
{
	struct stat info;
	bool there = stat(db->path, &info) == 0;

	/* Somebody took it away, or set it aside. */
	if (db->handle != NULL && (!there || info.st_dev != db->device || info.st_ino != db->inode))
		db_close(db);
	if (db->handle != NULL)
		return DB_OPEN;
	if (!there && !create && errno == ENOENT)
		return DB_ABSENT;
	if (!there && (make_file(db, err) == -1 || stat(db->path, &info) == -1))
		return DB_FAILED;
	if (open_file(db, &info, err) == 0)
		return DB_OPEN;
	db_close(db);
	return DB_FAILED;
}
