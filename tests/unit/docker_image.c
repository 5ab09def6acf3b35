#include "docker_fixture.h"

#include "docker/image.h"

#define DIGEST "sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"

static struct {
	int done, values;
	struct berth_error err;
	struct image_info info;
} result;

static const char *head_status;
static char body[200 * 1024];
static size_t split_at; /* 0: whole */
static bool cut;

static int answers(void *context, struct peer_request *request, struct peer_conn *conn)
{
	(void)context;
	(void)request;
	if (head_status)
		return peer_reply_json(conn, atoi(head_status), body);
	if (peer_begin_chunks(conn, 200, "application/json") ||
		peer_chunk_bytes(conn, body, split_at) || peer_chunk(conn, body + split_at))
		return -1;
	return cut ? -1 : peer_chunks_end(conn);
}

static void on_pulled(void *context, const struct berth_error *err)
{
	assert_ptr_equal(context, &result);
	result.done++;
	if (err)
		result.err = *err;
}

static void on_progress(void *context, const json_t *value)
{
	assert_ptr_equal(context, &result);
	assert_int_equal(result.done, 0);
	assert_true(json_is_object(value));
	result.values++;
}

static void on_inspected(
	void *context, const struct image_info *info, const struct berth_error *err)
{
	assert_ptr_equal(context, &result);
	assert_true(!info == !!err);
	result.done++;
	if (err)
		result.err = *err;
	else
		result.info = *info;
}

static struct docker_op *start_pull(const char *reference, const char *platform, const char *auth)
{
	struct image_pull_request request = {.reference = reference,
		.platform = platform,
		.auth = auth,
		.on_progress = on_progress,
		.done = on_pulled,
		.context = &result};
	struct docker_op *op;
	struct berth_error err;

	memset(&result, 0, sizeof(result));
	op = image_pull(docker, &request, &err);
	if (!op)
		fail_msg("%s", err.message);
	assert_int_equal(result.done, 0);
	return op;
}

static void pull(const char *text)
{
	snprintf(body, sizeof(body), "%s", text);
	head_status = NULL;
	start_pull("busybox", NULL, NULL);
	LOOP_UNTIL(&fixture->loop, result.done);
	assert_int_equal(result.done, 1);
}

static void inspect(const char *reference, const char *text)
{
	struct berth_error err;

	snprintf(body, sizeof(body), "%s", text);
	head_status = head_status ? head_status : "200";
	memset(&result, 0, sizeof(result));
	if (!image_inspect(docker, reference, on_inspected, &result, &err))
		fail_msg("%s", err.message);
	assert_int_equal(result.done, 0);
	LOOP_UNTIL(&fixture->loop, result.done);
	assert_int_equal(result.done, 1);
}

static int setup(void **state)
{
	head_status = NULL;
	split_at = 0;
	cut = false;
	if (docker_setup(state) < 0)
		return -1;
	serve_connected(answers);
	return 0;
}

static void test_pull_request(void **state)
{
	static const struct {
		const char *reference, *platform, *line;
	} rows[] = {
		{"busybox", NULL,
			"POST "
			"/v1.41/images/create?fromImage=docker.io%2Flibrary%2Fbusybox&tag=latest "
			"HTTP/1.1"},
		{"ghcr.io/a/b:v1", "linux/arm64",
			"POST "
			"/v1.41/images/create?fromImage=ghcr.io%2Fa%2Fb&tag=v1&platform=linux%2F"
			"arm64 HTTP/1.1"},
		{"localhost:5000/x:1@" DIGEST, NULL,
			"POST /v1.41/images/create?fromImage=localhost%3A5000%2Fx&tag=sha256%3A"
			"0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef "
			"HTTP/1.1"},
	};
	char value[64];

	(void)state;
	snprintf(body, sizeof(body), "{\"status\":\"x\"}");
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		start_pull(rows[i].reference, rows[i].platform, i == 1 ? "c2VjcmV0" : NULL);
		LOOP_UNTIL(&fixture->loop, result.done);
		assert_string_equal(last_line(), rows[i].line);
		assert_int_equal(peer_request_header(peer_request_at(fixture->peer,
							     peer_request_count(fixture->peer) - 1),
					 "X-Registry-Auth", value, sizeof(value)),
			i == 1);
		if (i == 1)
			assert_string_equal(value, "c2VjcmV0");
	}
	assert_null(image_pull(docker,
		&(struct image_pull_request){.reference = "Bad/Name", .done = on_pulled}, NULL));
}

