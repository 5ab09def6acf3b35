#include "support/deploy_flow.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

/* All below what the kernel gives to clients. */
enum { FIRST_PORT = 20000, RANGES = 24, RANGE_PORTS = 500 };

static char home[] = "/tmp/berth-flow-XXXXXX";

static void remove_home(void)
{
	rmdir(home);
}

void flow_home(void)
{
	if (!mkdtemp(home))
		abort();
	atexit(remove_home);
	setenv("HOME", home, 1);
	setenv("DOCKER_CONFIG", home, 1);
	unsetenv("DOCKER_HOST");
	unsetenv("DOCKER_CONTEXT");
	unsetenv("DOCKER_API_VERSION");
	signal(SIGPIPE, SIG_IGN);
}

static void wakeup(void *context)
{
	struct flow *flow = context;

	flow->wakeups++;
	flow->woken = true;
}

int flow_setup(void **state)
{
	struct flow *flow = calloc(1, sizeof(*flow));
	struct berth_error err = {0};

	if (!flow || uv_loop_init(&flow->loop))
		abort();
	flow->engine = berth_engine_new(
		&(struct berth_engine_options){
			.loop = &flow->loop, .wakeup = wakeup, .context = flow},
		&err);
	assert_non_null(flow->engine);
	*state = flow;
	return 0;
}

static void closed(void *context)
{
	struct flow *flow = context;

	flow->closed = true;
}

static void unrecorded(void *context, unsigned runs, const struct berth_error *why)
{
	struct flow *flow = context;

	(void)why;
	flow->unrecorded = runs;
}

void flow_keep_history(struct flow *flow, const char *path)
{
	if (flow->engine) {
		flow->closed = false;
		berth_engine_close(flow->engine, closed, flow);
		flow->engine = NULL;
		LOOP_UNTIL(&flow->loop, flow->closed);
	}
	if (!path)
		return;
	flow->closed = false;
	flow->engine = berth_engine_new(&(struct berth_engine_options){.loop = &flow->loop,
						.wakeup = wakeup,
						.context = flow,
						.history = path,
						.keep = {.runs = 500, .days = 30},
						.unrecorded = unrecorded},
		NULL);
	assert_non_null(flow->engine);
}

void flow_close(struct flow *flow)
{
	if (!flow->engine)
		return;
	flow_keep_history(flow, NULL);
	LOOP_CLOSE(&flow->loop);
}

int flow_teardown(void **state)
{
	struct flow *flow = *state;

	flow_close(flow);
	for (unsigned i = 0; i < flow->count; i++) {
		struct record *record = flow->records[i];

		for (size_t e = 0; e < record->count; e++)
			berth_event_free(record->events[e]);
		free(record->events);
		free(record);
	}
	free(flow);
	return 0;
}

/* --- taking events --- */

static void check_stage(const struct record *record, const char *stage)
{
	int now = berth_stage_index(record->stages, stage), last;

	last = record->stage[0] ? berth_stage_index(record->stages, record->stage) : 0;
	if (now < last || (now > last + 1 && !record->skips) || (!record->stage[0] && now != 0))
		fail_msg("stage '%s' comes after '%s'", stage, record->stage);
}

/* The stage a record ends in, by its outcome; "" where that is not known. */
static const char *ending(enum berth_outcome outcome)
{
	if (outcome == BERTH_DEPLOYED)
		return "completed";
	if (outcome == BERTH_CANCELED)
		return "cancelled";
	return outcome == BERTH_UNKNOWN ? "" : "error";
}

static bool is_ending(const struct record *record, const char *stage)
{
	return berth_stage_index(record->stages, stage) < 0;
}

/* Where a deployment can fail: in a stage, or while it stands in line for a server. */
static bool is_place(const struct record *record, const char *stage)
{
	return strcmp(stage, "queued") == 0 || berth_stage_index(record->stages, stage) >= 0;
}

static void check_result(const struct record *record, const struct berth_event *event)
{
	const struct berth_result *result = event->result;

	assert_non_null(result);
	assert_non_null(result->message);
	assert_true(result->message[0] != '\0');
	assert_true((result->outcome == BERTH_DEPLOYED) == (result->failure == NULL));
	assert_true(result->outcome != BERTH_LEFT_BEHIND || result->left_behind_count > 0);
	assert_true(result->duration_ms >= 0);
	if (result->failure) {
		assert_non_null(result->failure->message);
		assert_int_not_equal(result->failure->code, BERTH_E_OK);
		assert_true(is_place(record, result->failure->stage));
	}
}

