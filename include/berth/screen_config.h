/*
 * What config.json says of the screen. The engine keeps the words; whether there is such a theme,
 * action or key is judged by the front end that has them, and the places are for its errors.
 */
#ifndef BERTH_SCREEN_CONFIG_H
#define BERTH_SCREEN_CONFIG_H

#include <stdbool.h>
#include <stddef.h>

struct berth_settings;

struct berth_wish {
	char *text;
	char *place; /* "FILE:LINE:COLUMN" */
};

/* "ACTION": "KEY", or a list of keys, which may be empty. */
struct berth_key_wish {
	struct berth_wish action;
	struct berth_wish *keys;
	size_t key_count;
};

/* What the terminal is asked for beside the screen. */
struct berth_notify {
	bool bell, terminal, title;
};

struct berth_screen_config {
	struct berth_wish theme; /* text is NULL if the file has none */
	bool has_mouse, mouse;
	struct berth_key_wish *keys; /* in the order of the file */
	size_t key_count;
	struct berth_notify notify;
};

/* Borrowed until the next load; NULL before the first. */
const struct berth_screen_config *berth_settings_screen(const struct berth_settings *settings);

#endif
