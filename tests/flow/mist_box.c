/*
 * What an app's container on a Mist server streams: its log, and what it uses. Of
 * remote-servers.md, 3.7:
 *
 *   status, log, end, and the connection drops           a_log_goes_on_until_its_process_ends
 *   each byte a letter: "é" is sent as "Ã©", and C1      what_was_encoded_twice_is_as_it_was
 *   messages in pieces, the last one empty, a Ping       pieces_with_a_ping_between_them
 *   a truncated message                                  what_cannot_be_read_is_passed_over
 *   "error": it does not run, it is not there            one_that_does_not_run_says_so
 *   errors before the upgrade are plain text             a_refusal_in_plain_text
 *   an unknown route answers with a page                 a_server_without_these_routes
 *   it ends without a word                               a_break_is_no_end
 *   stats, each second                                   what_it_uses_is_in_its_row
 *   ... of what does not run there are none              without_stats_there_is_a_row
 */
#include <berth/remote.h>

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "proto/double_utf8.h"
#include "support/mist_scene.h"
#include "support/ws_peer.h"

static const struct ms_step up[] = {
	{MS_REPLY,
		"{\"success\":true,\"data\":{\"name\":\"app-9\",\"status\":\"running\","
		"\"state\":\"running\",\"uptime\":\"2026-11-20T10:00:00Z\",\"healthy\":true},"
		"\"message\":\"\",\"error\":\"\"}",
		200},
	{MS_END}};

#define STATUS                                                                                     \
	"{\"type\":\"status\",\"timestamp\":\"2026-11-14T10:00:00Z\",\"data\":{\"container\":"     \
	"\"app-9\",\"state\":\"running\",\"status\":\"running\"}}\n"
#define LINE(text, stream)                                                                         \
	"{\"type\":\"log\",\"timestamp\":\"2026-11-14T10:00:00Z\",\"data\":{\"line\":\"" text      \
	"\",\"stream\":\"" stream "\"}}\n"
#define END                                                                                        \
	"{\"type\":\"end\",\"timestamp\":\"2026-11-14T10:00:00Z\",\"data\":{\"message\":\"Log "    \
	"stream ended\"}}\n"
#define TROUBLE(message)                                                                           \
	"{\"type\":\"error\",\"timestamp\":\"T\",\"data\":{\"message\":\"" message "\"}}\n"

struct told {
	char text[2048];
	bool over;
	struct berth_error err;
	struct berth_remote row;
};

static void add(struct told *told, const char *format, ...) __attribute__((format(printf, 2, 3)));

static void add(struct told *told, const char *format, ...)
{
	size_t len = strlen(told->text);
	va_list args;

	va_start(args, format);
	vsnprintf(told->text + len, sizeof(told->text) - len, format, args);
	va_end(args);
}

static void on_row(void *context, const struct berth_remote *remote)
{
	((struct told *)context)->row = *remote;
}

static void on_line(void *context, enum berth_stream stream, const char *text, size_t len)
{
	add(context, "%s %.*s\n", berth_stream_name(stream), (int)len, text);
}

static void on_note(void *context, const char *text)
{
	add(context, "note %s\n", text);
}

static void on_done(void *context, const struct berth_remote *remote, const struct berth_error *err)
{
	struct told *told = context;

	(void)remote;
	if (err)
		told->err = *err;
	told->over = true;
}

/* A piece that is neither the first nor the last. */
#define NEXT 0x100

/* What a stream sends, frame after frame, and then nothing more. */
struct box {
	struct {
		unsigned first; /* 0: a whole text */
		const char *payload;
	} frames[12];
	bool stays;
};

static int serve(void *context, struct peer_request *request, struct peer_conn *conn)
{
	const struct box *box = context;

	assert_non_null(strstr(request->target, "?appId=9"));
	if (ws_accept(request, conn))
		return -1;
	for (size_t i = 0; box->frames[i].payload; i++)
		if (ws_send(conn, box->frames[i].first ? box->frames[i].first : 0x81,
			    box->frames[i].payload, strlen(box->frames[i].payload)))
			return -1;
	if (box->stays)
		peer_stall(conn);
	else
		peer_wait_taken(conn);
	return -1;
}

static void run_plan(
	struct flow *flow, const struct ms_plan *plan, enum berth_deed deed, struct told *told)
{
	struct mist_server server;
	struct berth_server entry;
	struct berth_deployment request;
	struct berth_error err = {0};

