/* What each kind of target makes of the fields: which it takes, which it needs, what they are
 * there. */
#include <string.h>

#include "config/layers.h"

/* What says which image, and which files go into its container; a build makes both. */
static bool is_of_an_image(enum berth_field_id field)
{
	return field == BERTH_FIELD_IMAGE || field == BERTH_FIELD_PULL ||
	       field == BERTH_FIELD_INCLUDE || field == BERTH_FIELD_EXCLUDE ||
	       field == BERTH_FIELD_CONFIG_FILE || field == BERTH_FIELD_DEST;
}

bool settings_builds(const struct berth_settings *settings)
{
	const char *build = berth_settings_get(settings, BERTH_FIELD_BUILD);
	return (build && strcmp(build, "true") == 0) ||
	       berth_settings_get(settings, BERTH_FIELD_GIT) != NULL;
}

bool berth_settings_applies(const struct berth_settings *settings, enum berth_field_id field)
{
	static const struct {
		const char *kind;
		bool takes[BERTH_FIELD_COUNT];
	} rows[] = {
		{"demo", {[BERTH_FIELD_TARGET] = true,
				 [BERTH_FIELD_PROFILE] = true,
				 [BERTH_FIELD_NAME] = true,
				 [BERTH_FIELD_ENV] = true,
				 [BERTH_FIELD_ENV_FILE] = true,
				 [BERTH_FIELD_TIMEOUT] = true,
				 [BERTH_FIELD_NO_ROLLBACK] = true}},
		{"fractalic", {[BERTH_FIELD_TARGET] = true,
				      [BERTH_FIELD_PRESET] = true,
				      [BERTH_FIELD_PROFILE] = true,
				      [BERTH_FIELD_NAME] = true,
				      [BERTH_FIELD_FOLDER] = true,
				      [BERTH_FIELD_IMAGE] = true,
				      [BERTH_FIELD_CONTAINER] = true,
				      [BERTH_FIELD_PLATFORM] = true,
				      [BERTH_FIELD_PORT] = true,
				      [BERTH_FIELD_ENV] = true,
				      [BERTH_FIELD_ENV_FILE] = true,
				      [BERTH_FIELD_TIMEOUT] = true}},
		{"plugin", {[BERTH_FIELD_TARGET] = true,
				   [BERTH_FIELD_PROFILE] = true,
				   [BERTH_FIELD_NAME] = true,
				   [BERTH_FIELD_FOLDER] = true,
				   [BERTH_FIELD_IMAGE] = true,
				   [BERTH_FIELD_PLATFORM] = true,
				   [BERTH_FIELD_ENV] = true,
				   [BERTH_FIELD_ENV_FILE] = true,
				   [BERTH_FIELD_SET] = true,
				   [BERTH_FIELD_TIMEOUT] = true}},
		{"mist", {[BERTH_FIELD_TARGET] = true,
				 [BERTH_FIELD_PROFILE] = true,
				 [BERTH_FIELD_NAME] = true,
				 [BERTH_FIELD_TIMEOUT] = true}},
	};
	const char *kind = settings_kind(settings);
	if (kind && strcmp(kind, "docker") == 0 && field == BERTH_FIELD_FOLDER &&
		berth_settings_get(settings, BERTH_FIELD_GIT))
		return false;
	if (kind && strcmp(kind, "docker") == 0 && settings_builds(settings))
		return !is_of_an_image(field);
	for (size_t i = 0; kind && i < sizeof rows / sizeof *rows; i++) {
		if (strcmp(rows[i].kind, kind) == 0)
			return rows[i].takes[field];
	}
	/* All others make containers here. */
	return field != BERTH_FIELD_SET;
}

bool berth_settings_requires(const struct berth_settings *settings, enum berth_field_id field)
{
	const char *kind = settings_kind(settings);
	if (settings_is_server(settings))
		return berth_settings_applies(settings, field) &&
		       (field == BERTH_FIELD_NAME || field == BERTH_FIELD_FOLDER);
	return kind && strcmp(kind, "docker") == 0 &&
	       berth_settings_get(settings, BERTH_FIELD_GIT) == NULL &&
	       field == (settings_builds(settings) ? BERTH_FIELD_FOLDER : BERTH_FIELD_IMAGE);
}

const char *berth_settings_help(const struct berth_settings *settings, enum berth_field_id field)
{
	static const char *const mist[BERTH_FIELD_COUNT] = {
		[BERTH_FIELD_NAME] = "the app on the server: its name, its id, or PROJECT/APP",
		[BERTH_FIELD_TIMEOUT] = "how long to follow it, in seconds; 0 is to its end",
	};
	static const char *const server[BERTH_FIELD_COUNT] = {
		[BERTH_FIELD_PRESET] =
			"a set of defaults, of which the image, the container's name "
			"and the platform count here",
		[BERTH_FIELD_NAME] = "the script's name",
		[BERTH_FIELD_FOLDER] = "the script's folder, a path on the server",
		[BERTH_FIELD_IMAGE] = "image to ask the server for (its own)",
		[BERTH_FIELD_CONTAINER] = "container name on the server; one that is there is "
					  "replaced",
		[BERTH_FIELD_PLATFORM] = "platform to ask the server for (its own)",
		[BERTH_FIELD_PORT] = "host port to ask for, by name: ai_server=9123:8001; "
				     "repeatable",
	};
	if (settings_is_mist(settings))
		return mist[field] ? mist[field] : berth_fields[field].help;
	if (settings_is_server(settings) && server[field])
		return server[field];
	return berth_fields[field].help;
}
