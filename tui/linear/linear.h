/*
 * The console without a screen, for screen readers, dumb terminals and scripts: commands are lines
 * of the input, and what happens is written behind what was written before. Nothing is ever
 * painted, overwritten or coloured.
 */
#ifndef BERTH_TUI_LINEAR_H
#define BERTH_TUI_LINEAR_H

#include "console_options.h"

struct berth_settings;
struct preferences;

/* Read and answer until the person leaves, or the input is at its end and everything has ended.
 * As console_run(); at the end of the input the exit status is that of the last deployment that
 * did not succeed. */
int linear_run(struct berth_settings *settings, const struct preferences *preferences,
	const struct console_options *options);

#endif
