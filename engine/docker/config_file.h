/* The files of the Docker command line: $DOCKER_CONFIG, or ~/.docker. */
#ifndef DOCKER_CONFIG_FILE_H
#define DOCKER_CONFIG_FILE_H

#include <berth/error.h>

struct json_t;

/* "FOLDER/TAIL" in malloc'd memory. NULL without memory, or with code OK when the environment names
 * neither DOCKER_CONFIG nor HOME. */
char *config_file_path(const char *tail, struct berth_error *err);

/* Read a JSON object. 1 and *root (the caller's), 0 if there is no such file, -1 with IO, or with
 * USAGE naming file, line and column. The text never gets into a message: it may hold passwords.
 * What was read is wiped. */
int config_file_load(struct json_t **root, const char *path, struct berth_error *err);

/* Give up a tree after wiping its strings; it must not be shared. NULL is allowed. */
void config_file_wipe(struct json_t *root);

/* Member `name` of an object as text; "" if it is missing or no string. */
const char *config_file_text(const struct json_t *object, const char *name);

#endif
