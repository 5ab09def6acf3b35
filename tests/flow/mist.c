/*
 * Deployments on a Mist server, followed by asking: its words as our record. What remote-servers.md
 * says of it, documented (seeds 002, 003) and real (3.1 to 3.9), is a scenario here or in the file
 * that is named:
 *
 *   3.1 login, cookie, Secure over http, token, 401 renewed once     mist_login.c
 *   3.1 a deleted user is 500; /api/auth/me                          mist_login.c: lists_that_*,
 *                                                                    mist_cli.c (the doctor)
 *   3.2 a bare deployment, or one in an envelope                     a_deployment_goes_through_*,
 *                                                                    the_deployment_may_come_in_*
 *   3.2 no "error" in an answer; unknown routes are a page with 200  an_answer_that_is_none,
 *                                                                    mist_watch.c: a_page_is_no_*
 *   3.3 apps by project, null where there are none, 403              mist_login.c
 *   3.3 stopDep: there, not there; a stopped one stays open          a_server_that_can_stop_stops,
 *                                                                    a_server_that_cannot_stop_*,
 *                                                                    mist_live.c: a_stopped_one_*
 *   3.4 id 0; members that are left out or null                      a_deployment_may_be_number_0
 *   3.4 stages, "cloning", "pulling", "failed" with progress 0       a_deployment_goes_through_*,
 *                                                                    an_app_that_is_an_image_*,
 *                                                                    a_failed_one_says_why_*
 *   3.4 rows that stay pending or cloning for ever                   a_row_that_waits_too_long_*
 *   3.4 the queue is full, no app, no commit                         what_the_post_is_refused_with
 *   3.5 over: row and log at once; 400 "in progress"; 400 "invalid"; 403; both 404
 *                                                                    mist_watch.c
 *   3.5 the log is Docker's JSON, a value a line                     FILE_TEXT, mist_live.c
 *   3.5 (seed 003) the log is plain text                             FILE_TEXT
 *   3.6 the stream: status, lines with "\n" in them, fragments of JSON, replay from the first byte,
 *       opened too early, an end without Close, no last second       mist_live.c, mist_cuts.c
 *   3.6 pings are answered, and silence                              unit/websocket.c
 *   3.6 (seed 002) an "error" event                                  mist_live.c: what_cannot_be_*
 *   3.6 a build that failed goes on; the reason is in the log        a_failed_one_says_why_*
 *   3.7 a container: state, stop, start, restart, the raw log        server_act.c
 *   3.7 a container's streams: log, stats, their encodings           mist_box.c
 *   3.8 the old container is removed first                           a_failed_one_says_why_*
 */
#include "support/mist_scene.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "target/mist/mist.h"

#define STEP(name, json) static const struct ms_step name[] = {{MS_REPLY, json, 200}, {MS_END}}

STEP(posted, MS_ROW("pending", "pending", 0));
STEP(pending, MS_ROWS(MS_ROW("pending", "pending", 0)));
STEP(cloning, MS_ROWS(MS_ROW("cloning", "cloning", 20)));
STEP(building, MS_ROWS(MS_ROW("building", "building", 50)));
STEP(pulling, MS_ROWS(MS_ROW("building", "pulling", 50)));
STEP(deploying, MS_ROWS(MS_ROW("deploying", "deploying", 80)));
STEP(done, MS_ROWS("{\"id\":400,\"status\":\"failed\"}," MS_DONE_ROW));
STEP(stopped, MS_ROWS(MS_ROW("stopped", "pending", 50)));
STEP(stop_taken, "{\"success\":true,\"data\":null,\"message\":\"stopped\",\"error\":\"\"}");

