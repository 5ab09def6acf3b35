/*
 * What a WebSocket client has to take and to refuse, in the order of the Autobahn suite: framing,
 * pings, reserved bits, opcodes, fragmentation, UTF-8, closing. Each case comes whole and split at
 * every byte. Limits and what is sent are in websocket.c.
 */
#include "support/net_fixture.h"
#include "support/ws_peer.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <berth/text.h>

#include "base/buf.h"
#include "loop/websocket.h"

enum { BYTES_MAX = 1024 };

struct ws_case {
	char bytes[BYTES_MAX];
	size_t len, split;
	bool stays; /* the client ends it */
};

struct told {
	struct buf text;
	int done;
};

static int serve(void *context, struct peer_request *request, struct peer_conn *conn)
{
	const struct ws_case *now = context;
	struct ws_seen seen;

	if (ws_accept(request, conn) || peer_send(conn, now->bytes, now->split) ||
		(now->split > 0 && peer_wait_taken(conn)) ||
		peer_send(conn, now->bytes + now->split, now->len - now->split))
		return -1;
	while (now->stays && ws_read(conn, &seen) == 0)
		;
	return -1;
}

static void on_message(void *context, const char *data, size_t len, bool text)
{
	struct told *told = context;

	assert_int_equal(told->done, 0);
	if (text)
		assert_true(berth_utf8_valid(data, len));
	buf_addf(&told->text, NULL, "%s%zu ", text ? "t" : "b", len);
}

static void on_done(void *context, const struct websocket_end *end)
{
	struct told *told = context;

	told->done++;
	buf_adds(&told->text, berth_code_name(end->error.code), NULL);
}

static void play(struct net_fixture *fixture, struct ws_case *now, const char *name,
	const char *wanted, size_t split)
{
	struct told told = {0};
	struct websocket_request request = {
		.http = {.url = "http://localhost/", .unix_socket = peer_socket(fixture->peer)},
		.on_message = on_message,
		.done = on_done,
		.context = &told};

	now->split = split;
	/* Who finds a fault ends it by itself, and so does who was told Close. */
	now->stays = strstr(wanted, "broken") == NULL;
	buf_init(&told.text, 64 * 1024);
	assert_non_null(websocket_start(fixture->net, &request, NULL));
	LOOP_UNTIL(&fixture->loop, told.done == 1);
	if (strcmp(told.text.data, wanted) != 0)
		fail_msg("%s, split at %zu: '%s' instead of '%s'", name, split, told.text.data,
			wanted);
	buf_release(&told.text);
	LOOP_UNTIL(&fixture->loop, peer_open_count(fixture->peer) == 0);
}

/* All of them one after the other at one peer: what it does is in `now`. */
static struct ws_case now;
static unsigned played;

static void check(struct net_fixture *fixture, const char *name, const char *wanted)
{
	/* A peer of its own: each keeps what it was asked. */
	fixture_peer(fixture, &(struct peer_options){.handler = serve, .context = &now});
	for (size_t split = 0; split < now.len; split++, played++)
		play(fixture, &now, name, wanted, split);
}

static void clear(void)
{
	now.len = 0;
}

static void add(unsigned first, const char *payload, size_t len)
{
	now.len += ws_frame(now.bytes + now.len, first, payload, len);
	assert_true(now.len < BYTES_MAX);
}

#define TEXT(text) text, sizeof(text) - 1

static int setup(void **state)
{
	struct net_fixture *fixture;

	net_setup(state);
	fixture = *state;
	fixture_peer(fixture, &(struct peer_options){.handler = serve, .context = &now});
	return 0;
}

/* --- 1: framing --- */

static void framing(void **state)
{
	char payload[200];
	static const size_t lens[] = {0, 1, 125, 126, 127, 128};

	memset(payload, '*', sizeof(payload));
	for (size_t i = 0; i < sizeof(lens) / sizeof(lens[0]); i++)
		for (unsigned opcode = 1; opcode <= 2; opcode++) {
			char wanted[32];

			clear();
			add(0x80 | opcode, payload, lens[i]);
			snprintf(wanted, sizeof(wanted), "%s%zu broken", opcode == 1 ? "t" : "b",
				lens[i]);
			check(*state, "a length", wanted);
		}
}

/* --- 2: pings and pongs --- */

static void pings(void **state)
{
	char payload[130];

	memset(payload, 0xfe, sizeof(payload));
	clear();
	add(0x89, payload, 125);
	add(0x81, TEXT("a"));
	check(*state, "a ping of 125 bytes", "t1 broken");
	clear();
	add(0x89, payload, 126);
	check(*state, "a ping of 126 bytes", "protocol");
	clear();
	add(0x8a, payload, 126);
	check(*state, "a pong of 126 bytes", "protocol");
	clear();
	for (int i = 0; i < 10; i++)
		add(0x89, TEXT("ping"));
	add(0x8a, TEXT("nobody asked"));
	add(0x88, TEXT("\x03\xe8"));
	check(*state, "ten pings and a pong", "ok");
}

