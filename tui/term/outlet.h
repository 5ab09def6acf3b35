/*
 * Bytes for the terminal that are no part of a frame, and may be more than it takes at once.
 *
 * They go out as far as they fit, without waiting, through a descriptor of their own: the shell
 * shares the one that curses writes to. Until all have gone nothing else may be written, or the
 * terminal takes it for a part of them.
 */
#ifndef BERTH_TUI_OUTLET_H
#define BERTH_TUI_OUTLET_H

#include <stdbool.h>
#include <stddef.h>

/* Send these; malloc'd, taken. What is under way must have gone. */
void outlet_take(char *bytes, size_t len);
/* Send on. True if nothing is left. */
bool outlet_send(void);
/* The terminal is needed now: what is left is dropped. True if a sequence was cut, and the terminal
 * is in the middle of it. */
bool outlet_drop(void);
void outlet_close(void);

#endif
