/* What plain.c and plain_result.c share. */
#ifndef BERTH_TUI_PLAIN_PRIVATE_H
#define BERTH_TUI_PLAIN_PRIVATE_H

#include <stddef.h>

#include "plain.h"

/* Add text of any origin, made safe for one line. */
bool plain_add(struct plain *plain, const char *text, size_t len);
/* The same with text before it, which is ours, and a newline after it. */
bool plain_line(struct plain *plain, const char *before, const char *text);

/* plain_result.c */
bool plain_result(struct plain *plain, const struct berth_result *result);

#endif
