/*
 * The keys in use: those of the table with what the configuration puts in their place. Pure.
 *
 * Esc and Ctrl-C stay what they are, whatever else is said: the way out can't be lost.
 */
#ifndef BERTH_TUI_KEYMAP_H
#define BERTH_TUI_KEYMAP_H

#include <berth/error.h>
#include <berth/screen_config.h>

#include "keys/keys.h"

#define KEYMAP_ROWS 160

struct keymap {
	struct binding rows[KEYMAP_ROWS]; /* of keys_table, in its order */
	size_t count;
};

/* As the table says. */
void keymap_init(struct keymap *keys);

/* The key to tell a person: the first that works wherever the action does, else the first. Empty if
 * it has none. Returns dst. */
char *keymap_key(char dst[16], const struct keymap *keys, enum action action);

/* With what the configuration says. -1 with USAGE: an action or a key that there is not, a key that
 * would mean two things in one place, or one that would answer the question of its own action. */
int keymap_bind(
	struct keymap *keys, const struct berth_screen_config *config, struct berth_error *err);

#endif
