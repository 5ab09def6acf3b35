#include "support/net_fixture.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

/* Set while a start or a cancel runs: no callback may. */
static bool inside;

int net_setup(void **state)
{
	struct net_fixture *fixture = calloc(1, sizeof(*fixture));
	struct berth_error err;

	if (!fixture || uv_loop_init(&fixture->loop))
		return -1;
	fixture->net = net_new(&fixture->loop, &err);
	*state = fixture;
	return fixture->net ? 0 : -1;
}

static void on_closed(void *context)
{
	struct net_fixture *fixture = context;

	fixture->closed = true;
}

void fixture_close_net(struct net_fixture *fixture)
{
	net_close(fixture->net, on_closed, fixture);
	fixture->net = NULL;
	assert_false(fixture->closed);
}

int net_teardown(void **state)
{
	struct net_fixture *fixture = *state;

	/* Idle: kept connections and all, nothing is left that could wake the loop up. */
	LOOP_UNTIL(&fixture->loop, !uv_loop_alive(&fixture->loop));
	if (fixture->net)
		fixture_close_net(fixture);
	LOOP_UNTIL(&fixture->loop, fixture->closed);
	LOOP_CLOSE(&fixture->loop);
	assert_int_equal(peer_free(fixture->peer), 0);
	free(fixture);
	return 0;
}

void fixture_peer(struct net_fixture *fixture, const struct peer_options *options)
{
	assert_int_equal(peer_free(fixture->peer), 0);
	fixture->peer = peer_start(options);
	assert_non_null(fixture->peer);
}

void fixture_script(
	struct net_fixture *fixture, const struct peer_exchange *script, size_t script_len)
{
	fixture_peer(fixture, &(struct peer_options){.script = script, .script_len = script_len});
}

static void keep(struct call *call, const char *data, size_t len)
{
	call->body = realloc(call->body, call->body_len + len + 1);
	assert_non_null(call->body);
	memcpy(call->body + call->body_len, data, len);
	call->body_len += len;
	call->body[call->body_len] = '\0';
}

static void assert_live(const struct call *call)
{
	assert_false(inside);
	assert_int_equal(call->done, 0);
}

static int on_data(void *context, const char *data, size_t len)
{
	struct call *call = context;

	assert_live(call);
	assert_int_equal(call->heads, 1);
	call->pieces++;
	keep(call, data, len);
	return call->when_data ? call->when_data(call) : 0;
}

static void on_head(void *context, int status, const char *content_type)
{
	struct call *call = context;

	assert_live(call);
	call->heads++;
	call->head_status = status;
	snprintf(call->head_type, sizeof(call->head_type), "%s", content_type);
	if (call->when_head)
		call->when_head(call);
}

static void on_header(void *context, const char *name, const char *value)
{
	struct call *call = context;

	assert_live(call);
	assert_int_equal(call->heads, 0);
	call->headers++;
	if (call->want_header && !strcasecmp(name, call->want_header))
		snprintf(call->last_header, sizeof(call->last_header), "%s", value);
}

static void on_done(void *context, const struct xfer_reply *reply)
{
	struct call *call = context;

	assert_live(call);
	call->done++;
	call->status = reply->status;
	call->connected = reply->connected;
	call->bytes_in = reply->bytes_in;
	call->error = reply->error;
	snprintf(call->content_type, sizeof(call->content_type), "%s", reply->content_type);
	assert_int_equal(reply->body[reply->body_len], '\0');
	keep(call, reply->body, reply->body_len);
	if (call->when_done)
		call->when_done(call);
	call->xfer = NULL;
}

void call_prepare(struct net_fixture *fixture, struct call *call, const char *path)
{
	static char url[256];

	call->fixture = fixture;
	if (fixture->peer && path) {
		snprintf(url, sizeof(url), "%s%s", peer_url(fixture->peer), path);
		call->request.url = url;
		call->request.unix_socket = peer_socket(fixture->peer);
	}
	call->request.context = call;
	call->request.done = on_done;
}

void call_listen(struct call *call)
{
	call->request.on_data = on_data;
	call->request.on_head = on_head;
	call->request.on_header = on_header;
}

void call_start(struct call *call)
{
	struct berth_error err = {0};

	inside = true;
	call->xfer = xfer_start(call->fixture->net, &call->request, &err);
	inside = false;
	if (!call->xfer)
		fail_msg("xfer_start: %s", err.message);
}

void call_cancel(struct call *call)
{
	inside = true;
	xfer_cancel(call->xfer);
	inside = false;
}

void call_run(struct net_fixture *fixture, struct call *call, const char *path)
{
	call_prepare(fixture, call, path);
	call_start(call);
	LOOP_UNTIL(&fixture->loop, call->done);
}

void call_release(struct call *call)
{
	free(call->body);
	*call = (struct call){0};
}
