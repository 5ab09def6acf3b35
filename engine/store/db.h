/*
 * The database file: opened, brought to the present form, set aside when it is damaged. Used on one
 * worker at a time.
 *
 * Errors: CONFLICT (locked by another program), PROTOCOL (damaged), IO (the rest: full, read-only,
 * gone), LIMIT (made by a newer berth).
 */
#ifndef STORE_DB_H
#define STORE_DB_H

#include <stdbool.h>
#include <stdint.h>

#include <sqlite3.h>
#include <sys/types.h>

#include <berth/error.h>

#include "base/sha256.h"

struct db {
	char *path;
	sqlite3 *handle; /* NULL: not open */
	dev_t device;    /* of the file that is open */
	ino_t inode;
	unsigned char key[SHA256_SIZE]; /* of the fingerprints */
};

enum db_there { DB_FAILED = -1, DB_OPEN, DB_ABSENT };

/* 0, or -1 without memory. */
int db_init(struct db *db, const char *path);
void db_release(struct db *db);

/* Open it, unless it is, and still the file of that name. Without `create` one that is not there
 * stays so. */
enum db_there db_open(struct db *db, bool create, struct berth_error *err);
void db_close(struct db *db);
/* Rename what is there, as "history.db.damaged-20261120-103000": its name goes into `aside`. 0 also
 * if another program has done so meanwhile: then `aside` is empty. The database is closed. */
int db_set_aside(struct db *db, char aside[256], struct berth_error *err);

int db_run(struct db *db, const char *sql, struct berth_error *err);
/* NULL with the reason. */
sqlite3_stmt *db_prepare(struct db *db, const char *sql, struct berth_error *err);
/* Run to the end and finalise what returns no rows. */
int db_finish(struct db *db, sqlite3_stmt *statement, struct berth_error *err);
/* True for a row; false at the end, and on an error, which is in *err: its code is OK at the end.
 */
bool db_step(struct db *db, sqlite3_stmt *statement, struct berth_error *err);
/* What SQLite says was wrong last. -1. */
int db_error(struct db *db, struct berth_error *err);

/* One transaction: commit if `status` is 0, else roll back. Gives the status. */
int db_begin(struct db *db, struct berth_error *err);
int db_end(struct db *db, int status, struct berth_error *err);

/* A column in malloc'd memory; NULL if it is NULL, or without memory. */
char *db_text(sqlite3_stmt *statement, int column);
int64_t db_number(sqlite3_stmt *statement, int column);
void db_bind_text(sqlite3_stmt *statement, int index, const char *text);

#endif
