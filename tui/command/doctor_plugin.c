/* The doctor lets a plugin say its hello, which asks nobody else. */
#include <stdio.h>

#include <uv.h>

#include <berth/engine.h>
#include <berth/plugin.h>

#include "command/doctor_private.h"

struct greeting {
	struct berth_engine *engine;
	struct findings *findings;
	const char *program;
};

static void report_plugin(const struct berth_plugin *plugin, const char *program)
{
	char detail[1024];
	size_t used;
	snprintf(detail, sizeof detail, "%s%s%s (%s) speaks version %d%s%s", plugin->name,
		*plugin->version ? " " : "", plugin->version, program, BERTH_PLUGIN_VERSION,
		*plugin->about ? ": " : "", plugin->about);
	doctor_report(VERDICT_OK, "plugin", detail, NULL);
	for (size_t i = 0; i < plugin->field_count; i++) {
		const struct berth_plugin_field *field = &plugin->fields[i];
		snprintf(detail, sizeof detail, "--set %s=VALUE%s%s%s%s", field->name,
			field->required ? ", needed" : "", field->secret ? ", a secret" : "",
			*field->help ? ": " : "", field->help);
		doctor_report(VERDICT_NOTE, "field", detail, NULL);
	}
	used = (size_t)snprintf(detail, sizeof detail, "can deploy");
	for (int i = 0; i <= BERTH_PLUGIN_STATE; i++) {
		if (plugin->actions & (1u << i))
			used += (size_t)snprintf(detail + used, sizeof detail - used, ", %s",
				berth_plugin_action_name((enum berth_plugin_action)i));
	}
	doctor_report(VERDICT_NOTE, "actions", detail, NULL);
}

static void plugin_told(void *context, struct berth_plugin *plugin, const struct berth_error *err)
{
	struct greeting *greeting = context;
	if (plugin)
		report_plugin(plugin, greeting->program);
	else
		doctor_report(VERDICT_FAIL, "plugin", err->message, err->hint);
	greeting->findings->unreachable |= !plugin;
	berth_plugin_free(plugin);
	berth_engine_close(greeting->engine, doctor_engine_closed, NULL);
}

void doctor_check_plugin(const char *const *command, struct findings *findings)
{
	struct greeting greeting = {.findings = findings, .program = command[0]};
	struct berth_error err;
	uv_loop_t loop;
	if (!doctor_open_loop(&loop, findings))
		return;
	greeting.engine = berth_engine_new(
		&(struct berth_engine_options){&loop, doctor_no_wakeup, NULL}, &err);
	if (!greeting.engine || berth_engine_ask_plugin(greeting.engine, command, plugin_told,
					&greeting, &err) < 0) {
		doctor_report(VERDICT_FAIL, "plugin", err.message, err.hint);
		findings->unreachable = true;
		if (greeting.engine)
			berth_engine_close(greeting.engine, doctor_engine_closed, NULL);
	}
	uv_run(&loop, UV_RUN_DEFAULT);
	doctor_close_loop(&loop);
}
