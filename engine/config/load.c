/* The layers below the options, read anew. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "config/layers.h"
#include "config/parse.h"
#include "config/paths.h"
#include "config/profile.h"

/* A list in one variable: a value a line; on one line, spaces part values that can't hold any. */
static const char *separators(const struct berth_field *field, const char *text)
{
	bool spaces = field->kind == BERTH_KIND_LIST && field->id != BERTH_FIELD_ENV_FILE &&
		      field->id != BERTH_FIELD_CONFIG_FILE;
	if (field->kind != BERTH_KIND_LIST && field->kind != BERTH_KIND_SECRET_LIST)
		return "";
	return spaces && !strchr(text, '\n') ? " " : "\n";
}

/* What people put into a variable to mean yes or no. */
static const char *flag_value(const char *text)
{
	static const char *const pairs[][2] = {
		{"1", "true"}, {"yes", "true"}, {"0", "false"}, {"no", "false"}};
	for (size_t i = 0; i < sizeof pairs / sizeof *pairs; i++) {
		if (strcmp(text, pairs[i][0]) == 0)
			return pairs[i][1];
	}
	return text;
}

static int variable_values(const struct berth_field *field, const char *text,
	struct strings *values, struct berth_error *err)
{
	const char *between = separators(field, text);
	if (field->kind == BERTH_KIND_FLAG)
		text = flag_value(text);
	for (const char *p = text; *p;) {
		size_t len = *between ? strcspn(p, between) : strlen(p);
		if (len > 0) {
			char *value = strndup(p, len);
			if (value && parse_check(field->id, value, values->count + 1, err) < 0) {
				explicit_bzero(value, len);
				free(value);
				return berth_error_wrap(err, "%s", field->variable);
			}
			if (strings_take(values, value, err) < 0)
				return -1;
		}
		p += len + (p[len] != '\0');
	}
	return 0;
}

static int load_environment(struct layer *layer, struct berth_error *err)
{
	for (size_t i = 0; i < BERTH_FIELD_COUNT; i++) {
		const struct berth_field *field = &berth_fields[i];
		const char *text = getenv(field->variable);
		struct strings values = {0};
		char origin[64];
		if (!text || !*text)
			continue;
		snprintf(origin, sizeof origin, "environment %s", field->variable);
		if (variable_values(field, text, &values, err) < 0) {
			strings_release(&values);
			return -1;
		}
		if (layer_set(layer, field->id, &values, origin, err) < 0)
			return -1;
	}
	return 0;
}

/* Beside the source; what is deployed from a server's own folder has its file where one works. */
static int load_project(
	struct berth_settings *settings, enum folder_is folder_is, struct berth_error *err)
{
	cleanup_free char *folder = NULL;
	if (folder_is == FOLDER_HERE && derive_folder(settings, &folder, err) < 0)
		return -1;
	if (!folder && path_absolute(&folder, NULL, ".", err) < 0)
		return -1;
	return project_file_load(
		&settings->layers[BERTH_FROM_PROJECT_FILE], folder, folder_is, err);
}

/* Asked for by option or environment only, so that what it says can decide which berth.json counts.
 */
static int load_profile(
	struct berth_settings *settings, enum folder_is folder_is, struct berth_error *err)
{
	const char *name = berth_settings_get(settings, BERTH_FIELD_PROFILE);
	return name ? profile_read(&settings->layers[BERTH_FROM_PROFILE], name, folder_is, err) : 0;
}

/* The host of a Docker target is the user file's word on the field, if that target is meant. */
static int load_target_host(struct berth_settings *settings, struct berth_error *err)
{
	const char *name = berth_settings_get(settings, BERTH_FIELD_TARGET);
	const struct user_target *target = name ? settings_target(settings, name) : NULL;
	struct strings values = {0};
	cleanup_free char *origin = NULL;
	if (!target || !target->host)
		return 0;
	if (asprintf(&origin, "target '%s' (%s)", name, settings->user->path) < 0) {
		origin = NULL;
		return string_no_memory(err);
	}
	if (strings_add(&values, target->host, err) < 0)
		return -1;
	return layer_set(
		&settings->layers[BERTH_FROM_USER_FILE], BERTH_FIELD_HOST, &values, origin, err);
}

