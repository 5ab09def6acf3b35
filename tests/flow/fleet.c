/* What berth deployed and is still there: listed once, then kept up to date by events; and acted
 * on, with the engine having the last word. */
#include "support/deploy_flow.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <berth/fleet.h>

struct acted {
	int count;
	enum berth_act act;
	char name[160];
	struct berth_error error; /* code OK: none */
};

static struct fake_engine *fake;
static struct acted acted;

static int setup(void **state)
{
	fake = fake_engine_start();
	memset(&acted, 0, sizeof(acted));
	return flow_setup(state);
}

static int teardown(void **state)
{
	int status = flow_teardown(state);

	return fake_engine_stop(fake) == 0 ? status : -1;
}

static void add(const char *tag, const char *name, const char *deployment, bool running)
{
	fake_engine_container(fake, &(struct fake_container){.tag = tag,
					    .name = name,
					    .deployment = deployment,
					    .deployed = "shop",
					    .running = running});
}

static const struct berth_fleet *fleet_of(const struct flow *flow)
{
	return berth_engine_fleet(flow->engine);
}

static void open_fleet(struct flow *flow)
{
	assert_int_equal(berth_engine_watch(flow->engine, fake_engine_host(fake), NULL), 0);
	FLOW_UNTIL(flow, berth_fleet_settled(fleet_of(flow)));
}

static const struct berth_container *named(const struct flow *flow, const char *name)
{
	for (size_t i = 0; i < berth_fleet_count(fleet_of(flow)); i++)
		if (strcmp(berth_fleet_at(fleet_of(flow), i)->name, name) == 0)
			return berth_fleet_at(fleet_of(flow), i);
	return NULL;
}

static bool is_state(const struct flow *flow, const char *name, enum berth_container_state state)
{
	const struct berth_container *container = named(flow, name);

	return container != NULL && container->state == state &&
	       berth_fleet_settled(fleet_of(flow));
}

static void on_acted(void *context, const struct berth_acted *what)
{
	assert_ptr_equal(context, &acted);
	acted.count++;
	acted.act = what->act;
	snprintf(acted.name, sizeof(acted.name), "%s", what->name);
	acted.error = what->error != NULL ? *what->error : (struct berth_error){0};
	if (what->error != NULL)
		assert_int_not_equal(what->error->code, BERTH_E_OK);
}

static void begin(struct flow *flow, const char *name, enum berth_act act)
{
	const struct berth_container *container = named(flow, name);

	assert_non_null(container);
	acted.count = 0;
	assert_int_equal(
		berth_engine_act(flow->engine, container->id, act, on_acted, &acted, NULL), 0);
	assert_int_equal(acted.count, 0);
	assert_int_equal(named(flow, name)->doing, act);
}

static void do_it(struct flow *flow, const char *name, enum berth_act act)
{
	begin(flow, name, act);
	FLOW_UNTIL(flow, acted.count > 0);
	assert_int_equal(acted.count, 1);
	assert_int_equal(acted.act, act);
	assert_string_equal(acted.name, name);
}

/* --- the list --- */

static void lists_what_berth_made_and_nothing_else(void **state)
{
	struct flow *flow = *state;
	const struct berth_container *first, *second;
	int port = flow_port();

	fake_engine_container(fake, &(struct fake_container){.tag = "a",
					    .name = "web",
					    .deployment = "d1",
					    .deployed = "shop",
					    .running = true,
					    .port = port});
	add("b", "other", NULL, true);
	add("c", "worker", "d2", false);
	assert_false(berth_fleet_live(fleet_of(flow)));
	open_fleet(flow);
	assert_int_equal(berth_fleet_count(fleet_of(flow)), 2);
	first = berth_fleet_at(fleet_of(flow), 0);
	second = berth_fleet_at(fleet_of(flow), 1);
	assert_string_equal(first->name, "web");
	assert_string_equal(first->deployed, "shop");
	assert_string_equal(first->deployment, "d1");
	assert_string_equal(first->image, "other/image:2");
	assert_int_equal(first->state, BERTH_CONTAINER_RUNNING);
	assert_int_equal(first->health, BERTH_HEALTH_NONE);
	assert_int_equal(first->port_count, 1);
	assert_int_equal(first->ports[0].host, port);
	/* To the millisecond, which only a look says. */
	assert_int_equal(first->since_ms % 1000, 500);
	assert_string_equal(second->name, "worker");
	assert_int_equal(second->state, BERTH_CONTAINER_CREATED);
	assert_null(berth_fleet_at(fleet_of(flow), 2));
	assert_null(berth_fleet_error(fleet_of(flow)));
	/* The one stream of the header; a list is one call, and each of ours was looked at. */
	assert_int_equal(fake_engine_count(fake, "> GET /events"), 1);
	assert_in_range(fake_engine_count(fake, "> GET /containers/json"), 1, 2);
	assert_int_equal(fake_engine_count(fake, "> GET /containers/<b>"), 0);
}

