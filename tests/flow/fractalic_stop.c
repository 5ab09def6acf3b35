/* Stopped by us, in every phase: what is true of the deployment then; and streams that are slow,
 * silent, or faster than their reader. */
#include "support/fractalic_scene.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "loop/timer.h"
#include "target/fractalic/fractalic.h"

static const struct fx_step stall_after_start[] = {{FX_STREAM}, {FX_EVENT, START}, {FX_STALL}};
static const struct fx_step stall_after_launch[] = {{FX_STREAM}, {FX_EVENT, START},
	{FX_EVENT, "{\"message\":\"Launching\",\"progress\":60}"},
	{FX_EVENT, "{\"message\":\"Container started: c00000000001\",\"progress\":65}"},
	{FX_STALL}};

#define CANCELLING "warn validating engine Cancelling: closing the stream ends the run over there\n"

static void without_an_engine_to_ask(void **state)
{
	struct scene scene;

	scene_open(&scene, *state, &SCENE_PLAN(stall_after_start, NULL));
	scene_start(&scene);
	FLOW_UNTIL(scene.flow, record_log(scene.record, -1, "Starting"));
	flow_cancel(scene.flow, scene.record);
	flow_cancel(scene.flow, scene.record);
	scene_run(&scene);
	assert_story(scene.record, &scene.request,
		HEAD "link live\n" START_STORY CANCELLING "link closed\n"
		     "warn validating engine the stream was closed, which ends the run on the "
		     "server at its next step; what it has made so far stays there\n"
		     "result unknown 4 the stream was closed, which ends the run on the server at "
		     "its next step; what it has made so far stays there\n"
		     "error cancelled at validating\n" LOOK_HINT);
	assert_int_equal(peer_request_count(scene.server.peer), 1);
	scene_close(&scene);
}

static const struct record *cancel_with(struct scene *scene, struct flow *flow,
	const struct fx_step *steps, const char *when, const struct fake_container *container)
{
	struct fake_engine *fake = fake_engine_start();

	assert_non_null(fake);
	if (container)
		fake_engine_container(fake, container);
	scene_open(scene, flow, &SCENE_PLAN(steps, NULL));
	scene->entry.docker_host = (char *)fake_engine_host(fake);
	scene_start(scene);
	FLOW_UNTIL(flow, record_log(scene->record, -1, when));
	flow_cancel(flow, scene->record);
	scene_run(scene);
	assert_int_equal(fake_engine_count(fake, "POST /"), 0);
	assert_int_equal(fake_engine_count(fake, "DELETE /"), 0);
	scene_close(scene);
	assert_int_equal(fake_engine_stop(fake), 0);
	return scene->record;
}

static void with_an_engine_that_proves_it(void **state)
{
	const struct fake_container there = {.tag = "x", .name = "fxcap-hello", .running = true};
	const struct record *record;
	struct scene scene;

	/* Nothing of it is there, and is not there a moment later either. */
	record = cancel_with(&scene, *state, stall_after_start, "Starting", NULL);
	assert_outcome(record, BERTH_CANCELED);
	assert_null(record->result->failure->hint);
	record = cancel_with(&scene, *state, stall_after_launch, "Container started", NULL);
	assert_outcome(record, BERTH_CANCELED);
	assert_non_null(strstr(record->result->failure->hint, "had the container's name before"));
	/* Its container is there. */
	record = cancel_with(&scene, *state, stall_after_launch, "Container started", &there);
	assert_outcome(record, BERTH_LEFT_BEHIND);
	assert_string_equal(
		record->result->left_behind[0], "container fxcap-hello (c00000000001), running");
	/* A container of that name is there, of whomever. */
	record = cancel_with(&scene, *state, stall_after_start, "Starting", &there);
	assert_outcome(record, BERTH_UNKNOWN);
	assert_int_equal(record->result->left_behind_count, 0);
}

