#include "config/profile.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <jansson.h>

#include "base/cleanup.h"
#include "config/layers.h"
#include "config/parse.h"
#include "config/paths.h"
#include "config/write_file.h"

static int profile_path(char **path, const char *name, struct berth_error *err)
{
	cleanup_free char *below = NULL;
	*path = NULL;
	if (parse_name("profile", name, err) < 0)
		return -1;
	if (asprintf(&below, "profiles/%s.json", name) < 0) {
		below = NULL;
		string_no_memory(err);
		return -1;
	}
	if (path_of_config(path, below, err) < 0)
		return -1;
	if (*path)
		return 0;
	berth_error_set(err, BERTH_E_USAGE, 0,
		"there is no place for profiles: neither XDG_CONFIG_HOME nor HOME is set");
	return -1;
}

static int no_such_profile(const char *name, const char *path, struct berth_error *err)
{
	struct strings names;
	if (profile_names(&names, err) < 0)
		return -1;
	if (names.count > 0) {
		parse_choice("profile", name, (const char *const *)names.items, err);
	} else {
		berth_error_set(err, BERTH_E_USAGE, 0, "there is no profile '%s'", name);
		berth_error_hint(err, "save one in the console, or write '%s'", path);
	}
	strings_release(&names);
	return -1;
}

int profile_read(
	struct layer *layer, const char *name, enum folder_is folder_is, struct berth_error *err)
{
	cleanup_free char *path = NULL, *origin = NULL;
	if (profile_path(&path, name, err) < 0)
		return -1;
	if (asprintf(&origin, "profile '%s' (%s)", name, path) < 0) {
		origin = NULL;
		return string_no_memory(err);
	}
	const struct project_file file = {
		.path = path, .origin = origin, .folder_is = folder_is, .is_profile = true};
	int found = project_file_read(layer, &file, err);
	if (found == 0)
		return no_such_profile(name, path, err);
	return found < 0 ? -1 : 0;
}

int profile_names(struct strings *names, struct berth_error *err)
{
	*names = (struct strings){0};
	if (preset_own_names(names, "profiles", err) < 0) {
		strings_release(names);
		return -1;
	}
	strings_sort(names);
	return 0;
}

static json_t *variable_name(const struct berth_settings *settings, enum berth_field_id field,
	const char *pair, size_t *unsaved)
{
	size_t len = settings_variable_name(settings, field, pair);
	*unsaved += pair[len] != '\0';
	return len > 0 ? json_stringn(pair, len) : NULL;
}

static json_t *one_value(
	const struct berth_settings *settings, const struct berth_field *field, const char *text)
{
	cleanup_free char *path = NULL;
	bool here = field->id == BERTH_FIELD_FOLDER && !settings_is_server(settings);
	if (field->kind == BERTH_KIND_FLAG)
		return json_boolean(strcmp(text, "true") == 0);
	if (field->kind == BERTH_KIND_NUMBER)
		return json_integer(strtol(text, NULL, 10));
	if (!here && field->id != BERTH_FIELD_ENV_FILE)
		return json_string(text);
	/* The profile is asked for from other folders too. */
	return path_absolute(&path, NULL, text, NULL) < 0 ? NULL : json_string(path);
}

static json_t *all_values(
	const struct berth_settings *settings, const struct berth_field *field, size_t *unsaved)
{
	bool secret = field->kind == BERTH_KIND_SECRET_LIST;
	if (field->kind != BERTH_KIND_LIST && !secret)
		return one_value(settings, field, berth_settings_get(settings, field->id));
	json_t *list = json_array();
	for (size_t i = 0; i < berth_settings_count(settings, field->id); i++) {
		const char *text = berth_settings_at(settings, field->id, i);
		json_t *value = secret ? variable_name(settings, field->id, text, unsaved)
				       : one_value(settings, field, text);
		if (value)
			json_array_append_new(list, value);
	}
	return list;
}

static bool is_kept(const struct berth_settings *settings, enum berth_field_id field)
{
	/* The confirmation of one run is none for another. */
	if (field == BERTH_FIELD_PROFILE || field == BERTH_FIELD_YES)
		return false;
	return settings_is_said(settings, field) ||
	       berth_settings_layer(settings, field) == BERTH_FROM_PROFILE;
}

/* A profile that can't be read again would be of no use to anybody. */
static int check_values(const struct berth_settings *settings, struct berth_error *err)
{
	for (size_t i = 0; i < BERTH_FIELD_COUNT; i++) {
		enum berth_field_id field = (enum berth_field_id)i;
		if (!is_kept(settings, field) || berth_fields[field].kind == BERTH_KIND_SECRET_LIST)
			continue;
		for (size_t j = 0; j < berth_settings_count(settings, field); j++) {
			const char *text = berth_settings_at(settings, field, j);
			if (parse_check(field, text, j + 1, err) < 0)
				return -1;
		}
	}
	return 0;
}

static char *as_json(const struct berth_settings *settings, size_t *unsaved)
{
	json_t *root = json_object();
	int status = root ? 0 : -1;
	for (size_t i = 0; i < BERTH_FIELD_COUNT && status == 0; i++) {
		const struct berth_field *field = &berth_fields[i];
		if (is_kept(settings, field->id) && berth_settings_get(settings, field->id))
			status = json_object_set_new(
				root, field->name, all_values(settings, field, unsaved));
	}
	cleanup_free char *text = status == 0 ? json_dumps(root, JSON_INDENT(2)) : NULL;
	char *file = NULL;
	json_decref(root);
	return text && asprintf(&file, "%s\n", text) >= 0 ? file : NULL;
}

int berth_settings_save_profile(const struct berth_settings *settings, const char *name,
	bool replace, size_t *unsaved, struct berth_error *err)
{
	cleanup_free char *path = NULL, *text = NULL;
	size_t left_out = 0;
	if (profile_path(&path, name, err) < 0 || check_values(settings, err) < 0)
		return -1;
	if (!replace && access(path, F_OK) == 0)
		return berth_error_set(
			err, BERTH_E_CONFLICT, 0, "there is a profile '%s' already", name);
	text = as_json(settings, &left_out);
	if (!text)
		return string_no_memory(err);
	if (unsaved)
		*unsaved = left_out;
	return write_file(path, text, strlen(text), err);
}