static void events_keep_it_up_to_date(void **state)
{
	struct flow *flow = *state;
	uint64_t changes;
	int asked;

	add("a", "web", "d1", true);
	open_fleet(flow);
	asked = fake_engine_count(fake, "> GET /containers/");
	changes = berth_fleet_changes(fleet_of(flow));
	fake_engine_die(fake, "web", 3, true);
	FLOW_UNTIL(flow, is_state(flow, "web", BERTH_CONTAINER_EXITED));
	assert_int_equal(named(flow, "web")->exit_code, 3);
	assert_true(named(flow, "web")->oom_killed);
	assert_true(berth_fleet_changes(fleet_of(flow)) > changes);
	/* One look for one event, and no list. */
	assert_int_equal(fake_engine_count(fake, "> GET /containers/"), asked + 1);
	fake_engine_start_it(fake, "web");
	FLOW_UNTIL(flow, is_state(flow, "web", BERTH_CONTAINER_RUNNING));
	fake_engine_health(fake, "web", "unhealthy", "no answer");
	FLOW_UNTIL(flow, named(flow, "web")->health == BERTH_HEALTH_UNHEALTHY);
	fake_engine_remove_it(fake, "web");
	FLOW_UNTIL(flow, berth_fleet_count(fleet_of(flow)) == 0);
}

static void what_is_deployed_meanwhile_comes_in(void **state)
{
	struct flow *flow = *state;
	struct berth_deployment request = flow_request(fake);
	struct record *record;

	fake_engine_image(fake, &(struct fake_image){.name = "demo/web:1.0", .present = true});
	open_fleet(flow);
	assert_int_equal(berth_fleet_count(fleet_of(flow)), 0);
	record = flow_run(flow, &request);
	assert_outcome(record, BERTH_DEPLOYED);
	FLOW_UNTIL(flow, is_state(flow, "web", BERTH_CONTAINER_RUNNING));
	assert_string_equal(named(flow, "web")->id, record->result->container_id);
	assert_string_equal(named(flow, "web")->deployment, record->events[0]->deployment_id);
}

static void a_lost_engine_is_listed_anew(void **state)
{
	struct flow *flow = *state;

	add("a", "web", "d1", true);
	add("b", "worker", "d2", true);
	/* The stream breaks with its first event. */
	fake_engine_fault(fake,
		&(struct fake_fault){
			.at = "GET /events", .what = FAKE_CLOSE, .after = true, .answer = 200});
	open_fleet(flow);
	fake_engine_die(fake, "web", 0, false);
	FLOW_UNTIL(flow, !berth_fleet_live(fleet_of(flow)));
	/* What was known last stays. */
	assert_int_equal(berth_fleet_count(fleet_of(flow)), 2);
	fake_engine_remove_it(fake, "worker");
	FLOW_UNTIL(flow, berth_fleet_settled(fleet_of(flow)));
	assert_int_equal(berth_fleet_count(fleet_of(flow)), 1);
	assert_true(is_state(flow, "web", BERTH_CONTAINER_EXITED));
}

static void an_engine_that_streams_late_is_listed_all_the_same(void **state)
{
	struct flow *flow = *state;

	fake_engine_mute_events(fake);
	add("a", "web", "d1", true);
	open_fleet(flow);
	assert_int_equal(berth_fleet_count(fleet_of(flow)), 1);
	fake_engine_die(fake, "web", 0, false);
	FLOW_UNTIL(flow, is_state(flow, "web", BERTH_CONTAINER_EXITED));
}

/* A list that is refused is no empty list. */
static void a_refused_list_is_told(void **state)
{
	struct flow *flow = *state;

	fake_engine_fault(fake, &(struct fake_fault){.at = "GET /containers/json",
					.times = -1,
					.what = FAKE_REPLY,
					.status = 500,
					.type = "application/json",
					.body = "{\"message\":\"out of order\"}"});
	assert_int_equal(berth_engine_watch(flow->engine, fake_engine_host(fake), NULL), 0);
	FLOW_UNTIL(flow, berth_fleet_error(fleet_of(flow)) != NULL);
	assert_non_null(strstr(berth_fleet_error(fleet_of(flow))->message, "out of order"));
	assert_false(berth_fleet_live(fleet_of(flow)));
}

