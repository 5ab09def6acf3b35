/*
 * Deployments on a Smart Deployment System: its words as our record. What remote-servers.md says of
 * it, documented (seed 004) and real (2.1 to 2.4), is a scenario here:
 *
 *   detect, create, start, the long answer, polled meanwhile     a_repository_is_deployed
 *   log_tail grows, and repeats                                  its_last_lines_are_told_once
 *   "running" without a container is a build                     a_build_is_no_running_deployment
 *   ... and an answer without one is no success                  done_without_a_container
 *   multi-line details with notes first (2.3.8)                  a_failed_build_says_why
 *   invalid docker-compose.yml (2.3.2)                           a_compose_file_nobody_reads
 *   a port that is taken (2.3.7)                                 a_port_that_is_taken
 *   the list fails with one row (2.3.1) the_list_fails_and_records_are_asked the list as it is
 * documented                                 a_record_from_the_list one record of a name, ever
 * (2.3.6)                           a_record_that_cannot_be_made names: owner/name, upper case,
 * YAML words (2.3.10)           names_are_made_safe unknown ids answer 500 (2.3.4)
 * a_record_that_went_away a bad path is 500 with "" (2.3.5) a_folder_that_is_not_there stack
 * "unknown" is accepted (2.3.9, 2.3.11)                  what_it_does_not_know repositories: by
 * name, by path, several, none                repositories_are_found no such list of repositories
 * without_a_list_of_repositories the client goes away during start: it goes on (2.2)
 * a_lost_answer_is_asked_for, a_lost_answer_to_a_failure started again: the old container is no
 * success               the_old_container_is_no_success never asked to start, or forgotten
 * a_request_that_never_arrived under way already a_build_under_way_is_left_alone stuck in a build
 * after a crash (2.2)                         a_stuck_build_is_started_again cancelled before,
 * during, after                              cancelled_before_it_starts, cancelled_while_it_builds,
 *                                                                cancelled_and_stop_fails,
 *                                                                cancelled_and_it_was_there_before
 *   the time limit                                               the_time_limit_leaves_it_alone
 *   watch: by its state, unknown (404), no number                watching_*
 *   no such server: 404 everywhere, a page, nobody               what_is_no_such_server
 *
 * Actions on what is deployed (2.2, stop and restart are looked at again): server_act.c.
 */
#include "support/deployer_server.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "target/deployer/deployer.h"

#define STEP(name, json) static const struct ds_step name[] = {{DS_REPLY, json, 200}, {DS_END}}
#define STEP_AT(name, status, json)                                                                \
	static const struct ds_step name[] = {{DS_REPLY, json, status}, {DS_END}}
/* The answer to start: after so many questions for the record. */
#define LATE(name, questions, status, json)                                                        \
	static const struct ds_step name[] = {                                                     \
		{DS_HOLD, NULL, questions}, {DS_REPLY, json, status}, {DS_END}}

#define RUNNING DS_ROW("running", DS_ID, "null", "\"> npm start\\nlistening\\n\"")

STEP(pending, DS_ROW("pending", "null", "null", "null"));
STEP(building, DS_ROW("running", "null", "null", "null"));
STEP(running, RUNNING);
STEP(running_before, DS_ROW("running", DS_OLD, "null", "\"old\\n\""));
STEP(stopped, DS_ROW("stopped", DS_ID, "null", "\"\""));
STEP(errored, DS_ROW("error", "null", "\"Docker build failed: no space left\"", "null"));
LATE(started, 2, 200, RUNNING);
static const struct ds_step broken_list[] = {{DS_TEXT, "Internal Server Error", 500}, {DS_END}};
static const struct ds_step gone_away[] = {{DS_HOLD, NULL, 1}, {DS_RESET}};
STEP_AT(no_record, 404, DS_DETAIL("Deployment not found"));
STEP(deleted, "{\"status\":\"success\",\"message\":\"Deployment deleted\",\"deployment_id\":7}");

struct scene {
	struct flow *flow;
	struct deployer_server server;
	struct berth_server entry;
	struct berth_deployment request;
	struct record *record;
};

static void open_scene(struct scene *scene, struct flow *flow, const struct ds_plan *plan)
{
	memset(scene, 0, sizeof(*scene));
	scene->flow = flow;
	deployer_server_start(&scene->server, plan);
	scene->request = deployer_request(&scene->entry, &scene->server);
}

