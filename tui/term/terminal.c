#include "term/terminal.h"

#include <curses.h>
#include <stdio.h>
#include <string.h>
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

/* What curses reads is a copy of the entry that only this call leads to: a capability can be made
 * shorter in place. NULL if the terminal has none. */
static char *capability(const char *name)
{
	char *text = tigetstr(name);
	return text != (char *)-1 ? text : NULL;
}

void terminal_keep_colors(void)
{
	char *reset = capability("oc");
	if (reset != NULL)
		reset[0] = '\0';
}

static void cut_out(char *text, const char *part)
{
	char *at = part[0] != '\0' ? strstr(text, part) : NULL;
	if (at != NULL)
		memmove(at, at + strlen(part), strlen(at + strlen(part)) + 1);
}

void terminal_spare_bytes(void)
{
	const char *begin = capability("smacs"), *end = capability("rmacs");
	char *plain = capability("sgr0"), *attributes = capability("sgr");
	char choice[64];
	if (begin == NULL || end == NULL)
		return;
	/* An entry that says it in other words is left as it is. */
	snprintf(choice, sizeof choice, "%%?%%p9%%t%s%%e%s%%;", begin, end);
	if (attributes != NULL)
		cut_out(attributes, choice);
	if (plain != NULL && strcmp(plain, end) != 0)
		cut_out(plain, end);
}

void terminal_leave_line_drawing(void)
{
	const char *end = capability("rmacs");
	if (end != NULL)
		putp(end);
}
