#include "target/demo/demo_script.h"

#include <errno.h>
#include <math.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include <berth/event.h>

#include "target/docker/registry_stages.h"

static int bad(struct berth_error *err, const char *name, const char *value, const char *right)
{
	berth_error_set(err, BERTH_E_USAGE, 0, "%s is '%s', but must be %s", name, value, right);
	return berth_error_hint(err, "see 'berth help demo'");
}

static int read_number(double *number, const struct berth_variable *variable, double max,
	const char *right, struct berth_error *err)
{
	char *end;

	errno = 0;
	*number = strtod(variable->value, &end);
	if (end == variable->value || *end != '\0' || errno != 0 || !isfinite(*number) ||
		*number < 0 || *number > max)
		return bad(err, variable->name, variable->value, right);
	return 0;
}

static int read_count(uint64_t *count, const struct berth_variable *variable, double max,
	const char *right, struct berth_error *err)
{
	double number;

	if (read_number(&number, variable, max, right, err) == -1)
		return -1;
	*count = (uint64_t)number;
	if ((double)*count != number)
		return bad(err, variable->name, variable->value, right);
	return 0;
}

static int find_stage(const char *name, size_t len)
{
	for (int i = 0; i < STAGE_COUNT; i++)
		if (strlen(registry_stages[i].name) == len &&
			memcmp(registry_stages[i].name, name, len) == 0)
			return i;
	return -1;
}

static int read_seconds(
	struct demo_script *script, const struct berth_variable *variable, struct berth_error *err)
{
	double seconds;

	if (read_number(&seconds, variable, 86400, "seconds from 0 to 86400", err) == -1)
		return -1;
	script->length_ms = (int64_t)(seconds * 1000);
	return 0;
}

static int read_lines(
	struct demo_script *script, const struct berth_variable *variable, struct berth_error *err)
{
	return read_count(
		&script->lines, variable, 1e9, "a whole number of lines up to 1000000000", err);
}

static int read_rate(
	struct demo_script *script, const struct berth_variable *variable, struct berth_error *err)
{
	return read_number(
		&script->rate, variable, 1e9, "lines a second, or 0 for as fast as can be", err);
}

static int read_layers(
	struct demo_script *script, const struct berth_variable *variable, struct berth_error *err)
{
	uint64_t layers;

	if (read_count(&layers, variable, BERTH_MAX_LAYERS, "a whole number of layers up to 127",
		    err) == -1)
		return -1;
	script->layers = (int)layers;
	return 0;
}

#define RIGHT_STAGE                                                                                \
	"one of validating, pulling_image, preparing_files, starting_container, copying_files, "   \
	"health_check"

static int read_fail(
	struct demo_script *script, const struct berth_variable *variable, struct berth_error *err)
{
	script->fail_stage = find_stage(variable->value, strlen(variable->value));
	if (script->fail_stage == -1)
		return bad(err, variable->name, variable->value, RIGHT_STAGE);
	return 0;
}

static int read_stall(
	struct demo_script *script, const struct berth_variable *variable, struct berth_error *err)
{
	const char *colon = strchr(variable->value, ':');
	struct berth_variable seconds;
	double number;

	if (colon == NULL)
		return bad(err, variable->name, variable->value, "STAGE:SECONDS");
	script->stall_stage = find_stage(variable->value, (size_t)(colon - variable->value));
	if (script->stall_stage == -1)
		return bad(err, variable->name, variable->value,
			"STAGE:SECONDS with STAGE " RIGHT_STAGE);
	seconds = (struct berth_variable){
		variable->name, variable->value + (colon - variable->value) + 1};
	if (read_number(&number, &seconds, 86400, "STAGE:SECONDS with up to 86400 seconds", err) ==
		-1)
		return -1;
	script->stall_ms = (int64_t)(number * 1000);
	return 0;
}

static int read_seed(
	struct demo_script *script, const struct berth_variable *variable, struct berth_error *err)
{
	return read_count(&script->seed, variable, 9e15, "a whole number", err);
}

static const struct {
	const char *name;
	int (*read)(struct demo_script *script, const struct berth_variable *variable,
		struct berth_error *err);
} words[] = {
	{"DEMO_SECONDS", read_seconds},
	{"DEMO_LINES", read_lines},
	{"DEMO_RATE", read_rate},
	{"DEMO_LAYERS", read_layers},
	{"DEMO_FAIL", read_fail},
	{"DEMO_STALL", read_stall},
	{"DEMO_SEED", read_seed},
};

static int read_word(
	struct demo_script *script, const struct berth_variable *variable, struct berth_error *err)
{
	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		if (strcmp(words[i].name, variable->name) == 0)
			return words[i].read(script, variable, err);
	berth_error_set(
		err, BERTH_E_USAGE, 0, "'%s' is no word of the rehearsal's script", variable->name);
	return berth_error_hint(err, "see 'berth help demo'");
}

int demo_script_read(struct demo_script *script, const struct berth_deployment *deployment,
	struct berth_error *err)
{
	*script = (struct demo_script){
		.length_ms = 12000,
		.lines = 120,
		.rate = -1,
		.layers = 6,
		.fail_stage = -1,
		.stall_stage = -1,
		.seed = 1,
	};
	for (size_t i = 0; i < deployment->env_count; i++) {
		const struct berth_variable *variable = &deployment->env[i];

		if (strncmp(variable->name, "DEMO_", 5) == 0 &&
			read_word(script, variable, err) == -1)
			return -1;
	}
	return 0;
}
