#include "form/profile_actions.h"

#include <string.h>

#include "app.h"

static const char *current(const struct app *app)
{
	const char *name = berth_settings_get(app->settings, BERTH_FIELD_PROFILE);
	return name != NULL ? name : "";
}

void profile_ask_save(struct app *app)
{
	form_leave(&app->form);
	input_open(app, INPUT_PROFILE_SAVE, "Save the form as profile: ", current(app));
}

static void say_there_is_none(struct app *app)
{
	char key[16];
	keymap_key(key, &app->preferences.keys, ACTION_PROFILE_SAVE);
	app_notice(app, "There is no profile yet%s%s%s.", key[0] != '\0' ? ": " : "", key,
		key[0] != '\0' ? " saves the form as one" : "");
}

void profile_ask_load(struct app *app)
{
	const char *const *names = berth_settings_profiles(app->settings);
	form_leave(&app->form);
	if (names[0] == NULL)
		say_there_is_none(app);
	else
		input_open(
			app, INPUT_PROFILE_LOAD, "Load profile (Up and Down choose): ", names[0]);
}

static void choose(struct app *app, int step)
{
	const char *const *names = berth_settings_profiles(app->settings);
	size_t count = 0, at = 0;
	for (; names[count] != NULL; count++) {
		if (strcmp(names[count], app->input.edit.text) == 0)
			at = count;
	}
	if (count > 0)
		input_set(app, names[(at + (step > 0 ? 1 : count - 1)) % count]);
}

static void save(struct app *app, bool replace)
{
	struct berth_error err;
	size_t unsaved;
	const char *name = app->input.edit.text;
	int status = berth_settings_save_profile(app->settings, name, replace, &unsaved, &err);
	if (status != 0 && err.code == BERTH_E_CONFLICT) {
		prompt_ask(&app->prompt, QUESTION_OVERWRITE, 0,
			&(struct prompt_about){.name = name, .overwrites = OVERWRITES_PROFILE});
		app_stale_all(app, STALE_LAYOUT);
		return;
	}
	if (status != 0) {
		input_problem(app, err.message);
		return;
	}
	/* The names to choose from have changed. */
	berth_settings_load(app->settings, NULL);
	input_end(app, name);
	if (unsaved > 0)
		app_notice(app, "Saved as '%s', without the values of %zu %s: export %s to use it.",
			name, unsaved, unsaved == 1 ? "variable" : "variables",
			unsaved == 1 ? "it" : "them");
	else
		app_notice(app, "Saved as '%s': berth --profile %s", name, name);
}

static int apply(struct berth_settings *settings, const char *name, struct berth_error *err)
{
	form_forget(settings);
	if (berth_settings_replace(settings, BERTH_FIELD_PROFILE, &name, 1, err) != 0)
		return -1;
	return berth_settings_load(settings, err);
}

/* What can't be loaded must not cost what is in the form. */
static int try_first(const struct app *app, const char *name, struct berth_error *err)
{
	struct berth_settings *copy = berth_settings_copy(app->settings);
	if (copy == NULL)
		return berth_error_set(err, BERTH_E_MEMORY, 0, "out of memory");
	int status = apply(copy, name, err);
	berth_settings_free(copy);
	return status;
}

static void load(struct app *app)
{
	struct berth_error err;
	const char *name = app->input.edit.text;
	if (try_first(app, name, &err) != 0 || apply(app->settings, name, &err) != 0) {
		input_problem(app, err.message);
		return;
	}
	form_read(&app->form);
	form_check(&app->form);
	app_endpoint(app);
	input_end(app, NULL);
	app_notice(app, "Profile '%s' is in the form.", name);
}

static void save_new(struct app *app)
{
	save(app, false);
}

void profile_replace(struct app *app)
{
	save(app, true);
}

static bool act_on_names(struct app *app, enum action action)
{
	bool next = action == ACTION_INPUT_NEXT || action == ACTION_INPUT_NEWER;
	bool previous = action == ACTION_INPUT_PREVIOUS || action == ACTION_INPUT_OLDER;
	if (next || previous)
		choose(app, next ? 1 : -1);
	return next || previous;
}

const struct input_use profile_save_input = {.take = save_new};

const struct input_use profile_load_input = {.take = load, .act = act_on_names};
