#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "session/queue.h"

#define BOUND 4096

static struct berth_event *make(
	enum berth_event_type type, unsigned deployment, const char *message)
{
	struct berth_event *event = berth_event_new(
		type, "pulling_image", 0, message, strlen(message));

	assert_non_null(event);
	event->deployment = deployment;
	event->deployment_id = deployment == 1 ? "one" : "two";
	return event;
}

static void put(
	struct queue *queue, enum berth_event_type type, unsigned deployment, const char *message)
{
	assert_int_equal(queue_put(queue, make(type, deployment, message)), 0);
}

static void put_progress(struct queue *queue, unsigned deployment, int percent, size_t layers)
{
	struct berth_event *event = make(BERTH_EVENT_PROGRESS, deployment, "");

	event->progress = percent;
	if (layers > 0) {
		event->layers = calloc(layers, sizeof(*event->layers));
		assert_non_null(event->layers);
		event->layer_count = layers;
	}
	assert_int_equal(queue_put(queue, event), 0);
}

/* The next event is this one. */
static void take(
	struct queue *queue, enum berth_event_type type, unsigned deployment, const char *message)
{
	struct berth_event *event = queue_take(queue);

	assert_non_null(event);
	assert_int_equal(event->type, type);
	assert_int_equal(event->deployment, deployment);
	assert_string_equal(event->deployment_id, deployment == 1 ? "one" : "two");
	assert_string_equal(event->message, message);
	berth_event_free(event);
}

static int take_progress(struct queue *queue)
{
	struct berth_event *event = queue_take(queue);
	int percent;

	assert_non_null(event);
	assert_int_equal(event->type, BERTH_EVENT_PROGRESS);
	percent = event->progress;
	berth_event_free(event);
	return percent;
}

static void empty_has_nothing(void **state)
{
	struct queue queue;

	(void)state;
	queue_init(&queue, BOUND);
	assert_true(queue_empty(&queue));
	assert_null(queue_take(&queue));
	assert_false(queue_full(&queue));
	queue_release(&queue);
}

static void first_in_first_out(void **state)
{
	struct queue queue;
	char text[16];
	int in = 0, out = 0;

	(void)state;
	queue_init(&queue, 1 << 20);
	/* Growing while the ring is turned, and turning while it is full. */
	for (int round = 0; round < 20; round++) {
		for (int i = 0; i < 37; i++) {
			snprintf(text, sizeof(text), "line %d", in++);
			put(&queue, BERTH_EVENT_LOG, 1, text);
		}
		for (int i = 0; i < 11 + round; i++) {
			snprintf(text, sizeof(text), "line %d", out++);
			take(&queue, BERTH_EVENT_LOG, 1, text);
		}
	}
	while (out < in) {
		snprintf(text, sizeof(text), "line %d", out++);
		take(&queue, BERTH_EVENT_LOG, 1, text);
	}
	assert_true(queue_empty(&queue));
	assert_int_equal(queue.log_bytes, 0);
	queue_release(&queue);
}

static void newer_progress_takes_the_place_of_older(void **state)
{
	struct queue queue;

	(void)state;
	queue_init(&queue, BOUND);
	for (int i = 1; i <= 50; i++)
		put_progress(&queue, 1, i, 0);
	assert_int_equal(queue.count, 1);
	assert_int_equal(take_progress(&queue), 50);
	assert_true(queue_empty(&queue));
	queue_release(&queue);
}

static void progress_keeps_its_place_in_the_order(void **state)
{
	struct queue queue;

	(void)state;
	queue_init(&queue, BOUND);
	put_progress(&queue, 1, 10, 0);
	put(&queue, BERTH_EVENT_STATUS, 1, "next stage");
	put_progress(&queue, 1, 20, 0);
	put_progress(&queue, 1, 30, 0);
	put_progress(&queue, 2, 5, 0);
	put_progress(&queue, 1, 40, 0);
	assert_int_equal(take_progress(&queue), 10);
	take(&queue, BERTH_EVENT_STATUS, 1, "next stage");
	assert_int_equal(take_progress(&queue), 40);
	assert_int_equal(take_progress(&queue), 5);
	assert_null(queue_take(&queue));
	queue_release(&queue);
}

