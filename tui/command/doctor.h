/* `berth doctor`: tries every part a deployment needs. */
#ifndef BERTH_TUI_DOCTOR_H
#define BERTH_TUI_DOCTOR_H

#include <stdbool.h>

struct berth_settings;

/* Loads the settings itself: that they can be is one of its checks. */
int doctor_run(struct berth_settings *settings);

/* doctor_terminal.c: colours of the terminal TERM names, -1 if it is not described here. Apart
 * because <term.h> defines half of the dictionary. */
int doctor_colors(const char *term);

#endif
