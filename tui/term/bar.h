/* The filled part of a bar; what is left of its columns is the track. Pure. */
#ifndef BERTH_TUI_BAR_H
#define BERTH_TUI_BAR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Done of total in blocks with eighths of a column (ASCII: '#' and '-'), at most `columns` of them;
 * what is not known or out of range shows as empty or full, never as something else. Returns dst;
 * cap of 4 bytes a column and one more always suffices. */
char *bar_text(char *dst, size_t cap, int columns, int64_t done, int64_t total, bool ascii);

/* The same as a thin line, in whole columns. */
char *bar_line(char *dst, size_t cap, int columns, int64_t done, int64_t total, bool ascii);

#endif
