#include "session/recorder.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <berth/deployment.h>
#include <berth/log.h>
#include <berth/text.h>

#include "base/cleanup.h"
#include "base/json_write.h"
#include "log/append_file.h"
#include "loop/timer.h"
#include "session/redact.h"
#include "session/run.h"
#include "store/request.h"

enum { HEAD_MAX = 16 << 20 };

struct recorder {
	struct append_file *file;
	uint64_t events; /* so far */
	void (*closed)(void *context);
	void *closed_context;
};

/* What is secret by its place is left out: fingerprints are the history's, which has their key. */
static struct berth_deployment *without_secrets(const struct run *run)
{
	struct berth_deployment *request = berth_deployment_copy(run->deployment);

	if (request == NULL || redact_request(&run->secrets, request, NULL) == -1) {
		berth_deployment_free(request);
		return NULL;
	}
	for (size_t i = 0; i < request->env_count; i++) {
		explicit_bzero(request->env[i].value, strlen(request->env[i].value));
		free(request->env[i].value);
		free(request->env[i].name);
	}
	request->env_count = 0;
	if (request->server == NULL)
		return request;
	/* Where it is asked for is nobody's business either. */
	request->server->token.from = BERTH_SECRET_NONE;
	request->server->password.from = BERTH_SECRET_NONE;
	for (size_t i = 0; i < request->server->header_count; i++)
		request->server->headers[i].value.from = BERTH_SECRET_NONE;
	return request;
}

static char *request_text(const struct run *run)
{
	static const unsigned char no_key[SHA256_SIZE];
	struct berth_deployment *request = without_secrets(run);
	char *json = request != NULL ? request_json(request, no_key) : NULL;

	berth_deployment_free(request);
	return json;
}

static void put_text(struct json_writer *out, const char *key, const char *value)
{
	json_write_key(out, key);
	json_write_text(out, value);
}

static char *head(const struct run *run)
{
	cleanup_free char *request = request_text(run);
	struct json_writer out;
	char when[32];

	if (request == NULL)
		return NULL;
	json_writer_init(&out, HEAD_MAX);
	json_write_open(&out, '{');
	json_write_key(&out, "v");
	json_write_integer(&out, 1);
	put_text(&out, "type", "recording");
	put_text(&out, "deployment_id", run->id);
	put_text(&out, "timestamp", berth_format_timestamp(when, clock_unix_ms()));
	put_text(&out, "berth", BERTH_VERSION);
	json_write_key(&out, "pid");
	json_write_integer(&out, getpid());
	json_write_key(&out, "request");
	json_write_foreign(&out, request);
	json_write_close(&out, '}');
	return json_writer_take(&out);
}

/* "x.events" beside "x.log"; NULL without memory. */
static char *path_beside(const char *log)
{
	size_t len = strlen(log), suffix = strlen(".log");
	char *path = NULL;

	if (len > suffix && strcmp(log + len - suffix, ".log") == 0)
		len -= suffix;
	if (asprintf(&path, "%.*s" RECORDING_SUFFIX, (int)len, log) < 0)
		return NULL;
	return path;
}

int recorder_open(struct run *run, void (*failed)(void *run, const struct berth_error *err),
	struct berth_error *err)
{
	const char *log = run->log != NULL ? berth_log_path(run->log) : NULL;
	cleanup_free char *path = log != NULL ? path_beside(log) : NULL;
	cleanup_free char *first = log != NULL ? head(run) : NULL;

	if (log == NULL)
		return 0;
	if (path != NULL && first != NULL)
		run->recorder = calloc(1, sizeof(*run->recorder));
	if (run->recorder == NULL)
		return berth_error_set(err, BERTH_E_MEMORY, 0, "out of memory");
	run->recorder->file = append_file_new(
		&(struct append_file_setup){
			.loop = run->loop, .path = path, .failed = failed, .context = run},
		err);
	if (run->recorder->file == NULL) {
		free(run->recorder);
		run->recorder = NULL;
		return -1;
	}
	append_file_add(run->recorder->file, first, strlen(first));
	return 0;
}

/* Its number is what it would be with every line of the log an event of its own. */
void recorder_event(struct run *run, const struct berth_event *event)
{
	struct recorder *recorder = run->recorder;
	struct berth_event numbered = *event;
	cleanup_free char *line = NULL;

	if (recorder == NULL)
		return;
	numbered.seq = ++recorder->events + berth_log_end(run->log);
	line = berth_event_to_json(&numbered);
	/* Without memory for the line there is a gap, which no line of the log fills. */
	if (line != NULL)
		append_file_add(recorder->file, line, strlen(line));
}

static void file_closed(void *context)
{
	struct recorder *recorder = context;
	void (*closed)(void *) = recorder->closed;
	void *closed_context = recorder->closed_context;

	free(recorder);
	closed(closed_context);
}

void recorder_close(struct recorder *recorder, void (*closed)(void *context), void *context)
{
	recorder->closed = closed;
	recorder->closed_context = context;
	append_file_close(recorder->file, file_closed, recorder);
}
