#include "config/write_file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "config/paths.h"
#include "config/strings.h"

int write_file_folder(const char *path, struct berth_error *err)
{
	cleanup_free char *folder = NULL;
	if (path_folder(&folder, path, err) < 0)
		return -1;
	for (char *p = folder + 1; *p; p++) {
		if (*p != '/')
			continue;
		*p = '\0';
		if (mkdir(folder, 0700) < 0 && errno != EEXIST)
			return berth_error_errno(err, errno, "make the folder", folder);
		*p = '/';
	}
	if (mkdir(folder, 0700) < 0 && errno != EEXIST)
		return berth_error_errno(err, errno, "make the folder", folder);
	return 0;
}

static int write_all(int fd, const char *text, size_t len)
{
	while (len > 0) {
		ssize_t written = write(fd, text, len);
		if (written < 0 && errno != EINTR)
			return -1;
		if (written > 0) {
			text += written;
			len -= (size_t)written;
		}
	}
	/* A name that points at what never reached the disk would be worse than the old file. */
	return fsync(fd);
}

/* Whoever is killed while it is written leaves nothing: the file has no name until it is complete.
 * -1 where the file system has no such files. */
static int open_nameless(const char *path)
{
	cleanup_free char *folder = NULL;
	if (path_folder(&folder, path, NULL) < 0)
		return -1;
	return open(folder, O_TMPFILE | O_WRONLY | O_CLOEXEC, 0600);
}

static int give_name(int fd, char *name)
{
	char self[64];
	char *end = name + strlen(name) - 6;
	snprintf(self, sizeof self, "/proc/self/fd/%d", fd);
	for (unsigned i = 0; i < 100; i++) {
		snprintf(end, 7, "%06x", ((unsigned)getpid() + i) & 0xffffff);
		if (linkat(AT_FDCWD, self, AT_FDCWD, name, AT_SYMLINK_FOLLOW) == 0)
			return 0;
		if (errno != EEXIST)
			break;
	}
	return -1;
}

int write_file(const char *path, const char *text, size_t len, struct berth_error *err)
{
	cleanup_free char *temporary = NULL;
	if (write_file_folder(path, err) < 0)
		return -1;
	if (asprintf(&temporary, "%s.XXXXXX", path) < 0) {
		temporary = NULL;
		return string_no_memory(err);
	}
	int fd = open_nameless(path);
	bool nameless = fd >= 0;
	if (!nameless)
		fd = mkstemp(temporary);
	if (fd < 0)
		return berth_error_errno(err, errno, "write", path);
	int status = write_all(fd, text, len);
	if (status == 0 && nameless) {
		status = give_name(fd, temporary);
		nameless = status < 0;
	}
	int why = errno;
	if (close(fd) < 0 && status == 0) {
		status = -1;
		why = errno;
	}
	if (status == 0 && rename(temporary, path) < 0) {
		status = -1;
		why = errno;
	}
	if (status == 0)
		return 0;
	if (!nameless)
		unlink(temporary);
	return berth_error_errno(err, why, "write", path);
}
