/* `berth doctor` on deploy servers of the configuration: what it asks, what it says, how it exits.
 */
#include "support/deploy_flow.h"
#include "support/http_peer.h"
#include "support/run_berth.h"
#include "support/tls_server.h"
#include "unit/tree.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define NOT_ALLOWED                                                                                \
	"HTTP/1.1 405 Method Not Allowed\r\nallow: POST\r\ncontent-type: application/json\r\n"     \
	"content-length: 31\r\n\r\n{\"detail\":\"Method Not Allowed\"}"
#define NOT_FOUND                                                                                  \
	"HTTP/1.1 404 Not Found\r\ncontent-type: application/json\r\n"                             \
	"content-length: 22\r\n\r\n{\"detail\":\"Not Found\"}"
#define NO_SUCH_ID                                                                                 \
	"HTTP/1.1 404 Not Found\r\ncontent-type: application/json\r\n"                             \
	"content-length: 33\r\n\r\n{\"detail\":\"Deployment not found\"}"
#define PAGE                                                                                       \
	"HTTP/1.1 200 OK\r\ncontent-type: text/html\r\ncontent-length: 45\r\n\r\n"                 \
	"<html><head><title>An app</title></head></htm"

#define STREAM   "GET /api/deploy/docker-registry/stream HTTP/1.1"
#define PLAIN    "GET /api/deploy/docker-registry HTTP/1.1"
#define PROGRESS "GET /api/deploy/progress/berth-doctor HTTP/1.1"

static struct tree tree;
static struct process process = {.out.fd = -1, .err.fd = -1};

static int setup(void **state)
{
	(void)state;
	tree_init(&tree);
	tree_folder(&tree, "berth");
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	process_release(&process);
	tree_release(&tree);
	return 0;
}

static void examine(const char *url, const char *more, int status)
{
	char config[1024], home[128], xdg[160], state[160];

	snprintf(config, sizeof(config),
		"{\"targets\": {\"staging\": {\"kind\": \"fractalic\", \"url\": \"%s\"%s}}}", url,
		more);
	tree_text(&tree, "berth/config.json", config);
	snprintf(home, sizeof(home), "HOME=%s", tree.path);
	snprintf(xdg, sizeof(xdg), "XDG_CONFIG_HOME=%s", tree.path);
	snprintf(state, sizeof(state), "XDG_STATE_HOME=%s", tree.path);
	process_release(&process);
	assert_int_equal(
		process_start(&process, WORDS(BERTH_PROGRAM, "doctor", "--target", "staging"),
			&(struct process_options){
				.env = WORDS(home, xdg, state, "DOCKER_HOST", "TERM=xterm",
					"LC_ALL=C.UTF-8", "STAGING_TOKEN=t0k3n-of-staging",
					"ASAN_OPTIONS=exitcode=99"),
				.folder = tree.path}),
		0);
	assert_int_equal(process_wait(&process, RUN_MS), 0);
	if (process.status != status)
		fail_msg("exit %d instead of %d: %s%s", process.status, status, process.out.text,
			process.err.text);
	assert_null(strstr(process.out.text, "t0k3n"));
}

/* With such a server; nothing but these three questions is asked. */
static void examine_script(const struct peer_exchange *script, size_t count, const char *more,
	int status, const char *const wanted[])
{
	struct peer *peer = peer_start(
		&(struct peer_options){.tcp = true, .script = script, .script_len = count});

	assert_non_null(peer);
	examine(peer_url(peer), more, status);
	assert_int_equal(peer_count_lines(peer, "GET /"), peer_request_count(peer));
	assert_int_equal(peer_unexpected_count(peer), 0);
	for (; *wanted; wanted++)
		assert_holds(process.out.text, *wanted);
	assert_int_equal(peer_free(peer), 0);
}

#define COUNT(list) (sizeof(list) / sizeof((list)[0]))

