#include "docker/build_steps.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int build_steps_init(
	struct build_steps *steps, const struct build_steps_sink *sink, struct berth_error *err)
{
	*steps = (struct build_steps){.sink = *sink, .current = -1, .failed = -1};
	buf_init(&steps->text, BUILD_LINE_MAX);
	steps->list = calloc(BUILD_MAX_STEPS, sizeof(*steps->list));
	if (!steps->list)
		return berth_error_set(err, BERTH_E_MEMORY, 0, "out of memory");
	return 0;
}

static void forget_output(struct build_step *step)
{
	buf_release(&step->output);
	buf_init(&step->output, BUILD_OUTPUT_MAX);
	buf_release(&step->line);
	buf_init(&step->line, BUILD_LINE_MAX);
}

void build_steps_release(struct build_steps *steps)
{
	for (size_t i = 0; i < steps->count; i++) {
		buf_release(&steps->list[i].output);
		buf_release(&steps->list[i].line);
	}
	free(steps->list);
	buf_release(&steps->text);
	*steps = (struct build_steps){.current = -1, .failed = -1};
}

struct build_step *build_steps_add(struct build_steps *steps)
{
	struct build_step *step;

	if (steps->count == BUILD_MAX_STEPS)
		return NULL;
	step = &steps->list[steps->count++];
	*step = (struct build_step){.total = -1};
	buf_init(&step->output, BUILD_OUTPUT_MAX);
	buf_init(&step->line, BUILD_LINE_MAX);
	return step;
}

static bool has_ended(enum build_step_state state)
{
	return state == BUILD_STEP_DONE || state == BUILD_STEP_CACHED || state == BUILD_STEP_FAILED;
}

/* --- output --- */

/* The end is what counts: when there is no room the older half goes, at the end of a line. */
static void keep_line(struct build_step *step)
{
	if (step->output.len + step->line.len + 1 > BUILD_OUTPUT_MAX) {
		size_t half = step->output.len / 2;
		const char *end = memchr(step->output.data + half, '\n', step->output.len - half);

		buf_consume(&step->output,
			end ? (size_t)(end + 1 - step->output.data) : step->output.len);
		step->clipped = true;
	}
	/* Without memory the line was shown all the same. */
	if (buf_add(&step->output, step->line.data, step->line.len, NULL) == 0)
		buf_add(&step->output, "\n", 1, NULL);
}

static void give_line(struct build_steps *steps, struct build_step *step)
{
	size_t len = step->line.len;

	while (len > 0 && step->line.data[len - 1] == '\r')
		len--;
	steps->lines++;
	step->last_line = steps->lines;
	steps->sink.line(steps->sink.context, step, step->error_stream, step->line.data, len);
	keep_line(step);
	buf_reset(&step->line);
}

void build_step_say(struct build_steps *steps, struct build_step *step, bool error_stream,
	const char *text, size_t len)
{
	if (!step) {
		steps->lines++;
		steps->sink.line(steps->sink.context, NULL, error_stream, text, len);
		return;
	}
	while (len > 0) {
		const char *end = memchr(text, '\n', len);
		size_t part = end ? (size_t)(end - text) : len;
		size_t room = BUILD_LINE_MAX - step->line.len;

		step->error_stream = error_stream;
		/* A line without an end is shown in parts. */
		if (part > room) {
			buf_add(&step->line, text, room, NULL);
			give_line(steps, step);
			text += room;
			len -= room;
			continue;
		}
		buf_add(&step->line, text, part, NULL);
		if (end)
			give_line(steps, step);
		part += end != NULL;
		text += part;
		len -= part;
	}
}

/* --- states --- */

void build_step_move(struct build_steps *steps, struct build_step *step,
	enum build_step_state state, int64_t now_ms)
{
	if (step->state == state || has_ended(step->state))
		return;
	step->state = state;
	if (step->began_ms == 0)
		step->began_ms = now_ms;
	if (has_ended(state)) {
		if (step->ended_ms == 0)
			step->ended_ms = now_ms;
		if (step->line.len > 0)
			give_line(steps, step);
	}
	if (state == BUILD_STEP_FAILED && steps->failed < 0)
		steps->failed = (int)(step - steps->list);
	steps->sink.step(steps->sink.context, step);
	if (has_ended(state) && state != BUILD_STEP_FAILED)
		forget_output(step);
}

void build_steps_end(struct build_steps *steps, bool failed, int64_t now_ms)
{
	/* A program's last words may have no end. */
	if (steps->text.len > 0)
		build_steps_text(steps, "\n", 1, now_ms);
	for (size_t i = 0; i < steps->count; i++) {
		struct build_step *step = &steps->list[i];
		/* Of several that run, those that BuildKit has not called failed were only
		 * stopped. */
		bool blamed = failed && (steps->failed < 0 || (int)i == steps->failed);

		if (step->state != BUILD_STEP_RUNNING)
			continue;
		if (blamed || !failed)
			build_step_move(
				steps, step, blamed ? BUILD_STEP_FAILED : BUILD_STEP_DONE, now_ms);
		else if (step->line.len > 0)
			give_line(steps, step);
	}
}

/* --- what is shown --- */

const struct build_step *build_steps_failed(const struct build_steps *steps)
{
	return steps->failed < 0 ? NULL : &steps->list[steps->failed];
}

bool build_steps_said_since(const struct build_steps *steps, const struct build_step *step)
{
	return step->last_line < steps->lines;
}

double build_steps_fraction(const struct build_steps *steps)
{
	size_t all = (size_t)steps->total, known = 0, ended = 0;

	/* The builder's own steps come before those of the Dockerfile, and say nothing of how many
	 * those are. */
	for (size_t i = 0; i < steps->count; i++) {
		if (!strchr(steps->list[i].id, '/'))
			continue;
		known++;
		ended += has_ended(steps->list[i].state);
	}
	if (known > all)
		all = known;
	return all ? (double)ended / (double)all : 0;
}

const char *build_step_state_name(enum build_step_state state)
{
	static const char *const names[] = {
		[BUILD_STEP_WAITING] = "waiting",
		[BUILD_STEP_RUNNING] = "running",
		[BUILD_STEP_DONE] = "done",
		[BUILD_STEP_CACHED] = "cached",
		[BUILD_STEP_FAILED] = "failed",
	};

	return names[state];
}

size_t build_steps_layers(
	const struct build_steps *steps, struct berth_layer layers[BERTH_MAX_LAYERS])
{
	for (size_t i = 0; i < steps->count; i++) {
		const struct build_step *step = &steps->list[i];

		layers[i] = (struct berth_layer){
			.state = build_step_state_name(step->state),
			.current = step->current,
			.total = step->total,
		};
		memcpy(layers[i].id, step->id, sizeof(layers[i].id));
	}
	return steps->count;
}
