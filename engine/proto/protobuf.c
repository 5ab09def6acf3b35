#include "proto/protobuf.h"

enum { MAX_VARINT = 10, MAX_FIELD = 536870911 };

void protobuf_init(struct protobuf *reader, const void *data, size_t len)
{
	reader->at = data;
	reader->end = reader->at + len;
}

static int say_wrong(const char *what, struct berth_error *err)
{
	return berth_error_set(err, BERTH_E_PROTOCOL, 0, "a message that is %s", what);
}

static int read_varint(struct protobuf *reader, uint64_t *value, struct berth_error *err)
{
	*value = 0;
	for (unsigned i = 0; i < MAX_VARINT; i++) {
		unsigned char byte;

		if (reader->at == reader->end)
			return say_wrong("cut in the middle of a number", err);
		byte = *reader->at++;
		/* The tenth byte has room for one more bit. */
		if (i == MAX_VARINT - 1 && byte > 1)
			break;
		*value |= (uint64_t)(byte & 0x7F) << 7 * i;
		if (!(byte & 0x80))
			return 0;
	}
	return say_wrong("no protocol buffer: a number is too long", err);
}

static int read_fixed(
	struct protobuf *reader, unsigned bytes, uint64_t *value, struct berth_error *err)
{
	if ((size_t)(reader->end - reader->at) < bytes)
		return say_wrong("cut in the middle of a number", err);
	*value = 0;
	for (unsigned i = 0; i < bytes; i++)
		*value |= (uint64_t)*reader->at++ << 8 * i;
	return 0;
}

static int read_bytes(
	struct protobuf *reader, struct protobuf_field *field, struct berth_error *err)
{
	uint64_t len;

	if (read_varint(reader, &len, err))
		return -1;
	if (len > (uint64_t)(reader->end - reader->at))
		return say_wrong("cut in the middle of a field", err);
	field->bytes = (const char *)reader->at;
	field->len = (size_t)len;
	reader->at += len;
	return 0;
}

int protobuf_next(struct protobuf *reader, struct protobuf_field *field, struct berth_error *err)
{
	uint64_t key;
	int status;

	if (reader->at == reader->end)
		return 0;
	if (read_varint(reader, &key, err))
		return -1;
	if (key >> 3 == 0 || key >> 3 > MAX_FIELD)
		return say_wrong("no protocol buffer: a field has no number", err);
	*field = (struct protobuf_field){.number = (uint32_t)(key >> 3), .bytes = ""};
	switch (key & 7) {
	case PROTOBUF_VARINT:
		status = read_varint(reader, &field->value, err);
		break;
	case PROTOBUF_64:
		status = read_fixed(reader, 8, &field->value, err);
		break;
	case PROTOBUF_BYTES:
		status = read_bytes(reader, field, err);
		break;
	case PROTOBUF_32:
		status = read_fixed(reader, 4, &field->value, err);
		break;
	default:
		return say_wrong("no protocol buffer: a field of no known kind", err);
	}
	field->wire = (enum protobuf_wire)(key & 7);
	return status ? -1 : 1;
}
