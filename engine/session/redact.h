/* Secrets leave the program through events or not at all: every text of an event passes here. */
#ifndef SESSION_REDACT_H
#define SESSION_REDACT_H

#include <berth/error.h>
#include <berth/event.h>

struct berth_deployment;
struct secrets;

/* 0, or -1 without memory: then the event must not be shown. */
int redact_event(const struct secrets *secrets, struct berth_event *event, struct berth_error *err);

/* A request, for the record. The secrets that are secrets by their place (variables, tokens,
 * passwords, headers) stay as they are: their fingerprints are made of them. 0, or -1 without
 * memory: then it must not be kept. */
int redact_request(
	const struct secrets *secrets, struct berth_deployment *request, struct berth_error *err);

/* Take all text out that a server or a container could have put in: what is left of an event that
 * could not be redacted. How it ended is kept. */
void redact_strip(struct berth_event *event);

#endif
