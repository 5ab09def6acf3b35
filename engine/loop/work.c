#include "loop/work.h"

#include <stdlib.h>

#include <uv.h>

struct work {
	uv_work_t request;
	work_run_fn *run;
	work_done_fn *done;
	void *context;
	atomic_bool cancelled;
};

static void on_worker(uv_work_t *request)
{
	struct work *work = request->data;

	/* libuv can take back only what no worker has begun; between the two this flag decides. */
	if (!atomic_load(&work->cancelled))
		work->run(work->context, &work->cancelled);
}

static void on_loop(uv_work_t *request, int status)
{
	struct work *work = request->data;

	(void)status;
	work->done(work->context, atomic_load(&work->cancelled));
	free(work);
}

struct work *work_start(uv_loop_t *loop, work_run_fn *run, work_done_fn *done, void *context,
	struct berth_error *err)
{
	struct work *work = calloc(1, sizeof(*work));
	int rc;

	if (!work) {
		berth_error_set(err, BERTH_E_MEMORY, 0, "out of memory");
		return NULL;
	}
	work->request.data = work;
	work->run = run;
	work->done = done;
	work->context = context;
	atomic_init(&work->cancelled, false);
	rc = uv_queue_work(loop, &work->request, on_worker, on_loop);
	if (rc < 0) {
		free(work);
		berth_error_set(
			err, BERTH_E_INTERNAL, -rc, "cannot queue work: %s", uv_strerror(rc));
		return NULL;
	}
	return work;
}

void work_cancel(struct work *work)
{
	atomic_store(&work->cancelled, true);
	/* Fails for what runs already or has ended: then the flag alone tells. */
	uv_cancel((uv_req_t *)&work->request);
}
