/* Help on standard output, made from the tables. */
#ifndef BERTH_TUI_HELP_TEXT_H
#define BERTH_TUI_HELP_TEXT_H

#include <berth/error.h>

struct keymap;

/* `keys` are those in use. name: a command, "demo", "keys", "config" ...; NULL for the whole. -1
 * with USAGE for an unknown one. */
int help_print(const char *name, const struct keymap *keys, struct berth_error *err);

#endif
