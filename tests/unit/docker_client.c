#include "docker_fixture.h"

#include "base/buf.h"
#include "docker/api_version.h"

static struct {
	int done, values, heads;
	size_t pieces;
	struct berth_error err;
	int status;
	bool has_json;
	char text[512];
	int stop_at; /* on_json says no at this value */
} result;

static void on_done(void *context, const struct docker_reply *reply)
{
	const char *name = json_string_value(json_object_get(reply->json, "name"));

	assert_ptr_equal(context, &result);
	result.done++;
	result.err = reply->error;
	result.status = reply->status;
	result.has_json = reply->json != NULL;
	snprintf(result.text, sizeof(result.text), "%s", name ? name : reply->body);
}

static int on_json(void *context, const json_t *value, struct berth_error *err)
{
	assert_ptr_equal(context, &result);
	assert_int_equal(result.done, 0);
	assert_true(json_is_object(value));
	if (++result.values == result.stop_at)
		return berth_error_set(err, BERTH_E_LIMIT, 0, "enough");
	return 0;
}

static void on_head(void *context, int status, const char *content_type)
{
	assert_ptr_equal(context, &result);
	assert_int_equal(status, 200);
	assert_non_null(content_type);
	result.heads++;
}

static struct docker_call *start(struct docker_request request)
{
	struct docker_call *call;
	struct berth_error err;

	memset(&result, 0, sizeof(result));
	request.method = request.method ? request.method : "GET";
	request.path = request.path ? request.path : "/x";
	request.done = on_done;
	request.context = &result;
	call = docker_call(docker, &request, &err);
	if (!call)
		fail_msg("%s", err.message);
	assert_int_equal(result.done, 0);
	return call;
}

static void run(struct docker_request request)
{
	start(request);
	LOOP_UNTIL(&fixture->loop, result.done);
	assert_int_equal(result.done, 1);
}

/* --- negotiation --- */

static void test_versions(void **state)
{
	static const struct {
		const char *header, *body, *api;
	} rows[] = {
		{"1.24", "{}", "1.24"},
		{"1.40", "{}", "1.40"},
		{"1.41", "{\"ApiVersion\":\"1.41\",\"MinAPIVersion\":\"1.12\"}", "1.41"},
		{"1.44", "{\"MinAPIVersion\":\"1.24\"}", "1.44"},
		{"1.47", "{}", "1.47"},
		{"1.52", "{\"ApiVersion\":\"1.52\",\"MinAPIVersion\":\"1.44\"}", "1.47"},
		{"1.54", "{\"MinAPIVersion\":\"1.40\"}", "1.47"},
		{"1.9", NULL, NULL}, /* 9 is less than 24 */
		{NULL, "{}", "1.24"},
		{NULL, "{\"ApiVersion\":\"1.40\"}", "1.40"},
		{NULL, "{\"MinAPIVersion\":\"1.30\"}", "1.30"},
		{"nonsense", "{}", "1.24"},
		{"1.99", "{\"MinAPIVersion\":\"1.60\"}", NULL},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		engine = (struct engine){.api = rows[i].header, .version = rows[i].body};
		serve(engine_answer);
		try_connect();
		if (!rows[i].api) {
			assert_false(connected.has_info);
			assert_int_equal(connected.err.code, BERTH_E_REFUSED);
			continue;
		}
		assert_string_equal(docker_info(docker)->api, rows[i].api);
		assert_string_equal(last_line(), "GET /version HTTP/1.1");
	}
}

static int usual(void *context, struct peer_request *request, struct peer_conn *conn)
{
	(void)context;
	(void)request;
	return peer_reply_json(conn, 200, "{\"name\":\"value\"}");
}

