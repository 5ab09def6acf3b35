#include "loop/websocket_gate.h"

#include <stdbool.h>
#include <string.h>

enum { CONTROL = 0x08, CLOSE = 0x08, MASKED = 0x80, GOING_AWAY = 1001 };

/* The length of a frame's head; 0: there is not enough of it to tell. */
static size_t head_len(const unsigned char *frame, size_t len)
{
	size_t head;

	if (len < 2)
		return 0;
	head = 2 + ((frame[1] & 0x7f) == 126 ? 2 : (frame[1] & 0x7f) == 127 ? 8 : 0);
	return len >= head ? head : 0;
}

static uint64_t payload_len(const unsigned char *frame, size_t head)
{
	uint64_t len = 0;

	if (head == 2)
		return frame[1] & 0x7f;
	for (size_t i = 2; i < head; i++)
		len = len << 8 | frame[i];
	return len;
}

static void rename_close(struct websocket_gate *gate, unsigned char *frame, uint64_t payload)
{
	int code = payload >= 2 ? frame[2] << 8 | frame[3] : 0;

	if ((frame[0] & 0x0f) != CLOSE || code < 1012 || code > 1014)
		return;
	gate->close_code = code;
	frame[2] = GOING_AWAY >> 8;
	frame[3] = GOING_AWAY & 0xff;
}

size_t websocket_gate_pass(struct websocket_gate *gate, unsigned char *bytes, size_t len)
{
	size_t at = 0;

	gate->held_len = 0;
	while (at < len) {
		size_t step = gate->payload < len - at ? (size_t)gate->payload : len - at, head;
		uint64_t payload;
		bool whole;

		at += step;
		gate->payload -= step;
		if (at == len)
			break;
		head = head_len(bytes + at, len - at);
		payload = head > 0 ? payload_len(bytes + at, head) : 0;
		/* A control frame that is masked, or too long, is wrong by its head alone. */
		whole = head == 2 && (bytes[at] & CONTROL) != 0 && (bytes[at + 1] & MASKED) == 0 &&
			payload < 126;
		if (head == 0 || (whole && len - at < head + payload)) {
			gate->held_len = len - at;
			memcpy(gate->held, bytes + at, gate->held_len);
			break;
		}
		if (whole)
			rename_close(gate, bytes + at, payload);
		at += head;
		gate->payload = payload;
	}
	return len - gate->held_len;
}