/* Git's lines, then Docker's JSON: as the file is on the server. */
#define FILE_TEXT                                                                                  \
	"[GIT]: Cloning into '/var/lib/mist/9'...\\n"                                              \
	"{\\\"stream\\\":\\\"Step 1/2 : FROM "                                                     \
	"node:18\\\"}\\r\\n{\\\"stream\\\":\\\"\\\\n\\\"}\\r\\n"                                   \
	"{\\\"status\\\":\\\"Pulling fs "                                                          \
	"layer\\\",\\\"progressDetail\\\":{},\\\"id\\\":\\\"a1\\\"}\\r\\n"                         \
	"{\\\"status\\\":\\\"Downloading\\\",\\\"progressDetail\\\":{\\\"current\\\":5},"          \
	"\\\"id\\\":"                                                                              \
	"\\\"a1\\\"}\\r\\n"                                                                        \
	"{\\\"stream\\\":\\\"warning: old\\\\nERROR: bad\\\\n\\\"}\\r\\n"                          \
	"{\\\"aux\\\":{\\\"ID\\\":\\\"sha256:1\\\"}}\\r\\n"                                        \
	"\\n"                                                                                      \
	"Successfully built"
#define FILE_STORY(stage)                                                                          \
	"info " stage " stdout [GIT]: Cloning into '/var/lib/mist/9'...\n"                         \
	"info " stage " stdout Step 1/2 : FROM node:18\n"                                          \
	"info " stage " stdout Pulling fs layer: a1\n"                                             \
	"warn " stage " stdout warning: old\n"                                                     \
	"error " stage " stdout ERROR: bad\n"                                                      \
	"info " stage " stdout Successfully built\n"

STEP(whole_log, MS_LOG(MS_DONE_ROW, FILE_TEXT));

static void a_deployment_goes_through_its_stages(void **state)
{
	struct mist_scene scene;

	mist_open(&scene, *state,
		&(struct ms_plan){.answers = {[MS_DEPLOY] = {posted},
					  [MS_LIST] = {pending, pending, cloning, cloning, building,
						  deploying, done},
					  [MS_LOGS] = {whole_log}}});
	mist_run(&scene, "api");
	assert_story(scene.record, &scene.request,
		MIST_ASKED "link polling\n"
			   "status cloning 20 Cloning repository from Git\n"
			   "status building 50 Building Docker image\n"
			   "status deploying 80 Deploying container\n"
			   "status success 100 Deployment completed successfully\n" FILE_STORY(
				   "success") MIST_DONE);
	assert_string_equal(scene.record->ending, "completed");
	assert_int_equal(mist_server_asked(&scene.server, MS_DEPLOY), 1);
	assert_int_equal(mist_server_asked(&scene.server, MS_LOGS), 1);
	mist_close(&scene);
}

static const char *detail(const struct berth_result *result, const char *label)
{
	for (size_t i = 0; i < result->detail_count; i++)
		if (!strcmp(result->details[i].label, label))
			return result->details[i].value;
	return "";
}

static void the_card_tells_commit_and_duration(void **state)
{
	struct mist_scene scene;
	char *json;

	mist_open(&scene, *state,
		&(struct ms_plan){.answers = {[MS_DEPLOY] = {posted},
					  [MS_LIST] = {done},
					  [MS_LOGS] = {whole_log}}});
	mist_run(&scene, "api");
	assert_string_equal(detail(scene.record->result, "Id"), "456");
	assert_string_equal(detail(scene.record->result, "Number"), "12");
	assert_string_equal(detail(scene.record->result, "Commit"), "abc123  Update feature");
	assert_string_equal(detail(scene.record->result, "Duration"), "125 s");
	assert_string_equal(detail(scene.record->result, "Container"), "app-9");
	json = berth_event_to_json(scene.record->end);
	assert_non_null(strstr(json, "\"server\":{\"deployment_id\":456}"));
	free(json);
	mist_close(&scene);
}

static void an_app_that_is_an_image_is_pulled(void **state)
{
	struct mist_scene scene;
	char *stages;

	mist_open(&scene, *state,
		&(struct ms_plan){.answers = {[MS_DEPLOY] = {posted},
					  [MS_LIST] = {pending, pulling, deploying, done},
					  [MS_LOGS] = {whole_log}}});
	mist_run(&scene, "api");
	stages = record_stages(scene.record);
	assert_string_equal(
		stages, "pending 0, pulling 50, deploying 80, success 100, completed 100");
	free(stages);
	mist_close(&scene);
}

