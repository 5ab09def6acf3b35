#include <berth/model.h>

#include <stdlib.h>
#include <string.h>

struct entry {
	struct berth_run run; /* what is handed out */
	struct berth_deployment *deployment;
	struct berth_stage_list *stages; /* the target's own; NULL: those of its kind */
};

struct berth_model {
	struct entry **entries;
	size_t count, capacity;
};

struct berth_model *berth_model_new(void)
{
	return calloc(1, sizeof(struct berth_model));
}

static void free_entry(struct entry *entry)
{
	berth_deployment_free(entry->deployment);
	berth_stage_list_free(entry->stages);
	berth_result_free(entry->run.result);
	free(entry->run.layers);
	free(entry->run.message);
	free(entry);
}

void berth_model_free(struct berth_model *model)
{
	if (model == NULL)
		return;
	for (size_t i = 0; i < model->count; i++)
		free_entry(model->entries[i]);
	free(model->entries);
	free(model);
}

static int out_of_memory(struct berth_error *err)
{
	return berth_error_set(err, BERTH_E_MEMORY, 0, "out of memory");
}

static struct entry *find(const struct berth_model *model, unsigned number)
{
	for (size_t i = model->count; i > 0; i--)
		if (model->entries[i - 1]->run.number == number)
			return model->entries[i - 1];
	return NULL;
}

int berth_model_add(struct berth_model *model, unsigned number,
	const struct berth_deployment *deployment, struct berth_error *err)
{
	struct entry *entry = calloc(1, sizeof(*entry));

	if (entry == NULL)
		return out_of_memory(err);
	entry->deployment = berth_deployment_copy(deployment);
	if (entry->deployment == NULL) {
		free_entry(entry);
		return out_of_memory(err);
	}
	if (model->count == model->capacity) {
		size_t capacity = model->capacity ? model->capacity * 2 : 8;
		struct entry **entries = realloc(model->entries, capacity * sizeof(struct entry *));

		if (entries == NULL) {
			free_entry(entry);
			return out_of_memory(err);
		}
		model->entries = entries;
		model->capacity = capacity;
	}
	entry->run.number = number;
	entry->run.deployment = entry->deployment;
	entry->run.stages = berth_deployment_stages(deployment);
	entry->run.stage = -1;
	entry->run.pull_total = -1;
	entry->run.link = BERTH_LIVE;
	model->entries[model->count++] = entry;
	return 0;
}

void berth_model_forget(struct berth_model *model, unsigned number)
{
	size_t kept = 0;

	for (size_t i = 0; i < model->count; i++) {
		if (model->entries[i]->run.number == number)
			free_entry(model->entries[i]);
		else
			model->entries[kept++] = model->entries[i];
	}
	model->count = kept;
}

void berth_model_cancelling(struct berth_model *model, unsigned number)
{
	struct entry *entry = find(model, number);

	if (entry == NULL || entry->run.result != NULL)
		return;
	entry->run.state = BERTH_RUN_CANCELLING;
	entry->run.changes++;
}

static int keep_text(char **kept, const char *text, struct berth_error *err)
{
	char *copy = strdup(text != NULL ? text : "");

	if (copy == NULL)
		return out_of_memory(err);
	free(*kept);
	*kept = copy;
	return 0;
}

static void enter_stage(struct berth_run *run, const char *name, int64_t time_ms)
{
	int stage = name != NULL ? berth_stage_index(run->stages, name) : -1;

	if (stage < 0 || stage < run->stage || stage >= BERTH_MAX_STAGES)
		return;
	for (int i = 0; i < stage; i++)
		run->stage_state[i] = BERTH_STAGE_DONE;
	if (stage != run->stage)
		run->stage_ms = time_ms;
	run->stage_state[stage] = BERTH_STAGE_RUNNING;
	run->stage = stage;
}

static void raise_progress(struct berth_run *run, int progress)
{
	if (progress > run->progress)
		run->progress = progress > 100 ? 100 : progress;
}

/* What it says while it waits is no beginning yet. */
static void set_going(struct berth_run *run, const struct berth_event *event)
{
	if (run->state != BERTH_RUN_QUEUED)
		return;
	run->state = BERTH_RUN_RUNNING;
	run->started_ms = event->time_ms;
}

/* Before the first of them has begun. */
static int take_stages(
	struct entry *entry, const struct berth_stage_list *stages, struct berth_error *err)
{
	if (stages == NULL || entry->run.stage >= 0)
		return 0;
	berth_stage_list_free(entry->stages);
	entry->stages = berth_stage_list_copy(stages);
	entry->run.stages = entry->stages;
	return entry->stages != NULL ? 0 : out_of_memory(err);
}

static int apply_status(
	struct berth_run *run, const struct berth_event *event, struct berth_error *err)
{
	set_going(run, event);
	enter_stage(run, event->stage, event->time_ms);
	raise_progress(run, event->progress);
	return keep_text(&run->message, event->message, err);
}

static void sum_layers(struct berth_run *run)
{
	run->pull_current = 0;
	run->pull_total = 0;
	for (size_t i = 0; i < run->layer_count; i++) {
		const struct berth_layer *layer = &run->layers[i];

		if (strcmp(layer->state, "cached") == 0)
			continue;
		run->pull_current += layer->current;
		if (layer->total < 0)
			run->pull_total = -1;
		else if (run->pull_total >= 0)
			run->pull_total += layer->total;
	}
}

