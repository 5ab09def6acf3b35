#include "loop/websocket.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

#include <uv.h>
#include <wslay/wslay.h>

#include <berth/text.h>

#include "base/trace.h"
#include "loop/timer.h"
#include "loop/websocket_handshake.h"
#include "loop/xfer_internal.h"

enum { MESSAGE_MAX = 1 << 20, PING_MS = 45 * 1000, ANSWER_MS = 10 * 1000 };
/* What is read before others on the loop have their turn, and what waits to be sent before nothing
 * more is read: a peer could send pings and never read the answers. */
enum { TURN_MAX = 256 * 1024, UNSENT_MAX = 64 };
/* Messages that were read already when it was paused come from one read of wslay's. */
enum { HELD_MAX = 8 << 20, REQUEST_MAX = 64 * 1024 };

/* Lives until its close callback. */
struct watch {
	uv_poll_t poll;
	struct websocket *websocket;
	int events;
};

struct websocket {
	struct xfer xfer; /* of which only the connection is used; first: it is the net's member */
	struct websocket_request request;
	char key[WEBSOCKET_KEY_SIZE];
	struct buf asking; /* our half of the handshake */
	size_t asked;      /* bytes of it that are sent */
	struct buf answer; /* the other half, and what came behind it */
	size_t answer_at;  /* frames begin here */
	wslay_event_context_ptr frames;
	struct watch *watch;
	struct timer *turn;     /* goes on where a turn was too long */
	struct timer *deadline; /* opening, silence, closing */
	uint64_t last_byte;
	size_t turn_bytes;
	bool opened, pinged, paused, closing, ended, eof, again;
	int close_code;
	struct buf held; /* messages that came while it was paused: length and kind, bytes */
	struct berth_error failure;
};

struct held {
	size_t len;
	bool text;
};

static void pump(struct websocket *ws);

/* --- the end --- */

static void on_watch_closed(uv_handle_t *handle)
{
	free(handle->data);
}

static void leave_socket(struct websocket *ws)
{
	if (ws->watch == NULL)
		return;
	ws->watch->websocket = NULL;
	uv_close((uv_handle_t *)&ws->watch->poll, on_watch_closed);
	ws->watch = NULL;
}

static void end(struct websocket *ws, const struct berth_error *err)
{
	if (ws->ended || ws->xfer.member.cancelled)
		return;
	ws->ended = true;
	if (err != NULL)
		ws->failure = *err;
	leave_socket(ws);
	timer_stop(ws->turn);
	timer_stop(ws->deadline);
	net_wish(&ws->xfer.member, NET_END);
}

static void end_with(struct websocket *ws, enum berth_code code, const char *what)
{
	struct berth_error err = {0};

	berth_error_set(&err, code, 0, "the WebSocket of '%s' %s", ws->xfer.peer, what);
	end(ws, &err);
}

static void release(struct websocket *ws)
{
	if (ws->frames != NULL)
		wslay_event_context_free(ws->frames);
	timer_close(ws->turn);
	timer_close(ws->deadline);
	buf_release(&ws->held);
	/* The login's cookie is in it. */
	explicit_bzero(ws->asking.data, ws->asking.len);
	buf_release(&ws->asking);
	buf_release(&ws->answer);
	xfer_release(&ws->xfer);
	free(ws);
}

static void on_ended(struct net_member *member, CURLcode result)
{
	struct websocket *ws = (struct websocket *)member;
	struct websocket_end told = {
		.error = ws->failure, .opened = ws->opened, .close_code = ws->close_code};

	if (member->cancelled)
		berth_error_set(&told.error, BERTH_E_CANCELLED, 0, "cancelled");
	else if (!ws->ended)
		xfer_verdict(&ws->xfer, result, &told.error);
	trace("websocket", "%s: %s", ws->xfer.peer,
		told.error.code == BERTH_E_OK ? "closed" : told.error.message);
	ws->request.done(ws->request.context, &told);
	release(ws);
}

static void on_leaving(struct net_member *member)
{
	leave_socket((struct websocket *)member);
}

