#include "loop/websocket.h"

#include <stdlib.h>
#include <string.h>

#include <uv.h>

#include "base/trace.h"
#include "loop/timer.h"
#include "loop/websocket_private.h"

enum { PING_MS = 45 * 1000, ANSWER_MS = 10 * 1000 };
/* Messages that were read already when it was paused come from one read of wslay's. */
enum { HELD_MAX = 8 << 20, REQUEST_MAX = 64 * 1024 };

/* --- the end --- */

void websocket_finish(struct websocket *ws, const struct berth_error *err)
{
	if (ws->ended || ws->xfer.member.cancelled)
		return;
	ws->ended = true;
	if (err != NULL)
		ws->failure = *err;
	websocket_leave_socket(ws);
	timer_stop(ws->turn);
	timer_stop(ws->deadline);
	net_wish(&ws->xfer.member, NET_END);
}

void websocket_fail(struct websocket *ws, enum berth_code code, const char *what)
{
	struct berth_error err = {0};

	berth_error_set(&err, code, 0, "the WebSocket of '%s' %s", ws->xfer.peer, what);
	websocket_finish(ws, &err);
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
	websocket_leave_socket((struct websocket *)member);
}

static void on_broke(struct net_member *member, int uv_status)
{
	struct websocket *ws = (struct websocket *)member;

	berth_error_set(&ws->xfer.failure, BERTH_E_INTERNAL, -uv_status,
		"cannot watch the connection to '%s': %s", ws->xfer.peer, uv_strerror(uv_status));
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
		websocket_fail(ws, BERTH_E_TIMEOUT, "fell silent and answers no ping");
	} else if (age < limit) {
		timer_start(ws->deadline, limit - age);
	} else {
		ws->pinged = true;
		wslay_event_queue_msg(ws->frames, &(struct wslay_event_msg){.opcode = WSLAY_PING});
		timer_start(ws->deadline, (uint64_t)ws->request.pong_ms);
		websocket_pump(ws);
	}
}

static void time_is_up(void *context)
{
	struct websocket *ws = context;

	if (ws->ended)
		return;
	if (!ws->opened)
		websocket_fail(ws, BERTH_E_TIMEOUT, "did not begin in time");
	else if (ws->closing)
		websocket_fail(ws, BERTH_E_TIMEOUT, "did not answer our Close");
	else
		look_at_silence(ws);
}

/* --- start --- */

static int or_else(int given, int otherwise)
{
	return given > 0 ? given : otherwise;
}

static int prepare(struct websocket *ws, struct net *net, struct berth_error *err)
{
	if (ws->xfer.member.easy == NULL)
		return berth_error_set(err, BERTH_E_MEMORY, 0, "out of memory");
	/* Whose lines are checked here go out as they are. */
	if (xfer_setup(&ws->xfer, &ws->request.http, err) < 0 ||
		websocket_write_request(ws, err) < 0 || websocket_make_frames(ws, err) < 0)
		return -1;
	curl_easy_setopt(ws->xfer.member.easy, CURLOPT_CONNECT_ONLY, 1L);
	/* What is no HTTP goes through a proxy in a tunnel. */
	curl_easy_setopt(ws->xfer.member.easy, CURLOPT_HTTPPROXYTUNNEL, 1L);
	ws->turn = timer_new(net_loop(net), websocket_on_turn, ws, err);
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

void websocket_resume(struct websocket *ws)
{
	if (!ws->paused)
		return;
	ws->paused = false;
	ws->last_byte = uv_now(net_loop(ws->xfer.member.net));
	websocket_give_held(ws);
	if (!ws->paused && !ws->ended)
		timer_start(ws->turn, 0);
}
