/* An earlier run again, as a script asks for it: pinned, shown, and with its secrets given anew. */
#include "unit/tree.h"

#include <jansson.h>

#include "support/fake_engine.h"
#include "support/process.h"
#include "support/run_berth.h"

#define PINNED "demo/web@" FAKE_DIGEST

struct scene {
	struct tree tree;
	struct fake_engine *fake;
	char home[80], state[96], config[96], host[160];
	struct process process;
	bool ran;
};

static int setup(void **state)
{
	static const struct fake_image images[] = {
		{.name = "demo/web:1.0", .present = true}, {.name = PINNED, .present = true}};
	struct scene *s = calloc(1, sizeof(*s));

	assert_non_null(s);
	tree_init(&s->tree);
	s->fake = fake_engine_start();
	fake_engine_image(s->fake, &images[0]);
	fake_engine_image(s->fake, &images[1]);
	snprintf(s->home, sizeof(s->home), "HOME=%s", s->tree.path);
	snprintf(s->state, sizeof(s->state), "XDG_STATE_HOME=%s/state", s->tree.path);
	snprintf(s->config, sizeof(s->config), "XDG_CONFIG_HOME=%s/xdg", s->tree.path);
	snprintf(s->host, sizeof(s->host), "DOCKER_HOST=%s", fake_engine_host(s->fake));
	*state = s;
	return 0;
}

static int teardown(void **state)
{
	struct scene *s = *state;

	if (s->ran)
		process_release(&s->process);
	assert_int_equal(fake_engine_stop(s->fake), 0);
	tree_release(&s->tree);
	free(s);
	return 0;
}

static int berth(struct scene *s, const char *const words[])
{
	const char *argv[32] = {BERTH_PROGRAM};
	const char *env[] = {s->home, s->state, s->config, s->host, "LC_ALL=C.UTF-8",
		"ASAN_OPTIONS=exitcode=99", NULL};
	size_t count = 1;

	if (s->ran)
		process_release(&s->process);
	s->process = (struct process){0};
	s->ran = true;
	for (; *words != NULL; words++)
		argv[count++] = *words;
	assert_int_equal(process_start(&s->process, argv,
				 &(struct process_options){.env = env, .folder = s->tree.path}),
		0);
	assert_int_equal(process_wait(&s->process, RUN_MS), 0);
	return s->process.status;
}

#define RUN(s, ...) berth(s, WORDS(__VA_ARGS__))

static const char *said(const struct scene *s)
{
	return s->process.err.text != NULL ? s->process.err.text : "";
}

static void deploy_first(struct scene *s)
{
	assert_int_equal(RUN(s, "deploy", "--name", "web", "--container", "web", "--image",
				 "demo/web:1.0", "--env", "PASSWORD=hunter2hunter2", "--env",
				 "MODE=fast", "--restart", "always"),
		0);
}

static void what_is_secret_must_be_given_again(void **state)
{
	struct scene *s = *state;

	deploy_first(s);
	assert_int_equal(RUN(s, "history", "--redeploy", "1", "--yes"), 2);
	assert_holds(said(s), "keeps no values of variables");
	assert_holds(said(s), "PASSWORD");
	assert_holds(said(s), "--env PASSWORD=VALUE");
	assert_int_equal(fake_engine_count(s->fake, "> POST /containers/create"), 1);
}

static void it_is_the_same_pinned(void **state)
{
	struct scene *s = *state;
	const char *body;

	deploy_first(s);
	assert_int_equal(RUN(s, "history", "--redeploy", "web", "--yes", "--env",
				 "PASSWORD=another-secret-value", "--env", "MODE=slow"),
		0);
	assert_holds(said(s), "As run 1 was, 'web' on 'local':");
	assert_holds(said(s), PINNED);
	assert_holds(said(s), "the engine has it");
	assert_holds(said(s), "PASSWORD\n");
	assert_null(strstr(said(s), "another-secret"));
	body = fake_engine_body(s->fake, "/containers/create", 2);
	assert_non_null(body);
	assert_holds(body, "\"" PINNED "\"");
	assert_holds(body, "PASSWORD=another-secret-value");
	assert_holds(body, "MODE=slow");
	assert_holds(body, "\"always\"");
}

static void without_a_yes_nothing_happens(void **state)
{
	struct scene *s = *state;

	deploy_first(s);
	assert_int_equal(
		RUN(s, "history", "--redeploy", "1", "--env", "PASSWORD=x", "--env", "MODE=fast"),
		2);
	assert_holds(said(s), "this needs a yes");
	assert_int_equal(fake_engine_count(s->fake, "> POST /containers/create"), 1);
}

static void what_can_not_be_done_is_said(void **state)
{
	struct scene *s = *state;

	assert_int_equal(RUN(s, "history", "--redeploy", "web"), 2);
	assert_holds(said(s), "there is no run 'web'");
	assert_int_equal(RUN(s, "history", "--redeploy"), 2);
	assert_holds(said(s), "need a run");
	assert_int_equal(
		RUN(s, "deploy", "--target", "demo", "--name", "play", "--env", "DEMO_SECONDS=0.1"),
		0);
	assert_int_equal(RUN(s, "history", "--redeploy", "play"), 2);
	assert_holds(said(s), "has no images to choose from");
	deploy_first(s);
	assert_int_equal(RUN(s, "history", "--rollback", "web"), 2);
	assert_holds(said(s), "there is no earlier run of 'web' on 'local'");
}

static void what_never_was_in_a_registry_goes_by_its_id(void **state)
{
	static const struct fake_image images[] = {
		{.name = "demo/own:1.0", .present = true}, {.name = FAKE_DIGEST, .present = true}};
	struct scene *s = *state;
	const char *body;

	fake_engine_image(s->fake, &images[0]);
	fake_engine_image(s->fake, &images[1]);
	assert_int_equal(RUN(s, "deploy", "--name", "own", "--image", "demo/own:1.0"), 0);
	assert_int_equal(RUN(s, "history", "--redeploy", "own", "--yes"), 0);
	assert_holds(said(s), "the engine has it");
	assert_int_equal(fake_engine_count(s->fake, "POST /images/create"), 0);
	body = fake_engine_body(s->fake, "/containers/create", 2);
	assert_non_null(body);
	assert_holds(body, "\"Image\":\"" FAKE_DIGEST "\"");
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(what_is_secret_must_be_given_again),
		TEST(it_is_the_same_pinned),
		TEST(what_never_was_in_a_registry_goes_by_its_id),
		TEST(without_a_yes_nothing_happens),
		TEST(what_can_not_be_done_is_said),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