static void check_event(const struct flow *flow, struct record *record, struct berth_event *event)
{
	char *json = berth_event_to_json(event);

	assert_non_null(json);
	if (flow->forbidden && strstr(json, flow->forbidden))
		fail_msg("'%s' is in an event: %s", flow->forbidden, json);
	free(json);
	if (record->result) {
		/* Only output may follow, and only if it was asked for. */
		assert_true(record->follow);
		assert_int_equal(event->type, BERTH_EVENT_LOG);
		assert_int_equal(event->seq, 0);
		record->after++;
		return;
	}
	assert_int_equal(event->seq, record->count + 1);
	assert_true(event->time_ms > 0);
	if (event->type == BERTH_EVENT_STATUS || event->type == BERTH_EVENT_PROGRESS) {
		if (event->progress < record->progress || event->progress > 100)
			fail_msg("progress falls from %d to %d", record->progress, event->progress);
		record->progress = event->progress;
	}
	if (event->type == BERTH_EVENT_STATUS) {
		/* Only a plugin's hello tells them; the record keeps the event. */
		if (event->stages)
			record->stages = event->stages;
		assert_true(event->message_len > 0);
		assert_string_equal(record->ending, "");
		if (is_ending(record, event->stage)) {
			record->ending = event->stage;
		} else {
			check_stage(record, event->stage);
			record->stage = event->stage;
		}
	}
	if (event->type == BERTH_EVENT_PROGRESS)
		assert_string_equal(event->stage, record->stage);
	if (event->type == BERTH_EVENT_RESULT) {
		check_result(record, event);
		assert_string_equal(record->ending, ending(event->result->outcome));
		record->end = event;
		record->result = event->result;
		record->took_ms = uv_hrtime() / 1000000 - record->began_ms;
	}
}

bool flow_drain(struct flow *flow)
{
	struct berth_event *event;

	if (!flow->engine)
		return true;
	while ((event = berth_engine_next(flow->engine)) != NULL) {
		struct record *record;

		assert_true(flow->woken);
		assert_in_range(event->deployment, 1, flow->count);
		record = flow->records[event->deployment - 1];
		check_event(flow, record, event);
		record->events = realloc(
			record->events, (record->count + 1) * sizeof(struct berth_event *));
		assert_non_null(record->events);
		record->events[record->count++] = event;
		/* A run has one id and no other has it. */
		assert_ptr_equal(event->deployment_id, record->events[0]->deployment_id);
	}
	flow->woken = false;
	return true;
}

/* --- starting --- */

struct berth_deployment flow_request(const struct fake_engine *fake)
{
	return (struct berth_deployment){
		.target = (char *)"local",
		.kind = (char *)"docker",
		.host = (char *)fake_engine_host(fake),
		.preset = (char *)"generic",
		.name = (char *)"web",
		.image = (char *)"demo/web:1.0",
		.container = (char *)"web",
		.restart = (char *)"no",
		.pull = BERTH_PULL_MISSING,
		.health_s = 10,
		.rollback = true,
	};
}

static bool is_free(int port)
{
	struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons((uint16_t)port)};
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0), on = 1;
	bool bound;

	setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
	bound = bind(fd, (struct sockaddr *)&address, sizeof(address)) == 0 && listen(fd, 1) == 0;
	close(fd);
	return bound;
}

/* Test programs that run at the same time have ranges of their own: an abstract socket is held
 * until the program ends. */
static int take_range(void)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

	for (int i = 0; i < RANGES; i++) {
		snprintf(address.sun_path + 1, sizeof(address.sun_path) - 1, "berth-flow-%d", i);
		if (bind(fd, (struct sockaddr *)&address, sizeof(address)) == 0)
			return i;
	}
	fail_msg("all ranges of ports are in use");
	return -1;
}

int flow_port(void)
{
	static int next;

	if (next == 0)
		next = FIRST_PORT + take_range() * RANGE_PORTS;
	while (!is_free(next))
		next++;
	return next++;
}

