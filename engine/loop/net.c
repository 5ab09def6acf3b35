#include "loop/net_internal.h"

#include <stdlib.h>

#include <uv.h>

#include "base/trace.h"
#include "loop/sigpipe.h"

/* One socket of curl's. Lives until its close callback: curl may get the same descriptor again in
 * the turn in which it gives it up, and then there are two for a moment. */
struct watch {
	uv_poll_t poll;
	struct net *net;
	curl_socket_t socket;
	int events;
};

struct net {
	uv_loop_t *loop;
	CURLM *multi; /* NULL until the first transfer */
	uv_timer_t timer;
	/* Runs only while there is something in `queue` or curl asked to be called at once. Curl's
	 * "in 0 ms" goes here too: a 0 ms timer restarted from a timer callback would keep libuv in
	 * its timers and away from the sockets. */
	uv_idle_t turn;
	bool due;
	struct net_member *members;
	struct net_member *queue, **queue_end;
	bool closing, handles_closed;
	unsigned handles; /* not closed yet */
	void (*closed)(void *context);
	void *context;
};

static uv_once_t global_once = UV_ONCE_INIT;
static CURLcode global_result;

static void global_init(void)
{
	sigpipe_ignore();
	global_result = curl_global_init(CURL_GLOBAL_DEFAULT);
}

struct net *net_new(uv_loop_t *loop, struct berth_error *err)
{
	struct net *net = calloc(1, sizeof(*net));

	if (!net) {
		berth_error_set(err, BERTH_E_MEMORY, 0, "out of memory");
		return NULL;
	}
	net->loop = loop;
	net->queue_end = &net->queue;
	uv_timer_init(loop, &net->timer);
	uv_idle_init(loop, &net->turn);
	net->timer.data = net;
	net->turn.data = net;
	net->handles = 2;
	return net;
}

uv_loop_t *net_loop(const struct net *net)
{
	return net->loop;
}

static void on_handle_closed(struct net *net)
{
	void (*closed)(void *context) = net->closed;
	void *context = net->context;

	if (--net->handles > 0)
		return;
	free(net);
	if (closed)
		closed(context);
}

static void on_own_closed(uv_handle_t *handle)
{
	on_handle_closed(handle->data);
}

static void on_watch_closed(uv_handle_t *handle)
{
	struct watch *watch = handle->data;
	struct net *net = watch->net;

	free(watch);
	on_handle_closed(net);
}

static void close_handles(struct net *net)
{
	net->handles_closed = true;
	/* Still calls both callbacks below. */
	if (net->multi)
		curl_multi_cleanup(net->multi);
	net->multi = NULL;
	uv_close((uv_handle_t *)&net->timer, on_own_closed);
	uv_close((uv_handle_t *)&net->turn, on_own_closed);
}

static void collect_results(struct net *net)
{
	struct net_member *member;
	CURLMsg *message;
	int left;

	while ((message = curl_multi_info_read(net->multi, &left)) != NULL) {
		if (message->msg != CURLMSG_DONE)
			continue;
		member = NULL;
		curl_easy_getinfo(message->easy_handle, CURLINFO_PRIVATE, (char **)&member);
		member->result = message->data.result;
		if (member->result == CURLE_OK && member->opened && !member->cancelled)
			member->opened(member);
		else
			net_wish(member, NET_END);
	}
}

/* Results are collected whatever curl says about running transfers: the count is 0 already when the
 * last one ends by a timeout. */
static void pump(struct net *net, curl_socket_t socket, int events)
{
	CURLMcode rc;
	int running;

	rc = curl_multi_socket_action(net->multi, socket, events, &running);
	if (rc != CURLM_OK)
		trace("net", "socket action: %s", curl_multi_strerror(rc));
	collect_results(net);
}

static void grant(struct net_member *member)
{
	unsigned wishes = member->wishes;
	struct net *net = member->net;
	CURLMcode rc;

	member->wishes = 0;
	if ((wishes & NET_ADD) && !(wishes & NET_END)) {
		rc = curl_multi_add_handle(net->multi, member->easy);
		member->added = rc == CURLM_OK;
		if (!member->added) {
			member->result = CURLE_OUT_OF_MEMORY;
			wishes |= NET_END;
		}
	}
	if ((wishes & NET_RESUME) && member->added)
		curl_easy_pause(member->easy, CURLPAUSE_CONT);
	if (!(wishes & NET_END))
		return;
	if (member->leaving)
		member->leaving(member);
	if (member->added)
		curl_multi_remove_handle(net->multi, member->easy);
	if (member->previous)
		member->previous->next = member->next;
	else
		net->members = member->next;
	if (member->next)
		member->next->previous = member->previous;
	/* From here on wishes are not heard. */
	member->net = NULL;
	member->ended(member, member->result);
}

static void on_turn(uv_idle_t *turn)
{
	struct net *net = turn->data;
	struct net_member *batch = net->queue, *member;

	uv_idle_stop(turn);
	net->queue = NULL;
	net->queue_end = &net->queue;
	while ((member = batch) != NULL) {
		batch = member->queue_next;
		grant(member);
	}
	if (net->due && net->multi) {
		net->due = false;
		pump(net, CURL_SOCKET_TIMEOUT, 0);
	}
	if (net->closing && !net->members && !net->handles_closed)
		close_handles(net);
}

static void start_turn(struct net *net)
{
	if (!net->handles_closed)
		uv_idle_start(&net->turn, on_turn);
}

static void on_timer(uv_timer_t *timer)
{
	pump(timer->data, CURL_SOCKET_TIMEOUT, 0);
}

