/*
 * One exchange, as its files see it: xfer.c (life and callbacks), xfer_setup.c (a request in curl's
 * options), xfer_verdict.c (curl's result in our words), xfer_url.c (addresses). A websocket begins
 * as one: what it shares with HTTP is here.
 */
#ifndef LOOP_XFER_INTERNAL_H
#define LOOP_XFER_INTERNAL_H

#include "base/buf.h"
#include "loop/net_internal.h"
#include "loop/xfer.h"

struct timer;

enum { XFER_HEAD_MAX = 64 * 1024, XFER_BODY_MAX = 4 * 1024 * 1024 };
enum { XFER_CONNECT_MS = 10 * 1000 };

struct xfer {
	struct net_member member;
	int64_t began_ms; /* clock_mono_ms() */

	/* The request. */
	int64_t (*read)(void *context, char *data, size_t cap);
	int64_t upload_size;
	int (*on_data)(void *context, const char *data, size_t len);
	void (*on_head)(void *context, int status, const char *content_type);
	void (*on_header)(void *context, const char *name, const char *value);
	void (*done)(void *context, const struct xfer_reply *reply);
	void *context;
	char *body;
	size_t body_len;
	bool secret_body;
	int connect_timeout_ms, total_timeout_ms, silence_timeout_ms;
	bool unix_socket;
	char peer[288]; /* socket path or host:port, for messages */
	struct curl_slist *headers;

	/* The upload. */
	bool upload_paused, upload_ended;
	char *held; /* read, but put off because an answer was waiting */
	size_t held_len;

	/* The answer. */
	bool connected;
	bool head_done;
	int status; /* of the block being read until head_done, then final */
	size_t head_len;
	struct buf answer;
	int64_t bytes_in;

	/* Silence. */
	struct timer *watchdog;
	uint64_t last_byte; /* loop time */
	int64_t sent;       /* at the last look */

	struct berth_error failure; /* ours; goes before curl's */
	char curl_text[CURL_ERROR_SIZE];
};

/* Copies the request; member.easy is NULL without memory. Release also after a failure. */
void xfer_init(struct xfer *xfer, const struct xfer_request *request);
void xfer_release(struct xfer *xfer);
int xfer_setup(struct xfer *xfer, const struct xfer_request *request, struct berth_error *err);
int64_t xfer_sent(const struct xfer *xfer);
/* Code OK if the exchange ended as HTTP says it must. */
void xfer_verdict(const struct xfer *xfer, CURLcode result, struct berth_error *verdict);

/* curl's callbacks, in xfer.c. */
size_t xfer_take_header(char *line, size_t size, size_t count, void *context);
size_t xfer_take_body(char *data, size_t size, size_t count, void *context);
size_t xfer_give_body(char *data, size_t size, size_t count, void *context);
int xfer_connected(void *context, char *remote_ip, char *local_ip, int remote_port, int local_port);

#endif