static void before_anything_was_sent(void **state)
{
	char *const slow[] = {(char *)"/bin/sleep", (char *)"30", NULL};
	struct scene scene;

	/* At once. */
	scene_open(&scene, *state, &SCENE_PLAN(stall_after_start, NULL));
	scene_start(&scene);
	flow_cancel(scene.flow, scene.record);
	scene_run(&scene);
	assert_outcome(scene.record, BERTH_CANCELED);
	assert_int_equal(peer_request_count(scene.server.peer), 0);
	scene_close(&scene);
	/* While the token is asked for. */
	scene_open(&scene, *state, &SCENE_PLAN(stall_after_start, NULL));
	scene.entry.token = (struct berth_secret){
		.from = BERTH_SECRET_COMMAND, .argv = (char **)slow};
	scene_start(&scene);
	FLOW_UNTIL(scene.flow, scene.record->count >= 2);
	flow_cancel(scene.flow, scene.record);
	scene_run(&scene);
	assert_outcome(scene.record, BERTH_CANCELED);
	assert_true(scene.record->took_ms < 5000);
	assert_int_equal(peer_request_count(scene.server.peer), 0);
	scene_close(&scene);
}

static void while_questions_are_asked(void **state)
{
	const struct fx_step cut[] = {{FX_STREAM}, {FX_EVENT, START}, {FX_CLOSE}};
	const struct fx_step stall[] = {{FX_STALL}};
	const struct fx_step same[] = {{FX_REPLY, START, 200}, {FX_END}};
	const struct fx_step *const ways[] = {stall, same};
	struct scene scene;

	for (size_t i = 0; i < 2; i++) {
		scene_open(&scene, *state, &SCENE_PLAN(cut, ways[i]));
		scene_start(&scene);
		FLOW_UNTIL(scene.flow,
			fractalic_server_asked(&scene.server, FX_PROGRESS_ROUTE) > (int)i);
		flow_cancel(scene.flow, scene.record);
		scene_run(&scene);
		assert_outcome(scene.record, BERTH_UNKNOWN);
		assert_int_equal(scene.record->result->failure->code, BERTH_E_CANCELLED);
		scene_close(&scene);
	}
}

static void after_the_word_nothing_is_cancelled(void **state)
{
	const struct fx_step steps[] = {{FX_STREAM}, {FX_EVENT, SUCCESS}, {FX_STALL}};
	struct scene scene;

	scene_open(&scene, *state, &SCENE_PLAN(steps, NULL));
	scene_start(&scene);
	FLOW_UNTIL(scene.flow, record_log(scene.record, -1, "Deployment completed"));
	/* Refused if the result is out already. */
	berth_engine_cancel(scene.flow->engine, scene.record->number, NULL);
	scene_run(&scene);
	assert_outcome(scene.record, BERTH_DEPLOYED);
	scene_close(&scene);
}

static void the_time_limit(void **state)
{
	struct scene scene;

	scene_open(&scene, *state, &SCENE_PLAN(stall_after_start, NULL));
	scene.request.timeout_s = 1;
	scene_run(&scene);
	assert_outcome(scene.record, BERTH_UNKNOWN);
	assert_int_equal(scene.record->result->failure->code, BERTH_E_TIMEOUT);
	assert_in_range(scene.record->took_ms, 900, 5000);
	scene_close(&scene);
}

