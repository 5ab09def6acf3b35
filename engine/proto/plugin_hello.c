#include "proto/plugin_hello.h"

#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#include <berth/text.h>

enum { NAME_MAX_LEN = 32 };

static int wrong(struct berth_error *err, const char *what)
{
	return berth_error_set(err, BERTH_E_PROTOCOL, 0, "its hello is wrong: %s", what);
}

static int no_memory(struct berth_error *err)
{
	return berth_error_set(err, BERTH_E_MEMORY, 0, "out of memory");
}

/* Names go into records and command lines; what people read is made safe to show. */
static bool is_name(const char *text)
{
	size_t len = strlen(text);

	return len > 0 && len <= NAME_MAX_LEN &&
	       strspn(text, "abcdefghijklmnopqrstuvwxyz0123456789_-") == len && text[0] != '-';
}

static int read_name(char **name, const json_t *object, const char *what, struct berth_error *err)
{
	const char *text = json_string_value(json_object_get(object, "name"));

	*name = NULL;
	if (text == NULL || !is_name(text))
		berth_error_set(err, BERTH_E_PROTOCOL, 0,
			"its hello is wrong: a %s has no good 'name', expected up to %d lower "
			"case letters, digits, '_' and '-'",
			what, NAME_MAX_LEN);
	else if ((*name = strdup(text)) == NULL)
		no_memory(err);
	return *name != NULL ? 0 : -1;
}

/* Missing is `otherwise`. */
static int read_text(char **text, const json_t *object, const char *key, const char *otherwise,
	struct berth_error *err)
{
	const json_t *value = json_object_get(object, key);
	const char *bytes = value != NULL ? json_string_value(value) : otherwise;
	char clean[PLUGIN_TEXT_MAX + 1];

	if (bytes == NULL)
		return berth_error_set(
			err, BERTH_E_PROTOCOL, 0, "its hello is wrong: '%s' is no text", key);
	if (strlen(bytes) > PLUGIN_TEXT_MAX)
		return berth_error_set(err, BERTH_E_PROTOCOL, 0,
			"its hello is wrong: '%s' has more than %d bytes", key, PLUGIN_TEXT_MAX);
	berth_text_clean(clean, sizeof(clean), bytes, strlen(bytes), BERTH_CLEAN_LINE);
	*text = strdup(clean);
	return *text != NULL ? 0 : no_memory(err);
}

static int read_flag(bool *flag, const json_t *object, const char *key, struct berth_error *err)
{
	const json_t *value = json_object_get(object, key);

	if (value != NULL && !json_is_boolean(value))
		return berth_error_set(err, BERTH_E_PROTOCOL, 0,
			"its hello is wrong: '%s' is neither true nor false", key);
	*flag = json_is_true(value);
	return 0;
}

static int read_check(
	struct berth_plugin_field *field, const json_t *object, struct berth_error *err)
{
	const json_t *value = json_object_get(object, "check");

	if (value == NULL)
		return 0;
	for (int i = BERTH_PLUGIN_TEXT; i <= BERTH_PLUGIN_URL; i++) {
		const char *name = berth_plugin_check_name((enum berth_plugin_check)i);

		if (json_is_string(value) && strcmp(json_string_value(value), name) == 0) {
			field->check = (enum berth_plugin_check)i;
			return 0;
		}
	}
	return berth_error_set(err, BERTH_E_PROTOCOL, 0,
		"its hello is wrong: the 'check' of field '%s' is none of text, name, number, "
		"flag, folder and url",
		field->name);
}

static int read_choices(
	struct berth_plugin_field *field, const json_t *object, struct berth_error *err)
{
	const json_t *list = json_object_get(object, "choices");
	size_t count = json_array_size(list);

