#include "docker_fixture.h"

#include "docker/container.h"
#include "docker/events.h"

static struct {
	int done, opened;
	struct berth_error err;
	char id[80], text[64 * 1024];
	size_t len;
	int exit_code;
	struct container_info info;
	struct container_row rows[4];
	size_t count;
	int lines[2];
} result;

/* What is answered, by a part of the request line; the first that fits. */
struct route {
	const char *part;
	int status;
	const char *body;
	const char *type; /* NULL: application/json */
	size_t len;       /* 0: strlen(body) */
	int times;        /* 0: always */
};

static struct route routes[8];

static int answer_route(void *context, struct peer_request *request, struct peer_conn *conn)
{
	(void)context;
	for (struct route *route = routes; route->part; route++) {
		if (!strstr(request->line, route->part) || route->times < 0)
			continue;
		if (route->times > 0 && --route->times == 0)
			route->times = -1;
		return peer_reply(conn, route->status,
			route->type ? route->type : "application/json", route->body,
			route->len ? route->len : strlen(route->body));
	}
	return peer_reply_json(conn, 404, "{\"message\":\"no route\"}");
}

static int setup(void **state)
{
	memset(routes, 0, sizeof(routes));
	memset(&result, 0, sizeof(result));
	if (docker_setup(state) < 0)
		return -1;
	serve_connected(answer_route);
	return 0;
}

static void route(const char *part, int status, const char *answer)
{
	memset(routes, 0, sizeof(routes));
	routes[0] = (struct route){part, status, answer};
}

static void note(const struct berth_error *err)
{
	result.done++;
	if (err)
		result.err = *err;
}

static void on_done(void *context, const struct berth_error *err)
{
	assert_ptr_equal(context, &result);
	note(err);
}

static void on_created(
	void *context, const char *id, const char *warnings, const struct berth_error *err)
{
	assert_ptr_equal(context, &result);
	assert_true(!id == !!err);
	snprintf(result.id, sizeof(result.id), "%s", id ? id : "");
	snprintf(result.text, sizeof(result.text), "%s", warnings);
	note(err);
}

static void on_info(void *context, const struct container_info *info, const struct berth_error *err)
{
	assert_ptr_equal(context, &result);
	assert_true(!info == !!err);
	if (info)
		result.info = *info;
	note(err);
}

static void on_list(void *context, const struct container_list *list, const struct berth_error *err)
{
	assert_ptr_equal(context, &result);
	assert_true(!list == !!err);
	for (size_t i = 0; list && i < list->count && i < 4; i++)
		result.rows[i] = list->rows[i];
	result.count = list ? list->count : 99;
	note(err);
}

static void wait_done(struct docker_op *op)
{
	assert_non_null(op);
	assert_int_equal(result.done, 0);
	LOOP_UNTIL(&fixture->loop, result.done);
	assert_int_equal(result.done, 1);
}

static void again(void)
{
	memset(&result, 0, sizeof(result));
}

/* --- create and act --- */

static void assert_text(const json_t *json, const char *expected)
{
	char *text = json_dumps(json, JSON_COMPACT | JSON_SORT_KEYS | JSON_ENCODE_ANY);

	assert_non_null(text);
	assert_string_equal(text, expected);
	free(text);
}

static struct container_spec spec(void)
{
	static const char *const names[] = {"A", "EMPTY"}, *const values[] = {"b=c \xc3\xa4", ""};
	static const struct container_label labels[] = {{"io.berth.deployment", "d1"}};
	static const struct container_port ports[] = {
		{80, 8080, false}, {80, 8081, false}, {53, 5353, true}, {9000, 0, false}};

	return (struct container_spec){
		.name = "web",
		.image = "busybox:latest",
		.restart = "unless-stopped",
		.platform = "linux/amd64",
		.env_names = names,
		.env_values = values,
		.env_count = 2,
		.labels = labels,
		.label_count = 1,
		.ports = ports,
		.port_count = 4,
	};
}

static void test_create(void **state)
{
	struct container_spec wanted = spec();
	json_t *sent, *expected;

	(void)state;
	route("/create", 201, "{\"Id\":\"abc\",\"Warnings\":[\"one\",\"two\"]}");
	wait_done(container_create(docker, &wanted, on_created, &result, NULL));
	assert_int_equal(result.err.code, BERTH_E_OK);
	assert_string_equal(result.id, "abc");
	assert_string_equal(result.text, "one; two");
	assert_string_equal(last_line(),
		"POST /v1.41/containers/create?name=web&platform=linux%2Famd64 HTTP/1.1");
	sent = json_loads(peer_request_at(fixture->peer, 2)->body, 0, NULL);
	expected = json_loads(
		"{\"Image\":\"busybox:latest\",\"Env\":[\"A=b=c \xc3\xa4\",\"EMPTY=\"],"
		"\"Labels\":{\"io.berth.deployment\":\"d1\"},"
		"\"ExposedPorts\":{\"80/tcp\":{},\"53/udp\":{},\"9000/tcp\":{}},"
		"\"HostConfig\":{\"RestartPolicy\":{\"Name\":\"unless-stopped\"},\"PortBindings\":{"
		"\"80/tcp\":[{\"HostIp\":\"\",\"HostPort\":\"8080\"},{\"HostIp\":\"\",\"HostPort\":"
		"\"8081\"}],\"53/udp\":[{\"HostIp\":\"\",\"HostPort\":\"5353\"}]}}}",
		0, NULL);
	assert_non_null(expected);
	assert_true(json_equal(sent, expected));
	json_decref(sent);
	json_decref(expected);
}

