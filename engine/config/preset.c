#include "config/preset.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <berth/config_keys.h>

#include "base/cleanup.h"
#include "config/config_file.h"
#include "config/json_file.h"
#include "config/parse.h"
#include "config/paths.h"
#include "config/preset_data.h"

const struct berth_config_key berth_preset_keys[] = {
	{"description", "TEXT", "what it is for"},
	{"root-marker", "FILE",
		"the file that makes a folder the project's root, where config-file "
		"looks"},
	{"card", "[[SECTION, LABEL, VALUE]]", "rows of the result"},
	{NULL, NULL, NULL},
};
#define OWN_KEYS (sizeof berth_preset_keys / sizeof *berth_preset_keys - 1)

/* What a preset can't know: who deploys what, where to, and whether to ask. */
static bool is_foreign(enum berth_field_id field)
{
	return field == BERTH_FIELD_TARGET || field == BERTH_FIELD_HOST ||
	       field == BERTH_FIELD_PRESET || field == BERTH_FIELD_PROFILE ||
	       field == BERTH_FIELD_NAME || field == BERTH_FIELD_FOLDER || field == BERTH_FIELD_YES;
}

bool berth_preset_takes(enum berth_field_id field)
{
	return !is_foreign(field);
}

static int unknown(const struct json_file *file, const char *key, struct berth_error *err)
{
	const char *right[OWN_KEYS + BERTH_FIELD_COUNT + 1] = {0};
	size_t count = 0;
	for (size_t i = 0; i < OWN_KEYS; i++)
		right[count++] = berth_preset_keys[i].name;
	for (size_t i = 0; i < BERTH_FIELD_COUNT; i++) {
		if (!is_foreign((enum berth_field_id)i))
			right[count++] = berth_fields[i].name;
	}
	return json_unknown_key(file, key, right, err);
}

static int read_card(
	struct json_file *file, struct preset *preset, const json_t *value, struct berth_error *err)
{
	static const char shape[] = "a list of [\"section\", \"label\", \"value\"]";
	if (!json_is_array(value))
		return json_wrong_type(file, "card", value, shape, err);
	for (size_t i = 0; i < json_array_size(value); i++) {
		const json_t *row = json_array_get(value, i);
		const char *parts[3] = {0};
		json_enter_index(file, i);
		for (size_t j = 0; j < 3 && json_array_size(row) == 3; j++)
			parts[j] = json_string_value(json_array_get(row, j));
		if (!parts[0] || !parts[1] || !parts[2])
			return json_wrong_type(file, "card", row, shape, err);
		if (strings_add(&preset->card_section, parts[0], err) < 0 ||
			strings_add(&preset->card_label, parts[1], err) < 0 ||
			strings_add(&preset->card_value, parts[2], err) < 0)
			return -1;
		json_leave(file);
	}
	return 0;
}

static int read_text(struct json_file *file, const char *key, const json_t *value, char **text,
	struct berth_error *err)
{
	if (!json_is_string(value) || !*json_string_value(value))
		return json_wrong_type(file, key, value, "a text that is not empty", err);
	return string_copy(text, json_string_value(value), err);
}

static int read_key(struct json_file *file, struct preset *preset, const char *key,
	const json_t *value, struct berth_error *err)
{
	if (strcmp(key, "description") == 0)
		return read_text(file, key, value, &preset->description, err);
	if (strcmp(key, "root-marker") == 0)
		return read_text(file, key, value, &preset->root_marker, err);
	if (strcmp(key, "card") == 0)
		return read_card(file, preset, value, err);
	const struct berth_field *field = berth_field_find(key);
	if (!field || is_foreign(field->id))
		return unknown(file, key, err);
	struct strings *values = &preset->values[field->id];
	if (json_field_values(file, field->id, value, NULL, values, err) < 0)
		return -1;
	if (field->id == BERTH_FIELD_CONTAINER)
		return string_copy(&preset->container, values->items[0], err);
	if (field->id == BERTH_FIELD_DEST)
		return string_copy(&preset->dest, values->items[0], err);
	preset->set[field->id] = true;
	return 0;
}

