#include "config/resolve.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include <berth/config_keys.h>

#include "base/cleanup.h"
#include "config/parse.h"
#include "config/server.h"

static int check_kind(const char *target, const char *kind, struct berth_error *err)
{
	for (const struct berth_target_kind *row = berth_target_kinds; row->name; row++) {
		if (!row->available && strcmp(row->name, kind) == 0)
			return berth_error_set(err, BERTH_E_USAGE, 0,
				"target '%s': targets of kind '%s' are not supported by this "
				"version",
				target, kind);
	}
	return 0;
}

int resolve_command(
	struct berth_deployment *deployment, const char *const *command, struct berth_error *err)
{
	struct strings words = {0};
	for (; command && *command; command++) {
		if (strings_add(&words, *command, err) < 0) {
			strings_release(&words);
			return -1;
		}
	}
	deployment->command = words.items;
	return 0;
}

static int resolve_target(struct build *build, struct berth_error *err)
{
	const struct berth_settings *settings = build->settings;
	const char *name = berth_settings_get(settings, BERTH_FIELD_TARGET);
	const char *kind = settings_kind(settings);
	if (!kind)
		return parse_choice("target", name, berth_settings_targets(settings), err);
	if (check_kind(name, kind, err) < 0 ||
		server_copy(&build->deployment->server, berth_settings_server(settings), err) < 0 ||
		string_copy(&build->deployment->target, name, err) < 0)
		return -1;
	build->deployment->is_protected = berth_settings_protected(settings);
	if (resolve_command(build->deployment, berth_settings_command(settings), err) < 0)
		return -1;
	return string_copy(&build->deployment->kind, kind, err);
}

/* A plain text that must be of the right form if it is there. */
static int resolve_text(
	struct build *build, enum berth_field_id field, char **text, struct berth_error *err)
{
	const char *value = berth_settings_get(build->settings, field);
	if (value && parse_check(field, value, 1, err) < 0)
		return -1;
	return string_copy(text, value, err);
}

static int resolve_host(struct build *build, struct berth_error *err)
{
	return resolve_text(build, BERTH_FIELD_HOST, &build->deployment->host, err);
}

static int resolve_preset(struct build *build, struct berth_error *err)
{
	const struct preset *preset = build->settings->preset;
	const char *name = berth_settings_get(build->settings, BERTH_FIELD_PRESET);
	struct berth_deployment *deployment = build->deployment;
	if (settings_without_preset(build->settings))
		return 0;
	if (!strings_has(&build->settings->presets, name))
		return parse_choice("preset", name, berth_settings_presets(build->settings), err);
	if (string_copy(&deployment->preset, name, err) < 0)
		return -1;
	if (!preset)
		return 0;
	struct strings section, label, value;
	if (string_copy(&deployment->root_marker, preset->root_marker, err) < 0 ||
		strings_copy(&section, &preset->card_section, err) < 0)
		return -1;
	if (strings_copy(&label, &preset->card_label, err) < 0) {
		strings_release(&section);
		return -1;
	}
	if (strings_copy(&value, &preset->card_value, err) < 0) {
		strings_release(&section);
		strings_release(&label);
		return -1;
	}
	deployment->card_section = section.items;
	deployment->card_label = label.items;
	deployment->card_value = value.items;
	deployment->card_count = value.count;
	return 0;
}

/* Its values have been taken when it was loaded. */
static int resolve_profile(struct build *build, struct berth_error *err)
{
	const char *name = berth_settings_get(build->settings, BERTH_FIELD_PROFILE);
	return name ? parse_name("profile", name, err) : 0;
}

static int resolve_name(struct build *build, struct berth_error *err)
{
	cleanup_free char *name = NULL;
	if (derive(build->settings, BERTH_FIELD_NAME, &name, err) < 0)
		return -1;
	if (settings_is_mist(build->settings)) {
		if (!name)
			return berth_error_set(err, BERTH_E_USAGE, 0,
				"a name is needed, the app's on the server: give --name APP or "
				"--name PROJECT/APP");
		if (parse_line("name", name, err) < 0)
			return -1;
		build->deployment->name = name;
		name = NULL;
		return 0;
	}
	if (!name && settings_is_server(build->settings))
		return berth_error_set(err, BERTH_E_USAGE, 0,
			"a name is needed, the script's on the server: give --name NAME");
	if (!name) {
		const char *folder = berth_settings_get(build->settings, BERTH_FIELD_FOLDER);
		return folder ? berth_error_set(err, BERTH_E_USAGE, 0,
					"a name is needed and the folder '%s' gives none: give "
					"--name NAME",
					folder)
			      : berth_error_set(err, BERTH_E_USAGE, 0,
					"a name is needed: give --name NAME or --folder DIR");
	}
	if (parse_name("name", name, err) < 0)
		return -1;
	build->deployment->name = name;
	name = NULL;
	return 0;
}

