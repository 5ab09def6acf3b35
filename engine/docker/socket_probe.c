#include "docker/socket_probe.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/cleanup.h"

_Static_assert(SOCKET_PATH_MAX == sizeof(((struct sockaddr_un *)0)->sun_path) - 1,
	"the longest path leaves room for its NUL");

int socket_probe(const char *path)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	cleanup_close int fd = -1;
	struct stat st;

	if (strlen(path) > SOCKET_PATH_MAX)
		return ENAMETOOLONG;
	if (stat(path, &st) < 0)
		return errno;
	/* connect() would call this ECONNREFUSED. */
	if (!S_ISSOCK(st.st_mode))
		return ENOTSOCK;
	fd = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	if (fd < 0)
		return errno;
	memcpy(address.sun_path, path, strlen(path) + 1);
	/* EAGAIN: there is a listener, and its queue is full. */
	if (connect(fd, (struct sockaddr *)&address, sizeof(address)) < 0 && errno != EAGAIN)
		return errno;
	return 0;
}

const char *socket_probe_text(int result)
{
	switch (result) {
	case 0:
		return "answers";
	case ENOENT:
		return "no such file";
	case EACCES:
	case EPERM:
		return "permission denied";
	case ECONNREFUSED:
		return "connection refused";
	case ENOTSOCK:
		return "not a socket";
	case ENOTDIR:
		return "not a folder on the way to it";
	case ENAMETOOLONG:
		return "the file name is too long";
	default:
		return strerror(result);
	}
}

char *socket_short_path(const char *path, int *folder_fd, int *result)
{
	const char *name = strrchr(path, '/') + 1;
	cleanup_free char *folder = NULL;
	char *made;

	*folder_fd = -1;
	*result = ENOMEM;
	if (strlen(path) <= SOCKET_PATH_MAX) {
		made = strdup(path);
		*result = made ? 0 : ENOMEM;
		return made;
	}
	folder = strndup(path, (size_t)(name - path));
	if (!folder)
		return NULL;
	*folder_fd = open(folder, O_PATH | O_DIRECTORY | O_CLOEXEC);
	if (*folder_fd < 0) {
		*result = errno;
		return NULL;
	}
	if (asprintf(&made, "/proc/self/fd/%d/%s", *folder_fd, name) < 0)
		made = NULL;
	if (made && strlen(made) <= SOCKET_PATH_MAX) {
		*result = 0;
		return made;
	}
	*result = made ? ENAMETOOLONG : ENOMEM;
	free(made);
	close(*folder_fd);
	*folder_fd = -1;
	return NULL;
}
