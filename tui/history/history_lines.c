#include "history/history_lines.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <jansson.h>

#include <berth/text.h>

#include "history/history_diff.h"
#include "history/history_text.h"
#include "term/glyph.h"

enum { LABEL = 12, STAGE = 22, SIDE = 24 };

const char *history_mark(const struct berth_past_run *run, bool ascii, enum role *role)
{
	*role = ROLE_WARN;
	if (run->state == BERTH_PAST_RUNNING) {
		*role = ROLE_ACTIVE;
		return glyph_text(GLYPH_LIVE, ascii);
	}
	if (run->state == BERTH_PAST_INTERRUPTED || run->outcome == BERTH_UNKNOWN)
		return glyph_text(GLYPH_UNKNOWN, ascii);
	if (run->outcome == BERTH_DEPLOYED) {
		*role = ROLE_OK;
		return glyph_text(GLYPH_DONE, ascii);
	}
	if (run->outcome == BERTH_CANCELED)
		return glyph_text(GLYPH_CANCELLED, ascii);
	*role = ROLE_ERROR;
	return glyph_text(GLYPH_FAILED, ascii);
}

char *history_took(char dst[16], const struct berth_past_run *run)
{
	if (run->state == BERTH_PAST_ENDED)
		return berth_format_duration(dst, run->duration_ms);
	snprintf(dst, 16, "-");
	return dst;
}

/* --- one --- */

static void fact(struct lines *lines, const char *label, const char *text)
{
	if (text != NULL && *text != '\0')
		lines_add(lines, 0, ROLE_DIM, label, LABEL, ROLE_TEXT, text);
}

static void title(struct lines *lines, const char *text)
{
	lines_text(lines, 0, ROLE_TEXT, "");
	lines_text(lines, 0, ROLE_STRONG, text);
}

static void add_head(struct lines *lines, const struct berth_past_run *run)
{
	char text[800], when[32], took[16];
	snprintf(text, sizeof text, "%s, %s", history_state(run), history_took(took, run));
	fact(lines, "result", text);
	fact(lines, "target", run->target);
	fact(lines, "image", run->image);
	fact(lines, "digest", run->image_digest);
	fact(lines, "container", run->container);
	fact(lines, "started", history_when(when, run->started_ms));
	snprintf(text, sizeof text, "%s on %s%s%s", run->who ? run->who : "somebody",
		run->host ? run->host : "?", run->client && *run->client ? ", ssh from " : "",
		run->client ? run->client : "");
	fact(lines, "by", text);
	fact(lines, "id", run->deployment_id);
	if (run->log_removed)
		fact(lines, "log", "removed");
	else
		fact(lines, "log", run->log);
}

static void add_failure(struct lines *lines, const struct berth_past_run *run)
{
	const struct berth_failure *failure = run->result ? run->result->failure : NULL;
	if (run->message && !failure)
		fact(lines, "message", run->message);
	if (!failure)
		return;
	title(lines, "Why");
	lines_text(lines, 2, ROLE_ERROR, failure->message ? failure->message : "");
	if (failure->hint)
		lines_text(lines, 2, ROLE_TEXT, failure->hint);
	for (size_t i = 0; i < run->result->left_behind_count; i++)
		lines_add(
			lines, 2, ROLE_WARN, "left", LABEL, ROLE_WARN, run->result->left_behind[i]);
	for (size_t i = 0; i < failure->last_line_count; i++)
		lines_text(lines, 4, ROLE_DIM, failure->last_lines[i]);
}

static void add_stages(struct lines *lines, const struct berth_past_run *run)
{
	if (run->stage_count > 0)
		title(lines, "Stages");
	for (size_t i = 0; i < run->stage_count; i++) {
		const struct berth_past_stage *stage = &run->stages[i];
		char began[16], clock[16] = "-", text[64];
		if (stage->ended_ms >= 0)
			berth_format_duration(clock, stage->ended_ms - stage->began_ms);
		snprintf(text, sizeof text, "%-8s at %s", clock,
			berth_format_clock(began, stage->began_ms));
		lines_add(lines, 2, ROLE_TEXT, stage->name, STAGE, ROLE_TEXT, text);
	}
}

/* Members of members have both names: "env.TOKEN". */
static void add_members(struct lines *lines, const char *prefix, json_t *object)
{
	const char *name;
	json_t *value;
	json_object_foreach(object, name, value)
	{
		char path[256];
		snprintf(path, sizeof path, "%s%s%s", prefix, *prefix ? "." : "", name);
		if (json_is_object(value)) {
			add_members(lines, path, value);
			continue;
		}
		char *text = json_is_string(value)
				     ? strdup(json_string_value(value))
				     : json_dumps(value, JSON_ENCODE_ANY | JSON_COMPACT);
		lines_add(lines, 2, ROLE_DIM, path, STAGE, ROLE_TEXT, text ? text : "");
		free(text);
	}
}

