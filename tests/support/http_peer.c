#include "support/http_peer_internal.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

enum { JOIN_SECONDS = 5 };

static const struct peer_exchange *find_exchange(struct peer *peer, const char *line)
{
	const struct peer_exchange *found = NULL, *exchange;
	size_t i;

	pthread_mutex_lock(&peer->lock);
	for (i = 0; i < peer->options.script_len && !found; i++) {
		exchange = &peer->options.script[i];
		if (peer->used[i] || (exchange->expect && !strstr(line, exchange->expect)))
			continue;
		peer->used[i] = !exchange->repeat;
		found = exchange;
	}
	if (!found)
		peer->unexpected_count++;
	pthread_mutex_unlock(&peer->lock);
	return found;
}

static int run_step(struct peer_conn *conn, const struct peer_step *step)
{
	size_t len = step->len || !step->bytes ? step->len : strlen(step->bytes);

	switch (step->what) {
	case PEER_SEND:
		return peer_send(conn, step->bytes, len);
	case PEER_TRICKLE:
		return peer_trickle(conn, step->bytes, len);
	case PEER_READ:
		return peer_read_body(conn, len);
	case PEER_PAUSE:
		return peer_pause(conn);
	case PEER_STALL:
		peer_stall(conn);
		return -1;
	case PEER_SHUT:
		peer_shut(conn);
		return 0;
	case PEER_RESET:
		peer_reset(conn);
		return -1;
	case PEER_CLOSE:
	case PEER_END:
		break;
	}
	return -1;
}

static int run_script(struct peer_conn *conn, struct peer_request *request)
{
	const struct peer_exchange *exchange = find_exchange(conn->peer, request->line);
	int i;

	if (!exchange) {
		peer_reply_json(conn, 500, "{\"message\":\"the test did not expect this\"}");
		return -1;
	}
	if (!exchange->body_late && peer_read_body(conn, 0))
		return -1;
	for (i = 0; i < PEER_STEPS && exchange->steps[i].what != PEER_END; i++) {
		if (run_step(conn, &exchange->steps[i]))
			return -1;
	}
	return 0;
}

static int log_request(struct peer *peer, struct peer_request *request)
{
	int rc = -1;

	pthread_mutex_lock(&peer->lock);
	if (peer->request_count < PEER_REQUESTS_MAX) {
		peer->requests[peer->request_count++] = request;
		rc = 0;
	}
	pthread_mutex_unlock(&peer->lock);
	return rc;
}

static int serve(struct peer_conn *conn)
{
	struct peer *peer = conn->peer;
	struct peer_request *request = peer_read_head(conn);
	int rc;

	if (!request)
		return -1;
	conn->request = request;
	conn->in_chunks = false;
	conn->left = request->chunked ? 0 : request->length;
	conn->is_head = !strcmp(request->method, "HEAD");
	if (log_request(peer, request)) {
		peer_request_free(request);
		return -1;
	}
	if (!peer->options.handler)
		rc = run_script(conn, request);
	else if (!peer->options.body_late && peer_read_body(conn, 0))
		rc = -1;
	else
		rc = peer->options.handler(peer->options.context, request, conn);
	/* After half a body nobody knows where the next request begins. */
	if (!rc && !request->body_done && (request->chunked || conn->left > 0))
		rc = -1;
	return rc;
}

static void *serve_all(void *context)
{
	struct peer_conn *conn = context;

	while (!serve(conn))
		;
	peer_close_conn(conn);
	return NULL;
}

static void begin_conn(struct peer *peer, int fd)
{
	struct peer_conn *conn = calloc(1, sizeof(*conn));
	int on = 1;

	setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
	conn->peer = peer;
	conn->fd = fd;
	conn->number = peer->conn_count;
	pthread_mutex_lock(&peer->lock);
	peer->open_count++;
	if (peer->conn_count < PEER_CONNECTIONS_MAX &&
		!pthread_create(&conn->thread, NULL, serve_all, conn)) {
		peer->conns[peer->conn_count++] = conn;
		pthread_mutex_unlock(&peer->lock);
		return;
	}
	pthread_mutex_unlock(&peer->lock);
	peer_close_conn(conn);
	free(conn);
}

static void *accept_all(void *context)
{
	struct peer *peer = context;
	int fd;

	while (!peer_wait(peer, peer->listener, POLLIN, -1)) {
		fd = accept4(peer->listener, NULL, NULL, SOCK_CLOEXEC);
		if (fd >= 0)
			begin_conn(peer, fd);
	}
	return NULL;
}

static int listen_tcp(struct peer *peer)
{
	struct sockaddr_in address = {.sin_family = AF_INET};
	socklen_t size = sizeof(address);

	address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	peer->listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (peer->listener < 0 || bind(peer->listener, (struct sockaddr *)&address, size) ||
		getsockname(peer->listener, (struct sockaddr *)&address, &size))
		return -1;
	snprintf(peer->url, sizeof(peer->url), "http://127.0.0.1:%d", ntohs(address.sin_port));
	return listen(peer->listener, 128);
}

