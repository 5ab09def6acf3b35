/* One entry of "targets" in the configuration: its kind says which keys it takes. */
#ifndef CONFIG_USER_TARGET_H
#define CONFIG_USER_TARGET_H

#include <stdbool.h>

#include "config/config_file.h"

/* `local` and `demo` are there without a configuration. */
bool user_target_is_built_in(const char *name);

/* The place of `value` has been entered. *target needs release also on failure. */
int user_target_read(struct user_target *target, struct json_file *file, const char *name,
	const struct json_t *value, struct berth_error *err);
void user_target_release(struct user_target *target);

#endif
