/* Refusals, redirects, credentials and addresses: everything before the stream. */
#include "support/fractalic_scene.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static const struct fx_step success[] = {{FX_STREAM}, {FX_EVENT, SUCCESS}, {FX_DONE}, {FX_END}};

/* --- refusals --- */

static void assert_part(const char *text, const char *part)
{
	if (!text || !strstr(text, part))
		fail_msg("'%s' does not hold '%s'", text ? text : "(null)", part);
}

static void every_refusal_has_a_meaning(void **state)
{
	static const struct {
		int status;
		const char *body;
		bool page;
		enum berth_outcome outcome;
		enum berth_code code;
		const char *message;
		bool hint;
	} cases[] = {
		{400, "{\"detail\":\"Validation failed: script_name is required\"}", false,
			BERTH_REJECTED, BERTH_E_USAGE,
			"the server said 400: Validation failed: script_name is required", true},
		{422,
			"{\"detail\":[{\"loc\":[\"body\",\"script_name\"],\"msg\":\"field "
			"required\",\"type\":\"x\"},{\"loc\":[\"body\"],\"msg\":\"bad\"}]}",
			false, BERTH_REJECTED, BERTH_E_USAGE,
			"the server said 422: script_name: field required; bad", true},
		{400, "{\"detail\":[1,{\"x\":2}]}", false, BERTH_REJECTED, BERTH_E_USAGE,
			"the server said 400: [1,{\"x\":2}]", true},
		{400, "{\"detail\":\"\"}", false, BERTH_REJECTED, BERTH_E_USAGE,
			"the server said 400 and gave no reason", true},
		{400, "{\"detail\":[]}", false, BERTH_REJECTED, BERTH_E_USAGE,
			"the server said 400 and gave no reason", true},
		{400, "", false, BERTH_REJECTED, BERTH_E_USAGE,
			"the server said 400 and gave no reason", true},
		{400, "\"plain\\nwords\"", false, BERTH_REJECTED, BERTH_E_USAGE,
			"the server said 400: plain words", true},
		{413, "too much\nof it", false, BERTH_REJECTED, BERTH_E_USAGE,
			"the server said 413: too much", true},
		{401, "{\"detail\":\"Not authenticated\"}", false, BERTH_UNREACHED, BERTH_E_DENIED,
			"the server said 401: Not authenticated", true},
		{403, "", false, BERTH_UNREACHED, BERTH_E_DENIED, "the server said 403", true},
		{429, "", false, BERTH_UNREACHED, BERTH_E_REFUSED, "the server said 429", true},
		{500, "{\"detail\":\"Failed to start deployment: 'int' object has no attribute\"}",
			false, BERTH_FAILED, BERTH_E_REFUSED,
			"the server said 500: Failed to start deployment: 'int' object", true},
		{500, "<html><head><title>Internal\n Error</title></head></html>", true,
			BERTH_FAILED, BERTH_E_REFUSED,
			"the server said 500: a web page, 'Internal Error'", true},
		{500, "<!doctype html><p>no title", true, BERTH_FAILED, BERTH_E_REFUSED,
			"the server said 500: a web page", true},
		{500, "Internal Server Error", false, BERTH_FAILED, BERTH_E_REFUSED,
			"the server said 500: Internal Server Error", true},
		{502, "<html><title>502 Bad Gateway</title></html>", true, BERTH_UNKNOWN,
			BERTH_E_BROKEN,
			"how it ended is not known: the server said 502: a web page, '502 Bad "
			"Gateway'",
			true},
		{504, "", false, BERTH_UNKNOWN, BERTH_E_BROKEN, "the server said 504", true},
		/* What is no answer to a deployment. */
		{200, "<html><title>Login</title></html>", true, BERTH_UNREACHED, BERTH_E_PROTOCOL,
			"the server said 200 with 'text/html': a web page, 'Login' instead of an "
			"event stream",
			true},
		{200, "{\"what\":1}", false, BERTH_UNKNOWN, BERTH_E_PROTOCOL,
			"the server said 200 with 'application/json' instead of an event stream",
			true},
		{204, "", false, BERTH_UNKNOWN, BERTH_E_PROTOCOL, "the server said 204", true},
		{202, "{\"message\":\"later\"}", false, BERTH_UNKNOWN, BERTH_E_PROTOCOL,
			"the server said 202 with 'application/json': later instead of", true},
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		const struct fx_step steps[] = {{cases[i].page ? FX_PAGE : FX_REPLY, cases[i].body,
							(size_t)cases[i].status},
			{FX_END}};
		const struct berth_failure *failure;
		struct scene scene;

		scene_open(&scene, *state, &SCENE_PLAN(steps, NULL));
		scene_run(&scene);
		assert_outcome(scene.record, cases[i].outcome);
		failure = scene.record->result->failure;
		assert_int_equal(failure->code, cases[i].code);
		assert_part(scene.record->result->message, cases[i].message);
		assert_int_equal(failure->hint != NULL, cases[i].hint);
		/* Once, whatever it says. */
		assert_int_equal(peer_request_count(scene.server.peer), 1);
		scene_close(&scene);
	}
}

