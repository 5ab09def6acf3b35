/* WebSockets against a peer that says what it is told: framing, handshake, silence and ends. */
#include "support/net_fixture.h"
#include "support/ws_peer.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/sha1.h"
#include "loop/websocket.h"
#include "loop/websocket_handshake.h"

/* What the peer does once it is open. */
struct script {
	const char *bytes;
	size_t len, split; /* sent in two pieces; 0: in one */
	bool stays;        /* open until the client goes; otherwise it is closed at once */
	int (*more)(struct peer_conn *conn, struct script *script);
	struct ws_seen seen[8]; /* of the client's frames */
	int seen_count;
	const char *head; /* instead of the handshake's answer */
};

/* What came of it: "open\n", "text BYTES\n", "binary N\n", "end CODE\n". */
struct story {
	struct net_fixture *fixture;
	struct websocket *socket;
	struct websocket_request request;
	struct buf told;
	struct websocket_end end;
	int done, messages;
	bool pauses; /* at every message, until the test goes on */
};

static int serve(void *context, struct peer_request *request, struct peer_conn *conn)
{
	struct script *script = context;

	if (script->head) {
		peer_send(conn, script->head, strlen(script->head));
		return -1;
	}
	if (ws_accept(request, conn) || peer_send(conn, script->bytes, script->split) ||
		(script->split > 0 && peer_wait_taken(conn)) ||
		peer_send(conn, script->bytes + script->split, script->len - script->split))
		return -1;
	if (script->more)
		return script->more(conn, script);
	while (script->stays && script->seen_count < 8 &&
		ws_read(conn, &script->seen[script->seen_count]) == 0)
		script->seen_count++;
	return -1;
}

static void on_open(void *context)
{
	struct story *story = context;

	buf_adds(&story->told, "open\n", NULL);
}

static void on_message(void *context, const char *data, size_t len, bool text)
{
	struct story *story = context;

	assert_int_equal(story->done, 0);
	story->messages++;
	if (text && len < 200) {
		buf_adds(&story->told, "text ", NULL);
		buf_add(&story->told, data, len, NULL);
		buf_adds(&story->told, "\n", NULL);
	} else {
		buf_addf(&story->told, NULL, "%s %zu\n", text ? "text of" : "binary", len);
	}
	if (story->pauses)
		websocket_pause(story->socket);
}

static void on_done(void *context, const struct websocket_end *end)
{
	struct story *story = context;

	story->end = *end;
	story->done++;
	buf_addf(&story->told, NULL, "end %s\n", berth_code_name(end->error.code));
}

static void story_start(struct story *story, struct net_fixture *fixture)
{
	struct berth_error err = {0};

	story->fixture = fixture;
	buf_init(&story->told, 1u << 20);
	story->request.http.unix_socket = peer_socket(fixture->peer);
	story->request.http.url = "http://localhost/stream?id=7";
	story->request.on_open = on_open;
	story->request.on_message = on_message;
	story->request.done = on_done;
	story->request.context = story;
	story->socket = websocket_start(fixture->net, &story->request, &err);
	if (!story->socket)
		fail_msg("%s", err.message);
	assert_int_equal(story->done, 0);
}

static void story_run(struct story *story, struct net_fixture *fixture)
{
	story_start(story, fixture);
	LOOP_UNTIL(&fixture->loop, story->done == 1);
}

static void begin(struct net_fixture *fixture, struct script *script)
{
	fixture_peer(fixture, &(struct peer_options){.handler = serve, .context = script});
}

/* When it has read all there was. */
static void end_peer(struct net_fixture *fixture)
{
	LOOP_UNTIL(&fixture->loop, peer_open_count(fixture->peer) == 0);
	assert_int_equal(peer_free(fixture->peer), 0);
	fixture->peer = NULL;
}

/* --- frames --- */

#define BYTES(text) text, sizeof(text) - 1
#define SENDS(text) .bytes = text, .len = sizeof(text) - 1

