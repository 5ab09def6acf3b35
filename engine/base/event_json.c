#include <berth/event.h>

#include <berth/text.h>

#include "base/json_write.h"

/* A log line of 1 MiB may grow sixfold, and a server's answer comes on top. */
#define EVENT_JSON_MAX (64u << 20)

static void text(struct json_writer *out, const char *key, const char *value)
{
	json_write_key(out, key);
	json_write_text(out, value);
}

static void integer(struct json_writer *out, const char *key, int64_t value)
{
	json_write_key(out, key);
	json_write_integer(out, value);
}

static void boolean(struct json_writer *out, const char *key, bool value)
{
	json_write_key(out, key);
	json_write_bool(out, value);
}

static void begin(struct json_writer *out, const char *key, char bracket)
{
	json_write_key(out, key);
	json_write_open(out, bracket);
}

static void lines(struct json_writer *out, const char *key, char *const *list, size_t count)
{
	begin(out, key, '[');
	for (size_t i = 0; i < count; i++)
		json_write_text(out, list[i]);
	json_write_close(out, ']');
}

static void head(struct json_writer *out, const struct berth_event *event)
{
	char when[32];

	integer(out, "v", 1);
	if (event->seq > 0)
		integer(out, "seq", (int64_t)event->seq);
	text(out, "type", berth_event_type_name(event->type));
	text(out, "deployment_id", event->deployment_id ? event->deployment_id : "");
	text(out, "timestamp", berth_format_timestamp(when, event->time_ms));
}

static void message(struct json_writer *out, const struct berth_event *event)
{
	json_write_key(out, "message");
	json_write_bytes(out, event->message, event->message_len);
}

static void layers(struct json_writer *out, const struct berth_event *event)
{
	begin(out, "layers", '[');
	for (size_t i = 0; i < event->layer_count; i++) {
		const struct berth_layer *layer = &event->layers[i];

		json_write_open(out, '{');
		text(out, "id", layer->id);
		text(out, "state", layer->state);
		integer(out, "current", layer->current);
		json_write_key(out, "total");
		if (layer->total >= 0)
			json_write_integer(out, layer->total);
		else
			json_write_null(out);
		json_write_close(out, '}');
	}
	json_write_close(out, ']');
}

static void details(struct json_writer *out, const struct berth_result *result)
{
	begin(out, "details", '[');
	for (size_t i = 0; i < result->detail_count; i++) {
		const struct berth_detail *detail = &result->details[i];

		json_write_open(out, '{');
		text(out, "section", detail->section);
		text(out, "label", detail->label);
		text(out, "value", detail->value);
		json_write_close(out, '}');
	}
	json_write_close(out, ']');
}

static void put_source(struct json_writer *out, const struct berth_source *source)
{
	begin(out, "source", '{');
	text(out, "repository", source->repository);
	text(out, "commit", source->commit);
	text(out, "subject", source->subject);
	text(out, "author", source->author);
	text(out, "branch", source->branch);
	json_write_close(out, '}');
}

static void put_result(struct json_writer *out, const struct berth_result *result)
{
	begin(out, "result", '{');
	boolean(out, "success", result->outcome == BERTH_DEPLOYED);
	text(out, "outcome", berth_outcome_name(result->outcome));
	text(out, "message", result->message ? result->message : "");
	text(out, "endpoint_url", result->endpoint_url);
	begin(out, "urls", '{');
	for (size_t i = 0; i < result->url_count; i++)
		text(out, result->urls[i].name, result->urls[i].value);
	json_write_close(out, '}');
	begin(out, "health_status", '{');
	for (size_t i = 0; i < result->check_count; i++)
		boolean(out, result->checks[i].name, result->checks[i].healthy);
	json_write_close(out, '}');
	text(out, "container_id", result->container_id);
	text(out, "image_digest", result->image_digest);
	if (result->source.commit)
		put_source(out, &result->source);
	boolean(out, "rolled_back", result->rolled_back);
	lines(out, "left_behind", result->left_behind, result->left_behind_count);
	integer(out, "duration_ms", result->duration_ms);
	if (result->detail_count > 0)
		details(out, result);
	json_write_close(out, '}');
}

static void put_failure(struct json_writer *out, const struct berth_failure *failure)
{
	begin(out, "error", '{');
	text(out, "code", berth_code_name(failure->code));
	text(out, "message", failure->message ? failure->message : "");
	text(out, "hint", failure->hint);
	text(out, "stage", failure->stage);
	if (failure->has_exit_code)
		integer(out, "exit_code", failure->exit_code);
	if (failure->oom)
		boolean(out, "oom", true);
	lines(out, "last_lines", failure->last_lines, failure->last_line_count);
	lines(out, "probes", failure->probes, failure->probe_count);
	json_write_close(out, '}');
}

static void body(struct json_writer *out, const struct berth_event *event)
{
	switch (event->type) {
	case BERTH_EVENT_STATUS:
		text(out, "stage", event->stage);
		integer(out, "progress", event->progress);
		message(out, event);
		break;
	case BERTH_EVENT_PROGRESS:
		text(out, "stage", event->stage);
		integer(out, "progress", event->progress);
		if (event->layer_count > 0)
			layers(out, event);
		break;
	case BERTH_EVENT_LOG:
		text(out, "stage", event->stage);
		message(out, event);
		text(out, "level", berth_level_name(event->level));
		text(out, "stream", berth_stream_name(event->stream));
		break;
	case BERTH_EVENT_LINK:
		text(out, "link", berth_link_name(event->link));
		integer(out, "attempt", event->attempt);
		if (event->attempts > 0)
			integer(out, "attempts", event->attempts);
		integer(out, "retry_in_ms", event->retry_in_ms);
		break;
	case BERTH_EVENT_RESULT:
		if (!event->result) {
			message(out, event);
			break;
		}
		text(out, "message", event->result->message ? event->result->message : "");
		put_result(out, event->result);
		if (event->result->failure)
			put_failure(out, event->result->failure);
		break;
	}
}

char *berth_event_to_json(const struct berth_event *event)
{
	struct json_writer out;

	json_writer_init(&out, EVENT_JSON_MAX);
	json_write_open(&out, '{');
	head(&out, event);
	body(&out, event);
	if (event->server) {
		json_write_key(&out, "server");
		json_write_foreign(&out, event->server);
	}
	json_write_close(&out, '}');
	return json_writer_take(&out);
}
