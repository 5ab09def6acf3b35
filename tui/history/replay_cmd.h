/* `berth replay` and `berth watch local`: a run that was, or that another process has, shown. */
#ifndef BERTH_TUI_REPLAY_CMD_H
#define BERTH_TUI_REPLAY_CMD_H

#include <stdbool.h>

struct args;
struct berth_settings;
struct preferences;

/* On a terminal the console, unless --output says how it is written; else text. */
int replay_cmd(const struct args *args, struct berth_settings *settings,
	const struct preferences *preferences);

/* Does `berth watch` mean a run of this machine's own, not one of a server? */
bool replay_cmd_is_local(const struct args *args);
/* Such a one, from its first line and live, as text. Exits as it ended. */
int replay_cmd_watch(const struct args *args);

#endif
