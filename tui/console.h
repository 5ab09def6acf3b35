/* The console: the one screen, from the first frame to the last. */
#ifndef BERTH_TUI_CONSOLE_H
#define BERTH_TUI_CONSOLE_H

#include "console_options.h"

struct berth_settings;
struct preferences;

/* Show the screen until the person leaves. Standard input and output must be terminals. Takes
 * nothing over: the settings stay the caller's, but carry what the form was left with. An option
 * goes before the preference of the same. Returns the exit status of the program; what went wrong
 * has been said on standard error. */
int console_run(struct berth_settings *settings, const struct preferences *preferences,
	const struct console_options *options);

#endif
