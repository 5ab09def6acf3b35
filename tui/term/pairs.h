/* Pairs of colours, which curses wants numbered before they are used. There is one terminal, so
 * there is one table. */
#ifndef BERTH_TUI_PAIRS_H
#define BERTH_TUI_PAIRS_H

enum { PAIRS_MAX = 1024 };

/* Forget all pairs and number new ones from `first`. */
void pairs_reset(int first);
/* The number of a pair (-1: the terminal's own colour), or -1 when there are PAIRS_MAX, or the
 * terminal has no more. A number once given keeps its colours: text on the screen has it. */
int pairs_get(int fg, int bg);

#endif
