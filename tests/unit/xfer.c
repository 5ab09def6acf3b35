#include "support/net_fixture.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define OK(head, body) "HTTP/1.1 200 OK\r\n" head "\r\n" body
#define COUNT(array)   (sizeof(array) / sizeof(*(array)))

static const char hello[] = OK("Content-Type: text/plain\r\nContent-Length: 5\r\n", "hello");
static const char chunks[] = OK("Content-Type: application/json\r\nTransfer-Encoding: chunked\r\n",
	"3\r\nabc\r\n1;x=y\r\nd\r\n5\r\nefghi\r\n0\r\nX-Trailer: 1\r\n\r\n");

static const struct peer_exchange say_hello[] = {
	{.repeat = true, .steps = {{PEER_SEND, hello}}},
};

static void assert_ok(const struct call *call, int status, const char *body)
{
	assert_string_equal(call->error.message, "");
	assert_int_equal(call->error.code, BERTH_E_OK);
	assert_int_equal(call->status, status);
	assert_string_equal(call->body, body);
}

static void get_hello(struct net_fixture *fixture, bool tcp)
{
	struct call call = {.want_header = "content-type"};
	const struct peer_request *request;
	char value[64];

	fixture_peer(
		fixture, &(struct peer_options){.tcp = tcp, .script = say_hello, .script_len = 1});
	call_run(fixture, &call, "/greeting?a=b");
	assert_ok(&call, 200, "hello");
	assert_string_equal(call.content_type, "text/plain");
	assert_true(call.connected);
	assert_int_equal(call.bytes_in, 5);
	request = peer_request_at(fixture->peer, 0);
	assert_string_equal(request->line, "GET /greeting?a=b HTTP/1.1");
	assert_true(peer_request_header(request, "user-agent", value, sizeof(value)));
	assert_string_equal(value, "berth/" BERTH_VERSION);
	assert_true(peer_request_header(request, "host", value, sizeof(value)));
	assert_string_equal(value, strstr(peer_url(fixture->peer), "//") + 2);
	assert_false(peer_request_header(request, "accept-encoding", value, sizeof(value)));
	assert_false(peer_request_header(request, "expect", value, sizeof(value)));
	assert_false(peer_request_header(request, "content-type", value, sizeof(value)));
	call_release(&call);
}

static void gets_over_a_unix_socket(void **state)
{
	get_hello(*state, false);
}

static void gets_over_tcp(void **state)
{
	/* A proxy cannot reach this machine for us. */
	setenv("http_proxy", "http://127.0.0.1:1/", 1);
	get_hello(*state, true);
	unsetenv("http_proxy");
}

static void takes_chunks_apart(void **state)
{
	static const struct peer_exchange script[] = {{.steps = {{PEER_SEND, chunks}}}};
	struct call call = {.want_header = "Content-Type"};

	fixture_script(*state, script, 1);
	call_listen(&call);
	call_run(*state, &call, "/");
	assert_ok(&call, 200, "abcdefghi");
	assert_int_equal(call.heads, 1);
	assert_int_equal(call.head_status, 200);
	assert_string_equal(call.head_type, "application/json");
	assert_string_equal(call.last_header, "application/json");
	/* Trailers are not headers. */
	assert_int_equal(call.headers, 2);
	call_release(&call);
}

static void bytes_may_come_one_by_one(void **state)
{
	static const struct peer_exchange script[] = {
		{.steps = {{PEER_TRICKLE, "HTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\n"},
			 {PEER_TRICKLE, chunks}}},
	};
	struct call call = {.want_header = "Link"};

	fixture_script(*state, script, 1);
	call_listen(&call);
	call_run(*state, &call, "/");
	assert_ok(&call, 200, "abcdefghi");
	/* Neither the head nor the headers of an interim answer are told. */
	assert_int_equal(call.heads, 1);
	assert_int_equal(call.headers, 2);
	assert_string_equal(call.last_header, "");
	assert_true(call.pieces >= 9);
	call_release(&call);
}

static int split_answer(void *context, struct peer_request *request, struct peer_conn *conn)
{
	size_t at = strtoul(request->target + 1, NULL, 10);

	(void)context;
	/* The trickled byte is taken before the rest is sent. */
	if (peer_send(conn, chunks, at - 1) || peer_trickle(conn, chunks + at - 1, 1))
		return -1;
	return peer_send(conn, chunks + at, sizeof(chunks) - 1 - at);
}

