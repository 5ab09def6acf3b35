/* Deployments leave a record, whatever becomes of them and of the database. */
#include "unit/tree.h"

#include <signal.h>
#include <sys/wait.h>

#include <jansson.h>
#include <sqlite3.h>

#include <berth/history.h>

#include "support/deploy_flow.h"

#define SECRET "tr0ub4dor-and-3-more"

struct scene {
	struct flow *flow;
	struct tree tree;
	char path[96];
	struct fake_engine *fake;
	struct berth_port port;
	struct berth_variable env[2];
	struct berth_deployment request;
	/* The last answer. */
	bool answered;
	struct berth_past_run *run;
	enum berth_code code;
};

/* It never gets healthy. */
static const struct fake_process thinking = {
	.output = "thinking\n", .answer = FAKE_ANSWERS, .status = 503};

static int setup(void **state)
{
	struct scene *s = calloc(1, sizeof(*s));
	void *flow;

	assert_non_null(s);
	assert_int_equal(flow_setup(&flow), 0);
	s->flow = flow;
	tree_init(&s->tree);
	snprintf(s->path, sizeof(s->path), "%s/state/history.db", s->tree.path);
	s->fake = fake_engine_start();
	fake_engine_image(s->fake, &(struct fake_image){.name = "demo/web:1.0", .present = true});
	s->env[0] = (struct berth_variable){(char *)"MODE", (char *)"fast"};
	s->env[1] = (struct berth_variable){(char *)"PASSWORD", (char *)SECRET};
	s->port = flow_web(flow_port(), false);
	s->request = flow_request(s->fake);
	s->request.env = s->env;
	s->request.env_count = 2;
	s->request.ports = &s->port;
	s->request.port_count = 1;
	flow_keep_history(s->flow, s->path);
	*state = s;
	return 0;
}

static int teardown(void **state)
{
	struct scene *s = *state;
	void *flow = s->flow;

	assert_int_equal(fake_engine_stop(s->fake), 0);
	berth_past_run_free(s->run);
	flow_teardown(&flow);
	tree_release(&s->tree);
	free(s);
	return 0;
}

static void on_run(void *context, struct berth_past_run *run, const struct berth_error *err)
{
	struct scene *s = context;

	berth_past_run_free(s->run);
	s->run = run;
	s->code = err != NULL ? err->code : BERTH_E_OK;
	s->answered = true;
}

static void look(struct scene *s, const char *id)
{
	struct berth_history *history = berth_engine_history(s->flow->engine);

	s->answered = false;
	assert_int_equal(berth_history_find(history, id, on_run, s, NULL), 0);
	FLOW_UNTIL(s->flow, s->answered);
	assert_non_null(s->run);
}

static char *stage_names(const struct berth_past_run *run)
{
	static char names[512];

	names[0] = '\0';
	for (size_t i = 0; i < run->stage_count; i++) {
		const struct berth_past_stage *stage = &run->stages[i];

		strcat(strcat(names, i > 0 ? " " : ""), stage->name);
		assert_true(stage->ended_ms >= stage->began_ms);
		if (i > 0)
			assert_int_equal(stage->began_ms, run->stages[i - 1].ended_ms);
	}
	return names;
}

static void a_success_is_recorded_whole(void **state)
{
	struct scene *s = *state;
	struct record *record;
	json_t *end, *request;

	fake_engine_process(s->fake, &(struct fake_process){.output = "listening\n"});
	record = flow_run(s->flow, &s->request);
	assert_outcome(record, BERTH_DEPLOYED);
	look(s, "1");
	assert_string_equal(s->run->deployment_id, record->end->deployment_id);
	assert_string_equal(s->run->name, s->request.name);
	assert_string_equal(s->run->image, "demo/web:1.0");
	assert_int_equal(s->run->state, BERTH_PAST_ENDED);
	assert_int_equal(s->run->outcome, BERTH_DEPLOYED);
	assert_string_equal(s->run->message, record->result->message);
	assert_string_equal(s->run->image_digest, record->result->image_digest);
	assert_string_equal(stage_names(s->run),
		"validating pulling_image preparing_files starting_container copying_files "
		"health_check");
	assert_true(s->run->finished_ms >= s->run->started_ms);
	assert_int_equal(s->run->stages[5].ended_ms, s->run->duration_ms);
	end = json_loads(s->run->end, 0, NULL);
	assert_string_equal(json_string_value(json_object_get(end, "type")), "result");
	assert_string_equal(
		json_string_value(json_object_get(json_object_get(end, "result"), "container_id")),
		record->result->container_id);
	json_decref(end);
	request = json_loads(s->run->request, 0, NULL);
	assert_string_equal(json_string_value(json_object_get(request, "name")), s->request.name);
	json_decref(request);
}

