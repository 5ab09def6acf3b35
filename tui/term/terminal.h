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

/* The character set for line drawing is never used, so that going back to plain text, a dozen times
 * a frame, need not leave it: that is half of what going back costs. To be called once, after
 * newterm(). */
void terminal_spare_bytes(void);

/* Leave that character set, in which another program may have left the terminal. */
void terminal_leave_line_drawing(void);

#endif
