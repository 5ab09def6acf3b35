/* The live stream of a Mist server: what it says, where it breaks, and that nothing is told twice.
 */
#include "support/mist_scene.h"
#include "support/ws_peer.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "target/mist/mist.h"

#define STEP(name, json) static const struct ms_step name[] = {{MS_REPLY, json, 200}, {MS_END}}

STEP(posted, MS_ROW("pending", "pending", 0));
STEP(building, MS_ROWS(MS_ROW("building", "building", 50)));
STEP(done, MS_ROWS(MS_DONE_ROW));
STEP(done_log, MS_LOG(MS_DONE_ROW, "[GIT]: Cloning\\n{\\\"stream\\\":\\\"Step 1\\\\n\\\"}\\n"
				   "{\\\"stream\\\":\\\"Step 2\\\\n\\\"}\\nlast\\n"));
static const struct ms_step live[] = {{MS_REPLY, MS_LIVE, 400}, {MS_END}};

#define STATUS(state, percent, message)                                                            \
	"{\"type\":\"status\",\"timestamp\":\"T\",\"data\":{\"deployment_id\":456,\"status\":"     \
	"\"" state "\",\"stage\":\"" state "\",\"progress\":" #percent ",\"message\":\"" message   \
	"\"}}"
#define LINE(text)                                                                                 \
	"{\"type\":\"log\",\"timestamp\":\"T\",\"data\":{\"line\":\"" text                         \
	"\",\"stream\":\"stdout\",\"timestamp\":\"T\"}}"

static const char *const whole[] = {STATUS("pending", 0, "Deployment queued and waiting to start"),
	STATUS("cloning", 20, "Cloning repository from Git"), LINE("[GIT]: Cloning"),
	STATUS("building", 50, "Building Docker image"), LINE("Step 1\\n"), LINE("Step 2\\n"),
	STATUS("deploying", 80, "Deploying container"),
	STATUS("success", 100, "Deployment completed successfully"), NULL};

#define WHOLE_STORY                                                                                \
	"link live\n"                                                                              \
	"status cloning 20 Cloning repository from Git\n"                                          \
	"info cloning stdout [GIT]: Cloning\n"                                                     \
	"status building 50 Building Docker image\n"                                               \
	"info building stdout Step 1\n"                                                            \
	"info building stdout Step 2\n"                                                            \
	"status deploying 80 Deploying container\n"                                                \
	"status success 100 Deployment completed successfully\n"                                   \
	"info success stdout last\n"

/* Connections one after the other: each gives so many frames of its list (0: all), then ends. */
struct stream {
	const char *const *frames[4];
	size_t given[4];
	size_t bytes[4]; /* of the frame after these, which breaks in the middle */
	bool reset, stays;
	int connections;
};

static int serve(void *context, struct peer_request *request, struct peer_conn *conn)
{
	struct stream *stream = context;
	int nth = stream->connections < 3 ? stream->connections : 3;
	const char *const *frame;
	size_t given;

	while (nth > 0 && !stream->frames[nth])
		nth--;
	given = stream->given[nth];
	stream->connections++;
	if (ws_accept(request, conn))
		return -1;
	for (frame = stream->frames[nth]; *frame; frame++) {
		if (given > 0 && (size_t)(frame - stream->frames[nth]) == given - 1)
			break;
		if (ws_text(conn, *frame))
			return -1;
	}
	if (*frame && stream->bytes[nth] > 0) {
		char bytes[512];
		size_t len = ws_frame(bytes, 0x81, *frame, strlen(*frame));

		peer_send(conn, bytes, stream->bytes[nth] < len ? stream->bytes[nth] : len);
	}
	peer_wait_taken(conn);
	if (stream->stays)
		peer_stall(conn);
	if (stream->reset)
		peer_reset(conn);
	return -1;
}

static struct ms_plan plan_of(struct stream *stream)
{
	return (struct ms_plan){.answers = {[MS_DEPLOY] = {posted},
					[MS_LIST] = {building, done},
					[MS_LOGS] = {done_log}},
		.stream = serve,
		.context = stream};
}

static void a_stream_is_told_as_it_comes(void **state)
{
	struct stream stream = {.frames = {whole}};
	struct ms_plan plan = plan_of(&stream);
	struct mist_scene scene;
	char cookie[64];

	mist_open(&scene, *state, &plan);
	mist_run(&scene, "api");
	assert_story(scene.record, &scene.request, MIST_ASKED WHOLE_STORY MIST_DONE);
	/* One connection, and nobody was asked for the state. */
	assert_int_equal(stream.connections, 1);
	assert_int_equal(mist_server_asked(&scene.server, MS_LIST), 0);
	for (int i = 0; peer_request_at(scene.server.peer, i); i++)
		if (strstr(peer_request_at(scene.server.peer, i)->line, "/logs/stream?id=456 ")) {
			assert_true(peer_request_header(peer_request_at(scene.server.peer, i),
				"Cookie", cookie, sizeof(cookie)));
			assert_string_equal(cookie, "mist_token=jwt-1");
		}
	mist_close(&scene);
}

