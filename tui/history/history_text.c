#include "history/history_text.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

#include <berth/text.h>

#include "command/plain_private.h"
#include "term/output.h"

enum { TARGET = 9, NAME = 23, LABEL = 9 };

const char *history_state(const struct berth_past_run *run)
{
	switch (run->state) {
	case BERTH_PAST_RUNNING:
		return "running";
	case BERTH_PAST_INTERRUPTED:
		return "interrupted";
	case BERTH_PAST_ENDED:
		break;
	}
	return berth_outcome_name(run->outcome);
}

char *history_when(char dst[32], int64_t time_ms)
{
	time_t seconds = (time_t)(time_ms / 1000);
	struct tm local;
	snprintf(dst, 32, "-");
	if (localtime_r(&seconds, &local))
		strftime(dst, 32, "%Y-%m-%d %H:%M", &local);
	return dst;
}

static char *took(char dst[16], const struct berth_past_run *run)
{
	if (run->state == BERTH_PAST_ENDED)
		return berth_format_duration(dst, run->duration_ms);
	snprintf(dst, 16, "-");
	return dst;
}

/* Cut to the columns it has, or filled up. */
static void column(struct plain *plain, const char *text, int columns)
{
	char clean[512];
	int used;
	size_t len = berth_text_clean(
		clean, sizeof clean, text ? text : "-", strlen(text ? text : "-"), plain->clean);
	size_t fit = berth_text_fit(clean, len, columns, &used);
	output_add(plain->output, clean, fit);
	output_addf(plain->output, "%*s  ", columns - used, "");
}

void history_text_head(struct plain *plain)
{
	output_addf(plain->output, "%6s  %-16s  %-*s  %-*s  %-11s  %5s\n", "ID", "STARTED", TARGET,
		"TARGET", NAME, "NAME", "RESULT", "TOOK");
}

void history_text_row(struct plain *plain, const struct berth_past_run *run)
{
	char when[32], clock[16];
	output_addf(plain->output, "%6lld  %-16s  ", (long long)run->number,
		history_when(when, run->started_ms));
	column(plain, run->target, TARGET);
	column(plain, run->name, NAME);
	output_addf(plain->output, "%-11s  %5s\n", history_state(run), took(clock, run));
}

void history_text_hit(struct plain *plain, const struct berth_history_hit *hit, bool first)
{
	if (first)
		output_addf(plain->output, "\nIn the logs\n");
	output_addf(plain->output, "%6lld  ", (long long)hit->number);
	column(plain, hit->name, NAME);
	output_addf(plain->output, "%llu line%s, the first is %llu\n",
		(unsigned long long)hit->lines, hit->lines == 1 ? "" : "s",
		(unsigned long long)hit->first + 1);
	plain_line(plain, "        ", hit->line.text);
}

static void fact(struct plain *plain, const char *label, const char *text)
{
	if (!text || !*text)
		return;
	output_addf(plain->output, "%-*s  ", LABEL, label);
	plain_line(plain, "", text);
}

static void whence(struct plain *plain, const struct berth_past_run *run)
{
	char text[768];
	snprintf(text, sizeof text, "%s on %s%s%s%s%s", run->who ? run->who : "somebody",
		run->host ? run->host : "?", run->terminal && *run->terminal ? ", " : "",
		run->terminal ? run->terminal : "",
		run->client && *run->client ? ", ssh from " : "", run->client ? run->client : "");
	fact(plain, "by", text);
}

static void log_path(struct plain *plain, const struct berth_past_run *run)
{
	char text[4200];
	if (run->log && run->log_removed) {
		snprintf(text, sizeof text, "%s (removed)", run->log);
		fact(plain, "log", text);
	} else {
		fact(plain, "log", run->log);
	}
}

static void stages(struct plain *plain, const struct berth_past_run *run)
{
	if (run->stage_count > 0)
		output_addf(plain->output, "\nStages\n");
	for (size_t i = 0; i < run->stage_count; i++) {
		const struct berth_past_stage *stage = &run->stages[i];
		char began[16], clock[16] = "-";
		if (stage->ended_ms >= 0)
			berth_format_duration(clock, stage->ended_ms - stage->began_ms);
		output_addf(plain->output, "  ");
		column(plain, stage->name, 20);
		output_addf(plain->output, "at %6s  for %6s\n",
			berth_format_clock(began, stage->began_ms), clock);
	}
}

static void tail(struct plain *plain, const struct berth_past_run *run)
{
	if (run->tail_count > 0)
		output_addf(plain->output, "\nLast lines\n");
	for (size_t i = 0; i < run->tail_count; i++) {
		time_t seconds = (time_t)(run->tail[i].time_ms / 1000);
		char clock[16] = "--:--:--";
		struct tm local;
		if (localtime_r(&seconds, &local))
			strftime(clock, sizeof clock, "%H:%M:%S", &local);
		output_addf(
			plain->output, "  %s %-5s  ", clock, berth_level_name(run->tail[i].level));
		plain_line(plain, "", run->tail[i].text);
	}
}

void history_text_run(struct plain *plain, const struct berth_past_run *run)
{
	char when[32], text[96];
	snprintf(text, sizeof text, "%lld (%.80s)", (long long)run->number, run->deployment_id);
	fact(plain, "run", text);
	fact(plain, "name", run->name);
	fact(plain, "target", run->target);
	fact(plain, "image", run->image);
	fact(plain, "digest", run->image_digest);
	fact(plain, "container", run->container);
	fact(plain, "started", history_when(when, run->started_ms));
	if (run->state == BERTH_PAST_ENDED)
		fact(plain, "finished", history_when(when, run->finished_ms));
	whence(plain, run);
	fact(plain, "berth", run->version);
	log_path(plain, run);
	stages(plain, run);
	tail(plain, run);
	if (run->result)
		plain_result(plain, run->result);
	else if (run->state == BERTH_PAST_INTERRUPTED)
		output_addf(plain->output, "\ninterrupted: berth ended before it did, "
					   "how it went on is not known\n");
	else if (run->message)
		plain_line(plain, "\n", run->message);
}