static void an_answer_may_be_split_anywhere(void **state)
{
	struct call call = {0};
	char path[32];
	size_t at;

	fixture_peer(*state, &(struct peer_options){.handler = split_answer});
	for (at = 1; at < sizeof(chunks) - 1; at++) {
		call_listen(&call);
		snprintf(path, sizeof(path), "/%zu", at);
		call_run(*state, &call, path);
		assert_ok(&call, 200, "abcdefghi");
		call_release(&call);
	}
}

static void an_answer_may_end_with_the_connection(void **state)
{
	static const struct peer_exchange script[] = {
		{.steps = {{PEER_SEND, OK("Connection: close\r\n", "all of it")}, {PEER_CLOSE}}},
	};
	struct call call = {0};

	fixture_script(*state, script, 1);
	call_run(*state, &call, "/");
	assert_ok(&call, 200, "all of it");
	assert_string_equal(call.content_type, "");
	call_release(&call);
}

static void an_empty_answer_has_a_head(void **state)
{
	static const struct peer_exchange script[] = {
		{.steps = {{PEER_SEND, "HTTP/1.1 204 No Content\r\n\r\n"}}},
	};
	struct call call = {0};

	fixture_script(*state, script, 1);
	call_listen(&call);
	call_run(*state, &call, "/");
	assert_ok(&call, 204, "");
	assert_int_equal(call.heads, 1);
	assert_int_equal(call.pieces, 0);
	call_release(&call);
}

static void head_waits_for_no_body(void **state)
{
	static const struct peer_exchange script[] = {
		{.expect = "HEAD ", .steps = {{PEER_SEND, OK("Content-Length: 1000\r\n", "")}}},
	};
	struct call call = {.request.method = "HEAD"};

	fixture_script(*state, script, 1);
	call_run(*state, &call, "/");
	assert_ok(&call, 200, "");
	call_release(&call);
}

static void a_redirect_is_an_answer(void **state)
{
	static const struct peer_exchange script[] = {
		{.steps = {{PEER_SEND, "HTTP/1.1 302 Found\r\nLocation: /else\r\n"
				       "Content-Length: 0\r\n\r\n"}}},
	};
	struct call call = {.want_header = "location"};

	fixture_script(*state, script, 1);
	call_listen(&call);
	call_run(*state, &call, "/");
	assert_ok(&call, 302, "");
	assert_string_equal(call.last_header, "/else");
	call_release(&call);
}

static void a_refusal_is_collected(void **state)
{
	static const struct peer_exchange script[] = {
		{.steps = {{PEER_SEND, "HTTP/1.1 404 Not Found\r\nContent-Length: 7\r\n\r\n"},
			 {PEER_TRICKLE, "nothing"}}},
	};
	struct call call = {0};

	fixture_script(*state, script, 1);
	call_listen(&call);
	call_run(*state, &call, "/");
	assert_ok(&call, 404, "nothing");
	assert_int_equal(call.heads, 1);
	assert_int_equal(call.head_status, 404);
	assert_int_equal(call.pieces, 0);
	call_release(&call);
}

