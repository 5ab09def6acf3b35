/* Deployments of a Mist server that are only looked at: over or running, as seed 003 has it. */
#include "support/mist_scene.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define STEP(name, json) static const struct ms_step name[] = {{MS_REPLY, json, 200}, {MS_END}}

#define LOG "Step 1/2 : FROM node:18\\nStep 2/2 : RUN npm install\\n"
#define LOG_STORY(stage)                                                                           \
	"info " stage " stdout Step 1/2 : FROM node:18\n"                                          \
	"info " stage " stdout Step 2/2 : RUN npm install\n"
#define WATCH_HEAD                                                                                 \
	"status pending 0 Following deployment 456\n"                                              \
	"link connecting\n"

STEP(done_log, MS_LOG(MS_DONE_ROW, LOG));
STEP(failed_log, MS_LOG(MS_FAILED_ROW("build failed: exit 2"), LOG));
STEP(building, MS_ROWS(MS_ROW("building", "building", 50)));
STEP(deploying, MS_ROWS(MS_ROW("deploying", "deploying", 80)));
STEP(done, MS_ROWS(MS_DONE_ROW));
static const struct ms_step live[] = {{MS_REPLY, MS_LIVE, 400}, {MS_END}};
static const struct ms_step none[] = {{MS_REPLY, MS_ROWS(""), 200}, {MS_END}};

static void watch(struct mist_scene *scene, void **state, const struct ms_plan *plan)
{
	mist_open(scene, *state, plan);
	mist_watch_it(scene, "456");
	mist_wait(scene);
}

/* Seed 003, test 1. */
static void one_that_succeeded_opens_at_once(void **state)
{
	struct mist_scene scene;

	watch(&scene, state, &(struct ms_plan){.answers = {[MS_LOGS] = {done_log}}});
	assert_story(scene.record, &scene.request,
		WATCH_HEAD "status success 100 Deployment completed successfully\n" LOG_STORY(
			"success") MIST_DONE);
	assert_string_equal(scene.record->ending, "completed");
	assert_int_equal(scene.record->result->duration_ms, 125000);
	/* One question gave it all, and nothing was opened. */
	assert_int_equal(mist_server_asked(&scene.server, MS_LOGS), 1);
	assert_int_equal(mist_server_asked(&scene.server, MS_LIST), 0);
	assert_int_equal(mist_server_asked(&scene.server, MS_STREAM), 0);
	mist_close(&scene);
}

/* Seed 003, test 2. */
static void one_that_failed_opens_at_once(void **state)
{
	struct mist_scene scene;

	watch(&scene, state, &(struct ms_plan){.answers = {[MS_LOGS] = {failed_log}}});
	assert_story(scene.record, &scene.request,
		WATCH_HEAD LOG_STORY("pending") "link closed\n"
						"error pending engine build failed: exit 2\n"
						"result failed 1 build failed: exit 2\n"
						"error refused at building\n");
	assert_int_equal(scene.record->result->failure->last_line_count, 2);
	assert_int_equal(scene.record->result->duration_ms, 31000);
	mist_close(&scene);
}

/* Seed 003, tests 3 and 4: by the lists, which no deployment is in by its id alone. */
static void one_that_runs_is_followed_to_its_end(void **state)
{
	struct mist_scene scene;

	watch(&scene, state,
		&(struct ms_plan){
			.answers = {[MS_LOGS] = {live, done_log},
				[MS_LIST] = {none, building, building, deploying, done}}});
	assert_story(scene.record, &scene.request,
		WATCH_HEAD "status building 50 Building Docker image\n"
			   "link polling\n"
			   "status deploying 80 Deploying container\n"
			   "status success 100 Deployment completed successfully\n" LOG_STORY(
				   "success") MIST_DONE);
	assert_int_equal(mist_server_asked(&scene.server, MS_STREAM), 0);
	assert_int_equal(mist_server_asked(&scene.server, MS_DEPLOY), 0);
	mist_close(&scene);
}

