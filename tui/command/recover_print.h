/* What was cut off, as text and as JSON. */
#ifndef BERTH_TUI_RECOVER_PRINT_H
#define BERTH_TUI_RECOVER_PRINT_H

#include <stdbool.h>

#include <berth/recover.h>

struct output;
struct plain;

/* False without memory. */
bool recover_print_text(struct plain *plain, const struct berth_left *left);
bool recover_print_json(struct output *output, const struct berth_left *left);

#endif
