/*
 * A Docker Engine API client on one endpoint: version negotiation, calls, streams, and the engine's
 * errors in our words. Callback contract as in loop/xfer.h.
 */
#ifndef DOCKER_CLIENT_H
#define DOCKER_CLIENT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <berth/error.h>

#include "docker/endpoint.h"

struct json_t;
struct net;
struct docker;
struct docker_call;

struct docker_info {
	char api[16]; /* negotiated: min(ours, the server's), at least its minimum;
			 DOCKER_API_VERSION wins */
	char server_api[16];
	char version[64]; /* "24.0.7" */
	char os_arch[64]; /* "linux/amd64" */
	bool buildkit;    /* what it builds with unless it is told */
};

typedef void docker_connected_fn(
	void *context, const struct docker_info *info, const struct berth_error *err);

/* Finds the endpoint at once (fails with its error), does not talk yet. */
struct docker *docker_new(struct net *net, const char *host, struct berth_error *err);
/* One more owner: it is freed when each has freed it. Returns its argument. */
struct docker *docker_share(struct docker *docker);
/* Cancels nothing: all calls of this owner must have ended, or be in the callback that says so.
 * NULL is allowed. */
void docker_free(struct docker *docker);
const struct endpoint *docker_endpoint(const struct docker *docker);
const struct docker_info *docker_info(const struct docker *docker);
struct net *docker_net(const struct docker *docker);

/* HEAD /_ping (GET if HEAD is refused), then GET /version for the names. `connected` gets err NULL
 * on success. A failed connection is UNREACHABLE, a 401/403 or EACCES is DENIED. 10 s limit for the
 * answer. */
struct docker_call *docker_connect(struct docker *docker, docker_connected_fn *connected,
	void *context, struct berth_error *err);

struct docker_reply {
	int status;
	const struct json_t
		*json; /* parsed body, NULL if empty or not JSON; borrowed for the callback */
	const char *body;
	size_t body_len;
	/* OK for 2xx and 304; else the engine's message with code NOT_FOUND (404), CONFLICT (409),
	 * USAGE (400), DENIED (401, 403), REFUSED (other 4xx, 5xx), BROKEN (cut in the middle),
	 * UNREACHABLE, TIMEOUT, CANCELLED, PROTOCOL. For streams: also set when the stream held an
	 * error object, or ended in the middle of a value. */
	struct berth_error error;
};

typedef void docker_done_fn(void *context, const struct docker_reply *reply);

struct docker_request {
	const char *method;
	const char *path; /* "/containers/json?all=1", without version; already percent-encoded */
	struct json_t *json;        /* body; the reference is taken even on failure; may be NULL */
	const char *const *headers; /* extra; may be NULL */
	bool secret_body;           /* holds environment or passwords: wiped after use */
	int answer_timeout_ms;      /* whole exchange; 0: 60 s for calls, none for streams */

	/* upload (PUT archive) */
	int64_t (*read)(void *context, char *data, size_t cap); /* see loop/xfer.h */

	/* streams: at most one of these */
	int (*on_json)(void *context, const struct json_t *value,
		struct berth_error *err); /* {"error":..}/errorDetail are caught before */
	int (*on_data)(void *context, const char *data, size_t len); /* see loop/xfer.h */
	void (*on_head)(void *context, int status,
		const char *content_type); /* not for refusals: those come in the reply */

	docker_done_fn *done;
	void *context;
};

struct docker_call *docker_call(
	struct docker *docker, const struct docker_request *request, struct berth_error *err);
void docker_cancel(struct docker_call *call); /* done still fires, from the loop */
void docker_resume_upload(struct docker_call *call);
void docker_resume_data(struct docker_call *call);

/* Percent-encode one path or query component; appends to dst. */
struct buf;
int docker_escape(struct buf *dst, const char *text, struct berth_error *err);

#endif
