/* The keys of an entry of "targets", each with what its value must be. */
#ifndef CONFIG_TARGET_KEYS_H
#define CONFIG_TARGET_KEYS_H

#include <berth/error.h>

struct json_file;
struct json_t;

/* The place of `value` has been entered. `kind` is the target's. */
int target_key_check(struct json_file *file, const char *kind, const char *key,
	const struct json_t *value, struct berth_error *err);

/* A key that names a secret, told by what its name ends in. */
int secret_key_check(struct json_file *file, const char *key, const struct json_t *value,
	struct berth_error *err);

#endif
