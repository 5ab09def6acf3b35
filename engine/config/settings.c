#include <berth/settings.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "config/history_keys.h"
#include "config/layers.h"
#include "config/parse.h"
#include "config/profile.h"
#include "config/user_target.h"

#define SCRATCH_MAX (64 * 1024)

static void value_release(struct layer_value *value)
{
	strings_release(&value->values);
	free(value->origin);
	*value = (struct layer_value){0};
}

int layer_set(struct layer *layer, enum berth_field_id field, struct strings *values,
	const char *origin, struct berth_error *err)
{
	struct layer_value value = {.set = true, .values = *values};
	*values = (struct strings){0};
	if (string_copy(&value.origin, origin, err) < 0) {
		value_release(&value);
		return -1;
	}
	value_release(&layer->fields[field]);
	layer->fields[field] = value;
	return 0;
}

void layer_release(struct layer *layer)
{
	for (size_t i = 0; i < BERTH_FIELD_COUNT; i++)
		value_release(&layer->fields[i]);
}

/* A list's fallback is split at its spaces. */
static int set_fallback(struct layer *layer, const struct berth_field *field)
{
	struct strings values = {0};
	bool list = field->kind == BERTH_KIND_LIST;
	for (const char *p = field->fallback; p && *p;) {
		size_t len = list ? strcspn(p, " ") : strlen(p);
		if (strings_take(&values, strndup(p, len), NULL) < 0) {
			strings_release(&values);
			return -1;
		}
		p += len + (p[len] == ' ');
	}
	return field->fallback ? layer_set(layer, field->id, &values, "default", NULL) : 0;
}

static struct buf *scratch_new(void)
{
	struct buf *scratch = malloc(sizeof *scratch);
	if (scratch)
		buf_init(scratch, SCRATCH_MAX);
	return scratch;
}

struct berth_settings *berth_settings_new(void)
{
	struct berth_settings *settings = calloc(1, sizeof *settings);
	if (!settings)
		return NULL;
	settings->scratch = scratch_new();
	int status = settings->scratch ? 0 : -1;
	for (size_t i = 0; i < BERTH_FIELD_COUNT && status == 0; i++)
		status = set_fallback(&settings->layers[BERTH_FROM_DEFAULT], &berth_fields[i]);
	if (status == 0)
		status = strings_add(&settings->targets, "local", NULL);
	if (status == 0)
		status = strings_add(&settings->targets, "demo", NULL);
	if (status == 0)
		status = preset_names(&settings->presets, NULL);
	if (status == 0)
		status = profile_names(&settings->profiles, NULL);
	if (status < 0) {
		berth_settings_free(settings);
		return NULL;
	}
	return settings;
}

void berth_settings_free(struct berth_settings *settings)
{
	if (!settings)
		return;
	for (size_t i = 0; i < BERTH_LAYER_COUNT; i++)
		layer_release(&settings->layers[i]);
	preset_drop(settings->preset);
	user_config_drop(settings->user);
	settings_program_free(settings->program);
	strings_release(&settings->targets);
	strings_release(&settings->presets);
	strings_release(&settings->profiles);
	if (settings->scratch)
		buf_release(settings->scratch);
	free(settings->scratch);
	free(settings);
}

static int layer_copy(struct layer *dst, const struct layer *src)
{
	for (size_t i = 0; i < BERTH_FIELD_COUNT; i++) {
		const struct layer_value *value = &src->fields[i];
		struct strings values;
		if (!value->set)
			continue;
		if (strings_copy(&values, &value->values, NULL) < 0 ||
			layer_set(dst, (enum berth_field_id)i, &values, value->origin, NULL) < 0)
			return -1;
	}
	return 0;
}

struct berth_settings *berth_settings_copy(const struct berth_settings *settings)
{
	struct berth_settings *copy = calloc(1, sizeof *copy);
	if (!copy)
		return NULL;
	copy->scratch = scratch_new();
	copy->preset = preset_share(settings->preset);
	copy->user = user_config_share(settings->user);
	int status = copy->scratch ? 0 : -1;
	if (status == 0 && settings->program)
		status = settings_program_copy(&copy->program, settings->program);
	for (size_t i = 0; i < BERTH_LAYER_COUNT && status == 0; i++)
		status = layer_copy(&copy->layers[i], &settings->layers[i]);
	if (status == 0)
		status = strings_copy(&copy->targets, &settings->targets, NULL);
	if (status == 0)
		status = strings_copy(&copy->presets, &settings->presets, NULL);
	if (status == 0)
		status = strings_copy(&copy->profiles, &settings->profiles, NULL);
	if (status < 0) {
		berth_settings_free(copy);
		return NULL;
	}
	return copy;
}

static int set_option(struct berth_settings *settings, enum berth_field_id field,
	struct strings *values, const char *who, struct berth_error *err)
{
	char origin[64];
	snprintf(origin, sizeof origin, "%s --%s", who, berth_fields[field].name);
	return layer_set(&settings->layers[BERTH_FROM_OPTION], field, values, origin, err);
}

static bool is_list(enum berth_field_id field)
{
	return berth_fields[field].kind == BERTH_KIND_LIST ||
	       berth_fields[field].kind == BERTH_KIND_SECRET_LIST;
}

