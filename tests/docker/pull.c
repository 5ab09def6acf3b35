/* Images: pulled layer by layer, missing, stuck, changed. */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "support/docker_rig.h"
#include "support/images.h"
#include "support/tcp_gate.h"

#define LAYERS      4
#define LAYER_BYTES (3u << 20)
/* Of 12 MiB: about two seconds. */
#define RATE (6 << 20)

static struct tcp_gate gate;

static int setup(void **state)
{
	if (rig_setup(state))
		return -1;
	if (images_push(&rig, "layers", LAYERS, LAYER_BYTES) ||
		tcp_gate_open(&gate, rig.registry_port)) {
		rig_teardown(state);
		return -1;
	}
	return 0;
}

static int teardown(void **state)
{
	tcp_gate_close(&gate);
	return rig_teardown(state);
}

/* Every test begins without the image, and with the gate open. */
static int forget_images(void **state)
{
	char *ids, *rest, *id;
	int status = rig_clean(state);

	atomic_store(&gate.state->allowed, INT64_MAX);
	atomic_store(&gate.state->rate, 0);
	if (status || dockerd_docker(&rig,
			      WORDS("images", "-q", "--no-trunc",
				      text_of_port("127.0.0.1:%d/layers", gate.port)),
			      &ids))
		return -1;
	rest = ids;
	while (status == 0 && (id = strsep(&rest, "\n")))
		if (*id)
			status = dockerd_docker(&rig, WORDS("rmi", "-f", id), NULL);
	free(ids);
	return status;
}

static const char *image(void)
{
	return text_of_port("127.0.0.1:%d/layers:1", gate.port);
}

/* What the layers of one progress event have in all. */
static json_int_t bytes_of(const json_t *layers)
{
	json_int_t bytes = 0;
	const json_t *layer;
	size_t i;

	json_array_foreach(layers, i, layer)
		bytes += json_integer_value(json_object_get(layer, "current"));
	return bytes;
}

static size_t count_in_state(const json_t *layers, const char *state)
{
	const json_t *layer;
	size_t i, count = 0;

	json_array_foreach(layers, i, layer)
		count += strcmp(json_string_value(json_object_get(layer, "state")), state) == 0;
	return count;
}

static void layers_are_told(void **state)
{
	struct run run;
	const json_t *event, *last = NULL;
	json_int_t before = 0, partly = 0;
	size_t i, downloading = 0;
	char *digest;

	(void)state;
	atomic_store(&gate.state->rate, RATE);
	rig_deploy(&run, 0, WORDS("--name", "pulled", "--image", image()));
	json_array_foreach(run.events, i, event)
	{
		const json_t *layers = json_object_get(event, "layers");
		json_int_t bytes = bytes_of(layers);

		if (!layers)
			continue;
		assert_string_equal(
			json_string_value(json_object_get(event, "stage")), "pulling_image");
		assert_true(bytes >= before);
		partly += bytes > before && bytes < LAYERS * LAYER_BYTES;
		before = bytes;
		downloading += count_in_state(layers, "downloading") > 0;
		last = layers;
	}
	/* It was told while it went on, not afterwards. */
	assert_true(partly >= 4);
	assert_true(downloading >= 4);
	/* The layers and what web is made of, which was there. */
	assert_int_equal(json_array_size(last), LAYERS + 1);
	assert_int_equal(count_in_state(last, "cached"), 1);
	assert_int_equal(count_in_state(last, "done"), LAYERS);
	/* Random bytes do not shrink. */
	assert_true(before >= (json_int_t)LAYERS * LAYER_BYTES);
	digest = docker_say(WORDS("inspect", "-f", "{{index .RepoDigests 0}}", image()));
	assert_string_equal(run_result_text(&run, "image_digest"), strchr(digest, '@') + 1);
	free(digest);
	run_release(&run);
}

/* With a progress that moves while bytes come. */
static void progress_moves_with_the_bytes(void **state)
{
	struct run run;
	const json_t *event;
	size_t i, steps = 0;
	json_int_t before = 0;

	(void)state;
	atomic_store(&gate.state->rate, RATE);
	rig_deploy(&run, 0, WORDS("--name", "pulled", "--image", image()));
	json_array_foreach(run.events, i, event)
	{
		json_int_t now = json_integer_value(json_object_get(event, "progress"));

		if (!json_object_get(event, "layers"))
			continue;
		steps += now > before;
		before = now;
	}
	assert_true(steps >= 4);
	run_release(&run);
}

static void an_image_that_does_not_exist(void **state)
{
	struct run run;

	(void)state;
	rig_deploy(&run, 1,
		WORDS("--name", "none", "--image",
			text_of_port("127.0.0.1:%d/nothing:1", gate.port)));
	assert_string_equal(run_error_text(&run, "stage"), "pulling_image");
	assert_holds(run_error_text(&run, "message"), "nothing:1");
	containers_are("");
	run_release(&run);

	rig_deploy(&run, 1,
		WORDS("--name", "none", "--image",
			text_of_port("127.0.0.1:%d/layers:2", gate.port)));
	assert_holds(run_error_text(&run, "message"), "layers:2");
	containers_are("");
	run_release(&run);
}

