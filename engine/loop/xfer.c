#include "loop/xfer_internal.h"

#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <uv.h>

#include "base/trace.h"
#include "loop/timer.h"

static void note_byte(struct xfer *xfer)
{
	if (xfer->watchdog)
		xfer->last_byte = uv_now(net_loop(xfer->member.net));
}

int64_t xfer_sent(const struct xfer *xfer)
{
	curl_off_t sent = 0;

	curl_easy_getinfo(xfer->member.easy, CURLINFO_SIZE_UPLOAD_T, &sent);
	return sent;
}

/* Bytes only leave a time; the timer looks at it when it fires, and sleeps on for what is left. */
static void on_silence(void *context)
{
	struct xfer *xfer = context;
	uint64_t now = uv_now(net_loop(xfer->member.net));
	uint64_t limit = (uint64_t)xfer->silence_timeout_ms;
	int64_t sent = xfer_sent(xfer);

	/* It has ended already and only waits to say so. */
	if (xfer->member.wishes & NET_END)
		return;
	if (sent != xfer->sent) {
		xfer->sent = sent;
		xfer->last_byte = now;
	}
	if (now - xfer->last_byte < limit) {
		timer_start(xfer->watchdog, limit - (now - xfer->last_byte));
		return;
	}
	if (limit % 1000)
		berth_error_set(&xfer->failure, BERTH_E_TIMEOUT, 0, "no byte from '%s' for %d ms",
			xfer->peer, xfer->silence_timeout_ms);
	else
		berth_error_set(&xfer->failure, BERTH_E_TIMEOUT, 0, "no byte from '%s' for %d s",
			xfer->peer, xfer->silence_timeout_ms / 1000);
	net_wish(&xfer->member, NET_END);
}

int xfer_connected(void *context, char *remote_ip, char *local_ip, int remote_port, int local_port)
{
	struct xfer *xfer = context;

	(void)remote_ip;
	(void)local_ip;
	(void)remote_port;
	(void)local_port;
	xfer->connected = true;
	note_byte(xfer);
	return CURL_PREREQFUNC_OK;
}

static const char *content_type(const struct xfer *xfer)
{
	const char *type = NULL;

	curl_easy_getinfo(xfer->member.easy, CURLINFO_CONTENT_TYPE, &type);
	return type ? type : "";
}

