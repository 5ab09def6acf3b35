/* A bar of blocks with eighths of a column (ASCII: '#', '-' and '.'). Pure. */
#ifndef BERTH_TUI_BAR_H
#define BERTH_TUI_BAR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* `columns` wide, filled to done of total; what is not known or out of range shows as empty or
 * full, never as something else. Returns dst; cap of 4 bytes a column and one more always
 * suffices. */
char *bar_text(char *dst, size_t cap, int columns, int64_t done, int64_t total, bool ascii);

#endif