static void on_broke(struct net_member *member, int uv_status)
{
	struct websocket *ws = (struct websocket *)member;

	berth_error_set(&ws->xfer.failure, BERTH_E_INTERNAL, -uv_status,
		"cannot watch the connection to '%s': %s", ws->xfer.peer, uv_strerror(uv_status));
}

/* --- bytes --- */

static void note_bytes(struct websocket *ws, size_t count)
{
	ws->last_byte = uv_now(net_loop(ws->xfer.member.net));
	ws->pinged = false;
	ws->turn_bytes += count;
}

/* How many, 0 when there is nothing at the moment, -1 when there will be nothing more. */
static ssize_t receive(struct websocket *ws, void *bytes, size_t cap)
{
	size_t count = 0;
	CURLcode rc = curl_easy_recv(ws->xfer.member.easy, bytes, cap, &count);

	if (rc == CURLE_AGAIN)
		return 0;
	ws->eof = rc != CURLE_OK || count == 0;
	if (ws->eof)
		return -1;
	note_bytes(ws, count);
	return (ssize_t)count;
}

static ssize_t transmit(struct websocket *ws, const void *bytes, size_t len)
{
	size_t count = 0;
	CURLcode rc = curl_easy_send(ws->xfer.member.easy, bytes, len, &count);

	if (rc == CURLE_AGAIN)
		return 0;
	return rc != CURLE_OK ? -1 : (ssize_t)count;
}

/* --- frames --- */

static ssize_t frame_recv(
	wslay_event_context_ptr frames, uint8_t *bytes, size_t cap, int flags, void *context)
{
	struct websocket *ws = context;
	size_t left = ws->answer.len - ws->answer_at;
	ssize_t count = 0;

	(void)flags;
	ws->again = ws->turn_bytes >= TURN_MAX;
	if (ws->paused || ws->ended || ws->again ||
		wslay_event_get_queued_msg_count(frames) > UNSENT_MAX) {
		wslay_event_set_error(frames, WSLAY_ERR_WOULDBLOCK);
		return -1;
	}
	if (left > 0) {
		count = (ssize_t)(left < cap ? left : cap);
		memcpy(bytes, ws->answer.data + ws->answer_at, (size_t)count);
		ws->answer_at += (size_t)count;
		return count;
	}
	count = receive(ws, bytes, cap);
	if (count > 0)
		return count;
	wslay_event_set_error(
		frames, count == 0 ? WSLAY_ERR_WOULDBLOCK : WSLAY_ERR_CALLBACK_FAILURE);
	return -1;
}

static ssize_t frame_send(
	wslay_event_context_ptr frames, const uint8_t *bytes, size_t len, int flags, void *context)
{
	ssize_t count = transmit(context, bytes, len);

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
		end(ws, &ws->failure);
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
		end_with(ws, BERTH_E_PROTOCOL, "ended with what is no Close");
	else if (message->opcode == WSLAY_CONNECTION_CLOSE)
		ws->close_code = message->status_code;
	else if (!wslay_is_ctrl_frame(message->opcode))
		give(ws, (const char *)message->msg, message->msg_length,
			message->opcode == WSLAY_TEXT_FRAME);
}

static int make_frames(struct websocket *ws, struct berth_error *err)
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
		end_with(ws, BERTH_E_LIMIT, "sent a message that is too long");
		return;
	case WSLAY_CODE_INVALID_FRAME_PAYLOAD_DATA:
		end_with(ws, BERTH_E_PROTOCOL, "sent a text that is not UTF-8");
		return;
	default:
		end_with(ws, BERTH_E_PROTOCOL, "sent what is no frame");
		return;
	}
}

