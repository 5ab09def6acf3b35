/* `berth history`: past runs without a screen. */
#ifndef BERTH_TUI_HISTORY_CMD_H
#define BERTH_TUI_HISTORY_CMD_H

struct args;

/* Exit status: 0; 1 if the history can't be read, written or printed; 2 if it is asked wrongly or
 * there is no such run. */
int history_cmd(const struct args *args);

#endif
