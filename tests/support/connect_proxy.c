#include "support/connect_proxy.h"

#include <arpa/inet.h>
#include <poll.h>
#include <sched.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define PIECE 16384

struct client {
	struct connect_proxy *proxy;
	int fd;
};

static struct sockaddr_in loopback(int port)
{
	return (struct sockaddr_in){
		.sin_family = AF_INET,
		.sin_port = htons((uint16_t)port),
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK),
	};
}

/* Byte by byte, so that nothing behind the head is taken. */
static bool read_head(struct connect_proxy *proxy, int fd)
{
	char head[sizeof(proxy->head)];
	size_t len = 0;

	while (len < sizeof(head) - 1 && read(fd, head + len, 1) == 1) {
		head[++len] = '\0';
		if (len >= 4 && strcmp(head + len - 4, "\r\n\r\n") == 0) {
			memcpy(proxy->head, head, len + 1);
			atomic_fetch_add(&proxy->asked, 1);
			return true;
		}
	}
	return false;
}

static int status_for(const struct connect_proxy *proxy)
{
	char line[256];

	if (proxy->status)
		return proxy->status;
	if (!proxy->wants)
		return 200;
	snprintf(line, sizeof(line), "\r\nProxy-Authorization: %s\r\n", proxy->wants);
	return strstr(proxy->head, line) ? 200 : 407;
}

static bool pass_on(int from, int to)
{
	char data[PIECE];
	ssize_t len = read(from, data, sizeof(data));

	for (ssize_t sent = 0, n; sent < len; sent += n)
		if ((n = send(to, data + sent, (size_t)(len - sent), MSG_NOSIGNAL)) <= 0)
			return false;
	return len > 0;
}

/* Until one of both hangs up, or the proxy is stopped: then its listener hangs up, too. */
static void tunnel(const struct connect_proxy *proxy, int client, int server)
{
	struct pollfd fds[] = {{.fd = client, .events = POLLIN}, {.fd = server, .events = POLLIN},
		{.fd = proxy->listener}};

	while (poll(fds, 3, -1) > 0 && !fds[2].revents) {
		if (fds[0].revents && !pass_on(client, server))
			return;
		if (fds[1].revents && !pass_on(server, client))
			return;
	}
}

static void *serve(void *context)
{
	struct client *client = context;
	struct connect_proxy *proxy = client->proxy;
	struct sockaddr_in address = loopback(proxy->to_port);
	int server = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	int status = read_head(proxy, client->fd) ? status_for(proxy) : 0;

	if (status == 200 && connect(server, (struct sockaddr *)&address, sizeof(address)) != 0)
		status = 502;
	if (status)
		dprintf(client->fd, "HTTP/1.1 %d Said by the proxy\r\n%s\r\n", status,
			status == 200 ? "" : "Content-Length: 0\r\n");
	if (status == 200)
		tunnel(proxy, client->fd, server);
	close(server);
	close(client->fd);
	atomic_fetch_sub(&proxy->open, 1);
	free(client);
	return NULL;
}

static void *take_clients(void *context)
{
	struct connect_proxy *proxy = context;
	int fd;

	while ((fd = accept4(proxy->listener, NULL, NULL, SOCK_CLOEXEC)) >= 0) {
		struct client *client = malloc(sizeof(*client));
		pthread_t thread;

		*client = (struct client){proxy, fd};
		atomic_fetch_add(&proxy->open, 1);
		pthread_create(&thread, NULL, serve, client);
		pthread_detach(thread);
	}
	return NULL;
}

int connect_proxy_start(struct connect_proxy *proxy)
{
	struct sockaddr_in address = loopback(0);
	socklen_t len = sizeof(address);

	proxy->listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (proxy->listener < 0 || bind(proxy->listener, (struct sockaddr *)&address, len) ||
		listen(proxy->listener, 16) ||
		getsockname(proxy->listener, (struct sockaddr *)&address, &len)) {
		perror("connect proxy");
		return -1;
	}
	proxy->port = ntohs(address.sin_port);
	return pthread_create(&proxy->thread, NULL, take_clients, proxy) ? -1 : 0;
}

void connect_proxy_stop(struct connect_proxy *proxy)
{
	shutdown(proxy->listener, SHUT_RDWR);
	pthread_join(proxy->thread, NULL);
	close(proxy->listener);
	while (atomic_load(&proxy->open) > 0)
		sched_yield();
}
