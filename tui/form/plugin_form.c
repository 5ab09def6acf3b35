#include "form/plugin_form.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <berth/plugin.h>
#include <berth/text.h>

#include "app.h"
#include "form/form_own.h"

static const struct known_plugin *find(const struct plugin_form *plugins, const char *target)
{
	for (int i = 0; i < PLUGINS_KNOWN; i++) {
		if (plugins->known[i].target != NULL &&
			strcmp(plugins->known[i].target, target) == 0)
			return &plugins->known[i];
	}
	return NULL;
}

static void forget(struct known_plugin *known)
{
	free(known->target);
	berth_plugin_free(known->plugin);
	*known = (struct known_plugin){0};
}

static void show(struct app *app, const char *target, const struct known_plugin *known)
{
	struct plugin_form *plugins = &app->plugins;
	free(plugins->shown);
	plugins->shown = target != NULL && known != NULL ? strdup(target) : NULL;
	form_own_take(&app->form, known != NULL ? known->plugin : NULL,
		known != NULL && known->plugin == NULL ? known->trouble : NULL);
	app_stale(app, PANE_FORM, STALE_PAINT);
}

/* Takes the name and the plugin. The form may still show the oldest. */
static void keep(
	struct app *app, char *target, struct berth_plugin *plugin, const struct berth_error *err)
{
	struct plugin_form *plugins = &app->plugins;
	struct known_plugin *known = &plugins->known[plugins->oldest++ % PLUGINS_KNOWN];
	if (known->plugin != NULL && app->form.plugin == known->plugin)
		show(app, NULL, NULL);
	forget(known);
	known->target = target;
	known->plugin = plugin;
	snprintf(known->trouble, sizeof known->trouble, "plugin: %.240s", err->message);
}

static void told(void *context, struct berth_plugin *plugin, const struct berth_error *err)
{
	struct app *app = context;
	char *target = app->plugins.asked;
	app->plugins.asked = NULL;
	if (err->code == BERTH_E_CANCELLED || target == NULL) {
		berth_plugin_free(plugin);
		free(target);
		return;
	}
	keep(app, target, plugin, err);
	plugin_form_follow(app);
}

static void ask(struct app *app, const char *target, const char *const *command)
{
	struct berth_error err;
	char *name = strdup(target);
	/* One after the other: the next is asked when this one has answered. */
	if (name == NULL || app->engine == NULL || app->plugins.asked != NULL) {
		free(name);
		return;
	}
	if (berth_engine_ask_plugin(app->engine, command, told, app, &err) == 0) {
		app->plugins.asked = name;
		return;
	}
	keep(app, name, NULL, &err);
	plugin_form_follow(app);
}

void plugin_form_follow(struct app *app)
{
	struct plugin_form *plugins = &app->plugins;
	const char *target = berth_settings_get(app->settings, BERTH_FIELD_TARGET);
	const char *const *command = berth_settings_command(app->settings);
	if (command == NULL) {
		if (plugins->shown != NULL || app->form.plugin != NULL)
			show(app, NULL, NULL);
		return;
	}
	if (plugins->shown != NULL && strcmp(plugins->shown, target) == 0)
		return;
	const struct known_plugin *known = find(plugins, target);
	if (known != NULL) {
		show(app, target, known);
		return;
	}
	if (app->form.plugin != NULL)
		show(app, NULL, NULL);
	ask(app, target, command);
}

void plugin_form_release(struct plugin_form *plugins)
{
	for (int i = 0; i < PLUGINS_KNOWN; i++)
		forget(&plugins->known[i]);
	free(plugins->asked);
	free(plugins->shown);
}
