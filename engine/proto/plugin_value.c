/* What a plugin's own fields may hold. */
#include <berth/plugin.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <berth/text.h>

enum { VALUE_MAX = 4096, DIGITS_MAX = 15 };

static const struct {
	const char *name, *right;
} checks[] = {
#define X(id, name, right) [BERTH_PLUGIN_##id] = {name, right},
	BERTH_PLUGIN_CHECKS(X)
#undef X
};

static const char *const actions[] = {
	[BERTH_PLUGIN_STOP] = "stop",
	[BERTH_PLUGIN_RESTART] = "restart",
	[BERTH_PLUGIN_REMOVE] = "remove",
	[BERTH_PLUGIN_LOGS] = "logs",
	[BERTH_PLUGIN_STATE] = "state",
};
_Static_assert(sizeof(actions) / sizeof(actions[0]) == BERTH_PLUGIN_ACTION_COUNT,
	"a name for each action");

void berth_plugin_free(struct berth_plugin *plugin)
{
	if (plugin == NULL)
		return;
	for (size_t i = 0; i < plugin->field_count; i++) {
		struct berth_plugin_field *field = &plugin->fields[i];

		free(field->name);
		free(field->label);
		free(field->help);
		free(field->fallback);
		for (char **choice = field->choices; choice != NULL && *choice != NULL; choice++)
			free(*choice);
		free(field->choices);
	}
	free(plugin->fields);
	free(plugin->name);
	free(plugin->version);
	free(plugin->about);
	berth_stage_list_free(plugin->stages);
	free(plugin);
}

const struct berth_plugin_field *berth_plugin_find(
	const struct berth_plugin *plugin, const char *name)
{
	for (size_t i = 0; i < plugin->field_count; i++)
		if (strcmp(plugin->fields[i].name, name) == 0)
			return &plugin->fields[i];
	return NULL;
}

const char *berth_plugin_check_name(enum berth_plugin_check check)
{
	return checks[check].name;
}

const char *berth_plugin_check_right(enum berth_plugin_check check)
{
	return checks[check].right;
}

const char *berth_plugin_action_name(enum berth_plugin_action action)
{
	return actions[action];
}

int berth_plugin_action_find(const char *name)
{
	for (int i = 0; i < BERTH_PLUGIN_ACTION_COUNT; i++)
		if (strcmp(actions[i], name) == 0)
			return i;
	return -1;
}

static bool is_line(const char *value)
{
	for (const char *p = value; *p != '\0'; p++)
		if ((unsigned char)*p < 0x20 || *p == 0x7F)
			return false;
	return berth_utf8_valid(value, strlen(value));
}

static bool is_right(enum berth_plugin_check check, const char *value)
{
	size_t len = strlen(value);

	switch (check) {
	case BERTH_PLUGIN_NAME:
		return strspn(value, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
				     "0123456789._-") == len;
	case BERTH_PLUGIN_NUMBER:
		return len <= DIGITS_MAX && strspn(value, "0123456789") == len;
	case BERTH_PLUGIN_FLAG:
		return strcmp(value, "true") == 0 || strcmp(value, "false") == 0;
	case BERTH_PLUGIN_FOLDER:
		return value[0] == '/';
	case BERTH_PLUGIN_URL:
		return (strncmp(value, "http://", 7) == 0 && len > 7) ||
		       (strncmp(value, "https://", 8) == 0 && len > 8);
	case BERTH_PLUGIN_TEXT:
		break;
	}
	return true;
}

static int wrong(const struct berth_plugin_field *field, const char *value, const char *right,
	struct berth_error *err)
{
	if (field->secret)
		return berth_error_set(err, BERTH_E_USAGE, 0,
			"'%s' can't be that (not shown), expected %s", field->name, right);
	return berth_error_set(err, BERTH_E_USAGE, 0, "'%s' can't be '%.100s', expected %s",
		field->name, value, right);
}

static int check_choice(
	const struct berth_plugin_field *field, const char *value, struct berth_error *err)
{
	const char *const *choices = (const char *const *)field->choices;
	char right[200];
	size_t used = 0;

	for (size_t i = 0; choices[i] != NULL; i++) {
		int len;

		if (strcmp(choices[i], value) == 0)
			return 0;
		len = snprintf(
			right + used, sizeof(right) - used, "%s%s", i > 0 ? ", " : "", choices[i]);
		used = len > 0 && used + (size_t)len < sizeof(right) ? used + (size_t)len : used;
	}
	right[used] = '\0';
	return wrong(field, value, right, err);
}

int berth_plugin_check(
	const struct berth_plugin_field *field, const char *value, struct berth_error *err)
{
	if (*value == '\0')
		return field->required ? berth_error_set(err, BERTH_E_USAGE, 0,
						 "'%s' is needed: give --set %s=VALUE", field->name,
						 field->name)
				       : 0;
	if (strlen(value) > VALUE_MAX)
		return berth_error_set(err, BERTH_E_USAGE, 0,
			"'%s' has %zu bytes, expected at most %d", field->name, strlen(value),
			VALUE_MAX);
	if (!is_line(value))
		return wrong(field, "...", "one line of text without control characters", err);
	if (field->choices != NULL)
		return check_choice(field, value, err);
	return is_right(field->check, value) ? 0
					     : wrong(field, value, checks[field->check].right, err);
}