static int listen_unix(struct peer *peer)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};

	snprintf(peer->folder, sizeof(peer->folder), "/tmp/berth-peer-XXXXXX");
	if (!mkdtemp(peer->folder)) {
		peer->folder[0] = '\0';
		return -1;
	}
	snprintf(peer->path, sizeof(peer->path), "%s/peer.sock", peer->folder);
	snprintf(address.sun_path, sizeof(address.sun_path), "%s", peer->path);
	snprintf(peer->url, sizeof(peer->url), "http://localhost");
	peer->listener = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (peer->listener < 0 ||
		bind(peer->listener, (struct sockaddr *)&address, sizeof(address)))
		return -1;
	return listen(peer->listener, 128);
}

struct peer *peer_start(const struct peer_options *options)
{
	struct peer *peer = calloc(1, sizeof(*peer));

	if (!peer)
		return NULL;
	peer->options = *options;
	if (peer->options.body_keep == 0)
		peer->options.body_keep = 1024 * 1024;
	peer->used = calloc(options->script_len + 1, sizeof(*peer->used));
	peer->listener = -1;
	pthread_mutex_init(&peer->lock, NULL);
	peer->stop_event = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	peer->release_event = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK | EFD_SEMAPHORE);
	if ((options->tcp ? listen_tcp(peer) : listen_unix(peer)) ||
		pthread_create(&peer->acceptor, NULL, accept_all, peer)) {
		peer->stopped = true;
		peer_free(peer);
		return NULL;
	}
	return peer;
}

static int join(pthread_t thread, const struct timespec *deadline)
{
	return pthread_timedjoin_np(thread, NULL, deadline) ? -1 : 0;
}

int peer_stop(struct peer *peer)
{
	struct timespec deadline;
	uint64_t one = 1;
	int i;

	if (peer->stopped)
		return peer->stop_result;
	peer->stopped = true;
	clock_gettime(CLOCK_REALTIME, &deadline);
	deadline.tv_sec += JOIN_SECONDS;
	if (write(peer->stop_event, &one, sizeof(one)) < 0 || join(peer->acceptor, &deadline))
		return peer->stop_result = -1;
	for (i = 0; i < peer->conn_count; i++) {
		if (join(peer->conns[i]->thread, &deadline))
			peer->stop_result = -1;
	}
	return peer->stop_result;
}

int peer_free(struct peer *peer)
{
	int i;

	if (!peer)
		return 0;
	/* A thread that did not end still uses it. */
	if (peer_stop(peer))
		return -1;
	for (i = 0; i < peer->conn_count; i++)
		free(peer->conns[i]);
	for (i = 0; i < peer->request_count; i++)
		peer_request_free(peer->requests[i]);
	if (peer->listener >= 0)
		close(peer->listener);
	close(peer->stop_event);
	close(peer->release_event);
	if (peer->path[0])
		unlink(peer->path);
	if (peer->folder[0])
		rmdir(peer->folder);
	pthread_mutex_destroy(&peer->lock);
	free(peer->used);
	free(peer);
	return 0;
}

const char *peer_url(const struct peer *peer)
{
	return peer->url;
}

const char *peer_socket(const struct peer *peer)
{
	return peer->path[0] ? peer->path : NULL;
}

static int locked_get(struct peer *peer, const int *count)
{
	int value;

	pthread_mutex_lock(&peer->lock);
	value = *count;
	pthread_mutex_unlock(&peer->lock);
	return value;
}

int peer_request_count(struct peer *peer)
{
	return locked_get(peer, &peer->request_count);
}

int peer_connection_count(struct peer *peer)
{
	return locked_get(peer, &peer->conn_count);
}

int peer_paused_count(struct peer *peer)
{
	return locked_get(peer, &peer->paused_count);
}

int peer_open_count(struct peer *peer)
{
	return locked_get(peer, &peer->open_count);
}

int peer_unexpected_count(struct peer *peer)
{
	return locked_get(peer, &peer->unexpected_count);
}

const struct peer_request *peer_request_at(struct peer *peer, int index)
{
	return index < peer_request_count(peer) ? peer->requests[index] : NULL;
}

uint64_t peer_body_bytes(struct peer *peer, int index)
{
	uint64_t bytes = 0;

	pthread_mutex_lock(&peer->lock);
	if (index < peer->request_count)
		bytes = peer->requests[index]->body_total;
	pthread_mutex_unlock(&peer->lock);
	return bytes;
}

int peer_count_lines(struct peer *peer, const char *part)
{
	int i, count = 0;

	pthread_mutex_lock(&peer->lock);
	for (i = 0; i < peer->request_count; i++)
		count += strstr(peer->requests[i]->line, part) != NULL;
	pthread_mutex_unlock(&peer->lock);
	return count;
}

void peer_release(struct peer *peer)
{
	uint64_t one = 1;

	if (write(peer->release_event, &one, sizeof(one)) < 0)
		abort();
}
