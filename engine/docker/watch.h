/*
 * Who answers at a Docker endpoint, kept up to date by the engine's event stream: nothing is
 * polled, and nothing happens here while nothing happens there. When the stream breaks it is tried
 * again, after 1 s, then less and less often.
 */
#ifndef DOCKER_WATCH_H
#define DOCKER_WATCH_H

#include <berth/engine.h>
#include <berth/error.h>

struct net;
struct watch;

/* `changed` is called from the loop whenever watch_endpoint() says something new. */
struct watch *watch_new(
	struct net *net, void (*changed)(void *context), void *context, struct berth_error *err);
/* Watch this host (NULL: find one) from now on; what was watched is dropped. */
int watch_point(struct watch *watch, const char *host, struct berth_error *err);
const struct berth_endpoint *watch_endpoint(const struct watch *watch);
void watch_close(struct watch *watch, void (*closed)(void *context), void *context);

#endif