static void begin(struct scene *scene)
{
	scene->record = flow_start(scene->flow, &scene->request, false);
}

static void wait_for(struct scene *scene)
{
	FLOW_UNTIL(scene->flow, scene->record->result);
}

static void run(struct scene *scene)
{
	begin(scene);
	wait_for(scene);
}

static void watch(struct scene *scene, const char *id)
{
	scene->request.name = (char *)id;
	scene->record = flow_attach(scene->flow, &scene->request, id);
	wait_for(scene);
}

static void close_scene(struct scene *scene)
{
	deployer_server_stop(&scene->server);
}

static bool asked(struct scene *scene, enum ds_route route, int times)
{
	return deployer_server_asked(&scene->server, route) >= times;
}

static void assert_failure(const struct record *record, const char *message, const char *hint)
{
	assert_non_null(record->result->failure);
	if (!strstr(record->result->failure->message, message))
		fail_msg("'%s' is not in '%s'", message, record->result->failure->message);
	if (hint &&
		(!record->result->failure->hint || !strstr(record->result->failure->hint, hint)))
		fail_msg("'%s' is not in '%s'", hint,
			record->result->failure->hint ? record->result->failure->hint : "");
}

#define HEAD                                                                                       \
	"status detecting 0 Looking for the repository 'acme/shop'\n"                              \
	"link connecting\n"                                                                        \
	"info detecting engine It is called 'acme-shop' there: Docker takes no other names\n"      \
	"info detecting engine The server takes it for node (Express), 90 % sure, and gives it "   \
	"a PostgreSQL of its own\n"
#define BUILDING                                                                                   \
	"status building 20 Building the image and starting it\n"                                  \
	"info building engine The server writes Dockerfile and docker-compose.yml into "           \
	"/srv/repos/shop, over what is there, and answers when all is done\n"
#define CREATED                                                                                    \
	HEAD "status creating 10 Making its record on the server\n"                                \
	     "info creating engine It is deployment 7 of 'acme-shop', on port 20001\n" BUILDING

/* --- it goes well --- */

static void a_repository_is_deployed(void **state)
{
	struct scene scene;
	char *json;

	open_scene(&scene, *state,
		&(struct ds_plan){
			.answers = {
				[DS_START] = {started}, [DS_GET] = {pending, building, running}}});
	run(&scene);
	assert_story(scene.record, &scene.request,
		CREATED "link polling\n"
			"info building stdout > npm start\n"
			"info building stdout listening\n"
			"status running 100 The server says that it runs\n"
			"link closed\n"
			"result deployed 0 deployment 7 runs; whether it answers the server does "
			"not check\n"
			"endpoint http://127.0.0.1:20001\n"
			"container dce84cbef73d8e361a3b90dbcb5dbbd189896db32f71c8fdd4fff14e18b15bdf"
			"\n"
			"url app http://127.0.0.1:20001\n");
	assert_string_equal(scene.record->ending, "completed");
	json = berth_event_to_json(scene.record->end);
	assert_non_null(strstr(json, "\"server\":{\"deployment_id\":7}"));
	free(json);
	assert_string_equal(deployer_server_body(&scene.server, "POST /api/deployments/detect"),
		"{\"repo_id\":3,\"repo_path\":\"/srv/repos/shop\"}");
	assert_string_equal(deployer_server_body(&scene.server, "POST /api/deployments/create"),
		"{\"repo_id\":3,\"repo_name\":\"acme-shop\",\"repo_path\":\"/srv/repos/shop\"}");
	assert_string_equal(deployer_server_body(&scene.server, "POST /api/deployments/start"),
		"{\"deployment_id\":7,\"repo_path\":\"/srv/repos/shop\"}");
	assert_int_equal(deployer_server_asked(&scene.server, DS_START), 1);
	close_scene(&scene);
}

static int lines_with(const struct record *record, const char *text)
{
	int count = 0;

	for (size_t i = 0; i < record->count; i++)
		count += record->events[i]->type == BERTH_EVENT_LOG &&
			 !strcmp(record->events[i]->message, text);
	return count;
}

