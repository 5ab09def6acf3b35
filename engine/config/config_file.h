/* The files of a person (config.json) and of a project (berth.json). */
#ifndef CONFIG_CONFIG_FILE_H
#define CONFIG_CONFIG_FILE_H

#include <stdbool.h>
#include <stddef.h>

#include <berth/error.h>
#include <berth/screen_config.h>
#include <berth/settings.h>

#include "config/strings.h"

struct json_file;
struct json_t;
struct layer;

struct user_target {
	char *name;
	char *kind;
	char *host;                  /* kind docker */
	struct berth_server *server; /* kind fractalic */
	struct strings command;      /* kind plugin: program and arguments */
	struct strings own;          /* kind plugin: "NAME=VALUE" of its own fields */
	bool is_protected;           /* each deployment there is confirmed */
};

/* Never changes once read; settings share it by counting references. */
struct user_config {
	unsigned references;
	char *path; /* NULL if there is no such file */
	struct user_target *targets;
	size_t target_count;
	const char *clipboard; /* of berth_clipboard_words; NULL: none was named */
	struct berth_screen_config screen;
	struct berth_history_rules history;
};

/* A folder in a file is one of this machine and becomes absolute beside the file, or one over there
 * and stays as it is. */
enum folder_is { FOLDER_HERE, FOLDER_THERE };

/* Reads the file, checks all of it and puts the values of fields into the layer. A file that does
 * not exist is an empty one. NULL: IO, or USAGE with file, line, column and the right word. */
struct user_config *user_config_load(
	struct layer *layer, enum folder_is folder_is, struct berth_error *err);
struct user_config *user_config_share(struct user_config *config);
void user_config_drop(struct user_config *config); /* NULL is allowed */
const struct user_target *user_config_find(const struct user_config *config, const char *name);

/* berth.json of `folder`. */
int project_file_load(
	struct layer *layer, const char *folder, enum folder_is folder_is, struct berth_error *err);

struct project_file {
	const char *path;
	const char *origin; /* of the values, for people */
	enum folder_is folder_is;
	/* "env" may name variables that are not there yet, and 'berth detect' is told nothing. */
	bool is_profile;
};

/* A file of that format anywhere. 1 read, 0 there is none, -1 as above. */
int project_file_read(
	struct layer *layer, const struct project_file *project, struct berth_error *err);

/* Values of a field from JSON, checked; paths become absolute below base (NULL: they stay). The
 * place of `value` has been entered. */
int json_field_values(struct json_file *file, enum berth_field_id field, const struct json_t *value,
	const char *base, struct strings *values, struct berth_error *err);

#endif
