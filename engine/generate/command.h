/* A command of a shell as the exec form of a Dockerfile. */
#ifndef GENERATE_COMMAND_H
#define GENERATE_COMMAND_H

#include "base/buf.h"

/* `["node", "server.js"]`; through a shell, which the command replaces where it is only one, if it
 * has variables, patterns or operators in it. */
int command_write(struct buf *out, const char *command, struct berth_error *err);

#endif