static void a_result_where_a_stream_should_be(void **state)
{
	const struct fx_step ok[] = {{FX_CAPTURE, "fx-nonstream-ok.curl-i.txt"}, {FX_END}};
	struct scene scene;

	scene_open(&scene, *state, &SCENE_PLAN(ok, NULL));
	scene_run(&scene);
	assert_outcome(scene.record, BERTH_DEPLOYED);
	scene_close(&scene);
}

static void what_is_not_http(void **state)
{
	const struct fx_step junk[] = {{FX_SEND, "SSH-2.0-OpenSSH_9.2\r\n"}, {FX_CLOSE}};
	struct scene scene;

	scene_open(&scene, *state, &SCENE_PLAN(junk, NULL));
	scene_run(&scene);
	assert_outcome(scene.record, BERTH_UNKNOWN);
	assert_int_equal(scene.record->result->failure->code, BERTH_E_PROTOCOL);
	scene_close(&scene);
}

/* --- addresses --- */

static void run_url(
	struct flow *flow, const char *url, enum berth_outcome outcome, const char *message)
{
	struct berth_server entry = {.url = (char *)url};
	struct berth_deployment request = fx_request(NULL, &entry, "");
	const struct record *record = flow_run(flow, &request);

	assert_outcome(record, outcome);
	assert_string_equal(record->result->message, message);
}

static void nobody_there(void **state)
{
	run_url(*state, "http://127.0.0.1:1", BERTH_UNREACHED,
		"cannot connect to '127.0.0.1:1': Connection refused");
	run_url(*state, "http://no-such-host.invalid", BERTH_UNREACHED,
		"cannot connect to 'no-such-host.invalid:80': this name is not known (DNS)");
	run_url(*state, "nonsense", BERTH_UNREACHED, "invalid address: Bad scheme");
}

static void no_server_in_the_request(void **state)
{
	struct berth_deployment request = fx_request(NULL, NULL, "");
	const struct record *record = flow_run(*state, &request);

	assert_outcome(record, BERTH_REJECTED);
	assert_part(record->result->message, "target 'staging' has no url");
}

/* --- redirects --- */

static void redirect(struct flow *flow, int status, const char *location,
	enum berth_outcome outcome, const char *message, int requests)
{
	char line[256];
	const struct fx_step away[] = {
		{FX_HEADER, line}, {FX_REPLY, "{}", (size_t)status}, {FX_END}};
	const struct fx_plan plan = {
		.answers = {[FX_STREAM_ROUTE] = {success}, [FX_OTHER_ROUTE] = {away}}};
	struct scene scene;
	char url[128];

	scene_open(&scene, flow, &plan);
	snprintf(url, sizeof(url), "%s/old", peer_url(scene.server.peer));
	scene.entry.url = url;
	snprintf(line, sizeof(line), "Location: %s%s", location[0] == ':' ? "http://127.0.0.1" : "",
		location);
	if (location[0] == ':' && !strcmp(location, ":PORT"))
		snprintf(line, sizeof(line), "Location: %s/api/deploy/docker-registry/stream",
			peer_url(scene.server.peer));
	scene_run(&scene);
	assert_outcome(scene.record, outcome);
	assert_part(scene.record->result->message, message);
	assert_int_equal(peer_request_count(scene.server.peer), requests);
	scene_close(&scene);
}

