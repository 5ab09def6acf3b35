#include "config/config_file.h"

#include <stdio.h>
#include <string.h>

#include "base/cleanup.h"
#include "config/json_file.h"
#include "config/layers.h"

static int unknown(const struct json_file *file, const char *key, struct berth_error *err)
{
	const char *right[BERTH_FIELD_COUNT + 2] = {0};
	for (size_t i = 0; i < BERTH_FIELD_COUNT; i++)
		right[i] = berth_fields[i].name;
	right[BERTH_FIELD_COUNT] = "detect";
	return json_unknown_key(file, key, right, err);
}

static int read_fields(struct json_file *file, struct layer *layer, const char *folder,
	enum folder_is folder_is, struct berth_error *err)
{
	const char *key;
	json_t *value;
	json_object_foreach(file->root, key, value)
	{
		const struct berth_field *field = berth_field_find(key);
		struct strings values;
		bool there = folder_is == FOLDER_THERE && field && field->id == BERTH_FIELD_FOLDER;
		/* Not a setting: what `berth detect` is told, and checks itself. */
		if (strcmp(key, "detect") == 0)
			continue;
		json_enter_key(file, key);
		if (!field)
			return unknown(file, key, err);
		if (json_field_values(file, field->id, value, there ? NULL : folder, &values, err) <
				0 ||
			layer_set(layer, field->id, &values, file->name, err) < 0)
			return -1;
		json_leave(file);
	}
	return 0;
}

int project_file_load(
	struct layer *layer, const char *folder, enum folder_is folder_is, struct berth_error *err)
{
	cleanup_free char *path = NULL;
	if (asprintf(&path, "%s/berth.json", folder) < 0) {
		path = NULL;
		return string_no_memory(err);
	}
	struct json_file file;
	int found = json_file_read(&file, path, err);
	if (found <= 0)
		return found;
	int status = read_fields(&file, layer, folder, folder_is, err);
	json_file_release(&file);
	return status;
}
