#include "support/net_fixture.h"

#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define CREATED      "HTTP/1.1 201 Created\r\nContent-Length: 2\r\n\r\nok"
#define COUNT(array) (sizeof(array) / sizeof(*(array)))

/* What an upload is made of, and how its reader behaves. */
struct source {
	struct call call;
	int64_t size, given;
	size_t piece;      /* at most so much at a time */
	int pause_every;   /* 0: never */
	bool resume_early; /* before the pause is returned */
	bool endless;
	bool fail_in_middle;
	bool cancel_in_read;
	int reads, pauses;
	uv_timer_t timer;
};

static char pattern(int64_t at)
{
	return (char)('a' + at * 7 % 26);
}

static void on_resume(uv_timer_t *timer)
{
	struct source *source = timer->data;

	if (!source->call.done)
		xfer_resume_upload(source->call.xfer);
}

static int64_t pause_upload(struct source *source)
{
	source->pauses++;
	if (source->resume_early)
		xfer_resume_upload(source->call.xfer);
	else
		uv_timer_start(&source->timer, on_resume, (uint64_t)(source->pauses % 3), 0);
	return XFER_READ_PAUSE;
}

static int64_t read_source(void *context, char *data, size_t cap)
{
	/* The context of all callbacks is the call, and that is the first member. */
	struct source *source = context;
	int64_t i, len = source->size - source->given;

	assert_int_equal(source->call.done, 0);
	source->reads++;
	if (source->pause_every > 0 && source->reads % source->pause_every == 0)
		return pause_upload(source);
	if (source->cancel_in_read && source->given > 0)
		call_cancel(&source->call);
	if (source->fail_in_middle && source->given > 0)
		return XFER_READ_FAIL;
	if (len > (int64_t)cap || source->endless)
		len = (int64_t)cap;
	if (source->piece > 0 && len > (int64_t)source->piece)
		len = (int64_t)source->piece;
	for (i = 0; i < len; i++)
		data[i] = pattern(source->given + i);
	source->given += len;
	return len;
}

static void source_start(struct net_fixture *fixture, struct source *source, const char *path)
{
	source->call.request.read = read_source;
	if (!source->call.request.method)
		source->call.request.method = "POST";
	uv_timer_init(&fixture->loop, &source->timer);
	source->timer.data = source;
	call_prepare(fixture, &source->call, path);
	call_start(&source->call);
	assert_int_equal(source->reads, 0);
}

static void source_release(struct net_fixture *fixture, struct source *source)
{
	uv_close((uv_handle_t *)&source->timer, NULL);
	LOOP_UNTIL(&fixture->loop, !uv_loop_alive(&fixture->loop));
	call_release(&source->call);
}

static void assert_sent(struct net_fixture *fixture, const struct source *source, int index)
{
	const struct peer_request *request = peer_request_at(fixture->peer, index);
	size_t i;

	assert_string_equal(source->call.error.message, "");
	assert_int_equal(source->call.status, 201);
	assert_string_equal(source->call.body, "ok");
	assert_true(request->body_done);
	assert_int_equal(request->body_total, source->size);
	for (i = 0; i < request->body_len; i++) {
		if (request->body[i] != pattern((int64_t)i))
			fail_msg("byte %zu differs", i);
	}
}

static void uploads_arrive_whole(void **state)
{
	static const struct peer_exchange script[] = {
		{.repeat = true, .steps = {{PEER_SEND, CREATED}}},
	};
	static const struct source cases[] = {
		{.size = 3000000},
		{.size = 3000000, .pause_every = 2},
		{.size = 100000, .pause_every = 2, .piece = 1000, .resume_early = true},
		{.size = 50000, .pause_every = 3, .piece = 777},
		{.size = 1, .pause_every = 1 << 30},
		{.size = 0},
	};
	struct net_fixture *fixture = *state;
	int i, sized, index = 0;

	fixture_peer(fixture,
		&(struct peer_options){.script = script, .script_len = 1, .body_keep = 4000000});
	for (i = 0; i < (int)COUNT(cases); i++) {
		for (sized = 0; sized < 2; sized++) {
			struct source source = cases[i];

			source.call.request.upload_size = sized ? source.size : -1;
			source.call.request.method = i % 2 ? "PUT" : "POST";
			source_start(fixture, &source, "/upload");
			LOOP_UNTIL(&fixture->loop, source.call.done);
			assert_sent(fixture, &source, index);
			assert_int_equal(peer_request_at(fixture->peer, index)->chunked, !sized);
			assert_true(source.pause_every == 0 || source.pause_every > 9 ||
				    source.pauses > 0);
			source_release(fixture, &source);
			index++;
		}
	}
}