static void test_info_and_request(void **state)
{
	char host[64] = "";

	(void)state;
	serve_connected(usual);
	assert_string_equal(docker_info(docker)->version, "24.0.7");
	assert_string_equal(docker_info(docker)->os_arch, "linux/amd64");
	assert_string_equal(docker_info(docker)->server_api, "1.41");
	run((struct docker_request){
		.method = "POST", .path = "/a?b=c", .json = json_pack("{s:i}", "k", 1)});
	assert_int_equal(result.err.code, BERTH_E_OK);
	assert_int_equal(result.status, 200);
	assert_string_equal(result.text, "value");
	assert_string_equal(last_line(), "POST /v1.41/a?b=c HTTP/1.1");
	assert_true(
		peer_request_header(peer_request_at(fixture->peer, 2), "Host", host, sizeof(host)));
	assert_string_equal(host, "localhost");
	assert_true(peer_request_header(
		peer_request_at(fixture->peer, 2), "Content-Type", host, sizeof(host)));
	assert_string_equal(host, "application/json");
	assert_string_equal(peer_request_at(fixture->peer, 2)->body, "{\"k\":1}");
}

static void test_head_is_refused(void **state)
{
	static const int statuses[] = {301, 403, 404, 405, 500, 501};

	(void)state;
	for (size_t i = 0; i < sizeof(statuses) / sizeof(statuses[0]); i++) {
		engine.head_status = statuses[i];
		serve_connected(NULL);
		assert_string_equal(docker_info(docker)->api, "1.41");
		assert_int_equal(peer_count_lines(fixture->peer, "HEAD /_ping"), 1);
		assert_int_equal(peer_count_lines(fixture->peer, "GET /_ping"), 1);
	}
}

static int hates_head(void *context, struct peer_request *request, struct peer_conn *conn)
{
	return strcmp(request->method, "HEAD") == 0 ? -1 : engine_answer(context, request, conn);
}

static void test_head_breaks_the_connection(void **state)
{
	(void)state;
	serve(hates_head);
	try_connect();
	assert_true(connected.has_info);
	assert_string_equal(docker_info(docker)->api, "1.41");
}

static int denied(void *context, struct peer_request *request, struct peer_conn *conn)
{
	(void)context;
	(void)request;
	return peer_reply_json(conn, 403, "{\"message\":\"not you\"}");
}

static int web_page(void *context, struct peer_request *request, struct peer_conn *conn)
{
	static const char page[] = "<html><body>Welcome to nginx!</body></html>";

	(void)context;
	(void)request;
	return peer_reply(conn, 200, "text/html", page, sizeof(page) - 1);
}

static int slams_the_door(void *context, struct peer_request *request, struct peer_conn *conn)
{
	(void)context;
	(void)request;
	(void)conn;
	return -1;
}

static void test_connect_fails(void **state)
{
	(void)state;
	serve(denied);
	try_connect();
	assert_int_equal(connected.err.code, BERTH_E_DENIED);
	assert_non_null(strstr(connected.err.message, "not you"));

	serve(web_page);
	try_connect();
	assert_int_equal(connected.err.code, BERTH_E_PROTOCOL);
	assert_non_null(strstr(connected.err.message, "a web page, not the Docker API"));

	serve(slams_the_door);
	try_connect();
	assert_int_equal(connected.err.code, BERTH_E_UNREACHABLE);

	engine.version = "[]";
	serve(engine_answer);
	try_connect();
	assert_int_equal(connected.err.code, BERTH_E_PROTOCOL);
	assert_non_null(strstr(connected.err.message, "unix://"));

	/* It went away after it was found. */
	assert_int_equal(peer_free(fixture->peer), 0);
	fixture->peer = NULL;
	try_connect();
	assert_int_equal(connected.err.code, BERTH_E_UNREACHABLE);
}

static int stalls(void *context, struct peer_request *request, struct peer_conn *conn)
{
	(void)context;
	(void)request;
	peer_stall(conn);
	return -1;
}

