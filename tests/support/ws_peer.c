#include "support/ws_peer.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/sha1.h"
#include "support/http_peer_internal.h"

/* Written another way than ours: bit by bit. */
static void encode(char *text, const unsigned char *bytes, size_t len)
{
	static const char digits[] =
		"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
	size_t out = 0;

	for (size_t bit = 0; bit < len * 8; bit += 6) {
		unsigned value = 0;

		for (size_t i = bit; i < bit + 6; i++)
			value = value << 1 | (i < len * 8 ? bytes[i / 8] >> (7 - i % 8) & 1 : 0);
		text[out++] = digits[value];
	}
	while (out % 4)
		text[out++] = '=';
	text[out] = '\0';
}

void ws_accept_key(const struct peer_request *request, char accept[32])
{
	unsigned char digest[SHA1_SIZE];
	char key[128] = "";

	peer_request_header(request, "Sec-WebSocket-Key", key, sizeof(key) - 40);
	strcat(key, "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"); // NOLINT: it fits
	sha1(digest, key, strlen(key));
	encode(accept, digest, sizeof(digest));
}

int ws_accept(const struct peer_request *request, struct peer_conn *conn)
{
	char accept[32];

	ws_accept_key(request, accept);
	return peer_sendf(conn,
		"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
		"Sec-WebSocket-Accept: %s\r\n\r\n",
		accept);
}

size_t ws_frame(char *frame, unsigned first, const void *payload, size_t len)
{
	size_t at = 0;

	frame[at++] = (char)first;
	if (len < 126) {
		frame[at++] = (char)len;
	} else if (len < 65536) {
		frame[at++] = 126;
		frame[at++] = (char)(len >> 8);
		frame[at++] = (char)len;
	} else {
		frame[at++] = 127;
		for (int i = 7; i >= 0; i--)
			frame[at++] = (char)((uint64_t)len >> (8 * i));
	}
	if (len > 0)
		memcpy(frame + at, payload, len);
	return at + len;
}

int ws_send(struct peer_conn *conn, unsigned first, const void *payload, size_t len)
{
	char *frame = malloc(len + 10);
	int rc = peer_send(conn, frame, ws_frame(frame, first, payload, len));

	free(frame);
	return rc;
}

int ws_text(struct peer_conn *conn, const char *text)
{
	return ws_send(conn, 0x81, text, strlen(text));
}

static int next_byte(struct peer_conn *conn, unsigned char *byte)
{
	if (conn->in_start == conn->in_end && peer_fill(conn))
		return -1;
	*byte = (unsigned char)conn->in[conn->in_start++];
	return 0;
}

int ws_read(struct peer_conn *conn, struct ws_seen *seen)
{
	unsigned char first, second, byte;
	int more = 0;

	memset(seen, 0, sizeof(*seen));
	if (next_byte(conn, &first) || next_byte(conn, &second))
		return -1;
	seen->fin = first & 0x80;
	seen->opcode = first & 0x0f;
	seen->masked = second & 0x80;
	seen->len = second & 0x7f;
	if (seen->len >= 126) {
		more = seen->len == 126 ? 2 : 8;
		seen->len = 0;
	}
	for (; more > 0; more--) {
		if (next_byte(conn, &byte))
			return -1;
		seen->len = seen->len << 8 | byte;
	}
	for (int i = 0; seen->masked && i < 4; i++)
		if (next_byte(conn, &seen->mask[i]))
			return -1;
	for (size_t i = 0; i < seen->len; i++) {
		if (next_byte(conn, &byte))
			return -1;
		if (i < sizeof(seen->payload) - 1)
			seen->payload[i] = (char)(byte ^ seen->mask[i % 4]);
	}
	return 0;
}
