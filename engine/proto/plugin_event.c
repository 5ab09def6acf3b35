#include "proto/plugin_event.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#include "base/result_read.h"

static const char *text_of(const json_t *object, const char *key)
{
	return json_string_value(json_object_get(object, key));
}

static struct berth_event *no_event(struct berth_error *err, const char *what)
{
	berth_error_set(err, BERTH_E_PROTOCOL, 0, "%s", what);
	return NULL;
}

static struct berth_event *no_memory(struct berth_error *err)
{
	berth_error_set(err, BERTH_E_MEMORY, 0, "out of memory");
	return NULL;
}

static struct berth_event *make(enum berth_event_type type, const struct plugin_record *record,
	const json_t *message, struct berth_error *err)
{
	const char *stage = record->stage >= 0 ? record->stages->stages[record->stage].name
					       : record->stages->stages[0].name;
	struct berth_event *event = berth_event_new(type, stage, record->progress,
		message != NULL ? json_string_value(message) : NULL, json_string_length(message));

	return event != NULL ? event : no_memory(err);
}

/* --- numbers and stages --- */

static void take_seq(struct plugin_record *record, const json_t *object)
{
	const json_t *value = json_object_get(object, "seq");
	uint64_t seq = (uint64_t)json_integer_value(value);

	if (!json_is_integer(value))
		return;
	if (seq != record->seq + 1)
		snprintf(record->remark, sizeof(record->remark),
			"seq %" PRIu64 " comes where %" PRIu64 " was expected", seq,
			record->seq + 1);
	record->seq = seq;
}

/* 0, or -1 if it is no percentage. */
static int take_progress(struct plugin_record *record, const json_t *value)
{
	json_int_t progress = json_integer_value(value);

	if (!json_is_integer(value) || progress < 0 || progress > 100)
		return -1;
	if (progress < record->progress)
		snprintf(record->remark, sizeof(record->remark), "progress falls from %d to %d",
			record->progress, (int)progress);
	else
		record->progress = (int)progress;
	return 0;
}

static int take_stage(struct plugin_record *record, const char *name, struct berth_error *err)
{
	int stage = berth_stage_index(record->stages, name);

	if (stage < 0)
		return berth_error_set(err, BERTH_E_PROTOCOL, 0,
			"stage '%.64s' is none that its hello named", name);
	if (stage < record->stage)
		snprintf(record->remark, sizeof(record->remark), "stage '%s' comes after '%s'",
			name, record->stages->stages[record->stage].name);
	else
		record->stage = stage;
	if (record->progress < record->stages->stages[record->stage].from)
		record->progress = record->stages->stages[record->stage].from;
	return 0;
}

/* --- the types --- */

static struct berth_event *read_status(
	struct plugin_record *record, const json_t *object, struct berth_error *err)
{
	const char *stage = text_of(object, "stage"), *message = text_of(object, "message");
	const json_t *progress = json_object_get(object, "progress");

	if (stage == NULL || message == NULL || *message == '\0')
		return no_event(err, "a status needs a 'stage' and a 'message'");
	if (take_stage(record, stage, err) < 0)
		return NULL;
	if (progress != NULL && take_progress(record, progress) < 0)
		return no_event(err, "'progress' is no whole number from 0 to 100");
	return make(BERTH_EVENT_STATUS, record, json_object_get(object, "message"), err);
}

static const char *layer_state(const char *name)
{
	static const char *const states[] = {
		"waiting", "downloading", "verifying", "extracting", "done", "cached", "retrying"};

	for (size_t i = 0; name != NULL && i < sizeof(states) / sizeof(states[0]); i++)
		if (strcmp(states[i], name) == 0)
			return states[i];
	return NULL;
}

static int64_t bytes_of(const json_t *value)
{
	return json_is_integer(value) && json_integer_value(value) >= 0 ? json_integer_value(value)
									: -1;
}

/* -1 if it is no list of layers. */
static int read_layers(struct berth_event *event, const json_t *list)
{
	size_t count = json_array_size(list);

	if (list == NULL)
		return 0;
	if (!json_is_array(list) || count > BERTH_MAX_LAYERS)
		return -1;
	event->layers = calloc(count + 1, sizeof(*event->layers));
	for (size_t i = 0; event->layers != NULL && i < count; i++) {
		const json_t *row = json_array_get(list, i);
		struct berth_layer *layer = &event->layers[event->layer_count++];
		const char *id = text_of(row, "id");

		layer->state = layer_state(text_of(row, "state"));
		layer->current = bytes_of(json_object_get(row, "current"));
		layer->total = bytes_of(json_object_get(row, "total"));
		if (id == NULL || layer->state == NULL || layer->current < 0)
			return -1;
		snprintf(layer->id, sizeof(layer->id), "%.12s", id);
	}
	return event->layers != NULL ? 0 : -1;
}

