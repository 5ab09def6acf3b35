#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "config/env_file.h"
#include "config/parse.h"
#include "config/paths.h"
#include "config/resolve.h"

static int judge_file(const char *path, struct berth_error *err)
{
	struct stat info;
	if (stat(path, &info) < 0)
		return berth_error_set(err, BERTH_E_USAGE, 0,
			"env-file '%s' can't be found, expected a file of NAME=VALUE lines", path);
	if (S_ISDIR(info.st_mode))
		return berth_error_set(err, BERTH_E_USAGE, 0,
			"env-file '%s' is a folder, expected a file of NAME=VALUE lines", path);
	return 0;
}

int resolve_env_files(struct build *build, struct berth_error *err)
{
	struct variables variables = {build->deployment->env, build->deployment->env_count};
	size_t count = berth_settings_count(build->settings, BERTH_FIELD_ENV_FILE);
	int status = 0;
	for (size_t i = 0; i < count && status == 0; i++) {
		char *path;
		status = path_absolute(&path, NULL,
			berth_settings_at(build->settings, BERTH_FIELD_ENV_FILE, i), err);
		if (status < 0)
			break;
		status = judge_file(path, err);
		if (status == 0 && build->read_files)
			status = env_file_read(&variables, path, err);
		free(path);
	}
	build->deployment->env = variables.items;
	build->deployment->env_count = variables.count;
	return status;
}

int resolve_env(struct build *build, struct berth_error *err)
{
	struct variables variables = {build->deployment->env, build->deployment->env_count};
	size_t count = berth_settings_count(build->settings, BERTH_FIELD_ENV);
	int status = 0;
	for (size_t i = 0; i < count && status == 0; i++) {
		struct berth_variable variable;
		status = parse_variable(&variable,
			berth_settings_at(build->settings, BERTH_FIELD_ENV, i), i + 1, err);
		if (status == 0)
			status = variables_put(&variables, &variable, err);
	}
	build->deployment->env = variables.items;
	build->deployment->env_count = variables.count;
	return status;
}
