/* BuildKit's records folded into steps. */
#include <stdio.h>
#include <string.h>

#include <berth/text.h>

#include "docker/build_steps.h"
#include "proto/build_trace.h"

static struct build_step *find(struct build_steps *steps, struct build_text key)
{
	for (size_t i = 0; i < steps->count; i++) {
		const char *known = steps->list[i].key;

		if (strlen(known) == key.len && memcmp(known, key.bytes, key.len) == 0)
			return &steps->list[i];
	}
	return NULL;
}

/* "[build 3/4] RUN make" is a step of a Dockerfile, "[internal] load .dockerignore" one of the
 * builder's own; what has no brackets is the builder's, too. */
static void take_name(struct build_step *step, struct build_text name)
{
	char text[sizeof(step->name)];
	const char *end;
	size_t len;

	berth_text_clean(text, sizeof(text), name.bytes, name.len, BERTH_CLEAN_LINE);
	end = *text == '[' ? strchr(text, ']') : NULL;
	if (!end) {
		snprintf(step->id, sizeof(step->id), "builder");
		memcpy(step->name, text, sizeof(step->name));
		return;
	}
	len = strcspn(text + 1, "]");
	berth_text_clean(step->id, sizeof(step->id), text + 1, len, BERTH_CLEAN_LINE);
	snprintf(step->name, sizeof(step->name), "%s", end + 1 + strspn(end + 1, " "));
}

static void on_vertex(void *context, const struct build_vertex *vertex)
{
	struct build_steps *steps = context;
	struct build_step *step = find(steps, vertex->digest);

	if (!step && vertex->digest.len < sizeof(step->key) && vertex->digest.len > 0)
		step = build_steps_add(steps);
	if (!step)
		return;
	if (!step->key[0]) {
		memcpy(step->key, vertex->digest.bytes, vertex->digest.len);
		take_name(step, vertex->name);
	}
	if (vertex->started_ms)
		step->began_ms = vertex->started_ms;
	if (vertex->completed_ms)
		step->ended_ms = vertex->completed_ms;
	if (vertex->started_ms && !vertex->completed_ms)
		build_step_move(steps, step, BUILD_STEP_RUNNING, vertex->started_ms);
	/* Those that were stopped because another failed say so, too. */
	if (vertex->error.len > 0 &&
		!memmem(vertex->error.bytes, vertex->error.len, "context canceled", 16))
		build_step_move(steps, step, BUILD_STEP_FAILED, vertex->completed_ms);
	else if (vertex->completed_ms)
		build_step_move(steps, step, vertex->cached ? BUILD_STEP_CACHED : BUILD_STEP_DONE,
			vertex->completed_ms);
}

static void on_status(void *context, const struct build_status *status)
{
	struct build_steps *steps = context;
	struct build_step *step = find(steps, status->vertex);

	if (!step || status->current < 0 || status->total < 0)
		return;
	/* Of several things that a step fetches the largest is what it waits for. */
	if (status->total >= step->total) {
		step->total = status->total >= status->current && status->total > 0 ? status->total
										    : -1;
		step->current = status->current;
	}
}

static void on_output(void *context, const struct build_output *output)
{
	struct build_steps *steps = context;

	build_step_say(steps, find(steps, output->vertex), output->stream == 2, output->text.bytes,
		output->text.len);
}

static void on_warning(void *context, const struct build_warning *warning)
{
	build_step_say(context, NULL, true, warning->text.bytes, warning->text.len);
}

int build_steps_trace(
	struct build_steps *steps, const void *data, size_t len, struct berth_error *err)
{
	const struct build_trace_sink sink = {
		.vertex = on_vertex,
		.status = on_status,
		.output = on_output,
		.warning = on_warning,
		.context = steps,
	};

	return build_trace_decode(data, len, &sink, err);
}