static void its_last_lines_are_told_once(void **state)
{
	STEP(first, DS_ROW("running", "null", "null", "\"a\\nb\\nhal\""));
	STEP(second, DS_ROW("running", "null", "null", "\"b\\nhalf\\nc\\n\""));
	LATE(all, 5, 200, DS_ROW("running", DS_ID, "null", "\"c\\nc\\nlast\""));
	struct scene scene;

	open_scene(&scene, *state,
		&(struct ds_plan){
			.answers = {[DS_START] = {all}, [DS_GET] = {first, first, second}}});
	run(&scene);
	assert_outcome(scene.record, BERTH_DEPLOYED);
	assert_int_equal(lines_with(scene.record, "a"), 1);
	assert_int_equal(lines_with(scene.record, "b"), 1);
	assert_int_equal(lines_with(scene.record, "hal"), 0);
	assert_int_equal(lines_with(scene.record, "half"), 1);
	assert_int_equal(lines_with(scene.record, "c"), 2);
	assert_int_equal(lines_with(scene.record, "last"), 1);
	close_scene(&scene);
}

static void a_build_is_no_running_deployment(void **state)
{
	LATE(late, 6, 200, RUNNING);
	struct scene scene;

	open_scene(&scene, *state,
		&(struct ds_plan){.answers = {[DS_START] = {late}, [DS_GET] = {building}}});
	run(&scene);
	assert_outcome(scene.record, BERTH_DEPLOYED);
	assert_true(deployer_server_asked(&scene.server, DS_GET) >= 6);
	close_scene(&scene);
}

static void done_without_a_container(void **state)
{
	struct scene scene;

	open_scene(&scene, *state,
		&(struct ds_plan){.answers = {[DS_START] = {building}, [DS_GET] = {building}}});
	run(&scene);
	assert_outcome(scene.record, BERTH_UNKNOWN);
	assert_failure(
		scene.record, "says that it runs, and names no container", "berth watch repos 7");
	close_scene(&scene);
}

/* --- it fails --- */

static void a_failed_build_says_why(void **state)
{
	/* As recorded. */
	LATE(failed, 1, 500,
		DS_DETAIL("Docker build failed: DEPRECATED: The legacy builder is deprecated and "
			  "will be removed in a future release.\\n            Install the buildx "
			  "component to build images with BuildKit:\\n            "
			  "https://docs.docker.com/go/buildx/\\n\\nGet "
			  "\\\"https://registry-1.docker.io/v2/\\\": dial tcp: lookup "
			  "registry-1.docker.io: no such host\\n"));
	struct scene scene;

	open_scene(&scene, *state,
		&(struct ds_plan){.answers = {[DS_START] = {failed}, [DS_GET] = {building}}});
	run(&scene);
	assert_outcome(scene.record, BERTH_FAILED);
	assert_failure(scene.record,
		"Docker build failed: Get \"https://registry-1.docker.io/v2/\": dial tcp",
		"berth remove --target repos 7");
	assert_non_null(record_log(scene.record, -1, "Install the buildx component"));
	assert_string_equal(scene.record->result->failure->stage, "building");
	close_scene(&scene);
}

static void a_failure_of_the_record_says_why(void **state)
{
	STEP_AT(failed, 500, DS_DETAIL(""));
	struct scene scene;

	open_scene(&scene, *state,
		&(struct ds_plan){.answers = {[DS_START] = {failed}, [DS_GET] = {errored}}});
	run(&scene);
	assert_outcome(scene.record, BERTH_FAILED);
	assert_failure(scene.record, "Docker build failed: no space left", NULL);
	close_scene(&scene);
}

static void a_compose_file_nobody_reads(void **state)
{
	STEP_AT(failed, 500,
		DS_DETAIL("Docker compose failed: The Compose file './docker-compose.yml' is "
			  "invalid because:\\nVersion in \\\"./docker-compose.yml\\\" is invalid - "
			  "it should be a string.\\n"));
	struct scene scene;

	open_scene(&scene, *state,
		&(struct ds_plan){.answers = {[DS_START] = {failed}, [DS_GET] = {errored}}});
	run(&scene);
	assert_outcome(scene.record, BERTH_FAILED);
	assert_failure(scene.record, "it should be a string", "the server that needs mending");
	close_scene(&scene);
}

static void a_port_that_is_taken(void **state)
{
	STEP_AT(failed, 500,
		DS_DETAIL("Docker compose failed: Creating acme-shop-app ... \\nERROR: for "
			  "acme-shop-app  driver failed: Bind for 0.0.0.0:20001 failed: port is "
			  "already allocated\\n"));
	struct scene scene;

	open_scene(&scene, *state,
		&(struct ds_plan){.answers = {[DS_START] = {failed}, [DS_GET] = {errored}}});
	run(&scene);
	assert_outcome(scene.record, BERTH_FAILED);
	assert_failure(scene.record, "port is already allocated", "free port 20001");
	close_scene(&scene);
}