/* --- which one is meant --- */

static const char *meant(const struct flow *flow, const char *word, struct berth_error *err)
{
	const struct berth_container *found = berth_fleet_resolve(fleet_of(flow), word, err);

	return found != NULL ? found->name : NULL;
}

static void a_word_means_one_or_says_which(void **state)
{
	struct flow *flow = *state;
	struct berth_error err;

	fake_engine_container(fake, &(struct fake_container){.tag = "a",
					    .name = "shop-web",
					    .deployment = "5e1f0000-aaaa",
					    .deployed = "shop"});
	fake_engine_container(fake, &(struct fake_container){.tag = "b",
					    .name = "shop-db",
					    .deployment = "5e1f1111-bbbb",
					    .deployed = "shop"});
	fake_engine_container(fake, &(struct fake_container){.tag = "c",
					    .name = "5e1f",
					    .deployment = "77777777-cccc",
					    .deployed = "api"});
	open_fleet(flow);
	assert_string_equal(meant(flow, "shop-db", &err), "shop-db");
	assert_string_equal(meant(flow, "api", &err), "5e1f");
	assert_string_equal(meant(flow, "77777777-cccc", &err), "5e1f");
	assert_string_equal(meant(flow, "7777", &err), "5e1f");
	assert_string_equal(meant(flow, "5e1f1", &err), "shop-db");
	assert_string_equal(meant(flow, named(flow, "shop-web")->id, &err), "shop-web");
	/* A name comes before the beginning of an id. */
	assert_string_equal(meant(flow, "5e1f", &err), "5e1f");
	assert_null(meant(flow, "shop", &err));
	assert_int_equal(err.code, BERTH_E_CONFLICT);
	assert_non_null(strstr(err.message, "'shop-web' (c00000000001), 'shop-db' (c00000000002)"));
	assert_null(meant(flow, "777", &err));
	assert_int_equal(err.code, BERTH_E_NOT_FOUND);
	assert_null(meant(flow, "", &err));
}

/* --- acting --- */

static void stops_starts_and_removes(void **state)
{
	struct flow *flow = *state;

	add("a", "web", "d1", true);
	open_fleet(flow);
	do_it(flow, "web", BERTH_ACT_STOP);
	assert_int_equal(acted.error.code, BERTH_E_OK);
	assert_false(fake_engine_runs(fake, "a"));
	assert_int_equal(named(flow, "web")->state, BERTH_CONTAINER_EXITED);
	assert_int_equal(named(flow, "web")->doing, BERTH_ACT_NONE);
	do_it(flow, "web", BERTH_ACT_RESTART);
	assert_int_equal(acted.error.code, BERTH_E_OK);
	assert_int_equal(fake_engine_count(fake, "> POST /containers/<a>/start"), 1);
	assert_int_equal(named(flow, "web")->state, BERTH_CONTAINER_RUNNING);
	do_it(flow, "web", BERTH_ACT_RESTART);
	assert_int_equal(acted.error.code, BERTH_E_OK);
	assert_int_equal(fake_engine_count(fake, "> POST /containers/<a>/restart"), 1);
	do_it(flow, "web", BERTH_ACT_REMOVE);
	assert_int_equal(acted.error.code, BERTH_E_OK);
	assert_null(named(flow, "web"));
	/* Its process was asked to end before. */
	assert_int_equal(fake_engine_count(fake, "> POST /containers/<a>/stop"), 2);
	assert_true(fake_engine_volumes_gone(fake, "a"));
}

static void volumes_stay_if_that_is_wanted(void **state)
{
	struct flow *flow = *state;

	add("a", "web", "d1", true);
	open_fleet(flow);
	do_it(flow, "web", BERTH_ACT_REMOVE_KEEPING);
	assert_int_equal(acted.error.code, BERTH_E_OK);
	assert_containers(fake, "");
	assert_false(fake_engine_volumes_gone(fake, "a"));
}

