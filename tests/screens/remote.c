/* A deployment on a deploy server, as a person sees it: the state of its stream in the header and
 * in the progress, the questions asked before it is given up, and the card of an unknown end. */
#include "support/console_term.h"

#include <stdio.h>

#include "support/fractalic_scene.h"
#include "support/tls_server.h"
#include "unit/tree.h"

#define CAPTURE "fx-stream-ok-freshpull.raw"
#define WORKING                                                                                    \
	"{\"deployment_id\":\"u1\",\"message\":\"Copying\",\"stage\":\"copying_files\","           \
	"\"progress\":75}"

static const struct size {
	int rows, columns;
} sizes[] = {{40, 120}, {24, 80}};

static const struct fx_step held[] = {
	{FX_STREAM}, {FX_EVENT, START}, {FX_PAUSE}, {FX_EVENT, SUCCESS}, {FX_DONE}, {FX_END}};
static const struct fx_step cut[] = {{FX_STREAM}, {FX_EVENT, START}, {FX_CLOSE}};
static const struct fx_step ended[] = {{FX_STREAM}, {FX_EVENT, START}, {FX_DONE}, {FX_END}};
static const struct fx_step stalled[] = {{FX_STALL}};

static struct tree tree;
static struct fractalic_server server;

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
		fractalic_server_stop(&server);
	tree_release(&tree);
	return 0;
}

/* The console with the target "staging", and its form filled in. `more` goes into the target. */
static void open_on(const char *url, const char *more, const struct size *size, const char *name)
{
	char config[512], home[96];

	snprintf(config, sizeof(config),
		"{\"targets\": {\"staging\": {\"kind\": \"fractalic\", \"url\": \"%s\"%s}}}", url,
		more);
	tree_text(&tree, "berth/config.json", config);
	snprintf(home, sizeof(home), "XDG_CONFIG_HOME=%s", tree.path);
	open_console_in(ENVIRONMENT(home), size->rows, size->columns, "--target", "staging",
		"--name", name, "--folder", "/srv/scripts/hello");
	wait_for("Tab next pane");
}

static void start_on(const struct fx_plan *plan, const struct size *size)
{
	fractalic_server_start(&server, plan);
	open_on(peer_url(server.peer), "", size, "hello");
	wait_for("staging → http://127.0.0.1:");
	term_send(term, KEY_SEQ_F5);
}

/* For the next of the sizes. */
static void stop(void)
{
	close_console(NULL);
	fractalic_server_stop(&server);
}

/* The same in every size it is shown in. */
static void wait_in_both(const char *text)
{
	for (size_t i = 0; i < 2; i++) {
		term_resize(term, sizes[i].rows, sizes[i].columns);
		wait_for(i == 0 ? "Deployments ─" : "F2 form");
		wait_for(text);
	}
}

static void the_header_tells_a_stream_that_speaks_from_a_silent_one(void **state)
{
	(void)state;
	start_on(&SCENE_PLAN(held, NULL), &sizes[0]);
	wait_for("staging ● live");
	wait_for("1 running");
	wait_for("hello · validating");
	assert_int_equal(row_of("● live"), 0);
	wait_for("staging ● silent 5 s");
	wait_for("│ silent ");
	wait_in_both("staging ● silent ");
	wait_for(" silent ");
	peer_release(server.peer);
	wait_for("✓ It runs");
	wait_gone("silent");
	wait_gone("1 running");
	wait_for("staging → http://127.0.0.1:");
}

static void a_recorded_deployment_goes_by_as_it_was(void **state)
{
	static const struct fx_step steps[] = {{FX_CAPTURE, CAPTURE, 4000, 0}, {FX_PAUSE},
		{FX_CAPTURE, CAPTURE, 0, 4000}, {FX_END}};

	(void)state;
	for (size_t i = 0; i < 2; i++) {
		start_on(&SCENE_PLAN(steps, NULL), &sizes[i]);
		wait_for("staging ● live");
		wait_for("✓ validate ─ ✓ pull ─ ");
		peer_release(server.peer);
		wait_for("✓ copy ─ ✓ health");
		wait_for("100%");
		wait_for("Fractalic AI Server deployed successfully!");
		wait_for("AI Server Access");
		wait_for("http://localhost:8001/health");
		stop();
	}
}

