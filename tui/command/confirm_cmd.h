/* The same as confirm.h for a deployment without a screen. */
#ifndef BERTH_TUI_CONFIRM_CMD_H
#define BERTH_TUI_CONFIRM_CMD_H

#include <berth/settings.h>

/* 0 if it needs no confirmation, --yes gave it, or the target's name was typed at the terminal.
 * Shows the plan on standard error and waits for a line: only before anything runs. */
int confirm_cmd(const struct berth_settings *settings, const struct berth_deployment *request,
	struct berth_error *err);

/* The same before something that is there is stopped, restarted or removed ("stop"). */
int confirm_act_cmd(const struct berth_settings *settings, const char *act, const char *word,
	struct berth_error *err);

#endif
