/* Help on standard output, made from the tables. */
#ifndef BERTH_TUI_HELP_TEXT_H
#define BERTH_TUI_HELP_TEXT_H

#include <berth/error.h>

/* name: a command, "demo", "keys", "config" ...; NULL for the whole. -1 with USAGE for an unknown
 * one. */
int help_print(const char *name, struct berth_error *err);

#endif