static void exchange_frames(struct websocket *ws)
{
	bool failed = wslay_event_recv(ws->frames) != 0 && !ws->eof;

	failed = wslay_event_send(ws->frames) != 0 || failed;
	/* What was said before the end is told before it. */
	if (ws->ended || ws->held.len > 0)
		return;
	if (wslay_event_get_close_received(ws->frames) && wslay_event_get_close_sent(ws->frames))
		end(ws, NULL);
	else if (ws->eof)
		end_with(ws, BERTH_E_BROKEN, "ended without Close");
	else if (wslay_event_get_close_sent(ws->frames) && !ws->closing)
		end_by_fault(ws);
	else if (failed)
		end_with(ws, BERTH_E_BROKEN, "can't be written to");
}

/* --- opening --- */

static void take_answer(struct websocket *ws)
{
	size_t len = websocket_head_len(ws->answer.data, ws->answer.len);
	struct berth_error err = {0};

	if (len == 0 && ws->answer.len >= WEBSOCKET_HEAD_MAX) {
		end_with(ws, BERTH_E_LIMIT, "does not begin: the head of its answer is too long");
	} else if (len > 0 && websocket_check(ws->answer.data, len, ws->key, &err) < 0) {
		end(ws, &err);
	} else if (len > 0) {
		ws->answer_at = len;
		ws->opened = true;
		timer_start(ws->deadline, (uint64_t)ws->request.ping_after_ms);
		if (ws->request.on_open != NULL)
			ws->request.on_open(ws->request.context);
	}
}

static void shake_hands(struct websocket *ws)
{
	char bytes[2048];
	ssize_t count = 1;

	while (count > 0 && ws->asked < ws->asking.len) {
		count = transmit(ws, ws->asking.data + ws->asked, ws->asking.len - ws->asked);
		ws->asked += count > 0 ? (size_t)count : 0;
	}
	count = 1;
	while (count > 0 && !ws->opened && !ws->ended) {
		count = receive(ws, bytes, sizeof(bytes));
		if (count > 0 && buf_add(&ws->answer, bytes, (size_t)count, &ws->failure) < 0)
			end(ws, &ws->failure);
		else if (count > 0)
			take_answer(ws);
	}
	if (count < 0)
		end_with(ws, BERTH_E_BROKEN, "broke before it began");
}

/* --- the socket --- */

static void on_ready(uv_poll_t *poll, int status, int events)
{
	struct watch *watch = poll->data;

	(void)events;
	/* libuv has stopped it; what is wrong is told by reading. */
	if (status < 0)
		watch->events = 0;
	if (watch->websocket != NULL)
		pump(watch->websocket);
}

static void watch_socket(struct websocket *ws)
{
	bool sends = ws->opened ? wslay_event_want_write(ws->frames) : ws->asked < ws->asking.len;
	int events = (ws->paused ? 0 : UV_READABLE) | (sends ? UV_WRITABLE : 0);

	if (ws->watch == NULL || events == ws->watch->events)
		return;
	ws->watch->events = events;
	if (events == 0)
		uv_poll_stop(&ws->watch->poll);
	else if (uv_poll_start(&ws->watch->poll, events, on_ready) < 0)
		end_with(ws, BERTH_E_INTERNAL, "can't be watched");
}

static void pump(struct websocket *ws)
{
	ws->turn_bytes = 0;
	ws->again = false;
	if (!ws->ended && !ws->opened)
		shake_hands(ws);
	if (!ws->ended && ws->opened)
		exchange_frames(ws);
	if (ws->ended || ws->xfer.member.cancelled)
		return;
	watch_socket(ws);
	/* What TLS has read already no socket tells of. */
	if (ws->again)
		timer_start(ws->turn, 0);
}

static void begin(struct websocket *ws)
{
	curl_socket_t fd = CURL_SOCKET_BAD;
	struct watch *watch = calloc(1, sizeof(*watch));

	curl_easy_getinfo(ws->xfer.member.easy, CURLINFO_ACTIVESOCKET, &fd);
	if (watch == NULL || fd == CURL_SOCKET_BAD ||
		uv_poll_init_socket(net_loop(ws->xfer.member.net), &watch->poll, fd) < 0) {
		free(watch);
		end_with(ws, BERTH_E_INTERNAL, "can't be watched");
		return;
	}
	watch->poll.data = watch;
	watch->websocket = ws;
	ws->watch = watch;
	pump(ws);
}

