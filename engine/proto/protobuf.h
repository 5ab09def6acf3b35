/*
 * Reading protocol buffers (https://protobuf.dev/programming-guides/encoding/), field by field, out
 * of memory. Bounds are checked, nothing is copied, unknown fields are for the caller to pass over.
 */
#ifndef PROTO_PROTOBUF_H
#define PROTO_PROTOBUF_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <berth/error.h>

struct protobuf {
	const unsigned char *at, *end;
};

enum protobuf_wire { PROTOBUF_VARINT = 0, PROTOBUF_64 = 1, PROTOBUF_BYTES = 2, PROTOBUF_32 = 5 };

struct protobuf_field {
	uint32_t number;
	enum protobuf_wire wire;
	uint64_t value;    /* VARINT, 64, 32 */
	const char *bytes; /* BYTES, borrowed; may hold anything */
	size_t len;
};

void protobuf_init(struct protobuf *reader, const void *data, size_t len);
/* 1 and the next field, 0 at the end, -1 with PROTOCOL: cut, or not of this format. */
int protobuf_next(struct protobuf *reader, struct protobuf_field *field, struct berth_error *err);

#endif
