#include "detect/scan_inner.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "detect/scan.h"
#include "source/beneath.h"

enum { MAX_LINKS = 8 };

/* The folder of `path` joined with `target`, "." and ".." taken out. Exact, because no folder on
 * the way is a link itself: beneath_open() would not have passed it. */
static int join(char out[PATH_MAX], const char *path, const char *target)
{
	char text[2 * PATH_MAX];
	const char *slash = strrchr(path, '/');
	size_t used = 0;
	int len = snprintf(
		text, sizeof text, "%.*s/%s", slash ? (int)(slash - path) : 0, path, target);

	if (target[0] == '/')
		return EXDEV;
	if (len < 0 || (size_t)len >= sizeof text)
		return ENAMETOOLONG;
	for (const char *p = text; *p;) {
		p += strspn(p, "/");
		size_t part = strcspn(p, "/");
		if (part == 2 && p[0] == '.' && p[1] == '.') {
			if (used == 0)
				return EXDEV;
			while (used > 0 && out[--used] != '/')
				;
		} else if (part > 0 && !(part == 1 && p[0] == '.')) {
			if (used + part + 2 > PATH_MAX)
				return ENAMETOOLONG;
			if (used > 0)
				out[used++] = '/';
			memcpy(out + used, p, part);
			used += part;
		}
		p += part;
	}
	out[used] = '\0';
	return 0;
}

/* Put what the link at `path` leads to in its place. 0 or an errno. */
static int follow(int top, char path[PATH_MAX])
{
	char target[PATH_MAX], folder[PATH_MAX], next[PATH_MAX];
	const char *slash = strrchr(path, '/');

	snprintf(folder, sizeof folder, "%.*s", slash ? (int)(slash - path) : 0, path);
	cleanup_close int at = beneath_open(top, folder, BENEATH_LOOKUP | O_DIRECTORY);
	if (at < 0)
		return errno;
	ssize_t len = readlinkat(at, slash ? slash + 1 : path, target, sizeof target - 1);
	if (len < 0)
		return errno;
	target[len] = '\0';
	int failure = join(next, path, target);
	if (failure == 0)
		memcpy(path, next, sizeof next);
	return failure;
}

int scan_file_open(int top, const char *path)
{
	char now[PATH_MAX];
	struct stat st;
	int failure;

	if (snprintf(now, sizeof now, "%s", path) >= (int)sizeof now) {
		errno = ENAMETOOLONG;
		return -1;
	}
	for (int i = 0; i < MAX_LINKS; i++) {
		/* A named pipe must not be waited for. */
		int fd = beneath_open(top, now, O_RDONLY | O_NONBLOCK | O_NOCTTY);
		if (fd >= 0) {
			if (fstat(fd, &st) == 0 && S_ISREG(st.st_mode))
				return fd;
			close(fd);
			errno = EISDIR;
			return -1;
		}
		/* A link at the end is ELOOP; one on the way is ENOTDIR, and is not followed. */
		if (errno != ELOOP)
			return -1;
		failure = follow(top, now);
		if (failure) {
			errno = failure;
			return -1;
		}
	}
	errno = ELOOP;
	return -1;
}

static int say(int errnum, const char *path, struct berth_error *err)
{
	if (errnum == ENOENT || errnum == ENOTDIR)
		return berth_error_set(err, BERTH_E_NOT_FOUND, errnum, "'%s' does not exist", path);
	if (errnum == EXDEV)
		return berth_error_set(
			err, BERTH_E_IO, errnum, "a link that leads out of the folder");
	if (errnum == EISDIR)
		return berth_error_set(err, BERTH_E_IO, errnum, "not a regular file");
	return berth_error_set(err, BERTH_E_IO, errnum, "can't be read: %s", strerror(errnum));
}

char *scan_read(
	const struct scan *scan, const char *path, size_t max, size_t *len, struct berth_error *err)
{
	cleanup_close int fd = scan_file_open(scan->top, path);
	struct stat st;

	if (fd < 0 || fstat(fd, &st) < 0) {
		say(errno, path, err);
		return NULL;
	}
	if (st.st_size < 0 || (size_t)st.st_size > max) {
		berth_error_set(err, BERTH_E_LIMIT, 0, "longer than %zu KiB, not read", max / 1024);
		return NULL;
	}
	size_t want = (size_t)st.st_size;
	char *text = malloc(want + 1);
	if (!text) {
		berth_error_set(err, BERTH_E_MEMORY, 0, "out of memory");
		return NULL;
	}
	*len = 0;
	while (*len < want) {
		ssize_t got = read(fd, text + *len, want - *len);
		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0) {
			say(errno, path, err);
			free(text);
			return NULL;
		}
		if (got == 0)
			break;
		*len += (size_t)got;
	}
	text[*len] = '\0';
	return text;
}