static void assert_lacks(const struct scene *s, const char *name, const char *text)
{
	static char bytes[8 << 20];
	char path[160];
	FILE *file;
	size_t len;

	snprintf(path, sizeof(path), "%s%s", s->path, name);
	file = fopen(path, "re");
	if (file == NULL)
		return;
	len = fread(bytes, 1, sizeof(bytes), file);
	fclose(file);
	if (memmem(bytes, len, text, strlen(text)) != NULL)
		fail_msg("'%s' is in %s", text, path);
}

/* It comes back from everywhere: the command's output, the request, the name of the image. */
static void no_secret_is_in_the_file(void **state)
{
	struct scene *s = *state;
	static const char *const forms[] = {"tr0ub4dor", "dHIwdWI0ZG9y", "RyMHViNGRvc"};
	struct record *record;

	fake_engine_process(s->fake,
		&(struct fake_process){.output = "the password is " SECRET "!\n"
						 "as base64: dHIwdWI0ZG9yLWFuZC0zLW1vcmU=\n",
			.exits = true,
			.exit_code = 1});
	s->port.probe = BERTH_PROBE_HTTP;
	s->port.health_path = (char *)"/?key=" SECRET;
	record = flow_run(s->flow, &s->request);
	assert_outcome(record, BERTH_FAILED);
	look(s, "1");
	assert_non_null(strstr(s->run->end, "the password is"));
	assert_non_null(strstr(s->run->request, "\"PASSWORD\":\"hmac:"));
	flow_keep_history(s->flow, NULL);
	for (size_t i = 0; i < sizeof(forms) / sizeof(forms[0]); i++) {
		assert_lacks(s, "", forms[i]);
		assert_lacks(s, "-wal", forms[i]);
	}
	flow_keep_history(s->flow, s->path);
}

static void a_failure_names_its_stage(void **state)
{
	struct scene *s = *state;

	s->request.image = (char *)"demo/absent:1.0";
	s->request.pull = BERTH_PULL_NEVER;
	assert_outcome(flow_run(s->flow, &s->request), BERTH_REJECTED);
	look(s, "1");
	assert_int_equal(s->run->outcome, BERTH_REJECTED);
	assert_string_equal(stage_names(s->run), "validating");
	assert_non_null(strstr(s->run->end, "\"stage\":\"validating\""));
}

static void what_runs_is_in_the_record_and_what_is_left_is_interrupted(void **state)
{
	struct scene *s = *state;
	struct record *record;

	fake_engine_process(s->fake, &thinking);
	s->port.probe = BERTH_PROBE_HTTP;
	s->request.health_s = 60;
	record = flow_start(s->flow, &s->request, false);
	FLOW_UNTIL(s->flow, strcmp(record->stage, "health_check") == 0 || record->end != NULL);
	if (record->end != NULL)
		fail_msg("it ended too soon");
	look(s, "1");
	assert_int_equal(s->run->finished_ms, 0);
	assert_null(s->run->end);
	assert_string_equal(s->run->stages[s->run->stage_count - 1].name, "health_check");
	assert_int_equal(s->run->stages[s->run->stage_count - 1].ended_ms, -1);
	flow_keep_history(s->flow, s->path);
	look(s, "1");
	assert_int_equal(s->run->state, BERTH_PAST_INTERRUPTED);
	assert_int_equal(s->flow->unrecorded, 0);
}

