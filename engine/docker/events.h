/* The engine's event stream, one long exchange without time limits. */
#ifndef DOCKER_EVENTS_H
#define DOCKER_EVENTS_H

#include <stddef.h>
#include <stdint.h>

#include <berth/error.h>

struct docker;
struct events;

struct engine_event {
	const char *type;   /* "container" */
	const char *action; /* "die", "oom", "health_status: healthy", "start" */
	const char *id;
	const char *name; /* Actor.Attributes.name, "" if none */
	int exit_code;    /* of "die"; -1 if not said */
	int64_t time_nano;
};

struct events_request {
	const char *container;      /* only of this one; NULL: all */
	const char *const *actions; /* only these ("die", "oom", "health_status"); NULL: all */
	size_t action_count;
	const char *label;               /* only of containers that have it; NULL: all */
	void (*on_ready)(void *context); /* the engine answered; some say nothing before the first
					    event, so nobody may wait for it */
	void (*on_event)(void *context, const struct engine_event *event);
	/* The stream is over, exactly once: err says why (CANCELLED after events_close). The handle
	 * is gone after it. */
	void (*on_closed)(void *context, const struct berth_error *err);
	void *context;
};

struct events *events_open(
	struct docker *docker, const struct events_request *request, struct berth_error *err);
void events_close(struct events *events);

#endif