/* Seed 003, tests 3 and 4: what is there first, then what comes. */
static void a_running_one_is_watched_live(void **state)
{
	struct stream stream = {.frames = {whole}};
	struct ms_plan plan = plan_of(&stream);
	struct mist_scene scene;

	plan.answers[MS_LOGS][0] = live;
	plan.answers[MS_LOGS][1] = done_log;
	mist_open(&scene, *state, &plan);
	mist_watch_it(&scene, "456");
	mist_wait(&scene);
	assert_story(scene.record, &scene.request,
		"status pending 0 Following deployment 456\n"
		"link connecting\n" WHOLE_STORY MIST_DONE);
	assert_int_equal(mist_server_asked(&scene.server, MS_PROJECTS), 0);
	mist_close(&scene);
}

static char *shown(const struct record *record)
{
	char *text = NULL;
	size_t len = 0;
	FILE *out = open_memstream(&text, &len);

	for (size_t i = 0; i < record->count; i++)
		if (record->events[i]->type == BERTH_EVENT_LOG &&
			record->events[i]->stream != BERTH_ENGINE)
			fprintf(out, "%s\n", record->events[i]->message);
	fclose(out);
	return text;
}

static void a_cut_at_every_frame_changes_nothing(void **state)
{
	for (size_t cut = 1; cut <= 9; cut++)
		for (int how = 0; how < 4; how++) {
			struct stream stream = {.frames = {whole, whole},
				.given = {cut},
				.bytes = {(size_t)(how & 1) * 20},
				.reset = how & 2};
			struct ms_plan plan = plan_of(&stream);
			struct mist_scene scene;
			char *text;

			mist_open(&scene, *state, &plan);
			mist_run(&scene, "api");
			assert_outcome(scene.record, BERTH_DEPLOYED);
			text = shown(scene.record);
			assert_string_equal(text, "[GIT]: Cloning\nStep 1\nStep 2\nlast\n");
			free(text);
			assert_in_range(stream.connections, 1, 2);
			mist_close(&scene);
		}
}

/* --- any cuts of a long log --- */

enum { LINES = 400 };

struct long_log {
	unsigned seed;
	int connections;
	char text[LINES * 16];
};

/* Full of lines that are like others. */
static void make_long(struct long_log *log)
{
	size_t len = 0;

	srandom(log->seed);
	for (int i = 0; i < LINES; i++)
		len += (size_t)snprintf(
			log->text + len, sizeof(log->text) - len, "line %ld\n", random() % 7);
}

static int serve_long(void *context, struct peer_request *request, struct peer_conn *conn)
{
	struct long_log *log = context;
	unsigned seed = log->seed * 31 + (unsigned)log->connections++;
	int cut = log->connections < 5 ? rand_r(&seed) % (LINES + 1) : LINES + 1, sent = 0;
	const char *line = log->text;
	char frame[256];

	if (ws_accept(request, conn) || ws_text(conn, STATUS("building", 50, "Building")))
		return -1;
	for (; *line && sent < cut; line += strcspn(line, "\n") + 1, sent++) {
		snprintf(frame, sizeof(frame), LINE("%.*s\\n"), (int)strcspn(line, "\n"), line);
		if (ws_text(conn, frame))
			return -1;
	}
	if (sent < cut)
		ws_text(conn, STATUS("success", 100, "Done"));
	else
		peer_send(conn, "\x81\x20{\"type\":", (size_t)(rand_r(&seed) % 10));
	peer_wait_taken(conn);
	if (rand_r(&seed) % 2)
		peer_reset(conn);
	return -1;
}

static void random_cuts_of_a_long_log(void **state)
{
	for (unsigned seed = 1; seed <= 25; seed++) {
		struct long_log log = {.seed = seed};
		char *json = NULL, *text;
		size_t len = 0;
		FILE *out = open_memstream(&json, &len);
		struct ms_plan plan = {
			.answers = {[MS_DEPLOY] = {posted}}, .stream = serve_long, .context = &log};
		struct mist_scene scene;

		make_long(&log);
		fprintf(out, "{\"data\":{\"deployment\":" MS_DONE_ROW ",\"logs\":\"");
		for (const char *c = log.text; *c; c++)
			fprintf(out, *c == '\n' ? "\\n" : "%c", *c);
		fprintf(out, "\"},\"success\":true}");
		fclose(out);
		{
			const struct ms_step rest[] = {{MS_REPLY, json, 200}, {MS_END}};

			plan.answers[MS_LOGS][0] = rest;
			mist_open(&scene, *state, &plan);
			mist_run(&scene, "api");
			mist_close(&scene);
		}
		assert_outcome(scene.record, BERTH_DEPLOYED);
		text = shown(scene.record);
		if (strcmp(text, log.text) != 0)
			fail_msg("seed %u: the log is not the server's", seed);
		free(text);
		free(json);
	}
}

