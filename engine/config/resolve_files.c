#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "config/parse.h"
#include "config/resolve.h"

int resolve_folder(struct build *build, struct berth_error *err)
{
	struct stat info;
	if (settings_is_server(build->settings))
		return resolve_server_folder(build, err);
	if (derive_folder(build->settings, &build->deployment->folder, err) < 0)
		return -1;
	const char *folder = build->deployment->folder;
	if (!folder)
		return 0;
	const char *why = NULL;
	if (stat(folder, &info) < 0)
		why = errno == ENOENT ? "does not exist" : strerror(errno);
	else if (!S_ISDIR(info.st_mode))
		why = "is not a folder";
	else if (access(folder, R_OK | X_OK) < 0)
		why = "can't be read";
	if (!why)
		return 0;
	return berth_error_set(err, BERTH_E_USAGE, 0,
		"folder '%s' %s, expected a folder that can be read", folder, why);
}

static void strip_slashes(char *path)
{
	size_t len = strlen(path);
	while (len > 1 && path[len - 1] == '/')
		path[--len] = '\0';
}

int resolve_dest(struct build *build, struct berth_error *err)
{
	cleanup_free char *dest = NULL;
	if (derive(build->settings, BERTH_FIELD_DEST, &dest, err) < 0)
		return -1;
	bool sends = berth_settings_get(build->settings, BERTH_FIELD_FOLDER) != NULL;
	if (!dest && !sends)
		return 0;
	if (!dest)
		return berth_error_set(err, BERTH_E_USAGE, 0,
			"a place for the folder is needed: give --dest PATH or a preset that has "
			"one");
	if (parse_inside("dest", dest, err) < 0)
		return -1;
	strip_slashes(dest);
	if (strcmp(dest, "/") == 0)
		return berth_error_set(err, BERTH_E_USAGE, 0,
			"dest '/' is the whole container, expected a folder in it, for example "
			"'/app'");
	if (sends) {
		build->deployment->dest = dest;
		dest = NULL;
	}
	return 0;
}

static int copy_list(struct build *build, enum berth_field_id field, char ***items, size_t *count,
	struct berth_error *err)
{
	const struct layer_value *value = settings_value(build->settings, field);
	struct strings copy = {0};
	for (size_t i = 0; value && i < value->values.count; i++) {
		if (parse_check(field, value->values.items[i], i + 1, err) < 0)
			return -1;
	}
	if (value && strings_copy(&copy, &value->values, err) < 0)
		return -1;
	*items = copy.items;
	*count = copy.count;
	return 0;
}

int resolve_include(struct build *build, struct berth_error *err)
{
	return copy_list(build, BERTH_FIELD_INCLUDE, &build->deployment->include,
		&build->deployment->include_count, err);
}

int resolve_exclude(struct build *build, struct berth_error *err)
{
	return copy_list(build, BERTH_FIELD_EXCLUDE, &build->deployment->exclude,
		&build->deployment->exclude_count, err);
}

/* A file without a destination goes where the folder goes. */
static int default_destination(
	struct build *build, struct berth_config_file *file, struct berth_error *err)
{
	cleanup_free char *dest = NULL;
	if (derive(build->settings, BERTH_FIELD_DEST, &dest, err) < 0)
		return -1;
	if (!dest)
		return berth_error_set(err, BERTH_E_USAGE, 0,
			"config-file '%s' has no destination, expected '%s:/PATH/' or --dest PATH",
			file->file, file->file);
	strip_slashes(dest);
	struct strings destinations = {0};
	char *folder;
	if (asprintf(&folder, "%s/", strcmp(dest, "/") == 0 ? "" : dest) < 0)
		folder = NULL;
	if (strings_take(&destinations, folder, err) < 0)
		return -1;
	file->destinations = destinations.items;
	file->destination_count = destinations.count;
	return 0;
}

int resolve_config_files(struct build *build, struct berth_error *err)
{
	struct berth_deployment *deployment = build->deployment;
	size_t count = berth_settings_count(build->settings, BERTH_FIELD_CONFIG_FILE);
	deployment->config_files = calloc(count + 1, sizeof *deployment->config_files);
	if (!deployment->config_files)
		return string_no_memory(err);
	for (size_t i = 0; i < count; i++) {
		const char *text = berth_settings_at(build->settings, BERTH_FIELD_CONFIG_FILE, i);
		struct berth_config_file *file = &deployment->config_files[i];
		if (parse_config_file(file, text, err) < 0)
			return -1;
		deployment->config_file_count++;
		if (file->destination_count == 0 && default_destination(build, file, err) < 0)
			return -1;
	}
	return 0;
}
