/*
 * Bytes on their way to wslay. It looks at a control frame in whatever pieces the network gives and
 * takes a Close whose reason is cut inside a letter for wrong; so a control frame is passed on
 * whole or not yet. And it knows no close codes that were given out after RFC 6455 (IANA: 1012,
 * 1013, 1014): these go on as 1001, "going away", and are remembered.
 */
#ifndef LOOP_WEBSOCKET_GATE_H
#define LOOP_WEBSOCKET_GATE_H

#include <stddef.h>
#include <stdint.h>

/* The head of a control frame and its longest payload. */
enum { WEBSOCKET_GATE_MAX = 2 + 125 };

struct websocket_gate {
	unsigned char held[WEBSOCKET_GATE_MAX]; /* the beginning of a frame */
	size_t held_len;
	uint64_t payload; /* of the data frame that is passing */
	int close_code;   /* that wslay is told as 1001; 0: none */
};

/* `bytes` begins with what is held: how many of them may go on; the rest is held. What is no frame
 * goes on, for wslay to say so. */
size_t websocket_gate_pass(struct websocket_gate *gate, unsigned char *bytes, size_t len);

#endif
