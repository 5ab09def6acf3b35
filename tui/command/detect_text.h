/* A detection for people, within 80 columns. */
#ifndef BERTH_TUI_DETECT_TEXT_H
#define BERTH_TUI_DETECT_TEXT_H

#include <berth/detect.h>

void detect_text_print(const struct berth_detection *detection); /* on standard output */

#endif
