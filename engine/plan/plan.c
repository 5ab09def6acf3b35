#include "plan/plan.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/trace.h"

static const char *const state_names[] = {
	[PLAN_WAITING] = "WAITING",
	[PLAN_RUNNING] = "RUNNING",
	[PLAN_DONE] = "DONE",
	[PLAN_FAILED] = "FAILED",
};

_Static_assert(sizeof(state_names) / sizeof(state_names[0]) == PLAN_FAILED + 1, "a name a state");

void plan_init(struct plan *plan, const struct berth_stage_list *stages,
	void (*emit)(void *context, struct berth_event *event), void *context)
{
	*plan = (struct plan){.stages = stages, .emit = emit, .context = context, .announced = -1};
}

const char *plan_stage_name(const struct plan *plan, int stage)
{
	return plan->stages->stages[stage].name;
}

/* Where the whole is when this stage stands at `fraction`. */
static int percent_of(const struct plan *plan, int stage, double fraction)
{
	const struct berth_stage *row = &plan->stages->stages[stage];

	return row->from + (int)((row->to - row->from) * fraction);
}

static void raise_percent(struct plan *plan, int percent)
{
	if (percent > plan->percent)
		plan->percent = percent;
}

static void say_status(struct plan *plan, int stage)
{
	const char *message = plan->message[stage];

	raise_percent(plan, percent_of(plan, stage, plan->fraction[stage]));
	plan->announced = stage;
	plan->emit(plan->context, berth_event_new(BERTH_EVENT_STATUS, plan_stage_name(plan, stage),
					  plan->percent, message, strlen(message)));
}

/* Tell every stage whose turn has come. One that ran ahead is told when those before it are done,
 * one that failed before its turn never began. */
static void announce(struct plan *plan)
{
	int next = plan->announced + 1;

	while (next < (int)plan->stages->count && plan->state[next] != PLAN_WAITING &&
		plan->state[next] != PLAN_FAILED &&
		(next == 0 || plan->state[next - 1] == PLAN_DONE)) {
		say_status(plan, next);
		next++;
	}
}

static void plan_set_state(struct plan *plan, int stage, enum plan_state state)
{
	if (plan->state[stage] == state)
		return;
	TRACE("plan", "stage", TRACE_TEXT("stage", plan_stage_name(plan, stage)),
		TRACE_TEXT("from", state_names[plan->state[stage]]),
		TRACE_TEXT("to", state_names[state]));
	plan->state[stage] = state;
	announce(plan);
}

void plan_begin(struct plan *plan, int stage, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	vsnprintf(plan->message[stage], sizeof(plan->message[stage]), format, args);
	va_end(args);
	if (plan->state[stage] == PLAN_WAITING)
		plan_set_state(plan, stage, PLAN_RUNNING);
	else if (plan->announced == stage)
		say_status(plan, stage);
}

void plan_advance(struct plan *plan, int stage, double fraction, const struct berth_layer *layers,
	size_t layer_count)
{
	int before = plan->percent;
	struct berth_event *event;

	if (fraction > 1)
		fraction = 1;
	if (fraction > plan->fraction[stage])
		plan->fraction[stage] = fraction;
	if (plan->announced != stage)
		return;
	raise_percent(plan, percent_of(plan, stage, plan->fraction[stage]));
	if (plan->percent == before && layer_count == 0)
		return;
	event = berth_event_new(
		BERTH_EVENT_PROGRESS, plan_stage_name(plan, stage), plan->percent, NULL, 0);
	if (event != NULL && layer_count > 0) {
		event->layers = calloc(layer_count, sizeof(*layers));
		if (event->layers != NULL) {
			memcpy(event->layers, layers, layer_count * sizeof(*layers));
			event->layer_count = layer_count;
		}
	}
	plan->emit(plan->context, event);
}

void plan_done(struct plan *plan, int stage)
{
	plan_advance(plan, stage, 1, NULL, 0);
	plan_set_state(plan, stage, PLAN_DONE);
}

void plan_fail(struct plan *plan, int stage)
{
	plan_set_state(plan, stage, PLAN_FAILED);
}

bool plan_is(const struct plan *plan, int stage, enum plan_state state)
{
	return plan->state[stage] == state;
}

void plan_log_bytes(struct plan *plan, int stage, enum berth_level level, enum berth_stream stream,
	const char *text, size_t len, bool continues)
{
	struct berth_event *event = berth_event_new(
		BERTH_EVENT_LOG, plan_stage_name(plan, stage), 0, text, len);

	if (event != NULL) {
		event->level = level;
		event->stream = stream;
		event->continues = continues;
	}
	plan->emit(plan->context, event);
}

void plan_log(struct plan *plan, int stage, enum berth_level level, const char *format, ...)
{
	char text[1024];
	va_list args;
	int len;

	va_start(args, format);
	len = vsnprintf(text, sizeof(text), format, args);
	va_end(args);
	if (len < 0)
		return;
	if ((size_t)len >= sizeof(text))
		len = (int)sizeof(text) - 1;
	plan_log_bytes(plan, stage, level, BERTH_ENGINE, text, (size_t)len, false);
}