static int read_keys(struct json_file *file, struct preset *preset, struct berth_error *err)
{
	const char *key;
	json_t *value;
	json_object_foreach(file->root, key, value)
	{
		json_enter_key(file, key);
		if (read_key(file, preset, key, value, err) < 0)
			return -1;
		json_leave(file);
	}
	return 0;
}

/* Takes the contents of `file`. `path` is NULL for a built-in one. */
static struct preset *from_file(
	struct json_file *file, const char *name, const char *path, struct berth_error *err)
{
	struct preset *preset = calloc(1, sizeof *preset);
	if (!preset) {
		string_no_memory(err);
	} else {
		preset->references = 1;
		int len = path ? asprintf(&preset->origin, "preset '%s' (%s)", name, path)
			       : asprintf(&preset->origin, "preset '%s'", name);
		if (len < 0)
			preset->origin = NULL;
		if (len < 0 || string_copy(&preset->name, name, NULL) < 0) {
			string_no_memory(err);
			preset_drop(preset);
			preset = NULL;
		} else if (read_keys(file, preset, err) < 0) {
			preset_drop(preset);
			preset = NULL;
		}
	}
	json_file_release(file);
	return preset;
}

static struct preset *unknown_preset(const char *name, struct berth_error *err)
{
	struct strings names;
	if (preset_names(&names, err) < 0)
		return NULL;
	static const char *const none[] = {NULL};
	parse_choice("preset", name, names.count ? (const char *const *)names.items : none, err);
	strings_release(&names);
	return NULL;
}

struct preset *preset_load(const char *name, struct berth_error *err)
{
	cleanup_free char *below = NULL, *path = NULL;
	struct json_file file;
	if (parse_name("preset", name, err) < 0)
		return NULL;
	if (asprintf(&below, "presets/%s.json", name) < 0) {
		below = NULL;
		string_no_memory(err);
		return NULL;
	}
	if (path_of_config(&path, below, err) < 0)
		return NULL;
	int found = path ? json_file_read(&file, path, err) : 0;
	if (found > 0)
		return from_file(&file, name, path, err);
	if (found < 0)
		return NULL;
	for (const struct embedded *data = preset_data; data->name; data++) {
		if (strcmp(data->name, name) != 0)
			continue;
		if (json_file_parse(&file, below, (const char *)data->text, data->len, err) < 0)
			return NULL;
		return from_file(&file, name, NULL, err);
	}
	return unknown_preset(name, err);
}

struct preset *preset_share(struct preset *preset)
{
	if (preset)
		preset->references++;
	return preset;
}

void preset_drop(struct preset *preset)
{
	if (!preset || --preset->references > 0)
		return;
	for (size_t i = 0; i < BERTH_FIELD_COUNT; i++)
		strings_release(&preset->values[i]);
	strings_release(&preset->card_section);
	strings_release(&preset->card_label);
	strings_release(&preset->card_value);
	free(preset->name);
	free(preset->origin);
	free(preset->description);
	free(preset->container);
	free(preset->dest);
	free(preset->root_marker);
	free(preset);
}

int preset_own_names(struct strings *names, const char *folder, struct berth_error *err)
{
	cleanup_free char *path = NULL;
	if (path_of_config(&path, folder, err) < 0)
		return -1;
	DIR *dir = path ? opendir(path) : NULL;
	if (!dir)
		return 0;
	int status = 0;
	const struct dirent *entry;
	while (status == 0 && (entry = readdir(dir))) {
		size_t len = strlen(entry->d_name);
		if (len <= 5 || strcmp(entry->d_name + len - 5, ".json") != 0)
			continue;
		char *name = strndup(entry->d_name, len - 5);
		/* A file of another kind of name can't be asked for. */
		if (name && (parse_name("preset", name, NULL) < 0 || strings_has(names, name)))
			free(name);
		else
			status = strings_take(names, name, err);
	}
	closedir(dir);
	return status;
}

int preset_names(struct strings *names, struct berth_error *err)
{
	int status = 0;
	*names = (struct strings){0};
	for (const struct embedded *data = preset_data; data->name && status == 0; data++)
		status = strings_add(names, data->name, err);
	if (status == 0)
		status = preset_own_names(names, "presets", err);
	if (status < 0)
		strings_release(names);
	else
		strings_sort(names);
	return status;
}
