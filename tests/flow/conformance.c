/*
 * What holds for every kind of target: the same checks against each of them. That a record is in
 * order (numbers, stages, progress that never falls, one result and it is the last) is looked at
 * with every event by deploy_flow.h. A new kind is a row of the table.
 */
#include <berth/remote.h>

#include "support/deployer_server.h"
#include "support/fractalic_scene.h"
#include "support/mist_scene.h"
#include "support/ws_peer.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "target/deployer/deployer.h"
#include "target/mist/mist.h"
#include "target/plugin/plugin_link.h"

enum { STAGES_MAX = 8, ENV_MAX = 2 };

enum situation { WELL, REFUSES, AWAY, BREAKS, STALLS };

/* What one deployment meets. */
struct world {
	struct flow *flow;
	enum situation situation;
	const char *stage; /* it stalls in */
	struct berth_deployment request;
	struct berth_variable env[ENV_MAX], own[4];
	char value[64], to[128];
	char *command[2];
	struct fake_engine *fake;
	struct scene fractalic;
	struct fx_step steps[8];
	struct fx_plan fx_plan;
	struct mist_scene mist;
	struct ms_plan ms_plan;
	struct deployer_server deployer;
	struct berth_server entry;
	struct ds_plan ds_plan;
	struct peer *cloud;
	struct record *record;
};

struct kind {
	const char *name;
	const char *stages[STAGES_MAX]; /* that a cancel is tried in */
	void (*enter)(struct world *world);
	void (*leave)(struct world *world);
	void (*broken)(struct world *world); /* makes it break, once it runs; NULL: by itself */
	unsigned lacks;                      /* 1u << situation */
	enum berth_outcome breaks, cancelled;
	/* Actions that must go well, and one that must not. */
	const char *actions[4], *absent;
};

/* --- a Docker engine --- */

static void enter_docker(struct world *world)
{
	static const struct {
		const char *stage, *at;
	} holds[] = {
		{"validating", "GET /images/"},
		{"pulling_image", "POST /images/create"},
		{"starting_container", "POST /containers/create"},
	};

	world->fake = fake_engine_start();
	assert_non_null(world->fake);
	world->request = flow_request(world->fake);
	fake_engine_image(world->fake, &(struct fake_image){.name = "demo/web:1.0"});
	if (world->situation == REFUSES)
		fake_engine_container(world->fake,
			&(struct fake_container){.tag = "old", .name = "web", .running = true});
	if (world->situation == AWAY)
		world->request.host = (char *)"unix:///nowhere/docker.sock";
	if (world->situation == BREAKS)
		fake_engine_fault(world->fake, &(struct fake_fault){.at = "POST /images/create",
						       .what = FAKE_REPLY,
						       .status = 500,
						       .type = "application/json",
						       .body = "{\"message\":\"no space left\"}"});
	for (size_t i = 0; world->stage && i < sizeof(holds) / sizeof(holds[0]); i++)
		if (strcmp(holds[i].stage, world->stage) == 0)
			fake_engine_fault(world->fake,
				&(struct fake_fault){.at = holds[i].at, .what = FAKE_HOLD});
}

static void leave_docker(struct world *world)
{
	char *containers = fake_engine_containers(world->fake);

	if (world->situation == STALLS)
		assert_string_equal(containers, "");
	free(containers);
	assert_int_equal(fake_engine_stop(world->fake), 0);
}

/* --- the rehearsal --- */

static void enter_demo(struct world *world)
{
	world->request = (struct berth_deployment){.target = (char *)"demo",
		.kind = (char *)"demo",
		.name = (char *)"web",
		.env = world->env,
		.env_count = ENV_MAX};
	world->env[0] = (struct berth_variable){(char *)"DEMO_SECONDS", (char *)"0.1"};
	world->env[1] = (struct berth_variable){(char *)"DEMO_LINES", (char *)"20"};
	if (world->situation == REFUSES)
		world->env[0].value = (char *)"soon";
	if (world->situation == BREAKS)
		world->env[1] = (struct berth_variable){
			(char *)"DEMO_FAIL", (char *)"copying_files"};
	if (world->stage) {
		snprintf(world->value, sizeof(world->value), "%s:30", world->stage);
		world->env[1] = (struct berth_variable){(char *)"DEMO_STALL", world->value};
	}
}

