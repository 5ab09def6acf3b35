/*
 * What is deployed on a server, listed, looked at, stopped, restarted, removed, and its last lines.
 * Of remote-servers.md these are here:
 *
 *   repo-deployer: stop, restart and delete are looked at again (2.2)   deployer_*
 *   ... restart of what is stopped says "running" and starts nothing    deployer_restart_*
 *   ... delete ignores that stopping failed                             deployer_removal_*
 *   ... stop fails with docker-compose 1 (2.3.3)                        deployer_stop_that_fails
 *   ... there is no list of all records (2.1)                           deployer_lists_by_asking
 *   Mist: state, "not_found", `uptime` is a time (3.7)                  mist_lists_apps
 *   ... stop, start, restart by query; 403 for others (3.3)             mist_stop_*, mist_restart_*
 *   ... the raw stream of the engine as a log (3.7)                     mist_log_lines
 *   Fractalic: no such routes (1.1)                                     fractalic_can_do_nothing
 */
#include <berth/remote.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "support/deployer_server.h"
#include "support/mist_scene.h"
#include "target/mist/mist_frames.h"

#define STEP(name, json) static const struct ds_step name[] = {{DS_REPLY, json, 200}, {DS_END}}
#define STEP_AT(name, status, json)                                                                \
	static const struct ds_step name[] = {{DS_REPLY, json, status}, {DS_END}}
#define MIST_STEP(name, status, json)                                                              \
	static const struct ms_step name[] = {{MS_REPLY, json, status}, {MS_END}}
#define MIST_STATE(status, state)                                                                  \
	"{\"success\":true,\"data\":{\"name\":\"app-9\",\"status\":\"" status                      \
	"\",\"state\":\"" state "\",\"uptime\":\"2026-11-20T10:00:00.5Z\",\"healthy\":true},"      \
	"\"message\":\"\",\"error\":\"\"}"

STEP(running, DS_ROW("running", DS_ID, "null", "\"one\\ntwo\\n\""));
STEP(stopped, DS_ROW("stopped", DS_ID, "null", "\"\""));
STEP(errored, DS_ROW("error", "null", "\"compose failed\\nlong\"", "null"));
STEP(building, DS_ROW("running", "null", "null", "null"));
STEP_AT(gone, 404, DS_DETAIL("Deployment not found"));
STEP(deleted, "{\"status\":\"success\",\"message\":\"Deployment deleted\",\"deployment_id\":7}");

/* What came of one deed, a line for each thing that was told. */
struct told {
	char text[4096];
	bool over;
	struct berth_error err;
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
	add(context, "%s %s: %s%s%s\n", remote->id, remote->name, remote->state,
		remote->problem[0] ? ", " : "", remote->problem);
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

	add(told, "done %s\n", remote ? remote->state : "-");
	if (err)
		told->err = *err;
	told->over = true;
}

static void act(struct flow *flow, const struct berth_deployment *target, enum berth_deed deed,
	const char *word, struct told *told)
{
	struct berth_error err = {0};

	*told = (struct told){0};
	if (berth_engine_remote(flow->engine, target,
		    &(struct berth_deed_request){
			    deed, word, on_row, on_line, on_note, on_done, told},
		    &err) < 0)
		fail_msg("%s", err.message);
	LOOP_UNTIL(&flow->loop, told->over);
}

/* --- a Smart Deployment System --- */

static void run_deployer(struct flow *flow, const struct ds_plan *plan, enum berth_deed deed,
	const char *word, struct told *told, struct deployer_server *server)
{
	struct berth_server entry;
	struct berth_deployment request;

	deployer_server_start(server, plan);
	request = deployer_request(&entry, server);
	act(flow, &request, deed, word, told);
}

#define DEPLOYER(plan, deed, word)                                                                 \
	struct deployer_server server;                                                             \
	struct told told;                                                                          \
	run_deployer(*state, &(struct ds_plan)plan, deed, word, &told, &server)
#define ANSWERS(...)                                                                               \
	{                                                                                          \
		.answers = { __VA_ARGS__ }                                                         \
	}

static void deployer_lists_by_asking(void **state)
{
	DEPLOYER(ANSWERS([DS_GET] = {gone, running, building, errored, gone}), BERTH_DEED_LIST,
		NULL);
	assert_string_equal(told.text, "7 acme-shop: running\n7 acme-shop: building\n"
				       "7 acme-shop: failed, compose failed\ndone -\n");
	assert_int_equal(told.err.code, BERTH_E_OK);
	deployer_server_stop(&server);
}