	*told = (struct told){0};
	mist_server_start(&server, plan);
	mist_entry(&entry, &server);
	request = mist_request(&entry, "x");
	if (berth_engine_remote(flow->engine, &request,
		    &(struct berth_deed_request){
			    deed, "api", on_row, on_line, on_note, on_done, told},
		    &err) < 0)
		fail_msg("%s", err.message);
	LOOP_UNTIL(&flow->loop, told->over);
	mist_server_stop(&server);
}

static void run(struct flow *flow, struct box box, enum berth_deed deed, struct told *told)
{
	run_plan(flow,
		&(struct ms_plan){
			.answers = {[MS_BOX_STATUS] = {up}}, .box = serve, .context = &box},
		deed, told);
}

static void a_log_goes_on_until_its_process_ends(void **state)
{
	struct told told;

	run(*state,
		(struct box){{{0, STATUS}, {0, LINE("one", "stdout")}, {0, LINE("two", "stderr")},
			{0, END}}},
		BERTH_DEED_FOLLOW, &told);
	assert_string_equal(told.text, "stdout one\nstderr two\n");
	assert_int_equal(told.err.code, BERTH_E_OK);
}

static void what_was_encoded_twice_is_as_it_was(void **state)
{
	static const struct {
		const char *sent, *right;
	} cases[] = {
		{"plain", NULL},
		{"", NULL},
		{"caf\xc3\x83\xc2\xa9", "caf\xc3\xa9"},
		{"\xc3\xb0\xc2\x9f\xc2\x9a\xc2\x80 go", "\xf0\x9f\x9a\x80 go"},
		/* Right already, or of a documented server. */
		{"caf\xc3\xa9", NULL},
		{"\xe2\x82\xac", NULL},
		{"\xc3\x83\xc2\xa9 and \xe2\x82\xac", NULL},
		{"cut \xc3", NULL},
	};
	struct told told;

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		char out[64];
		size_t len = double_utf8_repair(out, cases[i].sent, strlen(cases[i].sent));

		assert_int_equal(len, cases[i].right ? strlen(cases[i].right) : 0);
		assert_memory_equal(out, cases[i].right ? cases[i].right : "", len);
	}
	run(*state,
		(struct box){{{0, STATUS}, {0, LINE("caf\xc3\x83\xc2\xa9", "stdout")},
			{0, LINE("caf\xc3\xa9", "stdout")}, {0, END}}},
		BERTH_DEED_FOLLOW, &told);
	assert_string_equal(told.text, "stdout caf\xc3\xa9\nstdout caf\xc3\xa9\n");
}

static void pieces_with_a_ping_between_them(void **state)
{
	struct told told;

	run(*state,
		(struct box){{{0, STATUS}, {0x01, "{\"type\":\"log\",\"data\":{\"line\":\"lo"},
			{0x89, ""}, {NEXT, "ng\",\"stream\":\"stdout\"}}\n"}, {0x80, ""},
			{0, LINE("next", "stdout")}, {0, END}}},
		BERTH_DEED_FOLLOW, &told);
	assert_string_equal(told.text, "stdout long\nstdout next\n");
	assert_int_equal(told.err.code, BERTH_E_OK);
}

static void what_cannot_be_read_is_passed_over(void **state)
{
	struct told told;

	run(*state,
		(struct box){{{0, "{\"type\":\"log\",\"data\":{\"line\":\"cut o"}, {0, "[]"},
			{0, "{\"type\":7}"}, {0, "{\"type\":\"log\",\"data\":{}}"},
			{0, LINE("next", "stdout")}, {0, END}}},
		BERTH_DEED_FOLLOW, &told);
	assert_string_equal(told.text, "stdout next\n");
	assert_int_equal(told.err.code, BERTH_E_OK);
}

static void one_that_does_not_run_says_so(void **state)
{
	static const char *const messages[] = {
		"Container is not running (state: exited)", "Container not found"};
	static const char *const events[] = {TROUBLE("Container is not running (state: exited)"),
		TROUBLE("Container not found")};

	for (size_t i = 0; i < 2; i++) {
		struct told told;

		run(*state, (struct box){{{0, events[i]}}}, BERTH_DEED_FOLLOW, &told);
		assert_int_equal(told.err.code, BERTH_E_REFUSED);
		assert_non_null(strstr(told.err.message, messages[i]));
		assert_non_null(strstr(told.err.message, "'shop/api'"));
	}
}

