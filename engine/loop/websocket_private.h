/*
 * A WebSocket, as its files see it: websocket.c (life, time and what is asked of it),
 * websocket_open.c (the handshake), websocket_socket.c (the connection and its turns),
 * websocket_frames.c (frames and messages), websocket_gate.c (control frames, whole).
 */
#ifndef LOOP_WEBSOCKET_PRIVATE_H
#define LOOP_WEBSOCKET_PRIVATE_H

#include <sys/types.h>

#include <wslay/wslay.h>

#include "base/buf.h"
#include "loop/websocket.h"
#include "loop/websocket_gate.h"
#include "loop/websocket_handshake.h"
#include "loop/xfer_internal.h"

struct timer;
struct websocket_watch;

struct websocket {
	struct xfer xfer; /* of which only the connection is used; first: it is the net's member */
	struct websocket_request request;
	char key[WEBSOCKET_KEY_SIZE];
	struct buf asking; /* our half of the handshake */
	size_t asked;      /* bytes of it that are sent */
	struct buf answer; /* the other half, and what came behind it */
	size_t answer_at;  /* frames begin here */
	struct websocket_gate gate;
	wslay_event_context_ptr frames;
	struct websocket_watch *watch;
	struct timer *turn;     /* goes on where a turn was too long */
	struct timer *deadline; /* opening, silence, closing */
	uint64_t last_byte;
	size_t turn_bytes;
	bool opened, pinged, paused, closing, ended, eof, again;
	int close_code;
	struct buf held; /* messages that came while it was paused: length and kind, bytes */
	struct berth_error failure;
};

/* websocket.c: it is over; the first word counts, NULL is a good end. */
void websocket_finish(struct websocket *ws, const struct berth_error *err);
void websocket_fail(struct websocket *ws, enum berth_code code, const char *what);

/* websocket_open.c */
int websocket_write_request(struct websocket *ws, struct berth_error *err);
void websocket_shake_hands(struct websocket *ws);

/* websocket_frames.c */
int websocket_make_frames(struct websocket *ws, struct berth_error *err);
void websocket_exchange_frames(struct websocket *ws);
/* What came while it was paused. */
void websocket_give_held(struct websocket *ws);

/* websocket_socket.c */

/* How many bytes, 0 when there is nothing at the moment, -1 when there will be nothing more. */
ssize_t websocket_receive(struct websocket *ws, void *bytes, size_t cap);
ssize_t websocket_transmit(struct websocket *ws, const void *bytes, size_t len);
/* Send and receive what can be, and watch for the rest. */
void websocket_pump(struct websocket *ws);
/* The timer's: the first one takes the connection from curl. */
void websocket_on_turn(void *context);
void websocket_leave_socket(struct websocket *ws);

#endif