static bool is_space(char c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

/* The line is curl's and must stay as it is. */
static int give_header(struct xfer *xfer, const char *line, size_t len)
{
	char *copy, *value;

	copy = strndup(line, len);
	if (!copy)
		return berth_error_set(&xfer->failure, BERTH_E_MEMORY, 0, "out of memory");
	value = strchr(copy, ':');
	if (value) {
		*value++ = '\0';
		while (is_space(*value))
			value++;
		len = strlen(value);
		while (len > 0 && is_space(value[len - 1]))
			value[--len] = '\0';
		xfer->on_header(xfer->context, copy, value);
	}
	free(copy);
	return 0;
}

static void head_ended(struct xfer *xfer)
{
	xfer->head_done = true;
	if (xfer->on_head)
		xfer->on_head(xfer->context, xfer->status, content_type(xfer));
	/* Refused while we wait for more to send: the upload must go on to come to its end. */
	if (xfer->upload_paused && xfer->status >= 300)
		xfer_resume_upload(xfer);
}

size_t xfer_take_header(char *line, size_t size, size_t count, void *context)
{
	struct xfer *xfer = context;
	size_t len = size * count;
	long status = 0;

	if (xfer->member.cancelled)
		return 0;
	note_byte(xfer);
	xfer->head_len += len;
	if (xfer->head_len > XFER_HEAD_MAX) {
		berth_error_set(&xfer->failure, BERTH_E_LIMIT, 0,
			"the head of the answer of '%s' is larger than %d bytes", xfer->peer,
			XFER_HEAD_MAX);
		return 0;
	}
	/* What comes after the body are trailers. */
	if (xfer->head_done)
		return len;
	if (len >= 5 && !memcmp(line, "HTTP/", 5)) {
		curl_easy_getinfo(xfer->member.easy, CURLINFO_RESPONSE_CODE, &status);
		xfer->status = (int)status;
	} else if (xfer->status < 200) {
		return len;
	} else if (is_space(line[0]) && (len == 1 || (len == 2 && line[1] == '\n'))) {
		head_ended(xfer);
	} else if (xfer->on_header && give_header(xfer, line, len)) {
		return 0;
	}
	return xfer->member.cancelled ? 0 : len;
}

static int take(struct xfer *xfer, const char *data, size_t len)
{
	struct berth_error err;

	if (xfer->on_data && xfer->status < 300) {
		int rc = xfer->on_data(xfer->context, data, len);

		if (rc >= 0)
			return rc;
		return berth_error_set(
			&xfer->failure, BERTH_E_CANCELLED, 0, "the answer was not wanted any more");
	}
	if (!buf_add(&xfer->answer, data, len, &err))
		return 0;
	if (err.code != BERTH_E_LIMIT)
		xfer->failure = err;
	else
		berth_error_set(&xfer->failure, BERTH_E_LIMIT, 0,
			"the answer of '%s' is larger than %zu bytes", xfer->peer,
			xfer->answer.max);
	return -1;
}

size_t xfer_take_body(char *data, size_t size, size_t count, void *context)
{
	struct xfer *xfer = context;
	size_t len = size * count;

	int rc;

	note_byte(xfer);
	if (xfer->member.cancelled)
		return 0;
	rc = take(xfer, data, len);
	if (rc == XFER_DATA_LATER)
		return CURL_WRITEFUNC_PAUSE;
	xfer->bytes_in += (int64_t)len;
	return rc || xfer->member.cancelled ? 0 : len;
}

/* curl drops an answer unread when sending fails, and sending to a peer that has answered and
 * closed does. So what waits is read before more is sent. */
static bool answer_waits(const struct xfer *xfer)
{
	struct pollfd look = {.fd = xfer->member.socket, .events = POLLIN};

	if (xfer->head_done || look.fd == CURL_SOCKET_BAD)
		return false;
	return poll(&look, 1, 0) > 0;
}

static size_t hold(struct xfer *xfer, const char *data, size_t len)
{
	/* One byte more: the end of the upload can be held too. */
	xfer->held = malloc(len + 1);
	if (!xfer->held) {
		berth_error_set(&xfer->failure, BERTH_E_MEMORY, 0, "out of memory");
		return CURL_READFUNC_ABORT;
	}
	memcpy(xfer->held, data, len);
	xfer->held_len = len;
	xfer->upload_paused = true;
	net_wish(&xfer->member, NET_RESUME);
	return CURL_READFUNC_PAUSE;
}

static size_t give_held(struct xfer *xfer, char *data, size_t cap)
{
	size_t len = xfer->held_len < cap ? xfer->held_len : cap;

	memcpy(data, xfer->held, len);
	xfer->held_len -= len;
	memmove(xfer->held, xfer->held + len, xfer->held_len);
	if (xfer->held_len == 0) {
		free(xfer->held);
		xfer->held = NULL;
	}
	return len;
}

size_t xfer_give_body(char *data, size_t size, size_t count, void *context)
{
	struct xfer *xfer = context;
	size_t cap = size * count;
	int64_t len;

	if (xfer->member.cancelled || xfer->failure.code != BERTH_E_OK || !xfer->read)
		return CURL_READFUNC_ABORT;
	/* The other side has refused; nobody reads the rest. */
	if (xfer->head_done && xfer->status >= 300)
		return 0;
	if (xfer->held)
		return give_held(xfer, data, cap);
	xfer->upload_paused = false;
	len = xfer->read(xfer->context, data, cap);
	if (xfer->member.cancelled)
		return CURL_READFUNC_ABORT;
	if (len == XFER_READ_PAUSE) {
		xfer->upload_paused = true;
		return CURL_READFUNC_PAUSE;
	}
	if (len < 0 || (size_t)len > cap) {
		berth_error_set(&xfer->failure, BERTH_E_CANCELLED, 0, "the upload was given up");
		return CURL_READFUNC_ABORT;
	}
	note_byte(xfer);
	xfer->upload_ended = len == 0;
	if (answer_waits(xfer))
		return hold(xfer, data, (size_t)len);
	return (size_t)len;
}

static void free_headers(struct curl_slist *headers)
{
	struct curl_slist *header;

	/* Credentials travel here. */
	for (header = headers; header; header = header->next)
		explicit_bzero(header->data, strlen(header->data));
	curl_slist_free_all(headers);
}

void xfer_release(struct xfer *xfer)
{
	curl_easy_cleanup(xfer->member.easy);
	free_headers(xfer->headers);
	if (xfer->body && xfer->secret_body)
		explicit_bzero(xfer->body, xfer->body_len);
	free(xfer->body);
	free(xfer->held);
	buf_release(&xfer->answer);
	timer_close(xfer->watchdog);
}

static void xfer_free(struct xfer *xfer)
{
	xfer_release(xfer);
	free(xfer);
}

static void on_ended(struct net_member *member, CURLcode result)
{
	struct xfer *xfer = (struct xfer *)member;
	struct xfer_reply reply = {
		.status = xfer->head_done ? xfer->status : 0,
		.content_type = content_type(xfer),
		.body = xfer->answer.data,
		.body_len = xfer->answer.len,
		.connected = xfer->connected,
		.bytes_in = xfer->bytes_in,
	};

	if (xfer->watchdog)
		timer_stop(xfer->watchdog);
	xfer_verdict(xfer, result, &reply.error);
	TRACE("xfer", "exchange", TRACE_TEXT("peer", xfer->peer),
		TRACE_NUMBER("status", reply.status), TRACE_NUMBER("bytes", reply.bytes_in),
		TRACE_NUMBER("ms", clock_mono_ms() - xfer->began_ms),
		TRACE_TEXT("error", reply.error.code == BERTH_E_OK ? "" : reply.error.message));
	xfer->done(xfer->context, &reply);
	xfer_free(xfer);
}

static void on_broke(struct net_member *member, int uv_status)
{
	struct xfer *xfer = (struct xfer *)member;

	if (xfer->failure.code == BERTH_E_OK)
		berth_error_set(&xfer->failure, BERTH_E_INTERNAL, -uv_status,
			"cannot watch the connection to '%s': %s", xfer->peer,
			uv_strerror(uv_status));
}

void xfer_init(struct xfer *xfer, const struct xfer_request *request)
{
	buf_init(&xfer->answer, request->body_max ? request->body_max : XFER_BODY_MAX);
	xfer->read = request->read;
	xfer->upload_size = request->upload_size;
	xfer->on_data = request->on_data;
	xfer->on_head = request->on_head;
	xfer->on_header = request->on_header;
	xfer->done = request->done;
	xfer->context = request->context;
	xfer->secret_body = request->secret_body;
	xfer->unix_socket = request->unix_socket != NULL;
	xfer->connect_timeout_ms = request->connect_timeout_ms ? request->connect_timeout_ms
							       : XFER_CONNECT_MS;
	xfer->total_timeout_ms = request->total_timeout_ms;
	xfer->silence_timeout_ms = request->silence_timeout_ms;
	xfer->member.easy = curl_easy_init();
}

static struct xfer *xfer_new(const struct xfer_request *request)
{
	struct xfer *xfer = calloc(1, sizeof(*xfer));

	if (!xfer)
		return NULL;
	xfer_init(xfer, request);
	xfer->began_ms = clock_mono_ms();
	xfer->member.ended = on_ended;
	xfer->member.broke = on_broke;
	return xfer;
}

struct xfer *xfer_start(
	struct net *net, const struct xfer_request *request, struct berth_error *err)
{
	struct xfer *xfer;

	if (net_prepare(net, err))
		return NULL;
	xfer = xfer_new(request);
	if (!xfer || !xfer->member.easy) {
		berth_error_set(err, BERTH_E_MEMORY, 0, "out of memory");
		goto fail;
	}
	if (xfer_setup(xfer, request, err))
		goto fail;
	if (xfer->silence_timeout_ms > 0) {
		xfer->watchdog = timer_new(net_loop(net), on_silence, xfer, err);
		if (!xfer->watchdog)
			goto fail;
		xfer->last_byte = uv_now(net_loop(net));
		timer_start(xfer->watchdog, (uint64_t)xfer->silence_timeout_ms);
	}
	net_join(net, &xfer->member);
	return xfer;
fail:
	if (xfer)
		xfer_free(xfer);
	return NULL;
}

void xfer_cancel(struct xfer *xfer)
{
	net_cancel(&xfer->member);
}

void xfer_resume_upload(struct xfer *xfer)
{
	net_wish(&xfer->member, NET_RESUME);
}

void xfer_resume_data(struct xfer *xfer)
{
	net_wish(&xfer->member, NET_RESUME);
}
