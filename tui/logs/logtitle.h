/* What the frame of the log says about it: level, filters, following, search, counts. */
#ifndef BERTH_TUI_LOGTITLE_H
#define BERTH_TUI_LOGTITLE_H

#include "app.h"

void logtitle_text(const struct app *app, char left[128], char right[64]);
/* The same for who asks once: with counts to the line also of a log that is still written to, where
 * a frame has "1,200+". */
void logtitle_exact(const struct app *app, char left[128], char right[64]);

/* Where the reader stands among the matches: "3 of 214", "214 matches", "no match"; while they are
 * looked for, how far that is. */
void logtitle_matches(char dst[64], const struct logview *view);

#endif
