#include "errands.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

void errands_init(struct errands *errands, uv_loop_t *loop, struct app *app)
{
	*errands = (struct errands){.loop = loop, .app = app};
	errands->reading.work.data = errands;
	errands->recalling.work.data = errands;
}

static void read_names(uv_work_t *work)
{
	struct errands *errands = work->data;
	complete_read(&errands->reading.request, errands->reading.names);
}

static void names_read(uv_work_t *work, int status)
{
	struct errands *errands = work->data;
	struct complete_names *names = errands->reading.names;
	errands->reading.busy = false;
	errands->reading.names = NULL;
	if (status == 0)
		app_completed(errands->app, names);
	else
		free(names);
}

static void start_reading(struct errands *errands)
{
	struct completing *completing = &errands->app->completing;
	completing->asked = false;
	errands->reading.request = completing->request;
	errands->reading.names = malloc(sizeof *errands->reading.names);
	if (errands->reading.names == NULL)
		return;
	completing->reading = errands->reading.busy = true;
	if (uv_queue_work(errands->loop, &errands->reading.work, read_names, names_read) != 0) {
		free(errands->reading.names);
		completing->reading = errands->reading.busy = false;
	}
}

static void remember(uv_work_t *work)
{
	struct errands *errands = work->data;
	int status = 0;
	if (errands->recalling.note != NULL)
		status = berth_recall_add(errands->recalling.folder, errands->recalling.note,
			&errands->recalling.err);
	if (status == 0)
		errands->recalling.recall = berth_recall_read(
			errands->recalling.folder, &errands->recalling.err);
}

static void remembered(uv_work_t *work, int status)
{
	struct errands *errands = work->data;
	struct berth_recall *recall = errands->recalling.recall;
	bool noted = errands->recalling.note != NULL;
	errands->recalling.busy = false;
	free(errands->recalling.folder);
	free(errands->recalling.note);
	if (recall != NULL)
		app_recalled(errands->app, recall);
	else if (status == 0 && noted)
		app_notice(errands->app, "The values are not remembered: %s",
			errands->recalling.err.message);
}

static void start_recalling(struct errands *errands)
{
	struct app *app = errands->app;
	char *note = app->recall_note;
	app->recall_wanted = false;
	app->recall_note = NULL;
	errands->recalling.folder = getcwd(NULL, 0);
	errands->recalling.note = note;
	errands->recalling.recall = NULL;
	if (errands->recalling.folder == NULL) {
		free(note);
		return;
	}
	errands->recalling.busy = true;
	if (uv_queue_work(errands->loop, &errands->recalling.work, remember, remembered) != 0) {
		errands->recalling.busy = false;
		free(errands->recalling.folder);
		free(note);
	}
}

void errands_run(struct errands *errands)
{
	const struct app *app = errands->app;
	if (app->completing.asked && !errands->reading.busy)
		start_reading(errands);
	if (app->recall_wanted && !errands->recalling.busy)
		start_recalling(errands);
}
