/* An engine of the test's making on a unix socket, and a client on it. */
#ifndef UNIT_DOCKER_FIXTURE_H
#define UNIT_DOCKER_FIXTURE_H

#include "support/net_fixture.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#include "docker/client.h"

/* What is said to /_ping and /version; the rest goes to `rest`, on the peer's thread. */
struct engine {
	const char *api;     /* header Api-Version; NULL: none */
	const char *version; /* body of /version; NULL: a usual one */
	int head_status;     /* of HEAD /_ping; 0: 200 */
	peer_handler_fn *rest;
};

static struct net_fixture *fixture;
static struct docker *docker;
static struct engine engine;

static struct {
	int done;
	bool has_info;
	struct berth_error err;
} connected;

static inline int engine_answer(void *context, struct peer_request *request, struct peer_conn *conn)
{
	static const char usual[] = "{\"Version\":\"24.0.7\",\"Os\":\"linux\",\"Arch\":\"amd64\"}";

	if (strcmp(request->target, "/_ping") == 0) {
		int status = strcmp(request->method, "HEAD") == 0 && engine.head_status
				     ? engine.head_status
				     : 200;

		if (engine.api && status == 200)
			peer_add_header(conn, "Api-Version", engine.api);
		return peer_reply(conn, status, "text/plain", "OK", 2);
	}
	if (strcmp(request->target, "/version") == 0)
		return peer_reply_json(conn, 200, engine.version ? engine.version : usual);
	if (engine.rest)
		return engine.rest(context, request, conn);
	return peer_reply_json(conn, 404, "{\"message\":\"page not found\"}");
}

static inline int docker_setup(void **state)
{
	unsetenv("DOCKER_API_VERSION");
	memset(&connected, 0, sizeof(connected));
	engine = (struct engine){.api = "1.41"};
	if (net_setup(state) != 0)
		return -1;
	fixture = *state;
	return 0;
}

static inline int docker_teardown(void **state)
{
	docker_free(docker);
	docker = NULL;
	return net_teardown(state);
}

static inline void serve(peer_handler_fn *handler)
{
	char host[256];
	struct berth_error err;

	fixture_peer(fixture, &(struct peer_options){.handler = handler});
	snprintf(host, sizeof(host), "unix://%s", peer_socket(fixture->peer));
	docker_free(docker);
	docker = docker_new(fixture->net, host, &err);
	if (!docker)
		fail_msg("%s", err.message);
}

static inline void on_connected(
	void *context, const struct docker_info *info, const struct berth_error *err)
{
	assert_ptr_equal(context, &connected);
	connected.done++;
	connected.has_info = info != NULL;
	assert_true(!info == !!err);
	if (err)
		connected.err = *err;
}

static inline void try_connect(void)
{
	struct berth_error err;

	memset(&connected, 0, sizeof(connected));
	if (!docker_connect(docker, on_connected, &connected, &err))
		fail_msg("%s", err.message);
	assert_int_equal(connected.done, 0);
	LOOP_UNTIL(&fixture->loop, connected.done);
	assert_int_equal(connected.done, 1);
}

/* A client that has agreed on its version with an engine that answers the rest with `rest`. */
static inline void serve_connected(peer_handler_fn *rest)
{
	engine.rest = rest;
	serve(engine_answer);
	try_connect();
	if (!connected.has_info)
		fail_msg("%s", connected.err.message);
}

/* The request line of the newest request. */
static inline const char *last_line(void)
{
	return peer_request_at(fixture->peer, peer_request_count(fixture->peer) - 1)->line;
}

#define DOCKER_TEST(name) cmocka_unit_test_setup_teardown(name, docker_setup, docker_teardown)

#endif
