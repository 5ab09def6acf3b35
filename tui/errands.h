/*
 * What the console has done on worker threads, because it reads and writes files: names to complete
 * with, and the memory of earlier deployments. One of each kind is on its way at a time.
 */
#ifndef BERTH_TUI_ERRANDS_H
#define BERTH_TUI_ERRANDS_H

#include <uv.h>

#include <berth/recall.h>

#include "app.h"

struct errands {
	uv_loop_t *loop; /* borrowed */
	struct app *app; /* borrowed; must live until the loop has run out */
	struct {
		uv_work_t work;
		bool busy;
		struct complete_request request;
		struct complete_names *names;
	} reading;
	struct {
		uv_work_t work;
		bool busy;
		char *folder;
		char *note; /* NULL: only read */
		struct berth_recall *recall;
		struct berth_error err;
	} recalling;
};

void errands_init(struct errands *errands, uv_loop_t *loop, struct app *app);

/* Start what the app asks for, as far as a worker is free for it. */
void errands_run(struct errands *errands);

#endif
