#include "logs/log_time.h"

#include <stdio.h>
#include <time.h>

void log_time_text(const struct app *app, char dst[16], int64_t time_ms)
{
	const struct berth_run *run = app_run(app);
	time_t seconds = (time_t)(time_ms / 1000);
	struct tm parts;
	if (app->times == TIMES_ELAPSED && run != NULL) {
		int64_t ms = time_ms > run->started_ms ? time_ms - run->started_ms : 0;
		snprintf(dst, 16, "%2d:%02d:%02d.%03d", (int)(ms / 3600000 % 100),
			(int)(ms / 60000 % 60), (int)(ms / 1000 % 60), (int)(ms % 1000));
		return;
	}
	if (app->times == TIMES_UTC)
		gmtime_r(&seconds, &parts);
	else
		localtime_r(&seconds, &parts);
	snprintf(dst, 16, "%02d:%02d:%02d.%03d", parts.tm_hour, parts.tm_min, parts.tm_sec,
		(int)(time_ms % 1000));
}