static void leave_nothing(struct world *world)
{
	(void)world;
}

/* --- a Fractalic UI server --- */

static void enter_fractalic(struct world *world)
{
	static const struct fx_step refuses[] = {
		{FX_REPLY, "{\"detail\":\"script_name is missing\"}", 422}, {FX_END}};
	size_t n = 0;

	world->steps[n++] = (struct fx_step){FX_STREAM};
	world->steps[n++] = (struct fx_step){FX_EVENT, START};
	if (world->stage && strcmp(world->stage, "starting_container") == 0)
		world->steps[n++] = (struct fx_step){FX_EVENT,
			"{\"message\":\"Starting container\",\"stage\":\"starting_container\","
			"\"progress\":50}"};
	if (world->situation == BREAKS) {
		world->steps[n++] = (struct fx_step){FX_CLOSE};
	} else if (world->stage) {
		world->steps[n++] = (struct fx_step){FX_STALL};
	} else {
		world->steps[n++] = (struct fx_step){FX_EVENT, SUCCESS};
		world->steps[n++] = (struct fx_step){FX_DONE};
	}
	world->fx_plan = SCENE_PLAN(world->situation == REFUSES ? refuses : world->steps, NULL);
	scene_open(&world->fractalic, world->flow, &world->fx_plan);
	world->request = world->fractalic.request;
	world->request.server = &world->fractalic.entry;
	if (world->situation == AWAY)
		world->fractalic.entry.url = (char *)"http://127.0.0.1:9";
}

static void leave_fractalic(struct world *world)
{
	fractalic_server_stop(&world->fractalic.server);
}

/* --- a Mist server --- */

#define STEP(name, json) static const struct ms_step name[] = {{MS_REPLY, json, 200}, {MS_END}}
STEP(posted, MS_ROW("pending", "pending", 0));
STEP(done_log, MS_LOG(MS_DONE_ROW, "Step 1\\n"));
STEP(stop_taken, "{\"success\":true,\"data\":null}");
STEP(stopped, MS_ROWS(MS_ROW("stopped", "pending", 50)));

#define STATUS(state, percent)                                                                     \
	"{\"type\":\"status\",\"data\":{\"deployment_id\":456,\"status\":\"" state                 \
	"\",\"stage\":\"" state "\",\"progress\":" #percent ",\"message\":\"" state "\"}}"

static int stream_mist(void *context, struct peer_request *request, struct peer_conn *conn)
{
	static const struct {
		const char *stage, *frame;
	} frames[] = {{"cloning", STATUS("cloning", 20)}, {"building", STATUS("building", 50)},
		{"deploying", STATUS("deploying", 80)}, {"success", STATUS("success", 100)}};
	const struct world *world = context;

	if (ws_accept(request, conn))
		return -1;
	for (size_t i = 0; i < sizeof(frames) / sizeof(frames[0]); i++) {
		if (ws_text(conn, frames[i].frame))
			return -1;
		if (world->situation == BREAKS)
			return -1;
		if (world->stage && strcmp(frames[i].stage, world->stage) == 0)
			peer_stall(conn);
	}
	peer_wait_taken(conn);
	return -1;
}

static void enter_mist(struct world *world)
{
	static const struct ms_step refuses[] = {
		{MS_REPLY, MS_NO("a deployment is under way", ""), 400}, {MS_END}};
	static const struct ms_step broken[] = {{MS_REPLY, "{}", 500}, {MS_END}};

	world->ms_plan = (struct ms_plan){.answers = {[MS_DEPLOY] = {posted},
						  [MS_LIST] = {stopped},
						  [MS_LOGS] = {done_log},
						  [MS_STOP] = {stop_taken}},
		.stream = stream_mist,
		.context = world};
	if (world->situation == REFUSES)
		world->ms_plan.answers[MS_DEPLOY][0] = refuses;
	if (world->situation == BREAKS)
		world->ms_plan.answers[MS_LIST][0] = world->ms_plan.answers[MS_LOGS][0] = broken;
	mist_open(&world->mist, world->flow, &world->ms_plan);
	if (world->situation == AWAY)
		world->mist.entry.url = (char *)"http://127.0.0.1:9";
	world->request = mist_request(&world->mist.entry, "api");
}