/* So are the values of a plugin's own fields. */
static int load_own(struct berth_settings *settings, struct berth_error *err)
{
	const char *name = berth_settings_get(settings, BERTH_FIELD_TARGET);
	const struct user_target *target = name ? settings_target(settings, name) : NULL;
	struct strings values;
	cleanup_free char *origin = NULL;
	if (!target || target->own.count == 0)
		return 0;
	if (asprintf(&origin, "target '%s' (%s)", name, settings->user->path) < 0) {
		origin = NULL;
		return string_no_memory(err);
	}
	if (strings_copy(&values, &target->own, err) < 0)
		return -1;
	return layer_set(
		&settings->layers[BERTH_FROM_USER_FILE], BERTH_FIELD_SET, &values, origin, err);
}

/* Ports, health and files of a preset are for containers that berth makes itself. */
static bool preset_decides(const struct berth_settings *settings, enum berth_field_id field)
{
	return !settings_is_server(settings) || field == BERTH_FIELD_IMAGE ||
	       field == BERTH_FIELD_PLATFORM;
}

static int load_preset(struct berth_settings *settings, struct berth_error *err)
{
	if (settings_without_preset(settings))
		return 0;
	const char *name = berth_settings_get(settings, BERTH_FIELD_PRESET);
	settings->preset = preset_load(name, err);
	if (!settings->preset)
		return -1;
	for (size_t i = 0; i < BERTH_FIELD_COUNT; i++) {
		struct strings values;
		if (!settings->preset->set[i] || !preset_decides(settings, (enum berth_field_id)i))
			continue;
		if (strings_copy(&values, &settings->preset->values[i], err) < 0 ||
			layer_set(&settings->layers[BERTH_FROM_PRESET], (enum berth_field_id)i,
				&values, settings->preset->origin, err) < 0)
			return -1;
	}
	return 0;
}

static int load_names(struct berth_settings *settings, struct berth_error *err)
{
	for (size_t i = 0; i < settings->user->target_count; i++) {
		if (strings_add(&settings->targets, settings->user->targets[i].name, err) < 0)
			return -1;
	}
	return 0;
}

static int load_all(
	struct berth_settings *settings, enum folder_is folder_is, struct berth_error *err)
{
	settings->user = user_config_load(&settings->layers[BERTH_FROM_USER_FILE], folder_is, err);
	if (!settings->user || load_names(settings, err) < 0)
		return -1;
	if (load_environment(&settings->layers[BERTH_FROM_ENVIRONMENT], err) < 0 ||
		load_profile(settings, folder_is, err) < 0 ||
		load_project(settings, folder_is, err) < 0 ||
		settings_find_program(settings, err) < 0 || load_own(settings, err) < 0 ||
		load_target_host(settings, err) < 0)
		return -1;
	return load_preset(settings, err);
}

static int load_anew(
	struct berth_settings *settings, enum folder_is folder_is, struct berth_error *err)
{
	struct berth_settings *fresh = berth_settings_new();
	if (!fresh)
		return string_no_memory(err);
	struct layer options = fresh->layers[BERTH_FROM_OPTION];
	fresh->layers[BERTH_FROM_OPTION] = settings->layers[BERTH_FROM_OPTION];
	if (load_all(fresh, folder_is, err) < 0) {
		/* The options are the caller's still. */
		fresh->layers[BERTH_FROM_OPTION] = options;
		berth_settings_free(fresh);
		return -1;
	}
	settings->layers[BERTH_FROM_OPTION] = options;
	struct berth_settings old = *settings;
	*settings = *fresh;
	*fresh = old;
	berth_settings_free(fresh);
	return 0;
}

int berth_settings_load(struct berth_settings *settings, struct berth_error *err)
{
	if (load_anew(settings, FOLDER_HERE, err) < 0)
		return -1;
	/* Only what the files say tells that their folders are a server's. */
	return settings_is_server(settings) ? load_anew(settings, FOLDER_THERE, err) : 0;
}
