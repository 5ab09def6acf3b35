/* The `hooks` object of the user file. */
#ifndef CONFIG_HOOKS_H
#define CONFIG_HOOKS_H

#include <berth/error.h>
#include <berth/hooks.h>

struct json_file;
struct json_t;

/* The place of `value` has been entered. NULL with USAGE, naming the place and what would be
 * right. */
struct berth_hooks *hooks_read(
	struct json_file *file, const struct json_t *value, struct berth_error *err);

#endif
