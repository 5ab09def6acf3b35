/* Proxies, as the environment names them: tunnels for https, requests for http, and whom they are
 * not for. */
#include "support/connect_proxy.h"
#include "support/fractalic_scene.h"
#include "support/tls_server.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const struct fx_step success[] = {{FX_STREAM}, {FX_EVENT, SUCCESS}, {FX_DONE}, {FX_END}};
static const char *const variables[] = {"http_proxy", "https_proxy", "all_proxy", "no_proxy",
	"HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY"};

static struct tls_files files;
static char *authority;

#define ANSWER                                                                                     \
	"HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\n\r\n"                               \
	"data: " SUCCESS "\n\n"

static void no_proxies(void)
{
	for (size_t i = 0; i < sizeof(variables) / sizeof(variables[0]); i++)
		unsetenv(variables[i]);
}

static void set_proxy(const char *name, const char *login, int port)
{
	char url[128];

	snprintf(url, sizeof(url), "http://%s127.0.0.1:%d", login, port);
	setenv(name, url, 1);
}

static int test_setup(void **state)
{
	no_proxies();
	return flow_setup(state);
}

static int test_teardown(void **state)
{
	no_proxies();
	return flow_teardown(state);
}

static struct berth_server entry_at(const char *url)
{
	return (struct berth_server){
		.url = (char *)url,
		.ca_file = authority,
		.token = {.from = BERTH_SECRET_TEXT, .source = (char *)"t0ken-value"},
	};
}

static const struct record *run_at(struct flow *flow, const char *url)
{
	struct berth_server entry = entry_at(url);
	struct berth_deployment request = fx_request(NULL, &entry, "");

	return flow_run(flow, &request);
}

static void assert_message(const struct record *record, const char *wanted)
{
	assert_outcome(record, BERTH_UNREACHED);
	assert_string_equal(record->result->message, wanted);
}

static bool answer(struct tls_server *server, const struct record *record, bool *answered)
{
	if (!*answered && tls_server_got(server, "\"script_name\":\"hello\"")) {
		assert_int_equal(tls_server_say(server, ANSWER), 0);
		*answered = true;
	}
	return record->result != NULL;
}

/* The proxy learns where to, and what is for it; what is for the server goes through unread. */
static void through_a_tunnel(struct flow *flow, const char *variable, const char *login)
{
	struct connect_proxy proxy = {.wants = *login ? "Basic dXNlcjpwYXNz" : NULL};
	struct berth_server entry = entry_at("https://deploy.example");
	struct berth_deployment request = fx_request(NULL, &entry, "");
	struct tls_server server;
	struct record *record;
	bool answered = false;

	assert_int_equal(tls_server_start(&server, &files, "good", NULL), 0);
	proxy.to_port = server.port;
	assert_int_equal(connect_proxy_start(&proxy), 0);
	set_proxy(variable, login, proxy.port);
	record = flow_start(flow, &request, false);
	FLOW_UNTIL(flow, answer(&server, record, &answered));
	unsetenv(variable);
	assert_outcome(record, BERTH_DEPLOYED);
	assert_int_equal(atomic_load(&proxy.asked), 1);
	assert_memory_equal(proxy.head, "CONNECT deploy.example:443 HTTP/1.1\r\n", 37);
	assert_null(strstr(proxy.head, "t0ken"));
	assert_true(tls_server_got(&server, "Authorization: Bearer t0ken-value"));
	assert_false(tls_server_got(&server, "Proxy-Authorization"));
	assert_null(record_log(record, BERTH_WARN, "unencrypted"));
	connect_proxy_stop(&proxy);
	tls_server_stop(&server);
}

static void https_goes_through_a_tunnel(void **state)
{
	struct flow *flow = *state;

	flow->forbidden = "t0ken-value";
	through_a_tunnel(flow, "https_proxy", "");
	through_a_tunnel(flow, "HTTPS_PROXY", "");
	through_a_tunnel(flow, "ALL_PROXY", "");
	flow->forbidden = "pass";
	through_a_tunnel(flow, "https_proxy", "user:pass@");
}

static void a_proxy_that_refuses(void **state)
{
	static const struct {
		const char *login;
		int status;
		enum berth_code code;
		const char *message, *hint;
	} cases[] = {
		{"", 0, BERTH_E_DENIED,
			"cannot connect to 'deploy.example:443': the proxy wants credentials (407)",
			"https_proxy=http://USER:PASSWORD@HOST:PORT"},
		{"user:wrong@", 0, BERTH_E_DENIED,
			"cannot connect to 'deploy.example:443': the proxy wants credentials (407)",
			"https_proxy=http://USER:PASSWORD@HOST:PORT"},
		{"", 403, BERTH_E_DENIED,
			"cannot connect to 'deploy.example:443': the proxy does not allow it (403)",
			"NO_PROXY"},
		{"", 503, BERTH_E_UNREACHABLE,
			"cannot connect to 'deploy.example:443': the proxy said 503", NULL},
	};
	struct flow *flow = *state;

	flow->forbidden = "wrong";
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct connect_proxy proxy = {
			.wants = "Basic dXNlcjpwYXNz", .status = cases[i].status};
		const struct record *record;
		const char *hint;

		assert_int_equal(connect_proxy_start(&proxy), 0);
		set_proxy("https_proxy", cases[i].login, proxy.port);
		record = run_at(flow, "https://deploy.example");
		assert_message(record, cases[i].message);
		assert_int_equal(record->result->failure->code, cases[i].code);
		hint = record->result->failure->hint;
		assert_int_equal(hint != NULL, cases[i].hint != NULL);
		if (hint && !strstr(hint, cases[i].hint))
			fail_msg("'%s' does not hold '%s'", hint, cases[i].hint);
		/* curl may offer a login only after it was asked for. */
		assert_in_range(atomic_load(&proxy.asked), 1, 2);
		connect_proxy_stop(&proxy);
	}
}

