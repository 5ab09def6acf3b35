/*
 * What net.c and the exchanges know of each other.
 *
 * Everything that changes the set of transfers happens in a "turn": a callback of the loop outside
 * of curl. An exchange only says what it wants of the next one. That keeps three promises at once:
 * curl is never entered from its own callbacks (it refuses to be), no `done` fires from inside a
 * start or a cancel, and whatever is asked for during a callback still happens.
 */
#ifndef LOOP_NET_INTERNAL_H
#define LOOP_NET_INTERNAL_H

#include <stdbool.h>

#include <curl/curl.h>

#include "loop/net.h"

enum net_wish {
	NET_ADD = 1 << 0,    /* hand it to curl */
	NET_RESUME = 1 << 1, /* unpause it */
	NET_END = 1 << 2,    /* take it from curl and tell its owner */
};

/* First member of an exchange. All fields belong to net.c, except that anyone may read `cancelled`
 * and `socket`. */
struct net_member {
	CURL *easy; /* its CURLOPT_PRIVATE is this member */
	/* The last word: `result` is curl's verdict if it reached one. Must free the member; may
	 * start, cancel and close others, and the net. */
	void (*ended)(struct net_member *member, CURLcode result);
	/* curl is done and well, and the connection is the member's until it wishes NET_END; NULL:
	 * it ends then. For connections without an exchange (CURLOPT_CONNECT_ONLY). */
	void (*opened)(struct net_member *member);
	/* The connection is given back to curl next. NULL: nothing is to be done before. */
	void (*leaving)(struct net_member *member);
	/* A socket of it cannot be watched any more; it is ended next. */
	void (*broke)(struct net_member *member, int uv_status);

	struct net *net;
	struct net_member *previous, *next;
	struct net_member *queue_next;
	unsigned wishes;
	CURLcode result;
	curl_socket_t socket; /* the one being watched, or CURL_SOCKET_BAD */
	bool added;
	bool cancelled;
};

/* Make curl ready; the first call of a net pays for it. */
int net_prepare(struct net *net, struct berth_error *err);
/* Cannot fail; what goes wrong later comes through `ended`. */
void net_join(struct net *net, struct net_member *member);
void net_wish(struct net_member *member, enum net_wish wish);
void net_cancel(struct net_member *member);

#endif
