/* The words that turn an HTTP connection into a WebSocket (RFC 6455, 4.1), without a connection. */
#ifndef LOOP_WEBSOCKET_HANDSHAKE_H
#define LOOP_WEBSOCKET_HANDSHAKE_H

#include <stddef.h>

#include <berth/error.h>

#include "base/buf.h"

enum { WEBSOCKET_KEY_SIZE = 25, WEBSOCKET_HEAD_MAX = 16 * 1024 };

/* Of 16 bytes, which must be random. */
void websocket_key(char key[WEBSOCKET_KEY_SIZE], const unsigned char bytes[16]);
/* `host` as the Host header has it, `path` with its query, headers as "Name: value". */
int websocket_ask(struct buf *request, const char *host, const char *path,
	const char *const *headers, const char *key, struct berth_error *err);
/* The length of the head at the start of `answer`; 0: it is not complete. */
size_t websocket_head_len(const char *answer, size_t len);
/* 0 if the head says yes to the key. Otherwise REFUSED (err->number is the status) or PROTOCOL, in
 * words that name what answered instead. */
int websocket_check(const char *head, size_t len, const char *key, struct berth_error *err);

#endif