/* Its label may be a lie of the list, and ids may be typed: the container itself is asked. */
static void leaves_alone_what_it_did_not_make(void **state)
{
	static const enum berth_act acts[] = {
		BERTH_ACT_STOP, BERTH_ACT_RESTART, BERTH_ACT_REMOVE, BERTH_ACT_REMOVE_KEEPING};
	struct flow *flow = *state;

	add("b", "other", NULL, true);
	open_fleet(flow);
	for (size_t i = 0; i < sizeof(acts) / sizeof(acts[0]); i++) {
		acted.count = 0;
		assert_int_equal(
			berth_engine_act(flow->engine, "other", acts[i], on_acted, &acted, NULL),
			0);
		FLOW_UNTIL(flow, acted.count > 0);
		assert_int_equal(acted.error.code, BERTH_E_REFUSED);
		assert_non_null(strstr(acted.error.message, "not made by berth"));
	}
	assert_int_equal(fake_engine_count(fake, "> POST"), 0);
	assert_int_equal(fake_engine_count(fake, "> DELETE"), 0);
	assert_containers(fake, "other b running\n");
}

static void a_lost_answer_is_no_failure_if_it_was_done(void **state)
{
	static const struct {
		const char *at;
		enum berth_act act;
	} rows[] = {
		{"POST /containers/<a>/restart", BERTH_ACT_RESTART},
		{"POST /containers/<a>/stop", BERTH_ACT_STOP},
		{"DELETE /containers/<a>", BERTH_ACT_REMOVE},
	};
	struct flow *flow = *state;

	add("a", "web", "d1", true);
	open_fleet(flow);
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		fake_engine_fault(fake,
			&(struct fake_fault){.at = rows[i].at, .what = FAKE_CLOSE, .after = true});
		do_it(flow, "web", rows[i].act);
		assert_int_equal(fake_engine_faults(fake), i + 1);
		assert_int_equal(acted.error.code, BERTH_E_OK);
	}
}

static void a_refusal_is_told_with_its_reason(void **state)
{
	struct flow *flow = *state;

	add("a", "web", "d1", true);
	fake_engine_fault(fake, &(struct fake_fault){.at = "/stop",
					.what = FAKE_REPLY,
					.status = 500,
					.type = "application/json",
					.body = "{\"message\":\"cannot kill container\"}"});
	open_fleet(flow);
	do_it(flow, "web", BERTH_ACT_STOP);
	assert_int_equal(acted.error.code, BERTH_E_REFUSED);
	assert_string_equal(
		acted.error.message, "cannot stop container 'web': cannot kill container");
	assert_true(is_state(flow, "web", BERTH_CONTAINER_RUNNING));
}

/* An engine that says yes and does nothing. */
static void a_yes_alone_is_not_believed(void **state)
{
	struct flow *flow = *state;

	add("a", "web", "d1", true);
	fake_engine_fault(fake,
		&(struct fake_fault){.at = "/stop", .what = FAKE_REPLY, .status = 204, .body = ""});
	open_fleet(flow);
	do_it(flow, "web", BERTH_ACT_STOP);
	assert_int_equal(acted.error.code, BERTH_E_REFUSED);
	assert_non_null(strstr(acted.error.message, "running all the same"));
}

static void a_process_that_ends_at_once_is_told(void **state)
{
	struct flow *flow = *state;

	add("a", "web", "d1", false);
	open_fleet(flow);
	fake_engine_process(fake, &(struct fake_process){.exits = true, .exit_code = 7});
	do_it(flow, "web", BERTH_ACT_RESTART);
	assert_int_equal(acted.error.code, BERTH_E_EXITED);
	assert_non_null(strstr(acted.error.message, "exit code 7"));
	assert_string_equal(acted.error.hint, "its last words: berth logs web");
}

static void one_thing_at_a_time(void **state)
{
	struct flow *flow = *state;
	struct berth_error err;

	add("a", "web", "d1", true);
	fake_engine_fault(fake, &(struct fake_fault){.at = "/stop", .what = FAKE_HOLD});
	open_fleet(flow);
	begin(flow, "web", BERTH_ACT_STOP);
	assert_int_equal(berth_engine_act(flow->engine, named(flow, "web")->id, BERTH_ACT_REMOVE,
				 on_acted, &acted, &err),
		-1);
	assert_int_equal(err.code, BERTH_E_CONFLICT);
	FLOW_UNTIL(flow, fake_engine_faults(fake) == 1);
	fake_engine_release(fake);
	FLOW_UNTIL(flow, acted.count > 0);
	assert_int_equal(acted.error.code, BERTH_E_OK);
}

