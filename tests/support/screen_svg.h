/* The screen of a terminal as a picture: cells with their colours and attributes, in SVG. */
#ifndef SUPPORT_SCREEN_SVG_H
#define SUPPORT_SCREEN_SVG_H

#include <stdio.h>

#include "support/pty_term.h"

void screen_svg_write(const struct term *term, FILE *out);

#endif