static void test_connect_is_cancelled(void **state)
{
	struct docker_call *call;

	(void)state;
	serve(stalls);
	for (int asked = 0; asked < 2; asked++) {
		memset(&connected, 0, sizeof(connected));
		call = docker_connect(docker, on_connected, &connected, NULL);
		assert_non_null(call);
		if (asked)
			LOOP_UNTIL(&fixture->loop, peer_request_count(fixture->peer) > 0);
		docker_cancel(call);
		docker_cancel(call);
		assert_int_equal(connected.done, 0);
		LOOP_UNTIL(&fixture->loop, connected.done);
		assert_int_equal(connected.err.code, BERTH_E_CANCELLED);
	}
}

static void test_call_before_connect(void **state)
{
	struct docker_request request = {
		.method = "GET", .path = "/x", .done = on_done, .json = json_object()};
	struct berth_error err;

	(void)state;
	serve(engine_answer);
	assert_null(docker_call(docker, &request, &err));
	assert_int_equal(err.code, BERTH_E_INTERNAL);
	assert_int_equal(peer_request_count(fixture->peer), 0);
}

/* --- an engine that minds the version --- */

static const char *wanted; /* part of the target that is served */
static const char *refusal;

static int picky(void *context, struct peer_request *request, struct peer_conn *conn)
{
	if (strstr(request->target, wanted))
		return usual(context, request, conn);
	return peer_reply_json(conn, 400, refusal);
}

static void test_too_old_and_too_new(void **state)
{
	static const struct {
		const char *wanted, *refusal;
	} rows[] = {
		{"/v1.44/", "{\"message\":\"client version 1.41 is too old. Minimum supported API "
			    "version is 1.44, please upgrade your client to a newer version\"}"},
		{"/v1.30/", "{\"message\":\"client version 1.41 is too new. Maximum supported API "
			    "version is 1.30\"}"},
	};

	(void)state;
	for (size_t i = 0; i < 2; i++) {
		wanted = rows[i].wanted;
		refusal = rows[i].refusal;
		serve_connected(picky);
		run((struct docker_request){.method = "POST", .json = json_pack("{s:i}", "k", 1)});
		assert_int_equal(result.err.code, BERTH_E_OK);
		assert_string_equal(result.text, "value");
		assert_int_equal(peer_request_count(fixture->peer), 4);
		assert_string_equal(peer_request_at(fixture->peer, 3)->body, "{\"k\":1}");
		/* It is remembered. */
		run((struct docker_request){.path = "/y"});
		assert_int_equal(result.err.code, BERTH_E_OK);
		assert_int_equal(peer_request_count(fixture->peer), 5);
		/* A stream is begun once. */
		snprintf((char *)docker_info(docker)->api, 16, "1.41");
		run((struct docker_request){.on_json = on_json, .on_head = on_head});
		assert_int_equal(result.err.code, BERTH_E_OK);
		assert_int_equal(result.values, 1);
		assert_int_equal(result.heads, 1);
	}
}

static void test_refused_for_good(void **state)
{
	(void)state;
	/* What it asks for it refuses too: one more try, not two. */
	wanted = "/never/";
	refusal = "{\"message\":\"client version 1.41 is too old. Minimum supported API version is "
		  "1.44, please upgrade\"}";
	serve_connected(picky);
	run((struct docker_request){0});
	assert_int_equal(result.err.code, BERTH_E_REFUSED);
	assert_non_null(strstr(result.err.message, "too old"));
	assert_int_equal(peer_request_count(fixture->peer), 4);

	/* A version that is not ours is not tried. */
	refusal = "{\"message\":\"client version 1.41 is too old. Minimum supported API version is "
		  "2.0\"}";
	serve_connected(picky);
	run((struct docker_request){0});
	assert_int_equal(result.err.code, BERTH_E_USAGE);
	assert_int_equal(peer_request_count(fixture->peer), 3);
}