static void test_create_in_a_stack(void **state)
{
	static const struct container_volume volume = {"shop_data", "/data"};
	static const struct container_health health = {"pg_isready", 5, 4, 30, 12};
	json_t *sent, *host;

	(void)state;
	route("/create", 201, "{\"Id\":\"abc\"}");
	wait_done(container_create(docker,
		&(struct container_spec){.name = "db",
			.image = "db:1",
			.command = "exec db",
			.network = "shop_default",
			.alias = "db",
			.volumes = &volume,
			.volume_count = 1,
			.health = &health},
		on_created, &result, NULL));
	assert_int_equal(result.err.code, BERTH_E_OK);
	sent = json_loads(peer_request_at(fixture->peer, 2)->body, 0, NULL);
	host = json_object_get(sent, "HostConfig");
	assert_text(json_object_get(host, "NetworkMode"), "\"shop_default\"");
	assert_text(json_object_get(host, "Mounts"),
		"[{\"Source\":\"shop_data\",\"Target\":\"/data\",\"Type\":\"volume\"}]");
	assert_text(json_object_get(sent, "Cmd"), "[\"/bin/sh\",\"-c\",\"exec db\"]");
	assert_text(json_object_get(sent, "NetworkingConfig"),
		"{\"EndpointsConfig\":{\"shop_default\":{\"Aliases\":[\"db\"]}}}");
	assert_text(json_object_get(sent, "Healthcheck"),
		"{\"Interval\":5000000000,\"Retries\":12,\"StartInterval\":1000000000,"
		"\"StartPeriod\":30000000000,\"Test\":[\"CMD-SHELL\",\"pg_isready\"],"
		"\"Timeout\":4000000000}");
	json_decref(sent);
}

static void test_create_on_an_older_engine(void **state)
{
	struct container_spec wanted = spec();

	(void)state;
	engine.api = "1.40";
	serve_connected(answer_route);
	route("/create", 201, "{\"Id\":\"abc\",\"Warnings\":null}");
	wait_done(container_create(docker, &wanted, on_created, &result, NULL));
	assert_string_equal(last_line(), "POST /v1.40/containers/create?name=web HTTP/1.1");
	assert_string_equal(result.text, "");
}

static void test_create_fails(void **state)
{
	static const char *const bad_value[] = {"\xff\xfe"};
	struct container_spec wanted = spec();
	struct berth_error err;

	(void)state;
	route("/create", 409, "{\"message\":\"name in use\"}");
	wait_done(container_create(docker, &wanted, on_created, &result, NULL));
	assert_int_equal(result.err.code, BERTH_E_CONFLICT);
	again();
	route("/create", 201, "{}");
	wait_done(container_create(docker, &wanted, on_created, &result, NULL));
	assert_int_equal(result.err.code, BERTH_E_PROTOCOL);

	wanted.env_values = bad_value;
	wanted.env_count = 1;
	assert_null(container_create(docker, &wanted, on_created, &result, &err));
	assert_int_equal(err.code, BERTH_E_USAGE);
	assert_non_null(strstr(err.message, "'A'"));
}

static void test_acts(void **state)
{
	(void)state;
	route("POST", 204, "");
	wait_done(container_start(docker, "web", on_done, &result, NULL));
	assert_string_equal(last_line(), "POST /v1.41/containers/web/start HTTP/1.1");
	again();
	wait_done(container_stop(docker, "web", 7, on_done, &result, NULL));
	assert_string_equal(last_line(), "POST /v1.41/containers/web/stop?t=7 HTTP/1.1");
	again();
	wait_done(container_rename(docker, "web", "web/2", on_done, &result, NULL));
	assert_string_equal(last_line(), "POST /v1.41/containers/web/rename?name=web%2F2 HTTP/1.1");
	assert_int_equal(result.err.code, BERTH_E_OK);
	again();
	/* It runs already, or has stopped already. */
	route("POST", 304, "");
	wait_done(container_start(docker, "web", on_done, &result, NULL));
	assert_int_equal(result.err.code, BERTH_E_OK);
	again();
	route("POST", 500, "{\"message\":\"driver failed: port is already allocated\"}");
	wait_done(container_start(docker, "web", on_done, &result, NULL));
	assert_int_equal(result.err.code, BERTH_E_REFUSED);
	assert_string_equal(result.err.message, "driver failed: port is already allocated");
}

static void test_restart(void **state)
{
	(void)state;
	route("/restart", 204, "");
	wait_done(container_restart(docker, "web", 3, on_done, &result, NULL));
	assert_string_equal(last_line(), "POST /v1.41/containers/web/restart?t=3 HTTP/1.1");
	assert_int_equal(result.err.code, BERTH_E_OK);
	again();
	route("/stop", 204, "");
	wait_done(container_stop(docker, "web", -1, on_done, &result, NULL));
	assert_string_equal(last_line(), "POST /v1.41/containers/web/stop?t=-1 HTTP/1.1");
	assert_int_equal(result.err.code, BERTH_E_OK);
}

static void test_remove_without_volumes(void **state)
{
	(void)state;
	route("DELETE", 204, "");
	wait_done(container_remove(docker, "a", false, on_done, &result, NULL));
	assert_string_equal(last_line(), "DELETE /v1.41/containers/a?force=1 HTTP/1.1");
}

