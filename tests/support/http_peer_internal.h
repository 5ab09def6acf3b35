/* What the files of the HTTP peer share. */
#ifndef SUPPORT_HTTP_PEER_INTERNAL_H
#define SUPPORT_HTTP_PEER_INTERNAL_H

#include <pthread.h>

#include "support/http_peer.h"

enum { PEER_REQUESTS_MAX = 4096, PEER_CONNECTIONS_MAX = 1024 };

struct peer_conn {
	struct peer *peer;
	pthread_t thread;
	int number;
	int fd;
	char in[16 * 1024];
	size_t in_start, in_end;
	struct peer_request *request;
	uint64_t left; /* of the body or the chunk */
	bool in_chunks, is_head;
	char extra[2048]; /* headers for the next head */
};

struct peer {
	struct peer_options options;
	char folder[64], path[96], url[64];
	int listener, stop_event, release_event;
	pthread_t acceptor;
	bool stopped;
	int stop_result;
	/* Shared with the threads from here on. */
	pthread_mutex_t lock;
	struct peer_conn *conns[PEER_CONNECTIONS_MAX];
	struct peer_request *requests[PEER_REQUESTS_MAX];
	bool *used; /* of the script */
	int conn_count, request_count, paused_count, open_count, unexpected_count;
};

/* 0 when the descriptor is ready or the time is over, -1 when the peer stops. */
int peer_wait(struct peer *peer, int fd, short events, int timeout_ms);
/* At least one byte in `in`, or -1. */
int peer_fill(struct peer_conn *conn);
void peer_close_conn(struct peer_conn *conn);

/* NULL at the end of the connection or for what is not a request. */
struct peer_request *peer_read_head(struct peer_conn *conn);
void peer_request_free(struct peer_request *request);

#endif
