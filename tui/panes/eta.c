#include "panes/eta.h"

#include <stdio.h>
#include <string.h>

#include <berth/text.h>

enum { RUNS_MIN = 2, SLOWER = 3, SLOWER_MS = 5000 };

static const struct berth_usual_stage *find(const struct berth_past_usual *usual, const char *name)
{
	for (size_t i = 0; i < usual->stage_count; i++) {
		if (strcmp(usual->stages[i].name, name) == 0)
			return &usual->stages[i];
	}
	return NULL;
}

/* NULL where there is nothing to judge by. */
static const struct berth_usual_stage *current(const struct eta *eta, const struct berth_run *run)
{
	if (!eta || eta->usual.runs < RUNS_MIN || run->state != BERTH_RUN_RUNNING || !run->stages ||
		run->stage < 0)
		return NULL;
	return find(&eta->usual, run->stages->stages[run->stage].name);
}

static int64_t rest(int64_t whole_ms, int64_t spent_ms)
{
	return whole_ms > spent_ms ? whole_ms - spent_ms : 0;
}

char *eta_left(const struct eta *eta, const struct berth_run *run, int64_t now_ms, char dst[48])
{
	const struct berth_usual_stage *stage = current(eta, run);
	dst[0] = '\0';
	if (!stage || now_ms - run->stage_ms > stage->high_ms)
		return dst;
	int64_t low = rest(stage->low_ms, now_ms - run->stage_ms);
	int64_t high = rest(stage->high_ms, now_ms - run->stage_ms);
	for (size_t i = (size_t)run->stage + 1; i < run->stages->count; i++) {
		const struct berth_usual_stage *later = find(
			&eta->usual, run->stages->stages[i].name);
		low += later ? later->low_ms : 0;
		high += later ? later->high_ms : 0;
	}
	char least[16], most[16];
	berth_format_clock(least, low);
	berth_format_clock(most, high);
	if (strcmp(least, most) == 0)
		snprintf(dst, 48, "~%s left", most);
	else
		snprintf(dst, 48, "~%s-%s left", least, most);
	return dst;
}

/* Who is waited for, as far as can be seen from here. */
static const char *cause(const struct berth_run *run, const char *stage)
{
	bool fetching = run->layer_count == 0;
	if (strcmp(stage, "health_check") == 0)
		return "waiting for it to answer";
	if (strcmp(stage, "pulling_image") != 0)
		return run->stages->stages[run->stage].doing;
	for (size_t i = 0; i < run->layer_count; i++) {
		const char *state = run->layers[i].state;
		fetching = fetching || strcmp(state, "downloading") == 0 ||
			   strcmp(state, "waiting") == 0 || strcmp(state, "retrying") == 0;
	}
	return fetching ? "waiting on the registry" : "waiting on the engine to unpack";
}

char *eta_slower(const struct eta *eta, const struct berth_run *run, int64_t now_ms, char dst[96])
{
	const struct berth_usual_stage *stage = current(eta, run);
	dst[0] = '\0';
	if (!stage)
		return dst;
	int64_t spent = now_ms - run->stage_ms;
	int64_t usual = stage->typical_ms > 0 ? stage->typical_ms : 1;
	if (spent < SLOWER * usual || spent < usual + SLOWER_MS)
		return dst;
	if (spent / usual < 100)
		snprintf(dst, 96, "%d times slower than usual, %s", (int)(spent / usual),
			cause(run, stage->name));
	else
		snprintf(dst, 96, "much slower than usual, %s", cause(run, stage->name));
	return dst;
}
