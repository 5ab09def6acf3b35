/* The `history` object of the user file. */
#ifndef CONFIG_HISTORY_KEYS_H
#define CONFIG_HISTORY_KEYS_H

#include <berth/error.h>
#include <berth/history.h>

struct json_file;
struct json_t;

extern const struct berth_history_rules history_default_rules;

/* `rules` keeps what the object does not name. The place of `value` has been entered. */
int history_keys_read(struct berth_history_rules *rules, struct json_file *file,
	const struct json_t *value, struct berth_error *err);

#endif
