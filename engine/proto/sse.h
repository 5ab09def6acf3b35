/*
 * Server-Sent Events as the WHATWG standard has them. Bytes in, events out; no I/O, no clock. Lines
 * end in LF, CR or CRLF and may be split at any byte; one byte order mark at the start is skipped;
 * an event that no empty line ended is not one.
 *
 * Two bounds keep a server from exhausting us. A line over SSE_LINE_MAX or data over SSE_EVENT_MAX
 * costs the event that it is part of: on_lost tells with code LIMIT, and the stream goes on behind
 * the next empty line. A comment may be of any length.
 *
 * What is handed out are the bytes that came: nobody has looked whether they are UTF-8.
 */
#ifndef PROTO_SSE_H
#define PROTO_SSE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <berth/error.h>

#include "base/buf.h"

#define SSE_LINE_MAX  (1u << 20)
#define SSE_EVENT_MAX (4u << 20)

/* NUL-terminated, borrowed for the call. */
struct sse_event {
	const char *type; /* "message" if the server named none */
	const char *data; /* lines joined with LF; may hold NUL */
	size_t len;
	const char *last_id; /* the id in force, "" if there is none */
};

/* All but on_event may be NULL. None may release the parser. */
struct sse_handler {
	void (*on_event)(void *context, const struct sse_event *event);
	void (*on_comment)(void *context, const char *text, size_t len);
	void (*on_retry)(void *context, int64_t milliseconds);
	void (*on_lost)(void *context, const struct berth_error *err);
	void *context;
};

struct sse {
	struct sse_handler handler;
	struct buf line; /* of a line that has not ended yet */
	struct buf data, type, id, last_id;
	int mark; /* bytes of the byte order mark seen; -1: past the place for it */
	bool has_data;
	bool skip_lf;  /* the last byte was a CR */
	bool too_long; /* the rest of this line is not kept */
	bool is_lost;  /* this event is not given out */
	struct berth_error why;
};

void sse_init(struct sse *sse, const struct sse_handler *handler);
void sse_release(struct sse *sse);
/* -1 only without memory. */
int sse_feed(struct sse *sse, const char *bytes, size_t len, struct berth_error *err);

#endif