static struct berth_event *read_progress(
	struct plugin_record *record, const json_t *object, struct berth_error *err)
{
	struct berth_event *event;

	if (take_progress(record, json_object_get(object, "progress")) < 0)
		return no_event(err, "'progress' is no whole number from 0 to 100");
	event = make(BERTH_EVENT_PROGRESS, record, NULL, err);
	if (event == NULL || read_layers(event, json_object_get(object, "layers")) == 0)
		return event;
	berth_event_free(event);
	return no_event(err, "'layers' is no list of id, state, current and total");
}

/* Its place in the names, `otherwise` if it is missing, -1 if it is none of them. */
static int choose(const json_t *object, const char *key, const char *(*name_of)(int value),
	int last, int otherwise)
{
	const json_t *value = json_object_get(object, key);
	const char *name = json_string_value(value);

	if (value == NULL)
		return otherwise;
	for (int i = 0; name != NULL && i <= last; i++)
		if (strcmp(name_of(i), name) == 0)
			return i;
	return -1;
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

static struct berth_event *read_log(
	struct plugin_record *record, const json_t *object, struct berth_error *err)
{
	int level = choose(object, "level", level_name, BERTH_ERROR, BERTH_INFO);
	int stream = choose(object, "stream", stream_name, BERTH_SERVER, BERTH_SERVER);
	struct berth_event *event;

	if (!json_is_string(json_object_get(object, "message")))
		return no_event(err, "a log needs a 'message'");
	if (level < 0)
		return no_event(err, "'level' is none of debug, info, warn and error");
	if (stream < 0)
		return no_event(err, "'stream' is none of stdout, stderr, engine and server");
	event = make(BERTH_EVENT_LOG, record, json_object_get(object, "message"), err);
	if (event != NULL) {
		event->level = (enum berth_level)level;
		event->stream = (enum berth_stream)stream;
	}
	return event;
}

static struct berth_event *read_link(
	struct plugin_record *record, const json_t *object, struct berth_error *err)
{
	int link = choose(object, "link", link_name, BERTH_CLOSED, -1);
	json_int_t attempt = json_integer_value(json_object_get(object, "attempt"));
	json_int_t wait = json_integer_value(json_object_get(object, "retry_in_ms"));
	struct berth_event *event;

	if (link < 0)
		return no_event(err, "'link' is none of connecting, live, polling, reconnecting, "
				     "lost and closed");
	if (attempt < 0 || attempt > 1000000 || wait < 0 || wait > 86400000)
		return no_event(err, "'attempt' or 'retry_in_ms' is out of bounds");
	event = make(BERTH_EVENT_LINK, record, NULL, err);
	if (event != NULL) {
		event->link = (enum berth_link)link;
		event->attempt = (int)attempt;
		event->retry_in_ms = wait;
	}
	return event;
}

/* --- the result --- */

static enum berth_outcome outcome_of(enum berth_code code, bool left_behind)
{
	switch (code) {
	case BERTH_E_CANCELLED:
		return left_behind ? BERTH_LEFT_BEHIND : BERTH_CANCELED;
	case BERTH_E_USAGE:
		return BERTH_REJECTED;
	case BERTH_E_UNREACHABLE:
	case BERTH_E_DENIED:
		return BERTH_UNREACHED;
	default:
		return left_behind ? BERTH_LEFT_BEHIND : BERTH_FAILED;
	}
}

static int complete_failure(
	const struct plugin_record *record, struct berth_result *result, const char *message)
{
	const char *here = record->stages->stages[record->stage >= 0 ? record->stage : 0].name;
	struct berth_error err = {0};
	struct berth_failure *failure = result->failure;

	if (failure == NULL) {
		berth_error_set(&err, BERTH_E_REFUSED, 0, "%s", message);
		return berth_result_fail(result, &err, here);
	}
	if (failure->code == BERTH_E_OK)
		failure->code = BERTH_E_REFUSED;
	if (failure->message == NULL || *failure->message == '\0') {
		free(failure->message);
		failure->message = strdup(message);
	}
	if (failure->stage == NULL || berth_stage_index(record->stages, failure->stage) < 0) {
		free(failure->stage);
		failure->stage = strdup(here);
	}
	return failure->message != NULL && failure->stage != NULL ? 0 : -1;
}

/* What it says of success and failure must fit together. */
static int judge(const struct plugin_record *record, struct berth_result *result,
	const json_t *object, struct berth_error *err)
{
	const json_t *success = json_object_get(json_object_get(object, "result"), "success");
	int outcome = choose(object, "outcome", outcome_name, BERTH_CANCELED, BERTH_FAILED);
	bool left = result->left_behind_count > 0;

	if (!json_is_boolean(success))
		return berth_error_set(err, BERTH_E_PROTOCOL, 0,
			"a result needs \"result\":{\"success\":true or false,...}");
	if (outcome < 0 ||
		(json_is_true(success) != (outcome == BERTH_DEPLOYED) &&
			json_object_get(object, "outcome") != NULL) ||
		(outcome == BERTH_LEFT_BEHIND && !left))
		return berth_error_set(err, BERTH_E_PROTOCOL, 0,
			"'outcome', 'success' and 'left_behind' of the result contradict each "
			"other");
	if (json_is_true(success) && (result->failure != NULL || left))
		return berth_error_set(err, BERTH_E_PROTOCOL, 0,
			"a result that is a success has an 'error' or something 'left_behind'");
	if (result->message == NULL || *result->message == '\0')
		return berth_error_set(err, BERTH_E_PROTOCOL, 0, "a result needs a 'message'");
	result->outcome = json_is_true(success) ? BERTH_DEPLOYED : (enum berth_outcome)outcome;
	if (result->outcome == BERTH_DEPLOYED)
		return 0;
	if (complete_failure(record, result, result->message) < 0)
		return berth_error_set(err, BERTH_E_MEMORY, 0, "out of memory");
	if (json_object_get(object, "outcome") == NULL)
		result->outcome = outcome_of(result->failure->code, left);
	if (result->outcome == BERTH_CANCELED && !record->cancelled) {
		/* Nobody asked for it here. */
		result->outcome = BERTH_FAILED;
		result->failure->code = BERTH_E_REFUSED;
	}
	return 0;
}

static struct berth_event *read_result(
	struct plugin_record *record, const json_t *object, struct berth_error *err)
{
	char *json = json_dumps(object, JSON_COMPACT);
	struct berth_result *result = json != NULL ? result_read(json, BERTH_FAILED) : NULL;
	struct berth_event *event;

	free(json);
	if (result == NULL)
		return no_event(err, "a result needs \"result\":{\"success\":true or false,...}");
	if (result->message == NULL && text_of(object, "message") != NULL)
		result->message = strdup(text_of(object, "message"));
	if (judge(record, result, object, err) < 0 || result->message == NULL) {
		berth_result_free(result);
		return NULL;
	}
	event = berth_event_new(
		BERTH_EVENT_RESULT, NULL, 0, result->message, strlen(result->message));
	if (event == NULL) {
		berth_result_free(result);
		return no_memory(err);
	}
	event->result = result;
	return event;
}

static const struct {
	const char *name;
	struct berth_event *(*read)(
		struct plugin_record *record, const json_t *object, struct berth_error *err);
} readers[] = {
	[BERTH_EVENT_STATUS] = {"status", read_status},
	[BERTH_EVENT_PROGRESS] = {"progress", read_progress},
	[BERTH_EVENT_LOG] = {"log", read_log},
	[BERTH_EVENT_LINK] = {"link", read_link},
	[BERTH_EVENT_RESULT] = {"result", read_result},
};

/* What has no place in the record is kept. */
static void keep_foreign(struct berth_event *event, const json_t *object)
{
	const json_t *server = json_object_get(object, "server");

	if (server != NULL)
		event->server = json_dumps(server, JSON_COMPACT | JSON_ENCODE_ANY);
}

struct berth_event *plugin_event_read(
	struct plugin_record *record, const json_t *object, struct berth_error *err)
{
	const char *type = text_of(object, "type");
	struct berth_event *event;

	record->remark[0] = '\0';
	for (size_t i = 0; type != NULL && i < sizeof(readers) / sizeof(readers[0]); i++) {
		if (strcmp(readers[i].name, type) != 0)
			continue;
		take_seq(record, object);
		event = readers[i].read(record, object, err);
		if (event != NULL)
			keep_foreign(event, object);
		return event;
	}
	return no_event(err, "'type' is none of status, progress, log, link and result");
}