static const struct {
	const char *name, *bytes;
	size_t len;
	const char *wanted; /* after "open\n" */
} cases[] = {
	{"one text", BYTES("\x81\x05hello"), "text hello\nend broken\n"},
	{"an empty text", BYTES("\x81\x00"), "text \nend broken\n"},
	{"two texts",
		BYTES("\x81\x01"
		      "a\x81\x01"
		      "b"),
		"text a\ntext b\nend broken\n"},
	{"binary", BYTES("\x82\x03\x00\xff\x01"), "binary 3\nend broken\n"},
	{"fragments", BYTES("\x01\x02he\x00\x02ll\x80\x01o"), "text hello\nend broken\n"},
	{"an empty last fragment", BYTES("\x01\x02hi\x80\x00"), "text hi\nend broken\n"},
	{"a ping between fragments", BYTES("\x01\x02he\x89\x01p\x80\x03llo"),
		"text hello\nend broken\n"},
	{"a pong nobody asked for",
		BYTES("\x8a\x02xx\x81\x01"
		      "a"),
		"text a\nend broken\n"},
	{"a character over fragments", BYTES("\x01\x01\xc3\x80\x01\xa9"),
		"text \u00e9\nend broken\n"},
	{"a close",
		BYTES("\x81\x01"
		      "a\x88\x02\x03\xe8"),
		"text a\nend ok\n"},
	{"a close with a reason",
		BYTES("\x88\x05\x03\xe9"
		      "bye"),
		"end ok\n"},
	{"a close without a code", BYTES("\x88\x00"), "end ok\n"},
	{"a text after the close",
		BYTES("\x88\x02\x03\xe8\x81\x01"
		      "a"),
		"end ok\n"},
	{"a close of one byte", BYTES("\x88\x01\x03"), "end protocol\n"},
	{"a close with a code that is never sent", BYTES("\x88\x02\x03\xed"), "end protocol\n"},
	{"a close with another", BYTES("\x88\x02\x03\xee"), "end protocol\n"},
	{"a close with a low one", BYTES("\x88\x02\x03\xe7"), "end protocol\n"},
	{"a close with a reason that is not UTF-8", BYTES("\x88\x03\x03\xe8\xff"),
		"end protocol\n"},
	{"a reserved bit",
		BYTES("\xc1\x01"
		      "a"),
		"end protocol\n"},
	{"the second reserved bit",
		BYTES("\xa1\x01"
		      "a"),
		"end protocol\n"},
	{"the third reserved bit",
		BYTES("\x91\x01"
		      "a"),
		"end protocol\n"},
	{"a reserved opcode", BYTES("\x83\x00"), "end protocol\n"},
	{"a reserved control opcode", BYTES("\x8b\x00"), "end protocol\n"},
	{"a continuation of nothing",
		BYTES("\x80\x01"
		      "a"),
		"end protocol\n"},
	{"a new text in the middle",
		BYTES("\x01\x01"
		      "a\x81\x01"
		      "b"),
		"end protocol\n"},
	{"a fragmented ping", BYTES("\x09\x00"), "end protocol\n"},
	{"a ping that is too long", BYTES("\x89\x7e\x00\x7e"), "end protocol\n"},
	{"a masked frame",
		BYTES("\x81\x81\x01\x02\x03\x04"
		      "a"),
		"end protocol\n"},
	{"a length longer than needed",
		BYTES("\x81\x7e\x00\x01"
		      "a"),
		"end protocol\n"},
	{"a long length longer than needed",
		BYTES("\x81\x7f\x00\x00\x00\x00\x00\x00\x00\x01"
		      "a"),
		"end protocol\n"},
	{"a negative length", BYTES("\x81\x7f\x80\x00\x00\x00\x00\x00\x00\x00"), "end protocol\n"},
	{"not UTF-8", BYTES("\x81\x02\xc3\x28"), "end protocol\n"},
	{"half a character", BYTES("\x81\x01\xc3"), "end protocol\n"},
	{"a surrogate", BYTES("\x81\x03\xed\xa0\x80"), "end protocol\n"},
	{"too long", BYTES("\x82\x7f\x00\x00\x00\x00\x40\x00\x00\x00x"), "end limit\n"},
	{"too long in fragments",
		BYTES("\x02\x01"
		      "a\x80\x7f\x00\x00\x00\x00\x00\x10\x00\x00x"),
		"end limit\n"},
	{"an end in a frame", BYTES("\x81\x05hel"), "end broken\n"},
	{"an end at once", BYTES(""), "end broken\n"},
};