/* --- 3: reserved bits --- */

static void reserved_bits(void **state)
{
	static const unsigned firsts[] = {0x81, 0x82, 0x89, 0x8a, 0x88, 0x01};

	for (unsigned bits = 0x10; bits <= 0x70; bits += 0x10)
		for (size_t i = 0; i < sizeof(firsts) / sizeof(firsts[0]); i++) {
			clear();
			add(0x81, TEXT("a"));
			add(firsts[i] | bits, NULL, 0);
			check(*state, "a reserved bit", "t1 protocol");
		}
	clear();
	add(0x01, TEXT("a"));
	add(0xc0, TEXT("b"));
	check(*state, "a reserved bit in a continuation", "protocol");
}

/* --- 4: opcodes --- */

static void opcodes(void **state)
{
	for (unsigned opcode = 3; opcode < 16; opcode++) {
		if (opcode >= 8 && opcode <= 10)
			continue;
		for (size_t len = 0; len < 3; len += 2) {
			clear();
			add(0x81, TEXT("a"));
			add(0x80 | opcode, "xx", len);
			add(0x89, NULL, 0);
			check(*state, "an opcode without a meaning", "t1 protocol");
		}
	}
}

/* --- 5: fragmentation --- */

static void fragmentation(void **state)
{
	static const struct {
		const char *name;
		struct {
			unsigned first;
			const char *payload;
		} frames[8]; /* a first byte of 0 and a payload of NULL end them */
		const char *wanted;
	} cases[] = {
		{"a ping in two", {{0x09, "a"}, {0x80, "b"}}, "protocol"},
		{"a pong in two", {{0x0a, "a"}, {0x80, "b"}}, "protocol"},
		{"a close in two", {{0x08, "\x03\xe8"}, {0x80, "b"}}, "protocol"},
		{"a text in two", {{0x01, "a"}, {0x80, "b"}}, "t2 broken"},
		{"a ping between", {{0x01, "a"}, {0x89, "p"}, {0x80, "b"}}, "t2 broken"},
		{"pings between many",
			{{0x01, "a"}, {0x89, "p"}, {0x00, "b"}, {0x8a, "q"}, {0x00, ""}, {0x89, ""},
				{0x80, "c"}},
			"t3 broken"},
		{"a continuation of nothing, the last", {{0x80, "a"}, {0x81, "b"}}, "protocol"},
		{"a continuation of nothing, not the last", {{0x00, "a"}, {0x81, "b"}}, "protocol"},
		{"a continuation behind a message", {{0x81, "a"}, {0x80, "b"}}, "t1 protocol"},
		{"a text in a text", {{0x01, "a"}, {0x01, "b"}, {0x80, "c"}}, "protocol"},
		{"a binary in a text", {{0x01, "a"}, {0x82, "b"}}, "protocol"},
		{"empty fragments", {{0x01, ""}, {0x00, ""}, {0x80, ""}}, "t0 broken"},
		{"two in fragments", {{0x01, "a"}, {0x80, "b"}, {0x02, "c"}, {0x80, "d"}},
			"t2 b2 broken"},
		{"a close between", {{0x01, "a"}, {0x88, "\x03\xe8"}, {0x80, "b"}}, "ok"},
		{"half a message", {{0x01, "a"}, {0x00, "b"}}, "broken"},
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		clear();
		for (int j = 0; j < 8 && cases[i].frames[j].payload; j++)
			add(cases[i].frames[j].first, cases[i].frames[j].payload,
				strlen(cases[i].frames[j].payload));
		check(*state, cases[i].name, cases[i].wanted);
	}
}

/* --- 6: UTF-8 --- */

