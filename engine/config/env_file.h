/* Files of variables, as docker run --env-file reads them. */
#ifndef CONFIG_ENV_FILE_H
#define CONFIG_ENV_FILE_H

#include <stddef.h>

#include <berth/deployment.h>
#include <berth/error.h>

#define ENV_MAX 4096

struct variables {
	struct berth_variable *items;
	size_t count;
};

/* Add, or replace the one of that name. Takes the contents of `variable`, also on failure. */
int variables_put(
	struct variables *variables, struct berth_variable *variable, struct berth_error *err);
void variables_release(struct variables *variables);

/* One K=V a line, '#' comments, empty lines; K alone takes berth's own variable and is skipped if
 * there is none. Errors name file and line, never what stands there. */
int env_file_read(struct variables *variables, const char *path, struct berth_error *err);
/* The same of text in memory; `path` is for messages. */
int env_file_parse(struct variables *variables, const char *path, const char *text, size_t len,
	struct berth_error *err);

#endif