static void play(struct net_fixture *fixture, size_t i, size_t split)
{
	struct script script = {.bytes = cases[i].bytes, .len = cases[i].len, .split = split};
	struct story story = {0};
	char wanted[256];

	/* Who ends it for a fault does so by itself. */
	script.stays = !strstr(cases[i].wanted, "broken");
	begin(fixture, &script);
	story_run(&story, fixture);
	snprintf(wanted, sizeof(wanted), "open\n%s", cases[i].wanted);
	if (strcmp(story.told.data, wanted) != 0)
		fail_msg("%s, split at %zu: '%s' instead of '%s' (%s)", cases[i].name, split,
			story.told.data, wanted, story.end.error.message);
	assert_true(story.end.opened);
	buf_release(&story.told);
	end_peer(fixture);
}

static void frames_are_taken_as_they_are(void **state)
{
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		for (size_t split = 0; split < cases[i].len; split++)
			play(*state, i, split);
}

static void messages_of_any_length(void **state)
{
	static const size_t lens[] = {125, 126, 127, 65535, 65536, 1 << 20};

	for (size_t i = 0; i < sizeof(lens) / sizeof(lens[0]); i++) {
		char *frame = malloc(lens[i] + 10), *payload = malloc(lens[i]);
		struct script script = {.bytes = frame};
		struct story story = {0};
		char wanted[64];

		memset(payload, 'x', lens[i]);
		script.len = ws_frame(frame, 0x82, payload, lens[i]);
		begin(*state, &script);
		story_run(&story, *state);
		snprintf(wanted, sizeof(wanted), "open\nbinary %zu\nend broken\n", lens[i]);
		assert_string_equal(story.told.data, wanted);
		buf_release(&story.told);
		end_peer(*state);
		free(payload);
		free(frame);
	}
}

/* --- what we send --- */

static int close_after_pongs(struct peer_conn *conn, struct script *script)
{
	for (; script->seen_count < 4; script->seen_count++) {
		if (script->seen_count == 3 && ws_send(conn, 0x88, "\x03\xe8", 2))
			return -1;
		if (ws_read(conn, &script->seen[script->seen_count]))
			return -1;
	}
	return -1;
}

static void pings_are_answered_with_masks(void **state)
{
	struct script script = {.more = close_after_pongs,
		SENDS("\x89\x03"
		      "abc\x89\x00\x89\x01z")};
	struct story story = {0};

	begin(*state, &script);
	story_run(&story, *state);
	end_peer(*state);
	assert_int_equal(script.seen_count, 4);
	for (int i = 0; i < 4; i++) {
		assert_true(script.seen[i].fin);
		assert_true(script.seen[i].masked);
	}
	assert_int_equal(script.seen[0].opcode, 10);
	assert_string_equal(script.seen[0].payload, "abc");
	assert_int_equal(script.seen[1].len, 0);
	assert_string_equal(script.seen[2].payload, "z");
	assert_int_equal(script.seen[3].opcode, 8);
	assert_memory_equal(script.seen[3].payload, "\x03\xe8", 2);
	assert_int_equal(story.end.close_code, 1000);
	/* Two alike by accident: one in four thousand million. */
	assert_memory_not_equal(script.seen[0].mask, script.seen[2].mask, 4);
	buf_release(&story.told);
}

static void the_reason_of_our_end_is_told(void **state)
{
	static const struct {
		const char *bytes;
		size_t len;
		const char *code;
	} faults[] = {{BYTES("\x83\x00"), "\x03\xea"}, {BYTES("\x81\x01\xff"), "\x03\xef"},
		{BYTES("\x82\x7f\x00\x00\x00\x00\x40\x00\x00\x00x"), "\x03\xf1"}};

	for (size_t i = 0; i < 3; i++) {
		struct script script = {
			.stays = true, .bytes = faults[i].bytes, .len = faults[i].len};
		struct story story = {0};

		begin(*state, &script);
		story_run(&story, *state);
		end_peer(*state);
		assert_int_equal(script.seen_count, 1);
		assert_int_equal(script.seen[0].opcode, 8);
		assert_memory_equal(script.seen[0].payload, faults[i].code, 2);
		buf_release(&story.told);
	}
}

static void it_is_closed_from_here(void **state)
{
	struct script script = {.stays = true,
		SENDS("\x81\x01"
		      "a")};
	struct net_fixture *fixture = *state;
	struct story story = {.request.close_ms = 50};

	begin(fixture, &script);
	story_start(&story, fixture);
	LOOP_UNTIL(&fixture->loop, story.messages == 1);
	websocket_close(story.socket);
	websocket_close(story.socket);
	/* Nobody answers. */
	LOOP_UNTIL(&fixture->loop, story.done == 1);
	assert_string_equal(story.told.data, "open\ntext a\nend timeout\n");
	LOOP_UNTIL(&fixture->loop, peer_open_count(fixture->peer) == 0);
	end_peer(fixture);
	assert_int_equal(script.seen_count, 1);
	assert_int_equal(script.seen[0].opcode, 8);
	buf_release(&story.told);
}