static void requests_carry_their_method_and_body(void **state)
{
	static const char *const json[] = {"Content-Type: application/json", "X-A: b", NULL};
	static const struct {
		const char *method, *body, *type, *length;
	} cases[] = {
		{"POST", "{\"a\":1}", "application/json", "7"},
		{"PUT", "abc", NULL, "3"},
		{"DELETE", NULL, NULL, NULL},
		{"POST", NULL, NULL, "0"},
		{"PUT", "", NULL, "0"},
	};
	struct net_fixture *fixture = *state;
	const struct peer_request *request;
	char value[64];
	size_t i;

	fixture_script(fixture, say_hello, 1);
	for (i = 0; i < COUNT(cases); i++) {
		struct call call = {
			.request = {.method = cases[i].method,
				.body = cases[i].body,
				.body_len = cases[i].body ? strlen(cases[i].body) : 0,
				.secret_body = i == 0,
				.headers = cases[i].type ? json : NULL},
		};

		call_run(fixture, &call, "/x");
		assert_ok(&call, 200, "hello");
		request = peer_request_at(fixture->peer, (int)i);
		assert_string_equal(request->method, cases[i].method);
		assert_string_equal(request->body, cases[i].body ? cases[i].body : "");
		assert_false(request->chunked);
		assert_int_equal(request->has_length, cases[i].length != NULL);
		if (cases[i].length) {
			peer_request_header(request, "content-length", value, sizeof(value));
			assert_string_equal(value, cases[i].length);
		}
		/* No body is called a web form for want of a better name. */
		assert_int_equal(peer_request_header(request, "content-type", value, sizeof(value)),
			cases[i].type != NULL);
		assert_int_equal(peer_request_header(request, "x-a", value, sizeof(value)),
			cases[i].type != NULL);
		assert_false(peer_request_header(request, "expect", value, sizeof(value)));
		call_release(&call);
	}
}

static void connections_are_kept(void **state)
{
	struct net_fixture *fixture = *state;
	struct call call;
	int i;

	fixture_script(fixture, say_hello, 1);
	for (i = 0; i < 5; i++) {
		call = (struct call){0};
		call_run(fixture, &call, "/");
		assert_ok(&call, 200, "hello");
		assert_true(call.connected);
		call_release(&call);
	}
	assert_int_equal(peer_connection_count(fixture->peer), 1);
	assert_int_equal(peer_request_at(fixture->peer, 4)->connection, 0);
	/* A request that must not be repeated takes no connection that may be dead. */
	call = (struct call){.request.method = "POST"};
	call_run(fixture, &call, "/");
	assert_ok(&call, 200, "hello");
	call_release(&call);
	assert_int_equal(peer_connection_count(fixture->peer), 2);
}

static void a_kept_connection_may_be_dead(void **state)
{
	static const struct peer_exchange script[] = {
		{.expect = "/first", .steps = {{PEER_SEND, hello}, {PEER_CLOSE}}},
		{.expect = "/second", .steps = {{PEER_SEND, hello}}},
	};
	struct net_fixture *fixture = *state;
	struct call call = {0};

	fixture_script(fixture, script, COUNT(script));
	call_run(fixture, &call, "/first");
	assert_ok(&call, 200, "hello");
	call_release(&call);
	LOOP_UNTIL(&fixture->loop, peer_open_count(fixture->peer) == 0);
	call_run(fixture, &call, "/second");
	assert_ok(&call, 200, "hello");
	call_release(&call);
	assert_int_equal(peer_unexpected_count(fixture->peer), 0);
}

/* Each asks for a number of bytes and gets so many, in chunks. */
static int send_pattern(void *context, struct peer_request *request, struct peer_conn *conn)
{
	size_t left = strtoul(request->target + 1, NULL, 10), len;
	char piece[1000];

	(void)context;
	memset(piece, 'p', sizeof(piece));
	if (peer_begin_chunks(conn, 200, "text/plain"))
		return -1;
	for (; left > 0; left -= len) {
		len = left < sizeof(piece) ? left : sizeof(piece);
		if (peer_chunk_bytes(conn, piece, len))
			return -1;
	}
	return peer_chunks_end(conn);
}

static int count_done(const struct call *call, int calls)
{
	int i, done = 0;

	for (i = 0; i < calls; i++)
		done += call[i].done;
	return done;
}

static void fifty_run_at_once(void **state)
{
	enum { calls = 50 };
	struct net_fixture *fixture = *state;
	struct call *call = calloc(calls, sizeof(*call));
	char path[32];
	int i;

	fixture_peer(fixture, &(struct peer_options){.handler = send_pattern});
	for (i = 0; i < calls; i++) {
		if (i % 2)
			call_listen(&call[i]);
		snprintf(path, sizeof(path), "/%d", i * 5003);
		call_prepare(fixture, &call[i], path);
		call_start(&call[i]);
	}
	LOOP_UNTIL(&fixture->loop, count_done(call, calls) == calls);
	for (i = 0; i < calls; i++) {
		assert_int_equal(call[i].error.code, BERTH_E_OK);
		assert_int_equal(call[i].status, 200);
		assert_int_equal(call[i].body_len, i * 5003);
		assert_int_equal(call[i].bytes_in, i * 5003);
		assert_int_equal(strspn(call[i].body, "p"), i * 5003);
		call_release(&call[i]);
	}
	free(call);
}

