/* What was deployed on a deploy server, and the keys for it: asked first, then done over there; and
 * what a server can't, said. */
#include "support/console_term.h"

#include <stdio.h>

#include "support/deployer_server.h"
#include "support/fractalic_scene.h"
#include "unit/tree.h"

#define STEP(name, json) static const struct ds_step name[] = {{DS_REPLY, json, 200}, {DS_END}}

STEP(running, DS_ROW("running", DS_ID, "null", "\"listening\\n\""));
STEP(stopped, DS_ROW("stopped", DS_ID, "null", "\"\""));

static struct tree tree;
static struct deployer_server server;
static struct fractalic_server other;

static int setup(void **state)
{
	(void)state;
	tree_init(&tree);
	tree_folder(&tree, "berth");
	return 0;
}

static int teardown(void **state)
{
	close_console(state);
	if (server.peer != NULL)
		deployer_server_stop(&server);
	if (other.peer != NULL)
		fractalic_server_stop(&other);
	tree_release(&tree);
	return 0;
}

static void deploy_on(const char *kind, const char *url)
{
	char config[512], home[96];

	snprintf(config, sizeof(config),
		"{\"targets\": {\"there\": {\"kind\": \"%s\", \"url\": \"%s\"}}}", kind, url);
	tree_text(&tree, "berth/config.json", config);
	snprintf(home, sizeof(home), "XDG_CONFIG_HOME=%s", tree.path);
	open_console_in(ENVIRONMENT(home), 40, 120, "--target", "there", "--name", "shop",
		"--folder", "/srv/repos/shop");
	wait_for("Tab next pane");
	term_send(term, KEY_SEQ_F5);
}

static void it_is_stopped_over_there(void **state)
{
	(void)state;
	deployer_server_start(&server, &(struct ds_plan){.answers = {[DS_START] = {running},
								 [DS_GET] = {running, stopped},
								 [DS_STOP] = {stopped}}});
	deploy_on("deployer", peer_url(server.peer));
	wait_for("http://127.0.0.1:20001");
	wait_for("✓");
	term_send(term, "s");
	wait_for("Stop ");
	assert_int_equal(deployer_server_asked(&server, DS_STOP), 0);
	term_send(term, "y");
	wait_for("'shop' is stopped, says the server: stopped.");
	assert_int_equal(deployer_server_asked(&server, DS_STOP), 1);
	term_send(term, "!");
	wait_for("Not here: its container is on the server's own host.");
}

static void a_stop_that_fails_is_told(void **state)
{
	(void)state;
	deployer_server_start(&server,
		&(struct ds_plan){.answers = {[DS_START] = {running}, [DS_GET] = {running}}});
	deploy_on("deployer", peer_url(server.peer));
	wait_for("http://127.0.0.1:20001");
	term_send(term, "s");
	wait_for("Stop ");
	term_send(term, "y");
	wait_for("the server did not stop it, and says that it is running");
}

static void what_a_server_cannot_is_told(void **state)
{
	static const struct fx_step done[] = {
		{FX_STREAM}, {FX_EVENT, START}, {FX_EVENT, SUCCESS}, {FX_DONE}, {FX_END}};

	(void)state;
	fractalic_server_start(&other, &SCENE_PLAN(done, NULL));
	deploy_on("fractalic", peer_url(other.peer));
	wait_for("✓ It runs");
	term_send(term, "s");
	wait_for("Not here: a Fractalic server has no route for it");
}

int main(void)
{
#define TEST(test) cmocka_unit_test_setup_teardown(test, setup, teardown)
	const struct CMUnitTest tests[] = {
		TEST(it_is_stopped_over_there),
		TEST(a_stop_that_fails_is_told),
		TEST(what_a_server_cannot_is_told),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
