/* `berth list`, `stop`, `restart`, `remove` and `logs` with a --target that is a deploy server.
 * Each returns the exit status, as those of fleet_cmd.h. */
#ifndef BERTH_TUI_REMOTE_CMD_H
#define BERTH_TUI_REMOTE_CMD_H

#include <stdbool.h>

#include <berth/remote.h>
#include <berth/settings.h>

/* word NULL: none was given. */
int remote_cmd(
	const struct berth_settings *settings, enum berth_deed deed, const char *word, bool json);

#endif
