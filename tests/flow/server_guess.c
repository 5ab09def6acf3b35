/* Of a server of which only the address is known: which kind it is, by what answers. */
#include "support/deployer_server.h"
#include "support/mist_server.h"
#include "support/run_berth.h"
#include "unit/tree.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static struct tree tree;
static struct process process = {.out.fd = -1, .err.fd = -1};

static int setup(void **state)
{
	(void)state;
	tree_init(&tree);
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	process_release(&process);
	tree_release(&tree);
	return 0;
}

static void run(int status, const char *const words[])
{
	const char *argv[16] = {BERTH_PROGRAM};
	char home[128];
	size_t count = 1;

	process_release(&process);
	for (; *words != NULL; words++)
		argv[count++] = *words;
	snprintf(home, sizeof(home), "HOME=%s", tree.path);
	assert_int_equal(
		process_start(&process, argv,
			&(struct process_options){
				.env = WORDS(home, "XDG_CONFIG_HOME", "XDG_STATE_HOME",
					"DOCKER_HOST", "LC_ALL=C.UTF-8", "ASAN_OPTIONS=exitcode=99",
					"LSAN_OPTIONS=exitcode=99"),
				.folder = tree.path}),
		0);
	assert_int_equal(process_wait(&process, RUN_MS), 0);
	if (process.status != status)
		fail_msg("exit %d instead of %d; %s%s", process.status, status,
			process.out.text != NULL ? process.out.text : "",
			process.err.text != NULL ? process.err.text : "");
}

static void examine(int status, const char *url)
{
	run(status, WORDS("doctor", "--target", url));
}

static void a_mist_server(void **state)
{
	struct mist_server server;

	(void)state;
	mist_server_start(&server, &(struct ms_plan){0});
	examine(0, peer_url(server.peer));
	assert_holds(process.out.text, "certainly: a Mist server (kind 'mist')");
	assert_holds(process.out.text, "{\"kind\": \"mist\", \"url\": \"http://127.0.0.1:");
	assert_holds(process.out.text, "there          /api/auth/me (200)");
	assert_holds(process.out.text, "not there      /api/deployments/cloned-repos");
	assert_int_equal(peer_count_lines(server.peer, "POST"), 0);
	mist_server_stop(&server);
}

static void a_smart_deployment_system(void **state)
{
	struct deployer_server server;

	(void)state;
	deployer_server_start(&server, &(struct ds_plan){0});
	examine(0, peer_url(server.peer));
	assert_holds(process.out.text, "certainly: a Smart Deployment System (kind 'deployer')");
	assert_int_equal(peer_count_lines(server.peer, "POST"), 0);
	deployer_server_stop(&server);
}

static int serve_fractalic(void *context, struct peer_request *request, struct peer_conn *conn)
{
	const bool *both = context;

	if (!strcmp(request->target, "/api/deploy/docker-registry/stream") ||
		(*both && !strcmp(request->target, "/api/deploy/docker-registry"))) {
		peer_add_header(conn, "allow", "POST");
		return peer_reply_json(conn, 405, "{\"detail\":\"Method Not Allowed\"}");
	}
	return peer_reply_json(conn, 404, "{\"detail\":\"Not Found\"}");
}

static void a_fractalic_server_whole_or_half(void **state)
{
	static const char *const words[] = {
		"probably: a Fractalic UI server", "certainly: a Fractalic UI server"};

	(void)state;
	for (int i = 0; i < 2; i++) {
		bool both = i == 1;
		struct peer *peer = peer_start(&(struct peer_options){
			.tcp = true, .handler = serve_fractalic, .context = &both});

		assert_non_null(peer);
		examine(0, peer_url(peer));
		assert_holds(process.out.text, words[i]);
		assert_int_equal(peer_free(peer), 0);
	}
}

static int serve_pages(void *context, struct peer_request *request, struct peer_conn *conn)
{
	static const char page[] = "<html><head><title>Shop</title></head></html>";

	(void)context;
	(void)request;
	return peer_reply(conn, 200, "text/html", page, sizeof(page) - 1);
}

static void something_else(void **state)
{
	struct peer *peer = peer_start(&(struct peer_options){.tcp = true, .handler = serve_pages});
	char url[64];

	(void)state;
	assert_non_null(peer);
	snprintf(url, sizeof(url), "%s", peer_url(peer));
	examine(3, url);
	assert_holds(process.out.text, "no kind of deploy server that berth knows answers there");
	assert_int_equal(peer_free(peer), 0);
	examine(3, url);
	assert_holds(process.out.text, "fail");
	examine(2, "http://");
}

static void an_address_is_no_target_of_a_deployment(void **state)
{
	(void)state;
	run(2, WORDS("deploy", "--target", "http://127.0.0.1:9", "--name", "x"));
	assert_holds(process.err.text, "berth doctor --target http://127.0.0.1:9");
}

int main(void)
{
#define TEST(test) cmocka_unit_test_setup_teardown(test, setup, teardown)
	const struct CMUnitTest tests[] = {
		TEST(a_mist_server),
		TEST(a_smart_deployment_system),
		TEST(a_fractalic_server_whole_or_half),
		TEST(something_else),
		TEST(an_address_is_no_target_of_a_deployment),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
