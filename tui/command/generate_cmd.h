/* `berth generate DIR`. */
#ifndef BERTH_TUI_GENERATE_CMD_H
#define BERTH_TUI_GENERATE_CMD_H

#include <stdbool.h>

/* The exit status. */
int generate_cmd_run(const char *folder, bool write);

#endif
