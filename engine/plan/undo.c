#include "plan/undo.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/trace.h"

int undo_push(struct undo *undo, undo_fn *run, void *context, struct berth_error *err,
	const char *what_format, ...)
{
	struct undo_step *step;
	va_list args;

	if (undo->count == UNDO_MAX_STEPS)
		return berth_error_set(err, BERTH_E_INTERNAL, 0, "too many steps to put back");
	step = &undo->steps[undo->count++];
	step->run = run;
	step->again = false;
	step->context = context;
	va_start(args, what_format);
	vsnprintf(step->what, sizeof(step->what), what_format, args);
	va_end(args);
	return 0;
}

void undo_forget(struct undo *undo, undo_fn *run)
{
	size_t kept = 0;

	for (size_t i = 0; i < undo->count; i++)
		if (undo->steps[i].run != run)
			undo->steps[kept++] = undo->steps[i];
	undo->count = kept;
}

void undo_forget_of(struct undo *undo, undo_fn *run, const void *context)
{
	size_t kept = 0;

	for (size_t i = 0; i < undo->count; i++)
		if (undo->steps[i].run != run || undo->steps[i].context != context)
			undo->steps[kept++] = undo->steps[i];
	undo->count = kept;
}

/* A loop and not a recursion, as steps may answer at once. */
static void run_steps(struct undo *undo)
{
	while (undo->count > 0) {
		struct undo_step *step = &undo->steps[undo->count - 1];

		TRACE("undo", "step", TRACE_TEXT("step", step->what));
		undo->in_step = true;
		undo->answered = false;
		step->run(undo, step->context);
		undo->in_step = false;
		if (!undo->answered)
			return;
	}
	undo->running = false;
	undo->done(undo->context);
}

void undo_run(struct undo *undo, void (*done)(void *context), void *context)
{
	undo->running = true;
	undo->done = done;
	undo->context = context;
	run_steps(undo);
}

static void leave_behind(struct undo *undo, const char *why)
{
	const struct undo_step step = undo->steps[undo->count];

	if (undo->left_count == UNDO_MAX_STEPS)
		return;
	snprintf(undo->left[undo->left_count++], sizeof(undo->left[0]), "%s: %.240s", step.what,
		why);
}

void undo_step_done(struct undo *undo, const struct berth_error *error)
{
	struct undo_step *step = &undo->steps[undo->count - 1];
	bool failed = error != NULL && error->code != BERTH_E_OK;

	/* What has taken all its time once would do so again. */
	if (failed && !step->again && error->code != BERTH_E_TIMEOUT) {
		step->again = true;
	} else {
		undo->count--;
		if (failed)
			leave_behind(undo, error->message);
	}
	undo->answered = true;
	if (!undo->in_step)
		run_steps(undo);
}