/* --- its record --- */

static void the_list_fails_and_records_are_asked(void **state)
{
	STEP(other, "{\"id\":1,\"repository_id\":9,\"repo_name\":\"acme-shop\",\"status\":"
		    "\"running\"}");
	struct scene scene;

	open_scene(&scene, *state,
		&(struct ds_plan){.answers = {[DS_LIST] = {broken_list},
					  [DS_START] = {started},
					  [DS_GET] = {other, no_record, stopped, building}}});
	run(&scene);
	assert_outcome(scene.record, BERTH_DEPLOYED);
	assert_int_equal(deployer_server_asked(&scene.server, DS_CREATE), 0);
	assert_non_null(record_log(scene.record, BERTH_DEBUG, "asked for one by one"));
	assert_non_null(record_log(scene.record, -1, "deployment 7 already (stopped)"));
	close_scene(&scene);
}

static void records_that_end_are_all_there_are(void **state)
{
	struct scene scene;

	open_scene(&scene, *state,
		&(struct ds_plan){.answers = {[DS_LIST] = {broken_list}, [DS_START] = {running}}});
	run(&scene);
	assert_outcome(scene.record, BERTH_DEPLOYED);
	assert_int_equal(deployer_server_asked(&scene.server, DS_CREATE), 1);
	close_scene(&scene);
}

static void a_record_from_the_list(void **state)
{
	STEP(list, "[" DS_ROW("stopped", DS_OLD, "null", "\"\"") "]");
	struct scene scene;

	open_scene(&scene, *state,
		&(struct ds_plan){.answers = {[DS_LIST] = {list},
					  [DS_START] = {started},
					  [DS_GET] = {building}}});
	run(&scene);
	assert_outcome(scene.record, BERTH_DEPLOYED);
	assert_int_equal(deployer_server_asked(&scene.server, DS_CREATE), 0);
	close_scene(&scene);
}

static void a_record_that_cannot_be_made(void **state)
{
	STEP_AT(failed, 500, DS_DETAIL("Failed to create deployment"));
	struct scene scene;

	open_scene(&scene, *state, &(struct ds_plan){.answers = {[DS_CREATE] = {failed}}});
	run(&scene);
	assert_outcome(scene.record, BERTH_FAILED);
	assert_failure(scene.record, "Failed to create deployment", "the next port is taken");
	assert_int_equal(deployer_server_asked(&scene.server, DS_START), 0);
	close_scene(&scene);
}

static void a_record_nobody_knows_of(void **state)
{
	static const struct ds_step lost[] = {{DS_RESET}};
	struct scene scene;

	open_scene(&scene, *state, &(struct ds_plan){.answers = {[DS_CREATE] = {lost}}});
	run(&scene);
	assert_outcome(scene.record, BERTH_UNKNOWN);
	assert_failure(scene.record, "how it ended is not known", "deploying again finds it");
	close_scene(&scene);
}

static void a_record_that_went_away(void **state)
{
	struct scene scene;

	open_scene(&scene, *state, &(struct ds_plan){.answers = {[DS_GET] = {no_record}}});
	run(&scene);
	assert_outcome(scene.record, BERTH_REJECTED);
	assert_failure(scene.record, "'NoneType' object", "does not know this record any more");
	close_scene(&scene);
}

static void a_build_under_way_is_left_alone(void **state)
{
	char json[256], began[32];
	const struct ds_step list[] = {{DS_REPLY, json, 200}, {DS_END}};
	time_t now = time(NULL);
	struct scene scene;

	strftime(began, sizeof(began), "%Y-%m-%dT%H:%M:%S+00:00", gmtime(&now));
	snprintf(json, sizeof(json),
		"[{\"id\":7,\"repository_id\":3,\"repo_name\":\"acme-shop\",\"status\":\"running\","
		"\"container_id\":null,\"started_at\":\"%s\"}]",
		began);
	open_scene(&scene, *state, &(struct ds_plan){.answers = {[DS_LIST] = {list}}});
	run(&scene);
	assert_outcome(scene.record, BERTH_REJECTED);
	assert_failure(scene.record, "is being built already", "berth watch repos 7");
	assert_int_equal(deployer_server_asked(&scene.server, DS_START), 0);
	close_scene(&scene);
}