/* Id 0 is a deployment like others. */
static void a_deployment_may_be_number_0(void **state)
{
	STEP(zero, "{\"id\":0,\"app_id\":9,\"commit_hash\":\"a\",\"status\":\"pending\"}");
	STEP(zero_done,
		MS_ROWS("{\"id\":0,\"app_id\":9,\"status\":\"success\",\"stage\":\"success\"}"));
	STEP(zero_log, MS_LOG("{\"id\":0,\"status\":\"success\"}", "x\\n"));
	struct mist_scene scene;

	mist_open(&scene, *state,
		&(struct ms_plan){.answers = {[MS_DEPLOY] = {zero},
					  [MS_LIST] = {zero_done},
					  [MS_LOGS] = {zero_log}}});
	mist_run(&scene, "api");
	assert_outcome(scene.record, BERTH_DEPLOYED);
	mist_close(&scene);
}

/* --- it fails --- */

static void a_failed_one_says_why_and_falls_nowhere(void **state)
{
	STEP(failed, MS_ROWS(MS_FAILED_ROW("Failed to run container: no such image")));
	STEP(failed_log,
		MS_LOG(MS_FAILED_ROW("Deployment failed: run container failed: no such image"),
			"{\\\"stream\\\":\\\"Step 2/2 : RUN make\\\\n\\\"}\\n"
			"{\\\"errorDetail\\\":{\\\"code\\\":2,\\\"message\\\":\\\"make returned "
			"2\\\"},"
			"\\\"error\\\":\\\"make returned 2\\\"}\\n"));
	struct mist_scene scene;

	mist_open(&scene, *state,
		&(struct ms_plan){.answers = {[MS_DEPLOY] = {posted},
					  [MS_LIST] = {building, deploying, failed},
					  [MS_LOGS] = {failed_log}}});
	mist_run(&scene, "api");
	assert_story(scene.record, &scene.request,
		MIST_ASKED
		"status building 50 Building Docker image\n"
		"link polling\n"
		"status deploying 80 Deploying container\n"
		"info deploying stdout Step 2/2 : RUN make\n"
		"error deploying stderr make returned 2\n"
		"link closed\n"
		"error deploying engine Deployment failed: run container failed: no such image\n"
		"result failed 1 Deployment failed: run container failed: no such image\n"
		"error refused at deploying\n"
		"hint its log says: make returned 2\n");
	assert_string_equal(scene.record->ending, "error");
	assert_int_equal(scene.record->result->failure->last_line_count, 2);
	assert_string_equal(scene.record->result->failure->last_lines[1], "make returned 2");
	/* Nobody asks where a failed one can be reached. */
	assert_int_equal(mist_server_asked(&scene.server, MS_PREVIEW), 0);
	mist_close(&scene);
}

static void a_failure_without_a_reason(void **state)
{
	STEP(failed,
		MS_ROWS("{\"id\":456,\"status\":\"failed\",\"stage\":\"failed\",\"progress\":0}"));
	STEP(no_log, MS_NO("Deployment log file not found", ""));
	const struct ms_step absent[] = {{MS_REPLY, no_log[0].text, 404}, {MS_END}};
	struct mist_scene scene;

	mist_open(&scene, *state,
		&(struct ms_plan){.answers = {[MS_DEPLOY] = {posted},
					  [MS_LIST] = {cloning, failed},
					  [MS_LOGS] = {absent}}});
	mist_run(&scene, "api");
	assert_story(scene.record, &scene.request,
		MIST_ASKED "status cloning 20 Cloning repository from Git\n"
			   "link polling\n"
			   "warn cloning engine Its whole log can't be had: the server said 404: "
			   "Deployment log file not found\n"
			   "link closed\n"
			   "error cloning engine the server gave no reason\n"
			   "result failed 1 the server gave no reason\n"
			   "error refused at cloning\n");
	mist_close(&scene);
}