static int answer_close(struct peer_conn *conn, struct script *script)
{
	while (ws_read(conn, &script->seen[0]) == 0)
		if (script->seen[0].opcode == 8) {
			ws_text(conn, "last");
			ws_send(conn, 0x88, "\x03\xe8", 2);
		}
	return -1;
}

static void the_servers_close_ends_ours(void **state)
{
	struct script script = {.more = answer_close,
		SENDS("\x81\x01"
		      "a")};
	struct net_fixture *fixture = *state;
	struct story story = {0};

	begin(fixture, &script);
	story_start(&story, fixture);
	LOOP_UNTIL(&fixture->loop, story.messages == 1);
	websocket_close(story.socket);
	LOOP_UNTIL(&fixture->loop, story.done == 1);
	assert_string_equal(story.told.data, "open\ntext a\ntext last\nend ok\n");
	buf_release(&story.told);
	end_peer(fixture);
}

/* --- silence --- */

static void silence_is_asked_and_then_dropped(void **state)
{
	struct script script = {.stays = true};
	struct story story = {.request = {.ping_after_ms = 20, .pong_ms = 20}};

	begin(*state, &script);
	story_run(&story, *state);
	assert_string_equal(story.told.data, "open\nend timeout\n");
	end_peer(*state);
	assert_int_equal(script.seen_count, 1);
	assert_int_equal(script.seen[0].opcode, 9);
	buf_release(&story.told);
}

static int answer_pings(struct peer_conn *conn, struct script *script)
{
	for (int i = 0; i < 4 && ws_read(conn, &script->seen[i]) == 0; i++) {
		if (script->seen[i].opcode != 9 || ws_send(conn, 0x8a, NULL, 0))
			return -1;
		script->seen_count++;
	}
	ws_send(conn, 0x88, NULL, 0);
	ws_read(conn, &script->seen[4]);
	return -1;
}

static void an_answer_to_a_ping_is_life(void **state)
{
	struct script script = {.more = answer_pings};
	struct story story = {.request = {.ping_after_ms = 10, .pong_ms = 5000}};

	begin(*state, &script);
	story_run(&story, *state);
	assert_string_equal(story.told.data, "open\nend ok\n");
	end_peer(*state);
	assert_int_equal(script.seen_count, 4);
	buf_release(&story.told);
}

/* --- pausing --- */

static void a_pause_holds_everything_back(void **state)
{
	struct net_fixture *fixture = *state;
	struct script script = {SENDS("\x81\x01"
				      "a\x81\x01"
				      "b\x81\x01"
				      "c\x88\x00"),
		.stays = true};
	struct story story = {.pauses = true};

	begin(fixture, &script);
	story_start(&story, fixture);
	for (int i = 1; i <= 3; i++) {
		LOOP_UNTIL(&fixture->loop, story.messages == i);
		assert_int_equal(story.done, 0);
		for (int turns = 0; turns < 20; turns++)
			loop_turn(&fixture->loop);
		assert_int_equal(story.messages, i);
		websocket_resume(story.socket);
	}
	LOOP_UNTIL(&fixture->loop, story.done == 1);
	assert_string_equal(story.told.data, "open\ntext a\ntext b\ntext c\nend ok\n");
	buf_release(&story.told);
	end_peer(fixture);
}

/* --- cancelling and closing --- */

static void it_can_be_cancelled_anywhere(void **state)
{
	struct net_fixture *fixture = *state;

	for (int turns = 0; turns < 12; turns++) {
		struct script script = {.stays = true,
			SENDS("\x81\x01"
			      "a")};
		struct story story = {0};

		begin(fixture, &script);
		story_start(&story, fixture);
		for (int i = 0; i < turns; i++)
			loop_turn(&fixture->loop);
		websocket_cancel(story.socket);
		websocket_cancel(story.socket);
		assert_int_equal(story.done, 0);
		LOOP_UNTIL(&fixture->loop, story.done == 1);
		assert_int_equal(story.end.error.code, BERTH_E_CANCELLED);
		LOOP_UNTIL(&fixture->loop, peer_open_count(fixture->peer) == 0);
		buf_release(&story.told);
		end_peer(fixture);
	}
}

