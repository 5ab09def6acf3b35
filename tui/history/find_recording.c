#include "history/find_recording.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <uv.h>

#include <berth/history.h>
#include <berth/recording.h>

struct search {
	struct berth_history *history;
	const char *id;
	char *path, *request;
	struct berth_error *err;
};

static void closed(void *context)
{
	(void)context;
}

static char *recording_of(const struct berth_past_run *run, struct berth_error *err)
{
	char *path = run->log && !run->log_removed ? berth_recording_path(run->log) : NULL;
	if (path && access(path, R_OK) == 0)
		return path;
	free(path);
	berth_error_set(err, BERTH_E_NOT_FOUND, 0, "run %lld has no recording%s",
		(long long)run->number, run->log_removed ? " any more" : "");
	berth_error_hint(
		err, "'berth history %lld' tells what is kept of it", (long long)run->number);
	return NULL;
}

static void found(void *context, struct berth_past_run *run, const struct berth_error *err)
{
	struct search *search = context;
	if (run)
		search->path = recording_of(run, search->err);
	else if (search->err)
		*search->err = *err;
	if (run && search->path && run->request)
		search->request = strdup(run->request);
	berth_past_run_free(run);
	berth_history_close(search->history, closed, NULL);
	search->history = NULL;
}

static int start(struct search *search, uv_loop_t *loop)
{
	char *path = berth_history_path(search->err);
	if (!path)
		return -1;
	search->history = berth_history_open(loop, path, search->err);
	free(path);
	if (!search->history)
		return -1;
	if (berth_history_find(search->history, search->id, found, search, search->err) == 0)
		return 0;
	berth_history_close(search->history, closed, NULL);
	return -1;
}

char *find_recording(const char *id, char **request, struct berth_error *err)
{
	struct search search = {.id = id, .err = err};
	uv_loop_t loop;
	if (uv_loop_init(&loop) != 0) {
		berth_error_set(err, BERTH_E_MEMORY, 0, "out of memory");
		return NULL;
	}
	start(&search, &loop);
	uv_run(&loop, UV_RUN_DEFAULT);
	uv_loop_close(&loop);
	if (request)
		*request = search.request;
	else
		free(search.request);
	return search.path;
}