static void test_version_from_environment(void **state)
{
	struct berth_error err;

	(void)state;
	setenv("DOCKER_API_VERSION", "1.30", 1);
	wanted = "/v1.30/";
	serve_connected(picky);
	assert_string_equal(docker_info(docker)->api, "1.30");
	run((struct docker_request){0});
	assert_int_equal(result.err.code, BERTH_E_OK);

	/* Its word stands, also against the engine's. */
	wanted = "/v1.44/";
	refusal = "{\"message\":\"client version 1.30 is too old. Minimum supported API version is "
		  "1.44\"}";
	serve_connected(picky);
	run((struct docker_request){0});
	assert_int_equal(result.err.code, BERTH_E_REFUSED);
	assert_non_null(strstr(result.err.hint, "DOCKER_API_VERSION"));
	assert_int_equal(peer_request_count(fixture->peer), 3);

	setenv("DOCKER_API_VERSION", "latest", 1);
	assert_null(docker_new(fixture->net, "tcp://127.0.0.1:1", &err));
	assert_int_equal(err.code, BERTH_E_USAGE);
	assert_non_null(strstr(err.message, "'latest'"));
}

static void test_refusal_texts(void **state)
{
	static const struct {
		const char *text, *version;
	} rows[] = {
		{"client version 1.22 is too old. Minimum supported API version is 1.24, please",
			"1.24"},
		{"Client is too old. MINIMUM SUPPORTED API VERSION IS 1.40", "1.40"},
		{"client version 1.99 is too new. Maximum supported API version is 1.41", "1.41"},
		{"client version 1.22 is too old. Minimum supported API version is 1.99", NULL},
		{"client version 1.22 is too old. Minimum supported API version is ", NULL},
		{"client version 1.22 is too old. Minimum supported API version is x", NULL},
		{"too new. Maximum supported API version is 1.12", NULL},
		{"the beans are too old", NULL},
		{"Minimum supported API version is 1.24", NULL},
		{"", NULL},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		char version[API_VERSION_SIZE] = "";
		bool found = api_version_from_refusal(version, rows[i].text);

		assert_int_equal(found, rows[i].version != NULL);
		assert_string_equal(version, rows[i].version ? rows[i].version : "");
	}
}

/* --- answers --- */

static struct {
	int status;
	const char *type, *body;
	enum berth_code code;
	const char *message;
} answers[] = {
	{200, "application/json", "{\"name\":\"x\"}", BERTH_E_OK, ""},
	{201, "application/json", "{}", BERTH_E_OK, ""},
	{204, NULL, "", BERTH_E_OK, ""},
	{304, NULL, "", BERTH_E_OK, ""},
	{400, "application/json", "{\"message\":\"bad parameter\"}", BERTH_E_USAGE,
		"bad parameter"},
	{401, "application/json", "{\"message\":\"who\"}", BERTH_E_DENIED, "who"},
	{403, "application/json", "{\"message\":\"no\"}", BERTH_E_DENIED, "no"},
	{404, "application/json", "{\"message\":\"No such container: x\"}", BERTH_E_NOT_FOUND,
		"No such container: x"},
	{409, "application/json", "{\"message\":\"name in use\"}", BERTH_E_CONFLICT, "name in use"},
	{418, "application/json", "{\"message\":\"teapot\"}", BERTH_E_REFUSED, "teapot"},
	{500, "application/json", "{\"message\":\"boom\"}", BERTH_E_REFUSED, "boom"},
	{500, "application/json", "{\"cause\":\"why\"}", BERTH_E_REFUSED, "why"},
	{500, "application/json", "{\"message\":\"\"}", BERTH_E_REFUSED, "{\"message\":\"\"}"},
	{500, "application/json", "{\"mess", BERTH_E_REFUSED, "{\"mess"},
	{500, "text/plain", "  it\x1b[31mis\x07 bad \r\n", BERTH_E_REFUSED, "itis\xe2\x90\x87 bad"},
	{500, "text/plain", "", BERTH_E_REFUSED, "answered 500 without saying why"},
	{500, NULL, " \n", BERTH_E_REFUSED, "answered 500 without saying why"},
	{404, "text/html; charset=utf-8", "<h1>nope</h1>", BERTH_E_PROTOCOL,
		"answered 404 with a web page, not the Docker API"},
	{502, NULL, "\n<!DOCTYPE html><p>", BERTH_E_PROTOCOL,
		"answered 502 with a web page, not the Docker API"},
	{403, "text/html", "<html>", BERTH_E_DENIED,
		"answered 403 with a web page, not the Docker API"},
	{200, "text/html", "<html>", BERTH_E_PROTOCOL,
		"answered 200 with a web page, not the Docker API"},
	{302, NULL, "moved", BERTH_E_PROTOCOL, "moved"},
};

