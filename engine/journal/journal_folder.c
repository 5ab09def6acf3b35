#include "journal/journal_folder.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include <berth/text.h>

#include "base/cleanup.h"
#include "journal/journal_names.h"
#include "journal/journal_run.h"
#include "loop/timer.h"

#define LOCK_TRIES    400
#define LOCK_PAUSE_NS 5000000L

/* By turns and not in flock() itself: whoever holds it may have been stopped. */
static int take(int fd)
{
	const struct timespec pause = {.tv_nsec = LOCK_PAUSE_NS};

	for (int i = 0; i < LOCK_TRIES; i++) {
		if (flock(fd, LOCK_EX | LOCK_NB) == 0)
			return 0;
		if (errno != EWOULDBLOCK && errno != EINTR)
			return -1;
		nanosleep(&pause, NULL);
	}
	errno = EWOULDBLOCK;
	return -1;
}

int journal_folder_lock(const char *folder, struct berth_error *err)
{
	int fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	if (fd == -1) {
		int cause = errno;

		berth_error_errno(err, cause, "open", folder);
		if (err != NULL && cause == ENOENT)
			err->code = BERTH_E_NOT_FOUND;
		return -1;
	}
	if (take(fd) == -1) {
		berth_error_errno(err, errno, "lock", folder);
		close(fd);
		return -1;
	}
	return fd;
}

int journal_folder_open(int folder_fd, const char *name, int flags)
{
	return openat(folder_fd, name, flags | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK, 0600);
}

static int refuse(const struct journal_run *run, struct berth_error *err)
{
	const char *container = run->request != NULL ? run->request->container : "";
	char age[16];

	berth_format_duration(age, clock_unix_ms() - run->since_ms);
	if (run->held) {
		berth_error_set(err, BERTH_E_CONFLICT, 0,
			"container '%s' is being deployed by '%s' on '%s' (pid %lld), for %s now",
			container, run->who, run->host, (long long)run->pid, age);
		return berth_error_hint(err, "wait for it, or give another --container; 'berth "
					     "recover' lists what is in flight");
	}
	berth_error_set(err, BERTH_E_CONFLICT, 0,
		"the deployment of container '%s' that '%s' began on '%s' %s ago was cut off and "
		"is not settled",
		container, run->who, run->host, age);
	return berth_error_hint(
		err, "'berth recover' shows what it left, and finishes it or puts it back");
}

/* A journal of something that was cut off before it did anything tells nobody anything. */
static int check_one(int folder_fd, const char *name, const char *place, struct berth_error *err)
{
	struct journal_run run = {0};
	cleanup_close int fd = journal_folder_open(folder_fd, name, O_RDONLY);
	int status = 0;

	if (fd == -1)
		return 0;
	if (journal_run_read(&run, name, fd, NULL) == 0 && strcmp(run.place, place) == 0) {
		if (run.held || (run.touched && run.outcome[0] == '\0'))
			status = refuse(&run, err);
		else
			unlinkat(folder_fd, name, 0);
	}
	journal_run_release(&run);
	return status;
}

int journal_folder_check(int folder_fd, const char *place, struct berth_error *err)
{
	int fd = openat(folder_fd, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	DIR *folder = fd != -1 ? fdopendir(fd) : NULL;
	const struct dirent *entry;
	int status = 0;

	if (folder == NULL) {
		berth_error_errno(err, errno, "read", "the folder of the journals");
		if (fd != -1)
			close(fd);
		return -1;
	}
	while (status == 0 && (entry = readdir(folder)) != NULL)
		if (journal_is_name(entry->d_name))
			status = check_one(folder_fd, entry->d_name, place, err);
	closedir(folder);
	return status;
}