static void a_registry_that_does_not_answer(void **state)
{
	struct run run;

	(void)state;
	rig_deploy(&run, 1,
		WORDS("--name", "none", "--image",
			text_of_port("127.0.0.1:%d/layers:1", free_port())));
	assert_string_equal(run_error_text(&run, "stage"), "pulling_image");
	containers_are("");
	run_release(&run);
}

static void never_pull_what_is_not_there(void **state)
{
	struct run run;

	(void)state;
	rig_deploy(&run, 2, WORDS("--name", "none", "--image", image(), "--pull", "never"));
	assert_holds(run_error_text(&run, "message"), "layers:1");
	containers_are("");
	run_release(&run);
}

static void what_is_there_is_not_pulled(void **state)
{
	struct run run;

	(void)state;
	docker_do(WORDS("pull", "-q", image()));
	atomic_store(&gate.state->allowed, 0);
	rig_deploy(&run, 0, WORDS("--name", "there", "--image", image()));
	assert_true(run_said(&run, "already there"));
	run_release(&run);
}

/* The registry has another image under the same name by now. */
static void always_pull_brings_the_new_one(void **state)
{
	struct run run;
	char *first;

	(void)state;
	rig_deploy(&run, 0, WORDS("--name", "fresh", "--image", image()));
	first = strdup(run_result_text(&run, "image_digest"));
	run_release(&run);
	assert_int_equal(images_push(&rig, "layers", LAYERS, LAYER_BYTES), 0);
	rig_deploy(&run, 0, WORDS("--name", "fresh", "--image", image()));
	assert_string_equal(run_result_text(&run, "image_digest"), first);
	run_release(&run);
	rig_deploy(&run, 0, WORDS("--name", "fresh", "--image", image(), "--pull", "always"));
	assert_string_not_equal(run_result_text(&run, "image_digest"), first);
	free(first);
	run_release(&run);
}

static bool is_downloading(const json_t *event, const void *context)
{
	(void)context;
	return count_in_state(json_object_get(event, "layers"), "downloading") > 0;
}

static void image_is_gone(void)
{
	docker_is("", WORDS("images", "-q", image()));
}

/* In the middle of the bytes, with the rest of them never coming. */
static void cancelled_in_a_stuck_pull(void **state)
{
	struct run run;
	int64_t asked;

	(void)state;
	atomic_store(
		&gate.state->allowed, atomic_load(&gate.state->passed) + LAYERS * LAYER_BYTES / 2);
	rig_start(&run, WORDS("--name", "stuck", "--image", image()));
	run_until(&run, RUN_MS, is_downloading, NULL);
	asked = process_clock_ms();
	run_signal(&run, SIGINT);
	rig_finish(&run, 130);
	assert_true(process_clock_ms() - asked < 5000);
	assert_string_equal(run_error_text(&run, "code"), "cancelled");
	assert_string_equal(run_error_text(&run, "stage"), "pulling_image");
	containers_are("");
	image_is_gone();
	run_release(&run);
}

static void a_pull_that_takes_too_long(void **state)
{
	struct run run;

	(void)state;
	atomic_store(&gate.state->allowed, atomic_load(&gate.state->passed));
	rig_deploy(&run, 1, WORDS("--name", "late", "--image", image(), "--timeout", "2"));
	assert_string_equal(run_error_text(&run, "code"), "timeout");
	assert_in_range(run.took_ms, 1900, 10000);
	containers_are("");
	image_is_gone();
	run_release(&run);
}

/* The tries to get it back are in vain; nothing had been made, so nothing can be left. */
static void the_engine_goes_in_the_middle(void **state)
{
	struct run run;

	(void)state;
	atomic_store(
		&gate.state->allowed, atomic_load(&gate.state->passed) + LAYERS * LAYER_BYTES / 2);
	rig_start(&run, WORDS("--name", "cut-off", "--image", image()));
	run_until(&run, RUN_MS, is_downloading, NULL);
	assert_int_equal(dockerd_kill(&rig), 0);
	rig_finish(&run, 1);
	assert_string_equal(run_error_text(&run, "stage"), "pulling_image");
	assert_int_equal(json_array_size(run_result_member(&run, "left_behind")), 0);
	assert_true(run.took_ms < 30 * 1000);
	run_release(&run);
	assert_int_equal(dockerd_start(&rig), 0);
	containers_are("");
}

#define PULL_TEST(function) cmocka_unit_test_setup_teardown(function, forget_images, rig_clean)

int main(void)
{
	const struct CMUnitTest tests[] = {
		PULL_TEST(layers_are_told),
		PULL_TEST(progress_moves_with_the_bytes),
		PULL_TEST(an_image_that_does_not_exist),
		PULL_TEST(a_registry_that_does_not_answer),
		PULL_TEST(never_pull_what_is_not_there),
		PULL_TEST(what_is_there_is_not_pulled),
		PULL_TEST(always_pull_brings_the_new_one),
		PULL_TEST(cancelled_in_a_stuck_pull),
		PULL_TEST(a_pull_that_takes_too_long),
		PULL_TEST(the_engine_goes_in_the_middle),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