static size_t answer;

static int answers_row(void *context, struct peer_request *request, struct peer_conn *conn)
{
	(void)context;
	(void)request;
	return peer_reply(conn, answers[answer].status, answers[answer].type, answers[answer].body,
		strlen(answers[answer].body));
}

static void test_answers(void **state)
{
	(void)state;
	serve_connected(answers_row);
	for (answer = 0; answer < sizeof(answers) / sizeof(answers[0]); answer++) {
		/* As a call and as a stream. */
		for (int stream = 0; stream < 2; stream++) {
			run((struct docker_request){.on_json = stream ? on_json : NULL});
			assert_int_equal(result.status, answers[answer].status);
			if (result.err.code != answers[answer].code)
				fail_msg("row %zu: %s: %s", answer,
					berth_code_name(result.err.code), result.err.message);
			assert_string_equal(result.err.message, answers[answer].message);
			if (result.err.code != BERTH_E_OK)
				assert_int_equal(result.err.number, answers[answer].status);
		}
	}
}

static int long_text(void *context, struct peer_request *request, struct peer_conn *conn)
{
	static char text[3000];

	(void)context;
	(void)request;
	memset(text, 'x', sizeof(text));
	return peer_reply(conn, 500, "text/plain", text, sizeof(text));
}

static void test_long_text_is_cut(void **state)
{
	(void)state;
	serve_connected(long_text);
	run((struct docker_request){0});
	assert_true(strlen(result.err.message) > 100 && strlen(result.err.message) < 500);
}

static int cut_answer(void *context, struct peer_request *request, struct peer_conn *conn)
{
	(void)context;
	(void)request;
	peer_sendf(conn, "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{\"name\":");
	return -1;
}

static void test_cut_answer(void **state)
{
	(void)state;
	serve_connected(cut_answer);
	run((struct docker_request){0});
	assert_int_equal(result.err.code, BERTH_E_BROKEN);
	assert_false(result.has_json);
}

static void test_timeout(void **state)
{
	(void)state;
	serve_connected(stalls);
	run((struct docker_request){.answer_timeout_ms = 100});
	assert_int_equal(result.err.code, BERTH_E_TIMEOUT);
}

static void test_cancel(void **state)
{
	struct docker_call *call;

	(void)state;
	serve_connected(stalls);
	call = start((struct docker_request){.on_json = on_json});
	LOOP_UNTIL(&fixture->loop, peer_request_count(fixture->peer) == 3);
	docker_cancel(call);
	assert_int_equal(result.done, 0);
	LOOP_UNTIL(&fixture->loop, result.done);
	assert_int_equal(result.err.code, BERTH_E_CANCELLED);
	LOOP_UNTIL(&fixture->loop, peer_open_count(fixture->peer) == 0);
}

/* --- streams --- */

static const char *stream_text;
static size_t split_at; /* 0: whole */
static bool stream_cut;

static int streams(void *context, struct peer_request *request, struct peer_conn *conn)
{
	(void)context;
	(void)request;
	if (peer_begin_chunks(conn, 200, "application/json") ||
		peer_chunk_bytes(conn, stream_text, split_at) ||
		peer_chunk(conn, stream_text + split_at))
		return -1;
	return stream_cut ? -1 : peer_chunks_end(conn);
}

static void stream(const char *text)
{
	stream_text = text;
	split_at = 0;
	stream_cut = false;
	run((struct docker_request){.on_json = on_json, .on_head = on_head});
}

