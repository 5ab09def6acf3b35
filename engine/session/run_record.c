#include "session/run_record.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <berth/history.h>
#include <berth/log.h>

#include "base/copy.h"
#include "loop/timer.h"
#include "session/redact.h"
#include "session/run.h"
#include "store/store.h"

struct run_record {
	struct berth_history *history;
	int64_t started_ms;  /* since the epoch */
	int64_t duration_ms; /* once it has ended; the last stage ends at that moment too */
	struct berth_past_stage stages[BERTH_PAST_STAGES_MAX];
	size_t stage_count;
	const struct berth_event *end; /* while it is put */
	const struct berth_error *failed;
};

static int64_t age_ms(const struct run *run)
{
	return clock_mono_ms() - run->began_ms;
}

/* Missing texts are no failure. */
static char *text(const char *from, bool *failed)
{
	char *copied = from != NULL ? copy_text(from) : NULL;

	*failed = *failed || (from != NULL && copied == NULL);
	return copied;
}

static void fill_end(const struct run *run, struct berth_past_run *past, bool *failed)
{
	const struct run_record *record = run->record;
	const struct berth_result *result = record->end != NULL ? record->end->result : NULL;

	past->state = BERTH_PAST_RUNNING;
	if (record->end == NULL && record->failed == NULL)
		return;
	past->state = BERTH_PAST_ENDED;
	past->outcome = record->failed != NULL ? BERTH_FAILED
			: result != NULL       ? result->outcome
					       : BERTH_UNKNOWN;
	past->duration_ms = record->duration_ms;
	past->finished_ms = record->started_ms + past->duration_ms;
	if (record->failed != NULL)
		past->message = text(record->failed->message, failed);
	if (result != NULL) {
		past->message = text(result->message, failed);
		past->image_digest = text(result->image_digest, failed);
	}
	if (record->end != NULL) {
		past->end = berth_event_to_json(record->end);
		*failed = *failed || past->end == NULL;
	}
}

static void fill_stages(const struct run_record *record, struct berth_past_run *past, bool *failed)
{
	past->stages = malloc(sizeof(record->stages));
	*failed = *failed || past->stages == NULL;
	if (past->stages == NULL)
		return;
	memcpy(past->stages, record->stages, sizeof(record->stages));
	past->stage_count = record->stage_count;
}

/* The names stand in the request too, and there they are redacted. */
static void fill(const struct run *run, const struct berth_deployment *request,
	struct berth_past_run *past, bool *failed)
{
	past->deployment_id = text(run->id, failed);
	past->name = text(request->name, failed);
	past->target = text(request->target, failed);
	past->kind = text(request->kind, failed);
	past->image = text(request->image, failed);
	past->container = text(request->container, failed);
	past->started_ms = run->record->started_ms;
	past->log = text(run->log != NULL ? berth_log_path(run->log) : NULL, failed);
	fill_end(run, past, failed);
	fill_stages(run->record, past, failed);
}

/* The whole of it as it stands; of one that was cut off, its end. Without memory the history keeps
 * what it has. */
static void put(struct run *run)
{
	bool late = run->left != NULL;
	struct record *record = late && run->record->end == NULL ? NULL : record_new();
	bool failed = record == NULL;

	if (failed)
		return;
	record->late = late;
	record->request = berth_deployment_copy(run->deployment);
	failed = record->request == NULL ||
		 redact_request(&run->secrets, record->request, NULL) == -1;
	if (!failed)
		fill(run, record->request, &record->run, &failed);
	if (failed)
		record_free(record);
	else
		store_put(run->record->history, record);
}

void run_record_begin(struct run *run, struct berth_history *history)
{
	run->record = calloc(1, sizeof(*run->record));
	if (run->record == NULL)
		return;
	run->record->history = history;
	run->record->started_ms = clock_unix_ms() - age_ms(run);
	put(run);
}

void run_record_free(struct run_record *record)
{
	free(record);
}

static void end_stage(struct run_record *record, int64_t now_ms)
{
	if (record->stage_count > 0 && record->stages[record->stage_count - 1].ended_ms < 0)
		record->stages[record->stage_count - 1].ended_ms = now_ms;
}

/* True for one that was not there yet. A stage that is said again goes on. */
static bool begin_stage(struct run *run, const char *name)
{
	struct run_record *record = run->record;
	struct berth_past_stage *stage;

	for (size_t i = 0; i < record->stage_count; i++)
		if (strcmp(record->stages[i].name, name) == 0)
			return false;
	if (record->stage_count == BERTH_PAST_STAGES_MAX)
		return false;
	end_stage(record, age_ms(run));
	stage = &record->stages[record->stage_count++];
	snprintf(stage->name, sizeof(stage->name), "%s", name);
	stage->began_ms = age_ms(run);
	stage->ended_ms = -1;
	return true;
}

void run_record_queued(struct run *run)
{
	if (run->record != NULL && begin_stage(run, "queued"))
		put(run);
}

void run_record_event(struct run *run, const struct berth_event *event)
{
	struct run_record *record = run->record;

	if (record == NULL || run->result_said)
		return;
	if (event->type == BERTH_EVENT_STATUS && event->stage != NULL) {
		if (begin_stage(run, event->stage))
			put(run);
	} else if (event->type == BERTH_EVENT_RESULT) {
		record->duration_ms = age_ms(run);
		end_stage(record, record->duration_ms);
		record->end = event;
		put(run);
		record->end = NULL;
	}
}

void run_record_failed(struct run *run, const struct berth_error *err)
{
	if (run->record == NULL)
		return;
	run->record->failed = err;
	run->record->duration_ms = age_ms(run);
	put(run);
	run->record->failed = NULL;
}
