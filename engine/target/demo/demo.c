/*
 * The rehearsal: a deployment that is played inside the program, through the same seam as a real
 * one. Nothing is pulled, made or reached, and it says so.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "loop/timer.h"
#include "plan/plan.h"
#include "target/demo/demo_script.h"
#include "target/docker/registry_stages.h"
#include "target/target.h"

#define TICK_MS   40
#define CANCEL_MS 250
/* As fast as they can be made, yet keys must be answered in between. */
#define LINES_A_TURN 2000

/* Share of the whole length, in per cent. */
static const int share[STAGE_COUNT] = {
	[STAGE_VALIDATE] = 5,
	[STAGE_PULL] = 45,
	[STAGE_PREPARE] = 8,
	[STAGE_START] = 10,
	[STAGE_COPY] = 17,
	[STAGE_HEALTH] = 15,
};

static const char *const openings[STAGE_COUNT] = {
	[STAGE_VALIDATE] = "Rehearsal: checking the request",
	[STAGE_PULL] = "Rehearsal: pretending to pull the image",
	[STAGE_PREPARE] = "Rehearsal: pretending to look through the files",
	[STAGE_START] = "Rehearsal: pretending to create a container",
	[STAGE_COPY] = "Rehearsal: pretending to copy files",
	[STAGE_HEALTH] = "Rehearsal: pretending to ask for its health",
};

static const struct {
	enum berth_code code;
	const char *message, *hint;
} failures[STAGE_COUNT] = {
	[STAGE_VALIDATE] = {BERTH_E_USAGE, "the rehearsed request was to be found wrong",
		"leave DEMO_FAIL out to see it succeed"},
	[STAGE_PULL] = {BERTH_E_NOT_FOUND, "cannot pull the image: rehearsed: manifest unknown",
		"leave DEMO_FAIL out to see it succeed"},
	[STAGE_PREPARE] = {BERTH_E_IO, "cannot read a file: rehearsed: permission denied",
		"leave DEMO_FAIL out to see it succeed"},
	[STAGE_START] = {BERTH_E_CONFLICT, "cannot create the container: rehearsed: port is taken",
		"leave DEMO_FAIL out to see it succeed"},
	[STAGE_COPY] = {BERTH_E_BROKEN, "cannot copy the files: rehearsed: connection reset",
		"leave DEMO_FAIL out to see it succeed"},
	[STAGE_HEALTH] = {BERTH_E_UNHEALTHY, "the service never answered: rehearsed",
		"leave DEMO_FAIL out to see it succeed"},
};

struct demo {
	struct target base;
	struct target_setup setup;
	struct demo_script script;
	struct berth_error wrong; /* of the script; told as the result */
	struct plan plan;
	struct timer *timer;
	int64_t began_ms, stall_until_ms, stalled_ms;
	bool stall_used, cancelling, ended;
	int stage;
	uint64_t lines_said;
	uint64_t random;
	int64_t layer_size[BERTH_MAX_LAYERS];
	void (*closed)(void *context);
	void *closed_context;
};

static uint64_t next_random(struct demo *demo)
{
	demo->random ^= demo->random << 13;
	demo->random ^= demo->random >> 7;
	demo->random ^= demo->random << 17;
	return demo->random;
}

static void end_with(struct demo *demo, enum berth_outcome outcome, const char *message,
	const struct berth_error *error)
{
	struct berth_event *event = berth_event_new(
		BERTH_EVENT_RESULT, NULL, 0, message, strlen(message));
	struct berth_result *result = berth_result_new();

	demo->ended = true;
	if (event == NULL || result == NULL) {
		berth_event_free(event);
		berth_result_free(result);
		return;
	}
	event->result = result;
	result->outcome = outcome;
	result->message = strdup(message);
	result->duration_ms = clock_mono_ms() - demo->began_ms;
	if (error != NULL)
		berth_result_fail(result, error, plan_stage_name(&demo->plan, demo->stage));
	if (outcome == BERTH_DEPLOYED) {
		berth_result_add_detail(result, "Rehearsal", "Nothing was deployed",
			"choose target 'local' to deploy for real");
		berth_result_add_detail(result, "Rehearsal", "Its script", "see: berth help demo");
	}
	demo->setup.sink.emit(demo->setup.sink.context, event);
}

static void fail(struct demo *demo)
{
	struct berth_error err = {0};
	enum berth_outcome outcome = demo->stage == STAGE_VALIDATE ? BERTH_REJECTED : BERTH_FAILED;

	berth_error_set(&err, failures[demo->stage].code, 0, "%s", failures[demo->stage].message);
	berth_error_hint(&err, "%s", failures[demo->stage].hint);
	plan_log(&demo->plan, demo->stage, BERTH_ERROR, "%s", err.message);
	plan_fail(&demo->plan, demo->stage);
	end_with(demo, outcome, err.message, &err);
}

