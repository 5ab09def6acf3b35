/* What plain.c and plain_result.c share. */
#ifndef BERTH_TUI_PLAIN_PRIVATE_H
#define BERTH_TUI_PLAIN_PRIVATE_H

#include "command/plain.h"

/* plain_result.c */
bool plain_result(struct plain *plain, const struct berth_result *result);

#endif
