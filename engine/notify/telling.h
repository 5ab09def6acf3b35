/* What one who is told things says of it: lines for the log of the deployment, and its end. */
#ifndef NOTIFY_TELLING_H
#define NOTIFY_TELLING_H

#include <stddef.h>

#include <berth/event.h>

struct telling {
	/* `source`: "on_success", "webhook". The text may hold any bytes. */
	void (*say)(void *context, enum berth_level level, const char *source, const char *text,
		size_t len);
	void (*done)(void *context); /* exactly once, after start has returned */
	void *context;
};

#endif