static void a_stuck_build_is_started_again(void **state)
{
	STEP(list, "[{\"id\":7,\"repository_id\":3,\"repo_name\":\"acme-shop\",\"status\":"
		   "\"running\",\"container_id\":null,\"started_at\":\"2020-01-01T00:00:00Z\"}]");
	struct scene scene;

	open_scene(&scene, *state,
		&(struct ds_plan){.answers = {[DS_LIST] = {list},
					  [DS_START] = {started},
					  [DS_GET] = {building}}});
	run(&scene);
	assert_outcome(scene.record, BERTH_DEPLOYED);
	assert_non_null(record_log(scene.record, BERTH_WARN, "left in the middle of a build"));
	close_scene(&scene);
}

/* --- what is asked for --- */

static void names_are_made_safe(void **state)
{
	static const struct {
		const char *name, *safe;
	} cases[] = {
		{"acme/shop", "acme-shop"},
		{"Shop_API", "shop_api"},
		{"-x.y..z-", "x-y-z"},
		{"a__b_-_c", "a_b_c"},
		{"no", "app-no"},
		{"TRUE", "app-true"},
		{"2024", "app-2024"},
		{"0x1f", "app-0x1f"},
		{"1e3", "app-1e3"},
		{"3d-viewer", "3d-viewer"},
		{"a: b", "a-b"},
		{"../../etc", "etc"},
		{"caf\xc3\xa9", "caf"},
		{"\xc3\xa9", ""},
		{"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
			"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		char safe[DEPLOYER_NAME_MAX];

		deployer_safe_name(safe, cases[i].name);
		assert_string_equal(safe, cases[i].safe);
	}
}

static void repositories_are_found(void **state)
{
	static const struct {
		const char *name, *folder;
		int64_t repo_id;
		const char *body, *said; /* of detect; or why not */
	} cases[] = {
		{"acme/api", "/x", 0, "{\"repo_id\":4,", NULL},
		{"acme-api", "/x", 0, "{\"repo_id\":4,", NULL},
		{"shop", "/x", 0, "{\"repo_id\":3,", NULL},
		{"else", "/srv/repos/api", 0, "{\"repo_id\":4,", NULL},
		{"shop_api", "/x", 0, "{\"repo_id\":5,", NULL},
		{"else", "/x", 12, "{\"repo_id\":12,", NULL},
		{"else", "/x", 0, NULL, "it has acme/shop (3), acme/api (4), Shop_API (5)"},
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct scene scene;
		const char *body;

		open_scene(&scene, *state, &(struct ds_plan){0});
		scene.request.name = (char *)cases[i].name;
		scene.request.folder = (char *)cases[i].folder;
		scene.request.repo_id = cases[i].repo_id;
		run(&scene);
		body = deployer_server_body(&scene.server, "/detect");
		if (cases[i].body) {
			assert_non_null(body);
			assert_non_null(strstr(body, cases[i].body));
		} else {
			assert_null(body);
			assert_outcome(scene.record, BERTH_REJECTED);
			assert_failure(scene.record, cases[i].said, "--repo-id");
		}
		close_scene(&scene);
	}
}

static void several_may_be_meant(void **state)
{
	STEP(repos, "[{\"id\":3,\"name\":\"acme/shop\"},{\"id\":8,\"name\":\"labs/shop\"}]");
	struct scene scene;

	open_scene(&scene, *state, &(struct ds_plan){.answers = {[DS_REPOS] = {repos}}});
	scene.request.name = (char *)"shop";
	run(&scene);
	assert_outcome(scene.record, BERTH_REJECTED);
	assert_failure(scene.record, "acme/shop (3), labs/shop (8)", "--repo-id");
	close_scene(&scene);
}

static void without_a_list_of_repositories(void **state)
{
	struct scene scene;

	open_scene(&scene, *state, &(struct ds_plan){.answers = {[DS_REPOS] = {broken_list}}});
	run(&scene);
	assert_outcome(scene.record, BERTH_UNREACHED);
	assert_failure(scene.record, "which repositories it has", "--repo-id NUMBER");
	close_scene(&scene);
}

static void a_folder_that_is_not_there(void **state)
{
	STEP_AT(failed, 500, DS_DETAIL(""));
	struct scene scene;

	open_scene(&scene, *state, &(struct ds_plan){.answers = {[DS_DETECT] = {failed}}});
	run(&scene);
	assert_outcome(scene.record, BERTH_REJECTED);
	assert_failure(scene.record, "can't read '/srv/repos/shop'", "a path on the server");
	close_scene(&scene);
}

static void what_it_does_not_know(void **state)
{
	/* As recorded. */
	STEP(unknown, "{\"stack\":\"unknown\",\"confidence_score\":0,\"framework\":null,"
		      "\"detected_files\":[],\"requires_db\":false,\"internal_port\":3000,"
		      "\"build_command\":null,\"run_command\":null}");
	struct scene scene;

	open_scene(&scene, *state, &(struct ds_plan){.answers = {[DS_DETECT] = {unknown}}});
	run(&scene);
	assert_outcome(scene.record, BERTH_REJECTED);
	assert_failure(scene.record, "finds nothing in '/srv/repos/shop'", "unpacked");
	assert_int_equal(deployer_server_asked(&scene.server, DS_CREATE), 0);
	close_scene(&scene);
}

/* --- the answer is lost --- */

static void a_lost_answer_is_asked_for(void **state)
{
	struct scene scene;

	open_scene(&scene, *state,
		&(struct ds_plan){.answers = {[DS_START] = {gone_away},
					  [DS_GET] = {building, building, building, running}}});
	run(&scene);
	assert_outcome(scene.record, BERTH_DEPLOYED);
	assert_non_null(record_log(scene.record, BERTH_WARN, "The answer to the request is lost"));
	assert_int_equal(deployer_server_asked(&scene.server, DS_START), 1);
	close_scene(&scene);
}

static void a_lost_answer_to_a_failure(void **state)
{
	struct scene scene;

	open_scene(&scene, *state,
		&(struct ds_plan){.answers = {[DS_START] = {gone_away},
					  [DS_GET] = {building, building, errored}}});
	run(&scene);
	assert_outcome(scene.record, BERTH_FAILED);
	assert_failure(scene.record, "no space left", NULL);
	close_scene(&scene);
}

static void the_old_container_is_no_success(void **state)
{
	STEP(list, "[" DS_ROW("running", DS_OLD, "null", "\"old\\n\"") "]");
	struct scene scene;
	int build_ms = deployer_pace.build_ms, begin_ms = deployer_pace.begin_ms;

	deployer_pace.build_ms = deployer_pace.begin_ms = 50;
	open_scene(&scene, *state,
		&(struct ds_plan){.answers = {[DS_LIST] = {list},
					  [DS_START] = {gone_away},
					  [DS_GET] = {running_before}}});
	run(&scene);
	deployer_pace.build_ms = build_ms;
	deployer_pace.begin_ms = begin_ms;
	assert_outcome(scene.record, BERTH_UNKNOWN);
	close_scene(&scene);
}

static void a_request_that_never_arrived(void **state)
{
	struct scene scene;
	int begin_ms = deployer_pace.begin_ms;

	deployer_pace.begin_ms = 50;
	open_scene(&scene, *state,
		&(struct ds_plan){.answers = {[DS_START] = {gone_away}, [DS_GET] = {pending}}});
	run(&scene);
	deployer_pace.begin_ms = begin_ms;
	assert_outcome(scene.record, BERTH_UNKNOWN);
	assert_failure(scene.record, "the record says 'pending'", "berth watch repos 7");
	close_scene(&scene);
}

static void nobody_answers_any_more(void **state)
{
	static const struct ds_step gone[] = {{DS_CLOSE}};
	struct scene scene;

	open_scene(&scene, *state,
		&(struct ds_plan){.answers = {[DS_START] = {gone_away}, [DS_GET] = {gone}}});
	run(&scene);
	assert_outcome(scene.record, BERTH_UNKNOWN);
	assert_true(deployer_server_asked(&scene.server, DS_GET) > deployer_pace.tries);
	close_scene(&scene);
}

/* --- stopped --- */

static void cancelled_before_it_starts(void **state)
{
	static const struct ds_step stall[] = {{DS_STALL}};
	struct scene scene;

	open_scene(&scene, *state, &(struct ds_plan){.answers = {[DS_DETECT] = {stall}}});
	begin(&scene);
	FLOW_UNTIL(scene.flow, asked(&scene, DS_DETECT, 1));
	flow_cancel(scene.flow, scene.record);
	wait_for(&scene);
	assert_outcome(scene.record, BERTH_CANCELED);
	assert_int_equal(deployer_server_asked(&scene.server, DS_CREATE), 0);
	close_scene(&scene);
}

static void cancelled_while_it_builds(void **state)
{
	LATE(late, 4, 200, RUNNING);
	struct scene scene;

	open_scene(&scene, *state,
		&(struct ds_plan){
			.answers = {[DS_START] = {late},
				[DS_GET] = {building, building, building, building, stopped},
				[DS_STOP] = {stopped},
				[DS_DELETE] = {deleted}}});
	begin(&scene);
	FLOW_UNTIL(scene.flow, asked(&scene, DS_GET, 1));
	flow_cancel(scene.flow, scene.record);
	wait_for(&scene);
	assert_outcome(scene.record, BERTH_CANCELED);
	assert_non_null(record_log(scene.record, BERTH_WARN, "can't break off what it builds"));
	assert_int_equal(deployer_server_asked(&scene.server, DS_STOP), 1);
	assert_int_equal(deployer_server_asked(&scene.server, DS_DELETE), 1);
	close_scene(&scene);
}

static void cancelled_and_stop_fails(void **state)
{
	LATE(late, 2, 200, RUNNING);
	struct scene scene;

	open_scene(&scene, *state,
		&(struct ds_plan){
			.answers = {
				[DS_START] = {late}, [DS_GET] = {building, building, running}}});
	begin(&scene);
	FLOW_UNTIL(scene.flow, asked(&scene, DS_GET, 1));
	flow_cancel(scene.flow, scene.record);
	wait_for(&scene);
	assert_outcome(scene.record, BERTH_LEFT_BEHIND);
	assert_int_equal(scene.record->result->left_behind_count, 1);
	assert_string_equal(
		scene.record->result->left_behind[0], "deployment 7 of 'acme-shop', running");
	assert_non_null(record_log(scene.record, BERTH_WARN, "Failed to stop deployment"));
	close_scene(&scene);
}

static void cancelled_and_it_was_there_before(void **state)
{
	STEP(list, "[" DS_ROW("running", DS_OLD, "null", "\"\"") "]");
	LATE(late, 2, 200, RUNNING);
	struct scene scene;

	open_scene(&scene, *state,
		&(struct ds_plan){.answers = {[DS_LIST] = {list},
					  [DS_START] = {late},
					  [DS_GET] = {building, building, stopped},
					  [DS_STOP] = {stopped}}});
	begin(&scene);
	FLOW_UNTIL(scene.flow, asked(&scene, DS_GET, 1));
	flow_cancel(scene.flow, scene.record);
	wait_for(&scene);
	assert_outcome(scene.record, BERTH_LEFT_BEHIND);
	assert_non_null(
		strstr(scene.record->result->left_behind[0], "what ran before was replaced"));
	assert_int_equal(deployer_server_asked(&scene.server, DS_DELETE), 0);
	close_scene(&scene);
}

static void the_time_limit_leaves_it_alone(void **state)
{
	static const struct ds_step stall[] = {{DS_STALL}};
	struct scene scene;

	open_scene(&scene, *state,
		&(struct ds_plan){.answers = {[DS_START] = {stall}, [DS_GET] = {building}}});
	scene.request.timeout_s = 1;
	run(&scene);
	assert_outcome(scene.record, BERTH_UNKNOWN);
	assert_failure(scene.record, "goes on over there", "berth watch repos 7");
	assert_int_equal(deployer_server_asked(&scene.server, DS_STOP), 0);
	close_scene(&scene);
}

/* The console closes, whatever is under way. */
static void it_can_be_dropped_anywhere(void **state)
{
	static const enum ds_route held_at[] = {
		DS_REPOS, DS_DETECT, DS_LIST, DS_CREATE, DS_START, DS_GET};
	static const struct ds_step held[] = {{DS_STALL}};

	(void)state;
	for (size_t i = 0; i < sizeof(held_at) / sizeof(held_at[0]); i++) {
		struct ds_plan plan = {
			.answers = {[DS_START] = {held_at[i] == DS_GET ? held : running},
				[DS_GET] = {building}}};
		struct scene scene;
		void *inner;

		flow_setup(&inner);
		plan.answers[held_at[i]][0] = held;
		open_scene(&scene, inner, &plan);
		begin(&scene);
		FLOW_UNTIL(scene.flow, asked(&scene, held_at[i], 1));
		flow_teardown(&inner);
		close_scene(&scene);
	}
}

/* --- watch --- */

static void watching_ends_as_the_record_says(void **state)
{
	static const struct {
		const struct ds_step *answers[3];
		enum berth_outcome outcome;
	} cases[] = {
		{{running}, BERTH_DEPLOYED},
		{{building, building, running}, BERTH_DEPLOYED},
		{{pending, building, errored}, BERTH_FAILED},
		{{errored}, BERTH_FAILED},
		{{stopped}, BERTH_FAILED},
		{{no_record}, BERTH_REJECTED},
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct ds_plan plan = {0};
		struct scene scene;

		memcpy(plan.answers[DS_GET], cases[i].answers, sizeof(cases[i].answers));
		open_scene(&scene, *state, &plan);
		watch(&scene, "7");
		assert_outcome(scene.record, cases[i].outcome);
		assert_int_equal(deployer_server_asked(&scene.server, DS_START), 0);
		close_scene(&scene);
	}
}

static void watching_needs_a_number(void **state)
{
	struct scene scene;

	open_scene(&scene, *state, &(struct ds_plan){0});
	watch(&scene, "7/../8");
	assert_outcome(scene.record, BERTH_REJECTED);
	assert_int_equal(peer_request_count(scene.server.peer), 0);
	close_scene(&scene);
}

/* --- another server --- */

static void what_is_no_such_server(void **state)
{
	static const struct ds_step page[] = {{DS_PAGE}, {DS_END}};
	STEP_AT(absent, 404, DS_DETAIL("Not Found"));
	STEP_AT(denied, 401, DS_DETAIL("Not authenticated"));
	const struct ds_step *const answers[] = {page, absent, denied};

	for (size_t i = 0; i < sizeof(answers) / sizeof(answers[0]); i++) {
		struct scene scene;

		open_scene(
			&scene, *state, &(struct ds_plan){.answers = {[DS_REPOS] = {answers[i]}}});
		run(&scene);
		assert_outcome(scene.record, BERTH_UNREACHED);
		close_scene(&scene);
	}
}

int main(void)
{
#define TEST(test) cmocka_unit_test_setup_teardown(test, flow_setup, flow_teardown)
	const struct CMUnitTest tests[] = {
		TEST(a_repository_is_deployed),
		TEST(its_last_lines_are_told_once),
		TEST(a_build_is_no_running_deployment),
		TEST(done_without_a_container),
		TEST(a_failed_build_says_why),
		TEST(a_failure_of_the_record_says_why),
		TEST(a_compose_file_nobody_reads),
		TEST(a_port_that_is_taken),
		TEST(the_list_fails_and_records_are_asked),
		TEST(records_that_end_are_all_there_are),
		TEST(a_record_from_the_list),
		TEST(a_record_that_cannot_be_made),
		TEST(a_record_nobody_knows_of),
		TEST(a_record_that_went_away),
		TEST(a_build_under_way_is_left_alone),
		TEST(a_stuck_build_is_started_again),
		cmocka_unit_test(names_are_made_safe),
		TEST(repositories_are_found),
		TEST(several_may_be_meant),
		TEST(without_a_list_of_repositories),
		TEST(a_folder_that_is_not_there),
		TEST(what_it_does_not_know),
		TEST(a_lost_answer_is_asked_for),
		TEST(a_lost_answer_to_a_failure),
		TEST(the_old_container_is_no_success),
		TEST(a_request_that_never_arrived),
		TEST(nobody_answers_any_more),
		TEST(cancelled_before_it_starts),
		TEST(cancelled_while_it_builds),
		TEST(cancelled_and_stop_fails),
		TEST(cancelled_and_it_was_there_before),
		TEST(the_time_limit_leaves_it_alone),
		cmocka_unit_test(it_can_be_dropped_anywhere),
		TEST(watching_ends_as_the_record_says),
		TEST(watching_needs_a_number),
		TEST(what_is_no_such_server),
	};

	flow_home();
	deployer_pace.first_ms = 2;
	deployer_pace.steady_ms = 8;
	deployer_pace.cap_ms = 16;
	return cmocka_run_group_tests(tests, NULL, NULL);
}
