/* Streams that break: what is asked, what is looked at, and that no success is made up. */
#include "support/fractalic_scene.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "target/fractalic/fractalic.h"
#include "unit/noise.h"

static const struct fx_step cut_after_start[] = {{FX_STREAM}, {FX_EVENT, START}, {FX_CLOSE}};

#define BROKE                                                                                      \
	"warn validating engine The stream is lost: the connection to 'URL' broke: transfer "      \
	"closed with outstanding read data remaining\n"
#define BROKE_WHY                                                                                  \
	"the connection to 'URL' broke: transfer closed with outstanding read data remaining"

/* --- nobody can say --- */

static void before_the_first_event(void **state)
{
	const struct fx_step cut[] = {{FX_STREAM}, {FX_CLOSE}};
	struct scene scene;

	scene_open(&scene, *state, &SCENE_PLAN(cut, NULL));
	scene_run(&scene);
	assert_story(scene.record, &scene.request,
		HEAD "link live\n" BROKE "link lost\n"
		     "error validating engine how it ended is not known: " BROKE_WHY "\n"
		     "result unknown 4 how it ended is not known: " BROKE_WHY "\n"
		     "error broken at validating\n" LOOK_HINT);
	/* There was no id to ask with, and a POST is not made again. */
	assert_int_equal(peer_request_count(scene.server.peer), 1);
	scene_close(&scene);
}

static void no_answer_at_all(void **state)
{
	const struct fx_step close[] = {{FX_CLOSE}}, reset[] = {{FX_RESET}},
			     half[] = {{FX_SEND, "HTTP/1.1 200 OK\r\ncontent-ty"}, {FX_CLOSE}};
	const struct fx_step *const ways[] = {close, reset, half};
	struct scene scene;

	for (size_t i = 0; i < sizeof(ways) / sizeof(ways[0]); i++) {
		scene_open(&scene, *state, &SCENE_PLAN(ways[i], NULL));
		scene_run(&scene);
		assert_outcome(scene.record, BERTH_UNKNOWN);
		assert_int_equal(scene.record->result->failure->code, BERTH_E_BROKEN);
		assert_int_equal(peer_request_count(scene.server.peer), 1);
		scene_close(&scene);
	}
}

static void the_real_server_forgets(void **state)
{
	struct scene scene;

	scene_open(&scene, *state, &SCENE_PLAN(cut_after_start, NULL));
	scene_run(&scene);
	assert_story(scene.record, &scene.request,
		HEAD
		"link live\n" START_STORY BROKE "link reconnecting 1\n"
		"warn validating engine the server can't say how deployment 'u1' goes on: 404, "
		"Not Found\n"
		"link lost\n"
		"error validating engine how it ended is not known: " BROKE_WHY "\n"
		"result unknown 4 how it ended is not known: " BROKE_WHY "\n"
		"error broken at validating\n" LOOK_HINT);
	assert_int_equal(fractalic_server_asked(&scene.server, FX_STREAM_ROUTE), 1);
	assert_int_equal(fractalic_server_asked(&scene.server, FX_PLAIN_ROUTE), 0);
	assert_int_equal(fractalic_server_asked(&scene.server, FX_PROGRESS_ROUTE), 1);
	scene_close(&scene);
}

static void an_orderly_end_without_a_word(void **state)
{
	const struct fx_step steps[] = {{FX_STREAM}, {FX_EVENT, START}, {FX_DONE}, {FX_END}};
	const struct fx_step no_result[] = {{FX_STREAM},
		{FX_EVENT, "{\"message\":\"Deployment completed\",\"stage\":\"completed\","
			   "\"progress\":100}"},
		{FX_EVENT, "{\"result\":{\"success\":\"yes\"}}"}, {FX_EVENT, "{\"result\":null}"},
		{FX_EVENT, "{\"result\":true,\"success\":1}"}, {FX_DONE}, {FX_END}};
	struct scene scene;

	scene_open(&scene, *state, &SCENE_PLAN(steps, NULL));
	scene_run(&scene);
	assert_outcome(scene.record, BERTH_UNKNOWN);
	assert_string_equal(scene.record->result->message,
		"how it ended is not known: the server ended the stream without a result");
	scene_close(&scene);
	scene_open(&scene, *state, &SCENE_PLAN(no_result, NULL));
	scene_run(&scene);
	assert_outcome(scene.record, BERTH_UNKNOWN);
	assert_int_equal(scene.record->progress, 0);
	scene_close(&scene);
}

