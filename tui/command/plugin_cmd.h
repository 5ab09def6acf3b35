/* `berth list`, stop, restart, remove and logs where the target is a plugin: it is asked to act. */
#ifndef BERTH_TUI_PLUGIN_CMD_H
#define BERTH_TUI_PLUGIN_CMD_H

#include <berth/event.h>
#include <berth/settings.h>

#include "args.h"

struct output;

/* Returns the exit status. */
int plugin_cmd_run(
	const struct berth_settings *settings, enum command command, const char *id, bool json);
/* What it says, as lines; false without memory. */
bool plugin_cmd_show(struct output *output, const struct berth_event *event);

#endif
