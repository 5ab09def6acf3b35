/*
 * A stream of JSON values without separators, or with any white space between them, as the Docker
 * engine sends for pull, build and events. Bytes in, one complete value out at a time; no I/O, no
 * clock. Values may be split at any byte.
 */
#ifndef PROTO_JSON_STREAM_H
#define PROTO_JSON_STREAM_H

#include <stdbool.h>
#include <stddef.h>

#include <berth/error.h>

#include "base/buf.h"

#define JSON_RECORD_MAX (4u << 20)

/* Called for every value, parsed. Borrowed for the call. Return -1 to stop (err set by the callee).
 */
struct json_t;
typedef int json_stream_fn(void *context, const struct json_t *value, struct berth_error *err);

struct json_stream {
	struct buf record;
	int depth;
	bool in_string, escaped, scalar;
	json_stream_fn *on_value;
	void *context;
};

void json_stream_init(struct json_stream *stream, json_stream_fn *on_value, void *context);
void json_stream_release(struct json_stream *stream);
/* -1 with PROTOCOL (not JSON), LIMIT (a value over JSON_RECORD_MAX), or the callee's error. */
int json_stream_feed(
	struct json_stream *stream, const char *data, size_t len, struct berth_error *err);
/* The stream ended: -1 with BROKEN if that was in the middle of a value. */
int json_stream_end(struct json_stream *stream, struct berth_error *err);

#endif
