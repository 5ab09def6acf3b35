#include "session/recording.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <berth/event.h>
#include <berth/target.h>

#include "base/event_read.h"
#include "loop/work.h"
#include "session/line_source.h"
#include "session/recorder.h"

struct opening {
	struct berth_recording *recording;
	struct uv_loop_s *loop;
	struct berth_error error;
	int status;
	berth_recording_fn *opened;
	void *context;
};

static bool ends_with(const char *text, const char *suffix)
{
	size_t len = strlen(text), suffix_len = strlen(suffix);

	return len > suffix_len && strcmp(text + len - suffix_len, suffix) == 0;
}

static char *with_suffix(const char *path, const char *from, const char *to)
{
	size_t len = strlen(path);
	char *made = NULL;

	if (ends_with(path, from))
		len -= strlen(from);
	if (asprintf(&made, "%.*s%s", (int)len, path, to) < 0)
		return NULL;
	return made;
}

char *berth_recording_path(const char *log)
{
	return with_suffix(log, ".log", RECORDING_SUFFIX);
}

void berth_recording_close(struct berth_recording *recording)
{
	if (recording == NULL)
		return;
	if (recording->lock >= 0)
		close(recording->lock);
	if (recording->info.deployment != recording->head.deployment)
		berth_deployment_free((struct berth_deployment *)recording->info.deployment);
	recording_head_release(&recording->head);
	free(recording->path);
	free(recording->log);
	free(recording);
}

const struct berth_recording_info *berth_recording_info(const struct berth_recording *recording)
{
	return &recording->info;
}

bool recording_written(struct berth_recording *recording)
{
	if (recording->written)
		recording->written = flock(recording->lock, LOCK_SH | LOCK_NB) == -1 &&
				     errno == EWOULDBLOCK;
	return recording->written;
}

/* --- looked through once, on a worker --- */

static void note_stage(struct berth_recording_info *info, const char *name, int64_t at_ms)
{
	struct berth_recorded_stage *stage;

	for (size_t i = 0; i < info->stage_count; i++)
		if (strcmp(info->stages[i].name, name) == 0)
			return;
	if (info->stage_count == BERTH_RECORDED_STAGES_MAX)
		return;
	stage = &info->stages[info->stage_count++];
	snprintf(stage->name, sizeof(stage->name), "%s", name);
	stage->at_ms = at_ms;
}

static void note_event(struct berth_recording_info *info, const struct berth_event *event)
{
	int64_t at_ms;

	if (info->started_ms == 0)
		info->started_ms = event->time_ms;
	at_ms = event->time_ms - info->started_ms;
	if (at_ms > info->length_ms && !info->ended)
		info->length_ms = at_ms;
	if (event->type == BERTH_EVENT_STATUS && event->stage != NULL)
		note_stage(info, event->stage, at_ms);
	info->ended = info->ended || event->type == BERTH_EVENT_RESULT;
}

static void note_id(struct berth_recording *recording, const char *line, size_t len)
{
	static const char key[] = "\"deployment_id\":\"";
	const char *id = memmem(line, len, key, sizeof(key) - 1), *end;

	if (id == NULL)
		return;
	id += sizeof(key) - 1;
	end = memchr(id, '"', len - (size_t)(id - line));
	if (end != NULL)
		recording->head.deployment_id = strndup(id, (size_t)(end - id));
}

/* Log lines are many and say nothing here but when they came. */
static bool is_log(const char *line, size_t len)
{
	static const char type[] = "\"type\":\"log\"";

	return memmem(line, len < 64 ? len : 64, type, sizeof(type) - 1) != NULL;
}

static int look_at(struct berth_recording *recording, uint64_t n, const char *line, size_t len,
	struct berth_error *err)
{
	struct berth_event *event;

	if (n == 0 && recording_head_read(&recording->head, line, len))
		return 0;
	if (recording->head.deployment_id == NULL)
		note_id(recording, line, len);
	if (n > 1 && is_log(line, len))
		return 0;
	event = event_read(line, len, err);
	if (event == NULL)
		return -1;
	note_event(&recording->info, event);
	berth_event_free(event);
	return 0;
}

