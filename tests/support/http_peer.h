/*
 * An HTTP server for tests that does what it is told, right or wrong: on a unix socket in a folder
 * of its own or on 127.0.0.1, a thread per connection, any number of connections, keep-alive.
 *
 * What happens after a request is either a script (a list of exchanges) or a handler of the test.
 * Everything it waits for also ends with peer_stop().
 */
#ifndef SUPPORT_HTTP_PEER_H
#define SUPPORT_HTTP_PEER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct peer;
struct peer_conn;

/* A request as it came. Lives until peer_free(). The head is complete when the test can see it; the
 * body is when `body_done` is (or the answer to it arrived, if it is read first). */
struct peer_request {
	int connection; /* 0 for the first one accepted */
	char *line;     /* "POST /v1.43/build?t=a HTTP/1.1" */
	char *method;
	char *target;
	char *head; /* request line, headers and the empty line */
	bool has_length, chunked;
	uint64_t length; /* said by Content-Length */
	char *body;      /* what was kept of it, NUL-terminated */
	size_t body_len;
	uint64_t body_total; /* all that came, unchunked */
	bool body_done;
};

/* Runs on the connection's thread when a request is complete (with `body_late`: when its head is).
 * 0: the connection stays open for the next request; -1: it is closed. */
typedef int peer_handler_fn(void *context, struct peer_request *request, struct peer_conn *conn);

enum peer_do {
	PEER_END,     /* no more steps: keep the connection for the next request */
	PEER_SEND,    /* bytes as they are */
	PEER_TRICKLE, /* bytes, each after the client has read the one before */
	PEER_READ,    /* of the body until `len` bytes have come in all; 0: all of it */
	PEER_PAUSE,   /* until peer_release() */
	PEER_STALL,   /* say nothing until the client goes away */
	PEER_SHUT,    /* nothing more will be sent; reading goes on */
	PEER_CLOSE,   /* with unread bytes of the client TCP makes a reset of it */
	PEER_RESET,   /* TCP: RST; unix sockets know only closing */
};

struct peer_step {
	enum peer_do what;
	const char *bytes;
	size_t len; /* 0: strlen(bytes) */
};

enum { PEER_STEPS = 12 };

struct peer_exchange {
	const char *expect; /* part of the request line; NULL: any */
	bool repeat;        /* may be used again; otherwise each is used once, in any order */
	bool body_late;     /* the steps begin after the head; the body is read by PEER_READ */
	struct peer_step steps[PEER_STEPS];
};

struct peer_options {
	bool tcp; /* 127.0.0.1 and a free port; otherwise a unix socket */
	peer_handler_fn *handler;
	void *context;
	bool body_late;
	/* Without a handler. A request no exchange is left for is answered 500 and counted. */
	const struct peer_exchange *script; /* not copied */
	size_t script_len;
	size_t body_keep; /* 0: 1 MiB */
};

/* NULL if there is no socket to be had. */
struct peer *peer_start(const struct peer_options *options);
/* End all connections and threads; 0, or -1 if one did not end within 5 s. What was recorded can
 * still be read. */
int peer_stop(struct peer *peer);
/* Stops it if it runs. NULL is allowed. Returns what peer_stop() says. */
int peer_free(struct peer *peer);

const char *peer_url(const struct peer *peer);    /* "http://127.0.0.1:4711"; "http://localhost" */
const char *peer_socket(const struct peer *peer); /* path, or NULL */

/* For the test's thread. */
int peer_request_count(struct peer *peer);
int peer_connection_count(struct peer *peer);
int peer_paused_count(struct peer *peer);
int peer_open_count(struct peer *peer); /* connections not closed yet */
int peer_unexpected_count(struct peer *peer);
const struct peer_request *peer_request_at(struct peer *peer, int index); /* NULL past the end */
uint64_t peer_body_bytes(struct peer *peer, int index);
/* How many request lines hold this. */
int peer_count_lines(struct peer *peer, const char *part);
/* One PEER_PAUSE (or peer_pause) goes on; may come before it. */
void peer_release(struct peer *peer);

/* For handlers. Those that talk return 0, or -1 if the client is gone or the peer stops. */
bool peer_request_header(
	const struct peer_request *request, const char *name, char *value, size_t size);
int peer_read_body(struct peer_conn *conn, uint64_t bytes); /* as PEER_READ */
int peer_send(struct peer_conn *conn, const void *bytes, size_t len);
int peer_sendf(struct peer_conn *conn, const char *format, ...)
	__attribute__((format(printf, 2, 3)));
int peer_trickle(struct peer_conn *conn, const void *bytes, size_t len);
/* Until the client has taken (unix) or its kernel has acknowledged (TCP) what was sent. */
int peer_wait_taken(struct peer_conn *conn);
/* For the next head made here. */
void peer_add_header(struct peer_conn *conn, const char *name, const char *value);
/* No body for HEAD, 204 and 304. */
int peer_reply(
	struct peer_conn *conn, int status, const char *content_type, const void *body, size_t len);
int peer_reply_json(struct peer_conn *conn, int status, const char *json);
int peer_begin_chunks(struct peer_conn *conn, int status, const char *content_type);
int peer_chunk(struct peer_conn *conn, const char *text);
int peer_chunk_bytes(struct peer_conn *conn, const void *bytes, size_t len);
int peer_chunks_end(struct peer_conn *conn);
int peer_pause(struct peer_conn *conn);
void peer_stall(struct peer_conn *conn);
void peer_shut(struct peer_conn *conn);
void peer_reset(struct peer_conn *conn);

#endif