static void test_stream(void **state)
{
	static const char text[] = "{\"status\":\"a\"}\r\n{\"status\":\"b\"}{\"c\":{\"d\":[1]}}\n";

	(void)state;
	serve_connected(streams);
	stream(text);
	assert_int_equal(result.err.code, BERTH_E_OK);
	assert_int_equal(result.values, 3);
	assert_int_equal(result.heads, 1);

	for (size_t i = 1; i < strlen(text); i++) {
		stream_text = text;
		split_at = i;
		run((struct docker_request){.on_json = on_json});
		assert_int_equal(result.err.code, BERTH_E_OK);
		assert_int_equal(result.values, 3);
	}
}

static void test_stream_ends_in_a_value(void **state)
{
	(void)state;
	serve_connected(streams);
	stream("{\"status\":\"a\"}{\"status\":");
	assert_int_equal(result.values, 1);
	assert_int_equal(result.err.code, BERTH_E_BROKEN);

	stream_text = "{\"status\":\"a\"}{\"status\":";
	stream_cut = true;
	run((struct docker_request){.on_json = on_json});
	assert_int_equal(result.err.code, BERTH_E_BROKEN);

	/* Even between two values: the chunks did not end. */
	stream_text = "{\"status\":\"a\"}";
	run((struct docker_request){.on_json = on_json});
	assert_int_equal(result.values, 1);
	assert_int_equal(result.err.code, BERTH_E_BROKEN);
}

static void test_stream_is_no_json(void **state)
{
	(void)state;
	serve_connected(streams);
	stream("hello there");
	assert_int_equal(result.err.code, BERTH_E_PROTOCOL);
}

static void test_callee_stops(void **state)
{
	(void)state;
	serve_connected(streams);
	stream_text = "{}{}{}";
	start((struct docker_request){.on_json = on_json});
	result.stop_at = 2;
	LOOP_UNTIL(&fixture->loop, result.done);
	assert_int_equal(result.values, 2);
	assert_int_equal(result.err.code, BERTH_E_LIMIT);
	assert_string_equal(result.err.message, "enough");
}

static const struct {
	const char *object;
	enum berth_code code;
	const char *message, *hint;
} failures[] = {
	{"{\"errorDetail\":{\"message\":\"manifest for x:1 not found: manifest unknown\"},"
	 "\"error\":\"other\"}",
		BERTH_E_NOT_FOUND, "manifest for x:1 not found", "tag"},
	{"{\"error\":\"old style\"}", BERTH_E_REFUSED, "old style", ""},
	{"{\"errorDetail\":{\"message\":\"pull access denied for x, repository does not exist or "
	 "may require 'docker login': denied\"}}",
		BERTH_E_NOT_FOUND, "pull access denied", "docker login"},
	{"{\"errorDetail\":{\"message\":\"denied: requested access to the resource is denied\"}}",
		BERTH_E_DENIED, "denied", "docker login"},
	{"{\"errorDetail\":{\"message\":\"unauthorized: authentication required\"}}",
		BERTH_E_DENIED, "unauthorized", "docker login"},
	{"{\"errorDetail\":{\"code\":401,\"message\":\"go away\"}}", BERTH_E_DENIED, "go away", ""},
	{"{\"errorDetail\":{\"code\":404,\"message\":\"gone\"}}", BERTH_E_NOT_FOUND, "gone", ""},
	{"{\"errorDetail\":{\"message\":\"toomanyrequests: You have reached your unauthenticated "
	 "pull rate limit\"}}",
		BERTH_E_REFUSED, "toomanyrequests", "limit"},
	{"{\"errorDetail\":{\"message\":\"read tcp 1.2.3.4:1: read: connection reset by peer\"}}",
		BERTH_E_BROKEN, "connection reset", ""},
	{"{\"error\":\"unexpected EOF\"}", BERTH_E_BROKEN, "unexpected EOF", ""},
	{"{\"error\":\"Get \\\"https://r/v2/\\\": EOF\"}", BERTH_E_BROKEN, "EOF", ""},
	{"{\"error\":\"the GEOF\"}", BERTH_E_REFUSED, "GEOF", ""},
	{"{\"error\":\"net/http: TLS handshake timeout\"}", BERTH_E_BROKEN, "TLS handshake", ""},
	{"{\"error\":\"dial tcp 1.2.3.4:443: i/o timeout\"}", BERTH_E_BROKEN, "i/o timeout", ""},
	{"{\"error\":\"received unexpected HTTP status: 503 Service Unavailable\"}", BERTH_E_BROKEN,
		"503", ""},
	{"{\"error\":\"write /x: no space left on device\"}", BERTH_E_REFUSED, "no space",
		"docker system df"},
	{"{\"error\":\"\"}", BERTH_E_REFUSED, "failed without saying why", ""},
	{"{\"errorDetail\":{}}", BERTH_E_REFUSED, "failed without saying why", ""},
};

