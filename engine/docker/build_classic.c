/* The classic builder's lines, as moby's builder/dockerfile prints them. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <berth/text.h>

#include "docker/build_steps.h"

#define ID_DIGITS 12

static struct build_step *current(struct build_steps *steps)
{
	return steps->current < 0 ? NULL : &steps->list[steps->current];
}

/* 12 hex digits and nothing else; NULL if it is no such thing. */
static const char *id_after(const char *line, const char *prefix)
{
	size_t len = strlen(prefix);
	const char *id = line + len;

	if (strncmp(line, prefix, len) != 0 || strspn(id, "0123456789abcdef") != ID_DIGITS ||
		id[ID_DIGITS])
		return NULL;
	return id;
}

/* "Step 2/5 : RUN make" */
static bool begins_step(struct build_steps *steps, const char *line, int64_t now_ms)
{
	struct build_step *step = current(steps);
	int number = 0, total = 0, used = 0;

	if (sscanf(line, "Step %d/%d : %n", &number, &total, &used) < 2 || used == 0)
		return false;
	/* What a program prints that only looks like it is its output. */
	if (steps->container[0] || number != steps->current + 2 || total < number ||
		(steps->total && total != steps->total))
		return false;
	if (step)
		build_step_move(steps, step, BUILD_STEP_DONE, now_ms);
	step = build_steps_add(steps);
	if (!step)
		return false;
	steps->current++;
	steps->total = total;
	steps->container[0] = '\0';
	snprintf(step->id, sizeof(step->id), "%d/%d", number, total);
	berth_text_clean(
		step->name, sizeof(step->name), line + used, strlen(line + used), BERTH_CLEAN_LINE);
	build_step_move(steps, step, BUILD_STEP_RUNNING, now_ms);
	return true;
}

/* Only what the engine says outside of a running container can be its own word. */
static void take_image(struct build_steps *steps, const char *id, int64_t now_ms)
{
	struct build_step *step = current(steps);
	bool cached = step->state == BUILD_STEP_CACHED;
	bool base = strncasecmp(step->name, "FROM ", 5) == 0;

	build_step_move(steps, step, BUILD_STEP_DONE, now_ms);
	if (!cached && !base && steps->made_count < BUILD_MAX_MADE)
		snprintf(steps->made[steps->made_count++], sizeof(steps->made[0]), "%s", id);
}

/* True if it is the engine's own word on the step. */
static bool is_remark(struct build_steps *steps, const char *line, int64_t now_ms)
{
	struct build_step *step = current(steps);
	const char *id;

	if (!step)
		return false;
	if ((id = id_after(line, "Removing intermediate container ")) &&
		strncmp(steps->container, id, ID_DIGITS) == 0) {
		snprintf(steps->removed, sizeof(steps->removed), "%s", id);
		steps->container[0] = '\0';
		return true;
	}
	if (steps->container[0])
		return false;
	if (strcmp(line, " ---> Using cache") == 0) {
		build_step_move(steps, step, BUILD_STEP_CACHED, now_ms);
		return true;
	}
	if ((id = id_after(line, " ---> Running in "))) {
		snprintf(steps->container, sizeof(steps->container), "%s", id);
		return true;
	}
	if ((id = id_after(line, " ---> "))) {
		take_image(steps, id, now_ms);
		return true;
	}
	return id_after(line, "Successfully built ") != NULL ||
	       strncmp(line, "Successfully tagged ", 20) == 0;
}

/* Colours of the classic builder around what came on standard error. */
static bool take_colours(char **line, size_t *len)
{
	static const char begin[] = "\x1b[91m", end[] = "\x1b[0m";
	bool found = false;

	if (*len >= sizeof(end) - 1 && memcmp(*line, end, sizeof(end) - 1) == 0) {
		*line += sizeof(end) - 1;
		*len -= sizeof(end) - 1;
	}
	if (*len >= sizeof(begin) - 1 && memcmp(*line, begin, sizeof(begin) - 1) == 0) {
		*line += sizeof(begin) - 1;
		*len -= sizeof(begin) - 1;
		found = true;
	}
	if (*len >= sizeof(end) - 1 &&
		memcmp(*line + *len - (sizeof(end) - 1), end, sizeof(end) - 1) == 0) {
		*len -= sizeof(end) - 1;
		(*line)[*len] = '\0';
	}
	return found;
}

static void take_line(struct build_steps *steps, int64_t now_ms)
{
	char *line = steps->text.data;
	size_t len = steps->text.len;
	bool error_stream;

	if (len > 0 && line[len - 1] == '\r')
		line[--len] = '\0';
	error_stream = take_colours(&line, &len);
	if (len == 0 && steps->text.len > 0)
		return;
	if (begins_step(steps, line, now_ms) || is_remark(steps, line, now_ms))
		return;
	/* Between a step's image and the next step there are empty lines. */
	if (len == 0 && !steps->container[0])
		return;
	build_step_say(steps, current(steps), error_stream, line, len);
	if (current(steps))
		build_step_say(steps, current(steps), error_stream, "\n", 1);
}

void build_steps_text(struct build_steps *steps, const char *text, size_t len, int64_t now_ms)
{
	while (len > 0) {
		const char *end = memchr(text, '\n', len);
		size_t part = end ? (size_t)(end - text) : len;
		size_t room = BUILD_LINE_MAX - steps->text.len;
		bool whole = part <= room;

		if (!whole)
			part = room;
		buf_add(&steps->text, text, part, NULL);
		if (end || !whole) {
			take_line(steps, now_ms);
			buf_reset(&steps->text);
		}
		part += end && whole;
		text += part;
		len -= part;
	}
}
