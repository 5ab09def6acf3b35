/* Several at once, local and remote: one server's wait for each other, all others run together, and
 * nothing of one shows in another. */
#include "support/fractalic_scene.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define SAYS(id, text)                                                                             \
	"{\"deployment_id\":\"" id "\",\"message\":\"" text                                        \
	"\",\"stage\":\"deploying\",\"progress\":20}"

static const struct fx_step held[] = {
	{FX_STREAM}, {FX_EVENT, START}, {FX_PAUSE}, {FX_EVENT, SUCCESS}, {FX_DONE}, {FX_END}};

static struct fx_plan plan_of(const struct fx_step *steps)
{
	return (struct fx_plan){.answers = {[FX_STREAM_ROUTE] = {steps}}};
}

static bool is_at_work(const struct record *record)
{
	return record_log(record, -1, "Starting") != NULL;
}

static void two_on_one_server_take_turns(void **state)
{
	const struct fx_plan plan = plan_of(held);
	struct flow *flow = *state;
	struct scene scene;

	scene_open(&scene, flow, &plan);
	struct record *first = flow_start(flow, &scene.request, false);
	/* The same container again: it is replaced when its turn has come, and not before. */
	struct record *second = flow_start(flow, &scene.request, false);
	FLOW_UNTIL(flow, is_at_work(first));
	assert_int_equal(second->count, 1);
	assert_non_null(record_log(
		second, BERTH_INFO, "waits for deployment 1 ('hello') on the same server"));
	assert_string_equal(second->events[0]->stage, "queued");
	assert_int_equal(peer_request_count(scene.server.peer), 1);
	assert_int_equal(berth_engine_running(flow->engine), 2);
	peer_release(scene.server.peer);
	FLOW_UNTIL(flow, first->result && is_at_work(second));
	assert_int_equal(second->events[1]->type, BERTH_EVENT_STATUS);
	assert_int_equal(peer_request_count(scene.server.peer), 2);
	peer_release(scene.server.peer);
	FLOW_UNTIL(flow, second->result);
	assert_outcome(first, BERTH_DEPLOYED);
	assert_outcome(second, BERTH_DEPLOYED);
	scene_close(&scene);
}

static void who_waits_is_cancelled_at_once_and_the_next_is_told(void **state)
{
	const struct fx_plan plan = plan_of(held);
	struct flow *flow = *state;
	struct scene scene;

	scene_open(&scene, flow, &plan);
	struct record *first = flow_start(flow, &scene.request, false);
	struct record *second = flow_start(flow, &scene.request, false);
	struct record *third = flow_start(flow, &scene.request, false);
	FLOW_UNTIL(flow, is_at_work(first) && third->count > 0);
	assert_non_null(record_log(third, BERTH_INFO, "waits for deployment 2"));
	flow_cancel(flow, second);
	flow_drain(flow);
	assert_non_null(second->result);
	assert_outcome(second, BERTH_CANCELED);
	assert_int_equal(second->result->failure->code, BERTH_E_CANCELLED);
	assert_int_equal(berth_engine_cancel(flow->engine, second->number, NULL), -1);
	FLOW_UNTIL(flow, record_log(third, BERTH_INFO, "waits for deployment 1"));
	assert_int_equal(peer_request_count(scene.server.peer), 1);
	peer_release(scene.server.peer);
	FLOW_UNTIL(flow, first->result && is_at_work(third));
	peer_release(scene.server.peer);
	FLOW_UNTIL(flow, third->result);
	assert_outcome(third, BERTH_DEPLOYED);
	assert_int_equal(peer_request_count(scene.server.peer), 2);
	scene_close(&scene);
}

/* Who only asks disturbs nobody. */
static void what_is_followed_waits_for_nobody(void **state)
{
	const struct fx_step done[] = {{FX_REPLY, SUCCESS, 200}, {FX_END}};
	const struct fx_plan plan = {
		.answers = {[FX_STREAM_ROUTE] = {held}, [FX_PROGRESS_ROUTE] = {done}}};
	struct flow *flow = *state;
	struct scene scene;

	scene_open(&scene, flow, &plan);
	struct record *first = flow_start(flow, &scene.request, false);
	struct record *second = flow_start(flow, &scene.request, false);
	FLOW_UNTIL(flow, is_at_work(first) && second->count == 1);
	struct record *followed = flow_attach(flow, &scene.request, "u7");
	FLOW_UNTIL(flow, followed->result);
	assert_outcome(followed, BERTH_DEPLOYED);
	assert_string_equal(followed->events[0]->message, "Following deployment u7");
	assert_null(first->result);
	assert_int_equal(second->count, 1);
	/* Nor does anybody wait for it, though it came between. */
	peer_release(scene.server.peer);
	FLOW_UNTIL(flow, first->result && is_at_work(second));
	peer_release(scene.server.peer);
	FLOW_UNTIL(flow, second->result);
	assert_outcome(second, BERTH_DEPLOYED);
	scene_close(&scene);
}