	if (list == NULL)
		return 0;
	if (!json_is_array(list) || count == 0 || count > PLUGIN_CHOICES_MAX)
		return wrong(err, "'choices' is no list of 1 to 64 texts");
	field->choices = calloc(count + 1, sizeof(*field->choices));
	if (field->choices == NULL)
		return no_memory(err);
	for (size_t i = 0; i < count; i++) {
		const char *text = json_string_value(json_array_get(list, i));
		char clean[PLUGIN_TEXT_MAX + 1];

		/* They are sent back as they are, so nothing may have to be cleaned. */
		if (text == NULL || *text == '\0' || strlen(text) > PLUGIN_TEXT_MAX)
			return wrong(err, "a choice is no text of 1 to 200 bytes");
		berth_text_clean(clean, sizeof(clean), text, strlen(text), BERTH_CLEAN_LINE);
		if (strcmp(clean, text) != 0)
			return wrong(err, "a choice has control characters in it");
		field->choices[i] = strdup(text);
		if (field->choices[i] == NULL)
			return no_memory(err);
	}
	return 0;
}

static int read_fallback(
	struct berth_plugin_field *field, const json_t *object, struct berth_error *err)
{
	const json_t *value = json_object_get(object, "default");

	if (value == NULL || json_is_null(value))
		return 0;
	if (!json_is_string(value))
		return wrong(err, "the 'default' of a field is no text");
	if (berth_plugin_check(field, json_string_value(value), err) < 0)
		return berth_error_wrap(err, "its hello is wrong: a default");
	field->fallback = strdup(json_string_value(value));
	return field->fallback != NULL ? 0 : no_memory(err);
}

static int read_field(
	struct berth_plugin_field *field, const json_t *object, struct berth_error *err)
{
	if (read_name(&field->name, object, "field", err) < 0)
		return -1;
	/* As a variable's, which --set NAME takes its value from. */
	if (strchr(field->name, '-') != NULL || strchr("0123456789", field->name[0]) != NULL)
		return wrong(err, "the name of a field has a '-' in it, or begins with a digit");
	if (read_text(&field->label, object, "label", field->name, err) < 0 ||
		read_text(&field->help, object, "help", "", err) < 0 ||
		read_flag(&field->required, object, "required", err) < 0 ||
		read_flag(&field->secret, object, "secret", err) < 0 ||
		read_check(field, object, err) < 0 || read_choices(field, object, err) < 0)
		return -1;
	return read_fallback(field, object, err);
}

static int read_fields(struct berth_plugin *plugin, const json_t *object, struct berth_error *err)
{
	const json_t *list = json_object_get(object, "fields");
	size_t count = json_array_size(list);

	if (list == NULL)
		return 0;
	if (!json_is_array(list) || count > PLUGIN_FIELDS_MAX)
		return wrong(err, "'fields' is no list of up to 32 fields");
	plugin->fields = calloc(count + 1, sizeof(*plugin->fields));
	if (plugin->fields == NULL)
		return no_memory(err);
	for (size_t i = 0; i < count; i++) {
		struct berth_plugin_field *field = &plugin->fields[i];

		plugin->field_count++;
		if (read_field(field, json_array_get(list, i), err) < 0)
			return -1;
		if (berth_plugin_find(plugin, field->name) != field)
			return berth_error_set(err, BERTH_E_PROTOCOL, 0,
				"its hello is wrong: there are two fields '%s'", field->name);
	}
	return 0;
}

static int read_actions(struct berth_plugin *plugin, const json_t *object, struct berth_error *err)
{
	const json_t *list = json_object_get(object, "actions"), *value;
	size_t i;

	if (list != NULL && !json_is_array(list))
		return wrong(err, "'actions' is no list");
	json_array_foreach(list, i, value)
	{
		const char *name = json_string_value(value);
		int action = name != NULL ? berth_plugin_action_find(name) : -1;

		if (action < 0)
			return wrong(
				err, "an action is none of stop, restart, remove, logs and state");
		plugin->actions |= 1u << action;
	}
	return 0;
}

/* --- stages --- */

static int read_percent(int *percent, const json_t *object, const char *key, int otherwise)
{
	const json_t *value = json_object_get(object, key);

	*percent = value != NULL ? (int)json_integer_value(value) : otherwise;
	return value == NULL || (json_is_integer(value) && json_integer_value(value) >= 0 &&
					json_integer_value(value) <= 100)
		       ? 0
		       : -1;
}