static void a_refusal_in_plain_text(void **state)
{
	static const struct ms_step refused[] = {
		{MS_SEND,
			"HTTP/1.1 400 Bad Request\r\nContent-Type: text/plain\r\n"
			"Content-Length: 14\r\n\r\nInvalid app ID",
			0},
		{MS_CLOSE}};
	struct told told;

	run_plan(*state, &(struct ms_plan){.answers = {[MS_BOX_FOLLOW] = {refused}}},
		BERTH_DEED_FOLLOW, &told);
	assert_int_equal(told.err.code, BERTH_E_REFUSED);
	assert_non_null(strstr(told.err.message, "opens no WebSocket: it said 400"));
}

static void a_server_without_these_routes(void **state)
{
	struct told told;

	run_plan(*state, &(struct ms_plan){0}, BERTH_DEED_FOLLOW, &told);
	assert_int_equal(told.err.code, BERTH_E_REFUSED);
	assert_non_null(strstr(told.err.message, "a web page (200) where a WebSocket should be"));
}

static void a_break_is_no_end(void **state)
{
	struct told told;

	run(*state, (struct box){{{0, STATUS}, {0, LINE("one", "stdout")}}}, BERTH_DEED_FOLLOW,
		&told);
	assert_string_equal(told.text, "stdout one\n");
	assert_int_equal(told.err.code, BERTH_E_BROKEN);
	assert_non_null(strstr(told.err.hint, "--follow"));
}

#define STATS                                                                                      \
	"{\"type\":\"stats\",\"timestamp\":\"T\",\"data\":{\"cpu_percent\":12.5,\"memory_used_"    \
	"mb\":100,\"memory_limit_mb\":512,\"memory_percent\":19.5,\"network_rx_mb\":1.5,"          \
	"\"network_tx_mb\":2.5,\"block_read_mb\":3.5,\"block_write_mb\":4.5,\"pids\":7}}\n"

static void what_it_uses_is_in_its_row(void **state)
{
	struct told told;

	run(*state, (struct box){{{0, STATUS}, {0, STATS}}, .stays = false}, BERTH_DEED_LOOK,
		&told);
	assert_int_equal(told.err.code, BERTH_E_OK);
	assert_string_equal(told.text, "");
	assert_string_equal(told.row.name, "shop/api");
	assert_true(told.row.usage.known);
	assert_float_equal(told.row.usage.cpu_percent, 12.5, 0);
	assert_float_equal(told.row.usage.memory_mb, 100, 0);
	assert_float_equal(told.row.usage.memory_limit_mb, 512, 0);
	assert_float_equal(told.row.usage.received_mb, 1.5, 0);
	assert_float_equal(told.row.usage.written_mb, 4.5, 0);
	assert_int_equal(told.row.usage.processes, 7);
}

static void without_stats_there_is_a_row(void **state)
{
	struct told told;

	run(*state, (struct box){{{0, TROUBLE("Container not found")}}}, BERTH_DEED_LOOK, &told);
	assert_int_equal(told.err.code, BERTH_E_OK);
	assert_string_equal(told.row.state, "running");
	assert_false(told.row.usage.known);
	assert_non_null(strstr(told.text, "note what it uses is not known"));
	assert_non_null(strstr(told.text, "Container not found"));
}

/* The engine closes while the log goes on. */
static void closing_ends_a_log(void **state)
{
	struct box box = {{{0, LINE("one", "stdout")}}, .stays = true};
	struct ms_plan plan = {.box = serve, .context = &box};
	struct flow *flow = *state;
	struct mist_server server;
	struct berth_server entry;
	struct berth_deployment request;
	struct told told = {0};

	mist_server_start(&server, &plan);
	mist_entry(&entry, &server);
	request = mist_request(&entry, "x");
	assert_int_equal(berth_engine_remote(flow->engine, &request,
				 &(struct berth_deed_request){BERTH_DEED_FOLLOW, "9", on_row,
					 on_line, on_note, on_done, &told},
				 NULL),
		0);
	LOOP_UNTIL(&flow->loop, told.text[0] != '\0');
	flow_close(flow);
	assert_int_equal(told.err.code, BERTH_E_CANCELLED);
	mist_server_stop(&server);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		MIST_TEST(a_log_goes_on_until_its_process_ends),
		MIST_TEST(what_was_encoded_twice_is_as_it_was),
		MIST_TEST(pieces_with_a_ping_between_them),
		MIST_TEST(what_cannot_be_read_is_passed_over),
		MIST_TEST(one_that_does_not_run_says_so),
		MIST_TEST(a_refusal_in_plain_text),
		MIST_TEST(a_server_without_these_routes),
		MIST_TEST(a_break_is_no_end),
		MIST_TEST(what_it_uses_is_in_its_row),
		MIST_TEST(without_stats_there_is_a_row),
		MIST_TEST(closing_ends_a_log),
	};

	flow_home();
	mist_hurry();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
