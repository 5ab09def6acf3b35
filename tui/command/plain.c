#include "command/plain.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <berth/text.h>

#include "command/plain_private.h"
#include "term/output.h"

#define PROGRESS_EVERY_MS 1000
#define PROGRESS_STEP     10
#define STAGE_WIDTH       18

void plain_init(struct plain *plain, struct output *output, bool utf8)
{
	*plain = (struct plain){
		.output = output,
		.every_ms = PROGRESS_EVERY_MS,
		.steps = true,
		.clean = BERTH_CLEAN_LINE | (utf8 ? 0 : BERTH_CLEAN_ASCII),
	};
}

bool plain_add(struct plain *plain, const char *text, size_t len)
{
	char small[4096];
	/* A tab may become eight columns. */
	size_t cap = len * 8 + 1;
	char *clean = cap <= sizeof small ? small : malloc(cap);
	if (!clean)
		return false;
	size_t cleaned = berth_text_clean(clean, cap, text, len, plain->clean);
	output_add(plain->output, clean, cleaned);
	if (clean != small)
		free(clean);
	return true;
}

bool plain_line(struct plain *plain, const char *before, const char *text)
{
	output_add(plain->output, before, strlen(before));
	bool added = plain_add(plain, text ? text : "", text ? strlen(text) : 0);
	output_add(plain->output, "\n", 1);
	return added;
}

/* "10:30:00  42%  pulling_image       "; a percentage below 0 leaves its place empty. */
static bool add_head(struct plain *plain, const struct berth_event *event, int percent)
{
	time_t seconds = (time_t)(event->time_ms / 1000);
	struct tm local;
	char clock[16] = "--:--:--", column[8] = "    ";
	if (localtime_r(&seconds, &local))
		strftime(clock, sizeof clock, "%H:%M:%S", &local);
	if (percent >= 0)
		snprintf(column, sizeof column, "%3d%%", percent > 100 ? 100 : percent);
	output_addf(plain->output, "%s %s  ", clock, column);
	const char *stage = event->stage ? event->stage : "";
	size_t len = strlen(stage);
	if (!plain_add(plain, stage, len))
		return false;
	output_addf(plain->output, "%*s  ", len < STAGE_WIDTH ? (int)(STAGE_WIDTH - len) : 0, "");
	return true;
}

static void progress_shown(struct plain *plain, const struct berth_event *event)
{
	plain->progress_ms = event->time_ms;
	plain->progress = event->progress;
}

/* How it ended is told by the result, in more words. */
static bool is_ending(const char *stage)
{
	static const char *const endings[] = {"completed", "error", "cancelled"};
	for (size_t i = 0; i < sizeof endings / sizeof endings[0]; i++) {
		if (stage && strcmp(stage, endings[i]) == 0)
			return true;
	}
	return false;
}

static bool status(struct plain *plain, const struct berth_event *event)
{
	if (is_ending(event->stage))
		return true;
	progress_shown(plain, event);
	if (!event->message)
		return add_head(plain, event, event->progress) &&
		       plain_line(plain, "", event->stage);
	/* Neither ends at a NUL: servers send them. */
	plain->said_len = event->message_len < sizeof plain->said ? event->message_len : 0;
	memcpy(plain->said, event->message, plain->said_len);
	bool added = add_head(plain, event, event->progress) &&
		     plain_add(plain, event->message, event->message_len);
	output_add(plain->output, "\n", 1);
	return added;
}

/* The log keeps what a stage said when it began; here it stands in the line above already. */
static bool was_said(const struct plain *plain, const struct berth_event *event)
{
	return event->level <= BERTH_INFO && event->message_len > 0 &&
	       event->message_len == plain->said_len &&
	       memcmp(plain->said, event->message, plain->said_len) == 0;
}

static void add_steps(struct plain *plain, const struct berth_event *event)
{
	char sent[16];
	size_t done = 0;
	if (strcmp(event->layers[0].state, "sending") == 0) {
		output_addf(plain->output, "%s sent",
			berth_format_bytes(sent, event->layers[0].current));
		return;
	}
	for (size_t i = 0; i < event->layer_count; i++)
		done += strcmp(event->layers[i].state, "done") == 0 ||
			strcmp(event->layers[i].state, "cached") == 0;
	output_addf(plain->output, "%zu of %zu steps", done, event->layer_count);
}

static void add_bytes(struct plain *plain, const struct berth_event *event)
{
	int64_t current = 0, total = 0;
	char have[16], whole[16];
	for (size_t i = 0; i < event->layer_count; i++) {
		current += event->layers[i].current;
		if (event->layers[i].total < 0)
			total = -1;
		else if (total >= 0)
			total += event->layers[i].total;
	}
	berth_format_bytes(have, current);
	if (total > 0)
		output_addf(plain->output, "%s of %s", have, berth_format_bytes(whole, total));
	else
		output_addf(plain->output, "%s", have);
}

static bool progress(struct plain *plain, const struct berth_event *event)
{
	bool step = plain->steps &&
		    event->progress / PROGRESS_STEP > plain->progress / PROGRESS_STEP;
	bool time = event->time_ms - plain->progress_ms >= plain->every_ms;
	/* A step without bytes says nothing that the stage did not; a long stage is told to be
	 * alive. */
	if (event->progress <= plain->progress || (!time && (!step || event->layer_count == 0)))
		return true;
	progress_shown(plain, event);
	if (!add_head(plain, event, event->progress))
		return false;
	if (berth_layers_are_steps(event->layers, event->layer_count))
		add_steps(plain, event);
	else if (event->layer_count > 0)
		add_bytes(plain, event);
	else
		output_addf(plain->output, "...");
	output_add(plain->output, "\n", 1);
	return true;
}

static bool log_line(struct plain *plain, const struct berth_event *event)
{
	if (was_said(plain, event))
		return true;
	if (!add_head(plain, event, -1))
		return false;
	output_addf(plain->output, "%-5s  ", berth_level_name(event->level));
	bool added = plain_add(plain, event->message ? event->message : "", event->message_len);
	output_add(plain->output, "\n", 1);
	return added;
}

static bool link_line(struct plain *plain, const struct berth_event *event)
{
	if (!add_head(plain, event, -1))
		return false;
	output_addf(plain->output, "connection %s", berth_link_name(event->link));
	if (event->attempt > 0)
		output_addf(plain->output, ", attempt %d", event->attempt);
	if (event->retry_in_ms > 0)
		output_addf(plain->output, " in %lld s",
			(long long)((event->retry_in_ms + 999) / 1000));
	output_add(plain->output, "\n", 1);
	return true;
}

bool plain_event(struct plain *plain, const struct berth_event *event)
{
	switch (event->type) {
	case BERTH_EVENT_STATUS:
		return status(plain, event);
	case BERTH_EVENT_PROGRESS:
		return progress(plain, event);
	case BERTH_EVENT_LOG:
		return log_line(plain, event);
	case BERTH_EVENT_LINK:
		return link_line(plain, event);
	case BERTH_EVENT_RESULT:
		return event->result ? plain_result(plain, event->result)
				     : plain_line(plain, "\n", event->message);
	}
	return true;
}
