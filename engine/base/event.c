#include <berth/event.h>

#include <stdlib.h>
#include <string.h>

#include "base/copy.h"

#define NAME_OF(names, value)                                                                      \
	((size_t)(value) < sizeof(names) / sizeof(names)[0] ? (names)[value] : "unknown")

static const char *const type_names[] = {
	[BERTH_EVENT_STATUS] = "status",
	[BERTH_EVENT_PROGRESS] = "progress",
	[BERTH_EVENT_LOG] = "log",
	[BERTH_EVENT_LINK] = "link",
	[BERTH_EVENT_RESULT] = "result",
};
_Static_assert(sizeof type_names / sizeof type_names[0] == BERTH_EVENT_RESULT + 1, "every type");

static const char *const level_names[] = {
	[BERTH_DEBUG] = "debug",
	[BERTH_INFO] = "info",
	[BERTH_WARN] = "warn",
	[BERTH_ERROR] = "error",
};
_Static_assert(sizeof level_names / sizeof level_names[0] == BERTH_ERROR + 1, "every level");

static const char *const stream_names[] = {
	[BERTH_STDOUT] = "stdout",
	[BERTH_STDERR] = "stderr",
	[BERTH_ENGINE] = "engine",
	[BERTH_SERVER] = "server",
};
_Static_assert(sizeof stream_names / sizeof stream_names[0] == BERTH_SERVER + 1, "every stream");

static const char *const link_names[] = {
	[BERTH_CONNECTING] = "connecting",
	[BERTH_LIVE] = "live",
	[BERTH_POLLING] = "polling",
	[BERTH_RECONNECTING] = "reconnecting",
	[BERTH_LOST] = "lost",
	[BERTH_CLOSED] = "closed",
};
_Static_assert(sizeof link_names / sizeof link_names[0] == BERTH_CLOSED + 1, "every link state");

struct berth_event *berth_event_new(enum berth_event_type type, const char *stage, int progress,
	const char *message, size_t message_len)
{
	struct berth_event *event = calloc(1, sizeof *event);

	if (!event)
		return NULL;
	event->type = type;
	event->progress = progress;
	event->level = BERTH_INFO;
	event->stream = BERTH_ENGINE;
	if (stage && !(event->stage = copy_text(stage)))
		goto fail;
	if (message && !(event->message = copy_bytes(message, message_len, &event->message_len)))
		goto fail;
	return event;

fail:
	berth_event_free(event);
	return NULL;
}

void berth_event_free(struct berth_event *event)
{
	if (!event)
		return;
	free(event->stage);
	free(event->message);
	free(event->layers);
	berth_result_free(event->result);
	berth_stage_list_free(event->stages);
	free(event->server);
	free(event);
}

const char *berth_event_type_name(enum berth_event_type type)
{
	return NAME_OF(type_names, type);
}

const char *berth_level_name(enum berth_level level)
{
	return NAME_OF(level_names, level);
}

const char *berth_stream_name(enum berth_stream stream)
{
	return NAME_OF(stream_names, stream);
}

const char *berth_link_name(enum berth_link link)
{
	return NAME_OF(link_names, link);
}

bool berth_layers_are_steps(const struct berth_layer *layers, size_t count)
{
	return count > 0 && strspn(layers[0].id, "0123456789abcdef") != strlen(layers[0].id);
}
