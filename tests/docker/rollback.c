/* Back to the image that ran before, on a real engine: from the registry, and one that was never in
 * any. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "support/console_term.h"
#include "support/docker_rig.h"
#include "support/images.h"

enum { LAYERS = 2, LAYER_BYTES = 64 << 10 };

static void history(int status, const char *const words[], const char *says)
{
	const char *argv[16] = {BERTH_PROGRAM, "history"};
	char home[80], host[100], config[100];
	struct process process = {0};
	size_t count = 2;

	for (; *words != NULL; words++)
		argv[count++] = *words;
	snprintf(home, sizeof(home), "HOME=%s", rig.home);
	snprintf(host, sizeof(host), "DOCKER_HOST=%s", rig.host);
	snprintf(config, sizeof(config), "XDG_CONFIG_HOME=%s/.config", rig.home);
	assert_int_equal(process_start(&process, argv,
				 &(struct process_options){
					 .env = WORDS(home, host, config, "DOCKER_CONTEXT",
						 "DOCKER_CONFIG", "http_proxy", "BERTH_TARGET",
						 "BERTH_HOST", "XDG_STATE_HOME"),
					 .folder = rig.home}),
		0);
	assert_int_equal(process_wait(&process, RUN_MS), 0);
	if (process.status != status)
		fail_msg("%d: %s%s", process.status, process.err.text ? process.err.text : "",
			process.out.text ? process.out.text : "");
	assert_holds(process.err.text, says);
	process_release(&process);
}

static char *image_of(const char *container)
{
	return docker_say(WORDS("inspect", "-f", "{{.Image}}", container));
}

static void it_comes_from_the_registry_again(void **state)
{
	char image[96], *first, *second;
	struct run run;

	(void)state;
	snprintf(image, sizeof(image), "127.0.0.1:%d/back:1", rig.registry_port);
	assert_int_equal(images_push(&rig, "back", LAYERS, LAYER_BYTES), 0);
	rig_deploy(&run, 0, WORDS("--name", "shop", "--image", image));
	run_release(&run);
	first = image_of("shop");
	assert_int_equal(images_push(&rig, "back", LAYERS, LAYER_BYTES), 0);
	rig_deploy(&run, 0, WORDS("--name", "shop", "--image", image, "--pull", "always"));
	run_release(&run);
	second = image_of("shop");
	assert_string_not_equal(first, second);
	/* Somebody has cleaned up. */
	docker_do(WORDS("rmi", "-f", first));
	history(0, WORDS("--rollback", "shop", "--yes"),
		"not on the engine: it is pulled by its digest");
	free(second);
	second = image_of("shop");
	assert_string_equal(first, second);
	containers_are("shop");
	free(first);
	free(second);
}

static void one_that_was_never_in_a_registry(void **state)
{
	char *first, *second;
	struct run run;

	(void)state;
	docker_do(WORDS("tag", "web:1", "own:1"));
	rig_deploy(&run, 0, WORDS("--name", "own", "--image", "own:1"));
	run_release(&run);
	first = image_of("own");
	docker_do(WORDS("tag", "checked:1", "own:1"));
	rig_deploy(&run, 0, WORDS("--name", "own", "--image", "own:1"));
	run_release(&run);
	history(0, WORDS("--rollback", "own", "--yes"), "the engine has it");
	second = image_of("own");
	assert_string_equal(first, second);
	free(first);
	free(second);
}

/* The form gets the run before, with its image pinned; a person deploys it. */
static void in_the_console(void **state)
{
	char home[80], host[100], config[100], expected[64], *first;
	struct run run;

	(void)state;
	docker_do(WORDS("tag", "web:1", "127.0.0.1:5/seen:1"));
	rig_deploy(&run, 0,
		WORDS("--name", "seen", "--image", "127.0.0.1:5/seen:1", "--restart", "always"));
	run_release(&run);
	first = image_of("seen");
	docker_do(WORDS("tag", "checked:1", "127.0.0.1:5/seen:1"));
	rig_deploy(&run, 0, WORDS("--name", "seen", "--image", "127.0.0.1:5/seen:1"));
	run_release(&run);
	snprintf(home, sizeof(home), "HOME=%s", rig.home);
	snprintf(host, sizeof(host), "DOCKER_HOST=%s", rig.host);
	snprintf(config, sizeof(config), "XDG_CONFIG_HOME=%s/.config", rig.home);
	open_console_in(ENVIRONMENT(home, host, config, "XDG_STATE_HOME", "DOCKER_CONFIG"), 40, 200,
		"--no-mouse");
	wait_for("seen");
	term_send(term, "\0331\033OB");
	term_wait_quiet(term, 200, TERM_WAIT_MS);
	term_send(term, "B");
	wait_for("its image by digest");
	snprintf(expected, sizeof(expected), "127.0.0.1:5/seen@%.20s", first);
	wait_for(expected);
	wait_for("always");
	free(first);
	close_console(NULL);
}

/* What runs goes on. */
static void without_its_values_nothing_is_touched(void **state)
{
	char *running, *now;
	struct run run;

	(void)state;
	docker_do(WORDS("tag", "web:1", "gone:1"));
	rig_deploy(&run, 0, WORDS("--name", "gone", "--image", "gone:1", "--env", "TOKEN=a-b-c-d"));
	run_release(&run);
	docker_do(WORDS("tag", "checked:1", "gone:1"));
	rig_deploy(&run, 0, WORDS("--name", "gone", "--image", "gone:1"));
	run_release(&run);
	running = docker_say(WORDS("inspect", "-f", "{{.Id}}", "gone"));
	history(2, WORDS("--rollback", "gone", "--yes"), "these need one: TOKEN");
	now = docker_say(WORDS("inspect", "-f", "{{.Id}}", "gone"));
	assert_string_equal(running, now);
	free(running);
	free(now);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		RIG_TEST(it_comes_from_the_registry_again),
		RIG_TEST(one_that_was_never_in_a_registry),
		RIG_TEST(in_the_console),
		RIG_TEST(without_its_values_nothing_is_touched),
	};

	return cmocka_run_group_tests(tests, rig_setup, rig_teardown);
}
