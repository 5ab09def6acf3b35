/*
 * What the stream benchmarks read: one recorded event, over and over.
 *
 *   remote_server flood EVENTS           as fast as they can be taken, then the word of success
 *   remote_server pace RATE SECONDS      RATE events a second on every connection, then the word
 *   remote_server silent                 one event, and nothing any more
 *
 * Prints "http://127.0.0.1:PORT" and serves whoever asks for anything, until it is killed.
 */
#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#define HEAD                                                                                       \
	"HTTP/1.1 200 OK\r\ncache-control: no-cache\r\n"                                           \
	"content-type: text/event-stream; charset=utf-8\r\nTransfer-Encoding: chunked\r\n\r\n"
#define ID "82ae1008-0fd7-4035-8892-ba2ce95771a3"
#define EVENT                                                                                      \
	"data: {\"deployment_id\": \"" ID "\", \"timestamp\": \"2026-11-20T15:52:31.013358\", "    \
	"\"message\": \"\\ud83d\\udce5 Downloading layers... (%03d s)\", \"stage\": \"deploying\"" \
	", \"progress\": 20}\n\n"
#define WORD                                                                                       \
	"data: {\"deployment_id\": \"" ID "\", \"message\": \"Deployment completed\", \"stage\": " \
	"\"completed\", \"progress\": 100, \"result\": {\"success\": true, \"message\": \"ok\", "  \
	"\"deployment_id\": \"555747451cbf\"}}\n\n"

enum { CONNECTIONS = 4096 };

static char *chunk_add(char *at, const char *text)
{
	return at + sprintf(at, "%zx\r\n%s\r\n", strlen(text), text);
}

static char *event_add(char *at, int number)
{
	char text[512];

	snprintf(text, sizeof(text), EVENT, number % 1000);
	return chunk_add(at, text);
}

static int listen_here(void)
{
	struct sockaddr_in address = {
		.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	socklen_t len = sizeof(address);
	int fd = socket(AF_INET, SOCK_STREAM, 0);

	if (fd < 0 || bind(fd, (struct sockaddr *)&address, len) || listen(fd, 1024) ||
		getsockname(fd, (struct sockaddr *)&address, &len)) {
		perror("remote_server");
		exit(1);
	}
	printf("http://127.0.0.1:%d\n", ntohs(address.sin_port));
	fflush(stdout);
	return fd;
}

/* Head and body of the request; its body is short and comes with or right after the head. */
static int read_request(int fd)
{
	char text[16384];
	size_t len = 0;
	char *end = NULL, *length;

	while (len < sizeof(text) - 1) {
		ssize_t n = read(fd, text + len, sizeof(text) - 1 - len);

		if (n <= 0)
			return -1;
		len += (size_t)n;
		text[len] = '\0';
		end = strstr(text, "\r\n\r\n");
		length = strcasestr(text, "content-length:");
		if (end &&
			(size_t)(end + 4 - text) + (length ? (size_t)atoi(length + 15) : 0) <= len)
			return 0;
	}
	return -1;
}

static void write_all(int fd, const char *bytes, size_t len)
{
	while (len > 0) {
		ssize_t n = write(fd, bytes, len);

		if (n <= 0)
			return;
		bytes += n;
		len -= (size_t)n;
	}
}

static int flood(int events)
{
	char *bytes = malloc((size_t)events * 256 + 4096), *at;
	int fd = listen_here();

	if (!bytes)
		return 1;
	at = bytes + sprintf(bytes, HEAD);
	for (int i = 0; i < events; i++)
		at = event_add(at, i);
	at = chunk_add(at, WORD);
	at += sprintf(at, "0\r\n\r\n");
	for (;;) {
		int client = accept(fd, NULL, NULL);

		if (client >= 0 && read_request(client) == 0)
			write_all(client, bytes, (size_t)(at - bytes));
		close(client);
	}
}

/* --- many slow ones --- */

static int clients[CONNECTIONS];
static long sent[CONNECTIONS];
static int client_count;

static double now(void)
{
	struct timespec time;

	clock_gettime(CLOCK_MONOTONIC, &time);
	return (double)time.tv_sec + (double)time.tv_nsec / 1e9;
}

/* How many came within that time. */
static int take_clients(int fd, int wait_ms)
{
	struct pollfd listener = {.fd = fd, .events = POLLIN};
	int before = client_count;

	while (client_count < CONNECTIONS && poll(&listener, 1, wait_ms) > 0) {
		int client = accept(fd, NULL, NULL);

		wait_ms = 0;
		if (client < 0 || read_request(client) < 0) {
			close(client);
			continue;
		}
		write_all(client, HEAD, sizeof(HEAD) - 1);
		sent[client_count] = 0;
		clients[client_count++] = client;
	}
	return client_count - before;
}

static void send_next(int i, long events)
{
	char bytes[2048], *end;

	if (sent[i] >= events)
		return;
	end = event_add(bytes, (int)sent[i]);
	if (++sent[i] == events) {
		end = chunk_add(end, WORD);
		end += sprintf(end, "0\r\n\r\n");
	}
	write_all(clients[i], bytes, (size_t)(end - bytes));
}

static int all_sent(long events)
{
	for (int i = 0; i < client_count; i++)
		if (sent[i] < events)
			return 0;
	return client_count > 0;
}

/* Each connection has its own moment in a turn, so that arrivals are spread as they are in life. */
static int pace(int rate, int seconds)
{
	long events = (long)rate * seconds, slot = 0;
	int fd = listen_here();
	double began = 0;

	for (;;) {
		if (take_clients(fd, client_count == 0 ? 1000 : 1) > 0) {
			began = now();
			slot = 0;
		}
		while (client_count > 0 && (double)slot < (now() - began) * rate * client_count)
			send_next((int)(slot++ % client_count), events);
		if (!all_sent(events))
			continue;
		for (int i = 0; i < client_count; i++)
			close(clients[i]);
		client_count = 0;
	}
}

/* They stay open until this program ends, or the client goes. */
static int silent(void)
{
	char bytes[2048];
	int fd = listen_here();

	for (;;) {
		int client = accept(fd, NULL, NULL);

		if (client < 0 || read_request(client) < 0)
			continue;
		write_all(client, HEAD, sizeof(HEAD) - 1);
		write_all(client, bytes, (size_t)(event_add(bytes, 0) - bytes));
	}
}

int main(int argc, char **argv)
{
	struct rlimit files = {CONNECTIONS + 64, CONNECTIONS + 64};

	setrlimit(RLIMIT_NOFILE, &files);
	if (argc == 3 && strcmp(argv[1], "flood") == 0)
		return flood(atoi(argv[2]));
	if (argc == 4 && strcmp(argv[1], "pace") == 0)
		return pace(atoi(argv[2]), atoi(argv[3]));
	if (argc == 2 && strcmp(argv[1], "silent") == 0)
		return silent();
	fputs("usage: remote_server flood EVENTS | pace RATE SECONDS | silent\n", stderr);
	return 2;
}