/* Milliseconds of the script that were played: the stall does not count. */
static int64_t played(struct demo *demo, int64_t now)
{
	if (demo->stall_until_ms > now)
		return demo->stall_until_ms - demo->script.stall_ms - demo->began_ms;
	return now - demo->began_ms - demo->stalled_ms;
}

/* What is said in each stage; a service speaks only once it runs. */
static const char *const sayings[STAGE_COUNT][2] = {
	[STAGE_VALIDATE] = {"name and reference are well-formed", "the pretended engine answers"},
	[STAGE_PULL] = {"layer fetched, checksum verified", "layer unpacked"},
	[STAGE_PREPARE] = {"folder looked through", "nothing left out by patterns"},
	[STAGE_START] = {"labels set", "ports chosen"},
	[STAGE_COPY] = {"piece of the archive sent", "configuration file copied"},
	[STAGE_HEALTH] = {"GET / 200", "GET /healthz 200"},
};

static void say_line(struct demo *demo)
{
	char text[160];
	uint64_t r = next_random(demo);
	bool service = demo->stage == STAGE_HEALTH;
	bool bad = service && r % 41 == 0;
	int len = snprintf(text, sizeof(text), "%s, %d ms (line %" PRIu64 ")",
		bad ? "GET /orders 503" : sayings[demo->stage][r / 41 % 2], (int)(r / 7 % 90),
		demo->lines_said + 1);

	plan_log_bytes(&demo->plan, demo->stage, bad ? BERTH_ERROR : BERTH_INFO,
		!service ? BERTH_ENGINE
		: bad    ? BERTH_STDERR
			 : BERTH_STDOUT,
		text, (size_t)len, false);
	demo->lines_said++;
}

/* How many lines ought to have been said by now. */
static uint64_t lines_due(const struct demo *demo, int64_t played_ms)
{
	const struct demo_script *script = &demo->script;
	double due;

	if (script->rate == 0)
		return script->lines;
	if (script->rate > 0)
		due = script->rate * (double)played_ms / 1000;
	else
		due = script->length_ms > 0 ? (double)script->lines * (double)played_ms /
						      (double)script->length_ms
					    : (double)script->lines;
	return due < (double)script->lines ? (uint64_t)due : script->lines;
}

/* True if there is nothing more to say now. */
static bool say_lines(struct demo *demo, int64_t played_ms)
{
	uint64_t due = lines_due(demo, played_ms);

	if (demo->setup.sink.full(demo->setup.sink.context))
		return true;
	for (int i = 0; i < LINES_A_TURN && demo->lines_said < due; i++)
		say_line(demo);
	return demo->lines_said >= due;
}

static void pull_progress(struct demo *demo, double fraction)
{
	struct berth_layer layers[BERTH_MAX_LAYERS] = {0};
	int count = demo->script.layers;

	for (int i = 0; i < count; i++) {
		/* Layers start one after the other and overlap, as an engine fetches three at a
		 * time. */
		double start = count > 1 ? 0.5 * i / (count - 1) : 0;
		double part = (fraction - start) / 0.5;
		struct berth_layer *layer = &layers[i];

		snprintf(layer->id, sizeof(layer->id), "%06x%06x",
			(unsigned)(demo->layer_size[i] & 0xffffff),
			(unsigned)(i * 7919 + 4099) & 0xffffff);
		layer->total = demo->layer_size[i];
		if (part <= 0) {
			layer->state = "waiting";
		} else if (part < 0.75) {
			layer->state = "downloading";
			layer->current = (int64_t)((double)layer->total * part / 0.75);
		} else {
			layer->state = part < 1 ? "extracting" : "done";
			layer->current = layer->total;
		}
	}
	plan_advance(&demo->plan, STAGE_PULL, fraction, layers, (size_t)count);
}

static int64_t stage_start(const struct demo *demo, int stage)
{
	int64_t percent = 0;

	for (int i = 0; i < stage; i++)
		percent += share[i];
	return demo->script.length_ms * percent / 100;
}

static void enter(struct demo *demo, int stage)
{
	demo->stage = stage;
	plan_begin(&demo->plan, stage, "%s", openings[stage]);
	plan_log(&demo->plan, stage, BERTH_INFO, "%s", openings[stage]);
}

