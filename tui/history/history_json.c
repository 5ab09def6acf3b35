#include "history/history_json.h"

#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#include <berth/text.h>

#include "history/history_diff.h"
#include "history/history_text.h"
#include "term/output.h"

/* Gives the object away. What is not UTF-8 was made so before, or is null. */
static bool print(struct output *output, json_t *object)
{
	char *line = object ? json_dumps(object, JSON_COMPACT) : NULL;
	json_decref(object);
	if (!line)
		return false;
	output_add(output, line, strlen(line));
	output_add(output, "\n", 1);
	free(line);
	return true;
}

static json_t *text(const char *value)
{
	json_t *made = value ? json_string(value) : NULL;
	return made ? made : json_null();
}

static json_t *timestamp(int64_t time_ms)
{
	char when[32];
	return time_ms > 0 ? json_string(berth_format_timestamp(when, time_ms)) : json_null();
}

static json_t *parsed(const char *value)
{
	json_t *made = value ? json_loads(value, JSON_ALLOW_NUL, NULL) : NULL;
	return made ? made : json_null();
}

static json_t *stages(const struct berth_past_run *run)
{
	json_t *list = json_array();
	for (size_t i = 0; i < run->stage_count; i++) {
		const struct berth_past_stage *stage = &run->stages[i];
		json_t *ended = stage->ended_ms >= 0 ? json_integer(stage->ended_ms) : json_null();
		json_array_append_new(
			list, json_pack("{s:s, s:I, s:o}", "name", stage->name, "began_ms",
				      (json_int_t)stage->began_ms, "ended_ms", ended));
	}
	return list;
}

static json_t *tail(const struct berth_past_run *run)
{
	json_t *list = json_array();
	for (size_t i = 0; i < run->tail_count; i++)
		json_array_append_new(
			list, json_pack("{s:o, s:s, s:s, s:o}", "timestamp",
				      timestamp(run->tail[i].time_ms), "level",
				      berth_level_name(run->tail[i].level), "stage",
				      run->tail[i].stage, "message", text(run->tail[i].text)));
	return list;
}

static json_t *row(const struct berth_past_run *run)
{
	bool ended = run->state == BERTH_PAST_ENDED;
	json_t *object = json_pack("{s:i, s:s, s:I, s:o, s:o, s:o, s:o, s:o, s:o}", "v", 1, "type",
		"run", "number", (json_int_t)run->number, "deployment_id", text(run->deployment_id),
		"name", text(run->name), "target", text(run->target), "kind", text(run->kind),
		"image", text(run->image), "container", text(run->container));
	json_t *rest = json_pack(
		"{s:s, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:b}", "state",
		history_state(run), "started", timestamp(run->started_ms), "finished",
		timestamp(run->finished_ms), "duration_ms",
		ended ? json_integer(run->duration_ms) : json_null(), "message", text(run->message),
		"image_digest", text(run->image_digest), "who", text(run->who), "host",
		text(run->host), "terminal", text(run->terminal), "client", text(run->client),
		"version", text(run->version), "log", text(run->log), "log_removed",
		run->log_removed);
	if (object && (!rest || json_object_update(object, rest) < 0)) {
		json_decref(object);
		object = NULL;
	}
	json_decref(rest);
	return object;
}

bool history_json_run(struct output *output, const struct berth_past_run *run)
{
	json_t *object = row(run);
	if (object && run->stages) {
		json_object_set_new(object, "request", parsed(run->request));
		json_object_set_new(object, "stages", stages(run));
		json_object_set_new(object, "end", parsed(run->end));
		json_object_set_new(object, "last_lines", tail(run));
	}
	return print(output, object);
}

bool history_json_hit(struct output *output, const struct berth_history_hit *hit)
{
	return print(output, json_pack("{s:i, s:s, s:I, s:o, s:I, s:I, s:o}", "v", 1, "type", "hit",
				     "number", (json_int_t)hit->number, "name", text(hit->name),
				     "lines", (json_int_t)hit->lines, "first_line",
				     (json_int_t)hit->first + 1, "first", text(hit->line.text)));
}

static json_t *request_differences(const struct differences *differences)
{
	json_t *list = json_array();
	for (size_t i = 0; i < differences->count; i++)
		json_array_append_new(list,
			json_pack("{s:o, s:o, s:o}", "field", text(differences->list[i].field),
				"before", text(differences->list[i].before), "after",
				text(differences->list[i].after)));
	return list;
}

bool history_json_compare(struct output *output, const struct berth_past_run *before,
	const struct berth_past_run *after)
{
	struct differences differences;
	if (differences_find(&differences, before->request, after->request) < 0)
		return false;
	json_t *one = row(before), *other = row(after);
	if (one)
		json_object_set_new(one, "stages", stages(before));
	if (other)
		json_object_set_new(other, "stages", stages(after));
	json_t *object = json_pack("{s:i, s:s, s:o, s:o, s:o}", "v", 1, "type", "comparison",
		"before", one, "after", other, "request", request_differences(&differences));
	differences_release(&differences);
	return print(output, object);
}