static void deployer_finds_by_name(void **state)
{
	DEPLOYER(ANSWERS([DS_GET] = {gone, running}), BERTH_DEED_LOGS, "acme/shop");
	assert_non_null(strstr(told.text, "stdout one\nstdout two\nnote "));
	deployer_server_stop(&server);
}

static void deployer_says_what_it_has_not(void **state)
{
	static const char *const words[] = {"7", "nothing"};

	for (size_t i = 0; i < 2; i++) {
		DEPLOYER(ANSWERS([DS_GET] = {gone}), BERTH_DEED_STOP, words[i]);
		assert_int_equal(told.err.code, BERTH_E_NOT_FOUND);
		assert_int_equal(deployer_server_asked(&server, DS_STOP), 0);
		deployer_server_stop(&server);
	}
}

static void deployer_stops(void **state)
{
	DEPLOYER(ANSWERS([DS_GET] = {running, stopped}, [DS_STOP] = {stopped}), BERTH_DEED_STOP,
		"7");
	assert_string_equal(told.text, "done stopped\n");
	assert_int_equal(told.err.code, BERTH_E_OK);
	assert_int_equal(deployer_server_asked(&server, DS_GET), 2);
	deployer_server_stop(&server);
}

static void deployer_stop_that_fails(void **state)
{
	DEPLOYER(ANSWERS([DS_GET] = {running}), BERTH_DEED_STOP, "7");
	assert_string_equal(told.text, "done running\n");
	assert_non_null(strstr(told.err.message, "did not stop it, and says that it is running"));
	assert_non_null(strstr(told.err.message, "Failed to stop deployment"));
	deployer_server_stop(&server);
}

static void deployer_stop_that_is_none(void **state)
{
	DEPLOYER(ANSWERS([DS_GET] = {running}, [DS_STOP] = {stopped}), BERTH_DEED_STOP, "7");
	assert_int_equal(told.err.code, BERTH_E_REFUSED);
	assert_non_null(strstr(told.err.message, "is not stopped"));
	deployer_server_stop(&server);
}

static void deployer_restarts(void **state)
{
	DEPLOYER(ANSWERS([DS_GET] = {running}, [DS_RESTART] = {running}), BERTH_DEED_RESTART, "7");
	assert_int_equal(told.err.code, BERTH_E_OK);
	assert_int_equal(deployer_server_asked(&server, DS_RESTART), 1);
	deployer_server_stop(&server);
}

static void deployer_restart_of_what_is_stopped(void **state)
{
	DEPLOYER(ANSWERS([DS_GET] = {stopped}, [DS_RESTART] = {running}), BERTH_DEED_RESTART, "7");
	assert_int_equal(told.err.code, BERTH_E_REFUSED);
	assert_non_null(strstr(told.err.message, "start nothing"));
	assert_int_equal(deployer_server_asked(&server, DS_RESTART), 0);
	deployer_server_stop(&server);
}

static void deployer_removal_stops_first(void **state)
{
	DEPLOYER(ANSWERS([DS_GET] = {running, stopped, gone}, [DS_STOP] = {stopped},
			 [DS_DELETE] = {deleted}),
		BERTH_DEED_REMOVE, "7");
	assert_string_equal(told.text, "done -\n");
	assert_int_equal(told.err.code, BERTH_E_OK);
	deployer_server_stop(&server);
}

static void deployer_removal_leaves_what_runs(void **state)
{
	DEPLOYER(ANSWERS([DS_GET] = {running}, [DS_DELETE] = {deleted}), BERTH_DEED_REMOVE, "7");
	assert_non_null(strstr(told.err.message, "runs all the same: it is not removed"));
	assert_int_equal(deployer_server_asked(&server, DS_DELETE), 0);
	deployer_server_stop(&server);
}

static void deployer_removal_of_a_failed_one_says_what_may_be_left(void **state)
{
	DEPLOYER(ANSWERS([DS_GET] = {errored, errored, gone}, [DS_DELETE] = {deleted}),
		BERTH_DEED_REMOVE, "7");
	assert_int_equal(told.err.code, BERTH_E_OK);
	assert_non_null(strstr(told.text, "docker ps -a --filter name=acme-shop"));
	deployer_server_stop(&server);
}

/* --- Mist --- */

