/*
 * Further ways in which a secret is given (sentinel.c has the first): to a registry, to servers of
 * other kinds, to a plugin, in an address, at the screen. It is looked for in the same places.
 */
#include "unit/tree.h"

#include <jansson.h>

#include "support/deployer_server.h"
#include "support/fake_engine.h"
#include "support/http_peer.h"
#include "support/process.h"
#include "support/pty_term.h"
#include "support/run_berth.h"
#include "support/sentinel.h"

/* "me:" and the secret. */
#define LOGIN "bWU6c2VudGluZWwtN2YzYTljLWRvLW5vdC10ZWxs"

#define TOKEN "token=" SECRET

static struct tree tree;
static struct process process = {.out.fd = -1, .err.fd = -1};
static struct peer *peer;
static struct fake_engine *fake;
static struct term *term;
static char home[96], state_home[112], config_home[112], host[176];
static const char *inherited;

static int setup(void **state)
{
	(void)state;
	tree_init(&tree);
	snprintf(home, sizeof(home), "HOME=%s", tree.path);
	snprintf(state_home, sizeof(state_home), "XDG_STATE_HOME=%s/state", tree.path);
	snprintf(config_home, sizeof(config_home), "XDG_CONFIG_HOME=%s/xdg", tree.path);
	snprintf(host, sizeof(host), "DOCKER_HOST");
	inherited = "ENTRY";
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	process_release(&process);
	process = (struct process){.out.fd = -1, .err.fd = -1};
	if (term != NULL)
		term_stop(term);
	term = NULL;
	assert_int_equal(peer_free(peer), 0);
	peer = NULL;
	if (fake != NULL)
		assert_int_equal(fake_engine_stop(fake), 0);
	fake = NULL;
	tree_release(&tree);
	return 0;
}

static void configure(const char *config)
{
	tree_text(&tree, "xdg/berth/config.json", config);
	tree_mode(&tree, "xdg/berth/config.json", 0600);
}

static const char *const *environment(void)
{
	static const char *env[12];

	env[0] = home;
	env[1] = state_home;
	env[2] = config_home;
	env[3] = host;
	env[4] = inherited;
	env[5] = "LC_ALL=C.UTF-8";
	env[6] = "ASAN_OPTIONS=exitcode=99";
	env[7] = NULL;
	return env;
}

/* With a trace; what it says must not hold it. The exit status. */
static int berth(const char *const words[])
{
	const char *argv[40] = {BERTH_PROGRAM};
	char trace[128];
	size_t count = 1;

	process_release(&process);
	process = (struct process){.out.fd = -1, .err.fd = -1};
	for (; *words != NULL; words++)
		argv[count++] = *words;
	snprintf(trace, sizeof(trace), "%s/trace", tree.path);
	argv[count++] = "--trace";
	argv[count] = trace;
	assert_int_equal(
		process_start(&process, argv,
			&(struct process_options){.env = environment(), .folder = tree.path}),
		0);
	assert_int_equal(process_wait(&process, RUN_MS), 0);
	if (holds_it(process.out.text, process.out.len))
		fail_msg("it says it: %s", process.out.text);
	assert_false(holds_it(process.err.text, process.err.len));
	return process.status;
}

#define BERTH(...) berth(WORDS(__VA_ARGS__))

/* Said again by what shows the record, and in a copy of it for somebody else. */
static void look_at_record(unsigned least)
{
	assert_int_equal(BERTH("replay", "web", "--output", "json"), 0);
	assert_int_equal(BERTH("history", "--output", "json", "web"), 0);
	assert_int_equal(BERTH("history", "--export", "copy.rec", "web"), 0);
	look_at_files(tree.path, least);
}

/* --- a registry --- */

static void as_a_login_of_a_registry(void **state)
{
	static const char *const pull[] = {"{\"status\":\"Pulling as " LOGIN "\"}",
		"{\"error\":\"denied: " SECRET "\"}", NULL};

	(void)state;
	fake = fake_engine_start();
	fake_engine_image(fake, &(struct fake_image){.name = "demo/web:1.0", .pull = pull});
	snprintf(host, sizeof(host), "DOCKER_HOST=%s", fake_engine_host(fake));
	tree_text(&tree, ".docker/config.json",
		"{\"auths\":{\"https://index.docker.io/v1/\":{\"auth\":\"" LOGIN "\"}}}");
	assert_int_equal(
		BERTH("deploy", "--name", "web", "--image", "demo/web:1.0", "--output", "json"), 1);
	assert_holds(process.out.text, "denied");
	look_at_record(4);
}