static void a_server_as_it_is_today(void **state)
{
	static const struct peer_exchange script[] = {
		{.expect = STREAM, .steps = {{PEER_SEND, NOT_ALLOWED}}},
		{.expect = PLAIN, .steps = {{PEER_SEND, NOT_ALLOWED}}},
		{.expect = PROGRESS, .steps = {{PEER_SEND, NOT_FOUND}}},
	};

	(void)state;
	examine_script(script, COUNT(script), "", 0,
		WORDS("ok    target         staging", "ok    server         http://127.0.0.1:",
			" answers\n", "ok    credentials    none given, and none were asked for\n",
			"ok    stream         there is a route for it (405, Method Not Allowed)\n",
			"ok    no stream      there is a route for servers without a stream (405",
			"warn  progress       it can't be asked how a deployment goes on: when a "
			"stream breaks, how it ended is not known (404, Not Found)\n",
			"note  deployment     only one shows whether these credentials may deploy",
			"note  engine         the target has no 'docker_host'"));
}

static void a_server_as_documented(void **state)
{
	static const struct peer_exchange script[] = {
		{.expect = STREAM, .steps = {{PEER_SEND, NOT_ALLOWED}}},
		{.expect = PLAIN, .steps = {{PEER_SEND, NOT_FOUND}}},
		{.expect = PROGRESS, .steps = {{PEER_SEND, NO_SUCH_ID}}},
	};

	(void)state;
	examine_script(script, COUNT(script), ", \"token_env\": \"STAGING_TOKEN\"", 0,
		WORDS("ok    credentials    sent, and not refused\n",
			"ok    stream         there is a route for it",
			"ok    no stream      there is no route without a stream, and none is "
			"needed (404",
			"ok    progress       it can be asked how a deployment goes on (404, "
			"Deployment not found)\n"));
}

static void a_server_without_a_stream(void **state)
{
	static const struct peer_exchange script[] = {
		{.expect = STREAM, .steps = {{PEER_SEND, NOT_FOUND}}},
		{.expect = PLAIN, .steps = {{PEER_SEND, NOT_ALLOWED}}},
		{.expect = PROGRESS, .steps = {{PEER_SEND, NOT_FOUND}}},
	};

	(void)state;
	examine_script(script, COUNT(script), "", 0,
		WORDS("warn  stream         there is no route for it: deployments say nothing "
		      "until they are done (404, Not Found)\n"));
}

/* Mist answers every path that it does not know in this way, and so do others. */
static void a_page_for_everything(void **state)
{
	static const struct peer_exchange script[] = {
		{.expect = "GET", .repeat = true, .steps = {{PEER_SEND, PAGE}}},
	};

	(void)state;
	examine_script(script, COUNT(script), "", 3,
		WORDS("ok    server",
			"fail  stream         there is no route for it, and none "
			"without: this is no deploy server (200, a web page, 'An "
			"app')\n",
			"-> check the target's url and kind\n", "warn  progress"));
}

static void a_server_that_lets_nobody_in(void **state)
{
	static const struct peer_exchange denied[] = {
		{.expect = STREAM,
			.steps = {{PEER_SEND, "HTTP/1.1 401 Unauthorized\r\ncontent-length: 40\r\n"
					      "\r\n{\"detail\":\"no: Bearer t0k3n-of-staging\"}"}}},
	};
	static const struct peer_exchange proxy[] = {
		{.expect = STREAM,
			.steps = {{PEER_SEND,
				"HTTP/1.1 503 Service Unavailable\r\ncontent-length: 0\r\n\r\n"}}},
	};
	static const struct peer_exchange login[] = {
		{.expect = STREAM,
			.steps = {{PEER_SEND, "HTTP/1.1 302 Found\r\nlocation: /login\r\n"
					      "content-length: 0\r\n\r\n"}}},
	};

	(void)state;
	examine_script(denied, 1, ", \"token_env\": \"STAGING_TOKEN\"", 3,
		WORDS("ok    server",
			"fail  credentials    the server said 401: no: Bearer "
			"\u2022\u2022\u2022\n",
			"-> these credentials are not let in\n"));
	examine_script(proxy, 1, "", 3, WORDS("fail  server         the server said 503\n"));
	examine_script(login, 1, "", 3,
		WORDS("fail  server         the server redirects to 'http://127.0.0.1:",
			"/login' with 302, which does not ask for the same again\n"));
}