static const struct {
	const char *bytes;
	size_t len;
	bool good;
} texts[] = {
	{TEXT("Hello-\xc2\xb5@\xc3\x9f\xc3\xb6\xc3\xa4\xc3\xbc\xc3\xa0\xc3\xa1-UTF-8!!"), true},
	{TEXT("\xce\xba\xe1\xbd\xb9\xcf\x83\xce\xbc\xce\xb5"), true},
	{TEXT("\x7f"), true},
	{TEXT("\xdf\xbf"), true},
	{TEXT("\xef\xbf\xbf"), true},
	{TEXT("\xf4\x8f\xbf\xbf"), true},
	{TEXT("\xc2\x80"), true},
	{TEXT("\xe0\xa0\x80"), true},
	{TEXT("\xf0\x90\x80\x80"), true},
	{TEXT("\xed\x9f\xbf"), true},
	{TEXT("\xee\x80\x80"), true},
	{TEXT("\xef\xbf\xbd"), true},
	{TEXT("\xf0\x9f\xbf\xbe"), true},
	{TEXT("\x00"), true},
	{TEXT("\xf4\x90\x80\x80"), false},
	{TEXT("\xf8\x88\x80\x80\x80"), false},
	{TEXT("\xfc\x84\x80\x80\x80\x80"), false},
	{TEXT("\xf7\xbf\xbf\xbf"), false},
	{TEXT("\x80"), false},
	{TEXT("\xbf"), false},
	{TEXT("\x80\xbf\x80"), false},
	{TEXT("\xc0\xaf"), false},
	{TEXT("\xc1\xbf"), false},
	{TEXT("\xe0\x80\xaf"), false},
	{TEXT("\xe0\x9f\xbf"), false},
	{TEXT("\xf0\x80\x80\xaf"), false},
	{TEXT("\xf0\x8f\xbf\xbf"), false},
	{TEXT("\xc0\x80"), false},
	{TEXT("\xed\xa0\x80"), false},
	{TEXT("\xed\xbf\xbf"), false},
	{TEXT("\xed\xa0\x80\xed\xb0\x80"), false},
	{TEXT("\xfe"), false},
	{TEXT("\xff"), false},
	{TEXT("\xc3"), false},
	{TEXT("\xe2\x82"), false},
	{TEXT("\xf0\x90\x80"), false},
	{TEXT("\xce\xba\xe1\xbd\xb9\xcf\x83\xce\xbc\xce\xb5\xed\xa0\x80"
	      "edited"),
		false},
};

static void utf8(void **state)
{
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		char wanted[32];

		snprintf(wanted, sizeof(wanted), texts[i].good ? "t%zu broken" : "protocol",
			texts[i].len);
		clear();
		add(0x81, texts[i].bytes, texts[i].len);
		check(*state, "a text", wanted);
		/* The same with every byte in a fragment of its own. */
		clear();
		for (size_t at = 0; at < texts[i].len; at++)
			add((at == 0 ? 1 : 0) | (at + 1 == texts[i].len ? 0x80 : 0),
				texts[i].bytes + at, 1);
		play(*state, &now, "a text in bytes", wanted, 0);
		/* As binary all of it is good. */
		clear();
		add(0x82, texts[i].bytes, texts[i].len);
		snprintf(wanted, sizeof(wanted), "b%zu broken", texts[i].len);
		play(*state, &now, "the same as binary", wanted, 0);
	}
}

/* --- 7: closing --- */

static void add_close(unsigned code, const char *reason, size_t len)
{
	char payload[BYTES_MAX];

	payload[0] = (char)(code >> 8);
	payload[1] = (char)code;
	memcpy(payload + 2, reason, len);
	add(0x88, payload, len + 2);
}

static void closing(void **state)
{
	/* 1012 to 1014 came later (IANA). */
	static const unsigned good[] = {1000, 1001, 1002, 1003, 1007, 1008, 1009, 1010, 1011, 1012,
		1013, 1014, 3000, 3999, 4000, 4999};
	static const unsigned bad[] = {
		0, 1, 999, 1004, 1005, 1006, 1015, 1016, 1100, 2000, 2999, 5000, 65535};
	char reason[130];

	memset(reason, '*', sizeof(reason));
	for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++) {
		clear();
		add_close(good[i], "bye", 3);
		{
			char name[32];

			snprintf(name, sizeof(name), "code %u", good[i]);
			check(*state, name, "ok");
		}
	}
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		clear();
		add_close(bad[i], "", 0);
		check(*state, "a code that is none", "protocol");
	}
	clear();
	add_close(1000, reason, 123);
	check(*state, "the longest reason", "ok");
	clear();
	add_close(1000, reason, 124);
	check(*state, "one that is longer", "protocol");
	clear();
	add(0x88, "\x03", 1);
	check(*state, "one byte", "protocol");
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		char name[32];

		clear();
		add_close(1000, texts[i].bytes, texts[i].len);
		snprintf(name, sizeof(name), "reason %zu", i);
		check(*state, name, texts[i].good ? "ok" : "protocol");
		/* Behind a message, and behind a piece of one. */
		clear();
		add(0x81, TEXT("m"));
		add(0x01, TEXT("p"));
		add_close(1000, texts[i].bytes, texts[i].len);
		check(*state, name, texts[i].good ? "t1 ok" : "t1 protocol");
	}
	clear();
	add_close(1000, "", 0);
	add(0x89, TEXT("p"));
	add(0x81, TEXT("late"));
	add_close(1001, "", 0);
	check(*state, "frames behind it", "ok");
}

static int count(void **state)
{
	(void)state;
	print_message("%u connections\n", played);
	return 0;
}

#define TEST(test) cmocka_unit_test_setup_teardown(test, setup, net_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(framing),
		TEST(pings),
		TEST(reserved_bits),
		TEST(opcodes),
		TEST(fragmentation),
		TEST(utf8),
		TEST(closing),
	};

	return cmocka_run_group_tests(tests, NULL, count);
}
