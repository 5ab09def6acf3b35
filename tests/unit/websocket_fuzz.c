/*
 * Streams that are nearly right: good frames with bytes changed, taken out and put in, by a seed,
 * in pieces of any size. Whatever comes, the connection ends once, texts are UTF-8, no message is
 * longer than allowed, and (built with sanitizers) nothing is touched that should not be.
 */
#include "support/net_fixture.h"
#include "support/ws_peer.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <berth/text.h>

#include "base/buf.h"
#include "loop/websocket.h"
#include "loop/websocket_handshake.h"

enum { STREAMS = 800, HEADS = 20000, STREAM_MAX = 4096, MESSAGE_LIMIT = 512 };

struct heard {
	unsigned seed;
	int done, messages;
};

static unsigned below(unsigned *seed, unsigned limit)
{
	return (unsigned)rand_r(seed) % limit;
}

static size_t make_frames(unsigned *seed, char *bytes)
{
	static const unsigned firsts[] = {0x81, 0x82, 0x01, 0x00, 0x80, 0x89, 0x8a, 0x88};
	size_t len = 0;

	while (len < STREAM_MAX / 2 && below(seed, 12) != 0) {
		char payload[300];
		size_t size = below(seed, below(seed, 8) == 0 ? 300 : 20);

		for (size_t i = 0; i < size; i++)
			payload[i] = (char)(below(seed, 9) == 0 ? below(seed, 256) : 'a');
		len += ws_frame(bytes + len, firsts[below(seed, 8)], payload, size);
	}
	return len;
}

static size_t spoil(unsigned *seed, char *bytes, size_t len)
{
	for (unsigned times = below(seed, 6); times > 0 && len > 1; times--) {
		size_t at = below(seed, (unsigned)len);

		switch (below(seed, 3)) {
		case 0:
			bytes[at] = (char)below(seed, 256);
			break;
		case 1:
			memmove(bytes + at, bytes + at + 1, len - at - 1);
			len--;
			break;
		default:
			memmove(bytes + at + 1, bytes + at, len - at);
			bytes[at] = (char)below(seed, 256);
			len++;
		}
	}
	return len;
}

static int serve(void *context, struct peer_request *request, struct peer_conn *conn)
{
	unsigned seed = *(unsigned *)context;
	char bytes[STREAM_MAX + 16];
	size_t len = spoil(&seed, bytes, make_frames(&seed, bytes)), at = 0;

	if (ws_accept(request, conn))
		return -1;
	while (at < len) {
		size_t part = 1 + below(&seed, 200);

		part = part < len - at ? part : len - at;
		if (peer_send(conn, bytes + at, part) ||
			(below(&seed, 4) == 0 && peer_wait_taken(conn)))
			return -1;
		at += part;
	}
	peer_wait_taken(conn);
	return -1;
}

static void on_message(void *context, const char *data, size_t len, bool text)
{
	struct heard *heard = context;

	assert_int_equal(heard->done, 0);
	assert_true(len <= MESSAGE_LIMIT);
	if (text && !berth_utf8_valid(data, len))
		fail_msg("seed %u: a text that is not UTF-8", heard->seed);
	heard->messages++;
}

static void on_done(void *context, const struct websocket_end *end)
{
	struct heard *heard = context;

	heard->done++;
	assert_int_not_equal(end->error.code, BERTH_E_INTERNAL);
}

static void frames(void **state)
{
	static unsigned seed;
	struct net_fixture *fixture = *state;
	int messages = 0;

	fixture_peer(fixture, &(struct peer_options){.handler = serve, .context = &seed});
	for (unsigned i = 1; i <= STREAMS; i++) {
		struct heard heard = {.seed = i};
		struct websocket_request request = {
			.http = {.url = "http://localhost/",
				.unix_socket = peer_socket(fixture->peer)},
			.message_max = MESSAGE_LIMIT,
			.ping_after_ms = 20,
			.pong_ms = 20,
			.on_message = on_message,
			.done = on_done,
			.context = &heard};

		seed = i;
		assert_non_null(websocket_start(fixture->net, &request, NULL));
		LOOP_UNTIL(&fixture->loop, heard.done > 0);
		LOOP_UNTIL(&fixture->loop, peer_open_count(fixture->peer) == 0);
		assert_int_equal(heard.done, 1);
		messages += heard.messages;
	}
	/* Enough of it is right to be heard. */
	print_message("%d streams, %d messages\n", STREAMS, messages);
	assert_true(messages > STREAMS / 4);
}

/* A yes to our key stands in no answer that was spoiled where it matters. */
static void heads(void **state)
{
	static const char key[] = "dGhlIHNhbXBsZSBub25jZQ==";
	static const char good[] =
		"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
		"Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n\r\n";
	int taken = 0;

	(void)state;
	for (unsigned i = 1; i <= HEADS; i++) {
		unsigned seed = i;
		char head[sizeof(good) + 16];
		size_t len, head_len;
		char *copy;

		memcpy(head, good, sizeof(good) - 1);
		len = spoil(&seed, head, sizeof(good) - 1);
		/* Of just its size, so that a step beyond is seen. */
		copy = malloc(len);
		memcpy(copy, head, len);
		head_len = websocket_head_len(copy, len);
		assert_true(head_len <= len);
		if (head_len > 0 && websocket_check(copy, head_len, key, NULL) == 0) {
			assert_non_null(memmem(copy, head_len, "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=", 28));
			taken++;
		}
		free(copy);
	}
	assert_in_range(taken, 1, HEADS - 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(frames, net_setup, net_teardown),
		cmocka_unit_test(heads),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
