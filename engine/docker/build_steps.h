/*
 * The steps of a build as both builders tell them: names, times, what came out of the cache, and
 * what each step that runs has said. No I/O; the clock is the caller's.
 *
 * The classic builder says one line after the other ("Step 2/5 : RUN make"); BuildKit says what
 * changes of steps that run side by side (proto/build_trace.h).
 */
#ifndef DOCKER_BUILD_STEPS_H
#define DOCKER_BUILD_STEPS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <berth/error.h>
#include <berth/event.h>

#include "base/buf.h"

/* Of a step that runs this much output is kept, the last of it; an engine itself cuts at 2 MiB. */
#define BUILD_OUTPUT_MAX (1u << 20)
#define BUILD_LINE_MAX   8192u
#define BUILD_MAX_STEPS  BERTH_MAX_LAYERS
#define BUILD_MAX_MADE   256

enum build_step_state {
	BUILD_STEP_WAITING,
	BUILD_STEP_RUNNING,
	BUILD_STEP_DONE,
	BUILD_STEP_CACHED,
	BUILD_STEP_FAILED,
};

struct build_step {
	char id[16];    /* "2/5", "build 3/4", "internal" */
	char name[256]; /* "RUN make", one line */
	enum build_step_state state;
	int64_t began_ms, ended_ms; /* of one clock, whichever; 0: not yet */
	int64_t current, total;     /* of what it downloads; total -1: not known */
	char key[80];               /* BuildKit's */
	struct buf output;          /* while it runs, and when it has failed */
	struct buf line;            /* the one that is not complete yet */
	bool clipped;               /* the beginning of the output is gone */
	bool error_stream;          /* what the line came on */
	uint64_t last_line;         /* number of its last line among all */
};

struct build_steps_sink {
	/* It began or ended. */
	void (*step)(void *context, const struct build_step *step);
	/* A line of output, without its end; step NULL: of none in particular. */
	void (*line)(void *context, const struct build_step *step, bool error_stream,
		const char *line, size_t len);
	void *context;
};

struct build_steps {
	struct build_steps_sink sink;
	struct build_step *list; /* BUILD_MAX_STEPS of them */
	size_t count;
	struct buf text;    /* classic: the line that is not complete yet */
	int current;        /* classic: the step under way; -1 before the first */
	int total;          /* classic: how many there will be; 0: not said yet */
	char container[72]; /* classic: what the step runs in; "" for none */
	char removed[72];   /* classic: ... and the last one that is gone */
	/* classic: images of steps that were not there before, oldest first */
	char made[BUILD_MAX_MADE][16];
	size_t made_count;
	int failed; /* index; -1 */
	uint64_t lines;
};

int build_steps_init(
	struct build_steps *steps, const struct build_steps_sink *sink, struct berth_error *err);
void build_steps_release(struct build_steps *steps);

/* Classic: the text of "stream" values, cut anywhere. */
void build_steps_text(struct build_steps *steps, const char *text, size_t len, int64_t now_ms);
/* BuildKit: one decoded "moby.buildkit.trace". -1 with PROTOCOL. */
int build_steps_trace(
	struct build_steps *steps, const void *data, size_t len, struct berth_error *err);
/* The stream has ended: steps that run have ended so. */
void build_steps_end(struct build_steps *steps, bool failed, int64_t now_ms);

/* The step that failed, NULL if none did. */
const struct build_step *build_steps_failed(const struct build_steps *steps);
/* Something else was said after the last line of this step. */
bool build_steps_said_since(const struct build_steps *steps, const struct build_step *step);
/* 0 to 1, how many of the Dockerfile's that are known have ended. */
double build_steps_fraction(const struct build_steps *steps);
/* As rows of a progress event; returns how many. */
size_t build_steps_layers(
	const struct build_steps *steps, struct berth_layer layers[BERTH_MAX_LAYERS]);

const char *build_step_state_name(enum build_step_state state); /* "running" */

/* --- for the two readers --- */
struct build_step *build_steps_add(struct build_steps *steps);
void build_step_move(struct build_steps *steps, struct build_step *step,
	enum build_step_state state, int64_t now_ms);
/* Output of a step (NULL: of none), cut anywhere. */
void build_step_say(struct build_steps *steps, struct build_step *step, bool error_stream,
	const char *text, size_t len);

#endif