static void leave_mist(struct world *world)
{
	mist_close(&world->mist);
}

/* --- a Smart Deployment System --- */

#define DS_STEP(name, json) static const struct ds_step name[] = {{DS_REPLY, json, 200}, {DS_END}}
DS_STEP(ds_building, DS_ROW("running", "null", "null", "null"));
DS_STEP(ds_running, DS_ROW("running", DS_ID, "null", "\"one\\n\""));
DS_STEP(ds_stopped, DS_ROW("stopped", DS_ID, "null", "\"\""));
DS_STEP(ds_deleted, "{\"status\":\"success\"}");
DS_STEP(ds_unknown, "{\"stack\":\"unknown\"}");

static void enter_deployer(struct world *world)
{
	static const struct ds_step late[] = {{DS_HOLD, NULL, 4},
		{DS_REPLY, DS_ROW("running", DS_ID, "null", "null"), 200}, {DS_END}};
	static const struct ds_step away[] = {{DS_CLOSE}}, stall[] = {{DS_STALL}};
	bool builds = world->stage && strcmp(world->stage, "building") == 0;

	world->ds_plan = (struct ds_plan){.answers = {[DS_START] = {ds_running},
						  [DS_STOP] = {ds_stopped},
						  [DS_DELETE] = {ds_deleted},
						  [DS_GET] = {ds_building, ds_building, ds_building,
							  ds_building, ds_stopped}}};
	if (world->situation == REFUSES)
		world->ds_plan.answers[DS_DETECT][0] = ds_unknown;
	if (world->situation == BREAKS)
		world->ds_plan.answers[DS_START][0] = world->ds_plan.answers[DS_GET][0] =
			world->ds_plan.answers[DS_GET][1] = away;
	if (world->situation == BREAKS)
		world->ds_plan.answers[DS_GET][2] = NULL;
	if (world->situation == STALLS && builds)
		world->ds_plan.answers[DS_START][0] = late;
	else if (world->situation == STALLS)
		world->ds_plan.answers[DS_DETECT][0] = stall;
	deployer_server_start(&world->deployer, &world->ds_plan);
	world->request = deployer_request(&world->entry, &world->deployer);
	if (world->situation == AWAY)
		world->entry.url = (char *)"http://127.0.0.1:9";
}

static void leave_deployer(struct world *world)
{
	deployer_server_stop(&world->deployer);
}

/* --- the sample plugins --- */

static void enter_plugin(struct world *world, const char *program)
{
	world->command[0] = (char *)program;
	world->request = (struct berth_deployment){.target = (char *)"own",
		.kind = (char *)"plugin",
		.name = (char *)"web",
		.command = world->command,
		.own = world->own};
}

static void give(struct world *world, const char *name, const char *value)
{
	world->own[world->request.own_count++] = (struct berth_variable){
		(char *)name, (char *)value};
}

/* The program is gone in the middle. */
static void kill_plugin(struct world *world)
{
	char path[64];
	FILE *children;
	int pid = 0;

	FLOW_UNTIL(world->flow, world->record->stage[0] && world->record->progress > 0);
	snprintf(path, sizeof(path), "/proc/self/task/%d/children", (int)getpid());
	children = fopen(path, "re");
	assert_non_null(children);
	assert_int_equal(fscanf(children, "%d", &pid), 1); // NOLINT: the kernel's own number
	fclose(children);
	assert_int_equal(kill(-pid, SIGKILL), 0);
}

static void enter_ship(struct world *world)
{
	enter_plugin(world, BERTH_SOURCE_DIR "/examples/plugins/berth-target-ship");
	world->request.folder = (char *)BERTH_SOURCE_DIR "/examples/plugins";
	strcpy(world->to, "/tmp/berth-ship-XXXXXX"); // NOLINT: it fits
	assert_non_null(mkdtemp(world->to));
	if (world->situation != REFUSES)
		give(world, "to", world->situation == AWAY ? "/nowhere/at/all" : world->to);
	if (world->situation == BREAKS)
		world->stage = "copying_files";
	if (world->stage)
		give(world, "wait_in", world->stage);
}