static void a_redirect_that_a_deployment_would_follow(void **state)
{
	static const struct peer_exchange script[] = {
		{.expect = STREAM,
			.steps = {{PEER_SEND, "HTTP/1.1 308 Permanent Redirect\r\nlocation: "
					      "/v2/stream\r\ncontent-length: 0\r\n\r\n"}}},
		{.expect = "GET /v2/stream", .steps = {{PEER_SEND, NOT_ALLOWED}}},
		{.expect = PLAIN, .steps = {{PEER_SEND, NOT_ALLOWED}}},
		/* Behind the first, nothing ends it. A kept connection may be dead: curl asks
		 * again. */
		{.expect = PROGRESS, .repeat = true, .steps = {{PEER_CLOSE}}},
	};

	(void)state;
	examine_script(script, COUNT(script), "", 0,
		WORDS(" answers, by a redirect\n", "ok    stream",
			"warn  progress       whether it can be asked how a deployment goes on "
			"can't be told (the connection to '127.0.0.1:"));
}

/* Something that would deploy whoever asks is not listened to for long. */
static void an_answer_that_says_nothing(void **state)
{
	static const struct peer_exchange script[] = {
		{.expect = STREAM,
			.steps = {{PEER_SEND,
				"HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\n"
				"content-length: 11\r\n\r\ndata: {}\n\n "}}},
		{.expect = PLAIN,
			.steps = {{PEER_SEND,
				"HTTP/1.1 405 No\r\nallow: GET, HEAD\r\ncontent-length: 0\r\n"
				"\r\n"}}},
		{.expect = PROGRESS,
			.steps = {{PEER_SEND, "HTTP/1.1 200 OK\r\ncontent-type: application/json"
					      "\r\ncontent-length: 2\r\n\r\n[]"}}},
	};

	(void)state;
	examine_script(script, COUNT(script), "", 0,
		WORDS("warn  stream         whether there is a route for it can't be told (200",
			"ok    no stream      there is no route without a stream, and none is "
			"needed (405)\n",
			"ok    progress       it can be asked how a deployment goes on (200"));
}

static void nobody_to_ask(void **state)
{
	(void)state;
	examine("http://127.0.0.1:1", "", 3);
	assert_holds(process.out.text, "fail  server         cannot connect to '127.0.0.1:1': "
				       "Connection refused\n");
	assert_null(strstr(process.out.text, "stream"));
	examine("http://127.0.0.1:1", ", \"token_env\": \"NOT_SET_ANYWHERE\"", 3);
	assert_holds(process.out.text,
		"fail  credentials    no token: the variable NOT_SET_ANYWHERE is not set\n");
	examine("http://127.0.0.1:1", ", \"token_cmd\": [\"printf\", \"a\\\\tb\"]", 2);
	assert_holds(process.out.text, "fail  credentials    the token holds a control character");
}

static void certificates(void **state)
{
	struct tls_files files;
	struct tls_server server;
	char url[64];

	(void)state;
	assert_int_equal(tls_files_make(&files), 0);
	assert_int_equal(tls_server_start(&server, &files, "self", NULL), 0);
	snprintf(url, sizeof(url), "https://localhost:%d", server.port);
	examine(url, ", \"token_env\": \"STAGING_TOKEN\"", 3);
	assert_holds(process.out.text, "fail  server         cannot make a TLS connection to "
				       "'localhost:");
	assert_holds(process.out.text, "its certificate is signed by itself\n");
	assert_false(tls_server_got(&server, "t0k3n"));
	tls_server_stop(&server);
	tls_files_remove(&files);
}