static bool is_taken(const struct berth_stage *stages, size_t count, const char *name)
{
	static const char *const ours[] = {"completed", "error", "cancelled", "queued"};

	for (size_t i = 0; i < sizeof(ours) / sizeof(ours[0]); i++)
		if (strcmp(ours[i], name) == 0)
			return true;
	for (size_t i = 0; i < count; i++)
		if (strcmp(stages[i].name, name) == 0)
			return true;
	return false;
}

static int read_stage(
	struct berth_stage *stage, const json_t *object, int from, int to, struct berth_error *err)
{
	char *name = NULL, *label = NULL, *doing = NULL;
	int status = read_name(&name, object, "stage", err);

	if (status == 0)
		status = read_text(&label, object, "label", name, err);
	if (status == 0)
		status = read_text(&doing, object, "doing", label, err);
	stage->name = name;
	stage->label = label;
	stage->doing = doing;
	if (status == 0 &&
		(read_percent(&stage->from, object, "from", from) < 0 ||
			read_percent(&stage->to, object, "to", to) < 0 || stage->from > stage->to))
		return wrong(err, "'from' and 'to' of a stage are no per cents in order");
	return status;
}

static int read_stages(struct berth_plugin *plugin, const json_t *object, struct berth_error *err)
{
	const json_t *list = json_object_get(object, "stages");
	size_t count = json_array_size(list);
	struct berth_stage *stages;

	if (list == NULL)
		return 0;
	if (!json_is_array(list) || count == 0 || count > PLUGIN_STAGES_MAX)
		return wrong(err, "'stages' is no list of 1 to 12 stages");
	plugin->stages = calloc(1, sizeof(*plugin->stages));
	stages = calloc(count, sizeof(*stages));
	if (plugin->stages == NULL || stages == NULL) {
		free(stages);
		return no_memory(err);
	}
	plugin->stages->stages = stages;
	for (size_t i = 0; i < count; i++) {
		int from = (int)(i * 100 / count), to = (int)((i + 1) * 100 / count);

		plugin->stages->count++;
		if (read_stage(&stages[i], json_array_get(list, i), from, to, err) < 0)
			return -1;
		if (is_taken(stages, i, stages[i].name))
			return wrong(err, "a stage has the name of another, or one of berth's own");
		if (i > 0 && stages[i].from < stages[i - 1].from)
			return wrong(err, "the per cents of the stages are not in order");
	}
	return 0;
}

static int read_head(struct berth_plugin *plugin, const json_t *object, struct berth_error *err)
{
	const char *type = json_string_value(json_object_get(object, "type"));
	const char *kind = json_string_value(json_object_get(object, "kind"));
	const json_t *version = json_object_get(object, "v");

	if (type == NULL || strcmp(type, "hello") != 0)
		return berth_error_set(err, BERTH_E_PROTOCOL, 0,
			"its first line is no hello, expected {\"v\":1,\"type\":\"hello\",...}");
	if (!json_is_integer(version) || json_integer_value(version) != BERTH_PLUGIN_VERSION)
		return berth_error_set(err, BERTH_E_PROTOCOL, 0,
			"it speaks version %lld of the protocol, and this berth speaks version %d",
			(long long)json_integer_value(version), BERTH_PLUGIN_VERSION);
	if (kind == NULL || strcmp(kind, "target") != 0)
		return wrong(err, "its 'kind' is not \"target\"");
	if (read_name(&plugin->name, object, "plugin", err) < 0 ||
		read_text(&plugin->version, object, "version", "", err) < 0)
		return -1;
	return read_text(&plugin->about, object, "about", "", err);
}

struct berth_plugin *plugin_hello_read(const json_t *object, struct berth_error *err)
{
	struct berth_plugin *plugin = calloc(1, sizeof(*plugin));

	if (plugin == NULL) {
		no_memory(err);
		return NULL;
	}
	if (read_head(plugin, object, err) == 0 && read_fields(plugin, object, err) == 0 &&
		read_actions(plugin, object, err) == 0 && read_stages(plugin, object, err) == 0)
		return plugin;
	berth_plugin_free(plugin);
	return NULL;
}