static void only_307_and_308_on_the_same_host_are_followed(void **state)
{
	static const char here[] = "/api/deploy/docker-registry/stream";

	redirect(*state, 307, here, BERTH_DEPLOYED, "It runs", 2);
	redirect(*state, 308, here, BERTH_DEPLOYED, "It runs", 2);
	redirect(*state, 308, ":PORT", BERTH_DEPLOYED, "It runs", 2);
	redirect(*state, 301, here, BERTH_UNREACHED,
		"with 301, which does not ask for the same again", 1);
	redirect(*state, 302, here, BERTH_UNREACHED, "with 302", 1);
	redirect(*state, 303, here, BERTH_UNREACHED, "with 303", 1);
	redirect(*state, 307, ":1/x", BERTH_UNREACHED,
		"the server redirects to 'http://127.0.0.1:1/x', where nothing is sent", 1);
	redirect(*state, 307, "http://other.invalid/x", BERTH_UNREACHED,
		"the server redirects to 'http://other.invalid/x'", 1);
	redirect(*state, 307, "file:///etc/passwd", BERTH_UNREACHED, "no http address", 1);
	/* Round and round. */
	redirect(*state, 307, "/old", BERTH_UNREACHED, "more than 5 redirects", 6);
}

/* Not even to another port of the same host. */
static void credentials_stay_with_their_server(void **state)
{
	static const int statuses[] = {301, 302, 303, 307, 308};
	struct fractalic_server other;

	fractalic_server_start(&other, &(struct fx_plan){0});
	for (size_t i = 0; i < sizeof(statuses) / sizeof(statuses[0]); i++) {
		char line[256];
		const struct fx_step away[] = {
			{FX_HEADER, line}, {FX_REPLY, "{}", (size_t)statuses[i]}, {FX_END}};
		struct scene scene;

		snprintf(line, sizeof(line), "Location: %s/api/deploy/docker-registry/stream",
			peer_url(other.peer));
		scene_open(&scene, *state, &SCENE_PLAN(away, away));
		scene.entry.token = (struct berth_secret){
			.from = BERTH_SECRET_TEXT, .source = (char *)"t0ken-value"};
		scene_run(&scene);
		assert_outcome(scene.record, BERTH_UNREACHED);
		scene_close(&scene);
	}
	assert_int_equal(peer_connection_count(other.peer), 0);
	fractalic_server_stop(&other);
}

static void a_redirect_without_a_place(void **state)
{
	const struct fx_step away[] = {{FX_REPLY, "{}", 307}, {FX_END}};
	struct scene scene;

	scene_open(&scene, *state, &SCENE_PLAN(away, NULL));
	scene_run(&scene);
	assert_outcome(scene.record, BERTH_UNREACHED);
	assert_part(scene.record->result->message, "does not say where to");
	scene_close(&scene);
}

/* --- credentials --- */

static char folder[64];

static const char *secret_file(const char *text)
{
	static char path[128];
	FILE *file;

	snprintf(path, sizeof(path), "%s/secret", folder);
	file = fopen(path, "w");
	fputs(text, file);
	fclose(file);
	return path;
}

static void assert_header(
	const struct scene *scene, int index, const char *name, const char *wanted)
{
	char value[256];

	assert_true(peer_request_header(
		peer_request_at(scene->server.peer, index), name, value, sizeof(value)));
	assert_string_equal(value, wanted);
}

/* Every way to a secret; none is in any event, whatever the server echoes. */
static void tokens_from_everywhere(void **state)
{
	const struct fx_step echo[] = {{FX_STREAM},
		{FX_EVENT, "{\"message\":\"you are Bearer t0ken-value\",\"progress\":5}"},
		{FX_EVENT, SUCCESS}, {FX_DONE}, {FX_END}};
	char *argv[] = {(char *)"/bin/echo", (char *)"t0ken-value", NULL};
	const struct berth_secret ways[] = {
		{.from = BERTH_SECRET_VARIABLE, .source = (char *)"BERTH_TEST_TOKEN"},
		{.from = BERTH_SECRET_FILE,
			.source = (char *)secret_file("t0ken-value\r\nsecond line")},
		{.from = BERTH_SECRET_COMMAND, .argv = argv},
		{.from = BERTH_SECRET_TEXT, .source = (char *)"t0ken-value"},
	};
	struct flow *flow = *state;
	struct scene scene;

	setenv("BERTH_TEST_TOKEN", "t0ken-value", 1);
	flow->forbidden = "t0ken-value";
	for (size_t i = 0; i < sizeof(ways) / sizeof(ways[0]); i++) {
		scene_open(&scene, flow, &SCENE_PLAN(echo, NULL));
		scene.entry.token = ways[i];
		scene_run(&scene);
		assert_outcome(scene.record, BERTH_DEPLOYED);
		assert_header(&scene, 0, "Authorization", "Bearer t0ken-value");
		assert_non_null(record_log(scene.record, -1, "you are Bearer \u2022\u2022\u2022"));
		scene_close(&scene);
	}
}