static void test_failure_inside_200(void **state)
{
	(void)state;
	serve_connected(streams);
	for (size_t i = 0; i < sizeof(failures) / sizeof(failures[0]); i++) {
		char text[1024];

		snprintf(text, sizeof(text), "{\"a\":1}%s{\"b\":2}{\"error\":\"second\"}",
			failures[i].object);
		stream(text);
		assert_int_equal(result.status, 200);
		/* What follows the first error is not listened to. */
		assert_int_equal(result.values, 1);
		if (result.err.code != failures[i].code)
			fail_msg("%s: %s", berth_code_name(result.err.code), result.err.message);
		assert_non_null(strstr(result.err.message, failures[i].message));
		assert_non_null(strstr(result.err.hint, failures[i].hint));
	}
}

static int endless(void *context, struct peer_request *request, struct peer_conn *conn)
{
	(void)context;
	(void)request;
	peer_begin_chunks(conn, 200, "application/json");
	peer_chunk(conn, "{\"error\":\"stop\"}");
	peer_stall(conn);
	return -1;
}

static void test_stream_is_left_after_its_error(void **state)
{
	(void)state;
	serve_connected(endless);
	run((struct docker_request){.on_json = on_json});
	assert_string_equal(result.err.message, "stop");
	LOOP_UNTIL(&fixture->loop, peer_open_count(fixture->peer) == 0);
}

static void test_escape(void **state)
{
	struct buf buf;

	(void)state;
	buf_init(&buf, 64);
	assert_int_equal(docker_escape(&buf, "aZ09-._~", NULL), 0);
	assert_string_equal(buf.data, "aZ09-._~");
	assert_int_equal(docker_escape(&buf, "a/b:c d%?#\xc3\xa4", NULL), 0);
	assert_string_equal(buf.data, "aZ09-._~a%2Fb%3Ac%20d%25%3F%23%C3%A4");
	assert_int_equal(docker_escape(&buf, "0123456789012345678901234567890123456789", NULL), -1);
	buf_release(&buf);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		DOCKER_TEST(test_versions),
		DOCKER_TEST(test_info_and_request),
		DOCKER_TEST(test_head_is_refused),
		DOCKER_TEST(test_head_breaks_the_connection),
		DOCKER_TEST(test_connect_fails),
		DOCKER_TEST(test_connect_is_cancelled),
		DOCKER_TEST(test_call_before_connect),
		DOCKER_TEST(test_too_old_and_too_new),
		DOCKER_TEST(test_refused_for_good),
		DOCKER_TEST(test_version_from_environment),
		cmocka_unit_test(test_refusal_texts),
		DOCKER_TEST(test_answers),
		DOCKER_TEST(test_long_text_is_cut),
		DOCKER_TEST(test_cut_answer),
		DOCKER_TEST(test_timeout),
		DOCKER_TEST(test_cancel),
		DOCKER_TEST(test_stream),
		DOCKER_TEST(test_stream_ends_in_a_value),
		DOCKER_TEST(test_stream_is_no_json),
		DOCKER_TEST(test_callee_stops),
		DOCKER_TEST(test_failure_inside_200),
		DOCKER_TEST(test_stream_is_left_after_its_error),
		cmocka_unit_test(test_escape),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
