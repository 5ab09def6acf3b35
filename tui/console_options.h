/* What the command line decides about the screen. */
#ifndef BERTH_TUI_CONSOLE_OPTIONS_H
#define BERTH_TUI_CONSOLE_OPTIONS_H

#include <stdbool.h>

struct console_options {
	const char *color; /* "auto" "256" "16" "8" "never" */
	bool ascii;        /* marks and borders in ASCII whatever the locale says */
	bool mouse;
	const char *clipboard; /* of berth_clipboard_words; NULL: as configured */
};

#endif