int berth_settings_add(struct berth_settings *settings, enum berth_field_id field,
	const char *value, struct berth_error *err)
{
	const struct layer_value *old = &settings->layers[BERTH_FROM_OPTION].fields[field];
	struct strings values = {0};
	bool append = is_list(field) && old->set;
	if (parse_check(field, value, append ? old->values.count + 1 : 1, err) < 0)
		return -1;
	if (append && strings_copy(&values, &old->values, err) < 0)
		return -1;
	if (strings_add(&values, value, err) < 0) {
		strings_release(&values);
		return -1;
	}
	return set_option(settings, field, &values, "option", err);
}

int berth_settings_replace(struct berth_settings *settings, enum berth_field_id field,
	const char *const *values, size_t count, struct berth_error *err)
{
	struct strings copies = {0};
	if (count == 0) {
		value_release(&settings->layers[BERTH_FROM_OPTION].fields[field]);
		return 0;
	}
	for (size_t i = 0; i < count; i++) {
		if (strings_add(&copies, values[i], err) < 0) {
			strings_release(&copies);
			return -1;
		}
	}
	return set_option(settings, field, &copies, "form, as", err);
}

enum berth_layer_id berth_settings_layer(
	const struct berth_settings *settings, enum berth_field_id field)
{
	for (int i = BERTH_LAYER_COUNT - 1; i > BERTH_FROM_DEFAULT; i--) {
		if (settings->layers[i].fields[field].set)
			return (enum berth_layer_id)i;
	}
	return BERTH_FROM_DEFAULT;
}

bool settings_is_said(const struct berth_settings *settings, enum berth_field_id field)
{
	enum berth_layer_id layer = berth_settings_layer(settings, field);
	return layer == BERTH_FROM_OPTION || layer == BERTH_FROM_ENVIRONMENT;
}

size_t settings_variable_name(
	const struct berth_settings *settings, enum berth_field_id field, const char *text)
{
	size_t len = strcspn(text, "=");
	if (!parse_is_variable(text, len))
		return 0;
	/* A profile holds names; elsewhere a word alone is one if there is such a variable. */
	bool named = text[len] == '=' || getenv(text) ||
		     berth_settings_layer(settings, field) == BERTH_FROM_PROFILE;
	return named ? len : 0;
}

const struct layer_value *settings_value(
	const struct berth_settings *settings, enum berth_field_id field)
{
	const struct layer_value *value =
		&settings->layers[berth_settings_layer(settings, field)].fields[field];
	return value->set ? value : NULL;
}

const char *berth_settings_get(const struct berth_settings *settings, enum berth_field_id field)
{
	const struct layer_value *value = settings_value(settings, field);
	return value && value->values.count ? value->values.items[value->values.count - 1] : NULL;
}

size_t berth_settings_count(const struct berth_settings *settings, enum berth_field_id field)
{
	const struct layer_value *value = settings_value(settings, field);
	return value ? value->values.count : 0;
}

const char *berth_settings_at(
	const struct berth_settings *settings, enum berth_field_id field, size_t index)
{
	const struct layer_value *value = settings_value(settings, field);
	return value && index < value->values.count ? value->values.items[index] : NULL;
}

const char *settings_kind(const struct berth_settings *settings)
{
	const char *name = berth_settings_get(settings, BERTH_FIELD_TARGET);
	if (!name)
		return NULL;
	if (user_target_is_built_in(name))
		return strcmp(name, "demo") == 0 ? "demo" : "docker";
	const struct user_target *target = settings_target(settings, name);
	return target ? target->kind : NULL;
}

static const struct user_target *chosen_target(const struct berth_settings *settings)
{
	const char *name = berth_settings_get(settings, BERTH_FIELD_TARGET);
	return name ? settings_target(settings, name) : NULL;
}

bool settings_is_server(const struct berth_settings *settings)
{
	return berth_settings_server(settings) != NULL;
}

bool settings_is_mist(const struct berth_settings *settings)
{
	const char *kind = settings_kind(settings);
	return kind && strcmp(kind, "mist") == 0;
}

bool settings_is_deployer(const struct berth_settings *settings)
{
	const char *kind = settings_kind(settings);
	return kind && strcmp(kind, "deployer") == 0;
}

bool settings_without_preset(const struct berth_settings *settings)
{
	return (settings_is_server(settings) || settings_is_plugin(settings)) &&
	       berth_settings_layer(settings, BERTH_FIELD_PRESET) == BERTH_FROM_DEFAULT;
}

const struct berth_server *berth_settings_server(const struct berth_settings *settings)
{
	const struct user_target *target = chosen_target(settings);
	return target ? target->server : NULL;
}

struct berth_history_rules berth_settings_history(const struct berth_settings *settings)
{
	return settings->user ? settings->user->history : history_default_rules;
}

const char *const *berth_settings_targets(const struct berth_settings *settings)
{
	return (const char *const *)settings->targets.items;
}

static const char *const *names_of(const struct strings *names)
{
	static const char *const none[] = {NULL};
	return names->count ? (const char *const *)names->items : none;
}

const char *const *berth_settings_presets(const struct berth_settings *settings)
{
	return names_of(&settings->presets);
}

const char *const *berth_settings_profiles(const struct berth_settings *settings)
{
	return names_of(&settings->profiles);
}

bool berth_settings_protected(const struct berth_settings *settings)
{
	const struct user_target *target = chosen_target(settings);
	return target && target->is_protected;
}

bool berth_settings_confirmed(const struct berth_settings *settings)
{
	const char *yes = berth_settings_get(settings, BERTH_FIELD_YES);
	return settings_is_said(settings, BERTH_FIELD_YES) && strcmp(yes, "true") == 0;
}