static void passwords_and_own_headers(void **state)
{
	struct berth_header headers[] = {
		{(char *)"X-Api-Key", {.from = BERTH_SECRET_TEXT, .source = (char *)"key-value"}},
		{(char *)"X-Other", {.from = BERTH_SECRET_TEXT, .source = (char *)"other"}},
	};
	const struct fx_step cut[] = {{FX_STREAM}, {FX_EVENT, START}, {FX_CLOSE}};
	const struct fx_step last[] = {{FX_REPLY, SUCCESS, 200}, {FX_END}};
	struct flow *flow = *state;
	struct scene scene;

	flow->forbidden = "key-value";
	scene_open(&scene, flow, &SCENE_PLAN(cut, last));
	scene.entry.user = (char *)"ops";
	/* Its base64 needs the alphabet of HTTP: + and /. */
	scene.entry.password = (struct berth_secret){
		.from = BERTH_SECRET_TEXT, .source = (char *)"~~~???\xc3\xbf"};
	scene.entry.headers = headers;
	scene.entry.header_count = 2;
	scene_run(&scene);
	assert_outcome(scene.record, BERTH_DEPLOYED);
	/* The questions carry them too. */
	for (int i = 0; i < 2; i++) {
		assert_header(&scene, i, "Authorization", "Basic b3BzOn5+fj8/P8O/");
		assert_header(&scene, i, "X-Api-Key", "key-value");
		assert_header(&scene, i, "X-Other", "other");
	}
	scene_close(&scene);
}

static void a_secret_that_cannot_be_had(void **state)
{
	char *fails[] = {(char *)"/bin/sh", (char *)"-c", (char *)"echo leaked; exit 3", NULL};
	char *nothing[] = {(char *)"/bin/true", NULL};
	char *missing[] = {(char *)"/no/such/program", NULL};
	const struct {
		struct berth_secret secret;
		enum berth_outcome outcome;
		const char *message;
	} cases[] = {
		{{.from = BERTH_SECRET_VARIABLE, .source = (char *)"BERTH_NOT_SET"},
			BERTH_UNREACHED, "no token: the variable BERTH_NOT_SET is not set"},
		{{.from = BERTH_SECRET_FILE, .source = (char *)"/no/such/file"}, BERTH_UNREACHED,
			"no token: cannot read '/no/such/file': No such file"},
		{{.from = BERTH_SECRET_FILE, .source = (char *)"/"}, BERTH_UNREACHED,
			"no token: cannot read '/': Is a directory"},
		{{.from = BERTH_SECRET_COMMAND, .argv = fails}, BERTH_UNREACHED,
			"no token: '/bin/sh' ended with 3"},
		{{.from = BERTH_SECRET_COMMAND, .argv = missing}, BERTH_UNREACHED,
			"no token: cannot run '/no/such/program'"},
		{{.from = BERTH_SECRET_COMMAND, .argv = nothing}, BERTH_UNREACHED,
			"the token is empty"},
		{{.from = BERTH_SECRET_TEXT, .source = (char *)"a\tb"}, BERTH_REJECTED,
			"the token holds a control character"},
	};
	struct flow *flow = *state;
	struct scene scene;

	flow->forbidden = "leaked";
	unsetenv("BERTH_NOT_SET");
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		scene_open(&scene, flow, &SCENE_PLAN(success, NULL));
		scene.entry.token = cases[i].secret;
		scene_run(&scene);
		assert_outcome(scene.record, cases[i].outcome);
		assert_part(scene.record->result->message, cases[i].message);
		assert_int_equal(peer_connection_count(scene.server.peer), 0);
		scene_close(&scene);
	}
}