/* The last event was all there but for the empty line: it is not one. */
static void half_a_word_is_none(void **state)
{
	const struct fx_step steps[] = {{FX_STREAM}, {FX_EVENT, START},
		{FX_CHUNK, "data: " SUCCESS "\n"}, {FX_DONE}, {FX_END}};
	struct scene scene;

	scene_open(&scene, *state, &SCENE_PLAN(steps, NULL));
	scene_run(&scene);
	assert_outcome(scene.record, BERTH_UNKNOWN);
	scene_close(&scene);
}

/* --- the documented server knows --- */

static void questions_are_answered_to_the_end(void **state)
{
	const struct fx_step same[] = {{FX_REPLY, START, 200}, {FX_END}};
	const struct fx_step next[] = {
		{FX_REPLY,
			"{\"deployment_id\":\"u1\",\"timestamp\":\"T2\",\"message\":\"Pulling\","
			"\"stage\":\"pulling_image\",\"progress\":20}",
			200},
		{FX_END}};
	const struct fx_step busy[] = {{FX_REPLY, "{\"detail\":\"busy\"}", 503}, {FX_END}};
	const struct fx_step last[] = {{FX_REPLY, SUCCESS, 200}, {FX_END}};
	const struct fx_plan plan = {
		.answers = {[FX_STREAM_ROUTE] = {cut_after_start},
			[FX_PROGRESS_ROUTE] = {same, same, next, next, busy, next, last}}};
	struct scene scene;

	scene_open(&scene, *state, &plan);
	scene_run(&scene);
	assert_story(scene.record, &scene.request,
		HEAD "link live\n" START_STORY BROKE "link reconnecting 1\n"
		     "link polling\n"
		     "status pulling_image 20 Pulling\n"
		     "info pulling_image server Pulling\n"
		     "debug pulling_image engine No answer: the server said 503\n"
		     "link reconnecting 1\n"
		     "link polling\n" SUCCESS_STORY("pulling_image"));
	assert_int_equal(fractalic_server_asked(&scene.server, FX_STREAM_ROUTE), 1);
	scene_close(&scene);
}

static void a_list_of_events_goes_on_where_the_stream_broke(void **state)
{
	const struct fx_step two[] = {
		{FX_REPLY, "[" START ",{\"message\":\"second\",\"progress\":12}]", 200}, {FX_END}};
	const struct fx_step three[] = {
		{FX_REPLY, "[" START ",{\"message\":\"second\",\"progress\":12},7," SUCCESS "]",
			200},
		{FX_END}};
	const struct fx_plan plan = {.answers = {[FX_STREAM_ROUTE] = {cut_after_start},
					     [FX_PROGRESS_ROUTE] = {two, two, three}}};
	struct scene scene;

	scene_open(&scene, *state, &plan);
	scene_run(&scene);
	assert_story(scene.record, &scene.request,
		HEAD "link live\n" START_STORY BROKE "link reconnecting 1\n"
		     "status pulling_image 12 second\n"
		     "info pulling_image server second\n"
		     "link polling\n" SUCCESS_STORY("pulling_image"));
	scene_close(&scene);
}

static void a_failure_is_told_by_polling_too(void **state)
{
	const struct fx_step last[] = {
		{FX_REPLY,
			"{\"deployment_id\":\"u1\",\"stage\":\"error\",\"message\":\"Deployment "
			"failed: x\",\"error\":\"x\"}",
			200},
		{FX_END}};
	struct scene scene;

	scene_open(&scene, *state, &SCENE_PLAN(cut_after_start, last));
	scene_run(&scene);
	assert_outcome(scene.record, BERTH_FAILED);
	assert_string_equal(scene.record->result->message, "x");
	scene_close(&scene);
}

