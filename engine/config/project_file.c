#include "config/config_file.h"

#include <stdio.h>
#include <string.h>

#include "base/cleanup.h"
#include "config/json_file.h"
#include "config/layers.h"
#include "config/parse.h"
#include "config/paths.h"

static int unknown(const struct json_file *file, const char *key,
	const struct project_file *project, struct berth_error *err)
{
	const char *right[BERTH_FIELD_COUNT + 2] = {0};
	size_t count = 0;
	for (size_t i = 0; i < BERTH_FIELD_COUNT; i++) {
		if (i != BERTH_FIELD_PROFILE)
			right[count++] = berth_fields[i].name;
	}
	if (!project->is_profile)
		right[count] = "detect";
	return json_unknown_key(file, key, right, err);
}

/* Names of variables whose values come from the environment when they are needed. */
static int read_names(struct json_file *file, const json_t *value, struct strings *values,
	struct berth_error *err)
{
	*values = (struct strings){0};
	for (size_t i = 0; i < json_array_size(value); i++) {
		const char *name = json_string_value(json_array_get(value, i));
		if (!name || !parse_is_variable(name, strlen(name))) {
			strings_release(values);
			return 0;
		}
		if (strings_add(values, name, err) < 0) {
			strings_release(values);
			return json_file_wrap(file, JSON_AT_VALUE, err);
		}
	}
	return values->count > 0;
}

static int read_field(struct json_file *file, struct layer *layer, enum berth_field_id field,
	const json_t *value, const struct project_file *project, struct berth_error *err)
{
	cleanup_free char *folder = NULL;
	struct strings values;
	int named = 0;
	bool there = project->folder_is == FOLDER_THERE && field == BERTH_FIELD_FOLDER;
	if (berth_fields[field].kind == BERTH_KIND_SECRET_LIST && project->is_profile)
		named = read_names(file, value, &values, err);
	if (named < 0 || path_folder(&folder, project->path, err) < 0)
		return -1;
	if (!named &&
		json_field_values(file, field, value, there ? NULL : folder, &values, err) < 0)
		return -1;
	return layer_set(layer, field, &values, project->origin, err);
}

static int read_fields(struct json_file *file, struct layer *layer,
	const struct project_file *project, struct berth_error *err)
{
	const char *key;
	json_t *value;
	json_object_foreach(file->root, key, value)
	{
		const struct berth_field *field = berth_field_find(key);
		/* Not a setting: what `berth detect` is told, and checks itself. */
		if (strcmp(key, "detect") == 0 && !project->is_profile)
			continue;
		json_enter_key(file, key);
		if (!field || field->id == BERTH_FIELD_PROFILE)
			return unknown(file, key, project, err);
		if (read_field(file, layer, field->id, value, project, err) < 0)
			return -1;
		json_leave(file);
	}
	return 0;
}

int project_file_read(
	struct layer *layer, const struct project_file *project, struct berth_error *err)
{
	struct json_file file;
	int found = json_file_read(&file, project->path, err);
	if (found <= 0)
		return found;
	int status = read_fields(&file, layer, project, err);
	json_file_release(&file);
	return status < 0 ? -1 : 1;
}

int project_file_load(
	struct layer *layer, const char *folder, enum folder_is folder_is, struct berth_error *err)
{
	cleanup_free char *path = NULL;
	if (asprintf(&path, "%s/berth.json", folder) < 0) {
		path = NULL;
		return string_no_memory(err);
	}
	const struct project_file project = {.path = path, .origin = path, .folder_is = folder_is};
	return project_file_read(layer, &project, err) < 0 ? -1 : 0;
}
