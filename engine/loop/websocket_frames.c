/* Frames by wslay, and the messages they make. */
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

#include <berth/text.h>

#include "loop/websocket_private.h"

enum { MESSAGE_MAX = 1 << 20 };
/* What is read before others on the loop have their turn, and what waits to be sent before nothing
 * more is read: a peer could send pings and never read the answers. */
enum { TURN_MAX = 256 * 1024, UNSENT_MAX = 64 };

struct held {
	size_t len;
	bool text;
};

/* From behind the handshake's answer, or from the connection. */
static ssize_t more_bytes(struct websocket *ws, unsigned char *bytes, size_t cap)
{
	size_t left = ws->answer.len - ws->answer_at;

	if (left == 0)
		return websocket_receive(ws, bytes, cap);
	if (left > cap)
		left = cap;
	memcpy(bytes, ws->answer.data + ws->answer_at, left);
	ws->answer_at += left;
	return (ssize_t)left;
}

static ssize_t frame_recv(
	wslay_event_context_ptr frames, uint8_t *bytes, size_t cap, int flags, void *context)
{
	struct websocket *ws = context;
	size_t held = ws->gate.held_len;
	ssize_t count;

	(void)flags;
	ws->again = ws->turn_bytes >= TURN_MAX;
	if (ws->paused || ws->ended || ws->again ||
		wslay_event_get_queued_msg_count(frames) > UNSENT_MAX) {
		wslay_event_set_error(frames, WSLAY_ERR_WOULDBLOCK);
		return -1;
	}
	/* wslay's room is many times what is held. */
	memcpy(bytes, ws->gate.held, held);
	count = more_bytes(ws, bytes + held, cap - held);
	if (count > 0) {
		size_t passed = websocket_gate_pass(&ws->gate, bytes, held + (size_t)count);

		if (passed > 0)
			return (ssize_t)passed;
		/* The rest of it may be there already. */
		ws->again = true;
		count = 0;
	}
	wslay_event_set_error(
		frames, count == 0 ? WSLAY_ERR_WOULDBLOCK : WSLAY_ERR_CALLBACK_FAILURE);
	return -1;
}

static ssize_t frame_send(
	wslay_event_context_ptr frames, const uint8_t *bytes, size_t len, int flags, void *context)
{
	ssize_t count = websocket_transmit(context, bytes, len);

	(void)flags;
	if (count > 0)
		return count;
	wslay_event_set_error(
		frames, count == 0 ? WSLAY_ERR_WOULDBLOCK : WSLAY_ERR_CALLBACK_FAILURE);
	return -1;
}

static int frame_mask(wslay_event_context_ptr frames, uint8_t *bytes, size_t len, void *context)
{
	(void)frames;
	(void)context;
	return getrandom(bytes, len, 0) == (ssize_t)len ? 0 : -1;
}

static void give(struct websocket *ws, const char *bytes, size_t len, bool text)
{
	struct held held = {len, text};

	if (ws->ended || ws->xfer.member.cancelled)
		return;
	if (!ws->paused)
		ws->request.on_message(ws->request.context, bytes, len, text);
	else if (buf_add(&ws->held, &held, sizeof(held), &ws->failure) < 0 ||
		 buf_add(&ws->held, bytes, len, &ws->failure) < 0)
		websocket_finish(ws, &ws->failure);
}

/* RFC 6455, 7.4: the others are never sent, or nobody has given them a meaning. */
static bool is_close(const struct wslay_event_on_msg_recv_arg *message)
{
	int code = message->status_code;

	if (message->msg_length < 2)
		return message->msg_length == 0;
	/* wslay looks at it only where it comes in one piece. */
	if (!berth_utf8_valid((const char *)message->msg + 2, message->msg_length - 2))
		return false;
	return (code >= 1000 && code <= 1003) || (code >= 1007 && code <= 1014) ||
	       (code >= 3000 && code <= 4999);
}

static void frame_message(wslay_event_context_ptr frames,
	const struct wslay_event_on_msg_recv_arg *message, void *context)
{
	struct websocket *ws = context;

	(void)frames;
	if (message->opcode == WSLAY_CONNECTION_CLOSE && !is_close(message))
		websocket_fail(ws, BERTH_E_PROTOCOL, "ended with what is no Close");
	else if (message->opcode == WSLAY_CONNECTION_CLOSE)
		ws->close_code = ws->gate.close_code > 0 ? ws->gate.close_code
							 : message->status_code;
	else if (!wslay_is_ctrl_frame(message->opcode))
		give(ws, (const char *)message->msg, message->msg_length,
			message->opcode == WSLAY_TEXT_FRAME);
}

int websocket_make_frames(struct websocket *ws, struct berth_error *err)
{
	static const struct wslay_event_callbacks callbacks = {
		.recv_callback = frame_recv,
		.send_callback = frame_send,
		.genmask_callback = frame_mask,
		.on_msg_recv_callback = frame_message,
	};

	if (wslay_event_context_client_init(&ws->frames, &callbacks, ws) != 0) {
		ws->frames = NULL;
		return berth_error_set(err, BERTH_E_MEMORY, 0, "out of memory");
	}
	wslay_event_config_set_max_recv_msg_length(
		ws->frames, ws->request.message_max > 0 ? ws->request.message_max : MESSAGE_MAX);
	return 0;
}

/* wslay has found a fault and has told the peer by Close, which it does by itself only then. */
static void end_by_fault(struct websocket *ws)
{
	switch (wslay_event_get_status_code_sent(ws->frames)) {
	case WSLAY_CODE_MESSAGE_TOO_BIG:
		websocket_fail(ws, BERTH_E_LIMIT, "sent a message that is too long");
		return;
	case WSLAY_CODE_INVALID_FRAME_PAYLOAD_DATA:
		websocket_fail(ws, BERTH_E_PROTOCOL, "sent a text that is not UTF-8");
		return;
	default:
		websocket_fail(ws, BERTH_E_PROTOCOL, "sent what is no frame");
		return;
	}
}

void websocket_exchange_frames(struct websocket *ws)
{
	bool failed = wslay_event_recv(ws->frames) != 0 && !ws->eof;

	failed = wslay_event_send(ws->frames) != 0 || failed;
	/* What was said before the end is told before it. */
	if (ws->ended || ws->held.len > 0)
		return;
	if (wslay_event_get_close_received(ws->frames) && wslay_event_get_close_sent(ws->frames))
		websocket_finish(ws, NULL);
	else if (ws->eof)
		websocket_fail(ws, BERTH_E_BROKEN, "ended without Close");
	else if (wslay_event_get_close_sent(ws->frames) && !ws->closing)
		end_by_fault(ws);
	else if (failed)
		websocket_fail(ws, BERTH_E_BROKEN, "can't be written to");
}

void websocket_give_held(struct websocket *ws)
{
	while (ws->held.len > 0 && !ws->paused && !ws->ended && !ws->xfer.member.cancelled) {
		struct held held;
		char *bytes;

		memcpy(&held, ws->held.data, sizeof(held));
		bytes = malloc(held.len + 1);
		if (bytes == NULL) {
			websocket_fail(ws, BERTH_E_MEMORY, "has more than fits into memory");
			return;
		}
		memcpy(bytes, ws->held.data + sizeof(held), held.len);
		buf_consume(&ws->held, sizeof(held) + held.len);
		give(ws, bytes, held.len, held.text);
		free(bytes);
	}
}