static void closing_the_net_ends_it(void **state)
{
	struct net_fixture *fixture = *state;
	struct script script = {.stays = true,
		SENDS("\x81\x01"
		      "a")};
	struct story story = {0};

	begin(fixture, &script);
	story_start(&story, fixture);
	LOOP_UNTIL(&fixture->loop, story.messages == 1);
	fixture_close_net(fixture);
	LOOP_UNTIL(&fixture->loop, story.done == 1);
	assert_int_equal(story.end.error.code, BERTH_E_CANCELLED);
	buf_release(&story.told);
}

/* --- the handshake --- */

static void what_is_asked(void **state)
{
	static const char *const headers[] = {"Cookie: a=b", "X-Team: c", NULL};
	struct net_fixture *fixture = *state;
	struct script script = {SENDS("\x88\x00"), .stays = true};
	struct story story = {.request.http.headers = headers};
	const struct peer_request *request;
	char value[64];

	begin(fixture, &script);
	story_run(&story, fixture);
	request = peer_request_at(fixture->peer, 0);
	assert_string_equal(request->line, "GET /stream?id=7 HTTP/1.1");
	assert_true(peer_request_header(request, "Host", value, sizeof(value)));
	assert_string_equal(value, "localhost");
	assert_true(peer_request_header(request, "Cookie", value, sizeof(value)));
	assert_true(peer_request_header(request, "X-Team", value, sizeof(value)));
	assert_true(peer_request_header(request, "Sec-WebSocket-Version", value, sizeof(value)));
	assert_string_equal(value, "13");
	assert_true(peer_request_header(request, "Sec-WebSocket-Key", value, sizeof(value)));
	assert_int_equal(strlen(value), 24);
	assert_false(peer_request_header(request, "Origin", value, sizeof(value)));
	buf_release(&story.told);
	end_peer(fixture);
}

/* RFC 6455, 1.3; FIPS 180 and one over a block. */
static void the_key_and_its_answer(void **state)
{
	static const char head[] = "HTTP/1.1 101 Switching Protocols\r\nupgrade: WebSocket\r\n"
				   "connection: keep-alive, Upgrade\r\n"
				   "sec-websocket-accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n\r\n";
	unsigned char digest[SHA1_SIZE];
	char key[WEBSOCKET_KEY_SIZE];

	(void)state;
	websocket_key(key, (const unsigned char *)"the sample nonce");
	assert_string_equal(key, "dGhlIHNhbXBsZSBub25jZQ==");
	assert_int_equal(websocket_check(head, sizeof(head) - 1, key, NULL), 0);
	sha1(digest, "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq", 56);
	assert_memory_equal(digest,
		"\x84\x98\x3e\x44\x1c\x3b\xd2\x6e\xba\xae\x4a\xa1\xf9\x51\x29\xe5\xe5\x46\x70\xf1",
		20);
}

static void answers_that_are_no_handshake(void **state)
{
#define OK101 "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
	static const struct {
		const char *head;
		enum berth_code code;
		int number;
		const char *part;
	} heads[] = {
		{"HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\n\r\n<html>",
			BERTH_E_REFUSED, 200, "web page (200)"},
		{"HTTP/1.1 302 Found\r\nLocation: https://x/y\r\n\r\n", BERTH_E_REFUSED, 302,
			"redirects its WebSocket with 302 to 'https://x/y'"},
		{"HTTP/1.1 404 Not Found\r\nContent-Type: application/json\r\n\r\n{}",
			BERTH_E_REFUSED, 404, "it said 404"},
		{"HTTP/1.1 400 Bad Request\r\n\r\n", BERTH_E_REFUSED, 400, "it said 400"},
		{"SSH-2.0-OpenSSH_9.2\r\n\r\n", BERTH_E_PROTOCOL, 0, "not HTTP"},
		{OK101 "Sec-WebSocket-Accept: AAAAAAAAAAAAAAAAAAAAAAAAAAA=\r\n\r\n",
			BERTH_E_PROTOCOL, 101, "not the answer to our key"},
		{OK101 "\r\n", BERTH_E_PROTOCOL, 101, "not the answer to our key"},
		{"HTTP/1.1 101 X\r\nUpgrade: h2c\r\nConnection: Upgrade\r\n\r\n", BERTH_E_PROTOCOL,
			101, "'h2c'"},
		{"HTTP/1.1 101 X\r\nUpgrade: websocket\r\n\r\n", BERTH_E_PROTOCOL, 101,
			"not to a WebSocket"},
		{"HTTP/1.1 101 Swit", BERTH_E_BROKEN, 0, "broke before it began"},
		{"", BERTH_E_BROKEN, 0, "broke before it began"},
	};

	for (size_t i = 0; i < sizeof(heads) / sizeof(heads[0]); i++) {
		struct script script = {.head = heads[i].head};
		struct story story = {0};

		begin(*state, &script);
		story_run(&story, *state);
		assert_int_equal(story.end.error.code, heads[i].code);
		assert_int_equal(story.end.error.number, heads[i].number);
		if (!strstr(story.end.error.message, heads[i].part))
			fail_msg("'%s' is not in '%s'", heads[i].part, story.end.error.message);
		assert_false(story.end.opened);
		buf_release(&story.told);
		end_peer(*state);
	}
}

