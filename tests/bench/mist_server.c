/*
 * What the Mist benchmarks read:
 *
 *   mist_server flood MESSAGES     a live stream: as many log messages as fast as they can be taken
 *   mist_server finished BYTES     a deployment that is over, with a log of so many bytes
 *
 * Prints "http://127.0.0.1:PORT" and serves whoever asks, until it is killed. A client is a process
 * of its own.
 */
#include <arpa/inet.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/sha1.h"

#define ROW                                                                                        \
	"{\"id\":456,\"app_id\":9,\"commit_hash\":\"abc123\",\"status\":\"success\",\"stage\":"    \
	"\"success\",\"progress\":100,\"duration\":125,\"error_message\":null}"

static char *bytes; /* frames, or the whole answer of the log's route */
static size_t len;
static char *log_answer;
static size_t log_len;

static void write_all(int fd, const char *from, size_t count)
{
	while (count > 0) {
		ssize_t n = write(fd, from, count);

		if (n <= 0)
			_exit(0);
		from += n;
		count -= (size_t)n;
	}
}

static size_t frame(char *at, unsigned first, const char *payload)
{
	size_t size = strlen(payload), head = 2;

	at[0] = (char)first;
	if (size < 126) {
		at[1] = (char)size;
	} else {
		at[1] = 126;
		at[2] = (char)(size >> 8);
		at[3] = (char)size;
		head = 4;
	}
	memcpy(at + head, payload, size);
	return head + size;
}

static void make_flood(int messages)
{
	char text[512];

	bytes = malloc((size_t)messages * 256 + 4096);
	len = frame(bytes, 0x81,
		"{\"type\":\"status\",\"data\":{\"deployment_id\":456,\"status\":\"building\","
		"\"stage\":\"building\",\"progress\":50,\"message\":\"Building\"}}");
	for (int i = 0; i < messages; i++) {
		snprintf(text, sizeof(text),
			"{\"type\":\"log\",\"timestamp\":\"2026-11-14T10:00:00Z\",\"data\":{"
			"\"line\":"
			"\"Step %d: the same work on another file\\n\",\"stream\":\"stdout\","
			"\"timestamp\":\"2026-11-14T10:00:00Z\"}}",
			i);
		len += frame(bytes + len, 0x81, text);
	}
	len += frame(bytes + len, 0x81,
		"{\"type\":\"status\",\"data\":{\"deployment_id\":456,\"status\":\"success\","
		"\"stage\":\"success\",\"progress\":100,\"message\":\"Done\"}}");
	bytes[len++] = (char)0x88;
	bytes[len++] = 2;
	bytes[len++] = 3;
	bytes[len++] = (char)0xe8;
}

static void make_log(size_t wanted, int live)
{
	size_t cap = wanted + wanted / 8 + 8192, body;
	char *at = malloc(cap), *json = malloc(cap);
	int n = 0;

	body = (size_t)sprintf(json, "{\"data\":{\"deployment\":" ROW ",\"logs\":\"");
	/* Of a live one nothing more is to be told at the end. */
	while (!live && body < wanted)
		body += (size_t)sprintf(json + body,
			"Step %d: the same work on another file, and then some\\n", n++);
	body += (size_t)sprintf(json + body, "\"},\"message\":\"ok\",\"success\":true}");
	log_len = (size_t)sprintf(at,
		"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %zu\r\n\r\n",
		body);
	memcpy(at + log_len, json, body);
	log_len += body;
	log_answer = at;
	free(json);
}

static void encode(char *text, const unsigned char *digest, size_t count)
{
	static const char digits[] =
		"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

	for (size_t i = 0; i < count; i += 3) {
		unsigned group = (unsigned)digest[i] << 16 |
				 (i + 1 < count ? (unsigned)digest[i + 1] << 8 : 0) |
				 (i + 2 < count ? digest[i + 2] : 0);

		*text++ = digits[group >> 18];
		*text++ = digits[group >> 12 & 63];
		*text++ = i + 1 < count ? digits[group >> 6 & 63] : '=';
		*text++ = i + 2 < count ? digits[group & 63] : '=';
	}
	*text = '\0';
}

static void shake_hands(int fd, const char *head)
{
	const char *key = strcasestr(head, "Sec-WebSocket-Key: ");
	unsigned char digest[SHA1_SIZE];
	char joined[128], accept[40], answer[256];

	if (!key)
		_exit(0);
	snprintf(joined, sizeof(joined), "%.24s258EAFA5-E914-47DA-95CA-C5AB0DC85B11", key + 19);
	sha1(digest, joined, strlen(joined));
	encode(accept, digest, sizeof(digest));
	write_all(fd, answer,
		(size_t)snprintf(answer, sizeof(answer),
			"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n"
			"Connection: Upgrade\r\nSec-WebSocket-Accept: %s\r\n\r\n",
			accept));
}

static void serve(int fd, int live)
{
	static const char said[] = "{\"success\":false,\"message\":\"deployment is still in "
				   "progress, use WebSocket endpoint\",\"error\":\"\"}";
	char running[512];
	static int asked;
	char head[8192], rest[4096];
	size_t have = 0;

	for (;;) {
		ssize_t n = read(fd, head + have, sizeof(head) - 1 - have);

		if (n <= 0)
			_exit(0);
		have += (size_t)n;
		head[have] = '\0';
		if (!strstr(head, "\r\n\r\n"))
			continue;
		have = 0;
		if (strcasestr(head, "Upgrade: websocket")) {
			shake_hands(fd, head);
			write_all(fd, bytes, len);
			while (read(fd, rest, sizeof(rest)) > 0)
				;
			_exit(0);
		}
		if (live && asked++ == 0)
			write_all(fd, running,
				(size_t)snprintf(running, sizeof(running),
					"HTTP/1.1 400 Bad Request\r\nContent-Type: "
					"application/json\r\nContent-Length: %zu\r\n\r\n%s",
					sizeof(said) - 1, said));
		else
			write_all(fd, log_answer, log_len);
	}
}

int main(int argc, char **argv)
{
	struct sockaddr_in address = {
		.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	socklen_t size = sizeof(address);
	int fd = socket(AF_INET, SOCK_STREAM, 0), live = argc > 1 && strcmp(argv[1], "flood") == 0;

	if (argc < 3 || bind(fd, (struct sockaddr *)&address, size) || listen(fd, 64) ||
		getsockname(fd, (struct sockaddr *)&address, &size))
		return 1;
	signal(SIGCHLD, SIG_IGN);
	if (live)
		make_flood(atoi(argv[2]));
	make_log((size_t)atol(argv[2]), live);
	printf("http://127.0.0.1:%d\n", ntohs(address.sin_port));
	fflush(stdout);
	for (;;) {
		int client = accept(fd, NULL, NULL);

		if (client >= 0 && fork() == 0)
			serve(client, live);
		close(client);
	}
}
