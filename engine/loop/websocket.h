/*
 * A WebSocket (RFC 6455) as a client, on the same loop, with the TLS and the proxies of HTTP:
 * libcurl makes the connection, wslay the frames. (libcurl of Debian 12 has no ws://.)
 *
 * Contract of every asynchronous call: if start fails no callback fires; otherwise `done` fires
 * exactly once, from the loop, also when it is cancelled, and then it is freed. Redirects are not
 * followed. Pings are answered here; when nothing came for a while one is sent, and when nothing
 * comes of that the connection is dropped. A message is refused by its length before any of it is
 * kept.
 */
#ifndef LOOP_WEBSOCKET_H
#define LOOP_WEBSOCKET_H

#include <stdbool.h>
#include <stddef.h>

#include "loop/xfer.h"

struct websocket;

struct websocket_end {
	/* OK: the server ended it with Close. BROKEN: it ended without, TIMEOUT: it fell silent,
	 * PROTOCOL: its frames are wrong, LIMIT: a message is too long, CANCELLED; before it was
	 * open as an exchange, or as its handshake was refused (number: the HTTP status). */
	struct berth_error error;
	bool opened;
	int close_code; /* of the server's Close; 0: none */
};

struct websocket_request {
	/* url (http or https), headers, TLS, connect_timeout_ms; the rest is not looked at. */
	struct xfer_request http;
	size_t message_max; /* 0: 1 MiB */
	int ping_after_ms;  /* silence; 0: 45 s */
	int pong_ms;        /* after our ping; 0: 10 s */
	int close_ms;       /* for the handshake of the opening and of the closing; 0: 10 s */
	void (*on_open)(void *context); /* may be NULL */
	/* A text (checked UTF-8) or binary message; `data` lives until it returns. */
	void (*on_message)(void *context, const char *data, size_t len, bool text);
	void (*done)(void *context, const struct websocket_end *end);
	void *context;
};

struct websocket *websocket_start(
	struct net *net, const struct websocket_request *request, struct berth_error *err);
/* Say Close and wait for the server's, for close_ms. Messages still come. */
void websocket_close(struct websocket *websocket);
/* Drop it: `done` fires from the loop with CANCELLED. */
void websocket_cancel(struct websocket *websocket);
/* No messages until it goes on; nothing more is read. */
void websocket_pause(struct websocket *websocket);
void websocket_resume(struct websocket *websocket);

#endif