static void on_turn(void *context)
{
	struct websocket *ws = context;

	if (ws->watch == NULL)
		begin(ws);
	else
		pump(ws);
}

/* curl lets go of the socket in the turn in which it says so. */
static void on_opened(struct net_member *member)
{
	timer_start(((struct websocket *)member)->turn, 0);
}

/* --- time --- */

static void look_at_silence(struct websocket *ws)
{
	uint64_t now = uv_now(net_loop(ws->xfer.member.net)), limit;
	uint64_t age;

	/* While it is paused the silence is ours. */
	if (ws->paused)
		ws->last_byte = now;
	age = now - ws->last_byte;
	limit = (uint64_t)ws->request.ping_after_ms;
	if (ws->pinged) {
		end_with(ws, BERTH_E_TIMEOUT, "fell silent and answers no ping");
	} else if (age < limit) {
		timer_start(ws->deadline, limit - age);
	} else {
		ws->pinged = true;
		wslay_event_queue_msg(ws->frames, &(struct wslay_event_msg){.opcode = WSLAY_PING});
		timer_start(ws->deadline, (uint64_t)ws->request.pong_ms);
		pump(ws);
	}
}

static void time_is_up(void *context)
{
	struct websocket *ws = context;

	if (ws->ended)
		return;
	if (!ws->opened)
		end_with(ws, BERTH_E_TIMEOUT, "did not begin in time");
	else if (ws->closing)
		end_with(ws, BERTH_E_TIMEOUT, "did not answer our Close");
	else
		look_at_silence(ws);
}

/* --- start --- */

static int or_else(int given, int otherwise)
{
	return given > 0 ? given : otherwise;
}

/* Host header and path of the url; the port only where it is not the scheme's. */
static int split_url(const char *url, char **host, char **path, struct berth_error *err)
{
	CURLU *parts = curl_url();
	char *name = NULL, *port = NULL, *way = NULL, *query = NULL;
	int rc = -1;

	if (parts != NULL && curl_url_set(parts, CURLUPART_URL, url, 0) == CURLUE_OK &&
		curl_url_get(parts, CURLUPART_HOST, &name, 0) == CURLUE_OK &&
		curl_url_get(parts, CURLUPART_PATH, &way, 0) == CURLUE_OK) {
		curl_url_get(parts, CURLUPART_PORT, &port, CURLU_NO_DEFAULT_PORT);
		curl_url_get(parts, CURLUPART_QUERY, &query, 0);
		if (asprintf(host, "%s%s%s", name, port != NULL ? ":" : "",
			    port != NULL ? port : "") < 0)
			*host = NULL;
		if (asprintf(path, "%s%s%s", way, query != NULL ? "?" : "",
			    query != NULL ? query : "") < 0)
			*path = NULL;
		rc = *host != NULL && *path != NULL ? 0 : -1;
	}
	curl_free(name);
	curl_free(port);
	curl_free(way);
	curl_free(query);
	curl_url_cleanup(parts);
	return rc == 0 ? 0 : berth_error_set(err, BERTH_E_MEMORY, 0, "out of memory");
}

static int write_request(struct websocket *ws, struct berth_error *err)
{
	unsigned char random[16];
	char *host = NULL, *path = NULL;
	int rc;

	if (getrandom(random, sizeof(random), 0) != (ssize_t)sizeof(random))
		return berth_error_set(err, BERTH_E_INTERNAL, 0, "no random numbers");
	websocket_key(ws->key, random);
	rc = split_url(ws->request.http.url, &host, &path, err);
	if (rc == 0)
		rc = websocket_ask(&ws->asking, host, path, ws->request.http.headers, ws->key, err);
	free(host);
	free(path);
	return rc;
}