static void one_in_no_list_is_followed_by_its_log(void **state)
{
	struct mist_scene scene;

	watch(&scene, state,
		&(struct ms_plan){
			.answers = {[MS_LOGS] = {live, live, live, done_log}, [MS_LIST] = {none}}});
	assert_outcome(scene.record, BERTH_DEPLOYED);
	assert_non_null(record_log(scene.record, BERTH_WARN, "its stages are not known"));
	assert_int_equal(mist_server_asked(&scene.server, MS_LOGS), 4);
	mist_close(&scene);
}

static void what_the_server_does_not_know_is_exit_2(void **state)
{
	static const struct ms_step unknown[] = {
		{MS_REPLY, MS_NO("deployment not found", "record not found"), 404}, {MS_END}};
	static const struct ms_step invalid[] = {
		{MS_REPLY, MS_NO("invalid deployment id", "strconv"), 400}, {MS_END}};
	const struct ms_step *const cases[] = {unknown, invalid};

	for (size_t i = 0; i < 2; i++) {
		struct mist_scene scene;

		watch(&scene, state, &(struct ms_plan){.answers = {[MS_LOGS] = {cases[i]}}});
		assert_outcome(scene.record, BERTH_REJECTED);
		mist_close(&scene);
	}
}

static void what_is_no_id_is_asked_nobody(void **state)
{
	static const char *const ids[] = {"web", "-1", "1e3", "99999999999999999999", "4.5"};

	for (size_t i = 0; i < sizeof(ids) / sizeof(ids[0]); i++) {
		struct mist_scene scene;

		mist_open(&scene, *state, &(struct ms_plan){0});
		mist_watch_it(&scene, ids[i]);
		mist_wait(&scene);
		assert_outcome(scene.record, BERTH_REJECTED);
		assert_non_null(strstr(scene.record->result->message, "whole numbers"));
		assert_int_equal(peer_request_count(scene.server.peer), 0);
		mist_close(&scene);
	}
}

static void one_that_is_not_ones_own_is_exit_3(void **state)
{
	static const struct ms_step no[] = {
		{MS_REPLY, MS_NO("Access denied", "You don't have access to this deployment"), 403},
		{MS_END}};
	struct mist_scene scene;

	watch(&scene, state, &(struct ms_plan){.answers = {[MS_LOGS] = {no}}});
	assert_outcome(scene.record, BERTH_UNREACHED);
	assert_non_null(strstr(scene.record->result->message, "Access denied"));
	mist_close(&scene);
}

/* The start page, with 200, for a route that is not there. */
static void a_page_is_no_success(void **state)
{
	static const struct ms_step page[] = {{MS_PAGE}, {MS_END}};
	struct mist_scene scene;

	watch(&scene, state, &(struct ms_plan){.answers = {[MS_LOGS] = {page}}});
	assert_outcome(scene.record, BERTH_UNREACHED);
	assert_non_null(strstr(scene.record->result->message, "has no such route"));
	mist_close(&scene);
}

static void one_that_is_over_without_a_log(void **state)
{
	static const struct ms_step no_file[] = {
		{MS_REPLY, MS_NO("Deployment log file not found", ""), 404}, {MS_END}};
	struct mist_scene scene;

	watch(&scene, state,
		&(struct ms_plan){.answers = {[MS_LOGS] = {no_file}, [MS_LIST] = {done}}});
	assert_outcome(scene.record, BERTH_DEPLOYED);
	assert_non_null(record_log(scene.record, BERTH_WARN, "Its log can't be had"));
	assert_int_equal(mist_server_asked(&scene.server, MS_LOGS), 1);
	mist_close(&scene);
	watch(&scene, state,
		&(struct ms_plan){.answers = {[MS_LOGS] = {no_file}, [MS_LIST] = {none}}});
	assert_outcome(scene.record, BERTH_UNKNOWN);
	mist_close(&scene);
}