static void closing_ends_what_is_under_way(void **state)
{
	struct flow *flow = *state;

	add("a", "web", "d1", true);
	fake_engine_fault(fake, &(struct fake_fault){.at = "/stop", .what = FAKE_STALL});
	open_fleet(flow);
	begin(flow, "web", BERTH_ACT_STOP);
	FLOW_UNTIL(flow, fake_engine_faults(fake) == 1);
	flow_close(flow);
	assert_int_equal(acted.count, 1);
	assert_int_equal(acted.error.code, BERTH_E_CANCELLED);
}

static void without_an_engine_nothing_is_begun(void **state)
{
	struct flow *flow = *state;
	struct berth_error err;

	assert_int_equal(
		berth_engine_act(flow->engine, "web", BERTH_ACT_STOP, on_acted, &acted, &err), -1);
	assert_int_equal(err.code, BERTH_E_UNREACHABLE);
	assert_int_equal(acted.count, 0);
}

/* --- a closer look --- */

static bool log_holds(struct berth_log *log, const char *part)
{
	struct berth_log_line line;

	for (uint64_t n = 0; log != NULL && n < berth_log_end(log); n++)
		if (berth_log_get(log, n, &line) && memmem(line.text, line.len, part, strlen(part)))
			return true;
	return false;
}

static void look(struct flow *flow, const char *name)
{
	assert_int_equal(berth_engine_look(flow->engine, named(flow, name)->id, NULL), 0);
}

#define DETAILS(flow)     berth_engine_details((flow)->engine)
#define DETAILS_LOG(flow) berth_engine_details_log((flow)->engine)

static void a_closer_look_tells_facts_output_and_use(void **state)
{
	struct flow *flow = *state;
	struct berth_log_line line;

	fake_engine_process(fake, &(struct fake_process){.output = "hello\nERROR: it broke\n"});
	add("a", "web", "d1", true);
	open_fleet(flow);
	assert_null(DETAILS(flow));
	look(flow, "web");
	FLOW_UNTIL(flow, DETAILS(flow)->known && DETAILS(flow)->measured &&
				 DETAILS(flow)->cpu_percent >= 0 &&
				 log_holds(DETAILS_LOG(flow), "it broke"));
	assert_string_equal(DETAILS(flow)->image_id, "sha256:1111");
	assert_true(DETAILS(flow)->measured);
	/* A quarter of a processor of two that the machine has. */
	assert_true(DETAILS(flow)->cpu_percent > 24.9 && DETAILS(flow)->cpu_percent < 25.1);
	assert_true(DETAILS(flow)->memory == 6000000);
	assert_true(DETAILS(flow)->memory_limit == 100000000);
	assert_int_equal(DETAILS(flow)->label_count, 2);
	assert_string_equal(DETAILS(flow)->labels[0].name, "io.berth.deployment");
	assert_true(berth_log_get(DETAILS_LOG(flow), 1, &line));
	assert_int_equal(line.level, BERTH_ERROR);
	/* Two more streams than the one of events, and they end with the look. */
	assert_int_equal(fake_engine_streams(fake), 3);
	berth_engine_look_away(flow->engine);
	assert_null(DETAILS(flow));
	assert_null(DETAILS_LOG(flow));
	FLOW_UNTIL(flow, fake_engine_streams(fake) == 1);
}

static void a_closer_look_goes_on_after_a_restart(void **state)
{
	struct flow *flow = *state;

	fake_engine_process(fake, &(struct fake_process){.output = "first\n"});
	add("a", "web", "d1", true);
	open_fleet(flow);
	look(flow, "web");
	FLOW_UNTIL(flow, log_holds(DETAILS_LOG(flow), "first") && DETAILS(flow)->measured);
	fake_engine_die(fake, "web", 1, false);
	FLOW_UNTIL(flow, fake_engine_streams(fake) == 1);
	FLOW_UNTIL(flow, !DETAILS(flow)->measured);
	fake_engine_process(fake, &(struct fake_process){.output = "second\n"});
	fake_engine_start_it(fake, "web");
	FLOW_UNTIL(flow, log_holds(DETAILS_LOG(flow), "second"));
	assert_true(log_holds(DETAILS_LOG(flow), "The container was started again"));
	FLOW_UNTIL(flow, DETAILS(flow)->measured);
	fake_engine_remove_it(fake, "web");
	FLOW_UNTIL(flow, DETAILS(flow)->gone);
	assert_true(log_holds(DETAILS_LOG(flow), "second"));
}

