/* The output of a container for whoever asked: it is looked at first, because only it knows whether
 * it has a terminal. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "docker/client.h"
#include "fleet/fleet_private.h"
#include "fleet/output.h"

struct fleet_listener {
	struct berth_fleet *fleet;
	struct fleet_listener *next;
	struct docker *docker;
	struct docker_op *look; /* NULL once it was looked at */
	struct fleet_output *output;
	struct berth_output_request request;
	char id[72];
	bool cancelled;
};

static void end(struct fleet_listener *listener, const struct berth_error *err)
{
	struct berth_fleet *fleet = listener->fleet;
	struct fleet_listener **at = &fleet->listeners;

	while (*at != listener)
		at = &(*at)->next;
	*at = listener->next;
	listener->request.done(listener->request.context, err);
	docker_free(listener->docker);
	free(listener);
	fleet_go_on(fleet);
}

static void on_line(void *context, const struct berth_log_line *line)
{
	struct fleet_listener *listener = context;

	listener->request.line(listener->request.context, line);
}

static bool on_wait(void *context)
{
	struct fleet_listener *listener = context;

	return listener->request.wait != NULL && !listener->cancelled &&
	       listener->request.wait(listener->request.context);
}

static void on_done(void *context, const struct berth_error *err)
{
	struct fleet_listener *listener = context;

	listener->output = NULL;
	end(listener, err);
}

static int open_output(
	struct fleet_listener *listener, const struct container_info *info, struct berth_error *err)
{
	struct berth_output_request request = {
		.id = listener->id,
		.follow = listener->request.follow,
		.tail = listener->request.tail,
		.line = on_line,
		.wait = on_wait,
		.done = on_done,
		.context = listener,
	};

	if (listener->cancelled)
		return berth_error_set(err, BERTH_E_CANCELLED, 0, "cancelled");
	listener->output = fleet_output_open(
		&(struct fleet_output_setup){
			.docker = listener->docker, .request = request, .tty = info->tty},
		err);
	return listener->output != NULL ? 0 : -1;
}

static void looked(void *context, const struct container_info *info, const struct berth_error *err)
{
	struct fleet_listener *listener = context;
	struct berth_error why = {0};

	listener->look = NULL;
	if (err != NULL)
		end(listener, err);
	else if (open_output(listener, info, &why) < 0)
		end(listener, &why);
}

int fleet_listen(struct berth_fleet *fleet, const struct berth_output_request *request,
	struct berth_error *err)
{
	struct fleet_listener *listener;

	if (fleet->docker == NULL || fleet->closing)
		return berth_error_set(err, BERTH_E_UNREACHABLE, 0, "no Docker engine answers");
	listener = calloc(1, sizeof(*listener));
	if (listener == NULL)
		return berth_error_set(err, BERTH_E_MEMORY, 0, "out of memory");
	listener->fleet = fleet;
	listener->request = *request;
	snprintf(listener->id, sizeof(listener->id), "%s", request->id);
	listener->look = container_inspect(fleet->docker, listener->id, looked, listener, err);
	if (listener->look == NULL) {
		free(listener);
		return -1;
	}
	listener->docker = docker_share(fleet->docker);
	listener->next = fleet->listeners;
	fleet->listeners = listener;
	return 0;
}

void fleet_cancel_listeners(struct berth_fleet *fleet)
{
	for (struct fleet_listener *at = fleet->listeners; at != NULL; at = at->next) {
		at->cancelled = true;
		if (at->look != NULL)
			docker_op_cancel(at->look);
		if (at->output != NULL)
			fleet_output_cancel(at->output);
	}
}
