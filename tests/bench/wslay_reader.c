/*
 * The least that reads a WebSocket by wslay: a socket, the handshake, a callback that counts.
 *
 *   wslay_reader PORT MESSAGES [lines]     with lines, each message is parsed and its line printed
 */
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <jansson.h>
#include <wslay/wslay.h>

struct reader {
	int fd;
	long messages;
	int lines;
};

static ssize_t take(
	wslay_event_context_ptr frames, uint8_t *bytes, size_t cap, int flags, void *context)
{
	ssize_t n = read(((struct reader *)context)->fd, bytes, cap);

	(void)flags;
	if (n > 0)
		return n;
	wslay_event_set_error(frames, WSLAY_ERR_CALLBACK_FAILURE);
	return -1;
}

static ssize_t give(wslay_event_context_ptr frames, const uint8_t *bytes, size_t count, int flags,
	void *context)
{
	(void)frames;
	(void)flags;
	return write(((struct reader *)context)->fd, bytes, count);
}

static int mask(wslay_event_context_ptr frames, uint8_t *bytes, size_t count, void *context)
{
	(void)frames;
	(void)context;
	memset(bytes, 7, count);
	return 0;
}

static void heard(wslay_event_context_ptr frames, const struct wslay_event_on_msg_recv_arg *message,
	void *context)
{
	struct reader *reader = context;
	const char *line;
	json_t *event;

	(void)frames;
	if (wslay_is_ctrl_frame(message->opcode))
		return;
	reader->messages++;
	if (!reader->lines)
		return;
	event = json_loadb((const char *)message->msg, message->msg_length, 0, NULL);
	line = json_string_value(json_object_get(json_object_get(event, "data"), "line"));
	if (line)
		fputs(line, stdout);
	json_decref(event);
}

int main(int argc, char **argv)
{
	static const struct wslay_event_callbacks callbacks = {.recv_callback = take,
		.send_callback = give,
		.genmask_callback = mask,
		.on_msg_recv_callback = heard};
	static const char ask[] =
		"GET / HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
		"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n";
	struct sockaddr_in address = {
		.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	struct reader reader = {.fd = socket(AF_INET, SOCK_STREAM, 0), .lines = argc > 3};
	wslay_event_context_ptr frames;
	char head[4096];
	size_t have = 0;

	if (argc < 3)
		return 2;
	address.sin_port = htons((uint16_t)atoi(argv[1]));
	if (connect(reader.fd, (struct sockaddr *)&address, sizeof(address)) ||
		write(reader.fd, ask, sizeof(ask) - 1) < 0)
		return 1;
	/* Byte by byte, so that no frame is taken with it. */
	while (have < sizeof(head) - 1 && read(reader.fd, head + have, 1) == 1) {
		head[++have] = '\0';
		if (have > 4 && memcmp(head + have - 4, "\r\n\r\n", 4) == 0)
			break;
	}
	if (wslay_event_context_client_init(&frames, &callbacks, &reader))
		return 1;
	while (wslay_event_want_read(frames) && wslay_event_recv(frames) == 0)
		;
	wslay_event_context_free(frames);
	if (!reader.lines)
		printf("%ld\n", reader.messages);
	return reader.messages == atol(argv[2]) + 2 ? 0 : 1;
}
