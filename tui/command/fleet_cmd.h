/* `berth list`, `berth ports`, and `berth stop`, `restart`, `remove` and `logs` of one that it
 * lists. Each returns the exit status: 0 done, 1 failed, 2 the request is wrong, 3 no engine, 4 not
 * known, 130. */
#ifndef BERTH_TUI_FLEET_CMD_H
#define BERTH_TUI_FLEET_CMD_H

#include <stdbool.h>

#include <berth/fleet.h>
#include <berth/settings.h>

int fleet_cmd_list(const struct berth_settings *settings, bool json);
/* Also without an engine: what it can't say is left open then. */
int fleet_cmd_ports(const struct berth_settings *settings, bool json);
/* word NULL: none was given. volumes: of a stack its named ones are removed too. */
int fleet_cmd_act(const struct berth_settings *settings, enum berth_act act, const char *word,
	bool volumes, bool json);
int fleet_cmd_logs(const struct berth_settings *settings, const char *word, bool follow, bool json);

#endif
