#include "base/event_read.h"

#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#include "base/copy.h"
#include "base/result_read.h"
#include "base/rfc3339.h"

static int bad(struct berth_error *err, const char *what)
{
	return berth_error_set(err, BERTH_E_PROTOCOL, 0, "no line of a record: %s", what);
}

static int no_memory(struct berth_error *err)
{
	return berth_error_set(err, BERTH_E_MEMORY, 0, "out of memory");
}

static const char *text(const json_t *object, const char *name)
{
	return json_string_value(json_object_get(object, name));
}

/* The place of a name among `count` names; -1. */
static int place(const char *name, int last, const char *(*name_of)(int value))
{
	for (int value = 0; name != NULL && value <= last; value++)
		if (strcmp(name_of(value), name) == 0)
			return value;
	return -1;
}

static const char *type_name(int value)
{
	return berth_event_type_name((enum berth_event_type)value);
}

static const char *level_name(int value)
{
	return berth_level_name((enum berth_level)value);
}

static const char *stream_name(int value)
{
	return berth_stream_name((enum berth_stream)value);
}

static const char *link_name(int value)
{
	return berth_link_name((enum berth_link)value);
}

static const char *outcome_name(int value)
{
	return berth_outcome_name((enum berth_outcome)value);
}

/* Static, as the states of layers are. */
static const char *layer_state(const char *name)
{
	static const char *const states[] = {
		"waiting", "downloading", "verifying", "extracting", "done", "cached", "retrying"};

	for (size_t i = 0; name != NULL && i < sizeof(states) / sizeof(states[0]); i++)
		if (strcmp(states[i], name) == 0)
			return states[i];
	return states[0];
}

static int read_layers(struct berth_event *event, const json_t *list, struct berth_error *err)
{
	size_t count = json_array_size(list);

	if (count > BERTH_MAX_LAYERS)
		count = BERTH_MAX_LAYERS;
	if (count == 0)
		return 0;
	event->layers = calloc(count, sizeof(*event->layers));
	if (event->layers == NULL)
		return no_memory(err);
	event->layer_count = count;
	for (size_t i = 0; i < count; i++) {
		const json_t *object = json_array_get(list, i);
		const json_t *total = json_object_get(object, "total");
		const char *id = text(object, "id");
		struct berth_layer *layer = &event->layers[i];

		snprintf(layer->id, sizeof(layer->id), "%s", id != NULL ? id : "");
		layer->state = layer_state(text(object, "state"));
		layer->current = json_integer_value(json_object_get(object, "current"));
		layer->total = json_is_integer(total) ? json_integer_value(total) : -1;
	}
	return 0;
}

static int read_log(struct berth_event *event, const json_t *object)
{
	int level = place(text(object, "level"), BERTH_ERROR, level_name);
	int stream = place(text(object, "stream"), BERTH_SERVER, stream_name);

	if (level >= 0)
		event->level = (enum berth_level)level;
	if (stream >= 0)
		event->stream = (enum berth_stream)stream;
	return 0;
}

static int read_link(struct berth_event *event, const json_t *object, struct berth_error *err)
{
	int link = place(text(object, "link"), BERTH_CLOSED, link_name);

	if (link < 0)
		return bad(err, "'link' is no state of a stream");
	event->link = (enum berth_link)link;
	event->attempt = (int)json_integer_value(json_object_get(object, "attempt"));
	event->attempts = (int)json_integer_value(json_object_get(object, "attempts"));
	event->retry_in_ms = json_integer_value(json_object_get(object, "retry_in_ms"));
	return 0;
}

/* Records of before it was said there leave it to be guessed. */
static enum berth_outcome outcome_of(const json_t *object)
{
	const json_t *result = json_object_get(object, "result");
	int said = place(text(result, "outcome"), BERTH_CANCELED, outcome_name);
	const char *code = text(json_object_get(object, "error"), "code");

	if (said >= 0)
		return (enum berth_outcome)said;
	if (json_is_true(json_object_get(result, "success")))
		return BERTH_DEPLOYED;
	if (json_array_size(json_object_get(result, "left_behind")) > 0)
		return BERTH_LEFT_BEHIND;
	return code != NULL && strcmp(code, berth_code_name(BERTH_E_CANCELLED)) == 0
		       ? BERTH_CANCELED
		       : BERTH_FAILED;
}

/* A result may have come without its contents. */
static int read_result(struct berth_event *event, const json_t *object, struct berth_error *err)
{
	if (!json_is_object(json_object_get(object, "result")))
		return 0;
	event->result = result_from_json(object, outcome_of(object));
	return event->result != NULL ? 0 : no_memory(err);
}

static int read_server(struct berth_event *event, const json_t *object, struct berth_error *err)
{
	const json_t *server = json_object_get(object, "server");

	if (server == NULL)
		return 0;
	event->server = json_dumps(server, JSON_COMPACT | JSON_ENCODE_ANY);
	return event->server != NULL ? 0 : no_memory(err);
}

static int read_body(struct berth_event *event, const json_t *object, struct berth_error *err)
{
	switch (event->type) {
	case BERTH_EVENT_PROGRESS:
		return read_layers(event, json_object_get(object, "layers"), err);
	case BERTH_EVENT_LOG:
		return read_log(event, object);
	case BERTH_EVENT_LINK:
		return read_link(event, object, err);
	case BERTH_EVENT_RESULT:
		return read_result(event, object, err);
	default:
		return 0;
	}
}

static int percent(const json_t *value)
{
	json_int_t given = json_integer_value(value);

	return given < 0 ? 0 : given > 100 ? 100 : (int)given;
}

static struct berth_event *read_object(const json_t *object, struct berth_error *err)
{
	int type = place(text(object, "type"), BERTH_EVENT_RESULT, type_name);
	const json_t *message = json_object_get(object, "message");
	const char *time = text(object, "timestamp");
	json_int_t seq = json_integer_value(json_object_get(object, "seq"));
	struct berth_event *event;

	if (type < 0 || time == NULL) {
		bad(err, type < 0 ? "'type' is none of an event" : "'timestamp' is missing");
		return NULL;
	}
	event = berth_event_new((enum berth_event_type)type, text(object, "stage"),
		percent(json_object_get(object, "progress")), json_string_value(message),
		json_string_length(message));
	if (event == NULL) {
		no_memory(err);
		return NULL;
	}
	event->seq = seq > 0 ? (uint64_t)seq : 0;
	event->time_ms = rfc3339_ms(time);
	if (read_body(event, object, err) == 0 && read_server(event, object, err) == 0)
		return event;
	berth_event_free(event);
	return NULL;
}

struct berth_event *event_read(const char *line, size_t len, struct berth_error *err)
{
	json_t *object = json_loadb(line, len, JSON_ALLOW_NUL, NULL);
	struct berth_event *event = NULL;

	if (json_is_object(object))
		event = read_object(object, err);
	else
		bad(err, "not a JSON object");
	json_decref(object);
	return event;
}
