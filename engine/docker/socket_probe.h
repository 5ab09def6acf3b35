/* Does somebody listen on this unix socket? Connects without blocking and hangs up at once. */
#ifndef DOCKER_SOCKET_PROBE_H
#define DOCKER_SOCKET_PROBE_H

#include <berth/error.h>

/* The longest path connect() takes. */
#define SOCKET_PATH_MAX 107

/* 0, or the errno that says why not; ENOTSOCK for something that is no socket. `path` has at most
 * SOCKET_PATH_MAX bytes. */
int socket_probe(const char *path);

/* "answers", "no such file", "permission denied", "connection refused", ... */
const char *socket_probe_text(int result);

/* A path that connect() takes for one that may be longer: itself, or one through /proc/self/fd and
 * the folder, which is then open in *folder_fd as long as the path is used (else -1). Malloc'd;
 * NULL with *result as from socket_probe(). */
char *socket_short_path(const char *path, int *folder_fd, int *result);

#endif
