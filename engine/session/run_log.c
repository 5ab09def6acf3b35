#include "session/run_log.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "log/file_name.h"
#include "log/log_store.h"
#include "loop/timer.h"
#include "session/run.h"

/* The id keeps two of one second apart; what is shown only may have begun elsewhere in this very
 * second, with that id. */
static char *path_of(const struct run *run, const char *folder, bool nameless)
{
	char name[FILE_NAME_PART_MAX + 1], begun[32], shown[24] = "";
	char *path = NULL;

	if (nameless)
		snprintf(shown, sizeof(shown), "-%ld", (long)getpid());
	file_name_part(name, run->deployment->name);
	file_name_time(begun, clock_unix_ms());
	if (asprintf(&path, "%s/%s-%s-%.8s%s.log", folder, begun, name, run->id, shown) < 0)
		return NULL;
	return path;
}

static int open_log(struct run *run, const char *folder, bool nameless,
	void (*failed)(void *run, const struct berth_error *err), struct berth_error *err)
{
	cleanup_free char *path = folder != NULL ? path_of(run, folder, nameless) : NULL;

	if (folder != NULL && path == NULL)
		return berth_error_set(err, BERTH_E_MEMORY, 0, "out of memory");
	run->log = log_store_new(&(struct log_store_setup){.loop = run->loop,
					 .path = path,
					 .failed = failed,
					 .context = run,
					 .nameless = nameless},
		err);
	return run->log != NULL ? 0 : -1;
}

int run_log_open(struct run *run, const char *folder,
	void (*failed)(void *run, const struct berth_error *err), struct berth_error *err)
{
	return open_log(run, folder, false, failed, err);
}

int run_log_open_nameless(struct run *run, const char *folder,
	void (*failed)(void *run, const struct berth_error *err), struct berth_error *err)
{
	return open_log(run, folder, true, failed, err);
}

int run_log_add(struct run *run, const struct berth_event *event, struct berth_error *err)
{
	const struct berth_log_line line = {
		.time_ms = event->time_ms,
		.level = event->level,
		.stream = event->stream,
		.stage = event->stage != NULL ? event->stage : "",
		.text = event->message != NULL ? event->message : "",
		.len = event->message_len,
		.continues = event->continues,
	};

	return log_store_add(run->log, &line, err);
}

struct berth_event *run_warning_event(const struct run *run, const char *text)
{
	struct berth_event *event = berth_event_new(
		BERTH_EVENT_LOG, run->stage, 0, text, strlen(text));

	if (event == NULL)
		return NULL;
	event->level = BERTH_WARN;
	event->stream = BERTH_ENGINE;
	return event;
}

struct berth_event *run_log_lost_event(const struct run *run, const struct berth_error *err)
{
	char text[sizeof(err->message) + 128];

	snprintf(text, sizeof(text),
		"From here on only the newest lines of this log are kept, in memory: %s",
		err->message);
	return run_warning_event(run, text);
}
