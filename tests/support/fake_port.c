#include "support/fake_port.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <poll.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

enum { CLIENTS_MAX = 64 };

struct fake_port {
	enum fake_answer answer;
	int status;
	int stop_event, listener;
	int clients[CLIENTS_MAX];
	int client_count;
	pthread_t thread;
};

static void answer(const struct fake_port *port, int client)
{
	char text[128];
	int len = snprintf(text, sizeof(text),
		"HTTP/1.1 %d Status\r\nContent-Length: 2\r\nConnection: close\r\n\r\nok",
		port->status);

	send(client, text, (size_t)len, MSG_NOSIGNAL);
}

/* True if the client is done with. */
static bool serve(const struct fake_port *port, int client)
{
	char request[4096];
	ssize_t len = recv(client, request, sizeof(request), MSG_DONTWAIT);

	if (len < 0)
		return errno != EAGAIN;
	if (len == 0)
		return true;
	if (port->answer == FAKE_ANSWERS)
		answer(port, client);
	/* FAKE_DROPS has taken the request, and that is all. */
	return port->answer != FAKE_SILENT;
}

static void take_client(struct fake_port *port)
{
	int client = accept4(port->listener, NULL, NULL, SOCK_CLOEXEC);

	if (client < 0)
		return;
	if (port->answer == FAKE_HANGS_UP || port->client_count == CLIENTS_MAX)
		close(client);
	else
		port->clients[port->client_count++] = client;
}

static void *run(void *context)
{
	struct fake_port *port = context;
	struct pollfd fds[CLIENTS_MAX + 2];

	for (;;) {
		int count = port->client_count;

		fds[0] = (struct pollfd){.fd = port->stop_event, .events = POLLIN};
		fds[1] = (struct pollfd){.fd = port->listener, .events = POLLIN};
		for (int i = 0; i < count; i++)
			fds[i + 2] = (struct pollfd){.fd = port->clients[i], .events = POLLIN};
		if (poll(fds, (nfds_t)count + 2, -1) < 0)
			continue;
		if (fds[0].revents)
			break;
		for (int i = count - 1; i >= 0; i--)
			if (fds[i + 2].revents && serve(port, port->clients[i])) {
				close(port->clients[i]);
				port->clients[i] = port->clients[--port->client_count];
			}
		if (fds[1].revents)
			take_client(port);
	}
	for (int i = 0; i < port->client_count; i++)
		close(port->clients[i]);
	return NULL;
}

static int listen_at(int number)
{
	struct sockaddr_in address = {.sin_family = AF_INET};
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0), on = 1, why;

	address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	address.sin_port = htons((uint16_t)number);
	if (fd < 0)
		return -1;
	setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
	if (bind(fd, (struct sockaddr *)&address, sizeof(address)) == 0 && listen(fd, 64) == 0)
		return fd;
	why = errno;
	close(fd);
	errno = why;
	return -1;
}

struct fake_port *fake_port_open(int number, enum fake_answer how, int status)
{
	struct fake_port *port = calloc(1, sizeof(*port));

	if (!port)
		return NULL;
	port->answer = how;
	port->status = status;
	port->listener = listen_at(number);
	if (port->listener < 0) {
		free(port);
		return NULL;
	}
	port->stop_event = eventfd(0, EFD_CLOEXEC);
	if (port->stop_event < 0 || pthread_create(&port->thread, NULL, run, port))
		abort();
	return port;
}

void fake_port_close(struct fake_port *port)
{
	uint64_t one = 1;

	if (!port)
		return;
	if (write(port->stop_event, &one, sizeof(one)) < 0)
		abort();
	pthread_join(port->thread, NULL);
	close(port->listener);
	close(port->stop_event);
	free(port);
}
