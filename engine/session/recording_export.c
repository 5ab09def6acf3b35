/* A recording as one file that needs no log: what --output json would have printed. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <jansson.h>

#include <berth/event.h>
#include <berth/recording.h>

#include "base/cleanup.h"
#include "loop/work.h"
#include "session/merge.h"
#include "session/recorder.h"
#include "session/recording_head.h"

struct export
{
	char *path, *log, *to, *request;
	FILE *out;
	char *id; /* of the deployment */
	uint64_t events;
	bool ended;
	int status;
	struct berth_error error;
	berth_exported_fn *done;
	void *context;
};

static int fail(struct export *export, const char *verb)
{
	return berth_error_errno(&export->error, errno, verb, export->to);
}

static int out_of_memory(struct export *export)
{
	return berth_error_set(&export->error, BERTH_E_MEMORY, 0, "out of memory");
}

/* With what the history knows of the request in the place of what the recording does. */
static int put_head(struct export *export, const char *line, size_t len)
{
	json_t *head = json_loadb(line, len, JSON_ALLOW_NUL, NULL);
	json_t *request = export->request != NULL
				  ? json_loads(export->request, JSON_ALLOW_NUL, NULL)
				  : NULL;
	cleanup_free char *text = NULL;
	const char *id = json_string_value(json_object_get(head, "deployment_id"));

	if (id != NULL)
		export->id = strdup(id);
	if (request != NULL)
		json_object_set_new(head, "request", request);
	/* Nobody writes it any more, and the number may be another's by then. */
	json_object_del(head, "pid");
	text = json_dumps(head, JSON_COMPACT);
	json_decref(head);
	if (text == NULL)
		return out_of_memory(export);
	return fprintf(export->out, "%s\n", text) < 0 ? fail(export, "write") : 0;
}

/* The first line, if it is one: else the merge gives it as an event. */
static int copy_head(struct export *export)
{
	struct line_source source;
	struct recording_head head;
	const char *line;
	size_t len;
	int status = 0;

	if (line_source_init(&source, export->path) == -1)
		return out_of_memory(export);
	line_source_fill(&source);
	line = line_source_next(&source, &len);
	if (source.failed != 0) {
		status = berth_error_errno(&export->error, source.failed, "read", export->path);
	} else if (line == NULL) {
		status = berth_error_set(&export->error, BERTH_E_NOT_FOUND, 0,
			"'%s' holds no recording", export->path);
	} else if (recording_head_read(&head, line, len)) {
		recording_head_release(&head);
		status = put_head(export, line, len);
	}
	line_source_release(&source);
	return status;
}

static int put_event(struct export *export, struct berth_event *event)
{
	cleanup_free char *line = NULL;

	event->seq = export->ended ? 0 : ++export->events;
	event->deployment_id = export->id;
	export->ended = export->ended || event->type == BERTH_EVENT_RESULT;
	line = berth_event_to_json(event);
	berth_event_free(event);
	if (line == NULL)
		return out_of_memory(export);
	return fprintf(export->out, "%s\n", line) < 0 ? fail(export, "write") : 0;
}

static int copy_events(struct export *export, struct merge *merge, const atomic_bool *cancelled)
{
	struct berth_event *event;
	int status = 0;

	while (status == 0 && !atomic_load(cancelled)) {
		switch (merge_next(merge, &event, &export->error)) {
		case MERGED_EVENT:
			status = put_event(export, event);
			break;
		case MERGED_EVENTS:
			line_source_fill(&merge->events);
			break;
		case MERGED_LINES:
			line_source_fill(&merge->lines);
			break;
		case MERGED_END:
			return 0;
		case MERGED_BROKEN:
			return -1;
		}
	}
	return status;
}

static int copy(struct export *export, const atomic_bool *cancelled)
{
	struct merge merge;
	int status = copy_head(export);

	if (status == -1)
		return -1;
	if (merge_init(&merge, export->path, export->log, false) == -1)
		return out_of_memory(export);
	status = copy_events(export, &merge, cancelled);
	merge_release(&merge);
	return status;
}

/* What was not there before is not there after a failure. */
static void on_worker(void *context, const atomic_bool *cancelled)
{
	struct export *export = context;
	int fd = open(export->to, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, S_IRUSR | S_IWUSR);

	export->out = fd >= 0 ? fdopen(fd, "w") : NULL;
	if (export->out == NULL) {
		export->status = fail(export, "make");
		if (fd >= 0)
			close(fd);
		return;
	}
	export->status = copy(export, cancelled);
	if (fclose(export->out) != 0 && export->status == 0)
		export->status = fail(export, "write");
	if (export->status == -1)
		unlink(export->to);
}

static void export_free(struct export *export)
{
	free(export->path);
	free(export->log);
	free(export->to);
	free(export->request);
	free(export->id);
	free(export);
}

static void on_loop(void *context, bool cancelled)
{
	struct export *export = context;

	(void)cancelled;
	export->done(export->context, export->events, export->status == 0 ? NULL : &export->error);
	export_free(export);
}

/* "x.log" of "x.events"; NULL for any other. */
static char *log_of(const char *path)
{
	size_t len = strlen(path), suffix = strlen(RECORDING_SUFFIX);
	char *log = NULL;

	if (len <= suffix || strcmp(path + len - suffix, RECORDING_SUFFIX) != 0 ||
		asprintf(&log, "%.*s.log", (int)(len - suffix), path) < 0)
		return NULL;
	return log;
}

int berth_recording_export(struct uv_loop_s *loop, const char *path, const char *to,
	const char *request, berth_exported_fn *done, void *context, struct berth_error *err)
{
	struct export *export = calloc(1, sizeof(*export));

	if (export == NULL)
		return berth_error_set(err, BERTH_E_MEMORY, 0, "out of memory");
	export->done = done;
	export->context = context;
	export->path = strdup(path);
	export->to = strdup(to);
	export->log = log_of(path);
	export->request = request != NULL ? strdup(request) : NULL;
	if (export->path == NULL || export->to == NULL ||
		(request != NULL && export->request == NULL))
		berth_error_set(err, BERTH_E_MEMORY, 0, "out of memory");
	else if (work_start(loop, on_worker, on_loop, export, err) != NULL)
		return 0;
	export_free(export);
	return -1;
}
