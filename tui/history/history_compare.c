/* Two past runs side by side. */
#include <stdio.h>
#include <string.h>

#include <berth/text.h>

#include "command/plain_private.h"
#include "history/history_diff.h"
#include "history/history_text.h"
#include "term/output.h"

enum { LABEL = 20, SIDE = 18 };

static void pair(struct plain *plain, const char *label, const char *before, const char *after)
{
	output_addf(plain->output, "%-*s  %-*s  %s\n", LABEL, label, SIDE, before, after);
}

static void heads(struct plain *plain, const struct berth_past_run *before,
	const struct berth_past_run *after)
{
	char one[32], other[32];
	snprintf(one, sizeof one, "%lld", (long long)before->number);
	snprintf(other, sizeof other, "%lld", (long long)after->number);
	pair(plain, "run", one, other);
	pair(plain, "started", history_when(one, before->started_ms),
		history_when(other, after->started_ms));
	pair(plain, "result", history_state(before), history_state(after));
}

static const struct berth_past_stage *find(const struct berth_past_run *run, const char *name)
{
	for (size_t i = 0; i < run->stage_count; i++) {
		if (strcmp(run->stages[i].name, name) == 0)
			return &run->stages[i];
	}
	return NULL;
}

/* -1: it has none. */
static int64_t stage_ms(const struct berth_past_run *run, const char *name)
{
	const struct berth_past_stage *stage = find(run, name);
	return stage && stage->ended_ms >= 0 ? stage->ended_ms - stage->began_ms : -1;
}

/* "3.2 times", where that is worth a word. */
static void times(struct plain *plain, const char *label, int64_t before_ms, int64_t after_ms)
{
	char one[16] = "-", other[16] = "-", clean[64], both[64];
	if (before_ms >= 0)
		berth_format_duration(one, before_ms);
	if (after_ms >= 0)
		berth_format_duration(other, after_ms);
	int64_t apart = after_ms > before_ms ? after_ms - before_ms : before_ms - after_ms;
	if (before_ms > 0 && after_ms >= 0 && apart >= 500 && apart * 4 >= before_ms)
		snprintf(both, sizeof both, "%-8s  %.1f times", other,
			(double)after_ms / (double)before_ms);
	else
		snprintf(both, sizeof both, "%s", other);
	berth_text_clean(clean, sizeof clean, label, strlen(label), plain->clean);
	pair(plain, clean, one, both);
}

static void stages(struct plain *plain, const struct berth_past_run *before,
	const struct berth_past_run *after)
{
	output_addf(plain->output, "\nStages\n");
	for (size_t i = 0; i < before->stage_count; i++) {
		const char *name = before->stages[i].name;
		times(plain, name, stage_ms(before, name), stage_ms(after, name));
	}
	for (size_t i = 0; i < after->stage_count; i++) {
		const char *name = after->stages[i].name;
		if (!find(before, name))
			times(plain, name, -1, stage_ms(after, name));
	}
	times(plain, "the whole", before->state == BERTH_PAST_ENDED ? before->duration_ms : -1,
		after->state == BERTH_PAST_ENDED ? after->duration_ms : -1);
}

static void side(struct plain *plain, int64_t number, const char *text)
{
	char head[48];
	snprintf(head, sizeof head, "  %6lld  ", (long long)number);
	plain_line(plain, head, text ? text : "(not given)");
}

bool history_text_compare(struct plain *plain, const struct berth_past_run *before,
	const struct berth_past_run *after)
{
	struct differences differences;
	if (differences_find(&differences, before->request, after->request) < 0)
		return false;
	heads(plain, before, after);
	output_addf(
		plain->output, "\n%s\n", differences.count ? "The request" : "The same request");
	for (size_t i = 0; i < differences.count; i++) {
		plain_line(plain, "", differences.list[i].field);
		side(plain, before->number, differences.list[i].before);
		side(plain, after->number, differences.list[i].after);
	}
	differences_release(&differences);
	if (before->image_digest && after->image_digest &&
		strcmp(before->image_digest, after->image_digest) != 0) {
		plain_line(plain, "", "digest of the image");
		side(plain, before->number, before->image_digest);
		side(plain, after->number, after->image_digest);
	}
	stages(plain, before, after);
	return true;
}
