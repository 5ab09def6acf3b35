/*
 * Gives the terminal back when the program dies: SIGABRT, SIGSEGV, SIGBUS, SIGFPE, SIGILL.
 *
 * What to write is fetched while all is well; the handler only writes it, sets the modes and lets
 * the signal do what it would have done without us.
 */
#ifndef BERTH_TUI_GUARD_H
#define BERTH_TUI_GUARD_H

#include <stdbool.h>

/* Remember the modes the terminal has now; call before curses changes them. */
void guard_remember(void);
/* From now on the terminal needs giving back; `mouse`: its mouse will be asked for too. Curses must
 * be open. */
void guard_arm(bool mouse);
/* The window has a title of ours, which is to be given back; until guard_disarm(). */
void guard_title(void);
void guard_disarm(void);
/* While another program has the terminal it is left alone. */
void guard_rest(bool rest);

#endif
