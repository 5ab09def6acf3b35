/*
 * The queue between the targets and a front end. Bounded: stage changes, links and results always
 * find room; of progress only the newest per deployment is kept while it waits; log lines beyond
 * the bound are counted and the count is said as a log line of its own.
 */
#ifndef SESSION_QUEUE_H
#define SESSION_QUEUE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <berth/event.h>

struct queue {
	struct berth_event **ring;
	size_t capacity, head, count;
	size_t log_bytes, max_log_bytes;
	uint64_t dropped;    /* log lines since the last one that was said */
	unsigned dropped_of; /* the deployment the newest dropped line was of */
	const char *dropped_of_id;
};

void queue_init(struct queue *queue, size_t max_log_bytes);
void queue_release(struct queue *queue);
/* Takes the event. 0, or -1 without memory (the event is freed). */
int queue_put(struct queue *queue, struct berth_event *event);
/* The oldest, or NULL. Yours now. */
struct berth_event *queue_take(struct queue *queue);
bool queue_empty(const struct queue *queue);
/* Half of the room for log lines is taken. */
bool queue_full(const struct queue *queue);

#endif