static void the_engine_of_that_host(void **state)
{
	static const struct peer_exchange script[] = {
		{.expect = "GET /api/deploy/docker",
			.repeat = true,
			.steps = {{PEER_SEND, NOT_ALLOWED}}},
		{.expect = PROGRESS, .repeat = true, .steps = {{PEER_SEND, NO_SUCH_ID}}},
	};
	struct fake_engine *fake = fake_engine_start();
	char more[256];

	(void)state;
	snprintf(more, sizeof(more), ", \"docker_host\": \"%s\"", fake_engine_host(fake));
	examine_script(script, COUNT(script), more, 0,
		WORDS("ok    endpoint       unix://", "ok    engine         version "));
	assert_int_equal(fake_engine_count(fake, "POST /"), 0);
	assert_int_equal(fake_engine_stop(fake), 0);
	examine_script(script, COUNT(script), ", \"docker_host\": \"tcp://127.0.0.1:1\"", 0,
		WORDS("warn  endpoint       what a broken deployment leaves can't be looked at: ",
			"Connection refused"));
}

/* --- the engine alone --- */

struct findings {
	int count, ends;
};

static void take(void *context, const struct berth_finding *finding)
{
	struct findings *findings = context;

	findings->count += finding ? 1 : 0;
	findings->ends += finding ? 0 : 1;
}

static void closing_ends_an_examination(void **state)
{
	static const struct peer_exchange script[] = {{.expect = STREAM, .steps = {{PEER_STALL}}}};
	char *const slow[] = {(char *)"/bin/sleep", (char *)"30", NULL};

	(void)state;
	for (int asked = 0; asked < 3; asked++) {
		struct peer *peer = peer_start(&(struct peer_options){
			.tcp = true, .script = script, .script_len = COUNT(script)});
		struct berth_server server = {.url = (char *)peer_url(peer)};
		struct berth_deployment deployment = {.target = (char *)"staging",
			.kind = (char *)"fractalic",
			.server = &server};
		struct findings findings = {0};
		struct flow *flow;

		if (asked == 2)
			server.token = (struct berth_secret){
				.from = BERTH_SECRET_COMMAND, .argv = (char **)slow};
		flow_setup((void **)&flow);
		assert_int_equal(
			berth_engine_examine(flow->engine, &deployment, take, &findings, NULL), 0);
		assert_int_equal(
			berth_engine_examine(flow->engine, &deployment, take, &findings, NULL), -1);
		assert_int_equal(findings.ends, 0);
		if (asked == 1)
			FLOW_UNTIL(flow, peer_request_count(peer) == 1);
		if (asked == 2)
			loop_turn(&flow->loop);
		flow_teardown((void **)&flow);
		assert_int_equal(findings.count, 0);
		assert_int_equal(findings.ends, 1);
		assert_int_equal(peer_free(peer), 0);
	}
}

static void not_every_kind_can_be_examined(void **state)
{
	struct berth_deployment deployment = {.target = (char *)"demo", .kind = (char *)"demo"};
	struct berth_error err;
	struct flow *flow = *state;

	assert_int_equal(berth_engine_examine(flow->engine, &deployment, take, NULL, &err), -1);
	assert_int_equal(err.code, BERTH_E_USAGE);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_server_as_it_is_today),
		TEST(a_server_as_documented),
		TEST(a_server_without_a_stream),
		TEST(a_page_for_everything),
		TEST(a_server_that_lets_nobody_in),
		TEST(a_redirect_that_a_deployment_would_follow),
		TEST(an_answer_that_says_nothing),
		TEST(nobody_to_ask),
		TEST(certificates),
		TEST(the_engine_of_that_host),
		cmocka_unit_test(closing_ends_an_examination),
		cmocka_unit_test_setup_teardown(
			not_every_kind_can_be_examined, flow_setup, flow_teardown),
	};

	flow_home();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