/* Nothing but the resume can move an upload whose reader has nothing. */
static void a_paused_upload_waits(void **state)
{
	static const struct peer_exchange script[] = {{.steps = {{PEER_SEND, CREATED}}}};
	struct net_fixture *fixture = *state;
	struct source source = {.size = 10, .pause_every = 1};
	int reads;

	source.call.request.upload_size = -1;
	source.timer.data = &source;
	fixture_script(fixture, script, 1);
	source_start(fixture, &source, "/");
	uv_timer_stop(&source.timer);
	LOOP_UNTIL(&fixture->loop, source.pauses == 1);
	uv_timer_stop(&source.timer);
	reads = source.reads;
	/* The loop has nothing to do but to watch the socket. */
	LOOP_UNTIL(&fixture->loop, uv_backend_timeout(&fixture->loop) != 0);
	assert_int_equal(source.reads, reads);
	source.pause_every = 0;
	xfer_resume_upload(source.call.xfer);
	xfer_resume_upload(source.call.xfer);
	assert_int_equal(source.reads, reads);
	LOOP_UNTIL(&fixture->loop, source.call.done);
	assert_sent(fixture, &source, 0);
	source_release(fixture, &source);
}

static void an_upload_may_stream_both_ways(void **state)
{
	static const struct peer_exchange script[] = {
		{.body_late = true,
			.steps = {{PEER_SEND,
					  "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
					  "3\r\none\r\n"},
				{PEER_READ, NULL, 300000}, {PEER_SEND, "3\r\ntwo\r\n"}, {PEER_READ},
				{PEER_SEND, "5\r\nthree\r\n0\r\n\r\n"}}},
	};
	struct net_fixture *fixture = *state;
	struct source source = {.size = 900000, .pause_every = 3};

	source.call.request.upload_size = -1;
	call_listen(&source.call);
	fixture_script(fixture, script, 1);
	source_start(fixture, &source, "/build");
	LOOP_UNTIL(&fixture->loop, source.call.done);
	assert_string_equal(source.call.error.message, "");
	assert_string_equal(source.call.body, "onetwothree");
	assert_int_equal(peer_body_bytes(fixture->peer, 0), 900000);
	source_release(fixture, &source);
}

#define NO_KEEP  "HTTP/1.1 400 Bad Request\r\nContent-Length: 6\r\n\r\nno way"
#define NO_CLOSE "HTTP/1.1 400 Bad Request\r\nConnection: close\r\nContent-Length: 6\r\n\r\nno way"

/* Who answers 400 to half an upload is heard: the end is not "broken pipe". */
static void early_refusal(struct net_fixture *fixture, bool tcp, const struct source *like)
{
	static const struct peer_exchange script[] = {
		{.body_late = true, .steps = {{PEER_SEND, NO_KEEP}, {PEER_SHUT}, {PEER_STALL}}},
		{.body_late = true, .steps = {{PEER_SEND, NO_CLOSE}, {PEER_SHUT}, {PEER_STALL}}},
		{.body_late = true,
			.steps = {{PEER_READ, NULL, 1}, {PEER_SEND, NO_KEEP}, {PEER_SHUT},
				{PEER_STALL}}},
		{.body_late = true,
			.steps = {{PEER_READ, NULL, 100000}, {PEER_SEND, NO_CLOSE}, {PEER_SHUT},
				{PEER_STALL}}},
		{.body_late = true, .steps = {{PEER_SEND, NO_KEEP}, {PEER_STALL}}},
		{.body_late = true, .steps = {{PEER_SEND, NO_CLOSE}, {PEER_STALL}}},
	};
	size_t i;

	for (i = 0; i < COUNT(script); i++) {
		struct source source = *like;

		fixture_peer(fixture,
			&(struct peer_options){.tcp = tcp, .script = &script[i], .script_len = 1});
		source_start(fixture, &source, "/build");
		LOOP_UNTIL(&fixture->loop, source.call.done);
		if (source.call.error.code != BERTH_E_OK)
			fail_msg("script %zu: %s", i, source.call.error.message);
		assert_int_equal(source.call.status, 400);
		assert_string_equal(source.call.body, "no way");
		source_release(fixture, &source);
	}
}