struct berth_port flow_web(int host, bool automatic)
{
	return (struct berth_port){
		.name = (char *)"http",
		.container = 80,
		.published = true,
		.automatic = automatic,
		.host = host,
		.probe = BERTH_PROBE_AUTO,
	};
}

static struct record *add_record(struct flow *flow, const struct berth_deployment *request)
{
	struct record *record = calloc(1, sizeof(*record));

	assert_non_null(record);
	assert_true(flow->count < RECORDS_MAX);
	record->stage = record->ending = "";
	record->skips = request->server != NULL || request->command != NULL;
	record->stages = berth_target_stages(request->kind);
	record->began_ms = uv_hrtime() / 1000000;
	flow->records[flow->count++] = record;
	return record;
}

struct record *flow_start(struct flow *flow, const struct berth_deployment *request, bool follow)
{
	struct record *record = add_record(flow, request);
	struct berth_error err = {0};

	record->follow = follow;
	if (berth_engine_deploy(flow->engine, request, follow, &record->number, &err))
		fail_msg("deploy: %s", err.message);
	assert_int_equal(record->number, flow->count);
	return record;
}

struct record *flow_attach(
	struct flow *flow, const struct berth_deployment *request, const char *id)
{
	struct record *record = add_record(flow, request);
	struct berth_error err = {0};

	if (berth_engine_attach(flow->engine, request, id, &record->number, &err))
		fail_msg("attach: %s", err.message);
	assert_int_equal(record->number, flow->count);
	return record;
}

struct record *flow_run(struct flow *flow, const struct berth_deployment *request)
{
	struct record *record = flow_start(flow, request, false);

	FLOW_UNTIL(flow, record->result);
	return record;
}

void flow_cancel(struct flow *flow, const struct record *record)
{
	struct berth_error err = {0};

	if (berth_engine_cancel(flow->engine, record->number, &err))
		fail_msg("cancel: %s", err.message);
}

/* --- looking --- */

const struct berth_event *record_log(const struct record *record, int level, const char *part)
{
	for (size_t i = 0; i < record->count; i++) {
		const struct berth_event *event = record->events[i];

		if (event->type == BERTH_EVENT_LOG && (level < 0 || (int)event->level == level) &&
			strstr(event->message, part))
			return event;
	}
	return NULL;
}

bool record_has_progress(const struct record *record, int progress)
{
	for (size_t i = 0; i < record->count; i++)
		if (record->events[i]->type == BERTH_EVENT_PROGRESS &&
			record->events[i]->progress == progress)
			return true;
	return false;
}

char *record_stages(const struct record *record)
{
	char *text = NULL;
	size_t len = 0;
	FILE *memory = open_memstream(&text, &len);
	const char *comma = "";

	assert_non_null(memory);
	for (size_t i = 0; i < record->count; i++)
		if (record->events[i]->type == BERTH_EVENT_STATUS) {
			fprintf(memory, "%s%s %d", comma, record->events[i]->stage,
				record->events[i]->progress);
			comma = ", ";
		}
	fclose(memory);
	return text;
}

char *record_json(const struct record *record)
{
	char *text = NULL;
	size_t len = 0;
	FILE *memory = open_memstream(&text, &len);

	assert_non_null(memory);
	for (size_t i = 0; i < record->count; i++) {
		char *json = berth_event_to_json(record->events[i]);

		fprintf(memory, "%s\n", json);
		free(json);
	}
	fclose(memory);
	return text;
}

void record_print(const struct record *record)
{
	char *text = record_json(record);

	fputs(text, stderr);
	free(text);
}

void assert_outcome_(
	const struct record *record, enum berth_outcome wanted, const char *file, int line)
{
	if (!record->result || record->result->outcome != wanted) {
		record_print(record);
		fprintf(stderr, "the outcome is '%s', not '%s'\n",
			record->result ? berth_outcome_name(record->result->outcome) : "open",
			berth_outcome_name(wanted));
		_fail(file, line);
	}
}

void assert_containers_(struct fake_engine *fake, const char *wanted, const char *file, int line)
{
	char *got = fake_engine_containers(fake);
	bool same = strcmp(got, wanted) == 0;

	if (!same)
		fprintf(stderr, "the containers are\n%snot\n%s", got, wanted);
	free(got);
	if (!same)
		_fail(file, line);
}
