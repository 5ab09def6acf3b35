/* Secrets leave the program through events or not at all: every text of an event passes here. */
#ifndef SESSION_REDACT_H
#define SESSION_REDACT_H

#include <berth/error.h>
#include <berth/event.h>

struct secrets;

/* 0, or -1 without memory: then the event must not be shown. */
int redact_event(const struct secrets *secrets, struct berth_event *event, struct berth_error *err);

#endif