static void an_early_refusal_ends_an_endless_upload(void **state)
{
	struct source chunked = {.endless = true};
	struct source sized = {.endless = true};

	chunked.call.request.upload_size = -1;
	sized.call.request.upload_size = (int64_t)1 << 40;
	early_refusal(*state, false, &chunked);
	early_refusal(*state, true, &chunked);
	early_refusal(*state, false, &sized);
	early_refusal(*state, true, &sized);
}

/* While the second piece is made the peer answers, closes, and is gone. */
static int64_t read_slowly(void *context, char *data, size_t cap)
{
	struct source *source = context;

	if (source->reads++ > 0) {
		while (peer_open_count(source->call.fixture->peer) > 0)
			sched_yield();
	}
	memset(data, 'x', cap);
	return (int64_t)cap;
}

static void a_refusal_is_read_before_more_is_sent(void **state)
{
	static const struct peer_exchange script[] = {
		{.body_late = true,
			.steps = {{PEER_READ, NULL, 1}, {PEER_SEND, NO_KEEP}, {PEER_CLOSE}}},
		{.body_late = true,
			.steps = {{PEER_READ, NULL, 1}, {PEER_SEND, NO_CLOSE}, {PEER_CLOSE}}},
	};
	struct net_fixture *fixture = *state;
	int i;

	for (i = 0; i < 8; i++) {
		struct source source = {.call.request.method = "POST"};

		source.call.request.read = read_slowly;
		source.call.request.upload_size = i / 4 ? -1 : (int64_t)1 << 40;
		fixture_peer(fixture,
			&(struct peer_options){
				.tcp = i / 2 % 2, .script = &script[i % 2], .script_len = 1});
		call_prepare(fixture, &source.call, "/build");
		call_start(&source.call);
		LOOP_UNTIL(&fixture->loop, source.call.done);
		assert_string_equal(source.call.error.message, "");
		assert_int_equal(source.call.status, 400);
		assert_string_equal(source.call.body, "no way");
		call_release(&source.call);
	}
}

static void note_reads(struct call *call)
{
	struct source *source = (struct source *)call;

	source->pauses = source->reads;
	peer_release(call->fixture->peer);
}

static void a_refusal_stops_the_reader(void **state)
{
	static const struct peer_exchange script[] = {
		{.body_late = true,
			.steps = {{PEER_READ, NULL, 1000},
				{PEER_SEND, NO_CLOSE, sizeof(NO_CLOSE) - 4}, {PEER_PAUSE},
				{PEER_READ, NULL, 300000}, {PEER_SEND, "way"}, {PEER_SHUT},
				{PEER_STALL}}},
	};
	struct net_fixture *fixture = *state;
	struct source source = {.endless = true, .call.when_head = note_reads};

	source.call.request.upload_size = -1;
	source.piece = 1000;
	call_listen(&source.call);
	fixture_script(fixture, script, 1);
	source_start(fixture, &source, "/build");
	LOOP_UNTIL(&fixture->loop, source.call.done);
	assert_string_equal(source.call.error.message, "");
	assert_string_equal(source.call.body, "no way");
	assert_true(source.pauses > 0);
	assert_int_equal(source.reads, source.pauses);
	source_release(fixture, &source);
}

static int64_t read_once_then_wait(void *context, char *data, size_t cap)
{
	struct source *source = context;

	if (source->reads++ > 0)
		return XFER_READ_PAUSE;
	memset(data, 'x', cap < 10 ? cap : 10);
	return cap < 10 ? (int64_t)cap : 10;
}

/* The reader has nothing more to give for now, and never will. */
static void an_early_refusal_ends_a_paused_upload(void **state)
{
	static const char *const answers[] = {NO_KEEP, NO_CLOSE};
	struct net_fixture *fixture = *state;
	int i;

	for (i = 0; i < 4; i++) {
		struct peer_exchange script = {.body_late = true,
			.steps = {{PEER_READ, NULL, 10}, {PEER_PAUSE}, {PEER_SEND, answers[i % 2]},
				{PEER_STALL}}};
		struct call call = {.request = {.method = "POST", .upload_size = -1}};
		struct source source = {.call = call};

		source.call.request.read = read_once_then_wait;
		source.call.request.upload_size = i < 2 ? -1 : 1000;
		fixture_script(fixture, &script, 1);
		call_prepare(fixture, &source.call, "/");
		call_start(&source.call);
		LOOP_UNTIL(&fixture->loop, source.reads >= 2 && peer_paused_count(fixture->peer));
		peer_release(fixture->peer);
		LOOP_UNTIL(&fixture->loop, source.call.done);
		assert_string_equal(source.call.error.message, "");
		assert_int_equal(source.call.status, 400);
		assert_string_equal(source.call.body, "no way");
		call_release(&source.call);
		/* The script is on this stack. */
		fixture_peer(fixture, &(struct peer_options){0});
	}
}

