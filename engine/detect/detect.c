#include <berth/detect.h>

#include <stdlib.h>

#include "base/copy.h"
#include "config/strings.h"
#include "detect/decide.h"
#include "loop/work.h"

struct berth_detect {
	struct work *work;
	char *folder;
	berth_detect_done_fn *done;
	void *context;
	struct berth_detection *detection; /* the worker's until it is done, as is `err` */
	struct berth_error err;
};

static void on_worker(void *context, const atomic_bool *cancelled)
{
	struct berth_detect *detect = context;

	detect->detection = decide(detect->folder, NULL, cancelled, &detect->err);
}

static void on_done(void *context, bool cancelled)
{
	struct berth_detect *detect = context;
	struct berth_detection *detection = detect->detection;

	if (cancelled) {
		berth_detection_free(detection);
		detection = NULL;
		berth_error_set(&detect->err, BERTH_E_CANCELLED, 0, "the detection was cancelled");
	}
	detect->done(detect->context, detection, detection ? NULL : &detect->err);
	free(detect->folder);
	free(detect);
}

struct berth_detect *berth_detect_start(struct uv_loop_s *loop, const char *folder,
	berth_detect_done_fn *done, void *context, struct berth_error *err)
{
	struct berth_detect *detect = calloc(1, sizeof *detect);

	if (!detect || string_copy(&detect->folder, folder, err) < 0) {
		free(detect);
		string_no_memory(err);
		return NULL;
	}
	detect->done = done;
	detect->context = context;
	detect->work = work_start(loop, on_worker, on_done, detect, err);
	if (!detect->work) {
		free(detect->folder);
		free(detect);
		return NULL;
	}
	return detect;
}

void berth_detect_cancel(struct berth_detect *detect)
{
	work_cancel(detect->work);
}
