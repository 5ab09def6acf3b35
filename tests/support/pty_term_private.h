/* Shared by the halves of pty_term.h: the process and the screen. */
#ifndef SUPPORT_PTY_TERM_PRIVATE_H
#define SUPPORT_PTY_TERM_PRIVATE_H

#include <termios.h>
#include <vterm.h>

#include "support/pty_term.h"
#include "support/vt_filter.h"

struct term {
	char home[64];
	pid_t leader, pid;
	int reports; /* from the leader */
	int master;
	bool hung_up; /* nobody has the other end of the pty */
	bool exited;
	struct termios modes; /* before the program came */

	VTerm *emulator;
	VTermScreen *screen;
	struct vt_filter filter;
	int rows, columns;
	bool alternate;
	int mouse;
	VTermPos cursor;

	char *log;
	size_t log_len, log_capacity;
};

void term_screen_open(struct term *term);
void term_screen_close(struct term *term);
void term_screen_write(struct term *term, const char *bytes, size_t len);

#endif
