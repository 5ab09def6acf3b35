#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "loop/timer.h"
#include "store/db.h"

/* Two programs may find the damage at once: the second must not take away what the first began
 * anew. */
static int lock_folder(const struct db *db)
{
	cleanup_free char *folder = strdup(db->path);
	char *slash = folder != NULL ? strrchr(folder, '/') : NULL;
	int fd;

	if (slash == NULL || slash == folder)
		return -1;
	*slash = '\0';
	fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd >= 0)
		flock(fd, LOCK_EX);
	return fd;
}

static bool is_same(const struct db *db)
{
	struct stat info;

	return stat(db->path, &info) == 0 && info.st_dev == db->device && info.st_ino == db->inode;
}

/* The write-ahead log belongs to the file by its name. */
static int rename_one(const struct db *db, const char *suffix, const char *aside)
{
	cleanup_free char *from = NULL, *to = NULL;

	if (asprintf(&from, "%s%s", db->path, suffix) < 0 ||
		asprintf(&to, "%s.%s%s", db->path, aside, suffix) < 0)
		return -1;
	return rename(from, to) == 0 || errno == ENOENT ? 0 : -1;
}

static int rename_all(const struct db *db, char aside[256], struct berth_error *err)
{
	static const char *const suffixes[] = {"", "-wal", "-shm"};
	time_t now = (time_t)(clock_unix_ms() / 1000);
	char when[64] = "damaged";
	struct tm tm;

	if (gmtime_r(&now, &tm) != NULL)
		strftime(when, sizeof(when), "damaged-%Y%m%d-%H%M%S", &tm);
	for (size_t i = 0; i < sizeof(suffixes) / sizeof(suffixes[0]); i++)
		if (rename_one(db, suffixes[i], when) == -1)
			return berth_error_errno(err, errno, "set aside", db->path);
	snprintf(aside, 256, "%s.%s", strrchr(db->path, '/') + 1, when);
	return 0;
}

int db_set_aside(struct db *db, char aside[256], struct berth_error *err)
{
	int lock = lock_folder(db), status = 0;

	db_close(db);
	aside[0] = '\0';
	if (is_same(db))
		status = rename_all(db, aside, err);
	if (lock >= 0)
		close(lock);
	return status;
}
