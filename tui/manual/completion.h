/* Completion scripts, made from the tables. */
#ifndef BERTH_TUI_COMPLETION_H
#define BERTH_TUI_COMPLETION_H

#include <berth/error.h>

struct berth_settings;

/* shell: "bash", "zsh" or "fish"; anything else, also NULL, is USAGE. Prints to standard output. */
int completion_print(const char *shell, struct berth_settings *settings, struct berth_error *err);

#endif