static void layers_are_not_lost_to_a_bare_percentage(void **state)
{
	struct queue queue;
	struct berth_event *event;

	(void)state;
	queue_init(&queue, BOUND);
	put_progress(&queue, 1, 10, 3);
	put_progress(&queue, 1, 11, 4);
	put_progress(&queue, 1, 12, 0);
	event = queue_take(&queue);
	assert_int_equal(event->layer_count, 4);
	berth_event_free(event);
	assert_int_equal(take_progress(&queue), 12);
	assert_true(queue_empty(&queue));
	queue_release(&queue);
}

static void lines_past_the_bound_are_counted_and_said(void **state)
{
	struct queue queue;
	struct berth_event *event;
	unsigned kept = 0, put_in = 1000;
	unsigned long long dropped = 0;

	(void)state;
	queue_init(&queue, BOUND);
	for (unsigned i = 0; i < put_in; i++)
		put(&queue, BERTH_EVENT_LOG, 1, "a line of the container");
	assert_true(queue.log_bytes <= BOUND);
	assert_true(queue_full(&queue));
	while ((event = queue_take(&queue)) != NULL) {
		assert_int_equal(dropped, 0);
		if (sscanf(event->message, "%llu log lines", &dropped) == 1) {
			assert_int_equal(event->type, BERTH_EVENT_LOG);
			assert_int_equal(event->level, BERTH_WARN);
			assert_int_equal(event->stream, BERTH_ENGINE);
			assert_int_equal(event->deployment, 1);
			assert_string_equal(event->deployment_id, "one");
		} else {
			kept++;
		}
		berth_event_free(event);
	}
	assert_true(kept > 0);
	assert_int_equal(kept + dropped, put_in);
	assert_true(queue_empty(&queue));
	/* There is room again, and the gap is not told twice. */
	put(&queue, BERTH_EVENT_LOG, 1, "after");
	take(&queue, BERTH_EVENT_LOG, 1, "after");
	assert_null(queue_take(&queue));
	queue_release(&queue);
}

static void everything_but_lines_finds_room(void **state)
{
	struct queue queue;
	struct berth_event *event;
	unsigned others = 0;

	(void)state;
	queue_init(&queue, BOUND);
	for (unsigned i = 0; i < 300; i++) {
		put(&queue, BERTH_EVENT_LOG, 1, "a line of the container");
		put(&queue, BERTH_EVENT_STATUS, 1, "stage");
		put(&queue, BERTH_EVENT_LINK, 1, "");
	}
	put(&queue, BERTH_EVENT_RESULT, 1, "end");
	while ((event = queue_take(&queue)) != NULL) {
		others += event->type != BERTH_EVENT_LOG;
		berth_event_free(event);
	}
	assert_int_equal(others, 601);
	queue_release(&queue);
}

/* The result is the last of the record: what was left out is said before it. */
static void the_gap_is_said_before_the_result(void **state)
{
	struct queue queue;
	struct berth_event *event;
	bool told = false;

	(void)state;
	queue_init(&queue, BOUND);
	for (unsigned i = 0; i < 100; i++)
		put(&queue, BERTH_EVENT_LOG, 1, "a line of the container");
	put(&queue, BERTH_EVENT_RESULT, 1, "end");
	while ((event = queue_take(&queue)) != NULL && event->type != BERTH_EVENT_RESULT) {
		told = told || strstr(event->message, "came too fast") != NULL;
		berth_event_free(event);
	}
	assert_non_null(event);
	assert_true(told);
	berth_event_free(event);
	queue_release(&queue);
}

