/*
 * Who answers at a Docker endpoint, kept up to date by the engine's event stream: nothing is
 * polled, and nothing happens here while nothing happens there. When the stream breaks it is tried
 * again, after 1 s, then less and less often.
 *
 * The stream carries what happens to containers of a label, for whoever wants to hear of it.
 */
#ifndef DOCKER_WATCH_H
#define DOCKER_WATCH_H

#include <stddef.h>

#include <berth/engine.h>
#include <berth/error.h>

struct net;
struct watch;

struct docker;
struct engine_event;

/* What comes of the stream. All are called from the loop, up and down in turns. */
struct watch_listener {
	/* The engine answers; its client may be shared. */
	void (*up)(void *context, struct docker *docker);
	/* It has said that it streams: nothing is missed from here on. Some say so only with the
	 * first event. */
	void (*ready)(void *context);
	void (*event)(void *context, const struct engine_event *event);
	void (*down)(void *context);
	void *context;
	const char *label; /* of the containers */
	const char *const *actions;
	size_t action_count;
};

/* `changed` is called from the loop whenever watch_endpoint() says something new. */
struct watch *watch_new(struct net *net, void (*changed)(void *context), void *context,
	const struct watch_listener *listener, struct berth_error *err);
/* Watch this host (NULL: find one) from now on; what was watched is dropped. */
int watch_point(struct watch *watch, const char *host, struct berth_error *err);
const struct berth_endpoint *watch_endpoint(const struct watch *watch);
void watch_close(struct watch *watch, void (*closed)(void *context), void *context);

#endif