MIST_STEP(up, 200, MIST_STATE("running", "running"));
MIST_STEP(down, 200, MIST_STATE("exited", "exited"));
MIST_STEP(absent, 200, MIST_STATE("not_found", "stopped"));
MIST_STEP(yes, 200,
	"{\"success\":true,\"data\":{\"message\":\"ok\"},\"message\":\"\",\"error\":\"\"}");
MIST_STEP(forbidden, 403, MS_NO("Forbidden", "you are not the creator"));

static void run_mist(struct flow *flow, const struct ms_plan *plan, enum berth_deed deed,
	const char *word, struct told *told, struct mist_server *server)
{
	struct berth_server entry;
	struct berth_deployment request;

	mist_server_start(server, plan);
	mist_entry(&entry, server);
	request = mist_request(&entry, "x");
	act(flow, &request, deed, word, told);
}

#define MIST(plan, deed, word)                                                                     \
	struct mist_server server;                                                                 \
	struct told told;                                                                          \
	run_mist(*state, &(struct ms_plan)plan, deed, word, &told, &server)

static void mist_lists_apps(void **state)
{
	MIST(ANSWERS([MS_BOX_STATUS] = {up, absent, forbidden}), BERTH_DEED_LIST, NULL);
	assert_string_equal(told.text,
		"7 shop/web: running\n9 shop/api: no container\n12 lab/web: not known, the "
		"server said 403: Forbidden: you are not the creator\ndone -\n");
	mist_server_stop(&server);
}

static void mist_stop_is_looked_at(void **state)
{
	static const struct {
		const struct ms_step *stop, *after;
		const char *message;
	} cases[] = {
		{yes, down, NULL},
		{yes, up, "running all the same"},
		{forbidden, up, "you are not the creator"},
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		MIST(ANSWERS([MS_BOX_STATUS] = {up, cases[i].after}, [MS_BOX_STOP] =
									     {cases[i].stop}),
			BERTH_DEED_STOP, "shop/api");
		if (cases[i].message)
			assert_non_null(strstr(told.err.message, cases[i].message));
		else
			assert_int_equal(told.err.code, BERTH_E_OK);
		assert_int_equal(peer_count_lines(server.peer, "/container/stop?appId=9 "), 1);
		mist_server_stop(&server);
	}
}

static void mist_restart_starts_what_does_not_run(void **state)
{
	MIST(ANSWERS([MS_BOX_STATUS] = {down, up}, [MS_BOX_START] = {yes}), BERTH_DEED_RESTART,
		"api");
	assert_int_equal(told.err.code, BERTH_E_OK);
	assert_int_equal(mist_server_asked(&server, MS_BOX_RESTART), 0);
	assert_int_equal(mist_server_asked(&server, MS_BOX_START), 1);
	mist_server_stop(&server);
}

static void mist_restart_restarts(void **state)
{
	MIST(ANSWERS([MS_BOX_STATUS] = {up}, [MS_BOX_RESTART] = {yes}), BERTH_DEED_RESTART, "9");
	assert_int_equal(told.err.code, BERTH_E_OK);
	assert_int_equal(mist_server_asked(&server, MS_BOX_RESTART), 1);
	mist_server_stop(&server);
}

static void mist_words_may_be_of_several(void **state)
{
	MIST(ANSWERS([MS_BOX_STATUS] = {up}), BERTH_DEED_STOP, "web");
	assert_int_equal(told.err.code, BERTH_E_CONFLICT);
	assert_non_null(strstr(told.err.message, "shop/web (7) and lab/web (12)"));
	mist_server_stop(&server);
}

static void mist_without_the_route(void **state)
{
	MIST(ANSWERS([MS_LOGIN] = {NULL}), BERTH_DEED_LOGS, "api");
	assert_non_null(strstr(told.err.message, "has no such route"));
	mist_server_stop(&server);
}

static void mist_log_lines(void **state)
{
	MIST_STEP(logs, 200,
		"{\"success\":true,\"data\":{\"logs\":\"\\u0001\\u0000\\u0000\\u0000\\u0000\\u0000"
		"\\u0000\\u0003hi\\n\\u0002\\u0000\\u0000\\u0000\\u0000\\u0000\\u0000\\ufffdcaf"
		"\xc3\xa9\\n\"},\"message\":\"\",\"error\":\"\"}");
	MIST(ANSWERS([MS_BOX_LOGS] = {logs}), BERTH_DEED_LOGS, "api");
	assert_string_equal(told.text, "stdout hi\nstderr caf\xc3\xa9\ndone -\n");
	mist_server_stop(&server);
}

