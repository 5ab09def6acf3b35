#include "command/doctor.h"

#include <curses.h>
#include <term.h>
#include <unistd.h>

int doctor_colors(const char *term)
{
	int found;
	if (setupterm(term, STDOUT_FILENO, &found) != OK)
		return -1;
	int colors = tigetnum("colors");
	del_curterm(cur_term);
	return colors < 0 ? 0 : colors;
}
