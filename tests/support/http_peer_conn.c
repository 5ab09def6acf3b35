#include "support/http_peer_internal.h"

#include <errno.h>
#include <linux/sockios.h>
#include <poll.h>
#include <sched.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

int peer_wait(struct peer *peer, int fd, short events, int timeout_ms)
{
	struct pollfd fds[2] = {
		{.fd = peer->stop_event, .events = POLLIN},
		{.fd = fd, .events = events},
	};
	int rc;

	do
		rc = poll(fds, 2, timeout_ms);
	while (rc < 0 && errno == EINTR);
	return rc < 0 || fds[0].revents ? -1 : 0;
}

int peer_fill(struct peer_conn *conn)
{
	ssize_t len;

	if (conn->in_start < conn->in_end)
		return 0;
	if (conn->fd < 0 || peer_wait(conn->peer, conn->fd, POLLIN, -1))
		return -1;
	len = recv(conn->fd, conn->in, sizeof(conn->in), 0);
	if (len <= 0)
		return -1;
	conn->in_start = 0;
	conn->in_end = (size_t)len;
	return 0;
}

void peer_close_conn(struct peer_conn *conn)
{
	if (conn->fd < 0)
		return;
	close(conn->fd);
	conn->fd = -1;
	pthread_mutex_lock(&conn->peer->lock);
	conn->peer->open_count--;
	pthread_mutex_unlock(&conn->peer->lock);
}

int peer_send(struct peer_conn *conn, const void *bytes, size_t len)
{
	const char *at = bytes;
	ssize_t sent;

	while (len > 0) {
		if (conn->fd < 0 || peer_wait(conn->peer, conn->fd, POLLOUT, -1))
			return -1;
		sent = send(conn->fd, at, len, MSG_NOSIGNAL | MSG_DONTWAIT);
		if (sent < 0 && (errno == EAGAIN || errno == EINTR))
			continue;
		if (sent < 0)
			return -1;
		at += sent;
		len -= (size_t)sent;
	}
	return 0;
}

int peer_sendf(struct peer_conn *conn, const char *format, ...)
{
	char *text = NULL;
	va_list list;
	int len, rc = -1;

	va_start(list, format);
	len = vasprintf(&text, format, list);
	va_end(list);
	if (len >= 0) {
		rc = peer_send(conn, text, (size_t)len);
		free(text);
	}
	return rc;
}

int peer_wait_taken(struct peer_conn *conn)
{
	int waiting, turns = 0;

	for (;;) {
		if (ioctl(conn->fd, SIOCOUTQ, &waiting))
			return -1;
		if (waiting == 0)
			return 0;
		if (turns++ < 100)
			sched_yield();
		else if (peer_wait(conn->peer, -1, 0, 1))
			return -1;
	}
}

int peer_trickle(struct peer_conn *conn, const void *bytes, size_t len)
{
	const char *at = bytes;

	for (; len > 0; at++, len--) {
		if (peer_send(conn, at, 1) || peer_wait_taken(conn))
			return -1;
	}
	return 0;
}

int peer_pause(struct peer_conn *conn)
{
	struct peer *peer = conn->peer;
	uint64_t one;
	int rc;

	pthread_mutex_lock(&peer->lock);
	peer->paused_count++;
	pthread_mutex_unlock(&peer->lock);
	/* Several may wait for the same event; one gets it. */
	do
		rc = peer_wait(peer, peer->release_event, POLLIN, -1);
	while (!rc && read(peer->release_event, &one, sizeof(one)) < 0);
	pthread_mutex_lock(&peer->lock);
	peer->paused_count--;
	pthread_mutex_unlock(&peer->lock);
	return rc;
}

void peer_stall(struct peer_conn *conn)
{
	conn->in_start = conn->in_end;
	while (!peer_fill(conn))
		conn->in_start = conn->in_end;
}

void peer_shut(struct peer_conn *conn)
{
	shutdown(conn->fd, SHUT_WR);
}

void peer_reset(struct peer_conn *conn)
{
	struct linger now = {.l_onoff = 1, .l_linger = 0};

	if (conn->fd >= 0)
		setsockopt(conn->fd, SOL_SOCKET, SO_LINGER, &now, sizeof(now));
	peer_close_conn(conn);
}

void peer_add_header(struct peer_conn *conn, const char *name, const char *value)
{
	size_t len = strlen(conn->extra);

	snprintf(conn->extra + len, sizeof(conn->extra) - len, "%s: %s\r\n", name, value);
}

static const char *phrase(int status)
{
	static const struct {
		int status;
		const char *text;
	} phrases[] = {
		{200, "OK"},
		{201, "Created"},
		{204, "No Content"},
		{304, "Not Modified"},
		{400, "Bad Request"},
		{401, "Unauthorized"},
		{403, "Forbidden"},
		{404, "Not Found"},
		{409, "Conflict"},
		{500, "Internal Server Error"},
	};
	size_t i;

	for (i = 0; i < sizeof(phrases) / sizeof(*phrases); i++) {
		if (phrases[i].status == status)
			return phrases[i].text;
	}
	return "Status";
}

static int send_head(
	struct peer_conn *conn, int status, const char *content_type, const char *framing)
{
	int rc = peer_sendf(conn, "HTTP/1.1 %d %s\r\n%s%s%s%s%s\r\n", status, phrase(status),
		content_type ? "Content-Type: " : "", content_type ? content_type : "",
		content_type ? "\r\n" : "", conn->extra, framing);

	conn->extra[0] = '\0';
	return rc;
}

int peer_reply(
	struct peer_conn *conn, int status, const char *content_type, const void *body, size_t len)
{
	bool bare = status == 204 || status == 304;
	char framing[64] = "";

	if (!bare)
		snprintf(framing, sizeof(framing), "Content-Length: %zu\r\n", len);
	if (send_head(conn, status, content_type, framing))
		return -1;
	return bare || conn->is_head ? 0 : peer_send(conn, body, len);
}

int peer_reply_json(struct peer_conn *conn, int status, const char *json)
{
	return peer_reply(conn, status, "application/json", json, strlen(json));
}

int peer_begin_chunks(struct peer_conn *conn, int status, const char *content_type)
{
	return send_head(conn, status, content_type, "Transfer-Encoding: chunked\r\n");
}

int peer_chunk_bytes(struct peer_conn *conn, const void *bytes, size_t len)
{
	/* An empty chunk would be the end. */
	if (len == 0)
		return 0;
	if (peer_sendf(conn, "%zx\r\n", len) || peer_send(conn, bytes, len))
		return -1;
	return peer_send(conn, "\r\n", 2);
}

int peer_chunk(struct peer_conn *conn, const char *text)
{
	return peer_chunk_bytes(conn, text, strlen(text));
}

int peer_chunks_end(struct peer_conn *conn)
{
	return peer_send(conn, "0\r\n\r\n", 5);
}