static void leave_ship(struct world *world)
{
	char path[256];

	snprintf(path, sizeof(path), "rm -rf '%s'", world->to);
	/* Nothing of what was cancelled is left, or rmdir fails. */
	if (world->situation == STALLS)
		assert_int_equal(rmdir(world->to), 0);
	else
		assert_int_equal(system(path), 0); // NOLINT: a folder that was made here
}

static int serve_cloud(void *context, struct peer_request *request, struct peer_conn *conn)
{
	const struct world *world = context;
	const char *stage = world->stage ? world->stage : "live";
	char body[256];

	if (world->situation == REFUSES)
		snprintf(
			body, sizeof(body), "HTTP/1.1 422 No\r\nContent-Length: 8\r\n\r\nno image");
	else
		snprintf(body, sizeof(body),
			"HTTP/1.1 200 OK\r\nConnection: "
			"close\r\n\r\n{\"id\":\"d1\",\"state\":\"%s\","
			"\"progress\":60,\"log\":[\"one\",\"two\"],\"url\":\"http://it.example\"}",
			stage);
	(void)request;
	peer_send(conn, body, strlen(body));
	return -1;
}

static void enter_cloud(struct world *world)
{
	if (world->situation == BREAKS)
		world->stage = "building";
	world->cloud = peer_start(
		&(struct peer_options){.tcp = true, .handler = serve_cloud, .context = world});
	assert_non_null(world->cloud);
	enter_plugin(world, BERTH_SOURCE_DIR "/examples/plugins/berth-target-cloud");
	world->flow->forbidden = "s3cret-token";
	give(world, "token", "s3cret-token");
	give(world, "poll_ms", "20");
	give(world, "url",
		world->situation == AWAY ? "http://127.0.0.1:9" : peer_url(world->cloud));
}

static void leave_cloud(struct world *world)
{
	assert_int_equal(peer_free(world->cloud), 0);
}

/* --- the table --- */

static const struct kind kinds[] = {
	{"docker", {"validating", "pulling_image", "starting_container"}, enter_docker,
		leave_docker, .breaks = BERTH_FAILED, .cancelled = BERTH_CANCELED},
	{"demo",
		{"validating", "pulling_image", "preparing_files", "starting_container",
			"copying_files", "health_check"},
		enter_demo, leave_nothing, .lacks = 1u << AWAY, .breaks = BERTH_FAILED,
		.cancelled = BERTH_CANCELED},
	/* It can't be cancelled there: what becomes of it is not known. */
	{"fractalic", {"validating", "starting_container"}, enter_fractalic, leave_fractalic,
		.breaks = BERTH_UNKNOWN, .cancelled = BERTH_UNKNOWN},
	/* In "deploying" it has replaced the container already: flow/mist_live.c. */
	{"mist", {"cloning", "building"}, enter_mist, leave_mist, .breaks = BERTH_UNKNOWN,
		.cancelled = BERTH_CANCELED},
	/* It can't break off a build: what comes of it is stopped, and its record removed. */
	{"deployer", {"detecting", "building"}, enter_deployer, leave_deployer,
		.breaks = BERTH_UNKNOWN, .cancelled = BERTH_CANCELED},
	{"plugin: shell", {"validating", "copying_files", "deploying"}, enter_ship, leave_ship,
		kill_plugin, .breaks = BERTH_UNKNOWN, .cancelled = BERTH_CANCELED,
		.actions = {"state", "remove"}, .absent = "stop"},
	{"plugin: Python", {"building", "deploying"}, enter_cloud, leave_cloud, kill_plugin,
		.breaks = BERTH_UNKNOWN, .cancelled = BERTH_CANCELED,
		.actions = {"state", "logs", "stop", "restart"}, .absent = "remove"},
};
enum { KINDS = sizeof(kinds) / sizeof(kinds[0]) };

/* What came of each, for the table at the end. */
static char said[KINDS][6][24];

static void begin(struct world *world, struct flow *flow, const struct kind *kind,
	enum situation situation, const char *stage)
{
	memset(world, 0, sizeof(*world));
	world->flow = flow;
	world->situation = situation;
	world->stage = stage;
	kind->enter(world);
	world->record = flow_start(flow, &world->request, false);
}