static void test_pull(void **state)
{
	static const char text[] =
		"{\"status\":\"Pulling from library/busybox\",\"id\":\"latest\"}\r\n"
		"{\"status\":\"Downloading\",\"progressDetail\":{\"current\":1,\"total\":2},\"id\":"
		"\"aaaaaaaaaaaa\"}\r\n{\"status\":\"Status: \\\"}{\"}\r\n";

	(void)state;
	pull(text);
	assert_int_equal(result.err.code, BERTH_E_OK);
	assert_int_equal(result.values, 3);
	for (split_at = 1; split_at < strlen(text); split_at++) {
		pull(text);
		assert_int_equal(result.err.code, BERTH_E_OK);
		assert_int_equal(result.values, 3);
	}
}

static void test_large_object(void **state)
{
	static char large[150 * 1024];
	size_t len = (size_t)snprintf(large, sizeof(large), "{\"status\":\"");

	(void)state;
	memset(large + len, 'x', 100 * 1024);
	snprintf(large + len + 100 * 1024, 64, "\"}{\"status\":\"end\"}");
	pull(large);
	assert_int_equal(result.err.code, BERTH_E_OK);
	assert_int_equal(result.values, 2);
}

static void test_failure_in_200(void **state)
{
	(void)state;
	pull("{\"status\":\"Pulling\"}{\"errorDetail\":{\"message\":\"manifest for busybox:latest "
	     "not "
	     "found: manifest unknown\"},\"error\":\"x\"}");
	assert_int_equal(result.values, 1);
	assert_int_equal(result.err.code, BERTH_E_NOT_FOUND);
	assert_false(image_pull_retryable(&result.err));
	pull("{\"errorDetail\":{\"message\":\"read: connection reset by peer\"}}");
	assert_int_equal(result.err.code, BERTH_E_BROKEN);
	assert_true(image_pull_retryable(&result.err));
}

static void test_cut_in_the_middle(void **state)
{
	(void)state;
	cut = true;
	pull("{\"status\":\"a\"}{\"stat");
	assert_int_equal(result.values, 1);
	assert_int_equal(result.err.code, BERTH_E_BROKEN);
	assert_true(image_pull_retryable(&result.err));
	cut = false;
	pull("{\"status\":\"a\"}{\"stat");
	assert_int_equal(result.err.code, BERTH_E_BROKEN);
}

static void test_refused_with_a_status(void **state)
{
	static const struct {
		const char *status, *message;
		enum berth_code code;
		bool retryable;
	} rows[] = {
		{"404", "pull access denied for x", BERTH_E_NOT_FOUND, false},
		{"403", "no", BERTH_E_DENIED, false},
		{"500", "Get https://r/v2/: net/http: TLS handshake timeout", BERTH_E_BROKEN, true},
		{"500", "toomanyrequests: slow down", BERTH_E_REFUSED, false},
		{"500", "Get https://r/v2/: unauthorized: login", BERTH_E_DENIED, false},
		{"500", "something", BERTH_E_REFUSED, false},
		{"503", "something", BERTH_E_REFUSED, true},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		head_status = rows[i].status;
		snprintf(body, sizeof(body), "{\"message\":\"%s\"}", rows[i].message);
		start_pull("busybox", NULL, NULL);
		LOOP_UNTIL(&fixture->loop, result.done);
		assert_int_equal(result.err.code, rows[i].code);
		assert_string_equal(result.err.message, rows[i].message);
		assert_int_equal(image_pull_retryable(&result.err), rows[i].retryable);
	}
}

static int stalls(void *context, struct peer_request *request, struct peer_conn *conn)
{
	(void)context;
	(void)request;
	peer_begin_chunks(conn, 200, "application/json");
	peer_chunk(conn, "{\"status\":\"a\"}");
	peer_stall(conn);
	return -1;
}

static void test_cancel(void **state)
{
	struct docker_op *op;
	int open;

	(void)state;
	serve_connected(stalls);
	op = start_pull("busybox", NULL, NULL);
	LOOP_UNTIL(&fixture->loop, result.values == 1);
	open = peer_open_count(fixture->peer);
	docker_op_cancel(op);
	docker_op_cancel(op);
	assert_int_equal(result.done, 0);
	LOOP_UNTIL(&fixture->loop, result.done);
	assert_int_equal(result.err.code, BERTH_E_CANCELLED);
	assert_false(image_pull_retryable(&result.err));
	/* The engine notices: that is what stops its pull. */
	LOOP_UNTIL(&fixture->loop, peer_open_count(fixture->peer) < open);
}

