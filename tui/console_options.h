/* What the command line decides about the screen. */
#ifndef BERTH_TUI_CONSOLE_OPTIONS_H
#define BERTH_TUI_CONSOLE_OPTIONS_H

#include <stdbool.h>

enum mouse_option { MOUSE_AS_CONFIGURED, MOUSE_TAKEN, MOUSE_LEFT };

struct console_options {
	const char *color; /* "auto" "256" "16" "8" "never" */
	const char *theme; /* NULL: as configured */
	bool ascii;        /* marks and borders in ASCII whatever the locale says */
	enum mouse_option mouse;
	bool read_only;
	bool linear;           /* lines instead of a screen */
	const char *replay;    /* path of the recording that is shown; NULL: none */
	double speed;          /* of it */
	const char *clipboard; /* of berth_clipboard_words; NULL: as configured */
};

#endif