static int prepare(struct websocket *ws, struct net *net, struct berth_error *err)
{
	if (ws->xfer.member.easy == NULL)
		return berth_error_set(err, BERTH_E_MEMORY, 0, "out of memory");
	/* Whose lines are checked here go out as they are. */
	if (xfer_setup(&ws->xfer, &ws->request.http, err) < 0 || write_request(ws, err) < 0 ||
		make_frames(ws, err) < 0)
		return -1;
	curl_easy_setopt(ws->xfer.member.easy, CURLOPT_CONNECT_ONLY, 1L);
	/* What is no HTTP goes through a proxy in a tunnel. */
	curl_easy_setopt(ws->xfer.member.easy, CURLOPT_HTTPPROXYTUNNEL, 1L);
	ws->turn = timer_new(net_loop(net), on_turn, ws, err);
	if (ws->turn != NULL)
		ws->deadline = timer_new(net_loop(net), time_is_up, ws, err);
	return ws->deadline != NULL ? 0 : -1;
}

struct websocket *websocket_start(
	struct net *net, const struct websocket_request *request, struct berth_error *err)
{
	struct websocket *ws;

	if (net_prepare(net, err) < 0)
		return NULL;
	ws = calloc(1, sizeof(*ws));
	if (ws == NULL) {
		berth_error_set(err, BERTH_E_MEMORY, 0, "out of memory");
		return NULL;
	}
	ws->request = *request;
	ws->request.ping_after_ms = or_else(request->ping_after_ms, PING_MS);
	ws->request.pong_ms = or_else(request->pong_ms, ANSWER_MS);
	ws->request.close_ms = or_else(request->close_ms, ANSWER_MS);
	buf_init(&ws->asking, REQUEST_MAX);
	buf_init(&ws->answer, WEBSOCKET_HEAD_MAX + 4096);
	buf_init(&ws->held, HELD_MAX);
	xfer_init(&ws->xfer, &ws->request.http);
	ws->xfer.member.ended = on_ended;
	ws->xfer.member.broke = on_broke;
	ws->xfer.member.opened = on_opened;
	ws->xfer.member.leaving = on_leaving;
	if (prepare(ws, net, err) < 0) {
		release(ws);
		return NULL;
	}
	/* All that was the caller's is copied. */
	ws->request.http = (struct xfer_request){0};
	ws->last_byte = uv_now(net_loop(net));
	timer_start(ws->deadline,
		(uint64_t)ws->xfer.connect_timeout_ms + (uint64_t)ws->request.close_ms);
	net_join(net, &ws->xfer.member);
	return ws;
}

void websocket_close(struct websocket *ws)
{
	if (!ws->opened) {
		websocket_cancel(ws);
		return;
	}
	if (ws->ended || ws->closing)
		return;
	ws->closing = true;
	wslay_event_queue_close(ws->frames, WSLAY_CODE_NORMAL_CLOSURE, NULL, 0);
	timer_start(ws->deadline, (uint64_t)ws->request.close_ms);
	/* In a turn of its own: it may be called from a message. */
	timer_start(ws->turn, 0);
}

void websocket_cancel(struct websocket *ws)
{
	net_cancel(&ws->xfer.member);
}

void websocket_pause(struct websocket *ws)
{
	ws->paused = true;
}

static void give_held(struct websocket *ws)
{
	while (ws->held.len > 0 && !ws->paused && !ws->ended && !ws->xfer.member.cancelled) {
		struct held held;
		char *bytes;

		memcpy(&held, ws->held.data, sizeof(held));
		bytes = malloc(held.len + 1);
		if (bytes == NULL) {
			end_with(ws, BERTH_E_MEMORY, "has more than fits into memory");
			return;
		}
		memcpy(bytes, ws->held.data + sizeof(held), held.len);
		buf_consume(&ws->held, sizeof(held) + held.len);
		give(ws, bytes, held.len, held.text);
		free(bytes);
	}
}

void websocket_resume(struct websocket *ws)
{
	if (!ws->paused)
		return;
	ws->paused = false;
	ws->last_byte = uv_now(net_loop(ws->xfer.member.net));
	give_held(ws);
	if (!ws->paused && !ws->ended)
		timer_start(ws->turn, 0);
}
