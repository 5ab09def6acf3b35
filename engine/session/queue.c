#include "session/queue.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* How far back a place is looked for where a new event can be merged in. Deployments are few. */
#define LOOK_BACK 64

#define VERY_MANY 16384

void queue_init(struct queue *queue, size_t max_log_bytes)
{
	*queue = (struct queue){.max_log_bytes = max_log_bytes};
}

static struct queue_entry *entry(const struct queue *queue, size_t index)
{
	return &queue->ring[(queue->head + index) % queue->capacity];
}

void queue_release(struct queue *queue)
{
	for (size_t i = 0; i < queue->count; i++)
		berth_event_free(entry(queue, i)->event);
	free(queue->ring);
	*queue = (struct queue){0};
}

static int grow(struct queue *queue)
{
	size_t capacity = queue->capacity ? queue->capacity * 2 : 64;
	struct queue_entry *ring = calloc(capacity, sizeof(*ring));

	if (ring == NULL)
		return -1;
	for (size_t i = 0; i < queue->count; i++)
		ring[i] = *entry(queue, i);
	free(queue->ring);
	queue->ring = ring;
	queue->capacity = capacity;
	queue->head = 0;
	return 0;
}

static size_t log_cost(const struct berth_event *event)
{
	return event->type == BERTH_EVENT_LOG ? event->message_len + sizeof(*event) : 0;
}

/* The newest entry of the same deployment; with logs_only the newest log line of it. */
static struct queue_entry *newest_of(
	const struct queue *queue, const struct berth_event *event, bool logs_only)
{
	for (size_t i = 0; i < queue->count && i < LOOK_BACK; i++) {
		struct queue_entry *candidate = entry(queue, queue->count - 1 - i);

		if (candidate->event->deployment == event->deployment &&
			(!logs_only || candidate->event->type == BERTH_EVENT_LOG))
			return candidate;
	}
	return NULL;
}

/* Progress that nobody has looked at yet is replaced by what follows it directly in its deployment:
 * the order of the record stays. */
static bool replace_progress(struct queue *queue, struct berth_event *event)
{
	struct queue_entry *newest;

	if (event->type != BERTH_EVENT_PROGRESS)
		return false;
	newest = newest_of(queue, event, false);
	if (newest == NULL || newest->event->type != BERTH_EVENT_PROGRESS)
		return false;
	if (newest->event->layer_count > 0 && event->layer_count == 0)
		return false;
	berth_event_free(newest->event);
	newest->event = event;
	return true;
}

static int append(struct queue *queue, struct berth_event *event, uint64_t dropped)
{
	if (queue->count == queue->capacity && grow(queue) == -1) {
		berth_event_free(event);
		return -1;
	}
	*entry(queue, queue->count) = (struct queue_entry){event, dropped};
	queue->count++;
	return 0;
}

/* The first line without room becomes the mark of the gap, those after it are counted there. */
static int drop(struct queue *queue, struct berth_event *event)
{
	struct queue_entry *newest = newest_of(queue, event, true);

	if (newest == NULL || newest->dropped == 0)
		return append(queue, event, 1);
	newest->dropped++;
	berth_event_free(event);
	return 0;
}

int queue_put(struct queue *queue, struct berth_event *event)
{
	return replace_progress(queue, event) ? 0 : queue_put_each(queue, event);
}

int queue_put_each(struct queue *queue, struct berth_event *event)
{
	size_t cost = log_cost(event);

	if (cost > 0 && queue->log_bytes + cost > queue->max_log_bytes && queue->log_bytes > 0)
		return drop(queue, event);
	if (append(queue, event, 0) == -1)
		return -1;
	queue->log_bytes += cost;
	return 0;
}

static struct berth_event *tell_gap(struct berth_event *event, uint64_t dropped)
{
	char *text = NULL;
	int len = asprintf(&text, "%llu log lines came too fast and are not shown",
		(unsigned long long)dropped);

	if (len < 0)
		return event;
	free(event->message);
	event->message = text;
	event->message_len = (size_t)len;
	event->level = BERTH_WARN;
	event->stream = BERTH_ENGINE;
	return event;
}

struct berth_event *queue_take(struct queue *queue)
{
	struct queue_entry taken;

	if (queue->count == 0)
		return NULL;
	taken = *entry(queue, 0);
	queue->head = (queue->head + 1) % queue->capacity;
	queue->count--;
	if (taken.dropped > 0)
		return tell_gap(taken.event, taken.dropped);
	queue->log_bytes -= log_cost(taken.event);
	return taken.event;
}

void queue_forget(struct queue *queue, unsigned deployment)
{
	size_t kept = 0;

	for (size_t i = 0; i < queue->count; i++) {
		struct queue_entry waiting = *entry(queue, i);

		if (waiting.event->deployment != deployment) {
			*entry(queue, kept++) = waiting;
			continue;
		}
		if (waiting.dropped == 0)
			queue->log_bytes -= log_cost(waiting.event);
		berth_event_free(waiting.event);
	}
	queue->count = kept;
}

bool queue_empty(const struct queue *queue)
{
	return queue->count == 0;
}

bool queue_full(const struct queue *queue)
{
	return queue->log_bytes > queue->max_log_bytes / 2 || queue->count > VERY_MANY;
}