/* --- without a stream --- */

static void a_server_without_a_stream_is_asked(void **state)
{
	static const struct ms_step page[] = {{MS_PAGE}, {MS_END}};
	static const struct ms_step absent[] = {
		{MS_REPLY, MS_NO("deployment not found", ""), 404}, {MS_END}};
	const struct ms_step *const cases[] = {page, absent};

	for (size_t i = 0; i < 2; i++) {
		struct mist_scene scene;

		mist_open(&scene, *state,
			&(struct ms_plan){.answers = {[MS_DEPLOY] = {posted},
						  [MS_LOGS] = {done_log},
						  [MS_LIST] = {building, done},
						  [MS_STREAM] = {cases[i]}}});
		mist_run(&scene, "api");
		assert_outcome(scene.record, BERTH_DEPLOYED);
		assert_non_null(record_log(scene.record, BERTH_INFO, "No live stream: "));
		assert_int_equal(mist_server_asked(&scene.server, MS_STREAM), 1);
		mist_close(&scene);
	}
}

static void a_stream_that_breaks_again_and_again_is_given_up(void **state)
{
	static const char *const first[] = {
		STATUS("building", 50, "Building"), LINE("[GIT]: Cloning"), NULL};
	struct stream stream = {.frames = {first}};
	struct ms_plan plan = plan_of(&stream);
	struct mist_scene scene;
	char *text;

	mist_open(&scene, *state, &plan);
	mist_run(&scene, "api");
	assert_outcome(scene.record, BERTH_DEPLOYED);
	assert_int_equal(stream.connections, 1 + mist_pace.tries);
	assert_non_null(record_log(scene.record, BERTH_INFO, "the server is asked instead"));
	text = shown(scene.record);
	assert_string_equal(text, "[GIT]: Cloning\nStep 1\nStep 2\nlast\n");
	free(text);
	mist_close(&scene);
}

/* What is known by its id alone is found in the lists then. */
static void a_watched_one_without_a_stream_is_found(void **state)
{
	static const struct ms_step page[] = {{MS_PAGE}, {MS_END}};
	struct mist_scene scene;

	mist_open(&scene, *state,
		&(struct ms_plan){.answers = {[MS_LOGS] = {live, done_log},
					  [MS_LIST] = {building, building, done},
					  [MS_STREAM] = {page}}});
	mist_watch_it(&scene, "456");
	mist_wait(&scene);
	assert_outcome(scene.record, BERTH_DEPLOYED);
	assert_int_equal(mist_server_asked(&scene.server, MS_STREAM), 1);
	mist_close(&scene);
}

/* --- what else it says --- */

static void what_cannot_be_read_is_passed_over(void **state)
{
	static const char *const odd[] = {"", "{", "[1]", "{\"type\":5}", "{\"type\":\"log\"}",
		"{\"type\":\"log\",\"data\":{\"line\":7}}", "{\"type\":\"progress\",\"data\":{}}",
		"{\"type\":\"error\",\"data\":{\"message\":\"Log file not found\"}}",
		STATUS("building", 50, "Building Docker image"), LINE("caf\\u00e9 \\ud83d\\n"),
		STATUS("success", 100, "Done"), NULL};
	struct stream stream = {.frames = {odd}};
	struct ms_plan plan = plan_of(&stream);
	struct mist_scene scene;

	mist_open(&scene, *state, &plan);
	mist_run(&scene, "api");
	/* An error of the log's reader is no failure. */
	assert_outcome(scene.record, BERTH_DEPLOYED);
	assert_non_null(
		record_log(scene.record, BERTH_ERROR, "The server says: Log file not found"));
	assert_non_null(record_log(scene.record, -1, "caf\u00e9 \ufffd"));
	assert_int_equal(stream.connections, 1);
	mist_close(&scene);
}

static void a_failure_is_the_rows_word(void **state)
{
	STEP(log, MS_LOG(MS_FAILED_ROW("Deployment failed: run"), "Step 1\\n"));
	static const char *const fails[] = {STATUS("building", 50, "Building"), LINE("Step 1\\n"),
		"{\"type\":\"status\",\"data\":{\"deployment_id\":456,\"status\":\"failed\","
		"\"stage\":\"failed\",\"progress\":0,\"message\":\"Deployment failed\","
		"\"error_message\":\"Failed to run\"}}",
		NULL};
	struct stream stream = {.frames = {fails}};
	struct ms_plan plan = plan_of(&stream);
	struct mist_scene scene;

	plan.answers[MS_LOGS][0] = log;
	mist_open(&scene, *state, &plan);
	mist_run(&scene, "api");
	assert_outcome(scene.record, BERTH_FAILED);
	assert_string_equal(scene.record->result->message, "Deployment failed: run");
	assert_string_equal(scene.record->result->failure->stage, "building");
	mist_close(&scene);
}

