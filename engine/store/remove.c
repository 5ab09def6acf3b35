#include "store/remove.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "log/log_index.h"
#include "store/db.h"

/* -1 if it can't be opened. */
static int open_log(const char *path)
{
	return open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
}

bool log_in_use(const char *path)
{
	cleanup_close int fd = path != NULL ? open_log(path) : -1;

	return fd >= 0 && flock(fd, LOCK_SH | LOCK_NB) == -1 && errno == EWOULDBLOCK;
}

/* Whatever a database says, nothing but logs is removed. */
static bool is_log_name(const char *path)
{
	size_t len = strlen(path);

	return path[0] == '/' && len > 4 && strcmp(path + len - 4, ".log") == 0;
}

/* The index of a log, and the recording: "x.log.index" and "x.events". */
static void remove_beside(const char *log)
{
	const int stem = (int)(strlen(log) - strlen(".log"));
	cleanup_free char *index = NULL;
	cleanup_free char *events = NULL;

	if (asprintf(&index, "%s" LOG_INDEX_SUFFIX, log) < 0)
		index = NULL;
	else
		unlink(index);
	if (asprintf(&events, "%.*s.events", stem, log) < 0)
		events = NULL;
	else
		unlink(events);
}

/* The lock is held until the name is gone. */
int remove_log(const char *path, struct berth_error *err)
{
	cleanup_close int fd = is_log_name(path) ? open_log(path) : -1;

	if (!is_log_name(path))
		return 0;
	if (fd < 0 && errno != ENOENT)
		return berth_error_errno(err, errno, "remove", path);
	if (fd >= 0 && flock(fd, LOCK_EX | LOCK_NB) == -1 && errno == EWOULDBLOCK)
		return berth_error_set(
			err, BERTH_E_CONFLICT, 0, "'%s' is still written to by a console", path);
	if (unlink(path) == -1 && errno != ENOENT)
		return berth_error_errno(err, errno, "remove", path);
	remove_beside(path);
	return 0;
}

static int remove_row(struct db *db, int64_t number, struct berth_error *err)
{
	sqlite3_stmt *drop = db_prepare(db, "DELETE FROM runs WHERE number = ?1", err);

	if (drop == NULL)
		return -1;
	sqlite3_bind_int64(drop, 1, number);
	return db_finish(db, drop, err);
}

/* If the log stays the run does, or nobody would ever find it. */
int remove_run(struct db *db, int64_t number, const char *log, struct berth_error *err)
{
	int status;

	if (db_begin(db, err) == -1)
		return -1;
	status = remove_row(db, number, err);
	if (status == 0 && log != NULL)
		status = remove_log(log, err);
	return db_end(db, status, err);
}