static void a_closer_look_shows_the_last_probes(void **state)
{
	struct flow *flow = *state;

	add("a", "web", "d1", true);
	fake_engine_health(fake, "web", "unhealthy", "no answer\nat all");
	open_fleet(flow);
	look(flow, "web");
	FLOW_UNTIL(flow, DETAILS(flow)->probe_count == 1);
	assert_string_equal(DETAILS(flow)->probes[0].output, "no answer");
	assert_int_equal(DETAILS(flow)->probes[0].exit_code, 1);
	fake_engine_health(fake, "web", "healthy", "fine");
	FLOW_UNTIL(flow, strcmp(DETAILS(flow)->probes[0].output, "fine") == 0);
	/* Looking at another, or at nothing any more with the engine closing, leaks nothing. */
	add("b", "worker", "d2", false);
	FLOW_UNTIL(flow, named(flow, "web") != NULL);
	look(flow, "web");
	look(flow, "web");
}

struct heard {
	char text[512];
	int lines, done;
	struct berth_error error;
};

static void on_line(void *context, const struct berth_log_line *line)
{
	struct heard *heard = context;

	assert_int_equal(heard->done, 0);
	heard->lines++;
	strncat(heard->text, line->text, line->len);
	strcat(heard->text, "|");
}

static void on_done(void *context, const struct berth_error *err)
{
	struct heard *heard = context;

	heard->done++;
	heard->error = err != NULL ? *err : (struct berth_error){0};
}

static int listen_to(struct flow *flow, struct heard *heard, const char *id, bool follow)
{
	*heard = (struct heard){0};
	return berth_engine_output(flow->engine,
		&(struct berth_output_request){.id = id,
			.follow = follow,
			.tail = -1,
			.line = on_line,
			.done = on_done,
			.context = heard},
		NULL);
}

static void output_is_heard_to_its_end(void **state)
{
	struct flow *flow = *state;
	struct heard heard, other;

	fake_engine_process(fake, &(struct fake_process){.output = "one\ntwo\n"});
	add("a", "web", "d1", true);
	assert_int_equal(listen_to(flow, &heard, "web", true), -1);
	open_fleet(flow);
	assert_int_equal(listen_to(flow, &heard, named(flow, "web")->id, true), 0);
	FLOW_UNTIL(flow, heard.lines == 2);
	fake_engine_say(fake, "web", "three\n");
	fake_engine_die(fake, "web", 0, false);
	FLOW_UNTIL(flow, heard.done);
	assert_int_equal(heard.error.code, BERTH_E_OK);
	assert_string_equal(heard.text, "one|two|three|");
	assert_int_equal(listen_to(flow, &heard, "nobody", false), 0);
	FLOW_UNTIL(flow, heard.done);
	assert_int_equal(heard.error.code, BERTH_E_NOT_FOUND);
	/* Closing ends it in the middle, and while it is only looked at. */
	fake_engine_start_it(fake, "web");
	assert_int_equal(listen_to(flow, &heard, named(flow, "web")->id, true), 0);
	FLOW_UNTIL(flow, heard.lines > 0);
	assert_int_equal(listen_to(flow, &other, named(flow, "web")->id, true), 0);
	flow_close(flow);
	assert_int_equal(heard.done, 1);
	assert_int_equal(heard.error.code, BERTH_E_CANCELLED);
	assert_int_equal(other.done, 1);
	assert_int_equal(other.error.code, BERTH_E_CANCELLED);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(lists_what_berth_made_and_nothing_else),
		TEST(events_keep_it_up_to_date),
		TEST(what_is_deployed_meanwhile_comes_in),
		TEST(a_lost_engine_is_listed_anew),
		TEST(an_engine_that_streams_late_is_listed_all_the_same),
		TEST(a_refused_list_is_told),
		TEST(a_word_means_one_or_says_which),
		TEST(stops_starts_and_removes),
		TEST(volumes_stay_if_that_is_wanted),
		TEST(leaves_alone_what_it_did_not_make),
		TEST(a_lost_answer_is_no_failure_if_it_was_done),
		TEST(a_refusal_is_told_with_its_reason),
		TEST(a_yes_alone_is_not_believed),
		TEST(a_process_that_ends_at_once_is_told),
		TEST(one_thing_at_a_time),
		TEST(closing_ends_what_is_under_way),
		TEST(without_an_engine_nothing_is_begun),
		TEST(a_closer_look_tells_facts_output_and_use),
		TEST(a_closer_look_goes_on_after_a_restart),
		TEST(a_closer_look_shows_the_last_probes),
		TEST(output_is_heard_to_its_end),
	};

	flow_home();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