static int look_through(struct berth_recording *recording, struct line_source *source,
	const atomic_bool *cancelled, struct berth_error *err)
{
	struct berth_error cause;
	const char *line;
	uint64_t n = 0;
	size_t len;

	for (line_source_fill(source); !source->end; line_source_fill(source)) {
		while ((line = line_source_next(source, &len)) != NULL) {
			if (look_at(recording, n++, line, len, &cause) == 0)
				continue;
			*err = cause;
			return berth_error_wrap(
				err, "'%s', line %llu", recording->path, (unsigned long long)n);
		}
		if (atomic_load(cancelled))
			return berth_error_set(err, BERTH_E_CANCELLED, 0, "cancelled");
	}
	if (source->failed != 0)
		return berth_error_errno(err, source->failed, "read", recording->path);
	if (n == 0)
		return berth_error_set(
			err, BERTH_E_NOT_FOUND, 0, "'%s' holds no recording", recording->path);
	return 0;
}

/* The kind whose stages these are. */
static const char *guess_kind(const struct berth_recording_info *info)
{
	static const char *const kinds[] = {"docker", "demo", "fractalic", "mist"};
	const char *best = kinds[0];
	size_t most = 0;

	for (size_t k = 0; k < sizeof(kinds) / sizeof(kinds[0]); k++) {
		const struct berth_stage_list *list = berth_target_stages(kinds[k]);
		size_t known = 0;

		for (size_t i = 0; i < info->stage_count; i++)
			known += berth_stage_index(list, info->stages[i].name) >= 0;
		if (known > most) {
			most = known;
			best = kinds[k];
		}
	}
	return best;
}

static int fill_info(struct berth_recording *recording, struct berth_error *err)
{
	struct berth_recording_info *info = &recording->info;
	const char *base = strrchr(recording->path, '/');

	info->path = recording->path;
	info->deployment_id = recording->head.deployment_id != NULL ? recording->head.deployment_id
								    : "";
	info->version = recording->head.version;
	info->deployment = recording->head.deployment;
	if (info->deployment == NULL)
		info->deployment = recording_stand_in(
			base != NULL ? base + 1 : recording->path, guess_kind(info));
	if (info->deployment == NULL)
		return berth_error_set(err, BERTH_E_MEMORY, 0, "out of memory");
	info->written = recording_written(recording);
	return 0;
}

static int find_log(struct berth_recording *recording, struct berth_error *err)
{
	if (ends_with(recording->path, RECORDING_SUFFIX)) {
		recording->log = with_suffix(recording->path, RECORDING_SUFFIX, ".log");
		if (recording->log == NULL)
			return berth_error_set(err, BERTH_E_MEMORY, 0, "out of memory");
	}
	recording->lock = open(recording->path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	if (recording->lock < 0)
		return berth_error_errno(err, errno, "open", recording->path);
	recording->written = true;
	return 0;
}

static void on_worker(void *context, const atomic_bool *cancelled)
{
	struct opening *opening = context;
	struct berth_recording *recording = opening->recording;
	struct line_source source;

	opening->status = find_log(recording, &opening->error);
	if (opening->status == -1)
		return;
	opening->status = line_source_init(&source, recording->path);
	if (opening->status == -1)
		berth_error_set(&opening->error, BERTH_E_MEMORY, 0, "out of memory");
	else
		opening->status = look_through(recording, &source, cancelled, &opening->error);
	line_source_release(&source);
	if (opening->status == 0)
		opening->status = fill_info(recording, &opening->error);
}

static void on_loop(void *context, bool cancelled)
{
	struct opening *opening = context;

	(void)cancelled;
	if (opening->status == 0) {
		opening->opened(opening->context, opening->recording, NULL);
	} else {
		berth_recording_close(opening->recording);
		opening->opened(opening->context, NULL, &opening->error);
	}
	free(opening);
}

int berth_recording_open(struct uv_loop_s *loop, const char *path, berth_recording_fn *opened,
	void *context, struct berth_error *err)
{
	struct opening *opening = calloc(1, sizeof(*opening));
	struct berth_recording *recording = calloc(1, sizeof(*recording));

	if (recording != NULL)
		recording->lock = -1;
	if (opening == NULL || recording == NULL || (recording->path = strdup(path)) == NULL) {
		free(opening);
		berth_recording_close(recording);
		return berth_error_set(err, BERTH_E_MEMORY, 0, "out of memory");
	}
	*opening = (struct opening){
		.recording = recording, .loop = loop, .opened = opened, .context = context};
	if (work_start(loop, on_worker, on_loop, opening, err) != NULL)
		return 0;
	berth_recording_close(recording);
	free(opening);
	return -1;
}
