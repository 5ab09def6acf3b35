/*
 * Settings: every value a deployment can have, where it came from, and whether it is right.
 *
 * One table of fields drives the options of `berth deploy`, the BERTH_* environment, the JSON
 * files, the form,
 * `--explain` and the completions. Values are kept as text in layers; the highest layer that has a
 * field wins:
 *
 *   option or form > environment > project file (berth.json beside the source) > profile (a named
 * file that --profile asks for) > user file > preset > default
 *
 * A list field (repeatable) is replaced as a whole by a higher layer.
 */
#ifndef BERTH_SETTINGS_H
#define BERTH_SETTINGS_H

#include <stdbool.h>
#include <stddef.h>

#include <berth/deployment.h>
#include <berth/error.h>
#include <berth/history.h>

struct berth_hooks;

enum berth_field_id {
	BERTH_FIELD_TARGET,
	BERTH_FIELD_HOST,
	BERTH_FIELD_PRESET,
	BERTH_FIELD_PROFILE,
	BERTH_FIELD_NAME,
	BERTH_FIELD_FOLDER,
	BERTH_FIELD_BUILD,
	BERTH_FIELD_GIT,
	BERTH_FIELD_IMAGE,
	BERTH_FIELD_CONTAINER,
	BERTH_FIELD_PLATFORM,
	BERTH_FIELD_PORT,
	BERTH_FIELD_ENV,
	BERTH_FIELD_ENV_FILE,
	BERTH_FIELD_HEALTH,
	BERTH_FIELD_INCLUDE,
	BERTH_FIELD_EXCLUDE,
	BERTH_FIELD_CONFIG_FILE,
	BERTH_FIELD_DEST,
	BERTH_FIELD_SET,
	BERTH_FIELD_RESTART,
	BERTH_FIELD_PULL,
	BERTH_FIELD_TIMEOUT,
	BERTH_FIELD_HEALTH_TIMEOUT,
	BERTH_FIELD_NO_ROLLBACK,
	BERTH_FIELD_YES,
	BERTH_FIELD_COUNT
};

enum berth_field_kind {
	BERTH_KIND_TEXT,
	BERTH_KIND_FOLDER, /* path; completes to folders */
	BERTH_KIND_FILE,
	BERTH_KIND_CHOICE,      /* one of `choices` */
	BERTH_KIND_LIST,        /* repeatable text */
	BERTH_KIND_SECRET_LIST, /* repeatable K=V, value shown as bullets */
	BERTH_KIND_FLAG,        /* "true" or "false" */
	BERTH_KIND_NUMBER,
};

struct berth_field {
	enum berth_field_id id;
	enum berth_field_kind kind;
	const char *name; /* option without dashes and key in JSON files: "port", "config-file" */
	const char *variable;       /* "BERTH_PORT" */
	const char *label;          /* in the form: "Ports" */
	const char *metavar;        /* "[NAME=]HOST:CONTAINER[/udp]"; NULL for flags */
	const char *help;           /* one line */
	const char *fallback;       /* default as text, NULL if none */
	const char *const *choices; /* NULL-terminated for CHOICE; targets, presets and profiles
				       come from the functions below */
};

extern const struct berth_field berth_fields[BERTH_FIELD_COUNT];
const struct berth_field *berth_field_find(const char *name); /* by option name; NULL if none */

enum berth_layer_id {
	BERTH_FROM_DEFAULT,
	BERTH_FROM_PRESET,
	BERTH_FROM_USER_FILE,
	BERTH_FROM_PROFILE,
	BERTH_FROM_PROJECT_FILE,
	BERTH_FROM_ENVIRONMENT,
	BERTH_FROM_OPTION,
	BERTH_LAYER_COUNT
};

struct berth_settings;

/* Settings with defaults only. NULL without memory. */
struct berth_settings *berth_settings_new(void);
void berth_settings_free(struct berth_settings *settings);
struct berth_settings *berth_settings_copy(const struct berth_settings *settings);

/*
 * Read environment, user file, profile and preset, and berth.json beside the source (the folder
 * setting if there is one by then, else the working directory). Call after the options have been
 * added, and again whenever target, preset, profile or folder change: the layers below
 * BERTH_FROM_OPTION are made anew. On an error nothing changes; the message names file, line,
 * column, what was expected and the nearest right word.
 */
int berth_settings_load(struct berth_settings *settings, struct berth_error *err);

/* Set a scalar or add to a list in the option layer. Checks the form of the value only ("not a
 * port"). */
int berth_settings_add(struct berth_settings *settings, enum berth_field_id field,
	const char *value, struct berth_error *err);
/* Replace a field in the option layer by these values (count 0: forget it, lower layers show
 * through). Values are not checked: the form keeps what was typed and berth_settings_check() judges
 * it. */
int berth_settings_replace(struct berth_settings *settings, enum berth_field_id field,
	const char *const *values, size_t count, struct berth_error *err);

