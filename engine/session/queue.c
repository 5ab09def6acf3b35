#include "session/queue.h"

#include <stdio.h>
#include <stdlib.h>

void queue_init(struct queue *queue, size_t max_log_bytes)
{
	*queue = (struct queue){.max_log_bytes = max_log_bytes};
}

void queue_release(struct queue *queue)
{
	struct berth_event *event;

	queue->dropped = 0;
	while ((event = queue_take(queue)) != NULL)
		berth_event_free(event);
	free(queue->ring);
	*queue = (struct queue){0};
}

static struct berth_event **slot(const struct queue *queue, size_t index)
{
	return &queue->ring[(queue->head + index) % queue->capacity];
}

static int grow(struct queue *queue)
{
	size_t capacity = queue->capacity ? queue->capacity * 2 : 64;
	struct berth_event **ring = calloc(capacity, sizeof(struct berth_event *));

	if (ring == NULL)
		return -1;
	for (size_t i = 0; i < queue->count; i++)
		ring[i] = *slot(queue, i);
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

/* Progress that nobody has looked at yet is replaced by newer progress that follows it directly.
 * What came in between would have to be skipped, and the order of the record with it. */
static bool replace_progress(struct queue *queue, struct berth_event *event)
{
	struct berth_event **tail;

	if (event->type != BERTH_EVENT_PROGRESS || queue->count == 0)
		return false;
	tail = slot(queue, queue->count - 1);
	if ((*tail)->type != BERTH_EVENT_PROGRESS || (*tail)->deployment != event->deployment)
		return false;
	if ((*tail)->layer_count > 0 && event->layer_count == 0)
		return false;
	berth_event_free(*tail);
	*tail = event;
	return true;
}

int queue_put(struct queue *queue, struct berth_event *event)
{
	size_t cost = log_cost(event);

	if (replace_progress(queue, event))
		return 0;
	if (cost > 0 && queue->log_bytes + cost > queue->max_log_bytes && queue->log_bytes > 0) {
		queue->dropped++;
		queue->dropped_of = event->deployment;
		queue->dropped_of_id = event->deployment_id;
		berth_event_free(event);
		return 0;
	}
	if (queue->count == queue->capacity && grow(queue) == -1) {
		berth_event_free(event);
		return -1;
	}
	*slot(queue, queue->count) = event;
	queue->count++;
	queue->log_bytes += cost;
	return 0;
}

/* Said where the gap is: behind the last line that still found room. */
static struct berth_event *tell_dropped(struct queue *queue)
{
	char text[96];
	int len = snprintf(text, sizeof(text), "%llu log lines came too fast and are not shown",
		(unsigned long long)queue->dropped);
	struct berth_event *event;

	event = berth_event_new(BERTH_EVENT_LOG, "health_check", 0, text, (size_t)len);
	if (event == NULL)
		return NULL;
	event->level = BERTH_WARN;
	event->stream = BERTH_ENGINE;
	event->deployment = queue->dropped_of;
	event->deployment_id = queue->dropped_of_id;
	queue->dropped = 0;
	return event;
}

struct berth_event *queue_take(struct queue *queue)
{
	struct berth_event *event;

	if (queue->count == 0)
		return queue->dropped > 0 ? tell_dropped(queue) : NULL;
	event = *slot(queue, 0);
	if (event->type == BERTH_EVENT_RESULT && queue->dropped > 0 &&
		queue->dropped_of == event->deployment)
		return tell_dropped(queue);
	queue->head = (queue->head + 1) % queue->capacity;
	queue->count--;
	queue->log_bytes -= log_cost(event);
	return event;
}

bool queue_empty(const struct queue *queue)
{
	return queue->count == 0 && queue->dropped == 0;
}

bool queue_full(const struct queue *queue)
{
	return queue->log_bytes > queue->max_log_bytes / 2;
}
