/* The pager of the person: $PAGER, which may have arguments, else less, else more. */
#ifndef BERTH_TUI_PAGER_H
#define BERTH_TUI_PAGER_H

#include "term/lend.h"

/* What is to be run to show the file at `path` (absolute, copied). The order is empty before. 0, or
 * -1: NOT_FOUND if there is no such program, USAGE or MEMORY. */
int pager_order(struct lend_order *order, const char *path, struct berth_error *err);

#endif
