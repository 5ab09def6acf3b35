/* `berth detect DIR`. */
#ifndef BERTH_TUI_DETECT_CMD_H
#define BERTH_TUI_DETECT_CMD_H

#include <stdbool.h>

/* The exit status: 0 known, 1 not known, 2 wrong, 130 cancelled. `folder` NULL: none was given. */
int detect_cmd_run(const char *folder, bool json);

#endif