/* Followed first, it is nobody to wait for either. */
static void nobody_waits_for_what_is_followed(void **state)
{
	const struct fx_step working[] = {{FX_REPLY, START, 200}, {FX_END}};
	const struct fx_step success[] = {
		{FX_STREAM}, {FX_EVENT, START}, {FX_EVENT, SUCCESS}, {FX_DONE}, {FX_END}};
	const struct fx_plan plan = {
		.answers = {[FX_STREAM_ROUTE] = {success}, [FX_PROGRESS_ROUTE] = {working}}};
	struct flow *flow = *state;
	struct scene scene;

	scene_open(&scene, flow, &plan);
	struct record *followed = flow_attach(flow, &scene.request, "u7");
	FLOW_UNTIL(flow, is_at_work(followed));
	struct record *deployed = flow_run(flow, &scene.request);
	assert_outcome(deployed, BERTH_DEPLOYED);
	assert_null(record_log(deployed, -1, "waits for"));
	assert_null(followed->result);
	flow_cancel(flow, followed);
	FLOW_UNTIL(flow, followed->result);
	scene_close(&scene);
}

static void a_failure_makes_room_as_well(void **state)
{
	const struct fx_step cut[] = {{FX_STREAM}, {FX_CLOSE}};
	const struct fx_step success[] = {
		{FX_STREAM}, {FX_EVENT, START}, {FX_EVENT, SUCCESS}, {FX_DONE}, {FX_END}};
	const struct fx_plan plan = {.answers = {[FX_STREAM_ROUTE] = {cut, success}}};
	struct flow *flow = *state;
	struct scene scene;

	scene_open(&scene, flow, &plan);
	struct record *first = flow_start(flow, &scene.request, false);
	struct record *second = flow_start(flow, &scene.request, false);
	FLOW_UNTIL(flow, first->result && second->result);
	assert_outcome(first, BERTH_UNKNOWN);
	assert_outcome(second, BERTH_DEPLOYED);
	scene_close(&scene);
}

static bool holds(const struct record *record, const char *text)
{
	char *json = record_json(record);
	bool found = strstr(json, text) != NULL;

	free(json);
	return found;
}

static void servers_and_the_local_one_neither_wait_nor_mix(void **state)
{
	const struct fx_step alpha[] = {{FX_STREAM}, {FX_EVENT, SAYS("id-alpha", "of alpha")},
		{FX_PAUSE}, {FX_EVENT, SAYS("id-alpha", "of alpha still")}, {FX_EVENT, SUCCESS},
		{FX_DONE}, {FX_END}};
	const struct fx_step beta[] = {{FX_STREAM}, {FX_EVENT, SAYS("id-beta", "of beta")},
		{FX_PAUSE}, {FX_EVENT, "{\"error\":\"beta broke\"}"}, {FX_DONE}, {FX_END}};
	const struct fx_plan plans[] = {plan_of(alpha), plan_of(beta)};
	struct berth_variable short_run = {
		.name = (char[]){"DEMO_SECONDS"}, .value = (char[]){"0.2"}};
	struct berth_deployment demo = {.target = (char[]){"demo"},
		.kind = (char[]){"demo"},
		.name = (char[]){"gamma"},
		.env = &short_run,
		.env_count = 1};
	struct flow *flow = *state;
	struct scene scenes[2];
	struct record *records[2];

	for (int i = 0; i < 2; i++) {
		scene_open(&scenes[i], flow, &plans[i]);
		scenes[i].request.name = i == 0 ? (char[]){"alpha"} : (char[]){"beta"};
		records[i] = flow_start(flow, &scenes[i].request, false);
	}
	struct record *local = flow_start(flow, &demo, false);
	FLOW_UNTIL(flow,
		local->result && holds(records[0], "of alpha") && holds(records[1], "of beta"));
	assert_outcome(local, BERTH_DEPLOYED);
	assert_null(records[0]->result);
	assert_null(records[1]->result);
	peer_release(scenes[1].server.peer);
	FLOW_UNTIL(flow, records[1]->result);
	assert_null(records[0]->result);
	peer_release(scenes[0].server.peer);
	FLOW_UNTIL(flow, records[0]->result);
	assert_outcome(records[0], BERTH_DEPLOYED);
	assert_outcome(records[1], BERTH_FAILED);
	for (int i = 0; i < 2; i++) {
		assert_false(holds(records[i], i == 0 ? "beta" : "alpha"));
		assert_false(holds(records[i], "gamma"));
		assert_false(holds(records[i], "ehearsal"));
		assert_false(holds(records[i], "waits for"));
		assert_false(holds(local, i == 0 ? "alpha" : "beta"));
		scene_close(&scenes[i]);
	}
}

static void closing_leaves_nobody_in_line(void **state)
{
	const struct fx_plan plan = plan_of(held);
	struct flow *flow = *state;
	struct scene scene;

	scene_open(&scene, flow, &plan);
	struct record *first = flow_start(flow, &scene.request, false);
	for (int i = 0; i < 3; i++)
		flow_start(flow, &scene.request, false);
	FLOW_UNTIL(flow, is_at_work(first));
	flow_close(flow);
	assert_int_equal(peer_request_count(scene.server.peer), 1);
	scene_close(&scene);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		FLOW_TEST(two_on_one_server_take_turns),
		FLOW_TEST(who_waits_is_cancelled_at_once_and_the_next_is_told),
		FLOW_TEST(what_is_followed_waits_for_nobody),
		FLOW_TEST(nobody_waits_for_what_is_followed),
		FLOW_TEST(a_failure_makes_room_as_well),
		FLOW_TEST(servers_and_the_local_one_neither_wait_nor_mix),
		FLOW_TEST(closing_leaves_nobody_in_line),
	};

	flow_home();
	scene_hurry();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