static void what_the_post_is_refused_with(void **state)
{
	static const struct {
		int status;
		const char *body;
		enum berth_outcome outcome;
		const char *hint;
	} cases[] = {
		{400, MS_NO("invalid request body", "EOF"), BERTH_REJECTED, NULL},
		{403, MS_NO("forbidden", ""), BERTH_UNREACHED, "may not do that"},
		{404, MS_NO("no app", ""), BERTH_REJECTED, NULL},
		{429, MS_NO("slow down", ""), BERTH_UNREACHED, "busy"},
		{500, MS_NO("failed to get app details", "record not found"), BERTH_REJECTED,
			"the app is gone"},
		{500, MS_NO("failed to get latest commit", "dial tcp"), BERTH_FAILED, "GitHub"},
		{500, MS_NO("failed to insert deployment", "disk full"), BERTH_FAILED,
			"own output"},
		{500, MS_NO("failed to add job to queue", "queue is full"), BERTH_FAILED,
			"takes five"},
		{502, "<html><title>Bad Gateway</title></html>", BERTH_UNKNOWN, "before it is"},
		{504, "", BERTH_UNKNOWN, "before it is"},
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		const struct ms_step no[] = {{MS_REPLY, cases[i].body, cases[i].status}, {MS_END}};
		struct mist_scene scene;
		const char *hint;

		mist_open(&scene, *state, &(struct ms_plan){.answers = {[MS_DEPLOY] = {no}}});
		mist_run(&scene, "api");
		assert_outcome(scene.record, cases[i].outcome);
		hint = scene.record->result->failure->hint;
		if (cases[i].hint && (!hint || !strstr(hint, cases[i].hint)))
			fail_msg("case %zu: the hint is '%s'", i, hint ? hint : "");
		/* Made once, whatever comes. */
		assert_int_equal(mist_server_asked(&scene.server, MS_DEPLOY), 1);
		mist_close(&scene);
	}
}

/* "200" with the start page is no success, nor is an answer that names no deployment. */
static void an_answer_that_is_none(void **state)
{
	static const struct ms_step page[] = {{MS_PAGE}, {MS_END}};
	STEP(empty, "{\"success\":true,\"data\":null,\"message\":\"ok\"}");
	STEP(text, "queued");
	static const struct ms_step cut[] = {
		{MS_SEND, "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: "
			  "99\r\n\r\n{\"id\":4"},
		{MS_CLOSE}, {MS_END}};
	static const struct ms_step gone[] = {{MS_CLOSE}, {MS_END}};
	const struct {
		const struct ms_step *answer;
		enum berth_outcome outcome;
	} cases[] = {{page, BERTH_UNREACHED}, {empty, BERTH_UNKNOWN}, {text, BERTH_UNKNOWN},
		{cut, BERTH_UNKNOWN}, {gone, BERTH_UNKNOWN}};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct mist_scene scene;

		mist_open(&scene, *state,
			&(struct ms_plan){.answers = {[MS_DEPLOY] = {cases[i].answer}}});
		mist_run(&scene, "api");
		assert_outcome(scene.record, cases[i].outcome);
		assert_int_equal(mist_server_asked(&scene.server, MS_DEPLOY), 1);
		mist_close(&scene);
	}
}

/* A documented server may put the deployment into its envelope. */
static void the_deployment_may_come_in_an_envelope(void **state)
{
	STEP(wrapped,
		"{\"success\":true,\"data\":" MS_ROW("pending", "pending", 0) ",\"message\":\"\"}");
	struct mist_scene scene;

	mist_open(&scene, *state,
		&(struct ms_plan){.answers = {[MS_DEPLOY] = {wrapped},
					  [MS_LIST] = {done},
					  [MS_LOGS] = {whole_log}}});
	mist_run(&scene, "api");
	assert_outcome(scene.record, BERTH_DEPLOYED);
	mist_close(&scene);
}

/* --- it hangs, or nobody answers --- */