static int apply_progress(
	struct berth_run *run, const struct berth_event *event, struct berth_error *err)
{
	raise_progress(run, event->progress);
	if (event->layer_count == 0)
		return 0;
	if (event->layer_count != run->layer_count) {
		struct berth_layer *layers = realloc(
			run->layers, event->layer_count * sizeof(*layers));

		if (layers == NULL)
			return out_of_memory(err);
		run->layers = layers;
		run->layer_count = event->layer_count;
	}
	memcpy(run->layers, event->layers, event->layer_count * sizeof(*run->layers));
	sum_layers(run);
	return 0;
}

static enum berth_run_state ended_as(enum berth_outcome outcome)
{
	switch (outcome) {
	case BERTH_DEPLOYED:
		return BERTH_RUN_COMPLETED;
	case BERTH_CANCELED:
		return BERTH_RUN_CANCELLED;
	case BERTH_UNKNOWN:
		return BERTH_RUN_UNKNOWN;
	default:
		return BERTH_RUN_FAILED;
	}
}

static void end_stages(struct berth_run *run)
{
	int failed;

	if (run->result->outcome == BERTH_DEPLOYED) {
		for (int i = 0; i < BERTH_MAX_STAGES; i++)
			run->stage_state[i] = BERTH_STAGE_DONE;
		return;
	}
	if (run->result->failure != NULL && run->result->failure->stage != NULL) {
		failed = berth_stage_index(run->stages, run->result->failure->stage);
		if (failed >= 0 && failed < BERTH_MAX_STAGES)
			run->stage = failed;
	}
	/* Stages overlap: one that was interrupted by another's failure is not done. */
	for (int i = 0; i < BERTH_MAX_STAGES; i++)
		if (run->stage_state[i] == BERTH_STAGE_RUNNING)
			run->stage_state[i] = BERTH_STAGE_WAITING;
	if (run->stage >= 0)
		run->stage_state[run->stage] = BERTH_STAGE_FAILED;
}

static int apply_result(
	struct berth_run *run, const struct berth_event *event, struct berth_error *err)
{
	struct berth_result *result;

	if (event->result == NULL || run->result != NULL)
		return 0;
	result = berth_result_copy(event->result);
	if (result == NULL)
		return out_of_memory(err);
	run->result = result;
	run->state = ended_as(result->outcome);
	run->ended_ms = event->time_ms;
	if (result->outcome == BERTH_DEPLOYED)
		run->progress = 100;
	end_stages(run);
	return keep_text(&run->message, result->message, err);
}

static void apply_link(struct berth_run *run, const struct berth_event *event)
{
	set_going(run, event);
	run->link = event->link;
	run->link_ms = event->time_ms;
	run->attempt = event->attempt;
	run->attempts = event->attempts;
	run->retry_in_ms = event->retry_in_ms;
}

int berth_model_apply(
	struct berth_model *model, const struct berth_event *event, struct berth_error *err)
{
	struct entry *entry = find(model, event->deployment);

	if (entry == NULL)
		return 0;
	if (entry->run.started_ms == 0)
		entry->run.started_ms = event->time_ms;
	entry->run.last_ms = event->time_ms;
	if (entry->run.id[0] == '\0' && event->deployment_id != NULL)
		snprintf(entry->run.id, sizeof(entry->run.id), "%s", event->deployment_id);
	if (event->type == BERTH_EVENT_LOG)
		return 0;
	entry->run.changes++;
	switch (event->type) {
	case BERTH_EVENT_STATUS:
		return take_stages(entry, event->stages, err) == -1
			       ? -1
			       : apply_status(&entry->run, event, err);
	case BERTH_EVENT_PROGRESS:
		return apply_progress(&entry->run, event, err);
	case BERTH_EVENT_LINK:
		apply_link(&entry->run, event);
		return 0;
	default:
		return apply_result(&entry->run, event, err);
	}
}

/* Who waits has no status yet: whom it waits for is all there is to say. */
static bool is_news(const struct berth_run *run, const struct berth_log_line *line)
{
	return line->len > 0 && run->result == NULL &&
	       (line->stream == BERTH_SERVER || run->state == BERTH_RUN_QUEUED);
}

void berth_model_hear(
	struct berth_model *model, unsigned number, uint64_t n, const struct berth_log_line *line)
{
	struct entry *entry = find(model, number);
	struct berth_run *run;
	char *text;

	if (entry == NULL || n < entry->run.heard)
		return;
	run = &entry->run;
	run->heard = n + 1;
	if (run->started_ms == 0)
		run->started_ms = line->time_ms;
	if (run->last_ms < line->time_ms)
		run->last_ms = line->time_ms;
	if (!is_news(run, line))
		return;
	text = strndup(line->text, line->len);
	/* Without memory it shows what was said before. */
	if (text == NULL)
		return;
	free(run->message);
	run->message = text;
}

size_t berth_model_count(const struct berth_model *model)
{
	return model->count;
}

const struct berth_run *berth_model_at(const struct berth_model *model, size_t index)
{
	return index < model->count ? &model->entries[index]->run : NULL;
}

const struct berth_run *berth_model_find(const struct berth_model *model, unsigned number)
{
	const struct entry *entry = find(model, number);

	return entry != NULL ? &entry->run : NULL;
}
