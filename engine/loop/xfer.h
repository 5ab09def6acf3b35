/*
 * One HTTP exchange. Contract of every asynchronous call in the engine: if start fails the callback
 * never fires; otherwise `done` fires exactly once, after start has returned, also when cancelled.
 * Callbacks run on the loop; they may start and cancel other exchanges. After `done` returns the
 * xfer is freed.
 *
 * No total time limit is set unless asked for: streams live as long as they live. There is no
 * `Expect:` header on uploads, HTTP/1.1 is asked for, redirects are not followed, proxies do not
 * apply to unix sockets.
 */
#ifndef LOOP_XFER_H
#define LOOP_XFER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <berth/error.h>

struct net;
struct xfer;

struct xfer_reply {
	int status;               /* 0 if no answer came */
	const char *content_type; /* borrowed; "" if none */
	const char *body; /* collected bytes (only without on_data, or for answers with status >=
			     300); NUL-terminated */
	size_t body_len;
	struct berth_error error; /* code OK if the exchange ended as HTTP says it must; status >=
				     400 is OK here */
	bool connected;           /* a connection was made (a failure before that is UNREACHABLE) */
	int64_t bytes_in;
};

enum { XFER_READ_PAUSE = -2, XFER_READ_FAIL = -1 };
enum { XFER_DATA_LATER = 1 };

struct xfer_request {
	const char *method;         /* "GET" */
	const char *url;            /* copied, like all strings here */
	const char *unix_socket;    /* path, or NULL for TCP; at most 107 bytes */
	const char *const *headers; /* "Name: value", NULL-terminated; may be NULL */
	const char *ca_file; /* TLS: the only authority; NULL: SSL_CERT_FILE and SSL_CERT_DIR of the
				environment, else the system's */
	const char *cert_file, *key_file; /* TLS: to show; NULL for none */
	bool insecure;                    /* TLS: whoever answers is believed */
	bool secret_body;                 /* wipe the copy of the body */
	int buffer_size;                  /* bytes read at once, from 1024; 0: curl's 16 KiB */

	const void *body; /* small bodies; copied */
	size_t body_len;
	/* Streaming upload instead of body: fill at most `cap` bytes and return how many, 0 at the
	 * end, XFER_READ_PAUSE to be asked again after xfer_resume_upload(), XFER_READ_FAIL to give
	 * up. upload_size -1: chunked. */
	int64_t (*read)(void *context, char *data, size_t cap);
	int64_t upload_size;

	int connect_timeout_ms; /* 0: 10 s */
	int total_timeout_ms;   /* 0: none */
	int silence_timeout_ms; /* no byte in either direction for so long ends it with TIMEOUT; 0:
				   none */
	size_t body_max;        /* bound of the collected body; 0: 4 MiB */

	/* Answers below 300 go here piece by piece if on_data is set; returning -1 ends the
	 * exchange with code CANCELLED unless the callee has its own error to report,
	 * XFER_DATA_LATER says that nothing of the piece was taken: it comes again after
	 * xfer_resume_data(), and nothing more is read until then. */
	int (*on_data)(void *context, const char *data, size_t len);
	void (*on_head)(void *context, int status,
		const char *content_type); /* before the first byte of the body; may be NULL */
	void (*on_header)(void *context, const char *name,
		const char *value); /* every answer header, trimmed; may be NULL */
	void (*done)(void *context, const struct xfer_reply *reply);
	void *context;
};

struct xfer *xfer_start(
	struct net *net, const struct xfer_request *request, struct berth_error *err);
/* Stop it: `done` fires from the loop with code CANCELLED. Calling it twice is harmless. */
void xfer_cancel(struct xfer *xfer);
void xfer_resume_upload(struct xfer *xfer);
void xfer_resume_data(struct xfer *xfer);

/* --- addresses (xfer_url.c) --- */

enum xfer_kin {
	XFER_SAME_SERVER, /* scheme, host and port are the same */
	XFER_SAME_HOST,   /* the same host, now by https */
	XFER_ELSEWHERE,
};

/* Where a Location header of the answer to `url` leads: an absolute address in malloc'd memory, and
 * what it has to do with `url`. NULL with PROTOCOL (not an http address) or MEMORY. */
char *xfer_follow(
	const char *url, const char *location, enum xfer_kin *kin, struct berth_error *err);

/* The host in an http address, IPv6 in brackets; 0, or -1 if there is none or it does not fit. */
int xfer_url_host(const char *url, char *host, size_t cap);
/* A host that is this machine. */
bool xfer_is_here(const char *host);

#endif
