#include "docker/events.h"

#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#include "docker/members.h"
#include "docker/op_private.h"

#define PATH_MAX_LEN 16384
#define NS_PER_S     INT64_C(1000000000)

struct events {
	struct docker_op op;
	struct events_request request; /* without its strings after opening */
};

static void events_head(void *context, int status, const char *content_type)
{
	struct events *events = context;

	(void)status;
	(void)content_type;
	if (events->request.on_ready)
		events->request.on_ready(events->request.context);
}

static const char *either(const char *first, const char *second)
{
	return *first ? first : second;
}

/* Engines from 1.52 on have no top-level status, id and from; very old ones have nothing else. */
static void read_event(struct engine_event *event, const json_t *json)
{
	const json_t *actor = member(json, "Actor", NULL);
	const json_t *attributes = member(actor, "Attributes", NULL);
	const char *code = member_text(attributes, "exitCode");
	char *end;
	long number;

	event->type = either(member_text(json, "Type"), "container");
	event->action = either(member_text(json, "Action"), member_text(json, "status"));
	event->id = either(member_text(actor, "ID"), member_text(json, "id"));
	event->name = member_text(attributes, "name");
	number = strtol(code, &end, 10);
	event->exit_code = end != code && !*end && number >= 0 && number <= 255 ? (int)number : -1;
	event->time_nano = member_integer(json, "timeNano", 0);
	if (event->time_nano == 0)
		event->time_nano = member_integer(json, "time", 0) * NS_PER_S;
}

static int events_value(void *context, const struct json_t *value, struct berth_error *err)
{
	struct events *events = context;
	struct engine_event event;

	(void)err;
	read_event(&event, value);
	if (*event.action && !events->op.cancelled)
		events->request.on_event(events->request.context, &event);
	return 0;
}

static void events_done(void *context, const struct docker_reply *reply)
{
	struct events *events = context;
	const struct berth_error *err = op_ended(&events->op, reply);
	struct berth_error ended;

	/* An engine ends this stream only when it goes. */
	if (!err) {
		berth_error_set(&ended, BERTH_E_BROKEN, 0, "the engine ended its event stream");
		err = &ended;
	}
	events->request.on_closed(events->request.context, err);
	free(events);
}

static int set_filter(json_t *filters, const char *name, const char *const *values, size_t count)
{
	json_t *list;

	if (count == 0)
		return 0;
	list = json_array();
	if (json_object_set_new(filters, name, list) < 0)
		return -1;
	for (size_t i = 0; i < count; i++)
		if (json_array_append_new(list, json_string(values[i])) < 0)
			return -1;
	return 0;
}

static int events_path(
	struct buf *path, const struct events_request *request, struct berth_error *err)
{
	static const char *const types[] = {"container"};
	bool containers = request->container || request->label;
	json_t *filters = json_object();
	char *text = NULL;
	int status;

	if (filters && set_filter(filters, "type", types, containers) == 0 &&
		set_filter(filters, "container", &request->container, request->container != NULL) ==
			0 &&
		set_filter(filters, "label", &request->label, request->label != NULL) == 0 &&
		set_filter(filters, "event", request->actions, request->action_count) == 0)
		text = json_dumps(filters, JSON_COMPACT);
	json_decref(filters);
	if (!text)
		return berth_error_set(err, BERTH_E_MEMORY, 0, "out of memory");
	status = op_path(path, "/events?filters=", text, NULL, err);
	free(text);
	return status;
}

struct events *events_open(
	struct docker *docker, const struct events_request *request, struct berth_error *err)
{
	struct events *events = op_new(docker, sizeof(*events), err);
	struct buf path cleanup_buf;

	buf_init(&path, PATH_MAX_LEN);
	if (!events)
		return NULL;
	events->request = *request;
	if (events_path(&path, request, err) < 0 || op_call(&events->op,
							    &(struct docker_request){
								    .method = "GET",
								    .path = path.data,
								    .on_json = events_value,
								    .on_head = events_head,
								    .done = events_done,
								    .context = events,
							    },
							    err) < 0) {
		free(events);
		return NULL;
	}
	return events;
}

void events_close(struct events *events)
{
	docker_op_cancel(&events->op);
}
