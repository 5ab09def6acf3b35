/* What terminfo says of the terminal, where curses leaves it to others. The macros of <term.h> take
 * so many names that it is kept away from them. */
#ifndef BERTH_TUI_TERMINAL_H
#define BERTH_TUI_TERMINAL_H

#include <stdbool.h>

/* Does the terminal named by TERM have an entry, and a cursor that can be placed? Asked before
 * curses starts: where newterm() fails it loses memory. */
bool terminal_can_draw(void);

/* Colours are used as they are found. Curses would begin with a reset of all of them, also of those
 * that the user has defined; to be called between newterm() and start_color(). */
void terminal_keep_colors(void);

#endif