static void after_a_cut_the_run_is_asked_about(void **state)
{
	static const struct fx_step working[] = {{FX_REPLY, WORKING, 200}, {FX_END}};

	(void)state;
	start_on(&SCENE_PLAN(cut, working), &sizes[0]);
	wait_in_both("staging ◔ polling");
	wait_for(" polling: Copying");
	wait_for("◔ hello 75%");
	assert_int_equal(row_of("◔ polling"), 0);
	/* There is no stream left that could be closed. */
	term_send(term, "c");
	wait_for("Its stream is lost: cancelling ends only the questions");
	term_send(term, "n");
	wait_gone("Its stream is lost");
	term_send(term, "q");
	wait_for("The stream of 'hello' on 'staging' is lost");
	term_send(term, "\033");
	wait_gone("leaving ends only");
	wait_for("1 running");
}

static void an_answer_that_fails_to_come_is_waited_for(void **state)
{
	static const struct fx_step busy[] = {{FX_REPLY, "{\"detail\":\"busy\"}", 503}, {FX_END}};

	(void)state;
	start_on(&SCENE_PLAN(cut, busy), &sizes[0]);
	wait_for("staging ◌ reconnecting in ");
	wait_for(" of 8)");
	assert_int_equal(row_of("staging ◌ reconnecting"), 0);
	wait_in_both("staging ◌ reconnecting");
	wait_for(" of 8): Starting");
	wait_for("▸1 ◌ hello 5%");
}

/* The engine of that host does not answer, so it takes a while to look there. */
static void what_is_lost_is_called_lost_while_it_is_looked_for(void **state)
{
	static const struct fx_plan plan = {
		.answers = {[FX_STREAM_ROUTE] = {cut}, [FX_OTHER_ROUTE] = {stalled}}};
	char more[96];

	(void)state;
	fractalic_server_start(&server, &plan);
	snprintf(more, sizeof(more), ", \"docker_host\": \"tcp://%s\"",
		strstr(peer_url(server.peer), "127."));
	open_on(peer_url(server.peer), more, &sizes[0], "hello");
	term_send(term, KEY_SEQ_F5);
	wait_in_both("staging ◌ lost");
	wait_for(" connection lost: ");
	wait_for("▸1 ◌ hello 5%");
}

static void the_second_waits_for_the_first(void **state)
{
	(void)state;
	for (size_t i = 0; i < 2; i++) {
		start_on(&SCENE_PLAN(held, NULL), &sizes[i]);
		wait_for("staging ● live");
		term_send(term, KEY_SEQ_F5);
		wait_for("1 running · 1 queued");
		wait_for(" queued: waits for deployment 1 ('hello') on the same server");
		wait_for("hello · queued");
		wait_for("2 ○ hello");
		/* The header tells of the stream there is. */
		wait_for("staging ● live");
		term_send(term, "c");
		wait_for("nothing was sent");
		term_send(term, "n");
		wait_gone("nothing was sent");
		peer_release(server.peer);
		wait_gone("queued: waits");
		wait_for("1 ✓ hello");
		wait_for("staging ● live");
		wait_gone("1 queued");
		peer_release(server.peer);
		wait_for("2 ✓ hello");
		wait_for("✓ It runs");
		stop();
	}
}

static bool has_come(struct term *console, const void *context)
{
	(void)console;
	return tls_server_got((struct tls_server *)context, "\"script_name\":\"hello\"");
}

