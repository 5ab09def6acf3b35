#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#include "target/demo/demo_script.h"
#include "target/docker/registry_stages.h"

/* Of "NAME=VALUE" words; NULL ends them. */
static int read_words(struct demo_script *script, struct berth_error *err, const char *const *words)
{
	static char texts[16][128];
	struct berth_variable variables[16];
	struct berth_deployment deployment = {.env = variables};

	for (; *words != NULL; words++) {
		char *text = texts[deployment.env_count];
		char *value;

		snprintf(text, sizeof(texts[0]), "%s", *words);
		value = strchr(text, '=');
		assert_non_null(value);
		*value = '\0';
		variables[deployment.env_count++] = (struct berth_variable){
			.name = text, .value = value + 1};
	}
	return demo_script_read(script, &deployment, err);
}

#define READ(script, err, ...) read_words(script, err, (const char *const[]){__VA_ARGS__, NULL})

static void says_something_without_a_word(void **state)
{
	struct demo_script script;

	(void)state;
	assert_int_equal(READ(&script, NULL, "PATH=/bin", "TOKEN=x", "DEMO=1"), 0);
	assert_int_equal(script.length_ms, 12000);
	assert_true(script.lines > 0);
	assert_true(script.rate < 0);
	assert_int_equal(script.fail_stage, -1);
	assert_int_equal(script.stall_stage, -1);
}

static void reads_every_word(void **state)
{
	struct demo_script script;

	(void)state;
	assert_int_equal(READ(&script, NULL, "DEMO_SECONDS=1.5", "DEMO_LINES=1000000",
				 "DEMO_RATE=0", "DEMO_LAYERS=127", "DEMO_FAIL=health_check",
				 "DEMO_STALL=pulling_image:0.25", "DEMO_SEED=9000000000000000"),
		0);
	assert_int_equal(script.length_ms, 1500);
	assert_int_equal(script.lines, 1000000);
	assert_true(script.rate == 0);
	assert_int_equal(script.layers, 127);
	assert_int_equal(script.fail_stage, STAGE_HEALTH);
	assert_int_equal(script.stall_stage, STAGE_PULL);
	assert_int_equal(script.stall_ms, 250);
	assert_int_equal(script.seed, 9000000000000000);
	assert_int_equal(READ(&script, NULL, "DEMO_SECONDS=0", "DEMO_LINES=0", "DEMO_LAYERS=0"), 0);
	assert_int_equal(script.length_ms, 0);
	assert_int_equal(script.lines, 0);
	assert_int_equal(script.layers, 0);
}

static void every_stage_can_fail_and_stall(void **state)
{
	struct demo_script script;
	char fail[64], stall[64];

	(void)state;
	for (int stage = 0; stage < STAGE_COUNT; stage++) {
		snprintf(fail, sizeof(fail), "DEMO_FAIL=%s", registry_stages[stage].name);
		snprintf(stall, sizeof(stall), "DEMO_STALL=%s:1", registry_stages[stage].name);
		assert_int_equal(READ(&script, NULL, fail, stall), 0);
		assert_int_equal(script.fail_stage, stage);
		assert_int_equal(script.stall_stage, stage);
	}
}

static void wrong_values_are_named(void **state)
{
	static const char *const wrong[] = {"DEMO_SECONDS=", "DEMO_SECONDS=fast", "DEMO_SECONDS=-1",
		"DEMO_SECONDS=86401", "DEMO_SECONDS=1s", "DEMO_SECONDS=nan", "DEMO_SECONDS=inf",
		"DEMO_SECONDS=1e999", "DEMO_LINES=-1", "DEMO_LINES=ten", "DEMO_LINES=1000000001",
		"DEMO_RATE=-0.5", "DEMO_RATE=", "DEMO_LAYERS=128", "DEMO_LAYERS=x",
		"DEMO_FAIL=", "DEMO_FAIL=health", "DEMO_FAIL=HEALTH_CHECK",
		"DEMO_FAIL=health_check ", "DEMO_STALL=health_check", "DEMO_STALL=:5",
		"DEMO_STALL=health:5", "DEMO_SEED=-1", "DEMO_SEED=seed"};

	(void)state;
	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		struct demo_script script;
		struct berth_error err;
		char quoted[64];

		if (READ(&script, &err, wrong[i]) != -1)
			fail_msg("%s was taken", wrong[i]);
		assert_int_equal(err.code, BERTH_E_USAGE);
		snprintf(quoted, sizeof(quoted), "%.*s is '%s'", (int)strcspn(wrong[i], "="),
			wrong[i], strchr(wrong[i], '=') + 1);
		if (strstr(err.message, quoted) != err.message)
			fail_msg("%s: '%s'", wrong[i], err.message);
		assert_non_null(strstr(err.message, "must be "));
		assert_non_null(strstr(err.hint, "berth help demo"));
	}
}

static void wrong_seconds_of_a_stall_are_refused(void **state)
{
	static const char *const wrong[] = {"DEMO_STALL=health_check:", "DEMO_STALL=health_check:x",
		"DEMO_STALL=health_check:-1", "DEMO_STALL=health_check:1:2",
		"DEMO_STALL=health_check:90000"};

	(void)state;
	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		struct demo_script script;
		struct berth_error err;

		assert_int_equal(READ(&script, &err, wrong[i]), -1);
		assert_int_equal(err.code, BERTH_E_USAGE);
		assert_non_null(strstr(err.message, "DEMO_STALL"));
		assert_non_null(strstr(err.message, "STAGE:SECONDS"));
	}
}

static void unknown_words_are_named(void **state)
{
	struct demo_script script;
	struct berth_error err;

	(void)state;
	assert_int_equal(READ(&script, &err, "DEMO_SECOND=5"), -1);
	assert_int_equal(err.code, BERTH_E_USAGE);
	assert_non_null(strstr(err.message, "'DEMO_SECOND'"));
	assert_int_equal(READ(&script, NULL, "DEMO_SECOND=5"), -1);
	assert_int_equal(READ(&script, &err, "DEMO_=5"), -1);
}

static void whole_numbers_are_whole(void **state)
{
	static char names[3][16] = {"DEMO_LINES", "DEMO_LAYERS", "DEMO_SEED"}, half[] = "1.5";
	(void)state;
	for (int i = 0; i < 3; i++) {
		struct berth_variable variable = {names[i], half};
		const struct berth_deployment deployment = {.env = &variable, .env_count = 1};
		struct demo_script script;
		if (demo_script_read(&script, &deployment, NULL) != -1)
			fail_msg("%s=1.5 was taken", names[i]);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(says_something_without_a_word),
		cmocka_unit_test(reads_every_word),
		cmocka_unit_test(every_stage_can_fail_and_stall),
		cmocka_unit_test(wrong_values_are_named),
		cmocka_unit_test(wrong_seconds_of_a_stall_are_refused),
		cmocka_unit_test(whole_numbers_are_whole),
		cmocka_unit_test(unknown_words_are_named),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