static void start_another(struct call *call)
{
	struct call *next = call->extra;

	call_prepare(call->fixture, next, "/next");
	call_start(next);
	assert_int_equal(next->done, 0);
}

static int start_another_once(struct call *call)
{
	if (call->pieces == 1)
		start_another(call);
	return 0;
}

static void an_exchange_may_be_started_anywhere(void **state)
{
	struct net_fixture *fixture = *state;
	int where;

	fixture_script(fixture, say_hello, 1);
	for (where = 0; where < 3; where++) {
		struct call next = {0}, call = {.extra = &next};

		call_listen(&call);
		call.when_head = where == 0 ? start_another : NULL;
		call.when_data = where == 1 ? start_another_once : NULL;
		call.when_done = where == 2 ? start_another : NULL;
		call_run(fixture, &call, "/first");
		LOOP_UNTIL(&fixture->loop, next.done);
		assert_ok(&call, 200, "hello");
		assert_ok(&next, 200, "hello");
		call_release(&call);
		call_release(&next);
	}
}

static void the_net_may_close_under_load(void **state)
{
	enum { calls = 10 };
	static const struct peer_exchange script[] = {
		{.repeat = true, .steps = {{PEER_SEND, OK("", "some")}, {PEER_STALL}}},
	};
	struct net_fixture *fixture = *state;
	struct call call[calls] = {{0}};
	struct net *net = fixture->net;
	struct berth_error err;
	int i;

	fixture_script(fixture, script, 1);
	for (i = 0; i < calls - 1; i++) {
		call_listen(&call[i]);
		call_prepare(fixture, &call[i], "/");
		call_start(&call[i]);
	}
	for (i = 0; i < calls - 1; i++)
		LOOP_UNTIL(&fixture->loop, call[i].pieces);
	call_prepare(fixture, &call[calls - 1], "/");
	call_start(&call[calls - 1]);
	fixture_close_net(fixture);
	assert_null(xfer_start(net, &call[0].request, &err));
	assert_int_equal(err.code, BERTH_E_CANCELLED);
	for (i = 0; i < calls; i++)
		assert_int_equal(call[i].done, 0);
	LOOP_UNTIL(&fixture->loop, fixture->closed);
	for (i = 0; i < calls; i++) {
		assert_int_equal(call[i].done, 1);
		assert_int_equal(call[i].error.code, BERTH_E_CANCELLED);
		call_release(&call[i]);
	}
}

static void close_the_net(struct call *call)
{
	fixture_close_net(call->fixture);
}

static void the_net_may_close_in_done(void **state)
{
	struct net_fixture *fixture = *state;
	struct call call = {.when_done = close_the_net};

	fixture_script(fixture, say_hello, 1);
	call_run(fixture, &call, "/");
	assert_ok(&call, 200, "hello");
	call_release(&call);
}

static void a_net_without_exchanges_closes(void **state)
{
	struct net_fixture *fixture = *state;

	assert_ptr_equal(net_loop(fixture->net), &fixture->loop);
}

int main(void)
{
#define NET(test) cmocka_unit_test_setup_teardown(test, net_setup, net_teardown)
	const struct CMUnitTest tests[] = {
		NET(gets_over_a_unix_socket),
		NET(gets_over_tcp),
		NET(takes_chunks_apart),
		NET(bytes_may_come_one_by_one),
		NET(an_answer_may_be_split_anywhere),
		NET(an_answer_may_end_with_the_connection),
		NET(an_empty_answer_has_a_head),
		NET(head_waits_for_no_body),
		NET(a_redirect_is_an_answer),
		NET(a_refusal_is_collected),
		NET(requests_carry_their_method_and_body),
		NET(connections_are_kept),
		NET(a_kept_connection_may_be_dead),
		NET(fifty_run_at_once),
		NET(an_exchange_may_be_started_anywhere),
		NET(the_net_may_close_under_load),
		NET(the_net_may_close_in_done),
		NET(a_net_without_exchanges_closes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