static void certificates_that_nobody_checks_are_always_told(void **state)
{
	static const char answer[] = "HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\n\r\n"
				     "data: " START "\n\n";
	struct tls_files files;
	struct tls_server tls;
	char url[64];

	(void)state;
	assert_int_equal(tls_files_make(&files), 0);
	assert_int_equal(tls_server_start(&tls, &files, "self", NULL), 0);
	snprintf(url, sizeof(url), "https://127.0.0.1:%d", tls.port);
	open_on(url, ", \"insecure\": true", &sizes[0], "hello");
	wait_for("staging → https://127.0.0.1:");
	wait_for(" certificates not checked");
	assert_int_equal(row_of("certificates not checked"), 0);
	term_send(term, KEY_SEQ_F5);
	term_wait(term, has_come, &tls, "the request", TERM_WAIT_MS);
	assert_int_equal(tls_server_say(&tls, answer), 0);
	wait_in_both("staging ● live certificates not checked");
	wait_for("hello · validating ─");
	wait_for("─ certificates not checked ─");
	close_console(NULL);
	tls_server_stop(&tls);
	tls_files_remove(&files);
}

static void leaving_is_told_for_what_it_is_and_staying_offered(void **state)
{
	(void)state;
	start_on(&SCENE_PLAN(held, NULL), &sizes[0]);
	wait_for("staging ● live");
	for (size_t i = 0; i < 2; i++) {
		term_resize(term, sizes[i].rows, sizes[i].columns);
		term_send(term, "q");
		wait_for("1 deployment is under way. 'hello' runs on 'staging'. Leaving destroys");
		wait_for("it lives only as long as its");
		wait_for("[w] wait, then quit");
		wait_for("[Esc] stay");
		term_send(term, "\033");
		wait_gone("under way");
		wait_for("1 running");
	}
	term_send(term, "q");
	wait_for("[w] wait");
	term_send(term, "w");
	wait_for("Quits when everything has ended");
	peer_release(server.peer);
	assert_int_equal(term_wait_exit(term, TERM_WAIT_MS), 0);
	term_assert_restored(term);
}

static void cancelling_is_told_for_what_it_is(void **state)
{
	(void)state;
	start_on(&SCENE_PLAN(held, NULL), &sizes[0]);
	wait_for("staging ● live");
	for (size_t i = 0; i < 2; i++) {
		term_resize(term, sizes[i].rows, sizes[i].columns);
		term_send(term, "c");
		wait_for("Cancel 'hello'? This server has no way to cancel. Closing the stream "
			 "destroys");
		wait_for("[y/N]");
		term_send(term, "n");
		wait_gone("[y/N]");
		wait_for("1 running");
	}
	term_send(term, "c");
	wait_for("[y/N]");
	term_send(term, "y");
	wait_for("? the stream was closed, which ends the run on the server");
	wait_for("1 unknown");
	wait_for("hello · outcome not known");
}

static void an_unknown_end_says_what_to_check(void **state)
{
	(void)state;
	for (size_t i = 0; i < 2; i++) {
		start_on(&SCENE_PLAN(ended, NULL), &sizes[i]);
		wait_for("? how it ended is not known: the server ended the stream without a");
		wait_for("1 unknown");
		wait_for("hello · outcome not known");
		wait_for("1 ? hello");
		wait_for("? validate ─ ○ pull");
		assert_int_equal(row_of("check  "), row_of("see on that host: docker ps -a"));
		wait_for("name=fractalic-hello");
		wait_for("afterwards  It may run over there, be half done, or be gone.");
		assert_false(term_has(term, "✗"));
		stop();
	}
}

#define REMOTE_TEST(test) cmocka_unit_test_setup_teardown(test, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		REMOTE_TEST(the_header_tells_a_stream_that_speaks_from_a_silent_one),
		REMOTE_TEST(a_recorded_deployment_goes_by_as_it_was),
		REMOTE_TEST(after_a_cut_the_run_is_asked_about),
		REMOTE_TEST(an_answer_that_fails_to_come_is_waited_for),
		REMOTE_TEST(what_is_lost_is_called_lost_while_it_is_looked_for),
		REMOTE_TEST(the_second_waits_for_the_first),
		REMOTE_TEST(certificates_that_nobody_checks_are_always_told),
		REMOTE_TEST(leaving_is_told_for_what_it_is_and_staying_offered),
		REMOTE_TEST(cancelling_is_told_for_what_it_is),
		REMOTE_TEST(an_unknown_end_says_what_to_check),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
