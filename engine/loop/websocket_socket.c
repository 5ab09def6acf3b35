/* The connection that curl has made: watched here, read and written through curl's TLS. */
#include <stdlib.h>

#include <uv.h>

#include "loop/timer.h"
#include "loop/websocket_private.h"

/* Lives until its close callback. */
struct websocket_watch {
	uv_poll_t poll;
	struct websocket *websocket;
	int events;
};

static void on_watch_closed(uv_handle_t *handle)
{
	free(handle->data);
}

void websocket_leave_socket(struct websocket *ws)
{
	if (ws->watch == NULL)
		return;
	ws->watch->websocket = NULL;
	uv_close((uv_handle_t *)&ws->watch->poll, on_watch_closed);
	ws->watch = NULL;
}

static void note_bytes(struct websocket *ws, size_t count)
{
	ws->last_byte = uv_now(net_loop(ws->xfer.member.net));
	ws->pinged = false;
	ws->turn_bytes += count;
}

ssize_t websocket_receive(struct websocket *ws, void *bytes, size_t cap)
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

ssize_t websocket_transmit(struct websocket *ws, const void *bytes, size_t len)
{
	size_t count = 0;
	CURLcode rc = curl_easy_send(ws->xfer.member.easy, bytes, len, &count);

	if (rc == CURLE_AGAIN)
		return 0;
	return rc != CURLE_OK ? -1 : (ssize_t)count;
}

static void on_ready(uv_poll_t *poll, int status, int events)
{
	struct websocket_watch *watch = poll->data;

	(void)events;
	/* libuv has stopped it; what is wrong is told by reading. */
	if (status < 0)
		watch->events = 0;
	if (watch->websocket != NULL)
		websocket_pump(watch->websocket);
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
		websocket_fail(ws, BERTH_E_INTERNAL, "can't be watched");
}

void websocket_pump(struct websocket *ws)
{
	ws->turn_bytes = 0;
	ws->again = false;
	if (!ws->ended && !ws->opened)
		websocket_shake_hands(ws);
	if (!ws->ended && ws->opened)
		websocket_exchange_frames(ws);
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
	struct websocket_watch *watch = calloc(1, sizeof(*watch));

	curl_easy_getinfo(ws->xfer.member.easy, CURLINFO_ACTIVESOCKET, &fd);
	if (watch == NULL || fd == CURL_SOCKET_BAD ||
		uv_poll_init_socket(net_loop(ws->xfer.member.net), &watch->poll, fd) < 0) {
		free(watch);
		websocket_fail(ws, BERTH_E_INTERNAL, "can't be watched");
		return;
	}
	watch->poll.data = watch;
	watch->websocket = ws;
	ws->watch = watch;
	websocket_pump(ws);
}

void websocket_on_turn(void *context)
{
	struct websocket *ws = context;

	if (ws->watch == NULL)
		begin(ws);
	else
		websocket_pump(ws);
}
