#include "config/config_file.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <berth/config_keys.h>

#include "base/cleanup.h"
#include "config/history_keys.h"
#include "config/hooks.h"
#include "config/json_file.h"
#include "config/layers.h"
#include "config/parse.h"
#include "config/paths.h"
#include "config/screen_keys.h"
#include "config/user_target.h"

static int read_hooks(struct json_file *file, struct user_config *config, const json_t *value,
	struct berth_error *err)
{
	config->hooks = hooks_read(file, value, err);
	return config->hooks ? 0 : -1;
}

const struct berth_hooks *berth_settings_hooks(const struct berth_settings *settings)
{
	return settings->user ? settings->user->hooks : NULL;
}

static int read_targets(struct json_file *file, struct user_config *config, const json_t *value,
	struct berth_error *err)
{
	const char *name;
	json_t *element;
	if (!json_is_object(value))
		return json_wrong_type(file, "targets", value, "an object", err);
	config->targets = calloc(json_object_size(value) + 1, sizeof *config->targets);
	if (!config->targets)
		return string_no_memory(err);
	json_object_foreach((json_t *)value, name, element)
	{
		json_enter_key(file, name);
		if (user_target_read(
			    &config->targets[config->target_count++], file, name, element, err) < 0)
			return -1;
		json_leave(file);
	}
	return 0;
}

const struct berth_config_key berth_config_keys[] = {
	{"default_target", "NAME", "the target where none is named"},
	{"targets", "{NAME: {...}}", "targets of one's own, each with its kind"},
	{"hooks", "{...}",
		"who is told: on_start, on_success, on_failure, on_cancel, timeout, webhook, "
		"webhook_key"},
	{"theme", "NAME", "colours of the console"},
	{"keys", "{ACTION: KEY}",
		"keys of the console: one, or a list, in the place of those it "
		"has"},
	{"mouse", "true|false", "the console takes the mouse [false]"},
	{"history", "{...}", "which past runs are kept: runs, days, log_mb"},
	{"notify", "[WORD]",
		"beside the screen: bell, terminal (a notification of its own), title []"},
	{"clipboard", "WAY", "how text is copied: auto, plain, tmux, off [auto]"},
	{NULL, NULL, NULL},
};
#define OWN_KEYS (sizeof berth_config_keys / sizeof *berth_config_keys - 1)

const char *const berth_clipboard_words[] = {"auto", "plain", "tmux", "off", NULL};

static int read_clipboard(struct json_file *file, struct user_config *config, const char *key,
	const json_t *value, struct berth_error *err)
{
	if (!json_is_string(value))
		return json_wrong_type(file, key, value, "a text", err);
	for (size_t i = 0; berth_clipboard_words[i]; i++) {
		if (strcmp(berth_clipboard_words[i], json_string_value(value)) == 0)
			config->clipboard = berth_clipboard_words[i];
	}
	if (config->clipboard)
		return 0;
	parse_choice(key, json_string_value(value), berth_clipboard_words, err);
	return json_file_wrap(file, JSON_AT_VALUE, err);
}

const char *berth_settings_clipboard(const struct berth_settings *settings)
{
	return settings->user ? settings->user->clipboard : NULL;
}

static int unknown(const struct json_file *file, const char *key, struct berth_error *err)
{
	const char *right[OWN_KEYS + BERTH_FIELD_COUNT + 1] = {0};
	size_t count = 0;
	for (size_t i = 0; i < OWN_KEYS; i++)
		right[count++] = berth_config_keys[i].name;
	for (size_t i = 0; i < BERTH_FIELD_COUNT; i++) {
		if (i != BERTH_FIELD_TARGET && i != BERTH_FIELD_PROFILE)
			right[count++] = berth_fields[i].name;
	}
	return json_unknown_key(file, key, right, err);
}

static int read_field(struct json_file *file, struct layer *layer, enum berth_field_id field,
	const json_t *value, const char *folder, struct berth_error *err)
{
	struct strings values;
	if (json_field_values(file, field, value, folder, &values, err) < 0)
		return -1;
	return layer_set(layer, field, &values, file->name, err);
}

