#include <stdlib.h>
#include <string.h>

#include "docker/container.h"
#include "docker/op_private.h"
#include "loop/net.h"
#include "loop/timer.h"
#include "loop/xfer.h"

#define PATH_MAX_LEN 4096
#define WAIT_MS      10

struct logs {
	struct docker_op op;
	struct log_frames frames;
	void (*on_line)(
		void *context, enum log_source source, const char *line, size_t len, bool partial);
	bool (*wait)(void *context);
	void (*on_open)(void *context);
	container_done_fn *done;
	void *context;
	struct timer *waiting;
	struct berth_error error; /* of the frames */
};

static void logs_free(struct logs *logs)
{
	timer_close(logs->waiting);
	log_frames_release(&logs->frames);
	free(logs);
}

static void logs_line(
	void *context, enum log_source source, const char *line, size_t len, bool partial)
{
	struct logs *logs = context;

	logs->on_line(logs->context, source, line, len, partial);
}

static void logs_head(void *context, int status, const char *content_type)
{
	struct logs *logs = context;

	(void)status;
	/* Before 1.42 engines call everything raw. */
	if (strstr(content_type, "multiplexed-stream"))
		logs->frames.raw = false;
	else if (strstr(content_type, "raw-stream") && op_speaks(logs->op.docker, "1.42"))
		logs->frames.raw = true;
	if (logs->frames.stamped)
		log_frames_expect_times(&logs->frames);
	if (logs->on_open)
		logs->on_open(logs->context);
}

static void go_on(void *context)
{
	struct logs *logs = context;

	if (logs->wait(logs->context))
		timer_start(logs->waiting, WAIT_MS);
	else
		docker_resume_data(logs->op.call);
}

static int logs_data(void *context, const char *data, size_t len)
{
	struct logs *logs = context;

	if (logs->wait != NULL && logs->wait(logs->context)) {
		timer_start(logs->waiting, WAIT_MS);
		return XFER_DATA_LATER;
	}
	return log_frames_feed(&logs->frames, data, len, &logs->error);
}

static void logs_done(void *context, const struct docker_reply *reply)
{
	struct logs *logs = context;
	const struct berth_error *err = op_ended(&logs->op, reply);
	struct berth_error ended;

	/* Lines that were begun are given also when the stream broke: the last words count. */
	if (logs->error.code != BERTH_E_OK)
		err = &logs->error;
	else if (log_frames_end(&logs->frames, &ended) < 0 && !err)
		err = &ended;
	logs->done(logs->context, err);
	logs_free(logs);
}

static int logs_path(
	struct buf *path, const struct container_logs_request *request, struct berth_error *err)
{
	if (op_path(path, "/containers/", request->id, "/logs?stdout=1&stderr=1", err) < 0 ||
		(request->follow && buf_adds(path, "&follow=1", err) < 0) ||
		(request->times && buf_adds(path, "&timestamps=1", err) < 0) ||
		(request->since_ms > 0 && buf_addf(path, err, "&since=%lld.%03d",
						  (long long)(request->since_ms / 1000),
						  (int)(request->since_ms % 1000)) < 0))
		return -1;
	return request->tail >= 0 ? buf_addf(path, err, "&tail=%d", request->tail) : 0;
}

struct docker_op *container_logs(struct docker *docker,
	const struct container_logs_request *request, struct berth_error *err)
{
	struct logs *logs = op_new(docker, sizeof(*logs), err);
	struct buf path cleanup_buf;

	buf_init(&path, PATH_MAX_LEN);
	if (!logs)
		return NULL;
	logs->on_line = request->on_line;
	logs->wait = request->wait;
	logs->on_open = request->on_open;
	logs->done = request->done;
	logs->context = request->context;
	log_frames_init(&logs->frames, request->tty, logs_line, logs);
	if (request->times)
		log_frames_expect_times(&logs->frames);
	logs->waiting = timer_new(net_loop(docker_net(docker)), go_on, logs, err);
	if (logs->waiting == NULL || logs_path(&path, request, err) < 0 ||
		op_call(&logs->op,
			&(struct docker_request){
				.method = "GET",
				.path = path.data,
				.on_data = logs_data,
				.on_head = logs_head,
				.done = logs_done,
				.context = logs,
			},
			err) < 0) {
		logs_free(logs);
		return NULL;
	}
	return &logs->op;
}

int64_t container_logs_time(const struct docker_op *op, enum log_source source)
{
	return ((const struct logs *)op)->frames.time_ms[source];
}
