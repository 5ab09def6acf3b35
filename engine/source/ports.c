#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "source/ports.h"

enum {
	MAX_SOCKETS = 64, /* of one port: listeners that share it, and processes' copies of them */
	TCP_LISTENING = 10, /* as the kernel's tables number it */
};

static int try_bind(const struct sockaddr *address, socklen_t len, bool udp)
{
	cleanup_close int fd = socket(
		address->sa_family, (udp ? SOCK_DGRAM : SOCK_STREAM) | SOCK_CLOEXEC, 0);
	const int on = 1;

	if (fd < 0)
		return errno;
	/* Else the second bind would meet the first, on hosts where IPv6 sockets take both. */
	if (address->sa_family == AF_INET6 &&
		setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &on, sizeof(on)))
		return errno;
	if (!udp && setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on)))
		return errno;
	return bind(fd, address, len) ? errno : 0;
}

int port_is_free(int port, bool udp, struct berth_error *err)
{
	struct sockaddr_in v4 = {.sin_family = AF_INET, .sin_port = htons((uint16_t)port)};
	struct sockaddr_in6 v6 = {.sin6_family = AF_INET6, .sin6_port = htons((uint16_t)port)};
	int failure;

	if (port < 1 || port > 65535)
		return berth_error_set(err, BERTH_E_USAGE, 0, "%d is not a port", port);
	failure = try_bind((const struct sockaddr *)&v4, sizeof(v4), udp);
	if (failure == 0) {
		failure = try_bind((const struct sockaddr *)&v6, sizeof(v6), udp);
		if (failure == EAFNOSUPPORT || failure == EADDRNOTAVAIL)
			failure = 0; /* a host without IPv6 */
	}
	if (failure == 0)
		return 1;
	if (failure == EADDRINUSE)
		return 0;
	return berth_error_set(err, failure == EACCES ? BERTH_E_DENIED : BERTH_E_IO, failure,
		"cannot test port %d: %s", port, strerror(failure));
}

struct sockets {
	unsigned long inodes[MAX_SOCKETS];
	size_t count;
};

/* Add the sockets of one kernel table that hold the port. A host without IPv6 has no such table. */
static void read_table(struct sockets *sockets, const char *path, int port, bool udp)
{
	FILE *table = fopen(path, "re");
	unsigned local, state;
	unsigned long inode;
	char line[512];

	if (!table)
		return;
	while (sockets->count < MAX_SOCKETS && fgets(line, sizeof(line), table)) {
		if (sscanf(line,
			    " %*u: %*[0-9A-Fa-f]:%x %*[0-9A-Fa-f]:%*x %x %*x:%*x %*x:%*x %*x %*u "
			    "%*u %lu",
			    &local, &state, &inode) != 3)
			continue;
		if (local == (unsigned)port && inode != 0 && (udp || state == TCP_LISTENING))
			sockets->inodes[sockets->count++] = inode;
	}
	fclose(table);
}

static bool is_one_of(const struct sockets *sockets, const char *link)
{
	unsigned long inode;

	if (sscanf(link, "socket:[%lu]", &inode) != 1)
		return false;
	for (size_t i = 0; i < sockets->count; i++) {
		if (sockets->inodes[i] == inode)
			return true;
	}
	return false;
}

/* Other users' processes cannot be looked into; that is not an error here. */
static bool process_has(int proc, const char *pid, const struct sockets *sockets)
{
	const struct dirent *found;
	char path[64], link[64];
	bool has = false;
	DIR *stream;
	int fd;

	snprintf(path, sizeof(path), "%.20s/fd", pid);
	fd = openat(proc, path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd < 0)
		return false;
	stream = fdopendir(fd);
	if (!stream) {
		close(fd);
		return false;
	}
	while (!has && (found = readdir(stream))) {
		ssize_t len = readlinkat(fd, found->d_name, link, sizeof(link) - 1);

		if (len > 0) {
			link[len] = '\0';
			has = is_one_of(sockets, link);
		}
	}
	closedir(stream);
	return has;
}

static void read_command(struct port_owner *owner, int proc, const char *pid)
{
	char path[64];
	ssize_t len;

	snprintf(path, sizeof(path), "%.20s/comm", pid);
	cleanup_close int fd = openat(proc, path, O_RDONLY | O_CLOEXEC);
	len = fd < 0 ? -1 : read(fd, owner->name, sizeof(owner->name) - 1);
	owner->name[len > 0 ? len : 0] = '\0';
	owner->name[strcspn(owner->name, "\n")] = '\0';
}

int port_find_owner(struct port_owner *owner, int port, bool udp, struct berth_error *err)
{
	struct sockets sockets = {.count = 0};
	const struct dirent *found;
	DIR *processes;

	*owner = (struct port_owner){0};
	read_table(&sockets, udp ? "/proc/net/udp" : "/proc/net/tcp", port, udp);
	read_table(&sockets, udp ? "/proc/net/udp6" : "/proc/net/tcp6", port, udp);
	if (sockets.count == 0)
		return 0;
	processes = opendir("/proc");
	if (!processes)
		return berth_error_errno(err, errno, "read", "/proc");
	while ((found = readdir(processes))) {
		char *end;
		long pid = strtol(found->d_name, &end, 10);

		if (pid <= 0 || *end)
			continue;
		if (process_has(dirfd(processes), found->d_name, &sockets)) {
			owner->pid = (pid_t)pid;
			read_command(owner, dirfd(processes), found->d_name);
			break;
		}
	}
	closedir(processes);
	return 0;
}