static int resolve_image(struct build *build, struct berth_error *err)
{
	if (!berth_settings_get(build->settings, BERTH_FIELD_IMAGE) &&
		berth_settings_requires(build->settings, BERTH_FIELD_IMAGE))
		return berth_error_set(err, BERTH_E_USAGE, 0,
			"an image is needed: give --image REF or a preset that has one");
	return resolve_text(build, BERTH_FIELD_IMAGE, &build->deployment->image, err);
}

static int resolve_container(struct build *build, struct berth_error *err)
{
	cleanup_free char *container = NULL;
	if (derive(build->settings, BERTH_FIELD_CONTAINER, &container, err) < 0)
		return -1;
	/* Without a name there is none, and the name has been complained of. */
	if (!container)
		return 0;
	if (parse_name("container", container, err) < 0)
		return -1;
	build->deployment->container = container;
	container = NULL;
	return 0;
}

static int resolve_platform(struct build *build, struct berth_error *err)
{
	return resolve_text(build, BERTH_FIELD_PLATFORM, &build->deployment->platform, err);
}

static int resolve_restart(struct build *build, struct berth_error *err)
{
	return resolve_text(build, BERTH_FIELD_RESTART, &build->deployment->restart, err);
}

static int resolve_pull(struct build *build, struct berth_error *err)
{
	const char *text = berth_settings_get(build->settings, BERTH_FIELD_PULL);
	if (parse_check(BERTH_FIELD_PULL, text, 1, err) < 0)
		return -1;
	build->deployment->pull = strcmp(text, "always") == 0  ? BERTH_PULL_ALWAYS
				  : strcmp(text, "never") == 0 ? BERTH_PULL_NEVER
							       : BERTH_PULL_MISSING;
	return 0;
}

static int resolve_timeout(struct build *build, struct berth_error *err)
{
	return parse_seconds(&build->deployment->timeout_s, BERTH_FIELD_TIMEOUT,
		berth_settings_get(build->settings, BERTH_FIELD_TIMEOUT), err);
}

static int resolve_health_timeout(struct build *build, struct berth_error *err)
{
	return parse_seconds(&build->deployment->health_s, BERTH_FIELD_HEALTH_TIMEOUT,
		berth_settings_get(build->settings, BERTH_FIELD_HEALTH_TIMEOUT), err);
}

static int resolve_flag(
	struct build *build, enum berth_field_id field, bool *flag, struct berth_error *err)
{
	const char *text = berth_settings_get(build->settings, field);
	if (parse_check(field, text, 1, err) < 0)
		return -1;
	*flag = strcmp(text, "true") == 0;
	return 0;
}

static int resolve_no_rollback(struct build *build, struct berth_error *err)
{
	bool keep;
	if (resolve_flag(build, BERTH_FIELD_NO_ROLLBACK, &keep, err) < 0)
		return -1;
	build->deployment->rollback = !keep;
	return 0;
}

static int resolve_yes(struct build *build, struct berth_error *err)
{
	return resolve_flag(build, BERTH_FIELD_YES, &build->deployment->replace, err);
}

/* "berth/my-site" for "My_Site.": a repository has lower case, and single signs between. */
static int image_name_for(const char *name, char **image, struct berth_error *err)
{
	char made[sizeof "berth/" + 128] = "berth/";
	size_t len = strlen(made);
	for (const char *p = name; *p && len < sizeof made - 1; p++) {
		bool plain = isalnum((unsigned char)*p);
		if (plain)
			made[len++] = (char)tolower((unsigned char)*p);
		else if (made[len - 1] != '-' && made[len - 1] != '/')
			made[len++] = '-';
	}
	while (made[len - 1] == '-')
		len--;
	made[len] = '\0';
	free(*image);
	*image = NULL;
	return string_copy(image, made, err);
}

static int resolve_git(struct build *build, struct berth_error *err)
{
	return resolve_text(build, BERTH_FIELD_GIT, &build->deployment->git, err);
}

/* Whoever makes the image needs none, but a source; it is called as the deployment is. */
static int resolve_build(struct build *build, struct berth_error *err)
{
	struct berth_deployment *deployment = build->deployment;
	if (resolve_flag(build, BERTH_FIELD_BUILD, &deployment->build, err) < 0)
		return -1;
	deployment->build = deployment->build || deployment->git;
	if (!deployment->build)
		return 0;
	if (!deployment->folder && !deployment->git)
		return berth_error_set(err, BERTH_E_USAGE, 0,
			"build needs what is built: give --folder DIR or --git URL");
	if (settings_is_said(build->settings, BERTH_FIELD_IMAGE))
		return berth_error_set(err, BERTH_E_USAGE, 0,
			"image '%s' and build exclude each other: the image is made from the "
			"folder",
			berth_settings_get(build->settings, BERTH_FIELD_IMAGE));
	free(deployment->dest);
	deployment->dest = NULL;
	return deployment->name ? image_name_for(deployment->name, &deployment->image, err) : 0;
}

#define ID_MAX 256