static void a_question_is_asked_again_while_the_server_is_away(void **state)
{
	static const struct ms_step reset[] = {{MS_RESET}, {MS_END}};
	static const struct ms_step gateway[] = {{MS_REPLY, "", 502}, {MS_END}};
	struct mist_scene scene;

	watch(&scene, state,
		&(struct ms_plan){.answers = {[MS_LOGS] = {reset, gateway, done_log}}});
	assert_outcome(scene.record, BERTH_DEPLOYED);
	mist_close(&scene);
	watch(&scene, state, &(struct ms_plan){.answers = {[MS_LOGS] = {reset}}});
	assert_outcome(scene.record, BERTH_UNKNOWN);
	mist_close(&scene);
}

static void one_that_hangs_since_long_is_called_so(void **state)
{
	STEP(old,
		MS_ROWS("{\"id\":456,\"app_id\":9,\"status\":\"pending\",\"stage\":\"pending\","
			"\"progress\":0,\"created_at\":\"2020-01-01T00:00:00.123456789+05:30\"}"));
	const struct berth_event *event;
	struct mist_scene scene;

	watch(&scene, state,
		&(struct ms_plan){.answers = {[MS_LOGS] = {live, done_log},
					  [MS_LIST] = {old, old, old, old, done}}});
	assert_outcome(scene.record, BERTH_DEPLOYED);
	event = record_log(scene.record, BERTH_WARN, "has been 'pending' for ");
	assert_non_null(event);
	/* Said once, and again only when it is twice as old. */
	for (size_t i = 0; i < scene.record->count; i++)
		if (scene.record->events[i] != event &&
			scene.record->events[i]->type == BERTH_EVENT_LOG)
			assert_null(strstr(scene.record->events[i]->message, "has been 'pending'"));
	mist_close(&scene);
}

/* It is somebody's: who stops looking stops nothing. */
static void cancelling_ends_the_watching_only(void **state)
{
	struct mist_scene scene;

	mist_open(&scene, *state,
		&(struct ms_plan){.answers = {[MS_LOGS] = {live}, [MS_LIST] = {building}}});
	mist_watch_it(&scene, "456");
	FLOW_UNTIL(scene.flow, mist_server_asked(&scene.server, MS_LIST) > 3);
	flow_cancel(scene.flow, scene.record);
	mist_wait(&scene);
	assert_outcome(scene.record, BERTH_UNKNOWN);
	assert_int_equal(mist_server_asked(&scene.server, MS_STOP), 0);
	mist_close(&scene);
}

/* More than a queue holds: it waits for who reads, and nothing is left out. */
static void a_long_log_is_told_whole(void **state)
{
	enum { LINES = 3000, LENGTH = 4000 };
	char *json = NULL;
	size_t len = 0, seen = 0;
	FILE *out = open_memstream(&json, &len);
	struct mist_scene scene;

	fprintf(out, "{\"data\":{\"deployment\":" MS_DONE_ROW ",\"logs\":\"");
	for (int i = 0; i < LINES; i++)
		fprintf(out, "{\\\"stream\\\":\\\"line %d with %0*d\\\\n\\\"}\\n", i, LENGTH, 0);
	fprintf(out, "\"},\"message\":\"\",\"success\":true}");
	fclose(out);
	{
		const struct ms_step whole[] = {{MS_REPLY, json, 200}, {MS_END}};

		watch(&scene, state, &(struct ms_plan){.answers = {[MS_LOGS] = {whole}}});
	}
	assert_outcome(scene.record, BERTH_DEPLOYED);
	for (size_t i = 0; i < scene.record->count; i++) {
		char start[32];

		snprintf(start, sizeof(start), "line %zu with", seen);
		if (scene.record->events[i]->type == BERTH_EVENT_LOG &&
			!strncmp(scene.record->events[i]->message, start, strlen(start)))
			seen++;
	}
	assert_int_equal(seen, LINES);
	free(json);
	mist_close(&scene);
}