static void test_remove(void **state)
{
	(void)state;
	route("DELETE", 204, "");
	wait_done(container_remove(docker, "a b", true, on_done, &result, NULL));
	assert_string_equal(last_line(), "DELETE /v1.41/containers/a%20b?force=1&v=1 HTTP/1.1");
	assert_int_equal(result.err.code, BERTH_E_OK);
	again();
	route("DELETE", 404, "{\"message\":\"No such container\"}");
	wait_done(container_remove(docker, "a", true, on_done, &result, NULL));
	assert_int_equal(result.err.code, BERTH_E_OK);
	again();
	route("DELETE", 500, "{\"message\":\"busy\"}");
	wait_done(container_remove(docker, "a", true, on_done, &result, NULL));
	assert_int_equal(result.err.code, BERTH_E_REFUSED);
}

/* --- look --- */

static void test_inspect(void **state)
{
	(void)state;
	route("/json", 200,
		"{\"Id\":\"abc\",\"Name\":\"/web\",\"Image\":\"sha256:i\",\"RestartCount\":3,"
		"\"State\":{\"Status\":\"running\",\"Running\":true,\"Pid\":42,\"ExitCode\":137,"
		"\"OOMKilled\":true,\"Error\":\"oops\",\"Health\":{\"Status\":\"unhealthy\","
		"\"Log\":["
		"{\"ExitCode\":0,\"Output\":\"0\"},{\"ExitCode\":1,\"Output\":\"1\"},"
		"{\"ExitCode\":1,\"Output\":\"2\"},{\"ExitCode\":1,\"Output\":\"3\"},"
		"{\"ExitCode\":1,\"Output\":\"\\n4\\nmore\"},{\"ExitCode\":2,\"Output\":\"\"}]}},"
		"\"Config\":{\"Image\":\"busybox:1\",\"Tty\":true,\"Env\":[\"SECRET=x\"],"
		"\"Labels\":{\"a\":\"b\",\"io.berth.deployment\":\"d1\"}},"
		"\"HostConfig\":{\"PortBindings\":{\"80/tcp\":[{\"HostPort\":\"8080\"}],\"70/tcp\":"
		"[{\"HostPort\":\"\"}]}},"
		"\"NetworkSettings\":{\"IPAddress\":\"9.9.9.9\",\"Ports\":{\"80/tcp\":[{\"HostIp\":"
		"\"0.0.0.0\",\"HostPort\":\"8080\"},{\"HostIp\":\"::\",\"HostPort\":\"8080\"}],"
		"\"53/udp\":[{\"HostPort\":\"5353\"}],\"70/tcp\":[{\"HostPort\":\"49153\"}],"
		"\"1/tcp\":null},\"Networks\":{\"none\":{\"IPAddress\":\"\"},\"bridge\":{"
		"\"IPAddress\":\"172.17.0.2\"}}}}");
	wait_done(container_inspect(docker, "web", on_info, &result, NULL));
	assert_string_equal(last_line(), "GET /v1.41/containers/web/json HTTP/1.1");
	assert_string_equal(result.info.id, "abc");
	assert_string_equal(result.info.name, "web");
	assert_string_equal(result.info.image_id, "sha256:i");
	assert_string_equal(result.info.image, "busybox:1");
	assert_true(result.info.running);
	assert_string_equal(result.info.status, "running");
	assert_int_equal(result.info.pid, 42);
	assert_int_equal(result.info.exit_code, 137);
	assert_true(result.info.oom_killed);
	assert_string_equal(result.info.error, "oops");
	assert_int_equal(result.info.restart_count, 3);
	assert_string_equal(result.info.health, "unhealthy");
	assert_int_equal(result.info.probe_count, 5);
	assert_string_equal(result.info.probes[0].output, "1");
	assert_string_equal(result.info.probes[3].output, "4");
	assert_int_equal(result.info.probes[4].exit_code, 2);
	assert_true(result.info.tty);
	assert_string_equal(result.info.address, "172.17.0.2");
	assert_string_equal(result.info.deployment, "d1");
	assert_int_equal(result.info.port_count, 3);
	assert_int_equal(result.info.ports[0].container, 80);
	assert_int_equal(result.info.ports[0].host, 8080);
	assert_int_equal(result.info.ports[1].host, 5353);
	assert_true(result.info.ports[1].udp);
	assert_int_equal(result.info.ports[2].host, 49153);
}

/* Engines write nanoseconds in UTC, Podman the offset of its place; year 1 is never. */
static void test_inspect_times(void **state)
{
	static const struct {
		const char *text;
		int64_t time_ms;
	} rows[] = {
		{"2024-02-29T12:30:45.123456789Z", INT64_C(1709209845123)},
		{"2024-02-29T12:30:45Z", INT64_C(1709209845000)},
		{"2024-02-29T14:30:45.5+02:00", INT64_C(1709209845500)},
		{"2024-02-29T07:00:45.005-05:30", INT64_C(1709209845005)},
		{"0001-01-01T00:00:00Z", 0},
		{"2024-02-29T12:30:45", 0},
		{"2024-02-29", 0},
		{"yesterday", 0},
		{"", 0},
	};
	char body[256];

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		again();
		snprintf(body, sizeof(body),
			"{\"Created\":\"%s\",\"State\":{\"StartedAt\":\"%s\",\"FinishedAt\":\"%s\","
			"\"Health\":{\"Log\":[{\"Start\":\"%s\"}]}}}",
			rows[i].text, rows[i].text, rows[i].text, rows[i].text);
		route("/json", 200, body);
		wait_done(container_inspect(docker, "web", on_info, &result, NULL));
		assert_true(result.info.created_ms == rows[i].time_ms);
		assert_true(result.info.started_ms == rows[i].time_ms);
		assert_true(result.info.finished_ms == rows[i].time_ms);
		assert_true(result.info.probes[0].time_ms == rows[i].time_ms);
	}
}