static void a_row_that_waits_too_long_is_called_so_and_followed_on(void **state)
{
	struct mist_pace pace = mist_pace;
	struct mist_scene scene;

	mist_pace.stale_ms = 10;
	mist_open(&scene, *state,
		&(struct ms_plan){.answers = {[MS_DEPLOY] = {posted},
					  [MS_LIST] = {pending, cloning, cloning, cloning, cloning,
						  cloning, cloning, done},
					  [MS_LOGS] = {whole_log}}});
	mist_run(&scene, "api");
	mist_pace = pace;
	assert_outcome(scene.record, BERTH_DEPLOYED);
	assert_non_null(record_log(scene.record, BERTH_WARN,
		"Deployment 456 has been 'cloning' for 0 min: the server may have forgotten it"));
	mist_close(&scene);
}

static void questions_without_an_answer_are_asked_again(void **state)
{
	static const struct ms_step reset[] = {{MS_RESET}, {MS_END}};
	static const struct ms_step fault[] = {
		{MS_REPLY, MS_NO("database is locked", ""), 500}, {MS_END}};
	static const struct ms_step page[] = {{MS_REPLY, "", 502}, {MS_END}};
	struct mist_scene scene;

	mist_open(&scene, *state,
		&(struct ms_plan){
			.answers = {[MS_DEPLOY] = {posted},
				[MS_LIST] = {cloning, reset, fault, page, building, reset, done},
				[MS_LOGS] = {fault, whole_log}}});
	mist_run(&scene, "api");
	assert_story(scene.record, &scene.request,
		MIST_ASKED
		"status cloning 20 Cloning repository from Git\n"
		"link polling\n"
		"debug cloning engine No answer: the connection to 'URL' broke: Recv failure: "
		"Connection reset by peer\n"
		"link reconnecting 1\n"
		"debug cloning engine No answer: the server said 500: database is locked\n"
		"link reconnecting 2\n"
		"debug cloning engine No answer: the server said 502\n"
		"link reconnecting 3\n"
		"status building 50 Building Docker image\n"
		"link polling\n"
		"debug building engine No answer: the connection to 'URL' broke: Recv failure: "
		"Connection reset by peer\n"
		"link reconnecting 1\n"
		"status success 100 Deployment completed successfully\n"
		"debug success engine No answer: the server said 500: database is locked\n"
		"link reconnecting 1\n" FILE_STORY("success") MIST_DONE);
	mist_close(&scene);
}

static void a_server_that_is_gone_leaves_it_unknown(void **state)
{
	static const struct ms_step reset[] = {{MS_RESET}, {MS_END}};
	struct mist_scene scene;

	mist_open(&scene, *state,
		&(struct ms_plan){
			.answers = {[MS_DEPLOY] = {posted}, [MS_LIST] = {building, reset}}});
	mist_run(&scene, "api");
	assert_outcome(scene.record, BERTH_UNKNOWN);
	assert_int_equal(mist_server_asked(&scene.server, MS_LIST), 1 + mist_pace.tries + 1);
	assert_string_equal(scene.record->result->failure->hint,
		"the server goes on without us: berth watch prod 456");
	assert_string_equal(scene.record->result->failure->stage, "building");
	mist_close(&scene);
}

static void a_row_that_disappears_leaves_it_unknown(void **state)
{
	STEP(none, MS_ROWS(""));
	struct mist_scene scene;

	mist_open(&scene, *state,
		&(struct ms_plan){
			.answers = {[MS_DEPLOY] = {posted}, [MS_LIST] = {building, none}}});
	mist_run(&scene, "api");
	assert_outcome(scene.record, BERTH_UNKNOWN);
	assert_non_null(strstr(scene.record->result->message, "does not list deployment 456"));
	mist_close(&scene);
}

/* Finished, and its log or its address can't be had: it is deployed all the same. */
static void the_outcome_does_not_hang_on_log_and_address(void **state)
{
	static const struct ms_step no[] = {
		{MS_REPLY, MS_NO("You do not have permission", "Forbidden"), 403}, {MS_END}};
	struct mist_scene scene;

	mist_open(&scene, *state,
		&(struct ms_plan){.answers = {[MS_DEPLOY] = {posted},
					  [MS_LIST] = {done},
					  [MS_LOGS] = {no},
					  [MS_PREVIEW] = {no}}});
	mist_run(&scene, "api");
	assert_outcome(scene.record, BERTH_DEPLOYED);
	assert_null(scene.record->result->endpoint_url);
	assert_non_null(record_log(scene.record, BERTH_WARN, "Its whole log can't be had"));
	mist_close(&scene);
}