/* Health needs the ports, --env comes over the files. */
static const struct {
	enum berth_field_id field;
	build_fn *build;
} steps[] = {
	{BERTH_FIELD_TARGET, resolve_target},
	{BERTH_FIELD_HOST, resolve_host},
	{BERTH_FIELD_PRESET, resolve_preset},
	{BERTH_FIELD_PROFILE, resolve_profile},
	{BERTH_FIELD_FOLDER, resolve_folder},
	{BERTH_FIELD_IMAGE, resolve_image},
	{BERTH_FIELD_NAME, resolve_name},
	{BERTH_FIELD_CONTAINER, resolve_container},
	{BERTH_FIELD_PLATFORM, resolve_platform},
	{BERTH_FIELD_PORT, resolve_ports},
	{BERTH_FIELD_HEALTH, resolve_health},
	{BERTH_FIELD_ENV_FILE, resolve_env_files},
	{BERTH_FIELD_ENV, resolve_env},
	{BERTH_FIELD_INCLUDE, resolve_include},
	{BERTH_FIELD_EXCLUDE, resolve_exclude},
	{BERTH_FIELD_DEST, resolve_dest},
	{BERTH_FIELD_GIT, resolve_git},
	{BERTH_FIELD_BUILD, resolve_build},
	{BERTH_FIELD_CONFIG_FILE, resolve_config_files},
	{BERTH_FIELD_SET, resolve_set},
	{BERTH_FIELD_RESTART, resolve_restart},
	{BERTH_FIELD_PULL, resolve_pull},
	{BERTH_FIELD_TIMEOUT, resolve_timeout},
	{BERTH_FIELD_HEALTH_TIMEOUT, resolve_health_timeout},
	{BERTH_FIELD_NO_ROLLBACK, resolve_no_rollback},
	{BERTH_FIELD_YES, resolve_yes},
};

#define STEPS (sizeof steps / sizeof *steps)
_Static_assert(STEPS == BERTH_FIELD_COUNT, "every field has its step");

/* What a target does not take can't be wrong: of a server's request it is no part, and a rehearsal
 * shows as much of the real thing as there is. */
static int run_step(struct build *build, size_t step, struct berth_error *err)
{
	if (berth_settings_applies(build->settings, steps[step].field))
		return steps[step].build(build, err);
	if (!settings_is_server(build->settings) && !settings_is_plugin(build->settings))
		steps[step].build(build, NULL);
	return 0;
}

int berth_settings_check(
	const struct berth_settings *settings, enum berth_field_id field, struct berth_error *err)
{
	struct build build = {settings, calloc(1, sizeof *build.deployment), false};
	if (!build.deployment)
		return string_no_memory(err);
	int status = 0;
	for (size_t i = 0; i < STEPS; i++) {
		bool asked = steps[i].field == field;
		int made = run_step(&build, i, asked ? err : NULL);
		if (asked) {
			status = made;
			break;
		}
	}
	berth_deployment_free(build.deployment);
	return status;
}

struct berth_deployment *berth_settings_resolve(
	const struct berth_settings *settings, enum berth_field_id *field, struct berth_error *err)
{
	struct build build = {settings, calloc(1, sizeof *build.deployment), true};
	if (!build.deployment) {
		string_no_memory(err);
		return NULL;
	}
	for (size_t i = 0; i < STEPS; i++) {
		if (run_step(&build, i, err) == 0)
			continue;
		if (field)
			*field = steps[i].field;
		berth_deployment_free(build.deployment);
		return NULL;
	}
	return build.deployment;
}

/* What a server calls its deployments is the server's: only what no address can hold is refused. */
static int check_id(const char *id, struct berth_error *err)
{
	size_t len = strlen(id);
	for (size_t i = 0; i < len; i++) {
		if ((unsigned char)id[i] <= 0x20 || id[i] == 0x7F)
			len = 0;
	}
	if (len > 0 && len <= ID_MAX)
		return 0;
	return berth_error_set(err, BERTH_E_USAGE, 0,
		"an id is needed, 1 to %d characters without blanks, as the server gave it",
		ID_MAX);
}

struct berth_deployment *berth_settings_attach(const struct berth_settings *settings,
	const char *target, const char *id, struct berth_error *err)
{
	const struct user_target *found = settings_target(settings, target);
	const char *kind = strcmp(target, "demo") == 0 ? "demo" : found ? found->kind : "docker";
	if ((!found && parse_choice("target", target, berth_settings_targets(settings), err) < 0) ||
		check_kind(target, kind, err) < 0 || check_id(id, err) < 0)
		return NULL;
	struct berth_deployment *deployment = calloc(1, sizeof *deployment);
	if (!deployment) {
		string_no_memory(err);
		return NULL;
	}
	if (server_copy(&deployment->server, found ? found->server : NULL, err) < 0 ||
		string_copy(&deployment->target, target, err) < 0 ||
		string_copy(&deployment->kind, kind, err) < 0 ||
		string_copy(&deployment->name, id, err) < 0) {
		berth_deployment_free(deployment);
		return NULL;
	}
	return deployment;
}
