/* Others are told of a run, and what comes of that stands in its log. */
#ifndef SESSION_RUN_TELL_H
#define SESSION_RUN_TELL_H

#include <berth/event.h>

struct notifier;
struct run;

/* `end`: its result, redacted; NULL: it begins. `line` gets what is said of it, as log lines. A
 * run that is only followed is nobody's news. */
void run_tell(struct run *run, struct notifier *notifier, const struct berth_event *end,
	void (*line)(void *run, struct berth_event *event));

#endif