/* The engine is closed under it, in every phase. The teardown fails if something is left open. */
static void dropped_in_every_phase(void **state)
{
	const struct fx_step cut[] = {{FX_STREAM}, {FX_EVENT, START}, {FX_CLOSE}};
	const struct fx_step stall[] = {{FX_STALL}};
	const struct fx_step same[] = {{FX_REPLY, START, 200}, {FX_END}};
	struct {
		const struct fx_step *stream, *progress;
		enum fx_route wait;
		int count; /* requests to wait for */
	} cases[] = {
		{stall, NULL, FX_STREAM_ROUTE, 0},
		{stall, NULL, FX_STREAM_ROUTE, 1},
		{stall_after_start, NULL, FX_STREAM_ROUTE, 1},
		{cut, stall, FX_PROGRESS_ROUTE, 1},
		{cut, same, FX_PROGRESS_ROUTE, 2},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		for (int cancelled = 0; cancelled < 2; cancelled++) {
			struct scene scene;
			void *flow;

			flow_setup(&flow);
			scene_open(&scene, flow, &SCENE_PLAN(cases[i].stream, cases[i].progress));
			scene_start(&scene);
			FLOW_UNTIL(scene.flow, fractalic_server_asked(&scene.server,
						       cases[i].wait) >= cases[i].count);
			if (cancelled)
				flow_cancel(scene.flow, scene.record);
			flow_teardown(&flow);
			scene_close(&scene);
		}
}

/* --- slow, silent, fast --- */

static int lives(const struct record *record)
{
	int count = 0;

	for (size_t i = 0; i < record->count; i++)
		count += record->events[i]->type == BERTH_EVENT_LINK &&
					 record->events[i]->link == BERTH_LIVE
				 ? 1
				 : 0;
	return count;
}

static void bytes_after_silence_are_news(void **state)
{
	const struct fx_step steps[] = {{FX_STREAM}, {FX_EVENT, START}, {FX_PAUSE},
		{FX_CHUNK, ": still there\n\n"}, {FX_CHUNK, ": at once\n\n"}, {FX_PAUSE},
		{FX_EVENT, SUCCESS}, {FX_DONE}, {FX_END}};
	struct scene scene;
	int64_t began;

	fractalic_pace.quiet_ms = 300;
	scene_open(&scene, *state, &SCENE_PLAN(steps, NULL));
	scene_start(&scene);
	for (int i = 0; i < 2; i++) {
		FLOW_UNTIL(scene.flow, peer_paused_count(scene.server.peer) == 1 &&
					       lives(scene.record) == i + 1 &&
					       record_log(scene.record, -1, "Starting"));
		began = clock_mono_ms();
		FLOW_UNTIL(scene.flow, clock_mono_ms() - began > 400);
		peer_release(scene.server.peer);
		FLOW_UNTIL(scene.flow, lives(scene.record) == i + 2);
	}
	scene_run(&scene);
	fractalic_pace.quiet_ms = 5000;
	assert_story(scene.record, &scene.request,
		HEAD "link live\n" START_STORY
		     "link live\nlink live\n" SUCCESS_STORY("validating"));
	scene_close(&scene);
}

/* More than the engine's queue holds. */
enum { FLOOD = 16000, PADDING = 500 };

static int flood(void *context, struct peer_request *request, struct peer_conn *conn)
{
	char text[16 * 1024];
	size_t len = 0;

	(void)context;
	(void)request;
	if (peer_begin_chunks(conn, 200, "text/event-stream"))
		return -1;
	for (int i = 0; i < FLOOD; i++) {
		len += (size_t)snprintf(text + len, sizeof(text) - len,
			"data: {\"message\": \"line %d %*s\"}\n\n", i, PADDING, "");
		if (len < sizeof(text) - 2 * PADDING && i < FLOOD - 1)
			continue;
		if (peer_chunk_bytes(conn, text, len))
			return -1;
		len = 0;
	}
	return peer_chunk(conn, "data: " SUCCESS "\n\n") || peer_chunks_end(conn);
}

/* The reader is behind: the stream waits for it, and no line is lost. */
static void a_flood_waits_for_its_reader(void **state)
{
	const struct fx_plan plan = {.handler = flood};
	struct flow *flow = *state;
	struct scene scene;
	int64_t began = clock_mono_ms();
	int next = 0;

	scene_open(&scene, flow, &plan);
	scene_start(&scene);
	/* Nobody takes anything; at the end of this the queue has long been half full. */
	while (clock_mono_ms() - began < 1500)
		loop_turn(&flow->loop);
	FLOW_UNTIL_MS(flow, 120000, scene.record->result);
	assert_outcome(scene.record, BERTH_DEPLOYED);
	for (size_t i = 0; i < scene.record->count; i++) {
		char line[32];

		if (scene.record->events[i]->type != BERTH_EVENT_LOG ||
			strncmp(scene.record->events[i]->message, "line ", 5) != 0)
			continue;
		snprintf(line, sizeof(line), "line %d ", next++);
		assert_int_equal(strncmp(scene.record->events[i]->message, line, strlen(line)), 0);
	}
	assert_int_equal(next, FLOOD);
	assert_null(record_log(scene.record, BERTH_WARN, "too fast"));
	scene_close(&scene);
}

/* --- the route without a stream --- */

static void a_server_without_a_stream(void **state)
{
	const struct fx_step gone[] = {{FX_REPLY, "{\"detail\":\"Not Found\"}", 404}, {FX_END}};
	const struct fx_step not_allowed[] = {{FX_REPLY, "{}", 405}, {FX_END}};
	const struct fx_step ok[] = {{FX_CAPTURE, "fx-nonstream-ok.curl-i.txt"}, {FX_END}};
	const struct fx_step fail[] = {{FX_CAPTURE, "fx-nonstream-fail.curl-i.txt"}, {FX_END}};
	const struct fx_step cut[] = {
		{FX_CAPTURE, "fx-nonstream-ok.curl-i.txt", .len = 500}, {FX_CLOSE}};
	struct scene scene;
	struct fx_plan plan = {.answers = {[FX_STREAM_ROUTE] = {gone}, [FX_PLAIN_ROUTE] = {ok}}};

	scene_open(&scene, *state, &plan);
	scene_run(&scene);
	assert_story(scene.record, &scene.request,
		HEAD "warn validating engine This server has no event stream (404): it is asked to "
		     "deploy without one, and says nothing until it is done\n"
		     "link live\n"
		     "link closed\n"
		     "result deployed 0 \U0001f389 Fractalic AI Server deployed successfully!\n"
		     "endpoint http://localhost:8001\n"
		     "container edb4d3e4a278\n"
		     "url ai_server http://localhost:8001\n");
	assert_int_equal(fractalic_server_asked(&scene.server, FX_STREAM_ROUTE), 1);
	assert_int_equal(fractalic_server_asked(&scene.server, FX_PLAIN_ROUTE), 1);
	scene_close(&scene);

	plan = (struct fx_plan){
		.answers = {[FX_STREAM_ROUTE] = {not_allowed}, [FX_PLAIN_ROUTE] = {fail}}};
	scene_open(&scene, *state, &plan);
	scene_run(&scene);
	assert_outcome(scene.record, BERTH_FAILED);
	assert_int_equal(scene.record->result->failure->code, BERTH_E_NOT_FOUND);
	scene_close(&scene);

	plan = (struct fx_plan){.answers = {[FX_STREAM_ROUTE] = {gone}, [FX_PLAIN_ROUTE] = {cut}}};
	scene_open(&scene, *state, &plan);
	scene_run(&scene);
	assert_outcome(scene.record, BERTH_UNKNOWN);
	scene_close(&scene);

	plan = (struct fx_plan){.answers = {[FX_STREAM_ROUTE] = {gone}}};
	scene_open(&scene, *state, &plan);
	scene_run(&scene);
	assert_outcome(scene.record, BERTH_UNREACHED);
	assert_non_null(strstr(scene.record->result->message, "there is no deploy server at"));
	assert_int_equal(peer_request_count(scene.server.peer), 2);
	scene_close(&scene);
}

/* --- after the result --- */

static const struct fx_step ends_well[] = {
	{FX_STREAM}, {FX_EVENT, START}, {FX_EVENT, SUCCESS}, {FX_DONE}, {FX_END}};

/* As no part of the record, and not without an engine that knows it. */
static void the_containers_output_goes_on(void **state)
{
	const struct fake_container there = {.tag = "x", .name = "fxcap-hello", .running = true};
	struct flow *flow = *state;
	struct fake_engine *fake = fake_engine_start();
	struct scene scene;
	int asked;

	fake_engine_container(fake, &there);
	fake_engine_say(fake, "fxcap-hello", "first words\n");
	scene_open(&scene, flow, &SCENE_PLAN(ends_well, NULL));
	scene.entry.docker_host = (char *)fake_engine_host(fake);
	scene.record = flow_start(flow, &scene.request, true);
	FLOW_UNTIL(flow, record_log(scene.record, BERTH_INFO, "first words"));
	assert_outcome(scene.record, BERTH_DEPLOYED);
	assert_int_equal(scene.record->after, 1);
	assert_int_equal(berth_engine_running(flow->engine), 0);
	fake_engine_say(fake, "fxcap-hello", "last words\n");
	fake_engine_die(fake, "fxcap-hello", 0, false);
	FLOW_UNTIL(flow, record_log(scene.record, BERTH_INFO, "last words"));
	assert_int_equal(scene.record->after, 2);
	assert_int_equal(fake_engine_count(fake, "POST /"), 0);
	scene_close(&scene);
	/* Not asked for. */
	asked = fake_engine_count(fake, "/logs");
	scene_open(&scene, flow, &SCENE_PLAN(ends_well, NULL));
	scene.entry.docker_host = (char *)fake_engine_host(fake);
	scene_run(&scene);
	assert_int_equal(fake_engine_count(fake, "/logs"), asked);
	scene_close(&scene);
	assert_int_equal(fake_engine_stop(fake), 0);
}

static void output_that_cannot_be_had_is_said(void **state)
{
	struct flow *flow = *state;
	struct fake_engine *fake = fake_engine_start();
	const struct {
		const char *host, *why;
	} cases[] = {
		{fake_engine_host(fake), "No such container"},
		{"tcp://127.0.0.1:1", "Connection refused"},
		{"nonsense://", "nonsense"},
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		const struct berth_event *event;
		struct scene scene;

		scene_open(&scene, flow, &SCENE_PLAN(ends_well, NULL));
		scene.entry.docker_host = (char *)cases[i].host;
		scene.record = flow_start(flow, &scene.request, true);
		FLOW_UNTIL(flow, record_log(scene.record, BERTH_WARN,
					 "No output of container c00000000001 from "));
		event = record_log(scene.record, BERTH_WARN, "No output of");
		if (!strstr(event->message, cases[i].why))
			fail_msg("'%s' does not hold '%s'", event->message, cases[i].why);
		assert_outcome(scene.record, BERTH_DEPLOYED);
		scene_close(&scene);
	}
	assert_int_equal(fake_engine_stop(fake), 0);
}

static void dropped_while_it_listens(void **state)
{
	const struct fake_container there = {.tag = "x", .name = "fxcap-hello", .running = true};
	struct fake_engine *fake = fake_engine_start();
	struct scene scene;
	void *flow;

	(void)state;
	fake_engine_container(fake, &there);
	for (int listening = 0; listening < 2; listening++) {
		flow_setup(&flow);
		scene_open(&scene, flow, &SCENE_PLAN(ends_well, NULL));
		scene.entry.docker_host = (char *)fake_engine_host(fake);
		scene.record = flow_start(flow, &scene.request, true);
		FLOW_UNTIL(
			scene.flow, scene.record->result && fake_engine_streams(fake) >= listening);
		flow_teardown(&flow);
		scene_close(&scene);
	}
	assert_int_equal(fake_engine_stop(fake), 0);
}

/* --- following --- */

static void follow(struct scene *scene, struct flow *flow, const struct fx_plan *plan)
{
	scene_open(scene, flow, plan);
	scene->record = flow_attach(flow, &scene->request, "u 1");
}

static void a_deployment_is_followed(void **state)
{
	const struct fx_step start[] = {{FX_REPLY, START, 200}, {FX_END}};
	const struct fx_step last[] = {{FX_REPLY, SUCCESS, 200}, {FX_END}};
	const struct fx_step denied[] = {{FX_REPLY, "{\"detail\":\"no\"}", 401}, {FX_END}};
	struct fx_plan plan = {.answers = {[FX_PROGRESS_ROUTE] = {start, last}}};
	struct scene scene;

	follow(&scene, *state, &plan);
	scene_run(&scene);
	assert_story(scene.record, &scene.request,
		"status validating 0 Following deployment u 1\n"
		"link connecting\n"
		"progress validating 5\n"
		"info validating server Starting {\"deployment_id\":\"u1\"}\n"
		"link polling\n" SUCCESS_STORY("validating"));
	assert_string_equal(peer_request_at(scene.server.peer, 0)->line,
		"GET /api/deploy/progress/u%201 HTTP/1.1");
	assert_int_equal(fractalic_server_asked(&scene.server, FX_STREAM_ROUTE), 0);
	scene_close(&scene);
	/* Unknown, or a server without the route: nothing was touched. */
	plan = (struct fx_plan){0};
	follow(&scene, *state, &plan);
	scene_run(&scene);
	assert_outcome(scene.record, BERTH_REJECTED);
	scene_close(&scene);
	plan = (struct fx_plan){.answers = {[FX_PROGRESS_ROUTE] = {denied}}};
	follow(&scene, *state, &plan);
	scene_run(&scene);
	assert_outcome(scene.record, BERTH_UNREACHED);
	scene_close(&scene);
	/* No longer followed, it goes on. */
	plan = (struct fx_plan){.answers = {[FX_PROGRESS_ROUTE] = {start}}};
	follow(&scene, *state, &plan);
	FLOW_UNTIL(scene.flow, record_log(scene.record, -1, "Starting"));
	flow_cancel(scene.flow, scene.record);
	scene_run(&scene);
	assert_outcome(scene.record, BERTH_UNKNOWN);
	scene_close(&scene);
}

/* Questions go where the request went. */
static void follow_to(
	struct flow *flow, int status, const char *location, enum berth_outcome outcome, int asked)
{
	const struct fx_step last[] = {{FX_REPLY, SUCCESS, 200}, {FX_END}};
	const struct fx_step away[] = {
		{FX_HEADER, location}, {FX_REPLY, "{}", (size_t)status}, {FX_END}};
	const struct fx_plan plan = {
		.answers = {[FX_PROGRESS_ROUTE] = {last}, [FX_OTHER_ROUTE] = {away}}};
	struct scene scene;
	char url[128];

	scene_open(&scene, flow, &plan);
	snprintf(url, sizeof(url), "%s/old", peer_url(scene.server.peer));
	scene.entry.url = url;
	scene.record = flow_attach(flow, &scene.request, "u1");
	scene_run(&scene);
	assert_outcome(scene.record, outcome);
	assert_int_equal(peer_request_count(scene.server.peer), asked);
	scene_close(&scene);
}

static void questions_are_redirected(void **state)
{
	static const char here[] = "Location: /api/deploy/progress/u1";

	follow_to(*state, 307, here, BERTH_DEPLOYED, 2);
	follow_to(*state, 308, here, BERTH_DEPLOYED, 2);
	follow_to(*state, 308, "Location: http://127.0.0.1:1/x", BERTH_UNREACHED, 1);
	follow_to(*state, 302, "Location: /login", BERTH_UNREACHED, 1);
	follow_to(*state, 308, "X-Nothing: here", BERTH_UNREACHED, 1);
	follow_to(*state, 308, "Location: /old", BERTH_UNREACHED, 6);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		FLOW_TEST(without_an_engine_to_ask),
		FLOW_TEST(with_an_engine_that_proves_it),
		FLOW_TEST(before_anything_was_sent),
		FLOW_TEST(while_questions_are_asked),
		FLOW_TEST(after_the_word_nothing_is_cancelled),
		FLOW_TEST(the_time_limit),
		cmocka_unit_test(dropped_in_every_phase),
		FLOW_TEST(bytes_after_silence_are_news),
		FLOW_TEST(a_flood_waits_for_its_reader),
		FLOW_TEST(a_server_without_a_stream),
		FLOW_TEST(the_containers_output_goes_on),
		FLOW_TEST(output_that_cannot_be_had_is_said),
		cmocka_unit_test(dropped_while_it_listens),
		FLOW_TEST(a_deployment_is_followed),
		FLOW_TEST(questions_are_redirected),
	};

	flow_home();
	scene_hurry();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