/* --- cancelling --- */

static void cancel_on(struct mist_scene *scene, enum ms_route route, int asked)
{
	FLOW_UNTIL(scene->flow, mist_server_asked(&scene->server, route) >= asked);
	flow_cancel(scene->flow, scene->record);
	mist_wait(scene);
}

static void a_server_that_cannot_stop_goes_on(void **state)
{
	struct mist_scene scene;

	mist_open(&scene, *state,
		&(struct ms_plan){.answers = {[MS_DEPLOY] = {posted}, [MS_LIST] = {cloning}}});
	mist_begin(&scene, "api");
	cancel_on(&scene, MS_LIST, 3);
	assert_outcome(scene.record, BERTH_UNKNOWN);
	assert_int_equal(mist_server_asked(&scene.server, MS_STOP), 0 + 1);
	assert_non_null(record_log(
		scene.record, BERTH_WARN, "This server has no way to stop a deployment"));
	assert_string_equal(scene.record->result->message,
		"no longer followed; the deployment goes on over there");
	assert_string_equal(scene.record->result->failure->hint,
		"the server goes on without us: berth watch prod 456");
	mist_close(&scene);
}

static void a_server_that_can_stop_stops(void **state)
{
	static const struct {
		const struct ms_step *row;
		enum berth_outcome outcome;
	} cases[] = {
		{cloning, BERTH_CANCELED}, {building, BERTH_CANCELED}, {deploying, BERTH_UNKNOWN}};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		/* It is asked for while the second answer is held back. */
		const struct ms_step held[] = {{MS_STALL}, {MS_END}};
		struct mist_scene scene;

		mist_open(&scene, *state,
			&(struct ms_plan){.answers = {[MS_DEPLOY] = {posted},
						  [MS_LIST] = {cases[i].row, held, stopped},
						  [MS_STOP] = {stop_taken}}});
		mist_begin(&scene, "api");
		cancel_on(&scene, MS_LIST, 2);
		assert_outcome(scene.record, cases[i].outcome);
		assert_string_equal(
			mist_server_body(&scene.server, "stopDep"), "{\"deploymentId\":456}");
		/* Its log's route would call it running for ever. */
		assert_int_equal(mist_server_asked(&scene.server, MS_LOGS), 0);
		mist_close(&scene);
	}
}

static void cancelled_while_the_post_is_under_way(void **state)
{
	static const struct ms_step late[] = {
		{MS_PAUSE}, {MS_REPLY, MS_ROW("pending", "pending", 0), 200}, {MS_END}};
	struct mist_scene scene;

	mist_open(&scene, *state,
		&(struct ms_plan){.answers = {[MS_DEPLOY] = {late},
					  [MS_LIST] = {stopped},
					  [MS_STOP] = {stop_taken}}});
	mist_begin(&scene, "api");
	FLOW_UNTIL(scene.flow, peer_paused_count(scene.server.peer) == 1);
	flow_cancel(scene.flow, scene.record);
	peer_release(scene.server.peer);
	mist_wait(&scene);
	assert_outcome(scene.record, BERTH_CANCELED);
	assert_int_equal(mist_server_asked(&scene.server, MS_STOP), 1);
	mist_close(&scene);
}

static void cancelled_before_anything_was_asked_for(void **state)
{
	static const struct ms_step held[] = {{MS_STALL}, {MS_END}};
	static const enum ms_route routes[] = {MS_LOGIN, MS_PROJECTS, MS_APPS};

	for (size_t i = 0; i < sizeof(routes) / sizeof(routes[0]); i++) {
		struct ms_plan plan = {0};
		struct mist_scene scene;

		plan.answers[routes[i]][0] = held;
		mist_open(&scene, *state, &plan);
		mist_begin(&scene, "api");
		cancel_on(&scene, routes[i], 1);
		assert_outcome(scene.record, BERTH_CANCELED);
		assert_int_equal(mist_server_asked(&scene.server, MS_DEPLOY), 0);
		mist_close(&scene);
	}
}