static void questions_end_after_eight(void **state)
{
	const struct fx_step busy[] = {
		{FX_HEADER, "Retry-After: 0"}, {FX_REPLY, "{\"detail\":\"busy\"}", 503}, {FX_END}};
	struct scene scene;
	int reconnecting = 0, last = 0;

	scene_open(&scene, *state, &SCENE_PLAN(cut_after_start, busy));
	scene_run(&scene);
	assert_outcome(scene.record, BERTH_UNKNOWN);
	assert_int_equal(fractalic_server_asked(&scene.server, FX_PROGRESS_ROUTE), 8);
	for (size_t i = 0; i < scene.record->count; i++) {
		const struct berth_event *event = scene.record->events[i];

		if (event->type != BERTH_EVENT_LINK || event->link != BERTH_RECONNECTING)
			continue;
		reconnecting++;
		assert_int_equal(event->attempt, last + 1);
		assert_int_equal(event->attempts, 8);
		assert_in_range(event->retry_in_ms, 0, fractalic_pace.cap_ms);
		last = event->attempt;
	}
	assert_int_equal(reconnecting, 8);
	scene_close(&scene);
}

static void a_server_that_is_gone(void **state)
{
	const struct fx_step pause[] = {{FX_STREAM}, {FX_EVENT, START}, {FX_STALL}};
	struct scene scene;

	scene_open(&scene, *state, &SCENE_PLAN(pause, NULL));
	scene_start(&scene);
	FLOW_UNTIL(scene.flow, record_log(scene.record, -1, "Starting"));
	assert_int_equal(peer_free(scene.server.peer), 0);
	scene.server.peer = NULL;
	scene_run(&scene);
	assert_outcome(scene.record, BERTH_UNKNOWN);
	assert_int_equal(scene.record->result->failure->code, BERTH_E_BROKEN);
	assert_non_null(record_log(scene.record, BERTH_WARN, "Connection refused"));
	scene_close(&scene);
}

static void an_answer_that_is_a_page_can_say_nothing(void **state)
{
	const struct fx_step page[] = {{FX_PAGE, "<html><title>App</title></html>", 200}, {FX_END}};
	struct scene scene;

	scene_open(&scene, *state, &SCENE_PLAN(cut_after_start, page));
	scene_run(&scene);
	assert_outcome(scene.record, BERTH_UNKNOWN);
	assert_int_equal(fractalic_server_asked(&scene.server, FX_PROGRESS_ROUTE), 1);
	scene_close(&scene);
}

/* --- a look at the container --- */

static const struct fx_step cut_after_launch[] = {{FX_STREAM}, {FX_EVENT, START},
	{FX_EVENT, "{\"message\":\"Launching\",\"progress\":60}"},
	{FX_EVENT, "{\"message\":\"Container started: c00000000001\",\"progress\":65}"},
	{FX_CLOSE}};

static void look(struct flow *flow, const struct fx_step *stream,
	const struct fake_container *container, const char *message, const char *left)
{
	struct fake_engine *fake = fake_engine_start();
	const struct berth_result *result;
	struct scene scene;

	assert_non_null(fake);
	if (container)
		fake_engine_container(fake, container);
	scene_open(&scene, flow, &SCENE_PLAN(stream, NULL));
	scene.entry.docker_host = (char *)fake_engine_host(fake);
	scene_run(&scene);
	assert_outcome(scene.record, BERTH_UNKNOWN);
	result = scene.record->result;
	if (!strstr(result->message, message))
		fail_msg("'%s' does not hold '%s'", result->message, message);
	assert_int_equal(result->left_behind_count, left ? 1 : 0);
	if (left)
		assert_string_equal(result->left_behind[0], left);
	/* Only looked at. */
	assert_int_equal(fake_engine_count(fake, "POST /"), 0);
	assert_int_equal(fake_engine_count(fake, "DELETE /"), 0);
	scene_close(&scene);
	assert_int_equal(fake_engine_stop(fake), 0);
}

static void the_container_is_looked_at(void **state)
{
	const struct fake_container ours = {.tag = "x", .name = "fxcap-hello", .running = true};
	const struct fake_container ended = {.tag = "x", .name = "fxcap-hello"};

	look(*state, cut_after_launch, &ours,
		"outstanding read data remaining; container 'fxcap-hello' is there: running",
		"container fxcap-hello (c00000000001), running");
	look(*state, cut_after_launch, &ended, "container 'fxcap-hello' is there: created",
		"container fxcap-hello (c00000000001), created");
	look(*state, cut_after_launch, NULL, "; there is no container 'fxcap-hello'", NULL);
	/* Before the launch it is not this run's. */
	look(*state, cut_after_start, &ours, "is there: running, maybe the one from before", NULL);
}

