/*
 * Screens as text: what stands on them and how it looks, in a form that a person can read and diff.
 *
 *   |a row of text, without the blanks at its end
 *   =3                          the row above three more times
 *   --- attributes
 *   0,5-7: 0-4 bold 39, 6 dim   rows: columns and what differs there from plain text
 *
 * A number is a foreground, "on" and a number a background; -1 is the terminal's own. What is
 * another in every run is made the same: times, durations, the numbers of ports and the names of
 * temporary folders become 0 or x, turning marks stand still.
 */
#ifndef SUPPORT_GOLDEN_SCREEN_H
#define SUPPORT_GOLDEN_SCREEN_H

#include "support/pty_term.h"

/* malloc'd. */
char *golden_text(const struct term *term);
char *golden_attributes(const struct term *term);

/* The lines in which two texts differ, to stderr. */
void golden_print_difference(const char *wanted, const char *found);

#endif
