#include "terminal.h"

#include <curses.h>
#include <term.h>
#include <unistd.h>

bool terminal_can_draw(void)
{
	int found;
	if (setupterm(NULL, STDOUT_FILENO, &found) != OK)
		return false;
	const char *place = tigetstr("cup");
	bool can = place != NULL && place != (char *)-1 && tigetflag("gn") <= 0 &&
		   tigetflag("hc") <= 0;
	del_curterm(cur_term);
	return can;
}

void terminal_keep_colors(void)
{
	/* What curses reads is a copy of the entry that only this name leads to. */
	char *reset = tigetstr("oc");
	if (reset != NULL && reset != (char *)-1)
		reset[0] = '\0';
}