static void an_extension_nobody_asked_for_is_refused(void **state)
{
	static const char format[] =
		"HTTP/1.1 101 X\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
		"Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n%s: %s\r\n\r\n";
	char head[512];

	(void)state;
	snprintf(head, sizeof(head), format, "Sec-WebSocket-Extensions", "permessage-deflate");
	assert_int_equal(websocket_check(head, strlen(head), "dGhlIHNhbXBsZSBub25jZQ==", NULL), -1);
	snprintf(head, sizeof(head), format, "Sec-WebSocket-Protocol", "chat");
	assert_int_equal(websocket_check(head, strlen(head), "dGhlIHNhbXBsZSBub25jZQ==", NULL), -1);
	snprintf(head, sizeof(head), format, "X-Other", "chat");
	assert_int_equal(websocket_check(head, strlen(head), "dGhlIHNhbXBsZSBub25jZQ==", NULL), 0);
}

static void a_head_without_an_end_is_refused(void **state)
{
	char *head = malloc(WEBSOCKET_HEAD_MAX + 3000);
	struct script script = {.head = head};
	struct story story = {0};

	memset(head, 'x', WEBSOCKET_HEAD_MAX + 2999);
	head[WEBSOCKET_HEAD_MAX + 2999] = '\0';
	memcpy(head, "HTTP/1.1 101 X\r\nA: ", 19);
	begin(*state, &script);
	story_run(&story, *state);
	assert_int_equal(story.end.error.code, BERTH_E_LIMIT);
	buf_release(&story.told);
	end_peer(*state);
	free(head);
}

static void nobody_is_there(void **state)
{
	struct net_fixture *fixture = *state;
	struct script script = {0};
	struct story story = {0};

	begin(fixture, &script);
	peer_stop(fixture->peer);
	end_peer(fixture);
	fixture_peer(fixture, &(struct peer_options){.handler = serve, .context = &script});
	buf_init(&story.told, 1u << 20);
	story.request = (struct websocket_request){.http.url = "http://127.0.0.1:9/x",
		.on_message = on_message,
		.done = on_done,
		.context = &story};
	story.socket = websocket_start(fixture->net, &story.request, NULL);
	assert_non_null(story.socket);
	LOOP_UNTIL(&fixture->loop, story.done == 1);
	assert_int_equal(story.end.error.code, BERTH_E_UNREACHABLE);
	buf_release(&story.told);
}

#define TEST(test) cmocka_unit_test_setup_teardown(test, net_setup, net_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(frames_are_taken_as_they_are),
		TEST(messages_of_any_length),
		TEST(pings_are_answered_with_masks),
		TEST(the_reason_of_our_end_is_told),
		TEST(it_is_closed_from_here),
		TEST(the_servers_close_ends_ours),
		TEST(silence_is_asked_and_then_dropped),
		TEST(an_answer_to_a_ping_is_life),
		TEST(a_pause_holds_everything_back),
		TEST(it_can_be_cancelled_anywhere),
		TEST(closing_the_net_ends_it),
		TEST(what_is_asked),
		TEST(the_key_and_its_answer),
		TEST(answers_that_are_no_handshake),
		TEST(an_extension_nobody_asked_for_is_refused),
		TEST(a_head_without_an_end_is_refused),
		TEST(nobody_is_there),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
