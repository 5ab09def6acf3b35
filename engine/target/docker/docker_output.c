/* The container's own output: into the log from its first line, the last lines kept for a failure.
 */
#include <stdlib.h>
#include <string.h>

#include "base/level.h"
#include "target/docker/docker_target.h"

void output_keep(struct docker_target *t, const char *line, size_t len)
{
	char **place = &t->tail[t->tail_count % TAIL_LINES];
	char *copy = strndup(line, len);

	if (copy == NULL)
		return;
	free(*place);
	*place = copy;
	t->tail_count++;
}

static void on_line(
	void *context, enum log_source source, const char *line, size_t len, bool partial)
{
	struct docker_target *t = context;
	bool continues = t->goes_on[source];

	t->goes_on[source] = partial;
	/* The start of a line says it for all of its parts. */
	if (!continues)
		t->level[source] = level_of_text(line, len, BERTH_INFO);
	if (t->closing || (t->failing && !t->died))
		return;
	output_keep(t, line, len < 4096 ? len : 4096);
	plan_log_bytes(&t->plan, STAGE_HEALTH, t->level[source],
		source == LOG_STDERR ? BERTH_STDERR : BERTH_STDOUT, line, len, continues);
}

/* Nobody loses a line because the log's file is slow: the container waits for it. */
static bool on_wait(void *context)
{
	struct docker_target *t = context;

	return t->setup.sink.full(t->setup.sink.context);
}

static void output_ended(void *context, const struct berth_error *err)
{
	struct docker_target *t = context;

	if (!flight_land(t, SLOT_OUTPUT))
		return;
	/* That we let go of it after the result is no news, and nothing may follow a result. */
	if (err != NULL && (!t->ended || t->setup.follow))
		plan_log(&t->plan, STAGE_HEALTH, BERTH_WARN, "No more output of the container: %s",
			err->message);
	if (!t->ended)
		health_output_ended(t);
}

void output_open(struct docker_target *t)
{
	struct berth_error err = {0};

	flight_start(t, SLOT_OUTPUT,
		container_logs(t->docker,
			&(struct container_logs_request){
				.id = t->container_id,
				.follow = true,
				.tail = -1,
				.on_line = on_line,
				.wait = on_wait,
				.done = output_ended,
				.context = t,
			},
			&err),
		flight_cancel_op, STAGE_HEALTH, &err);
}

void output_tail(const struct docker_target *t, struct berth_failure *failure)
{
	size_t first = t->tail_count > TAIL_LINES ? t->tail_count - TAIL_LINES : 0;

	for (size_t i = first; i < t->tail_count; i++)
		berth_failure_add_line(
			failure, t->tail[i % TAIL_LINES], strlen(t->tail[i % TAIL_LINES]));
}

void output_forget(struct docker_target *t)
{
	t->tail_count = 0;
}

void output_release(struct docker_target *t)
{
	for (size_t i = 0; i < TAIL_LINES; i++)
		free(t->tail[i]);
}
