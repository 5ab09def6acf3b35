/*
 * A loop with a net on it, a peer, and exchanges that record what happened to them. Checks on its
 * own what holds for every exchange: `done` fires once, and never from inside a start or a cancel;
 * nothing is called after it.
 */
#ifndef SUPPORT_NET_FIXTURE_H
#define SUPPORT_NET_FIXTURE_H

#include "support/http_peer.h"
#include "support/loop_wait.h"

#include "loop/net.h"
#include "loop/xfer.h"

struct net_fixture {
	uv_loop_t loop;
	struct net *net;
	struct peer *peer; /* freed by the teardown */
	bool closed;
};

/* One exchange and what came of it. Clear with {0}; call_release() at the end. */
struct call {
	struct net_fixture *fixture;
	struct xfer_request request;
	struct xfer *xfer;
	int done, heads, headers, pieces;
	int head_status;
	char head_type[64];
	char last_header[128]; /* of the header named by `want_header` */
	const char *want_header;
	/* What on_data got, or the collected body. */
	char *body;
	size_t body_len;
	int status;
	char content_type[64];
	bool connected;
	int64_t bytes_in;
	struct berth_error error;
	/* Called at the end of each of these, if set. */
	int (*when_data)(struct call *call);
	void (*when_head)(struct call *call);
	void (*when_done)(struct call *call);
	void *extra;
};

int net_setup(void **state);
int net_teardown(void **state);
void fixture_peer(struct net_fixture *fixture, const struct peer_options *options);
/* A script of one exchange for any request, on a unix socket. */
void fixture_script(
	struct net_fixture *fixture, const struct peer_exchange *script, size_t script_len);
void fixture_close_net(struct net_fixture *fixture);

/* Fills in url (from the peer and `path`), socket, context and `done`; what the test has set in
 * call->request stays. */
void call_prepare(struct net_fixture *fixture, struct call *call, const char *path);
/* Take the answer through on_data, and count heads and headers. */
void call_listen(struct call *call);
void call_start(struct call *call);
void call_cancel(struct call *call);
/* prepare, start, and turn the loop until it is done. */
void call_run(struct net_fixture *fixture, struct call *call, const char *path);
void call_release(struct call *call);

#endif