static void end(struct world *world, const struct kind *kind)
{
	kind->leave(world);
	world->flow->forbidden = NULL;
}

static void expect(
	struct world *world, const struct kind *kind, enum berth_outcome wanted, const char *what)
{
	FLOW_UNTIL_MS(world->flow, 20000, world->record->result);
	if (world->record->result->outcome != wanted)
		fail_msg("%s, %s: %s instead of %s: %s", kind->name, what,
			berth_outcome_name(world->record->result->outcome),
			berth_outcome_name(wanted), world->record->result->message);
}

static void run_all(void **state, enum situation situation, const enum berth_outcome *wanted)
{
	for (size_t i = 0; i < KINDS; i++) {
		enum berth_outcome outcome = wanted ? *wanted : kinds[i].breaks;
		struct world world;

		snprintf(said[i][situation], sizeof(said[i][situation]), "-");
		if (kinds[i].lacks & (1u << situation))
			continue;
		begin(&world, *state, &kinds[i], situation, NULL);
		if (situation == BREAKS && kinds[i].broken)
			kinds[i].broken(&world);
		expect(&world, &kinds[i], outcome, "situation");
		assert_true(world.record->stage[0] != '\0' || situation != WELL);
		end(&world, &kinds[i]);
		snprintf(said[i][situation], sizeof(said[i][situation]), "%s",
			berth_outcome_name(outcome));
	}
}

static void what_goes_well_is_deployed(void **state)
{
	run_all(state, WELL, &(const enum berth_outcome){BERTH_DEPLOYED});
}

static void a_wrong_request_is_rejected(void **state)
{
	run_all(state, REFUSES, &(const enum berth_outcome){BERTH_REJECTED});
}

static void who_is_away_is_not_reached(void **state)
{
	run_all(state, AWAY, &(const enum berth_outcome){BERTH_UNREACHED});
}

static void what_breaks_is_no_more_than_is_known(void **state)
{
	run_all(state, BREAKS, NULL);
}

static void it_is_cancelled_in_each_stage(void **state)
{
	for (size_t i = 0; i < KINDS; i++) {
		int tried = 0;

		for (const char *const *stage = kinds[i].stages; *stage; stage++, tried++) {
			struct world world;

			begin(&world, *state, &kinds[i], STALLS, *stage);
			FLOW_UNTIL(world.flow,
				strcmp(world.record->stage, *stage) == 0 || world.record->result);
			if (world.fake)
				FLOW_UNTIL(world.flow, fake_engine_faults(world.fake) > 0);
			flow_cancel(world.flow, world.record);
			flow_cancel(world.flow, world.record);
			if (world.fake)
				fake_engine_release(world.fake);
			expect(&world, &kinds[i], kinds[i].cancelled, *stage);
			assert_int_equal(world.record->result->failure->code, BERTH_E_CANCELLED);
			end(&world, &kinds[i]);
		}
		snprintf(said[i][STALLS], sizeof(said[i][STALLS]), "%d %s", tried,
			berth_outcome_name(kinds[i].cancelled));
	}
}

static void act(
	struct world *world, const struct kind *kind, const char *action, enum berth_outcome wanted)
{
	struct berth_deployment request = world->request;

	request.action = (char *)action;
	world->record = flow_attach(world->flow, &request, "web");
	expect(world, kind, wanted, action);
}

static void actions_are_done_or_refused(void **state)
{
	for (size_t i = 0; i < KINDS; i++) {
		int done = 0;
		struct world world;

		snprintf(said[i][5], sizeof(said[i][5]), "-");
		if (!kinds[i].absent)
			continue;
		begin(&world, *state, &kinds[i], WELL, NULL);
		expect(&world, &kinds[i], BERTH_DEPLOYED, "before the actions");
		for (; done < 4 && kinds[i].actions[done]; done++)
			act(&world, &kinds[i], kinds[i].actions[done], BERTH_DEPLOYED);
		act(&world, &kinds[i], kinds[i].absent, BERTH_REJECTED);
		end(&world, &kinds[i]);
		snprintf(said[i][5], sizeof(said[i][5]), "%d, 1 refused", done);
	}
}