static void add_request(struct lines *lines, const struct berth_past_run *run)
{
	json_t *request = run->request ? json_loads(run->request, JSON_ALLOW_NUL, NULL) : NULL;
	if (request) {
		title(lines, "Request (hmac: the fingerprint of a secret)");
		add_members(lines, "", request);
	}
	json_decref(request);
}

static void add_tail(struct lines *lines, const struct berth_past_run *run)
{
	if (run->tail_count > 0)
		title(lines, "Last lines of the log");
	for (size_t i = 0; i < run->tail_count; i++) {
		time_t seconds = (time_t)(run->tail[i].time_ms / 1000);
		char clock[16] = "--:--:--";
		struct tm local;
		if (localtime_r(&seconds, &local))
			strftime(clock, sizeof clock, "%H:%M:%S", &local);
		lines_add(lines, 2, ROLE_DIM, clock, LABEL, ROLE_TEXT, run->tail[i].text);
	}
}

void history_lines_run(struct lines *lines, const struct berth_past_run *run)
{
	add_head(lines, run);
	add_failure(lines, run);
	add_stages(lines, run);
	add_request(lines, run);
	add_tail(lines, run);
}

/* --- two --- */

static void pair(struct lines *lines, const char *label, const char *before, const char *after)
{
	char text[160];
	snprintf(text, sizeof text, "%-*.*s  %.80s", SIDE, SIDE, before, after);
	lines_add(lines, 2, ROLE_DIM, label, STAGE, ROLE_TEXT, text);
}

static int64_t stage_ms(const struct berth_past_run *run, const char *name)
{
	for (size_t i = 0; i < run->stage_count; i++) {
		const struct berth_past_stage *stage = &run->stages[i];
		if (strcmp(stage->name, name) == 0)
			return stage->ended_ms < 0 ? -1 : stage->ended_ms - stage->began_ms;
	}
	return -1;
}

static char *duration(char dst[16], int64_t milliseconds)
{
	if (milliseconds >= 0)
		return berth_format_duration(dst, milliseconds);
	snprintf(dst, 16, "-");
	return dst;
}

static void pair_of_stages(struct lines *lines, const char *name, int64_t before, int64_t after)
{
	char one[16], other[16];
	pair(lines, name, duration(one, before), duration(other, after));
}

static void compare_stages(struct lines *lines, const struct berth_past_run *before,
	const struct berth_past_run *after)
{
	title(lines, "Stages");
	for (size_t i = 0; i < before->stage_count; i++) {
		const char *name = before->stages[i].name;
		pair_of_stages(lines, name, stage_ms(before, name), stage_ms(after, name));
	}
	for (size_t i = 0; i < after->stage_count; i++) {
		const char *name = after->stages[i].name;
		if (stage_ms(before, name) < 0)
			pair_of_stages(lines, name, -1, stage_ms(after, name));
	}
	pair_of_stages(lines, "the whole",
		before->state == BERTH_PAST_ENDED ? before->duration_ms : -1,
		after->state == BERTH_PAST_ENDED ? after->duration_ms : -1);
}

static void compare_requests(struct lines *lines, const struct berth_past_run *before,
	const struct berth_past_run *after)
{
	struct differences differences;
	if (differences_find(&differences, before->request, after->request) < 0)
		return;
	title(lines, differences.count ? "What changed in the request" : "The same request");
	for (size_t i = 0; i < differences.count; i++) {
		const struct difference *one = &differences.list[i];
		lines_add(lines, 2, ROLE_DIM, one->field, STAGE, ROLE_TEXT,
			one->before ? one->before : "(not given)");
		lines_add(lines, 2, ROLE_TEXT, "", STAGE, ROLE_STRONG,
			one->after ? one->after : "(not given)");
	}
	differences_release(&differences);
}

void history_lines_compare(struct lines *lines, const struct berth_past_run *before,
	const struct berth_past_run *after)
{
	char one[64], other[64], when[32];
	snprintf(one, sizeof one, "%lld %.40s", (long long)before->number,
		before->name ? before->name : "");
	snprintf(other, sizeof other, "%lld %.40s", (long long)after->number,
		after->name ? after->name : "");
	pair(lines, "run", one, other);
	snprintf(one, sizeof one, "%s", history_when(when, before->started_ms));
	pair(lines, "started", one, history_when(when, after->started_ms));
	pair(lines, "result", history_state(before), history_state(after));
	compare_requests(lines, before, after);
	compare_stages(lines, before, after);
}