static void credentials_in_the_clear_are_said(void **state)
{
	struct berth_server entry = {.url = (char *)"http://no-such-host.invalid",
		.token = {.from = BERTH_SECRET_TEXT, .source = (char *)"t0ken-value"}};
	struct berth_deployment request = fx_request(NULL, &entry, "");
	const struct record *record = flow_run(*state, &request);
	struct scene scene;

	assert_non_null(record_log(
		record, BERTH_WARN, "Credentials go to http://no-such-host.invalid unencrypted"));
	scene_open(&scene, *state, &SCENE_PLAN(success, NULL));
	scene.entry.token = entry.token;
	scene_run(&scene);
	assert_null(record_log(scene.record, BERTH_WARN, "unencrypted"));
	scene_close(&scene);
}

/* --- proxies --- */

/* A proxy that is asked for the address of a server elsewhere, and answers in its place. */
static void a_proxy_from_the_environment(void **state)
{
	const struct fx_step steps[] = {{FX_STREAM},
		{FX_EVENT, "{\"result\":{\"success\":true,\"message\":\"ok\",\"endpoint_url\":"
			   "\"http://localhost:8001\",\"metadata\":{\"ai_server\":{\"host\":"
			   "\"http://localhost:8001\"},\"api\":{\"sample_curl\":\"curl -X POST "
			   "http://localhost:8001/execute -d x\"}}}}"},
		{FX_DONE}, {FX_END}};
	const struct berth_result *result;
	struct scene scene;
	char url[] = "http://deploy.example:8000/base";

	scene_open(&scene, *state, &SCENE_PLAN(steps, NULL));
	setenv("http_proxy", scene.entry.url, 1);
	scene.entry.url = url;
	scene_run(&scene);
	unsetenv("http_proxy");
	assert_outcome(scene.record, BERTH_DEPLOYED);
	assert_string_equal(peer_request_at(scene.server.peer, 0)->line,
		"POST http://deploy.example:8000/base/api/deploy/docker-registry/stream HTTP/1.1");
	/* "localhost" was the server's; from here it has another name. */
	result = scene.record->result;
	assert_string_equal(result->endpoint_url, "http://deploy.example:8001");
	assert_string_equal(result->urls[0].value, "http://deploy.example:8001");
	assert_string_equal(
		result->details[1].value, "curl -X POST http://deploy.example:8001/execute -d x");
	assert_part(scene.record->end->server, "http://localhost:8001");
	scene_close(&scene);
	/* Not for this machine. */
	scene_open(&scene, *state, &SCENE_PLAN(success, NULL));
	setenv("http_proxy", "http://127.0.0.1:1", 1);
	scene_run(&scene);
	unsetenv("http_proxy");
	assert_outcome(scene.record, BERTH_DEPLOYED);
	scene_close(&scene);
}

static void a_path_before_the_routes(void **state)
{
	struct scene scene;
	char url[128];

	scene_open(&scene, *state, &SCENE_PLAN(success, NULL));
	snprintf(url, sizeof(url), "%s/behind/proxy", peer_url(scene.server.peer));
	scene.entry.url = url;
	scene_run(&scene);
	assert_outcome(scene.record, BERTH_DEPLOYED);
	assert_string_equal(peer_request_at(scene.server.peer, 0)->target,
		"/behind/proxy/api/deploy/docker-registry/stream");
	scene_close(&scene);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		FLOW_TEST(every_refusal_has_a_meaning),
		FLOW_TEST(a_result_where_a_stream_should_be),
		FLOW_TEST(what_is_not_http),
		FLOW_TEST(nobody_there),
		FLOW_TEST(no_server_in_the_request),
		FLOW_TEST(only_307_and_308_on_the_same_host_are_followed),
		FLOW_TEST(credentials_stay_with_their_server),
		FLOW_TEST(a_redirect_without_a_place),
		FLOW_TEST(tokens_from_everywhere),
		FLOW_TEST(passwords_and_own_headers),
		FLOW_TEST(a_secret_that_cannot_be_had),
		FLOW_TEST(credentials_in_the_clear_are_said),
		FLOW_TEST(a_proxy_from_the_environment),
		FLOW_TEST(a_path_before_the_routes),
	};
	int failed;

	flow_home();
	scene_hurry();
	snprintf(folder, sizeof(folder), "%s", getenv("HOME"));
	failed = cmocka_run_group_tests(tests, NULL, NULL);
	unlink(secret_file(""));
	return failed;
}