/* What a server has is listed, each deed is done or refused with its reason, and `done` comes once
 * in any case. */
struct dealt {
	int rows, done;
	enum berth_code code;
};

static void on_row(void *context, const struct berth_remote *remote)
{
	assert_true(remote->id[0] != '\0' && remote->state[0] != '\0');
	((struct dealt *)context)->rows++;
}

static void on_dealt(
	void *context, const struct berth_remote *remote, const struct berth_error *err)
{
	struct dealt *dealt = context;

	(void)remote;
	dealt->done++;
	dealt->code = err ? err->code : BERTH_E_OK;
	/* A refusal says something. */
	assert_true(!err || err->message[0] != '\0');
}

static void deal(struct world *world, enum berth_deed deed, const char *word, struct dealt *dealt)
{
	const char *why = berth_deed_cannot(world->request.kind, deed);
	struct berth_error err = {0};
	int status;

	*dealt = (struct dealt){0};
	status = berth_engine_remote(world->flow->engine, &world->request,
		&(struct berth_deed_request){.deed = deed,
			.word = word,
			.row = on_row,
			.done = on_dealt,
			.context = dealt},
		&err);
	if (why) {
		assert_int_equal(status, -1);
		assert_string_equal(err.message, why);
		return;
	}
	assert_int_equal(status, 0);
	LOOP_UNTIL(&world->flow->loop, dealt->done > 0);
	assert_int_equal(dealt->done, 1);
}

static void servers_are_listed_and_act_or_say_why(void **state)
{
	for (size_t i = 0; i < KINDS; i++) {
		struct dealt dealt;
		struct world world;

		begin(&world, *state, &kinds[i], WELL, NULL);
		expect(&world, &kinds[i], BERTH_DEPLOYED, "before the deeds");
		if (world.request.server) {
			int can = 0;

			deal(&world, BERTH_DEED_LIST, NULL, &dealt);
			assert_true(berth_deed_cannot(world.request.kind, BERTH_DEED_LIST) ||
				    (dealt.rows > 0 && dealt.code == BERTH_E_OK));
			for (int deed = BERTH_DEED_LIST; deed < BERTH_DEEDS; deed++)
				can += !berth_deed_cannot(
					world.request.kind, (enum berth_deed)deed);
			snprintf(said[i][5], sizeof(said[i][5]), "%d of %d", can, BERTH_DEEDS);
			for (int deed = BERTH_DEED_LOOK; deed < BERTH_DEEDS; deed++) {
				deal(&world, (enum berth_deed)deed, "no such thing", &dealt);
				/* Of what is not there nothing is said to be done. */
				assert_true(berth_deed_cannot(
						    world.request.kind, (enum berth_deed)deed) ||
					    dealt.code != BERTH_E_OK);
			}
		}
		end(&world, &kinds[i]);
	}
}

static int print_table(void **state)
{
	(void)state;
	print_message("%-15s %-10s %-10s %-10s %-10s %-12s %s\n", "", "well", "refused", "away",
		"breaks", "cancelled", "actions");
	for (size_t i = 0; i < KINDS; i++)
		print_message("%-15s %-10s %-10s %-10s %-10s %-12s %s\n", kinds[i].name,
			said[i][WELL], said[i][REFUSES], said[i][AWAY], said[i][BREAKS],
			said[i][STALLS], said[i][5]);
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		FLOW_TEST(what_goes_well_is_deployed),
		FLOW_TEST(a_wrong_request_is_rejected),
		FLOW_TEST(who_is_away_is_not_reached),
		FLOW_TEST(what_breaks_is_no_more_than_is_known),
		FLOW_TEST(it_is_cancelled_in_each_stage),
		FLOW_TEST(actions_are_done_or_refused),
		FLOW_TEST(servers_are_listed_and_act_or_say_why),
	};

	flow_home();
	scene_hurry();
	mist_hurry();
	mist_pace.live = true;
	deployer_pace.first_ms = deployer_pace.steady_ms = 20;
	deployer_pace.cap_ms = 20;
	return cmocka_run_group_tests(tests, NULL, print_table);
}
