/* The time of a line of the log, as the person wants it. */
#ifndef BERTH_TUI_LOG_TIME_H
#define BERTH_TUI_LOG_TIME_H

#include "app.h"

/* "10:30:00.123"; since the start of the chosen run with app->times at TIMES_ELAPSED. */
void log_time_text(const struct app *app, char dst[16], int64_t time_ms);

#endif