/* Play the stages up to this moment. True when all are through. */
static bool play(struct demo *demo, int64_t now)
{
	for (;;) {
		int stage = demo->stage;
		int64_t at = played(demo, now) - stage_start(demo, stage);
		int64_t length = demo->script.length_ms * share[stage] / 100;
		double fraction = length > 0 ? (double)at / (double)length : 1;

		if (stage == demo->script.stall_stage && !demo->stall_used && fraction >= 0.5) {
			demo->stall_used = true;
			demo->stall_until_ms = now + demo->script.stall_ms;
			demo->stalled_ms = demo->script.stall_ms;
			plan_log(&demo->plan, stage, BERTH_WARN,
				"Rehearsal: nothing moves for %" PRId64 " ms",
				demo->script.stall_ms);
			return false;
		}
		if (stage == STAGE_PULL)
			pull_progress(demo, fraction > 1 ? 1 : fraction);
		else
			plan_advance(&demo->plan, stage, fraction, NULL, 0);
		if (stage == demo->script.fail_stage && fraction >= 0.6) {
			fail(demo);
			return false;
		}
		if (fraction < 1)
			return false;
		if (stage == STAGE_HEALTH)
			return true;
		plan_done(&demo->plan, stage);
		enter(demo, stage + 1);
	}
}

static void finish(struct demo *demo)
{
	if (demo->plan.state[STAGE_HEALTH] != PLAN_DONE)
		plan_done(&demo->plan, STAGE_HEALTH);
	end_with(demo, BERTH_DEPLOYED, "Rehearsal complete: nothing was deployed", NULL);
}

static void finish_cancel(struct demo *demo)
{
	struct berth_error err = {0};

	berth_error_set(&err, BERTH_E_CANCELLED, 0, "cancelled on request");
	end_with(demo, BERTH_CANCELED, "Rehearsal cancelled: there was nothing to put back", &err);
}

static void tick(void *context)
{
	struct demo *demo = context;
	int64_t now = clock_mono_ms();
	bool through, caught_up;

	if (demo->closed != NULL) {
		void (*closed)(void *) = demo->closed;
		void *closed_context = demo->closed_context;

		timer_close(demo->timer);
		free(demo);
		closed(closed_context);
		return;
	}
	if (demo->wrong.code != BERTH_E_OK) {
		end_with(demo, BERTH_REJECTED, demo->wrong.message, &demo->wrong);
		return;
	}
	if (demo->cancelling) {
		finish_cancel(demo);
		return;
	}
	if (demo->plan.announced == -1)
		enter(demo, STAGE_VALIDATE);
	through = play(demo, now);
	if (demo->ended)
		return;
	caught_up = say_lines(demo, played(demo, now));
	if (through && demo->lines_said >= demo->script.lines) {
		finish(demo);
		return;
	}
	timer_start(demo->timer, caught_up ? TICK_MS : 0);
}

static struct target *demo_start(const struct target_setup *setup, struct berth_error *err)
{
	struct demo *demo = calloc(1, sizeof(*demo));

	if (demo == NULL) {
		berth_error_set(err, BERTH_E_MEMORY, 0, "out of memory");
		return NULL;
	}
	demo->base.ops = &demo_target_ops;
	demo->setup = *setup;
	demo->timer = timer_new(setup->loop, tick, demo, err);
	if (demo->timer == NULL) {
		free(demo);
		return NULL;
	}
	demo_script_read(&demo->script, setup->deployment, &demo->wrong);
	demo->random = demo->script.seed * 2654435761u + 88172645463325252u;
	for (int i = 0; i < demo->script.layers; i++)
		demo->layer_size[i] = 2000000 + (int64_t)(next_random(demo) % 60000000);
	plan_init(&demo->plan, &demo_target_ops.stages, setup->sink.emit, setup->sink.context);
	demo->began_ms = clock_mono_ms();
	timer_start(demo->timer, 0);
	return &demo->base;
}

static void demo_cancel(struct target *target)
{
	struct demo *demo = (struct demo *)target;

	if (demo->ended || demo->cancelling)
		return;
	demo->cancelling = true;
	plan_log(&demo->plan, demo->stage, BERTH_WARN, "Rehearsal: cancelling");
	timer_start(demo->timer, CANCEL_MS);
}

static void demo_close(struct target *target, void (*closed)(void *context), void *context)
{
	struct demo *demo = (struct demo *)target;

	demo->closed = closed;
	demo->closed_context = context;
	timer_start(demo->timer, 0);
}

const struct target_ops demo_target_ops = {
	.kind = "demo",
	.stages = {registry_stages, STAGE_COUNT},
	.start = demo_start,
	.cancel = demo_cancel,
	.close = demo_close,
};
