/* What berth was making when it was killed, and was not a container yet: an image, or the services
 * of a compose file. `berth recover` takes it back, or says what it can't. */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "support/docker_rig.h"
#include "unit/tree.h"

enum { SAID_MS = 20 * 1000 };

static struct tree source;

static int setup(void **state)
{
	tree_init(&source);
	return rig_clean(state);
}

static int teardown(void **state)
{
	tree_release(&source);
	docker_do(WORDS("network", "prune", "-f"));
	docker_do(WORDS("volume", "prune", "-f"));
	return rig_clean(state);
}

static bool says(const json_t *event, const void *text)
{
	const char *message = json_string_value(json_object_get(event, "message"));

	return message != NULL && strstr(message, text) != NULL;
}

static void kill_it(struct run *run)
{
	run_signal(run, SIGKILL);
	assert_int_equal(process_wait(&run->process, SAID_MS), 0);
	assert_int_equal(run->process.status, 128 + SIGKILL);
	run_release(run);
}

/* Sorted: the engine's order is that of their seconds. */
static char *all_images(void)
{
	char *out = NULL;

	assert_int_equal(
		process_run(WORDS("sh", "-c", "docker -H \"$0\" images -aq --no-trunc | sort -u",
				    rig.host),
			NULL, SAID_MS, &out),
		0);
	return out;
}

/* Waits for what an engine still takes away by itself. */
static void images_become(const char *expected)
{
	int64_t deadline = process_clock_ms() + SAID_MS;
	char *now = all_images();

	while (strcmp(now, expected) != 0 && process_clock_ms() < deadline) {
		free(now);
		usleep(100000);
		now = all_images();
	}
	assert_string_equal(now, expected);
	free(now);
}

static void start_build(struct run *run, const char *builder, const char *text)
{
	setenv("DOCKER_BUILDKIT", builder, 1);
	rig_start(run, WORDS("--name", "it", "--build", "--folder", source.path));
	unsetenv("DOCKER_BUILDKIT");
	run_until(run, SAID_MS, says, text);
}

static void killed_while_it_builds(void **state)
{
	static const char *const builders[] = {"0", "1"};

	(void)state;
	tree_text(&source, "Dockerfile",
		"FROM web:1\nRUN touch /a\nRUN touch /b\nRUN echo it sleeps now; sleep 500\n");
	for (size_t i = 0; i < 2; i++) {
		char *before = all_images();
		struct run run;

		start_build(&run, builders[i], "it sleeps now");
		kill_it(&run);
		rig_recover(1);
		images_become(before);
		containers_are("");
		rig_recover(0);
		free(before);
	}
}

static void killed_when_it_was_built(void **state)
{
	static const char *const builders[] = {"0", "1"};

	(void)state;
	tree_text(&source, "Dockerfile", "FROM ill:1\nRUN touch /a\n");
	for (size_t i = 0; i < 2; i++) {
		char *before = all_images();
		struct run run;

		start_build(&run, builders[i], "Creating container");
		kill_it(&run);
		rig_recover(1);
		images_become(before);
		containers_are("");
		rig_recover(0);
		free(before);
	}
}

static const char slow[] =
	"services:\n"
	"  app: {build: ., volumes: ['data:/data']}\n"
	"  slow: {image: 'ill:1'}\n"
	"  last: {image: 'web:1', depends_on: {slow: {condition: service_healthy}}}\n"
	"volumes: {data: {}}\n";

static void start_compose(struct run *run)
{
	tree_text(&source, "Dockerfile", "FROM web:1\n");
	rig_start(run, WORDS("--name", "shop", "--build", "--folder", source.path));
}

static void nothing_is_there(void)
{
	containers_are("");
	docker_is("", WORDS("volume", "ls", "-q"));
	docker_is("", WORDS("network", "ls", "-q", "--filter", "name=shop"));
}

/* It may still make one container after the other: compose itself was not killed. */
static void killed_while_compose_brings_it_up(void **state)
{
	struct run run;
	char *ids;

	(void)state;
	tree_text(&source, "docker-compose.yml", slow);
	start_compose(&run);
	run_until_stage(&run, "deploying");
	kill_it(&run);
	rig_recover(1);
	nothing_is_there();
	rig_recover(0);

	start_compose(&run);
	run_until_stage(&run, "deploying");
	for (ids = docker_say(WORDS("ps", "-aq")); *ids == '\0';
		ids = docker_say(WORDS("ps", "-aq")))
		free(ids);
	free(ids);
	kill_it(&run);
	rig_recover(1);
	nothing_is_there();
	rig_recover(0);
}

static void what_it_replaced_can_not_be_brought_back(void **state)
{
	struct run run;
	char *ids;

	(void)state;
	tree_text(&source, "docker-compose.yml", "services:\n  app: {build: .}\n");
	start_compose(&run);
	rig_finish(&run, 0);
	run_release(&run);
	tree_text(&source, "docker-compose.yml", slow);
	start_compose(&run);
	run_until_stage(&run, "deploying");
	kill_it(&run);
	rig_recover(5);
	rig_recover(0);
	/* Nothing of it was taken away. */
	ids = docker_say(WORDS("ps", "-aq", "--filter", "label=com.docker.compose.project=shop"));
	assert_true(*ids != '\0');
	free(ids);
}

/* The engine goes on stopping it, and it takes its time. */
static void killed_while_the_old_one_stops(void **state)
{
	struct run run;
	int port = free_port();
	int64_t deadline = process_clock_ms() + SAID_MS;
	char *old, *began, *now;

	(void)state;
	old = docker_say(WORDS("run", "-d", "--name", "web", "--label",
		"io.berth.deployment=earlier", "-p", text_of_port("%d:8080", port), "web:1",
		"/bin/sh", "-c",
		"trap 'touch /tmp/told; sleep 2; exit 0' TERM; httpd -f -p 8080 -h /app & wait"));
	began = docker_say(WORDS("inspect", "-f", "{{.State.StartedAt}}", old));
	rig_start(&run, WORDS("--image", "web:1", "--name", "web", "--container", "web", "--port",
				text_of_port("web=%d:8080", port)));
	while (process_run(WORDS("docker", "-H", rig.host, "exec", old, "test", "-e", "/tmp/told"),
		       NULL, SAID_MS, NULL) != 0 &&
		process_clock_ms() < deadline)
		usleep(20000);
	kill_it(&run);
	rig_recover(1);
	containers_are("web");
	now = docker_say(WORDS("inspect", "-f", "{{.State.StartedAt}}", old));
	assert_string_not_equal(now, began);
	docker_is("true", WORDS("inspect", "-f", "{{.State.Running}}", "web"));
	free(old);
	free(began);
	free(now);
}

#define TEST(function) cmocka_unit_test_setup_teardown(function, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(killed_while_it_builds),
		TEST(killed_when_it_was_built),
		TEST(killed_while_compose_brings_it_up),
		TEST(killed_while_the_old_one_stops),
		TEST(what_it_replaced_can_not_be_brought_back),
	};

	return cmocka_run_group_tests(tests, rig_setup, rig_teardown);
}
