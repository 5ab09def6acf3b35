/* What a plugin is told. Secrets are among it, and go no other way. */
#include <stdlib.h>
#include <string.h>

#include <berth/nearest.h>

#include "base/json_write.h"
#include "target/plugin/plugin.h"

#define WORDS_MAX (4u << 20)

static const char *given(const struct berth_deployment *request, const char *name)
{
	const char *value = NULL;

	for (size_t i = 0; i < request->own_count; i++)
		if (strcmp(request->own[i].name, name) == 0)
			value = request->own[i].value;
	return value;
}

static int unknown(const struct plugin_target *t, const char *name, struct berth_error *err)
{
	const char *names[64] = {0};
	const char *nearest;

	for (size_t i = 0; i < t->plugin->field_count && i < 63; i++)
		names[i] = t->plugin->fields[i].name;
	nearest = berth_nearest(name, names);
	return berth_error_set(err, BERTH_E_USAGE, 0, "target '%s' has no field '%.64s'%s%s%s",
		t->request->target, name, nearest != NULL ? ", did you mean '" : "",
		nearest != NULL ? nearest : "", nearest != NULL ? "'?" : "");
}

int plugin_words_check(const struct plugin_target *t, struct berth_error *err)
{
	for (size_t i = 0; i < t->request->own_count; i++)
		if (berth_plugin_find(t->plugin, t->request->own[i].name) == NULL)
			return unknown(t, t->request->own[i].name, err);
	for (size_t i = 0; i < t->plugin->field_count; i++) {
		const struct berth_plugin_field *field = &t->plugin->fields[i];
		const char *value = given(t->request, field->name);

		if (value == NULL && field->fallback != NULL)
			continue;
		if (berth_plugin_check(field, value != NULL ? value : "", err) < 0)
			return -1;
	}
	return 0;
}

static void text(struct json_writer *out, const char *key, const char *value)
{
	json_write_key(out, key);
	json_write_text(out, value);
}

static void begin(struct json_writer *out, const char *what)
{
	json_writer_init(out, WORDS_MAX);
	json_write_open(out, '{');
	json_write_key(out, "v");
	json_write_integer(out, BERTH_PLUGIN_VERSION);
	text(out, "do", what);
}

static void fields(struct json_writer *out, const struct plugin_target *t)
{
	json_write_key(out, "fields");
	json_write_open(out, '{');
	for (size_t i = 0; i < t->plugin->field_count; i++) {
		const struct berth_plugin_field *field = &t->plugin->fields[i];
		const char *value = given(t->request, field->name);

		if (value == NULL)
			value = field->fallback;
		if (value != NULL && *value != '\0')
			text(out, field->name, value);
	}
	json_write_close(out, '}');
}

char *plugin_words_start(const struct plugin_target *t)
{
	const struct berth_deployment *request = t->request;
	struct json_writer out;

	begin(&out, "start");
	text(&out, "deployment_id", t->setup.deployment_id);
	text(&out, "target", request->target);
	text(&out, "name", request->name);
	text(&out, "folder", request->folder);
	text(&out, "image", request->image);
	text(&out, "platform", request->platform);
	json_write_key(&out, "timeout_s");
	json_write_integer(&out, request->timeout_s);
	json_write_key(&out, "env");
	json_write_open(&out, '{');
	for (size_t i = 0; i < request->env_count; i++)
		text(&out, request->env[i].name, request->env[i].value);
	json_write_close(&out, '}');
	fields(&out, t);
	json_write_close(&out, '}');
	return json_writer_take(&out);
}

char *plugin_words_action(const struct plugin_target *t)
{
	struct json_writer out;

	begin(&out, "action");
	text(&out, "action", berth_plugin_action_name((enum berth_plugin_action)t->action));
	text(&out, "target", t->request->target);
	text(&out, "id", t->id);
	fields(&out, t);
	json_write_close(&out, '}');
	return json_writer_take(&out);
}

char *plugin_words_cancel(void)
{
	struct json_writer out;

	begin(&out, "cancel");
	json_write_close(&out, '}');
	return json_writer_take(&out);
}