static void a_small_body_may_be_refused_early(void **state)
{
	enum { size = 5 * 1024 * 1024 };
	static const struct peer_exchange script[] = {
		{.body_late = true, .steps = {{PEER_SEND, NO_CLOSE}, {PEER_SHUT}, {PEER_STALL}}},
	};
	struct net_fixture *fixture = *state;
	char *body = calloc(1, size);
	struct call call = {.request = {.method = "POST", .body = body, .body_len = size}};

	fixture_script(fixture, script, 1);
	call_run(fixture, &call, "/");
	free(body);
	assert_string_equal(call.error.message, "");
	assert_int_equal(call.status, 400);
	call_release(&call);
}

static void a_dead_peer_breaks_an_upload(void **state)
{
	static const struct peer_exchange script[] = {
		{.body_late = true, .steps = {{PEER_READ, NULL, 100000}, {PEER_RESET}}},
	};
	struct net_fixture *fixture = *state;
	int tcp;

	for (tcp = 0; tcp < 2; tcp++) {
		struct source source = {.endless = true};

		source.call.request.upload_size = -1;
		fixture_peer(fixture,
			&(struct peer_options){.tcp = tcp, .script = script, .script_len = 1});
		source_start(fixture, &source, "/");
		LOOP_UNTIL(&fixture->loop, source.call.done);
		assert_int_equal(source.call.error.code, BERTH_E_BROKEN);
		assert_int_equal(source.call.status, 0);
		assert_true(source.call.connected);
		source_release(fixture, &source);
	}
}

static void a_reader_may_give_up(void **state)
{
	static const struct peer_exchange script[] = {
		{.repeat = true, .body_late = true, .steps = {{PEER_STALL}}},
	};
	struct net_fixture *fixture = *state;
	int i;

	fixture_script(fixture, script, 1);
	for (i = 0; i < 2; i++) {
		struct source source = {
			.size = 10000000, .fail_in_middle = i == 0, .cancel_in_read = i == 1};

		source.call.request.upload_size = -1;
		source_start(fixture, &source, "/");
		LOOP_UNTIL(&fixture->loop, source.call.done);
		assert_int_equal(source.call.error.code, BERTH_E_CANCELLED);
		assert_string_equal(source.call.error.message,
			i == 0 ? "the upload was given up" : "cancelled");
		source_release(fixture, &source);
	}
}

static void an_upload_nobody_reads_is_silence(void **state)
{
	static const struct peer_exchange script[] = {
		{.body_late = true, .steps = {{PEER_PAUSE}, {PEER_STALL}}},
	};
	struct net_fixture *fixture = *state;
	struct source source = {.endless = true};

	source.call.request.upload_size = -1;
	source.call.request.silence_timeout_ms = 150;
	fixture_script(fixture, script, 1);
	source_start(fixture, &source, "/");
	LOOP_UNTIL(&fixture->loop, source.call.done);
	assert_int_equal(source.call.error.code, BERTH_E_TIMEOUT);
	assert_non_null(strstr(source.call.error.message, "for 150 ms"));
	source_release(fixture, &source);
}

int main(void)
{
#define NET(test) cmocka_unit_test_setup_teardown(test, net_setup, net_teardown)
	const struct CMUnitTest tests[] = {
		NET(uploads_arrive_whole),
		NET(a_paused_upload_waits),
		NET(an_upload_may_stream_both_ways),
		NET(an_early_refusal_ends_an_endless_upload),
		NET(an_early_refusal_ends_a_paused_upload),
		NET(a_refusal_stops_the_reader),
		NET(a_refusal_is_read_before_more_is_sent),
		NET(a_small_body_may_be_refused_early),
		NET(a_dead_peer_breaks_an_upload),
		NET(a_reader_may_give_up),
		NET(an_upload_nobody_reads_is_silence),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