static void one_line_larger_than_the_bound_passes(void **state)
{
	struct queue queue;
	char *line = malloc(2 * BOUND);

	(void)state;
	assert_non_null(line);
	memset(line, 'x', 2 * BOUND - 1);
	line[2 * BOUND - 1] = '\0';
	queue_init(&queue, BOUND);
	put(&queue, BERTH_EVENT_LOG, 1, line);
	put(&queue, BERTH_EVENT_LOG, 1, "no room");
	take(&queue, BERTH_EVENT_LOG, 1, line);
	take(&queue, BERTH_EVENT_LOG, 1, "1 log lines came too fast and are not shown");
	queue_release(&queue);
	free(line);
}

static void each_deployment_is_told_its_own_gap(void **state)
{
	struct queue queue;
	struct berth_event *event;
	unsigned long long dropped[3] = {0}, count;
	(void)state;
	queue_init(&queue, BOUND);
	for (int i = 0; i < 100; i++)
		put(&queue, BERTH_EVENT_LOG, 1, "a line of the container");
	put(&queue, BERTH_EVENT_LOG, 2, "of the other one");
	put(&queue, BERTH_EVENT_RESULT, 1, "end");
	bool ended = false;
	while ((event = queue_take(&queue)) != NULL) {
		if (event->type == BERTH_EVENT_RESULT)
			ended = true;
		else if (sscanf(event->message, "%llu log lines", &count) == 1) {
			assert_false(ended && event->deployment == 1);
			dropped[event->deployment] += count;
		}
		berth_event_free(event);
	}
	queue_release(&queue);
	assert_int_equal(dropped[2], 1);
	assert_true(dropped[1] > 0);
}

static void the_gap_is_told_where_it_is(void **state)
{
	struct queue queue;
	struct berth_event *event;
	bool gap = false, later = false;
	(void)state;
	queue_init(&queue, BOUND);
	for (int i = 0; i < 100; i++)
		put(&queue, BERTH_EVENT_LOG, 1, "a line of the container");
	for (int i = 0; i < 5; i++)
		berth_event_free(queue_take(&queue));
	put(&queue, BERTH_EVENT_LOG, 1, "after the gap");
	while ((event = queue_take(&queue)) != NULL) {
		if (strstr(event->message, "came too fast") != NULL)
			gap = true;
		if (strcmp(event->message, "after the gap") == 0)
			later = !gap;
		berth_event_free(event);
	}
	queue_release(&queue);
	assert_false(later);
}

static void progress_of_two_is_bounded(void **state)
{
	struct queue queue;
	size_t count;
	(void)state;
	queue_init(&queue, BOUND);
	for (int i = 0; i < 1000; i++) {
		put(&queue, BERTH_EVENT_PROGRESS, 1, "");
		put(&queue, BERTH_EVENT_PROGRESS, 2, "");
	}
	count = queue.count;
	queue_release(&queue);
	assert_in_range(count, 1, 2);
}

static void release_frees_what_waits(void **state)
{
	struct queue queue;

	(void)state;
	queue_init(&queue, BOUND);
	for (unsigned i = 0; i < 200; i++)
		put(&queue, BERTH_EVENT_LOG, 1, "a line of the container");
	put_progress(&queue, 1, 10, 3);
	queue_release(&queue);
	assert_true(queue_empty(&queue));
	assert_null(queue_take(&queue));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(empty_has_nothing),
		cmocka_unit_test(first_in_first_out),
		cmocka_unit_test(newer_progress_takes_the_place_of_older),
		cmocka_unit_test(progress_keeps_its_place_in_the_order),
		cmocka_unit_test(layers_are_not_lost_to_a_bare_percentage),
		cmocka_unit_test(lines_past_the_bound_are_counted_and_said),
		cmocka_unit_test(everything_but_lines_finds_room),
		cmocka_unit_test(the_gap_is_said_before_the_result),
		cmocka_unit_test(one_line_larger_than_the_bound_passes),
		cmocka_unit_test(each_deployment_is_told_its_own_gap),
		cmocka_unit_test(the_gap_is_told_where_it_is),
		cmocka_unit_test(progress_of_two_is_bounded),
		cmocka_unit_test(release_frees_what_waits),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