static void test_inspect_labels_and_stop_timeout(void **state)
{
	char body[4096], *at = body;

	(void)state;
	route("/json", 200,
		"{\"Config\":{\"StopTimeout\":90,\"Labels\":{\"a\":\"1\",\"io.berth.deployment\":"
		"\"d1\",\"io.berth.name\":\"shop\"}}}");
	wait_done(container_inspect(docker, "web", on_info, &result, NULL));
	assert_int_equal(result.info.stop_timeout_s, 90);
	assert_string_equal(result.info.deployed_name, "shop");
	assert_int_equal(result.info.label_count, 3);
	assert_string_equal(result.info.labels[0].name, "a");
	assert_string_equal(result.info.labels[0].value, "1");
	at += sprintf(at, "{\"Config\":{\"Labels\":{");
	for (int i = 0; i < 40; i++)
		at += sprintf(at, "%s\"l%d\":\"v\"", i ? "," : "", i);
	sprintf(at, "}}}");
	again();
	route("/json", 200, body);
	wait_done(container_inspect(docker, "web", on_info, &result, NULL));
	assert_int_equal(result.info.stop_timeout_s, 10);
	assert_int_equal(result.info.label_count, 40);
	assert_string_equal(result.info.labels[CONTAINER_MAX_LABELS - 1].name, "l31");
}

static void test_inspect_leniently(void **state)
{
	static const char *const texts[] = {"{}",
		"{\"State\":null,\"NetworkSettings\":null,\"Config\":[],\"HostConfig\":3}",
		"{\"State\":{\"Health\":{\"Status\":\"none\",\"Log\":null}},\"NetworkSettings\":{"
		"\"Ports\":{\"x/tcp\":[{}],\"80/"
		"tcp\":[{\"HostPort\":\"99999\"},{\"HostPort\":\"-1\"}"
		",7]},\"Networks\":{\"a\":null}}}"};

	(void)state;
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		again();
		route("/json", 200, texts[i]);
		wait_done(container_inspect(docker, "web", on_info, &result, NULL));
		assert_int_equal(result.err.code, BERTH_E_OK);
		assert_false(result.info.running);
		assert_string_equal(result.info.health, "");
		assert_string_equal(result.info.address, "");
		assert_int_equal(result.info.port_count, 0);
		assert_int_equal(result.info.probe_count, 0);
	}
	/* Stopped: only what was asked for is known. An old engine: only one address. */
	again();
	route("/json", 200,
		"{\"HostConfig\":{\"PortBindings\":{\"80/tcp\":[{\"HostPort\":\"8080\"}]}},"
		"\"NetworkSettings\":{\"Ports\":{},\"IPAddress\":\"9.9.9.9\"}}");
	wait_done(container_inspect(docker, "web", on_info, &result, NULL));
	assert_int_equal(result.info.port_count, 1);
	assert_int_equal(result.info.ports[0].host, 8080);
	assert_string_equal(result.info.address, "9.9.9.9");
	again();
	route("/json", 200, "[]");
	wait_done(container_inspect(docker, "web", on_info, &result, NULL));
	assert_int_equal(result.err.code, BERTH_E_PROTOCOL);
	again();
	route("/json", 404, "{\"message\":\"No such container: web\"}");
	wait_done(container_inspect(docker, "web", on_info, &result, NULL));
	assert_int_equal(result.err.code, BERTH_E_NOT_FOUND);
}

static void test_list(void **state)
{
	(void)state;
	route("/containers/json", 200,
		"[{\"Id\":\"a\",\"Names\":[\"/other/alias\",\"/"
		"web\"],\"State\":\"running\",\"Labels\":{"
		"\"io.berth.deployment\":\"d1\"},\"Ports\":[{\"IP\":\"0.0.0.0\",\"PrivatePort\":80,"
		"\"PublicPort\":8080,\"Type\":\"tcp\"},{\"IP\":\"::\",\"PrivatePort\":80,"
		"\"PublicPort\":8080,\"Type\":\"tcp\"},{\"PrivatePort\":53,\"Type\":\"udp\"}]},"
		"{\"Id\":\"b\"}]");
	wait_done(container_list(docker, true, NULL, on_list, &result, NULL));
	assert_string_equal(last_line(), "GET /v1.41/containers/json?all=1 HTTP/1.1");
	assert_int_equal(result.count, 2);
	assert_string_equal(result.rows[0].name, "web");
	assert_string_equal(result.rows[0].state, "running");
	assert_string_equal(result.rows[0].deployment, "d1");
	assert_int_equal(result.rows[0].port_count, 2);
	assert_int_equal(result.rows[0].ports[0].host, 8080);
	assert_int_equal(result.rows[0].ports[1].host, 0);
	assert_true(result.rows[0].ports[1].udp);
	assert_string_equal(result.rows[1].id, "b");
	assert_string_equal(result.rows[1].name, "");
	again();
	route("/containers/json", 200, "[]");
	wait_done(container_list(docker, false, NULL, on_list, &result, NULL));
	assert_string_equal(last_line(), "GET /v1.41/containers/json HTTP/1.1");
	assert_int_equal(result.count, 0);
}

