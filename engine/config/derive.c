/* Values that follow from others while nobody sets them. */
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "config/layers.h"
#include "config/parse.h"
#include "config/paths.h"
#include "docker/reference.h"
#include "git/git_url.h"

int derive_folder(const struct berth_settings *settings, char **folder, struct berth_error *err)
{
	const char *text = berth_settings_get(settings, BERTH_FIELD_FOLDER);
	*folder = NULL;
	if (!text || !*text)
		return 0;
	return settings_is_server(settings) ? string_copy(folder, text, err)
					    : path_absolute(folder, NULL, text, err);
}

static const char *last_part(const char *path)
{
	const char *slash = strrchr(path, '/');
	return slash ? slash + 1 : path;
}

/* "My Site!" -> "My-Site": what a name can't hold becomes one '-', none at the ends. */
static int valid_name(const char *text, char **name, struct berth_error *err)
{
	char made[65];
	size_t len = 0;
	for (const char *p = text; *p && len < sizeof made - 1; p++) {
		if (isalnum((unsigned char)*p) || (len > 0 && strchr("_.-", *p)))
			made[len++] = *p;
		else if (len > 0 && made[len - 1] != '-')
			made[len++] = '-';
	}
	while (len > 0 && !isalnum((unsigned char)made[len - 1]))
		len--;
	made[len] = '\0';
	*name = NULL;
	return parse_name("name", made, NULL) == 0 ? string_copy(name, made, err) : 0;
}

static int derive_name(const struct berth_settings *settings, char **name, struct berth_error *err)
{
	cleanup_free char *folder = NULL;
	struct reference reference;
	*name = NULL;
	/* The name of a script over there is not to be guessed. */
	if (settings_is_server(settings))
		return 0;
	if (derive_folder(settings, &folder, err) < 0)
		return -1;
	const char *git = berth_settings_get(settings, BERTH_FIELD_GIT);
	struct git_url url;
	if (git && git_url_parse(&url, git, NULL) == 0) {
		int status = valid_name(url.name, name, err);
		git_url_release(&url);
		return status;
	}
	if (folder)
		return valid_name(last_part(folder), name, err);
	const char *kind = settings_kind(settings);
	if (kind && strcmp(kind, "demo") == 0)
		return string_copy(name, "rehearsal", err);
	const char *image = berth_settings_get(settings, BERTH_FIELD_IMAGE);
	if (image && reference_parse(&reference, image, NULL) == 0)
		return valid_name(last_part(reference.repository), name, err);
	return 0;
}

/* "{name}" in a pattern; without a name there is no value. */
static int expand(const struct berth_settings *settings, const char *pattern, char **value,
	struct berth_error *err)
{
	static const char mark[] = "{name}";
	const char *found = strstr(pattern, mark);
	cleanup_free char *name = NULL;
	*value = NULL;
	if (!found)
		return string_copy(value, pattern, err);
	if (derive(settings, BERTH_FIELD_NAME, &name, err) < 0)
		return -1;
	if (name && asprintf(value, "%.*s%s%s", (int)(found - pattern), pattern, name,
			    found + sizeof mark - 1) < 0) {
		*value = NULL;
		return string_no_memory(err);
	}
	return 0;
}

int derive(const struct berth_settings *settings, enum berth_field_id field, char **value,
	struct berth_error *err)
{
	const struct preset *preset = settings->preset;
	const char *set = berth_settings_get(settings, field);
	*value = NULL;
	if (field == BERTH_FIELD_NAME)
		return set ? string_copy(value, set, err) : derive_name(settings, value, err);
	const char *pattern = set;
	if (!pattern && preset)
		pattern = field == BERTH_FIELD_CONTAINER ? preset->container : preset->dest;
	/* The server's document promises its pattern, but only a name that is sent is kept. */
	if (!pattern && field == BERTH_FIELD_CONTAINER)
		pattern = settings_is_server(settings) ? "fractalic-{name}" : "{name}";
	return pattern ? expand(settings, pattern, value, err) : 0;
}

const char *berth_settings_effective(
	const struct berth_settings *settings, enum berth_field_id field)
{
	cleanup_free char *value = NULL;
	const char *set = berth_settings_get(settings, field);
	if (field == BERTH_FIELD_PRESET && settings_without_preset(settings))
		return "";
	if (field != BERTH_FIELD_NAME && field != BERTH_FIELD_CONTAINER &&
		field != BERTH_FIELD_DEST)
		return set ? set : "";
	if (derive(settings, field, &value, NULL) < 0 || !value)
		return "";
	buf_reset(settings->scratch);
	if (buf_adds(settings->scratch, value, NULL) < 0)
		return "";
	return settings->scratch->data;
}

const char *berth_settings_origin(const struct berth_settings *settings, enum berth_field_id field)
{
	const struct layer_value *value = settings_value(settings, field);
	const struct preset *preset = settings->preset;
	if (value)
		return value->origin;
	if (field == BERTH_FIELD_NAME && settings_is_server(settings))
		return "default";
	if (field == BERTH_FIELD_NAME && berth_settings_get(settings, BERTH_FIELD_GIT))
		return "the repository's name";
	if (field == BERTH_FIELD_NAME && berth_settings_get(settings, BERTH_FIELD_FOLDER))
		return "the folder's name";
	if (field == BERTH_FIELD_NAME && berth_settings_applies(settings, BERTH_FIELD_IMAGE) &&
		berth_settings_get(settings, BERTH_FIELD_IMAGE))
		return "the image's name";
	if (preset && ((field == BERTH_FIELD_CONTAINER && preset->container) ||
			      (field == BERTH_FIELD_DEST && preset->dest)))
		return preset->origin;
	if (field == BERTH_FIELD_CONTAINER && settings_is_server(settings))
		return "the server's pattern";
	if (field == BERTH_FIELD_CONTAINER)
		return "the deployment's name";
	return "default";
}