static int read_key(struct json_file *file, struct user_config *config, struct layer *layer,
	const char *key, const json_t *value, const char *folder, struct berth_error *err)
{
	if (strcmp(key, "targets") == 0)
		return read_targets(file, config, value, err);
	if (strcmp(key, "history") == 0)
		return history_keys_read(&config->history, file, value, err);
	if (strcmp(key, "hooks") == 0)
		return read_hooks(file, config, value, err);
	if (strcmp(key, "keys") == 0)
		return screen_read_keys(&config->screen, file, value, err);
	if (strcmp(key, "theme") == 0)
		return screen_read_theme(&config->screen, file, value, err);
	if (strcmp(key, "mouse") == 0)
		return screen_read_mouse(&config->screen, file, value, err);
	if (strcmp(key, "notify") == 0)
		return screen_read_notify(&config->screen, file, value, err);
	if (strcmp(key, "clipboard") == 0)
		return read_clipboard(file, config, key, value, err);
	if (strcmp(key, "default_target") == 0)
		return json_is_string(value)
			       ? read_field(file, layer, BERTH_FIELD_TARGET, value, folder, err)
			       : json_wrong_type(file, key, value, "a text", err);
	const struct berth_field *field = berth_field_find(key);
	if (!field || field->id == BERTH_FIELD_TARGET || field->id == BERTH_FIELD_PROFILE)
		return unknown(file, key, err);
	return read_field(file, layer, field->id, value, folder, err);
}

/* The default target may stand before the targets in the file. */
static int check_default(struct json_file *file, const struct user_config *config,
	const struct layer *layer, struct berth_error *err)
{
	const struct layer_value *value = &layer->fields[BERTH_FIELD_TARGET];
	if (!value->set)
		return 0;
	const char *name = value->values.items[0];
	if (user_target_is_built_in(name) || user_config_find(config, name))
		return 0;
	struct strings names = {0};
	int status = strings_add(&names, "local", err);
	if (status == 0)
		status = strings_add(&names, "demo", err);
	for (size_t i = 0; i < config->target_count && status == 0; i++)
		status = strings_add(&names, config->targets[i].name, err);
	if (status == 0) {
		json_enter_key(file, "default_target");
		parse_choice("default_target", name, (const char *const *)names.items, err);
		json_file_wrap(file, JSON_AT_VALUE, err);
	}
	strings_release(&names);
	return -1;
}

static int read_file(struct json_file *file, struct user_config *config, struct layer *layer,
	enum folder_is folder_is, struct berth_error *err)
{
	const char *key;
	json_t *value;
	cleanup_free char *folder = NULL;
	if (path_folder(&folder, file->name, err) < 0)
		return -1;
	json_object_foreach(file->root, key, value)
	{
		bool there = folder_is == FOLDER_THERE &&
			     strcmp(key, berth_fields[BERTH_FIELD_FOLDER].name) == 0;
		json_enter_key(file, key);
		if (read_key(file, config, layer, key, value, there ? NULL : folder, err) < 0)
			return -1;
		json_leave(file);
	}
	return check_default(file, config, layer, err);
}

struct user_config *user_config_load(
	struct layer *layer, enum folder_is folder_is, struct berth_error *err)
{
	struct user_config *config = calloc(1, sizeof *config);
	cleanup_free char *path = NULL;
	if (!config) {
		string_no_memory(err);
		return NULL;
	}
	config->references = 1;
	config->history = history_default_rules;
	struct json_file file = {0};
	int found = path_of_config(&path, "config.json", err);
	if (found == 0 && path)
		found = json_file_read(&file, path, err);
	if (found > 0) {
		found = read_file(&file, config, layer, folder_is, err);
		json_file_release(&file);
		if (found == 0) {
			config->path = path;
			path = NULL;
		}
	}
	if (found < 0) {
		user_config_drop(config);
		return NULL;
	}
	return config;
}

struct user_config *user_config_share(struct user_config *config)
{
	if (config)
		config->references++;
	return config;
}

void user_config_drop(struct user_config *config)
{
	if (!config || --config->references > 0)
		return;
	for (size_t i = 0; i < config->target_count; i++)
		user_target_release(&config->targets[i]);
	free(config->targets);
	screen_release(&config->screen);
	berth_hooks_free(config->hooks);
	free(config->path);
	free(config);
}

const struct user_target *user_config_find(const struct user_config *config, const char *name)
{
	for (size_t i = 0; config && i < config->target_count; i++) {
		if (strcmp(config->targets[i].name, name) == 0)
			return &config->targets[i];
	}
	return NULL;
}