/* --- servers --- */

/* It shows whatever it was given: head and body. */
static int repeat(void *context, struct peer_request *request, struct peer_conn *conn)
{
	char entry[256] = "", cookie[256] = "";

	(void)context;
	peer_request_header(request, "authorization", entry, sizeof(entry));
	peer_request_header(request, "cookie", cookie, sizeof(cookie));
	if (strstr(request->target, "/api/auth/login") != NULL &&
		strstr(request->body, "let-in") != NULL) {
		peer_add_header(conn, "Set-Cookie", "mist_token=" SECRET "; Path=/");
		return peer_reply(conn, 200, "application/json", "{}", 2);
	}
	return peer_sendf(conn,
		"HTTP/1.1 403 Forbidden\r\nContent-Type: text/plain\r\n"
		"Content-Length: %zu\r\n\r\nnot with %s%s%s",
		strlen("not with ") + strlen(entry) + strlen(cookie) +
			(request->body != NULL ? strlen(request->body) : 0),
		entry, cookie, request->body != NULL ? request->body : "");
}

static void enter(const char *kind, const char *credentials, const char *wanted)
{
	char config[512];

	inherited = "ENTRY=" SECRET;
	peer = peer_start(&(struct peer_options){.tcp = true, .handler = repeat});
	assert_non_null(peer);
	snprintf(config, sizeof(config),
		"{\"targets\": {\"srv\": {\"kind\": \"%s\", \"url\": \"%s\", %s}}}", kind,
		peer_url(peer), credentials);
	configure(config);
	assert_int_not_equal(BERTH("deploy", "--target", "srv", "--name", "web", "--folder",
				     "/srv/web", "--output", "json"),
		0);
	assert_true(peer_request_count(peer) >= 1);
	/* It was repeated, and taken out. */
	assert_holds(process.out.text, wanted);
	assert_holds(process.out.text, "\xe2\x80\xa2\xe2\x80\xa2\xe2\x80\xa2");
	look_at_record(4);
}

static void as_the_password_of_a_mist_server(void **state)
{
	(void)state;
	enter("mist", "\"email\": \"ops@example.com\", \"password_env\": \"ENTRY\"", "not with");
}

static void as_the_cookie_of_a_mist_server(void **state)
{
	(void)state;
	tree_text(&tree, "password", "let-in-please\n");
	enter("mist", "\"email\": \"ops@example.com\", \"password_file\": \"../../password\"",
		"not with");
}

static void as_the_token_of_a_deployer(void **state)
{
	(void)state;
	enter("deployer", "\"token_env\": \"ENTRY\"", "not with");
}

/* --- a plugin --- */

static void plugin(const char *set)
{
	char config[512];

	tree_text(&tree, "xdg/plugin",
		"#!/bin/sh\n"
		"read l\n"
		"echo '{\"v\":1,\"type\":\"hello\",\"kind\":\"target\",\"name\":\"p\","
		"\"fields\":[{\"name\":\"token\",\"secret\":true}]}'\n"
		"read l\n"
		"env > plugin.env\n"
		"cat /proc/$PPID/cmdline > plugin.parent\n"
		"echo 'the token is " SECRET "' >&2\n"
		"echo '{\"type\":\"status\",\"stage\":\"validating\",\"progress\":5,\"message\":"
		"\"with " SECRET "\"}'\n"
		"echo '{\"type\":\"result\",\"message\":\"done with " SECRET "\",\"result\":"
		"{\"success\":true,\"endpoint_url\":\"https://me:" SECRET "@h.example/\","
		"\"urls\":{\"web\":\"https://h.example/?key=" SECRET "\"}}}'\n");
	tree_mode(&tree, "xdg/plugin", 0700);
	snprintf(config, sizeof(config),
		"{\"targets\": {\"plug\": {\"kind\": \"plugin\", \"command\": "
		"[\"%s/xdg/plugin\"]%s}}}",
		tree.path, set);
	configure(config);
}

static void assert_deployed(void)
{
	if (process.status != 0)
		fail_msg("%s%s", process.out.text, process.err.text);
	assert_holds(process.out.text, "done with \xe2\x80\xa2");
	assert_holds(process.out.text, "h.example");
	look_at_record(5);
}

static void as_a_field_of_a_plugin(void **state)
{
	(void)state;
	plugin("");
	BERTH("deploy", "--target", "plug", "--name", "web", "--set", TOKEN, "--output", "json");
	assert_deployed();
}

