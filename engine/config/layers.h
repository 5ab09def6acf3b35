/* What struct berth_settings is made of, for the files of this folder. */
#ifndef CONFIG_LAYERS_H
#define CONFIG_LAYERS_H

#include <berth/settings.h>

#include "base/buf.h"
#include "config/config_file.h"
#include "config/preset.h"
#include "config/strings.h"

struct layer_value {
	bool set; /* a list may be set to nothing, which hides the layers below */
	struct strings values;
	char *origin;
};

struct layer {
	struct layer_value fields[BERTH_FIELD_COUNT];
};

struct berth_settings {
	struct layer layers[BERTH_LAYER_COUNT];
	struct preset *preset;    /* NULL before the first load */
	struct user_config *user; /* NULL before the first load */
	struct user_target
		*program; /* a plugin found on the PATH by the target's name; NULL: none */
	struct strings targets, presets, profiles;
	struct buf *scratch; /* of the getters that build their answer */
};

/* Replace a field of a layer. Takes the contents of `values`, also on failure. */
int layer_set(struct layer *layer, enum berth_field_id field, struct strings *values,
	const char *origin, struct berth_error *err);
void layer_release(struct layer *layer);

/* The layer that decides a field, NULL if none has it. */
const struct layer_value *settings_value(
	const struct berth_settings *settings, enum berth_field_id field);

/* Said for this run, not by a file: what a command line or a memory of it has to repeat. */
bool settings_is_said(const struct berth_settings *settings, enum berth_field_id field);

/* Length of the variable's name in a value of a secret list; 0 if it may be that no name was given
 * and the secret stands in its place. */
size_t settings_variable_name(
	const struct berth_settings *settings, enum berth_field_id field, const char *text);

/* Kind of the chosen target: "docker", "demo", "mist" ...; NULL if there is no such target. */
const char *settings_kind(const struct berth_settings *settings);

/* The chosen target is a deploy server: the folder is one over there. */
bool settings_is_server(const struct berth_settings *settings);
/* The target of that name; NULL for those that are built in, and if there is none. */
const struct user_target *settings_target(const struct berth_settings *settings, const char *name);
/* It is a program of one's own, which says itself what it wants to know. */
bool settings_is_plugin(const struct berth_settings *settings);
/* plugin_target.c: look for the program that the target's name stands for, if it is no other. */
int settings_find_program(struct berth_settings *settings, struct berth_error *err);
int settings_program_copy(struct user_target **copy, const struct user_target *program);
void settings_program_free(struct user_target *program);
/* It is a Mist server: what is deployed is an app that it knows. */
bool settings_is_mist(const struct berth_settings *settings);
/* The image is to be made from the folder. */
bool settings_builds(const struct berth_settings *settings);
/* Nobody has chosen a preset, and the target does without the one that would be taken. */
bool settings_without_preset(const struct berth_settings *settings);

/* The folder made absolute, or as it was given for a deploy server; NULL in *folder if none is set.
 */
int derive_folder(const struct berth_settings *settings, char **folder, struct berth_error *err);
/* Name, container or dest as it will be, NULL in *value if there is nothing to derive it from. Not
 * judged. */
int derive(const struct berth_settings *settings, enum berth_field_id field, char **value,
	struct berth_error *err);

#endif