/* Another program holds the database until its standard input ends. */
static pid_t hold_database(const char *path, int *let_go)
{
	int ready[2], stop[2];
	char c;
	pid_t pid;

	assert_int_equal(pipe2(ready, O_CLOEXEC), 0);
	assert_int_equal(pipe2(stop, O_CLOEXEC), 0);
	pid = fork();
	assert_true(pid >= 0);
	if (pid == 0) {
		sqlite3 *db;

		close(stop[1]);
		if (sqlite3_open(path, &db) != SQLITE_OK ||
			sqlite3_exec(db, "BEGIN EXCLUSIVE", NULL, NULL, NULL) != SQLITE_OK ||
			write(ready[1], "x", 1) != 1)
			_exit(1);
		_exit(read(stop[0], &c, 1) == 0 ? 0 : 1);
	}
	close(ready[1]);
	close(stop[0]);
	assert_int_equal(read(ready[0], &c, 1), 1);
	close(ready[0]);
	*let_go = stop[1];
	return pid;
}

static void a_locked_database_stops_nothing(void **state)
{
	struct scene *s = *state;
	struct record *record;
	int let_go, status;
	pid_t pid;

	assert_outcome(flow_run(s->flow, &s->request), BERTH_DEPLOYED);
	look(s, "1");
	pid = hold_database(s->path, &let_go);
	s->request.name = s->request.container = (char *)"second";
	s->port.host = flow_port();
	record = flow_run(s->flow, &s->request);
	assert_outcome(record, BERTH_DEPLOYED);
	flow_keep_history(s->flow, NULL);
	assert_int_equal(s->flow->unrecorded, 1);
	close(let_go);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	flow_keep_history(s->flow, s->path);
}

static void a_damaged_database_is_said_in_the_log(void **state)
{
	struct scene *s = *state;
	struct record *record;

	tree_text(&s->tree, "state/history.db", "this is a letter to my bank, and no database\n");
	s->request.health_s = 60;
	fake_engine_process(s->fake, &thinking);
	record = flow_start(s->flow, &s->request, false);
	FLOW_UNTIL(s->flow, record_log(record, BERTH_WARN, "history.db.damaged-") != NULL);
	flow_cancel(s->flow, record);
	FLOW_UNTIL(s->flow, record->end != NULL);
	look(s, "1");
	assert_int_equal(s->run->outcome, BERTH_CANCELED);
}

/* The result is the last of a record, whenever the database gets in the way. */
static void nothing_comes_after_a_result(void **state)
{
	struct scene *s = *state;
	struct record *record;
	int let_go, status;
	pid_t pid;

	assert_outcome(flow_run(s->flow, &s->request), BERTH_DEPLOYED);
	look(s, "1");
	pid = hold_database(s->path, &let_go);
	s->request.name = s->request.container = (char *)"second";
	s->port.host = flow_port();
	record = flow_run(s->flow, &s->request);
	/* Longer than a write waits for a lock. */
	berth_history_find(berth_engine_history(s->flow->engine), "1", on_run, s, NULL);
	s->answered = false;
	FLOW_UNTIL(s->flow, s->answered);
	assert_int_equal(record->after, 0);
	close(let_go);
	assert_int_equal(waitpid(pid, &status, 0), pid);
}

static void without_a_place_for_it_the_deployment_goes_on(void **state)
{
	struct scene *s = *state;

	flow_keep_history(s->flow, "/proc/no/such/history.db");
	assert_outcome(flow_run(s->flow, &s->request), BERTH_DEPLOYED);
	flow_keep_history(s->flow, NULL);
	assert_int_equal(s->flow->unrecorded, 1);
	flow_keep_history(s->flow, s->path);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
	const struct CMUnitTest tests[] = {
		TEST(a_success_is_recorded_whole),
		TEST(no_secret_is_in_the_file),
		TEST(a_failure_names_its_stage),
		TEST(what_runs_is_in_the_record_and_what_is_left_is_interrupted),
		TEST(a_locked_database_stops_nothing),
		TEST(a_damaged_database_is_said_in_the_log),
		TEST(nothing_comes_after_a_result),
		TEST(without_a_place_for_it_the_deployment_goes_on),
	};

	flow_home();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
