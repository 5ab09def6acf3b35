#include "docker/watch.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "docker/client.h"
#include "docker/events.h"
#include "loop/net.h"
#include "loop/timer.h"

#define FIRST_RETRY_MS 1000
#define MAX_RETRY_MS   30000

struct watch {
	struct net *net;
	void (*changed)(void *context);
	void *context;
	struct watch_listener listener;
	struct berth_endpoint endpoint;
	char *host;
	struct docker *docker;
	struct docker_call *connecting;
	struct events *events;
	struct timer *timer; /* the next try, or the last turn */
	uint64_t retry_ms;
	bool again; /* another host was asked for while something is in flight */
	void (*closed)(void *context);
	void *closed_context;
};

static void try_now(struct watch *watch);

static void set_reach(struct watch *watch, enum berth_reach reach, const struct berth_error *err)
{
	watch->endpoint.reach = reach;
	if (err != NULL)
		watch->endpoint.error = *err;
	else
		berth_error_clear(&watch->endpoint.error);
	watch->changed(watch->context);
}

static void drop_client(struct watch *watch)
{
	docker_free(watch->docker);
	watch->docker = NULL;
}

static void tear_down(struct watch *watch)
{
	void (*closed)(void *) = watch->closed;
	void *context = watch->closed_context;

	timer_close(watch->timer);
	drop_client(watch);
	free(watch->host);
	free(watch);
	closed(context);
}

static void timer_fired(void *context)
{
	struct watch *watch = context;

	if (watch->closed != NULL)
		tear_down(watch);
	else
		try_now(watch);
}

/* Nothing is in flight any more: go on with what was asked for meanwhile. True if that was
 * something. */
static bool turn_aside(struct watch *watch)
{
	if (watch->closed == NULL && !watch->again)
		return false;
	watch->again = false;
	timer_start(watch->timer, 0);
	return true;
}

static void try_later(struct watch *watch, const struct berth_error *err)
{
	set_reach(watch, BERTH_REACH_LOST, err);
	timer_start(watch->timer, watch->retry_ms);
	watch->retry_ms = watch->retry_ms * 2 < MAX_RETRY_MS ? watch->retry_ms * 2 : MAX_RETRY_MS;
}

static void stream_ready(void *context)
{
	struct watch *watch = context;

	watch->listener.ready(watch->listener.context);
}

static void stream_event(void *context, const struct engine_event *event)
{
	struct watch *watch = context;

	watch->listener.event(watch->listener.context, event);
}

static void stream_closed(void *context, const struct berth_error *err)
{
	struct watch *watch = context;

	watch->events = NULL;
	watch->listener.down(watch->listener.context);
	if (!turn_aside(watch))
		try_later(watch, err);
}

static void connected(void *context, const struct docker_info *info, const struct berth_error *err)
{
	struct watch *watch = context;
	struct berth_error why = {0};

	watch->connecting = NULL;
	if (turn_aside(watch))
		return;
	if (err != NULL) {
		try_later(watch, err);
		return;
	}
	watch->retry_ms = FIRST_RETRY_MS;
	snprintf(watch->endpoint.version, sizeof(watch->endpoint.version), "%s", info->version);
	snprintf(watch->endpoint.api, sizeof(watch->endpoint.api), "%s", info->api);
	watch->events = events_open(watch->docker,
		&(struct events_request){
			.actions = watch->listener.actions,
			.action_count = watch->listener.action_count,
			.label = watch->listener.label,
			.on_ready = stream_ready,
			.on_event = stream_event,
			.on_closed = stream_closed,
			.context = watch,
		},
		&why);
	if (watch->events == NULL) {
		try_later(watch, &why);
		return;
	}
	watch->listener.up(watch->listener.context, watch->docker);
	set_reach(watch, BERTH_REACH_LIVE, NULL);
}

static void try_now(struct watch *watch)
{
	struct berth_error err = {0};

	drop_client(watch);
	watch->docker = docker_new(watch->net, watch->host, &err);
	if (watch->docker == NULL) {
		try_later(watch, &err);
		return;
	}
	snprintf(watch->endpoint.address, sizeof(watch->endpoint.address), "%s",
		docker_endpoint(watch->docker)->address);
	watch->connecting = docker_connect(watch->docker, connected, watch, &err);
	if (watch->connecting == NULL)
		try_later(watch, &err);
}

struct watch *watch_new(struct net *net, void (*changed)(void *context), void *context,
	const struct watch_listener *listener, struct berth_error *err)
{
	struct watch *watch = calloc(1, sizeof(*watch));

	if (watch == NULL) {
		berth_error_set(err, BERTH_E_MEMORY, 0, "out of memory");
		return NULL;
	}
	watch->net = net;
	watch->changed = changed;
	watch->context = context;
	watch->listener = *listener;
	watch->timer = timer_new(net_loop(net), timer_fired, watch, err);
	if (watch->timer == NULL) {
		free(watch);
		return NULL;
	}
	return watch;
}

static bool cancel_what_flies(struct watch *watch)
{
	if (watch->connecting != NULL)
		docker_cancel(watch->connecting);
	else if (watch->events != NULL)
		events_close(watch->events);
	else
		return false;
	return true;
}

int watch_point(struct watch *watch, const char *host, struct berth_error *err)
{
	char *copy = NULL;

	if (host != NULL) {
		copy = strdup(host);
		if (copy == NULL)
			return berth_error_set(err, BERTH_E_MEMORY, 0, "out of memory");
	}
	free(watch->host);
	watch->host = copy;
	watch->retry_ms = FIRST_RETRY_MS;
	watch->endpoint = (struct berth_endpoint){.reach = BERTH_REACH_TRYING};
	if (cancel_what_flies(watch))
		watch->again = true;
	else
		timer_start(watch->timer, 0);
	return 0;
}

const struct berth_endpoint *watch_endpoint(const struct watch *watch)
{
	return &watch->endpoint;
}

void watch_close(struct watch *watch, void (*closed)(void *context), void *context)
{
	watch->closed = closed;
	watch->closed_context = context;
	if (!cancel_what_flies(watch))
		timer_start(watch->timer, 0);
}
