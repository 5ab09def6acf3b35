/*
 * A report of the mouse as xterm spells it out (mode 1006): "\033[<", button ';' column ';' row,
 * and M for a press or m for a release.
 *
 * Taken a character at a time and without haste: over a slow line a report comes in pieces, and
 * what is left of one would be keys. Pure.
 */
#ifndef BERTH_TUI_MOUSE_REPORT_H
#define BERTH_TUI_MOUSE_REPORT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define MOUSE_REPORT_BEGIN "\033[<"

struct mouse_report {
	bool open; /* begun, and more of it is to come */
	bool pressed;
	unsigned numbers[3];
	size_t count; /* of the semicolons that have come */
};

void mouse_report_begin(struct mouse_report *report);
/* False if the character is none of a report: then that is over, and the character a key. */
bool mouse_report_take(struct mouse_report *report, uint32_t character);

/* Of a report that is whole. -1 and 1: the wheel, up and down; 0: the left button. False for
 * anything else. */
bool mouse_report_read(const struct mouse_report *report, int *wheel, int *row, int *column);

#endif
