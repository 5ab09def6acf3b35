/* `berth history ID --redeploy` and `berth history NAME --rollback`: an earlier run again, with the
 * image that it had. */
#ifndef BERTH_TUI_REDEPLOY_CMD_H
#define BERTH_TUI_REDEPLOY_CMD_H

#include <berth/settings.h>

struct args;

/* What would change is shown and confirmed before anything is. Exit status as of `deploy`. */
int redeploy_cmd(const struct args *args, struct berth_settings *settings);

#endif