/* The effective values: borrowed until the settings change. get: the last one, or NULL. */
const char *berth_settings_get(const struct berth_settings *settings, enum berth_field_id field);
size_t berth_settings_count(const struct berth_settings *settings, enum berth_field_id field);
const char *berth_settings_at(
	const struct berth_settings *settings, enum berth_field_id field, size_t index);

/* Where the effective value came from, for people: "option --port", "form, as --port" for what
 * berth_settings_replace() put there, "environment BERTH_PORT",
 * "/home/u/.config/berth/config.json", "preset 'generic'", "default". Borrowed. */
const char *berth_settings_origin(const struct berth_settings *settings, enum berth_field_id field);
/* The layer it came from; BERTH_FROM_DEFAULT also where nothing is set. */
enum berth_layer_id berth_settings_layer(
	const struct berth_settings *settings, enum berth_field_id field);

/* What the field will be if nobody says: derived values (name from the folder, container from the
 * preset's pattern, dest from the preset). Equals get() where a value is set. Empty string if there
 * is none. Borrowed until the next call. */
const char *berth_settings_effective(
	const struct berth_settings *settings, enum berth_field_id field);

/* Check one field in the light of the others; 0, or -1 and an error that names field, value and
 * what would be right. Does not touch the network; looks at local folders with stat() only. */
int berth_settings_check(
	const struct berth_settings *settings, enum berth_field_id field, struct berth_error *err);

/* Check all and build the request. On failure *field (may be NULL) tells which field is wrong. */
struct berth_deployment *berth_settings_resolve(
	const struct berth_settings *settings, enum berth_field_id *field, struct berth_error *err);

/* Does this field mean anything for the chosen target? */
bool berth_settings_applies(const struct berth_settings *settings, enum berth_field_id field);
/* Must it have a value there? */
bool berth_settings_requires(const struct berth_settings *settings, enum berth_field_id field);
/* What it is for there, one line. */
const char *berth_settings_help(const struct berth_settings *settings, enum berth_field_id field);

/* The deploy server that the chosen target is; NULL for docker and demo. Borrowed until the next
 * load. */
const struct berth_server *berth_settings_server(const struct berth_settings *settings);

/* The command of the plugin that the chosen target is, NULL-terminated; NULL for other kinds.
 * Borrowed until the next load. */
const char *const *berth_settings_command(const struct berth_settings *settings);

/* What berth_engine_attach() takes: target, kind and server of that target, and `id` as the name.
 */
struct berth_deployment *berth_settings_attach(const struct berth_settings *settings,
	const char *target, const char *id, struct berth_error *err);

/* For the chosen target, a plugin: what berth_engine_attach() takes to have it act ("stop") on what
 * it knows by `id` (NULL: all). */
struct berth_deployment *berth_settings_act(const struct berth_settings *settings,
	const char *action, const char *id, struct berth_error *err);

/* The `history` object of the user file: which past runs are kept. */
struct berth_history_rules berth_settings_history(const struct berth_settings *settings);

/* The `hooks` object of the user file; NULL if there is none. Borrowed until the next load. */
const struct berth_hooks *berth_settings_hooks(const struct berth_settings *settings);

/* Names to choose from, NULL-terminated, borrowed until the next load. */
const char *const *berth_settings_targets(const struct berth_settings *settings);
const char *const *berth_settings_presets(const struct berth_settings *settings);
const char *const *berth_settings_profiles(const struct berth_settings *settings);

/* The configuration calls the chosen target protected: a person confirms each deployment to it. */
bool berth_settings_protected(const struct berth_settings *settings);
/* --yes was given for this run, as an option or in the environment. What a file says is no
 * confirmation. */
bool berth_settings_confirmed(const struct berth_settings *settings);

/* "clipboard" of config.json, one of the words; NULL if it says nothing. Borrowed until the next
 * load. */
const char *berth_settings_clipboard(const struct berth_settings *settings);
extern const char *const berth_clipboard_words[]; /* auto, plain, tmux, off; NULL-terminated */

/* `--explain`: one line a field with value and origin, secrets as bullets, in malloc'd memory. */
char *berth_settings_explain(const struct berth_settings *settings);

/* The same request as a shell command line, quoted; `between` stands in front of each option (" ").
 * Of variables only the names are in it: --env NAME takes the value that berth's own environment
 * has. malloc'd. */
char *berth_settings_command_line(const struct berth_settings *settings, const char *between);

/*
 * Write what was said by option, form, environment or profile as the profile `name`, in the format
 * of berth.json. Of variables only the names are written; *unsaved (may be NULL) tells how many
 * values were left out by that. CONFLICT if there is one of that name already and `replace` is
 * false.
 */
int berth_settings_save_profile(const struct berth_settings *settings, const char *name,
	bool replace, size_t *unsaved, struct berth_error *err);

#endif