static void an_engine_that_is_not_there(void **state)
{
	struct scene scene;

	scene_open(&scene, *state, &SCENE_PLAN(cut_after_launch, NULL));
	scene.entry.docker_host = (char *)"tcp://127.0.0.1:1";
	scene_run(&scene);
	assert_outcome(scene.record, BERTH_UNKNOWN);
	assert_non_null(record_log(scene.record, BERTH_WARN,
		"Cannot look for container 'fxcap-hello' on tcp://127.0.0.1:1: "));
	scene_close(&scene);
	scene_open(&scene, *state, &SCENE_PLAN(cut_after_launch, NULL));
	scene.entry.docker_host = (char *)"nonsense://";
	scene_run(&scene);
	assert_outcome(scene.record, BERTH_UNKNOWN);
	scene_close(&scene);
}

/* It failed by its own word; what it left is found. */
static void a_failure_is_looked_after(void **state)
{
	const struct fx_step steps[] = {{FX_STREAM}, {FX_EVENT, START},
		{FX_EVENT, "{\"message\":\"Launching\",\"progress\":60}"},
		{FX_EVENT,
			"{\"stage\":\"completed\",\"progress\":100,\"result\":{\"success\":false,"
			"\"message\":\"Deployment failed: Command failed with return code 125: "
			"docker run\",\"deployment_id\":\"\"}}"},
		{FX_DONE}, {FX_END}};
	const struct fake_container made = {.tag = "x", .name = "fxcap-hello"};
	struct fake_engine *fake = fake_engine_start();
	struct scene scene;

	fake_engine_container(fake, &made);
	scene_open(&scene, *state, &SCENE_PLAN(steps, NULL));
	scene.entry.docker_host = (char *)fake_engine_host(fake);
	scene_run(&scene);
	assert_outcome(scene.record, BERTH_FAILED);
	assert_int_equal(scene.record->result->failure->code, BERTH_E_CONFLICT);
	assert_int_equal(scene.record->result->left_behind_count, 1);
	assert_null(scene.record->result->container_id);
	scene_close(&scene);
	assert_int_equal(fake_engine_stop(fake), 0);
}

/* --- a thousand cuts --- */

enum { CUTS = 1000, BATCH = 100 };

struct cuts {
	char *bytes;
	size_t len, word; /* from here on the server's word is out */
	size_t at[BATCH];
	bool reset[BATCH];
};

static int cut_stream(void *context, struct peer_request *request, struct peer_conn *conn)
{
	struct cuts *cuts = context;
	int i = atoi(request->target + 2);

	/* In two pieces, so that the end stands alone as often as not. */
	if (peer_send(conn, cuts->bytes, cuts->at[i] / 2) ||
		peer_send(conn, cuts->bytes + cuts->at[i] / 2, cuts->at[i] - cuts->at[i] / 2))
		return -1;
	/* A reset would throw away what the client has not read. */
	if (cuts->reset[i] && !peer_wait_taken(conn))
		peer_reset(conn);
	return -1;
}

static void run_cuts(struct flow *flow, struct cuts *cuts, int *deployed)
{
	static char targets[BATCH][16];
	const struct fx_plan plan = {.handler = cut_stream, .context = cuts};
	static struct berth_server entries[BATCH];
	struct record *records[BATCH];
	static char urls[BATCH][96];
	struct fractalic_server server;

	fractalic_server_start(&server, &plan);
	for (int i = 0; i < BATCH; i++) {
		struct berth_deployment request = fx_request(&server, &entries[i], "");

		snprintf(targets[i], sizeof(targets[i]), "t%d", i);
		snprintf(urls[i], sizeof(urls[i]), "%s/r%d", peer_url(server.peer), i);
		entries[i].url = urls[i];
		request.target = targets[i];
		records[i] = flow_start(flow, &request, false);
		/* A few at a time. */
		if (i >= 8)
			FLOW_UNTIL(flow, records[i - 8]->result);
	}
	for (int i = 0; i < BATCH; i++) {
		enum berth_outcome outcome;

		FLOW_UNTIL(flow, records[i]->result);
		outcome = records[i]->result->outcome;
		if (cuts->at[i] < cuts->word && outcome != BERTH_UNKNOWN)
			fail_msg("cut at %zu: %s", cuts->at[i], berth_outcome_name(outcome));
		/* What a reset leaves of the last bytes is the kernel's business. */
		if (cuts->at[i] >= cuts->word && !cuts->reset[i])
			assert_int_equal(outcome, BERTH_DEPLOYED);
		*deployed += outcome == BERTH_DEPLOYED ? 1 : 0;
	}
	assert_int_equal(fractalic_server_asked(&server, FX_STREAM_ROUTE), BATCH);
	assert_int_equal(fractalic_server_asked(&server, FX_PLAIN_ROUTE), 0);
	fractalic_server_stop(&server);
}