static void as_a_field_by_name(void **state)
{
	(void)state;
	plugin("");
	snprintf(host, sizeof(host), "BERTH_SET=token=" SECRET);
	BERTH("deploy", "--target", "plug", "--name", "web", "--output", "json");
	assert_deployed();
}

/* --- an address --- */

static void in_the_address_of_a_repository(void **state)
{
	static const char *const addresses[] = {"https://" SECRET "@127.0.0.1:1/x.git",
		"https://me:" SECRET "@127.0.0.1:1/x.git", "ssh://me:" SECRET "@127.0.0.1:1/x.git"};

	(void)state;
	for (size_t i = 0; i < sizeof(addresses) / sizeof(addresses[0]); i++) {
		assert_int_equal(BERTH("deploy", "--name", "web", "--git", addresses[i]), 2);
		assert_holds(process.err.text, "expected");
		assert_int_equal(BERTH("deploy", "--git", addresses[i], "--explain"), 2);
		snprintf(host, sizeof(host), "BERTH_GIT=%s", addresses[i]);
		assert_int_equal(BERTH("deploy", "--name", "web"), 2);
		snprintf(host, sizeof(host), "DOCKER_HOST");
	}
	look_at_files(tree.path, 0);
}

/* --- the screen --- */

static void look_at_screen(void)
{
	size_t len;
	const char *log = term_log(term, &len);
	char *shown = term_snapshot(term);

	assert_false(holds_it(log, len));
	assert_false(holds_it(shown, strlen(shown)));
	free(shown);
}

static void open_term(const char *const words[])
{
	term = term_start(&(struct term_setup){
		.rows = 24, .columns = 80, .arguments = words, .environment = environment()});
}

static void typed_into_the_form(void **state)
{
	(void)state;
	open_term(WORDS(BERTH_PROGRAM, "--target", "demo", "--name", "web"));
	term_wait_text(term, "\xe2\x96\xb8Target", TERM_WAIT_MS);
	term_send(term, "\016\016");
	term_wait_text(term,
		"\xe2\x96\xb8"
		"Env",
		TERM_WAIT_MS);
	term_send(term, "PASSWORD=" SECRET);
	term_wait_text(term, "\xe2\x80\xa2\xe2\x80\xa2\xe2\x80\xa2\xe2\x80\xa2", TERM_WAIT_MS);
	look_at_screen();
	term_send(term, KEY_SEQ_F5);
	term_wait_text(term, "Rehearsal complete", 60 * 1000);
	look_at_screen();
	term_send(term, "q");
	assert_int_equal(term_wait_exit(term, TERM_WAIT_MS), 0);
	look_at_screen();
	look_at_files(tree.path, 2);
}

/* What the terminal is lent to gets nothing that is the deployment's. */
static void a_shell_does_not_inherit_it(void **state)
{
	char path[256];

	(void)state;
	fake = fake_engine_start();
	fake_engine_container(fake, &(struct fake_container){.tag = "a",
					    .name = "shop-web",
					    .deployment = "0123456789abcdef",
					    .deployed = "shop",
					    .running = true});
	tree_text(&tree, "xdg/bin/docker",
		"#!/bin/sh\nenv > \"$HOME/child\"\necho lent\nread line\n");
	tree_mode(&tree, "xdg/bin/docker", 0700);
	snprintf(path, sizeof(path), "PATH=%s/xdg/bin:/usr/bin:/bin", tree.path);
	term = term_start(&(struct term_setup){.rows = 40,
		.columns = 120,
		.arguments = WORDS(BERTH_PROGRAM, "--host", fake_engine_host(fake)),
		.environment = WORDS(home, state_home, config_home, path,
			"BERTH_ENV=PASSWORD=" SECRET, "BERTH_SET=token=" SECRET)});
	term_wait_text(term, "\xe2\x97\x8f shop", TERM_WAIT_MS);
	term_send(term, KEY_SEQ_BACKTAB);
	term_send(term, "j!");
	term_wait_text(term, "lent", TERM_WAIT_MS);
	look_at_files(tree.path, 1);
	term_send(term, "\r");
	term_wait_gone(term, "lent", TERM_WAIT_MS);
	term_send(term, "q");
	assert_int_equal(term_wait_exit(term, TERM_WAIT_MS), 0);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(as_a_login_of_a_registry),
		TEST(as_the_password_of_a_mist_server),
		TEST(as_the_cookie_of_a_mist_server),
		TEST(as_the_token_of_a_deployer),
		TEST(as_a_field_of_a_plugin),
		TEST(as_a_field_by_name),
		TEST(in_the_address_of_a_repository),
		TEST(typed_into_the_form),
		TEST(a_shell_does_not_inherit_it),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
