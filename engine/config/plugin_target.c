/* Targets that are programs: which program it is, and what its own fields are to be. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/find_program.h"
#include "config/env_file.h"
#include "config/layers.h"
#include "config/parse.h"
#include "config/resolve.h"
#include "config/user_target.h"

const struct user_target *settings_target(const struct berth_settings *settings, const char *name)
{
	const struct user_target *target = user_config_find(settings->user, name);
	const struct user_target *program = settings->program;
	return !target && program && strcmp(program->name, name) == 0 ? program : target;
}

bool settings_is_plugin(const struct berth_settings *settings)
{
	const char *kind = settings_kind(settings);
	return kind && strcmp(kind, "plugin") == 0;
}

void settings_program_free(struct user_target *program)
{
	if (program)
		user_target_release(program);
	free(program);
}

static struct user_target *make(const char *name, const char *command, struct berth_error *err)
{
	struct user_target *program = calloc(1, sizeof *program);
	if (!program) {
		string_no_memory(err);
		return NULL;
	}
	if (string_copy(&program->name, name, err) == 0 &&
		string_copy(&program->kind, "plugin", err) == 0 &&
		strings_add(&program->command, command, err) == 0)
		return program;
	settings_program_free(program);
	return NULL;
}

int settings_program_copy(struct user_target **copy, const struct user_target *program)
{
	*copy = make(program->name, program->command.items[0], NULL);
	return *copy ? 0 : -1;
}

/* Without a word in the configuration: berth-target-fly on the PATH is the target 'fly'. */
int settings_find_program(struct berth_settings *settings, struct berth_error *err)
{
	const char *name = berth_settings_get(settings, BERTH_FIELD_TARGET);
	cleanup_free char *command = NULL, *path = NULL;
	if (!name || user_target_is_built_in(name) || user_config_find(settings->user, name) ||
		parse_name("target", name, NULL) < 0)
		return 0;
	if (asprintf(&command, "berth-target-%s", name) < 0) {
		command = NULL;
		return string_no_memory(err);
	}
	path = find_program(command);
	if (!path)
		return 0;
	settings->program = make(name, command, err);
	return settings->program ? strings_add(&settings->targets, name, err) : -1;
}

const char *const *berth_settings_command(const struct berth_settings *settings)
{
	const char *name = berth_settings_get(settings, BERTH_FIELD_TARGET);
	const struct user_target *target = name ? settings_target(settings, name) : NULL;
	return target && target->command.count ? (const char *const *)target->command.items : NULL;
}

int resolve_set(struct build *build, struct berth_error *err)
{
	struct berth_deployment *deployment = build->deployment;
	struct variables variables = {0};
	size_t count = berth_settings_count(build->settings, BERTH_FIELD_SET);
	int status = 0;
	for (size_t i = 0; i < count && status == 0; i++) {
		struct berth_variable variable;
		const char *text = berth_settings_at(build->settings, BERTH_FIELD_SET, i);
		status = parse_variable(&variable, text, i + 1, err);
		if (status == 0)
			status = variables_put(&variables, &variable, err);
		else
			berth_error_wrap(err, "set");
	}
	deployment->own = variables.items;
	deployment->own_count = variables.count;
	return status;
}

struct berth_deployment *berth_settings_act(const struct berth_settings *settings,
	const char *action, const char *id, struct berth_error *err)
{
	const char *target = berth_settings_get(settings, BERTH_FIELD_TARGET);
	struct build build = {settings, calloc(1, sizeof *build.deployment), true};
	if (!build.deployment) {
		string_no_memory(err);
		return NULL;
	}
	if (string_copy(&build.deployment->target, target, err) == 0 &&
		string_copy(&build.deployment->kind, "plugin", err) == 0 &&
		string_copy(&build.deployment->name, id ? id : target, err) == 0 &&
		string_copy(&build.deployment->action, action, err) == 0 &&
		resolve_command(build.deployment, berth_settings_command(settings), err) == 0 &&
		resolve_set(&build, err) == 0)
		return build.deployment;
	berth_deployment_free(build.deployment);
	return NULL;
}