static void a_thousand_cuts(void **state)
{
	struct noise noise = {20261120};
	struct cuts cuts = {0};
	int deployed = 0;
	char *end;

	(void)state;
	cuts.bytes = fx_capture("fx-stream-ok.curl-i-raw.txt", &cuts.len);
	/* Behind the empty line of the last event. */
	end = strstr(cuts.bytes, "\"result\": ");
	assert_non_null(end);
	end = strstr(end, "\n\n");
	cuts.word = (size_t)(end + 2 - cuts.bytes);
	for (int batch = 0; batch < CUTS / BATCH; batch++) {
		void *flow = NULL;

		for (int i = 0; i < BATCH; i++) {
			/* One in eight near the end, where it matters. */
			size_t from = noise_below(&noise, 8) == 0 ? cuts.word - 20 : 0;

			cuts.at[i] = from + noise_below(&noise, cuts.len + 1 - from);
			cuts.reset[i] = noise_below(&noise, 3) == 0;
		}
		flow_setup(&flow);
		run_cuts(flow, &cuts, &deployed);
		flow_teardown(&flow);
	}
	assert_in_range(deployed, 10, CUTS / 4);
	free(cuts.bytes);
}

/* --- noise --- */

/* Between two true events, in pieces as they come. */
static int send_noise(void *context, struct peer_request *request, struct peer_conn *conn)
{
	static const char *const words[] = {"data: ", "data:", "\n\n", "\r", "\r\n", "\xef\xbb\xbf",
		": ", "id: ", "event: ", "retry: ", "{\"message\":\"", "\"}", "\"progress\":", "99",
		"\\ud83d", "\\u0000", "[", "null"};
	struct noise *noise = context;
	char bytes[8192];

	(void)request;
	if (peer_begin_chunks(conn, 200, "text/event-stream") ||
		peer_chunk(conn, "data: " START "\n\n"))
		return -1;
	for (int piece = 0; piece < 4; piece++) {
		size_t len = noise_fill(
			noise, bytes, sizeof(bytes), words, sizeof(words) / sizeof(words[0]));

		/* One of no bytes would be the last. */
		if (len > 0 && peer_chunk_bytes(conn, bytes, len))
			return -1;
	}
	return peer_chunk(conn, "\n\ndata: " SUCCESS "\n\n") || peer_chunks_end(conn);
}

static void noise_between_events(void **state)
{
	struct noise noise = {20261121};
	const struct fx_plan plan = {.handler = send_noise, .context = &noise};

	for (int i = 0; i < 200; i++) {
		struct scene scene;

		scene_open(&scene, *state, &plan);
		scene_run(&scene);
		assert_outcome(scene.record, BERTH_DEPLOYED);
		assert_string_equal(scene.record->result->message, "It runs");
		scene_close(&scene);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		FLOW_TEST(before_the_first_event),
		FLOW_TEST(no_answer_at_all),
		FLOW_TEST(the_real_server_forgets),
		FLOW_TEST(an_orderly_end_without_a_word),
		FLOW_TEST(half_a_word_is_none),
		FLOW_TEST(questions_are_answered_to_the_end),
		FLOW_TEST(a_list_of_events_goes_on_where_the_stream_broke),
		FLOW_TEST(a_failure_is_told_by_polling_too),
		FLOW_TEST(questions_end_after_eight),
		FLOW_TEST(a_server_that_is_gone),
		FLOW_TEST(an_answer_that_is_a_page_can_say_nothing),
		FLOW_TEST(the_container_is_looked_at),
		FLOW_TEST(an_engine_that_is_not_there),
		FLOW_TEST(a_failure_is_looked_after),
		cmocka_unit_test(a_thousand_cuts),
		FLOW_TEST(noise_between_events),
	};

	flow_home();
	scene_hurry();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
