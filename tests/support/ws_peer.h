/* The server's side of a WebSocket for tests, right or wrong: every byte is the test's. For
 * handlers of http_peer.h. Those that talk return 0, or -1 if the client is gone or the peer stops.
 */
#ifndef SUPPORT_WS_PEER_H
#define SUPPORT_WS_PEER_H

#include "support/http_peer.h"

/* The answer to a key, as RFC 6455 has it. */
void ws_accept_key(const struct peer_request *request, char accept[32]);
int ws_accept(const struct peer_request *request, struct peer_conn *conn);
/* Into `frame`, which has room for len + 10 bytes; how long it is. `first`: FIN, reserved bits,
 * opcode. */
size_t ws_frame(char *frame, unsigned first, const void *payload, size_t len);
int ws_send(struct peer_conn *conn, unsigned first, const void *payload, size_t len);
int ws_text(struct peer_conn *conn, const char *text);

struct ws_seen {
	bool fin, masked;
	int opcode;
	unsigned char mask[4];
	char payload[4096]; /* unmasked, NUL-terminated */
	size_t len;
};

/* The next frame of the client's. */
int ws_read(struct peer_conn *conn, struct ws_seen *seen);

#endif