static void take_frame(void *context, bool err_stream, const char *line, size_t len)
{
	add(context, "%d %.*s\n", err_stream, (int)len, line);
}

static void frames_of_any_kind(void **state)
{
	static const struct {
		const char *text;
		size_t len;
		const char *wanted;
	} cases[] = {
#define FRAMES(text, wanted) {text, sizeof(text) - 1, wanted}
		FRAMES("", ""),
		FRAMES("a terminal\r\nhas none\n", "0 a terminal\n0 has none\n"),
		FRAMES("\1\0\0\0\0\0\0\2a\n\2\0\0\0\0\0\0\2b\n", "0 a\n1 b\n"),
		FRAMES("\1\0\0\0\0\0\0\1a\1\0\0\0\0\0\0\1b", "0 a\n0 b\n"),
		FRAMES("\1\0\0\0\0\0\n\nx\n", "0 x\n"),
		FRAMES("\1\0\0\0\0\0", "0 \1\n"),
		FRAMES("x\n\ny", "0 x\n0 \n0 y\n"),
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct told told = {0};

		mist_frames_lines(cases[i].text, cases[i].len, take_frame, &told);
		assert_string_equal(told.text, cases[i].wanted);
	}
}

/* --- what can't be done --- */

static void fractalic_can_do_nothing(void **state)
{
	struct flow *flow = *state;
	struct berth_server entry = {.url = (char *)"http://127.0.0.1:9"};
	struct berth_deployment request = {
		.target = (char *)"fx", .kind = (char *)"fractalic", .server = &entry};

	for (int deed = 0; deed < BERTH_DEEDS; deed++) {
		struct berth_error err = {0};

		assert_int_equal(berth_engine_remote(flow->engine, &request,
					 &(struct berth_deed_request){.deed = (enum berth_deed)deed,
						 .word = "x",
						 .done = on_done},
					 &err),
			-1);
		assert_non_null(strstr(err.message, "has no route for it"));
		assert_string_equal(
			err.message, berth_deed_cannot("fractalic", (enum berth_deed)deed));
	}
	assert_non_null(berth_deed_cannot("mist", BERTH_DEED_REMOVE));
	assert_null(berth_deed_cannot("mist", BERTH_DEED_STOP));
	assert_null(berth_deed_cannot("deployer", BERTH_DEED_REMOVE));
	assert_null(berth_deed_cannot("docker", BERTH_DEED_STOP));
}

/* The engine is closed while a server keeps it waiting. */
static void closing_ends_a_deed(void **state)
{
	static const struct ds_step stall[] = {{DS_STALL}};
	struct flow *flow = *state;
	struct deployer_server server;
	struct berth_server entry;
	struct berth_deployment request;
	struct told told = {0};

	deployer_server_start(&server, &(struct ds_plan){.answers = {[DS_GET] = {stall}}});
	request = deployer_request(&entry, &server);
	assert_int_equal(berth_engine_remote(flow->engine, &request,
				 &(struct berth_deed_request){BERTH_DEED_LIST, NULL, on_row,
					 on_line, on_note, on_done, &told},
				 NULL),
		0);
	LOOP_UNTIL(&flow->loop, deployer_server_asked(&server, DS_GET) == 1);
	flow_close(flow);
	assert_int_equal(told.err.code, BERTH_E_CANCELLED);
	deployer_server_stop(&server);
}

int main(void)
{
#define TEST(test) cmocka_unit_test_setup_teardown(test, flow_setup, flow_teardown)
	const struct CMUnitTest tests[] = {
		TEST(deployer_lists_by_asking),
		TEST(deployer_finds_by_name),
		TEST(deployer_says_what_it_has_not),
		TEST(deployer_stops),
		TEST(deployer_stop_that_fails),
		TEST(deployer_stop_that_is_none),
		TEST(deployer_restarts),
		TEST(deployer_restart_of_what_is_stopped),
		TEST(deployer_removal_stops_first),
		TEST(deployer_removal_leaves_what_runs),
		TEST(deployer_removal_of_a_failed_one_says_what_may_be_left),
		TEST(mist_lists_apps),
		TEST(mist_stop_is_looked_at),
		TEST(mist_restart_starts_what_does_not_run),
		TEST(mist_restart_restarts),
		TEST(mist_words_may_be_of_several),
		TEST(mist_without_the_route),
		TEST(mist_log_lines),
		cmocka_unit_test(frames_of_any_kind),
		TEST(fractalic_can_do_nothing),
		TEST(closing_ends_a_deed),
	};

	flow_home();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