static void test_inspect(void **state)
{
	(void)state;
	inspect("ghcr.io/a/b:v1",
		"{\"Id\":\"sha256:id\",\"RepoDigests\":[\"a/b@" DIGEST
		"\",\"junk\",7,\"ghcr.io/a/b@" DIGEST
		"\"],\"Os\":\"linux\",\"Architecture\":\"arm64\",\"Size\":123456789012,\"New\":{},"
		"\"Config\":{\"User\":\"1000:1000\",\"Cmd\":[\"sh\"],\"ExposedPorts\":{\"8080/"
		"tcp\":{},"
		"\"53/udp\":{},\"53/tcp\":{},\"9/sctp\":{},\"99999/tcp\":{},\"x\":{},\"80\":{}},"
		"\"Healthcheck\":{\"Test\":[\"CMD-SHELL\",\"true\"],\"Interval\":5000000000,"
		"\"Timeout\":1500000000,\"StartPeriod\":2000000,\"Retries\":4}}}");
	assert_string_equal(last_line(), "GET /v1.41/images/ghcr.io%2Fa%2Fb%3Av1/json HTTP/1.1");
	assert_int_equal(result.err.code, BERTH_E_OK);
	assert_string_equal(result.info.id, "sha256:id");
	assert_string_equal(result.info.digest, DIGEST);
	assert_string_equal(result.info.os, "linux");
	assert_string_equal(result.info.arch, "arm64");
	assert_string_equal(result.info.user, "1000:1000");
	assert_true(result.info.size == INT64_C(123456789012));
	assert_true(result.info.has_command);
	assert_int_equal(result.info.port_count, 4);
	assert_int_equal(result.info.ports[0].number, 53);
	assert_false(result.info.ports[0].udp);
	assert_int_equal(result.info.ports[1].number, 53);
	assert_true(result.info.ports[1].udp);
	assert_int_equal(result.info.ports[2].number, 80);
	assert_int_equal(result.info.ports[3].number, 8080);
	assert_true(result.info.has_healthcheck);
	assert_int_equal(result.info.health_interval_ms, 5000);
	assert_int_equal(result.info.health_timeout_ms, 1500);
	assert_int_equal(result.info.health_start_period_ms, 2);
	assert_int_equal(result.info.health_retries, 4);
}

/* Newer engines leave out what is empty; whatever is missing or odd is empty. */
static void test_inspect_leniently(void **state)
{
	static const char *const texts[] = {"{\"Id\":\"i\"}", "{\"Id\":\"i\",\"Config\":null}",
		"{\"Id\":\"i\",\"Config\":{\"ExposedPorts\":[],\"Healthcheck\":{\"Test\":[\"NONE\"]"
		"},"
		"\"Cmd\":null,\"Entrypoint\":[],\"User\":3},\"RepoDigests\":null,\"Size\":\"x\"}",
		"{\"Id\":\"i\",\"Config\":{\"Healthcheck\":{\"Test\":[]}},\"RepoDigests\":["
		"\"other@" DIGEST "\"]}"};

	(void)state;
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		inspect("busybox", texts[i]);
		assert_int_equal(result.err.code, BERTH_E_OK);
		assert_string_equal(result.info.id, "i");
		assert_string_equal(result.info.digest, "i");
		assert_int_equal(result.info.port_count, 0);
		assert_false(result.info.has_healthcheck);
		assert_false(result.info.has_command);
		assert_string_equal(result.info.user, "");
	}
	inspect("busybox", "{\"Config\":{\"Entrypoint\":[\"/x\"]}}");
	assert_true(result.info.has_command);
}

static void test_inspect_fails(void **state)
{
	static const char *const odd[] = {"[]", "null", "1", "", "{\"Id\":"};

	(void)state;
	for (size_t i = 0; i < sizeof(odd) / sizeof(odd[0]); i++) {
		inspect("busybox", odd[i]);
		assert_int_equal(result.err.code, BERTH_E_PROTOCOL);
	}
	head_status = "404";
	inspect("busybox", "{\"message\":\"No such image: busybox:latest\"}");
	assert_int_equal(result.err.code, BERTH_E_NOT_FOUND);
	assert_string_equal(result.err.message, "No such image: busybox:latest");
	assert_null(image_inspect(docker, "Bad/Name", on_inspected, &result, NULL));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, docker_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_pull_request),
		TEST(test_pull),
		TEST(test_large_object),
		TEST(test_failure_in_200),
		TEST(test_cut_in_the_middle),
		TEST(test_refused_with_a_status),
		TEST(test_cancel),
		TEST(test_inspect),
		TEST(test_inspect_leniently),
		TEST(test_inspect_fails),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