static void a_proxy_that_is_not_there(void **state)
{
	set_proxy("https_proxy", "", 1);
	assert_message(run_at(*state, "https://deploy.example"),
		"cannot connect to 'deploy.example:443' through the proxy '127.0.0.1:1': "
		"Connection refused");
	set_proxy("http_proxy", "", 1);
	assert_message(run_at(*state, "http://deploy.example"),
		"cannot connect to 'deploy.example:80' through the proxy '127.0.0.1:1': "
		"Connection refused");
	setenv("https_proxy", "http://no-such-proxy.invalid:3128", 1);
	assert_message(run_at(*state, "https://deploy.example"),
		"cannot connect to 'deploy.example:443': the proxy's name "
		"'no-such-proxy.invalid' is not known (DNS)");
}

/* 0.0.0.0 leads here, too, and is not known to be this machine. */
static void whom_no_proxy_is_for(void **state)
{
	static const char *const lists[] = {"0.0.0.0", "other.example,0.0.0.0", "*"};
	struct scene scene;
	char url[64];

	for (size_t i = 0; i < sizeof(lists) / sizeof(lists[0]); i++)
		for (size_t name = 0; name < 2; name++) {
			scene_open(&scene, *state, &SCENE_PLAN(success, NULL));
			snprintf(url, sizeof(url), "http://0.0.0.0%s",
				strrchr(peer_url(scene.server.peer), ':'));
			scene.entry.url = url;
			set_proxy("http_proxy", "", 1);
			scene_run(&scene);
			assert_outcome(scene.record, BERTH_UNREACHED);
			scene_close(&scene);

			scene_open(&scene, *state, &SCENE_PLAN(success, NULL));
			snprintf(url, sizeof(url), "http://0.0.0.0%s",
				strrchr(peer_url(scene.server.peer), ':'));
			scene.entry.url = url;
			setenv(name ? "NO_PROXY" : "no_proxy", lists[i], 1);
			scene_run(&scene);
			assert_outcome(scene.record, BERTH_DEPLOYED);
			scene_close(&scene);
			no_proxies();
		}
}

/* After a broken stream the container is looked up on the engine's socket, whatever is set. */
static void a_unix_socket_needs_no_proxy(void **state)
{
	const struct fx_step cut[] = {{FX_STREAM}, {FX_EVENT, START},
		{FX_EVENT, "{\"message\":\"Container started: c00000000001\",\"progress\":65}"},
		{FX_CLOSE}};
	const struct fake_container there = {.tag = "x", .name = "fxcap-hello", .running = true};
	struct fake_engine *fake = fake_engine_start();
	struct scene scene;

	fake_engine_container(fake, &there);
	for (size_t i = 0; i < sizeof(variables) / sizeof(variables[0]); i++)
		if (!strcasestr(variables[i], "no_"))
			set_proxy(variables[i], "", 1);
	scene_open(&scene, *state, &SCENE_PLAN(cut, NULL));
	scene.entry.docker_host = (char *)fake_engine_host(fake);
	scene_run(&scene);
	assert_non_null(
		strstr(scene.record->result->message, "container 'fxcap-hello' is there: running"));
	scene_close(&scene);
	assert_int_equal(fake_engine_stop(fake), 0);
}

/* For http it is asked for the whole; a 407 of its is an answer like others. */
static void an_http_proxy_wants_credentials(void **state)
{
	const struct fx_step refusal[] = {{FX_HEADER, "Proxy-Authenticate: Basic realm=\"x\""},
		{FX_REPLY, "", 407}, {FX_END}};
	struct scene scene;
	char url[] = "http://deploy.example";

	scene_open(&scene, *state, &SCENE_PLAN(refusal, NULL));
	setenv("http_proxy", peer_url(scene.server.peer), 1);
	scene.entry.url = url;
	scene_run(&scene);
	assert_outcome(scene.record, BERTH_UNREACHED);
	assert_string_equal(scene.record->result->message, "the proxy said 407 and gave no reason");
	assert_string_equal(scene.record->result->failure->hint,
		"give its credentials in the environment: "
		"http_proxy=http://USER:PASSWORD@HOST:PORT");
	scene_close(&scene);
}

static int setup(void **state)
{
	(void)state;
	if (tls_files_make(&files))
		return -1;
	authority = tls_file(&files, "ca.pem");
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	free(authority);
	tls_files_remove(&files);
	return 0;
}

#define TEST(test) cmocka_unit_test_setup_teardown(test, test_setup, test_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(https_goes_through_a_tunnel),
		TEST(a_proxy_that_refuses),
		TEST(a_proxy_that_is_not_there),
		TEST(whom_no_proxy_is_for),
		TEST(a_unix_socket_needs_no_proxy),
		TEST(an_http_proxy_wants_credentials),
	};

	flow_home();
	scene_hurry();
	return cmocka_run_group_tests(tests, setup, teardown);
}