static void test_list_of_a_label(void **state)
{
	(void)state;
	route("/containers/json", 200,
		"[{\"Id\":\"a\",\"Image\":\"demo/web:1.0\",\"Created\":1700000000,\"Labels\":{"
		"\"io.berth.name\":\"shop\"}}]");
	wait_done(container_list(docker, true, "io.berth.deployment", on_list, &result, NULL));
	assert_string_equal(last_line(),
		"GET /v1.41/containers/json?all=1&filters="
		"%7B%22label%22%3A%5B%22io.berth.deployment%22%5D%7D HTTP/1.1");
	assert_int_equal(result.count, 1);
	assert_string_equal(result.rows[0].image, "demo/web:1.0");
	assert_string_equal(result.rows[0].deployed_name, "shop");
	assert_true(result.rows[0].created_ms == INT64_C(1700000000000));
}

/* --- statistics --- */

static struct {
	int count;
	struct container_stats all[4];
} samples;

static void on_sample(void *context, const struct container_stats *stats)
{
	assert_ptr_equal(context, &result);
	if (samples.count < 4)
		samples.all[samples.count] = *stats;
	samples.count++;
}

static void test_stats(void **state)
{
	(void)state;
	memset(&samples, 0, sizeof(samples));
	/* cgroup 2, then 1; the first sample has nothing before it. */
	route("/stats", 200,
		"{\"cpu_stats\":{\"cpu_usage\":{\"total_usage\":500},\"system_cpu_usage\":10000,"
		"\"online_cpus\":2},\"precpu_stats\":{\"cpu_usage\":{\"total_usage\":0}},"
		"\"memory_stats\":{\"usage\":3000,\"limit\":9000,\"stats\":{\"inactive_file\":1000}"
		"}}"
		"\n{\"cpu_stats\":{\"cpu_usage\":{\"total_usage\":1500,\"percpu_usage\":[1,2,3,4]},"
		"\"system_cpu_usage\":14000},\"precpu_stats\":{\"cpu_usage\":{\"total_usage\":500},"
		"\"system_cpu_usage\":10000},\"memory_stats\":{\"usage\":3000,\"stats\":{"
		"\"total_inactive_file\":500,\"inactive_file\":1}}}\n{\"memory_stats\":{}}\n");
	wait_done(container_stats(docker, "web", on_sample, on_done, &result, NULL));
	assert_string_equal(last_line(), "GET /v1.41/containers/web/stats?stream=1 HTTP/1.1");
	assert_int_equal(result.err.code, BERTH_E_OK);
	assert_int_equal(samples.count, 3);
	assert_true(samples.all[0].cpu_percent < 0);
	assert_true(samples.all[0].memory == 2000);
	assert_true(samples.all[0].memory_limit == 9000);
	assert_true(samples.all[1].cpu_percent > 99.9 && samples.all[1].cpu_percent < 100.1);
	assert_true(samples.all[1].memory == 2500);
	assert_true(samples.all[2].cpu_percent < 0);
	assert_true(samples.all[2].memory == -1);
}

