/*
 * The queue between the targets and a front end. Bounded: stage changes, links and results always
 * find room; of progress that waits only the newest of each deployment is kept; log lines beyond
 * the bound are counted, and the count is said as a log line of its own where they are missing.
 */
#ifndef SESSION_QUEUE_H
#define SESSION_QUEUE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <berth/event.h>

struct queue_entry {
	struct berth_event *event;
	uint64_t dropped; /* above 0: stands for so many lines that found no room */
};

struct queue {
	struct queue_entry *ring;
	size_t capacity, head, count;
	size_t log_bytes, max_log_bytes;
};

void queue_init(struct queue *queue, size_t max_log_bytes);
void queue_release(struct queue *queue);
/* Takes the event. 0, or -1 without memory (the event is freed). */
int queue_put(struct queue *queue, struct berth_event *event);
/* The same for one of whom none may be left out: a recording is shown as it is. */
int queue_put_each(struct queue *queue, struct berth_event *event);
/* The oldest, or NULL. Yours now. */
struct berth_event *queue_take(struct queue *queue);
/* Forget all that waits of a deployment. */
void queue_forget(struct queue *queue, unsigned deployment);
bool queue_empty(const struct queue *queue);
/* Half of the room for log lines is taken, or there are very many events. */
bool queue_full(const struct queue *queue);

#endif
