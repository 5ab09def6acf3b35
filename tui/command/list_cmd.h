/* `berth list` without a --target: this engine's containers, and what the configured deploy servers
 * say that they have, each asked once and all at the same time. */
#ifndef BERTH_TUI_LIST_CMD_H
#define BERTH_TUI_LIST_CMD_H

#include <stdbool.h>

#include <berth/settings.h>

/* The exit status: that of the engine's list. A server that can't be asked is a row that says so.
 */
int list_cmd(const struct berth_settings *settings, bool json);

#endif
