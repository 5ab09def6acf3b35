/* "theme", "keys", "mouse" and "notify" of config.json. */
#ifndef CONFIG_SCREEN_KEYS_H
#define CONFIG_SCREEN_KEYS_H

#include <berth/error.h>
#include <berth/screen_config.h>

struct json_file;
struct json_t;

/* The place of `value` has been entered. What was read needs release also on failure. */
int screen_read_theme(struct berth_screen_config *screen, struct json_file *file,
	const struct json_t *value, struct berth_error *err);
int screen_read_mouse(struct berth_screen_config *screen, struct json_file *file,
	const struct json_t *value, struct berth_error *err);
int screen_read_keys(struct berth_screen_config *screen, struct json_file *file,
	const struct json_t *value, struct berth_error *err);
int screen_read_notify(struct berth_screen_config *screen, struct json_file *file,
	const struct json_t *value, struct berth_error *err);
void screen_release(struct berth_screen_config *screen);

#endif