static void stopped_over_there_by_somebody_else(void **state)
{
	struct mist_scene scene;

	mist_open(&scene, *state,
		&(struct ms_plan){
			.answers = {[MS_DEPLOY] = {posted}, [MS_LIST] = {building, stopped}}});
	mist_run(&scene, "api");
	assert_outcome(scene.record, BERTH_FAILED);
	assert_string_equal(
		scene.record->result->message, "deployment 456 was stopped on the server");
	mist_close(&scene);
}

static void the_time_limit_ends_the_following_only(void **state)
{
	struct mist_scene scene;

	mist_open(&scene, *state,
		&(struct ms_plan){.answers = {[MS_DEPLOY] = {posted}, [MS_LIST] = {cloning}}});
	scene.request = mist_request(&scene.entry, "api");
	scene.request.timeout_s = 1;
	scene.record = flow_start(scene.flow, &scene.request, false);
	mist_wait(&scene);
	assert_outcome(scene.record, BERTH_UNKNOWN);
	assert_int_equal(scene.record->result->failure->code, BERTH_E_TIMEOUT);
	assert_int_equal(mist_server_asked(&scene.server, MS_STOP), 0);
	mist_close(&scene);
}

/* The console closes, whatever is under way. */
static void it_can_be_dropped_anywhere(void **state)
{
	static const struct ms_step held[] = {{MS_STALL}, {MS_END}};
	static const enum ms_route asked[] = {
		MS_LOGIN, MS_PROJECTS, MS_APPS, MS_DEPLOY, MS_LIST, MS_LOGS, MS_PREVIEW};

	for (size_t i = 0; i < sizeof(asked) / sizeof(asked[0]); i++) {
		struct ms_plan plan = {.answers = {[MS_DEPLOY] = {posted},
					       [MS_LIST] = {done},
					       [MS_LOGS] = {whole_log}}};
		struct mist_scene scene;
		void *inner;

		flow_setup(&inner);
		plan.answers[asked[i]][0] = held;
		mist_open(&scene, inner, &plan);
		mist_begin(&scene, "api");
		FLOW_UNTIL(scene.flow, mist_server_asked(&scene.server, asked[i]) > 0);
		flow_teardown(&inner);
		mist_close(&scene);
	}
	(void)state;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		MIST_TEST(a_deployment_goes_through_its_stages),
		MIST_TEST(the_card_tells_commit_and_duration),
		MIST_TEST(an_app_that_is_an_image_is_pulled),
		MIST_TEST(a_deployment_may_be_number_0),
		MIST_TEST(a_failed_one_says_why_and_falls_nowhere),
		MIST_TEST(a_failure_without_a_reason),
		MIST_TEST(what_the_post_is_refused_with),
		MIST_TEST(an_answer_that_is_none),
		MIST_TEST(the_deployment_may_come_in_an_envelope),
		MIST_TEST(a_row_that_waits_too_long_is_called_so_and_followed_on),
		MIST_TEST(questions_without_an_answer_are_asked_again),
		MIST_TEST(a_server_that_is_gone_leaves_it_unknown),
		MIST_TEST(a_row_that_disappears_leaves_it_unknown),
		MIST_TEST(the_outcome_does_not_hang_on_log_and_address),
		MIST_TEST(a_server_that_cannot_stop_goes_on),
		MIST_TEST(a_server_that_can_stop_stops),
		MIST_TEST(cancelled_while_the_post_is_under_way),
		MIST_TEST(cancelled_before_anything_was_asked_for),
		MIST_TEST(stopped_over_there_by_somebody_else),
		MIST_TEST(the_time_limit_ends_the_following_only),
		MIST_TEST(it_can_be_dropped_anywhere),
	};

	flow_home();
	mist_hurry();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