#define HALF_HEAD "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: "
#define HALF_ROW  "{\"data\":{\"deployment\":" MS_DONE_ROW ",\"logs\":\""

static bool has_line(const struct record *record, const char *line)
{
	for (size_t i = 0; i < record->count; i++)
		if (record->events[i]->type == BERTH_EVENT_LOG &&
			!strcmp(record->events[i]->message, line))
			return true;
	return false;
}

/* The first lines do not wait for the last. */
static void lines_are_told_while_they_come(void **state)
{
	static const struct ms_step halves[] = {
		{MS_SEND, HALF_HEAD "1000000\r\n\r\n" HALF_ROW "one\\ntwo\\nthr", 0}, {MS_PAUSE},
		{MS_RESET}};
	static const struct ms_step whole[] = {
		{MS_REPLY, MS_LOG(MS_DONE_ROW, "one\\ntwo\\nthree\\nfour"), 200}, {MS_END}};
	struct ms_plan plan = {.answers = {[MS_LOGS] = {halves, whole}}};
	struct mist_scene scene;

	mist_open(&scene, *state, &plan);
	mist_watch_it(&scene, "456");
	FLOW_UNTIL(scene.flow, has_line(scene.record, "two"));
	assert_null(scene.record->result);
	assert_false(has_line(scene.record, "thr"));
	/* It breaks off: the log is fetched again, and no line is told twice. */
	peer_release(scene.server.peer);
	mist_wait(&scene);
	assert_outcome(scene.record, BERTH_DEPLOYED);
	assert_int_equal(mist_server_asked(&scene.server, MS_LOGS), 2);
	{
		static const char *const lines[] = {"one", "two", "three", "four"};
		size_t next = 0;

		for (size_t i = 0; i < scene.record->count; i++)
			if (scene.record->events[i]->type == BERTH_EVENT_LOG && next < 4 &&
				scene.record->events[i]->stream == BERTH_STDOUT)
				assert_string_equal(
					scene.record->events[i]->message, lines[next++]);
		assert_int_equal(next, 4);
	}
	mist_close(&scene);
}

/* A server that says the row behind the log. */
static void a_row_behind_its_log(void **state)
{
	static const struct ms_step other[] = {
		{MS_REPLY,
			"{\"success\":true,\"data\":{\"logs\":\"one\\ntwo\","
			"\"deployment\":" MS_DONE_ROW "}}",
			200},
		{MS_END}};
	struct mist_scene scene;

	watch(&scene, state, &(struct ms_plan){.answers = {[MS_LOGS] = {other}}});
	assert_outcome(scene.record, BERTH_DEPLOYED);
	for (size_t i = 0; i < scene.record->count; i++)
		if (scene.record->events[i]->type == BERTH_EVENT_LOG &&
			!strcmp(scene.record->events[i]->message, "one"))
			assert_string_equal(scene.record->events[i]->stage, "success");
	assert_true(has_line(scene.record, "one") && has_line(scene.record, "two"));
	mist_close(&scene);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		MIST_TEST(one_that_succeeded_opens_at_once),
		MIST_TEST(one_that_failed_opens_at_once),
		MIST_TEST(one_that_runs_is_followed_to_its_end),
		MIST_TEST(one_in_no_list_is_followed_by_its_log),
		MIST_TEST(what_the_server_does_not_know_is_exit_2),
		MIST_TEST(what_is_no_id_is_asked_nobody),
		MIST_TEST(one_that_is_not_ones_own_is_exit_3),
		MIST_TEST(a_page_is_no_success),
		MIST_TEST(one_that_is_over_without_a_log),
		MIST_TEST(a_question_is_asked_again_while_the_server_is_away),
		MIST_TEST(one_that_hangs_since_long_is_called_so),
		MIST_TEST(cancelling_ends_the_watching_only),
		MIST_TEST(a_long_log_is_told_whole),
		MIST_TEST(lines_are_told_while_they_come),
		MIST_TEST(a_row_behind_its_log),
	};

	flow_home();
	mist_hurry();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