static int curl_wants_timer(CURLM *multi, long timeout_ms, void *context)
{
	struct net *net = context;

	(void)multi;
	net->due = timeout_ms == 0;
	uv_timer_stop(&net->timer);
	if (timeout_ms > 0)
		uv_timer_start(&net->timer, on_timer, (uint64_t)timeout_ms, 0);
	else if (net->due)
		start_turn(net);
	return 0;
}

static void on_socket(uv_poll_t *poll, int status, int events);

static int watch_restart(struct watch *watch)
{
	if (!watch->events)
		return uv_poll_stop(&watch->poll);
	return uv_poll_start(&watch->poll, watch->events, on_socket);
}

static void on_socket(uv_poll_t *poll, int status, int events)
{
	struct watch *watch = poll->data;
	int flags = 0;

	if (events & UV_READABLE)
		flags |= CURL_CSELECT_IN;
	if (events & UV_WRITABLE)
		flags |= CURL_CSELECT_OUT;
	/* With the error bit alone curl gives up without looking; what a peer said before it reset
	 * the connection can still be read, and the reason too. */
	if (status < 0)
		flags = CURL_CSELECT_IN | CURL_CSELECT_OUT | CURL_CSELECT_ERR;
	pump(watch->net, watch->socket, flags);
	/* libuv stops a handle that saw an error; curl does not know that. */
	if (status < 0 && !uv_is_closing((uv_handle_t *)poll))
		watch_restart(watch);
}

static struct watch *watch_new(struct net *net, curl_socket_t socket, int *status)
{
	struct watch *watch = calloc(1, sizeof(*watch));

	*status = UV_ENOMEM;
	if (!watch)
		return NULL;
	*status = uv_poll_init_socket(net->loop, &watch->poll, socket);
	if (*status < 0) {
		free(watch);
		return NULL;
	}
	watch->poll.data = watch;
	watch->net = net;
	watch->socket = socket;
	net->handles++;
	curl_multi_assign(net->multi, socket, watch);
	return watch;
}

static int watch_set(struct net *net, struct watch *watch, curl_socket_t socket, int what)
{
	int status = 0;

	if (!watch)
		watch = watch_new(net, socket, &status);
	if (!watch)
		return status;
	watch->events = 0;
	if (what == CURL_POLL_IN || what == CURL_POLL_INOUT)
		watch->events |= UV_READABLE;
	if (what == CURL_POLL_OUT || what == CURL_POLL_INOUT)
		watch->events |= UV_WRITABLE;
	return watch_restart(watch);
}

static int curl_wants_socket(
	CURL *easy, curl_socket_t socket, int what, void *context, void *socket_context)
{
	struct net_member *member = NULL;
	struct watch *watch = socket_context;
	struct net *net = context;
	int status;

	curl_easy_getinfo(easy, CURLINFO_PRIVATE, (char **)&member);
	if (what == CURL_POLL_REMOVE) {
		if (member && member->socket == socket)
			member->socket = CURL_SOCKET_BAD;
		if (watch) {
			curl_multi_assign(net->multi, socket, NULL);
			uv_close((uv_handle_t *)&watch->poll, on_watch_closed);
		}
		return 0;
	}
	status = watch_set(net, watch, socket, what);
	if (member)
		member->socket = socket;
	/* Returning an error here would make curl abort every transfer, for good. */
	if (status < 0 && member) {
		member->broke(member, status);
		net_wish(member, NET_END);
	}
	return 0;
}

int net_prepare(struct net *net, struct berth_error *err)
{
	if (net->closing)
		return berth_error_set(err, BERTH_E_CANCELLED, 0, "the network is shutting down");
	if (net->multi)
		return 0;
	uv_once(&global_once, global_init);
	if (global_result != CURLE_OK)
		return berth_error_set(err, BERTH_E_INTERNAL, 0, "cannot initialise libcurl: %s",
			curl_easy_strerror(global_result));
	net->multi = curl_multi_init();
	if (!net->multi)
		return berth_error_set(err, BERTH_E_MEMORY, 0, "out of memory");
	curl_multi_setopt(net->multi, CURLMOPT_SOCKETFUNCTION, curl_wants_socket);
	curl_multi_setopt(net->multi, CURLMOPT_SOCKETDATA, net);
	curl_multi_setopt(net->multi, CURLMOPT_TIMERFUNCTION, curl_wants_timer);
	curl_multi_setopt(net->multi, CURLMOPT_TIMERDATA, net);
	return 0;
}

void net_join(struct net *net, struct net_member *member)
{
	member->net = net;
	member->socket = CURL_SOCKET_BAD;
	member->next = net->members;
	if (member->next)
		member->next->previous = member;
	net->members = member;
	net_wish(member, NET_ADD);
}

void net_wish(struct net_member *member, enum net_wish wish)
{
	struct net *net = member->net;

	if (!net)
		return;
	if (!member->wishes) {
		member->queue_next = NULL;
		*net->queue_end = member;
		net->queue_end = &member->queue_next;
	}
	member->wishes |= wish;
	start_turn(net);
}

void net_cancel(struct net_member *member)
{
	if (!member->net)
		return;
	member->cancelled = true;
	net_wish(member, NET_END);
}

void net_close(struct net *net, void (*closed)(void *context), void *context)
{
	struct net_member *member;

	net->closing = true;
	net->closed = closed;
	net->context = context;
	for (member = net->members; member; member = member->next)
		net_cancel(member);
	start_turn(net);
}
