/* `berth recover`: what was cut off, what became of it, and settling it. */
#ifndef BERTH_TUI_RECOVER_CMD_H
#define BERTH_TUI_RECOVER_CMD_H

#include <stdbool.h>

struct berth_settings;

/* yes: what is safe is done without asking. */
int recover_cmd(const struct berth_settings *settings, bool yes, bool json);

#endif