/* Its stream would stay open for ever. */
static void a_stopped_one_ends(void **state)
{
	static const char *const stops[] = {STATUS("building", 50, "Building"),
		"{\"type\":\"status\",\"data\":{\"status\":\"stopped\",\"stage\":\"pending\","
		"\"progress\":50}}",
		NULL};
	struct stream stream = {.frames = {stops}, .stays = true};
	struct ms_plan plan = plan_of(&stream);
	struct mist_scene scene;

	mist_open(&scene, *state, &plan);
	mist_run(&scene, "api");
	assert_outcome(scene.record, BERTH_FAILED);
	mist_close(&scene);
}

/* A stream that was opened before there was a log is opened again when it leaves the queue. */
static void a_stream_opened_too_early_is_opened_again(void **state)
{
	static const char *const deaf[] = {
		STATUS("pending", 0, "Queued"), STATUS("cloning", 20, "Cloning"), NULL};
	struct stream stream = {.frames = {deaf, whole}, .stays = false};
	struct ms_plan plan = plan_of(&stream);
	struct mist_pace pace = mist_pace;
	struct mist_scene scene;

	mist_pace.early_ms = 0;
	mist_open(&scene, *state, &plan);
	mist_run(&scene, "api");
	mist_pace = pace;
	assert_outcome(scene.record, BERTH_DEPLOYED);
	assert_int_equal(stream.connections, 2);
	/* It did not break. */
	for (size_t i = 0; i < scene.record->count; i++)
		assert_false(scene.record->events[i]->type == BERTH_EVENT_LINK &&
			     scene.record->events[i]->link == BERTH_RECONNECTING);
	mist_close(&scene);
}

static void it_is_cancelled_in_the_stream(void **state)
{
	STEP(stop_taken, "{\"success\":true,\"data\":null}");
	STEP(stopped, MS_ROWS(MS_ROW("stopped", "pending", 50)));
	static const char *const first[] = {STATUS("building", 50, "Building"), NULL};
	struct stream stream = {.frames = {first}, .stays = true};
	struct ms_plan plan = plan_of(&stream);
	struct mist_scene scene;

	plan.answers[MS_STOP][0] = stop_taken;
	plan.answers[MS_LIST][0] = stopped;
	plan.answers[MS_LIST][1] = NULL;
	mist_open(&scene, *state, &plan);
	mist_begin(&scene, "api");
	FLOW_UNTIL(scene.flow, !strcmp(scene.record->stage, "building"));
	flow_cancel(scene.flow, scene.record);
	mist_wait(&scene);
	assert_outcome(scene.record, BERTH_CANCELED);
	assert_int_equal(stream.connections, 1);
	mist_close(&scene);
}

static void it_is_dropped_in_the_stream(void **state)
{
	static const char *const first[] = {STATUS("building", 50, "Building"), NULL};
	struct stream stream = {.frames = {first}, .stays = true};
	struct ms_plan plan = plan_of(&stream);
	struct mist_scene scene;
	void *inner;

	(void)state;
	flow_setup(&inner);
	mist_open(&scene, inner, &plan);
	mist_begin(&scene, "api");
	FLOW_UNTIL(scene.flow, !strcmp(scene.record->stage, "building"));
	flow_teardown(&inner);
	mist_close(&scene);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		MIST_TEST(a_stream_is_told_as_it_comes),
		MIST_TEST(a_running_one_is_watched_live),
		MIST_TEST(a_cut_at_every_frame_changes_nothing),
		MIST_TEST(random_cuts_of_a_long_log),
		MIST_TEST(a_server_without_a_stream_is_asked),
		MIST_TEST(a_stream_that_breaks_again_and_again_is_given_up),
		MIST_TEST(a_watched_one_without_a_stream_is_found),
		MIST_TEST(what_cannot_be_read_is_passed_over),
		MIST_TEST(a_failure_is_the_rows_word),
		MIST_TEST(a_stopped_one_ends),
		MIST_TEST(a_stream_opened_too_early_is_opened_again),
		MIST_TEST(it_is_cancelled_in_the_stream),
		MIST_TEST(it_is_dropped_in_the_stream),
	};

	flow_home();
	mist_hurry();
	mist_pace.live = true;
	return cmocka_run_group_tests(tests, NULL, NULL);
}
