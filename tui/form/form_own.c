#include "form/form_own.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <berth/text.h>

enum { VALUES_MAX = 64 };

const struct berth_plugin_field *form_own(const struct form *form, size_t index)
{
	size_t at = 0;
	if (form->plugin == NULL || berth_settings_command(form->settings) == NULL ||
		berth_settings_applies(form->settings, form_id(form, index)))
		return NULL;
	for (size_t i = 0; i < index; i++)
		at += !berth_settings_applies(form->settings, form_id(form, i));
	return at < form->plugin->field_count ? &form->plugin->fields[at] : NULL;
}

static bool is_of(const struct berth_plugin_field *own, const char *pair)
{
	size_t len = strlen(own->name);
	return strncmp(pair, own->name, len) == 0 && (pair[len] == '=' || pair[len] == '\0');
}

const char *form_own_value(const struct form *form, const struct berth_plugin_field *own)
{
	const char *value = own->fallback != NULL ? own->fallback : "";
	for (size_t i = 0; i < berth_settings_count(form->settings, BERTH_FIELD_SET); i++) {
		const char *pair = berth_settings_at(form->settings, BERTH_FIELD_SET, i);
		const char *equals = strchr(pair, '=');
		if (!is_of(own, pair))
			continue;
		/* The name alone stands for berth's own variable. */
		const char *named = equals == NULL ? getenv(pair) : equals + 1;
		value = named != NULL ? named : "";
	}
	return value;
}

int form_own_put(struct form *form, const struct berth_plugin_field *own, const char *value,
	struct berth_error *err)
{
	const char *values[VALUES_MAX + 1];
	char pair[EDIT_MAX + 64];
	size_t count = 0;
	/* The values belong to the settings, which are about to drop them. */
	struct berth_settings *before = berth_settings_copy(form->settings);
	if (before == NULL)
		return berth_error_set(err, BERTH_E_MEMORY, 0, "out of memory");
	for (size_t i = 0; i < berth_settings_count(before, BERTH_FIELD_SET); i++) {
		const char *other = berth_settings_at(before, BERTH_FIELD_SET, i);
		if (!is_of(own, other) && count < VALUES_MAX)
			values[count++] = other;
	}
	snprintf(pair, sizeof pair, "%s=%s", own->name, value);
	if (*value != '\0')
		values[count++] = pair;
	int status = berth_settings_replace(form->settings, BERTH_FIELD_SET, values, count, err);
	berth_settings_free(before);
	explicit_bzero(pair, sizeof pair);
	return status;
}

size_t form_own_wrong(const struct form *form, struct berth_error *err)
{
	for (size_t i = 0; i < FORM_FIELDS; i++) {
		const struct berth_plugin_field *own = form_own(form, i);
		if (own != NULL && berth_plugin_check(own, form_own_value(form, own), err) < 0)
			return i;
	}
	return FORM_FIELDS;
}

void form_own_take(struct form *form, const struct berth_plugin *plugin, const char *trouble)
{
	form->plugin = plugin;
	form_read(form);
	/* Under the target, which is what has to be chosen anew. */
	if (trouble != NULL)
		berth_utf8_copy(form->fields[0].error, sizeof form->fields[0].error, trouble,
			strlen(trouble));
}