/* A refusal must never look like "no containers". */
static void test_list_fails(void **state)
{
	static const struct {
		int status;
		const char *body;
	} rows[] = {
		{200, "{}"},
		{200, "null"},
		{200, ""},
		{200, "[{\"Id\":"},
		{400, "{\"message\":\"client version 1.41 is too old. Minimum supported API "
		      "version "
		      "is 1.60\"}"},
		{500, "[]"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		again();
		route("/containers/json", rows[i].status, rows[i].body);
		wait_done(container_list(docker, true, NULL, on_list, &result, NULL));
		assert_int_not_equal(result.err.code, BERTH_E_OK);
	}
}

/* --- archive --- */

static const char *to_send;
static size_t sent, piece;
static int pauses;

static int64_t give(void *context, char *data, size_t cap)
{
	size_t len = strlen(to_send) - sent;

	assert_ptr_equal(context, &result);
	if (pauses > 0 && sent > 0) {
		pauses--;
		return XFER_READ_PAUSE;
	}
	len = len < piece ? len : piece;
	len = len < cap ? len : cap;
	memcpy(data, to_send + sent, len);
	sent += len;
	return (int64_t)len;
}

static int64_t give_up(void *context, char *data, size_t cap)
{
	(void)context;
	(void)data;
	(void)cap;
	return XFER_READ_FAIL;
}

static void test_archive(void **state)
{
	struct docker_op *op;
	char value[32];

	(void)state;
	route("PUT", 200, "");
	to_send = "these are the bytes of an archive";
	sent = 0;
	piece = 5;
	pauses = 1;
	op = container_put_archive(docker, "web", "/a b", give, on_done, &result, NULL);
	assert_non_null(op);
	LOOP_UNTIL(&fixture->loop, pauses == 0);
	assert_int_equal(result.done, 0);
	container_put_resume(op);
	LOOP_UNTIL(&fixture->loop, result.done);
	assert_int_equal(result.err.code, BERTH_E_OK);
	assert_string_equal(
		last_line(), "PUT /v1.41/containers/web/archive?path=%2Fa%20b HTTP/1.1");
	assert_true(peer_request_at(fixture->peer, 2)->chunked);
	assert_string_equal(peer_request_at(fixture->peer, 2)->body, to_send);
	assert_true(peer_request_header(
		peer_request_at(fixture->peer, 2), "Content-Type", value, sizeof(value)));
	assert_string_equal(value, "application/x-tar");

	again();
	wait_done(container_put_archive(docker, "web", "/", give_up, on_done, &result, NULL));
	assert_int_equal(result.err.code, BERTH_E_CANCELLED);
	again();
	route("PUT", 404, "{\"message\":\"no such folder\"}");
	sent = 0;
	wait_done(container_put_archive(docker, "web", "/x", give, on_done, &result, NULL));
	assert_int_equal(result.err.code, BERTH_E_NOT_FOUND);
	assert_string_equal(result.err.message, "no such folder");
}

/* --- logs --- */

static void on_line(
	void *context, enum log_source source, const char *line, size_t len, bool partial)
{
	assert_ptr_equal(context, &result);
	assert_int_equal(result.done, 0);
	assert_false(partial);
	result.lines[source]++;
	result.len += (size_t)snprintf(result.text + result.len, sizeof(result.text) - result.len,
		"%d:%.*s|", source, (int)len, line);
}

static void on_open(void *context)
{
	assert_ptr_equal(context, &result);
	result.opened++;
}

static struct container_logs_request logs_request(bool tty)
{
	return (struct container_logs_request){.id = "web",
		.tty = tty,
		.follow = true,
		.tail = 20,
		.on_line = on_line,
		.on_open = on_open,
		.done = on_done,
		.context = &result};
}

static const char frames[] = "\1\0\0\0\0\0\0\3a\nb"
			     "\2\0\0\0\0\0\0\3err"
			     "\1\0\0\0\0\0\0\2c\n";

static void run_logs(bool tty, const char *type, const char *bytes, size_t len)
{
	struct container_logs_request request = logs_request(tty);

	again();
	memset(routes, 0, sizeof(routes));
	routes[0] = (struct route){"/logs", 200, bytes, type, len};
	wait_done(container_logs(docker, &request, NULL));
}

static void test_logs(void **state)
{
	static const char expected[] = "0:a|0:bc|1:err|";
	struct container_logs_request request = logs_request(false);

	(void)state;
	run_logs(false, "application/octet-stream", frames, sizeof(frames) - 1);
	assert_int_equal(result.err.code, BERTH_E_OK);
	assert_int_equal(result.opened, 1);
	assert_string_equal(result.text, expected);
	assert_string_equal(last_line(),
		"GET /v1.41/containers/web/logs?stdout=1&stderr=1&follow=1&tail=20 HTTP/1.1");
	/* Before 1.42 every stream was called raw, and it proves nothing. */
	run_logs(false, "application/vnd.docker.raw-stream", frames, sizeof(frames) - 1);
	assert_string_equal(result.text, expected);
	run_logs(true, "application/vnd.docker.multiplexed-stream", frames, sizeof(frames) - 1);
	assert_string_equal(result.text, expected);
	run_logs(true, "text/plain", "x\r\ny", 4);
	assert_int_equal(result.err.code, BERTH_E_OK);
	assert_int_equal(result.lines[0], 2);
	/* Cut inside a frame. */
	run_logs(false, NULL, frames, sizeof(frames) - 2);
	assert_int_equal(result.err.code, BERTH_E_BROKEN);
	/* The engine's own word. */
	run_logs(false, NULL, "\3\0\0\0\0\0\0\4oops", 12);
	assert_int_equal(result.err.code, BERTH_E_REFUSED);
	assert_non_null(strstr(result.err.message, "oops"));

	again();
	route("/logs", 501, "{\"message\":\"configured logging driver does not support reading\"}");
	request.tail = -1;
	request.follow = false;
	wait_done(container_logs(docker, &request, NULL));
	assert_int_equal(result.err.code, BERTH_E_REFUSED);
	assert_int_equal(result.opened, 0);
	assert_non_null(strstr(result.err.message, "logging driver"));
	assert_string_equal(
		last_line(), "GET /v1.41/containers/web/logs?stdout=1&stderr=1 HTTP/1.1");
}

static void test_logs_of_a_newer_engine(void **state)
{
	(void)state;
	engine.api = "1.43";
	serve_connected(answer_route);
	run_logs(false, "application/vnd.docker.raw-stream", "x\ny\n", 4);
	assert_int_equal(result.err.code, BERTH_E_OK);
	assert_int_equal(result.lines[0], 2);
}

/* --- exec --- */

static const char *const argv[] = {"wget", "-q", "http://127.0.0.1/", NULL};

static void on_ran(void *context, int exit_code, const char *output, size_t output_len,
	const struct berth_error *err)
{
	assert_ptr_equal(context, &result);
	assert_int_equal(output[output_len], '\0');
	result.exit_code = exit_code;
	result.len = output_len;
	memcpy(result.text, output, output_len + 1);
	note(err);
}

static void exec_routes(const char *output, size_t len, const char *look)
{
	again();
	memset(routes, 0, sizeof(routes));
	routes[0] = (struct route){"/containers/web/exec", 201, "{\"Id\":\"e1\"}"};
	routes[1] = (struct route){
		"/exec/e1/start", 200, output, "application/vnd.docker.raw-stream", len};
	routes[2] = (struct route){"/exec/e1/json", 200, look};
}

static void test_exec(void **state)
{
	int before;

	(void)state;
	exec_routes(frames, sizeof(frames) - 1, "{\"Running\":false,\"ExitCode\":7}");
	wait_done(container_exec(docker, "web", argv, on_ran, &result, NULL));
	assert_int_equal(result.err.code, BERTH_E_OK);
	assert_int_equal(result.exit_code, 7);
	assert_string_equal(result.text, "a\nbc\nerr\n");
	assert_string_equal(peer_request_at(fixture->peer, 2)->body,
		"{\"AttachStdout\":true,\"AttachStderr\":true,\"Tty\":false,\"Cmd\":[\"wget\",\"-"
		"q\","
		"\"http://127.0.0.1/\"]}");
	assert_string_equal(
		peer_request_at(fixture->peer, 3)->body, "{\"Detach\":false,\"Tty\":false}");

	/* The output has ended and the engine has not noticed yet. */
	before = peer_request_count(fixture->peer);
	exec_routes(frames, sizeof(frames) - 1, "{\"Running\":true,\"ExitCode\":null}");
	routes[2].times = 3;
	routes[3] = (struct route){"/exec/e1/json", 200, "{\"Running\":false,\"ExitCode\":0}"};
	wait_done(container_exec(docker, "web", argv, on_ran, &result, NULL));
	assert_int_equal(result.exit_code, 0);
	assert_int_equal(peer_request_count(fixture->peer) - before, 6);

	exec_routes(frames, sizeof(frames) - 1, "{}");
	wait_done(container_exec(docker, "web", argv, on_ran, &result, NULL));
	assert_int_equal(result.err.code, BERTH_E_OK);
	assert_int_equal(result.exit_code, -1);
}

static void test_exec_fails(void **state)
{
	(void)state;
	again();
	route("/exec", 409, "{\"message\":\"container is not running\"}");
	wait_done(container_exec(docker, "web", argv, on_ran, &result, NULL));
	assert_int_equal(result.err.code, BERTH_E_CONFLICT);
	again();
	route("/exec", 201, "{}");
	wait_done(container_exec(docker, "web", argv, on_ran, &result, NULL));
	assert_int_equal(result.err.code, BERTH_E_PROTOCOL);
	exec_routes(frames, 13, "{}");
	wait_done(container_exec(docker, "web", argv, on_ran, &result, NULL));
	assert_int_equal(result.err.code, BERTH_E_BROKEN);
	assert_int_equal(result.exit_code, -1);
	assert_string_equal(result.text, "a\nb\n");
	exec_routes("\5\0\0\0\0\0\0\1x", 9, "{}");
	wait_done(container_exec(docker, "web", argv, on_ran, &result, NULL));
	assert_int_equal(result.err.code, BERTH_E_PROTOCOL);
	exec_routes(frames, sizeof(frames) - 1, "{}");
	routes[2].status = 500;
	wait_done(container_exec(docker, "web", argv, on_ran, &result, NULL));
	assert_int_equal(result.err.code, BERTH_E_REFUSED);
}

static void test_exec_output_is_bounded(void **state)
{
	static char bytes[40000];
	size_t len = 30000;

	(void)state;
	memcpy(bytes, "\1\0\0\0\0\0\x75\x30", 8);
	for (size_t i = 0; i < len; i++)
		bytes[8 + i] = i % 100 == 99 ? '\n' : 'x';
	exec_routes(bytes, len + 8, "{\"ExitCode\":0}");
	wait_done(container_exec(docker, "web", argv, on_ran, &result, NULL));
	assert_int_equal(result.err.code, BERTH_E_OK);
	assert_int_equal(result.exit_code, 0);
	assert_int_equal(result.len, 16 * 1024);
}

static void test_exec_is_cancelled(void **state)
{
	struct docker_op *op;
	int before;

	(void)state;
	/* In each of its steps, also while it waits to ask again. */
	for (int step = 0; step < 5; step++) {
		exec_routes(frames, sizeof(frames) - 1, "{\"Running\":true}");
		before = peer_request_count(fixture->peer);
		op = container_exec(docker, "web", argv, on_ran, &result, NULL);
		assert_non_null(op);
		LOOP_UNTIL(&fixture->loop, peer_request_count(fixture->peer) - before >= step);
		docker_op_cancel(op);
		assert_int_equal(result.done, 0);
		LOOP_UNTIL(&fixture->loop, result.done);
		assert_int_equal(result.done, 1);
		assert_int_equal(result.err.code, BERTH_E_CANCELLED);
	}
}

/* --- events --- */

static struct {
	int ready, closed, count;
	char texts[8][128];
	struct berth_error err;
} seen;

static struct events *close_at_first;

static void on_ready(void *context)
{
	assert_ptr_equal(context, &seen);
	seen.ready++;
}

static void on_event(void *context, const struct engine_event *event)
{
	assert_ptr_equal(context, &seen);
	assert_int_equal(seen.closed, 0);
	assert_true(seen.count < 8);
	snprintf(seen.texts[seen.count++], sizeof(seen.texts[0]), "%s %s %s %s %d %lld",
		event->type, event->action, event->id, event->name, event->exit_code,
		(long long)event->time_nano);
	if (close_at_first)
		events_close(close_at_first);
}

static void on_closed(void *context, const struct berth_error *err)
{
	assert_ptr_equal(context, &seen);
	assert_non_null(err);
	seen.err = *err;
	seen.closed++;
}

static const char event_texts[] =
	/* Up to 1.51, as they are from 1.52 on, and as they once were. */
	"{\"status\":\"die\",\"id\":\"c1\",\"from\":\"x\",\"Type\":\"container\",\"Action\":"
	"\"die\","
	"\"Actor\":{\"ID\":\"c1\",\"Attributes\":{\"exitCode\":\"137\",\"name\":\"web\"}},\"time\":"
	"1,"
	"\"timeNano\":1000000001}\n"
	"{\"Type\":\"container\",\"Action\":\"health_status: healthy\",\"Actor\":{\"ID\":\"c2\","
	"\"Attributes\":{\"name\":\"db\",\"exitCode\":\"x\"}},\"time\":5}"
	"{\"status\":\"start\",\"id\":\"c3\",\"time\":7}"
	"{\"Type\":\"network\",\"Action\":\"connect\"}"
	"{\"nothing\":1}[]";

static int gives_events(void *context, struct peer_request *request, struct peer_conn *conn)
{
	(void)context;
	(void)request;
	peer_begin_chunks(conn, 200, "application/json");
	peer_chunk(conn, event_texts);
	peer_pause(conn);
	return peer_chunks_end(conn);
}

static struct events *open_events(const char *container)
{
	static const char *const actions[] = {"die", "health_status"};
	struct events_request request = {.container = container,
		.actions = actions,
		.action_count = container ? 2 : 0,
		.on_ready = on_ready,
		.on_event = on_event,
		.on_closed = on_closed,
		.context = &seen};
	struct events *events;

	memset(&seen, 0, sizeof(seen));
	close_at_first = NULL;
	events = events_open(docker, &request, NULL);
	assert_non_null(events);
	return events;
}

static void test_events(void **state)
{
	(void)state;
	serve_connected(gives_events);
	open_events("c1");
	LOOP_UNTIL(&fixture->loop, seen.count == 4);
	assert_int_equal(seen.ready, 1);
	assert_int_equal(seen.closed, 0);
	assert_string_equal(last_line(),
		"GET "
		"/v1.41/events?filters=%7B%22type%22%3A%5B%22container%22%5D%2C%22container%22%3A"
		"%5B%22c1%22%5D%2C%22event%22%3A%5B%22die%22%2C%22health_status%22%5D%7D HTTP/1.1");
	assert_string_equal(seen.texts[0], "container die c1 web 137 1000000001");
	assert_string_equal(seen.texts[1], "container health_status: healthy c2 db -1 5000000000");
	assert_string_equal(seen.texts[2], "container start c3  -1 7000000000");
	assert_string_equal(seen.texts[3], "network connect   -1 0");

	/* The engine goes away, politely. */
	peer_release(fixture->peer);
	LOOP_UNTIL(&fixture->loop, seen.closed);
	assert_int_equal(seen.err.code, BERTH_E_BROKEN);
}

static void test_events_are_closed(void **state)
{
	struct events *events;

	(void)state;
	serve_connected(gives_events);
	events = open_events(NULL);
	LOOP_UNTIL(&fixture->loop, seen.count == 4);
	assert_string_equal(last_line(), "GET /v1.41/events?filters=%7B%7D HTTP/1.1");
	events_close(events);
	events_close(events);
	assert_int_equal(seen.closed, 0);
	LOOP_UNTIL(&fixture->loop, seen.closed);
	assert_int_equal(seen.err.code, BERTH_E_CANCELLED);

	/* From inside: what came in the same piece is not told any more. */
	events = open_events(NULL);
	close_at_first = events;
	LOOP_UNTIL(&fixture->loop, seen.closed);
	assert_int_equal(seen.count, 1);
	assert_int_equal(seen.err.code, BERTH_E_CANCELLED);
	close_at_first = NULL;

	/* Before the engine has said anything. */
	events = open_events(NULL);
	events_close(events);
	LOOP_UNTIL(&fixture->loop, seen.closed);
	assert_int_equal(seen.count, 0);
	assert_int_equal(seen.closed, 1);
}

static int breaks(void *context, struct peer_request *request, struct peer_conn *conn)
{
	(void)context;
	(void)request;
	peer_begin_chunks(conn, 200, "application/json");
	peer_chunk(conn, "{\"Type\":\"container\",\"Action\":\"die\"}{\"Ty");
	return -1;
}

static void test_events_break(void **state)
{
	(void)state;
	serve_connected(breaks);
	open_events(NULL);
	LOOP_UNTIL(&fixture->loop, seen.closed);
	assert_int_equal(seen.count, 1);
	assert_int_equal(seen.err.code, BERTH_E_BROKEN);

	serve_connected(answer_route);
	route("/events", 403, "{\"message\":\"no\"}");
	open_events(NULL);
	LOOP_UNTIL(&fixture->loop, seen.closed);
	assert_int_equal(seen.ready, 0);
	assert_int_equal(seen.err.code, BERTH_E_DENIED);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, docker_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_create),
		TEST(test_create_in_a_stack),
		TEST(test_create_on_an_older_engine),
		TEST(test_create_fails),
		TEST(test_acts),
		TEST(test_restart),
		TEST(test_remove),
		TEST(test_remove_without_volumes),
		TEST(test_inspect),
		TEST(test_inspect_times),
		TEST(test_inspect_labels_and_stop_timeout),
		TEST(test_inspect_leniently),
		TEST(test_list),
		TEST(test_list_of_a_label),
		TEST(test_stats),
		TEST(test_list_fails),
		TEST(test_archive),
		TEST(test_logs),
		TEST(test_logs_of_a_newer_engine),
		TEST(test_exec),
		TEST(test_exec_fails),
		TEST(test_exec_output_is_bounded),
		TEST(test_exec_is_cancelled),
		TEST(test_events),
		TEST(test_events_are_closed),
		TEST(test_events_break),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
