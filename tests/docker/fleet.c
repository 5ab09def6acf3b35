/* What was deployed on a real engine is listed, stopped, started, listened to and removed; and what
 * somebody else does to it is seen. */
#include "support/fleet_words.h"

#include <uv.h>

#include <berth/engine.h>
#include <berth/fleet.h>

#include "support/docker_rig.h"
#include "support/loop_wait.h"

static void says(struct process *process, int status, const char *const words[])
{
	memset(process, 0, sizeof(*process));
	berth_says(process, status, rig.host, rig.home, words);
}

static void deploy(const char *name)
{
	struct run run;

	rig_deploy(&run, 0, WORDS("--name", name, "--image", "web:1", "--port", "web=auto:8080"));
	run_release(&run);
}

static void commands_really_act(void **state)
{
	struct process process;

	(void)state;
	deploy("shop");
	docker_do(WORDS("create", "--name", "foreign", "web:1"));
	says(&process, 0, WORDS("list"));
	assert_said(&process.out, "shop        shop       up ");
	assert_null(strstr(process.out.text, "foreign"));
	process_release(&process);
	says(&process, 0, WORDS("stop", "shop"));
	docker_is("false", WORDS("inspect", "-f", "{{.State.Running}}", "shop"));
	process_release(&process);
	says(&process, 0, WORDS("list", "--output", "json"));
	assert_said(&process.out, "\"state\":\"exited\"");
	process_release(&process);
	says(&process, 0, WORDS("restart", "shop"));
	docker_is("true", WORDS("inspect", "-f", "{{.State.Running}}", "shop"));
	process_release(&process);
	says(&process, 0, WORDS("logs", "shop"));
	process_release(&process);
	says(&process, 2, WORDS("remove", "foreign"));
	process_release(&process);
	says(&process, 0, WORDS("remove", "shop"));
	process_release(&process);
	containers_are("foreign");
}

/* --- events --- */

static bool woken;

static void wakeup(void *context)
{
	(void)context;
	woken = true;
}

static void closed(void *context)
{
	*(bool *)context = true;
}

static const struct berth_container *first(const struct berth_engine *engine)
{
	const struct berth_fleet *fleet = berth_engine_fleet(engine);

	return berth_fleet_settled(fleet) ? berth_fleet_at(fleet, 0) : NULL;
}

static bool is(const struct berth_engine *engine, enum berth_container_state state)
{
	return first(engine) != NULL && first(engine)->state == state;
}

#define UNTIL(condition) LOOP_UNTIL_MS(&loop, SAID_MS, condition)

static void events_of_the_engine_update_the_list(void **state)
{
	struct berth_error err;
	struct berth_engine *engine;
	uv_loop_t loop;
	bool gone = false;

	(void)state;
	deploy("shop");
	uv_loop_init(&loop);
	engine = berth_engine_new(
		&(struct berth_engine_options){.loop = &loop, .wakeup = wakeup}, &err);
	assert_non_null(engine);
	assert_int_equal(berth_engine_watch(engine, rig.host, &err), 0);
	UNTIL(is(engine, BERTH_CONTAINER_RUNNING));
	assert_string_equal(first(engine)->name, "shop");
	assert_true(first(engine)->since_ms > 0);
	assert_int_equal(first(engine)->port_count, 1);
	assert_int_equal(berth_engine_look(engine, first(engine)->id, &err), 0);
	UNTIL(berth_engine_details(engine)->measured &&
		berth_engine_details(engine)->cpu_percent >= 0);
	assert_true(berth_engine_details(engine)->memory > 0);
	assert_true(woken);
	docker_do(WORDS("pause", "shop"));
	UNTIL(is(engine, BERTH_CONTAINER_PAUSED));
	docker_do(WORDS("unpause", "shop"));
	UNTIL(is(engine, BERTH_CONTAINER_RUNNING));
	docker_do(WORDS("kill", "shop"));
	UNTIL(is(engine, BERTH_CONTAINER_EXITED));
	assert_int_equal(first(engine)->exit_code, 137);
	docker_do(WORDS("rename", "shop", "market"));
	UNTIL(first(engine) != NULL && strcmp(first(engine)->name, "market") == 0);
	docker_do(WORDS("start", "market"));
	UNTIL(is(engine, BERTH_CONTAINER_RUNNING));
	docker_do(WORDS("rm", "-f", "market"));
	UNTIL(berth_fleet_count(berth_engine_fleet(engine)) == 0);
	UNTIL(berth_engine_details(engine)->gone);
	berth_engine_close(engine, closed, &gone);
	UNTIL(gone);
	uv_run(&loop, UV_RUN_DEFAULT);
	assert_int_equal(uv_loop_close(&loop), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		RIG_TEST(commands_really_act),
		RIG_TEST(events_of_the_engine_update_the_list),
	};

	return cmocka_run_group_tests(tests, rig_setup, rig_teardown);
}
