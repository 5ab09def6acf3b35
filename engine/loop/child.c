#include "loop/child.h"

#include <errno.h>
#include <signal.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <uv.h>

#include "base/trace.h"
#include "loop/child_env.h"
#include "loop/sigpipe.h"

enum { OUTPUT_MAX = 64 * 1024 };

struct child {
	uv_process_t process;
	uv_pipe_t to, from;
	uv_timer_t limit;
	uv_write_t write;
	char *name;
	char **env;
	char *input;
	size_t input_len;
	/* One size from the start, so that no copy stays behind unwiped when it grows. One byte
	 * more than allowed tells "too much"; another is the final NUL. */
	char output[OUTPUT_MAX + 2];
	size_t output_len;
	int exit_status;
	int timeout_ms;
	bool running;
	unsigned handles; /* not closed yet */
	struct berth_error error;
	child_done_fn *done; /* NULL if it never ran */
	void *context;
};

static void child_free(struct child *child)
{
	if (child->input)
		explicit_bzero(child->input, child->input_len);
	explicit_bzero(child->output, sizeof(child->output));
	free(child->input);
	free(child->name);
	free(child->env);
	free(child);
}

static void on_closed(uv_handle_t *handle)
{
	struct child *child = handle->data;
	struct child_reply reply;

	if (--child->handles > 0)
		return;
	if (child->done) {
		child->output[child->output_len] = '\0';
		reply = (struct child_reply){
			.exit_status = child->exit_status,
			.output = child->output,
			.output_len = child->output_len,
			.error = child->error,
		};
		child->done(child->context, &reply);
		explicit_bzero(&reply, sizeof(reply));
	}
	child_free(child);
}

static void close_once(void *pointer)
{
	uv_handle_t *handle = pointer;

	if (!uv_is_closing(handle))
		uv_close(handle, on_closed);
}

static void close_all(struct child *child)
{
	close_once(&child->process);
	close_once(&child->to);
	close_once(&child->from);
	close_once(&child->limit);
}

/* The whole group: a helper that is a script has children that hold the work. The leader has not
 * been waited for while `running`, so the number is still ours. */
static void kill_group(struct child *child)
{
	if (child->running)
		kill(-child->process.pid, SIGKILL);
}

static void too_much(struct child *child)
{
	child->output_len = 0;
	if (child->error.code == BERTH_E_OK)
		berth_error_set(&child->error, BERTH_E_LIMIT, 0, "'%s' wrote more than %d bytes",
			child->name, OUTPUT_MAX);
	kill_group(child);
}

/* What the child wrote before it ended is in the pipe. Waiting for its end of file instead would
 * wait for anyone who inherited it. */
static void read_rest(struct child *child)
{
	uv_os_fd_t fd;
	ssize_t len;

	if (uv_is_closing((uv_handle_t *)&child->from) ||
		uv_fileno((uv_handle_t *)&child->from, &fd))
		return;
	while (child->output_len <= OUTPUT_MAX) {
		len = read(
			fd, child->output + child->output_len, OUTPUT_MAX + 1 - child->output_len);
		if (len < 0 && errno == EINTR)
			continue;
		if (len <= 0)
			return;
		child->output_len += (size_t)len;
	}
}

static void on_exit_status(uv_process_t *process, int64_t status, int signal)
{
	struct child *child = process->data;

	child->running = false;
	child->exit_status = signal ? 128 + signal : (int)status;
	TRACE("child", "ended", TRACE_TEXT("program", child->name),
		TRACE_NUMBER("child", process->pid), TRACE_NUMBER("status", child->exit_status));
	if (child->error.code == BERTH_E_OK)
		read_rest(child);
	if (child->output_len > OUTPUT_MAX)
		too_much(child);
	close_all(child);
}

static void on_room(uv_handle_t *handle, size_t suggested, uv_buf_t *room)
{
	struct child *child = handle->data;

	(void)suggested;
	*room = uv_buf_init(
		child->output + child->output_len, (unsigned)(OUTPUT_MAX + 1 - child->output_len));
}

static void on_output(uv_stream_t *stream, ssize_t len, const uv_buf_t *room)
{
	struct child *child = stream->data;

	(void)room;
	if (len < 0) {
		close_once(&child->from);
		return;
	}
	child->output_len += (size_t)len;
	if (child->output_len > OUTPUT_MAX) {
		/* In this order, or it dies of SIGPIPE and not of us. */
		too_much(child);
		close_once(&child->from);
	}
}

static void on_written(uv_write_t *write, int status)
{
	struct child *child = write->data;

	/* Whether a child reads what it is given is its own business. */
	(void)status;
	close_once(&child->to);
}

static void on_limit(uv_timer_t *timer)
{
	struct child *child = timer->data;

	if (child->error.code == BERTH_E_OK)
		berth_error_set(&child->error, BERTH_E_TIMEOUT, 0, "'%s' did not end within %d %s",
			child->name,
			child->timeout_ms % 1000 ? child->timeout_ms : child->timeout_ms / 1000,
			child->timeout_ms % 1000 ? "ms" : "s");
	kill_group(child);
}

static struct child *child_new(
	uv_loop_t *loop, const char *name, const char *input, size_t input_len)
{
	struct child *child = calloc(1, sizeof(*child));

	if (!child)
		return NULL;
	child->name = strdup(name);
	child->env = child_env();
	child->input = malloc(input_len + 1);
	if (!child->name || !child->env || !child->input) {
		child_free(child);
		return NULL;
	}
	if (input_len > 0)
		memcpy(child->input, input, input_len);
	child->input_len = input_len;
	uv_pipe_init(loop, &child->to, 0);
	uv_pipe_init(loop, &child->from, 0);
	uv_timer_init(loop, &child->limit);
	child->process.data = child->to.data = child->from.data = child->limit.data = child;
	child->write.data = child;
	child->handles = 4;
	return child;
}

static int spawn(struct child *child, uv_loop_t *loop, const char *const *argv)
{
	uv_stdio_container_t stdio[3] = {
		[0] = {.flags = UV_CREATE_PIPE | UV_READABLE_PIPE,
			.data.stream = (uv_stream_t *)&child->to},
		[1] = {.flags = UV_CREATE_PIPE | UV_WRITABLE_PIPE,
			.data.stream = (uv_stream_t *)&child->from},
		[2] = {.flags = UV_IGNORE},
	};
	uv_process_options_t options = {
		.exit_cb = on_exit_status,
		.file = argv[0],
		.args = (char **)argv,
		.env = child->env,
		/* A session of its own: no terminal to ask questions on, a group to kill. */
		.flags = UV_PROCESS_DETACHED,
		.stdio_count = 3,
		.stdio = stdio,
	};

	return uv_spawn(loop, &child->process, &options);
}

struct child *child_start(uv_loop_t *loop, const char *const *argv, const char *input,
	size_t input_len, int timeout_ms, child_done_fn *done, void *context,
	struct berth_error *err)
{
	struct child *child = child_new(loop, argv[0], input, input_len);
	uv_buf_t bytes;
	int rc;

	if (!child) {
		berth_error_set(err, BERTH_E_MEMORY, 0, "out of memory");
		return NULL;
	}
	sigpipe_ignore();
	rc = spawn(child, loop, argv);
	if (rc < 0) {
		berth_error_set(err, rc == UV_ENOENT ? BERTH_E_NOT_FOUND : BERTH_E_IO, -rc,
			"cannot run '%s': %s", argv[0], strerror(-rc));
		close_all(child);
		return NULL;
	}
	TRACE("child", "started", TRACE_TEXT("program", child->name),
		TRACE_NUMBER("child", child->process.pid));
	child->running = true;
	child->done = done;
	child->context = context;
	child->timeout_ms = timeout_ms;
	bytes = uv_buf_init(child->input, (unsigned)input_len);
	if (input_len == 0 ||
		uv_write(&child->write, (uv_stream_t *)&child->to, &bytes, 1, on_written))
		close_once(&child->to);
	uv_read_start((uv_stream_t *)&child->from, on_room, on_output);
	uv_update_time(loop);
	if (timeout_ms > 0)
		uv_timer_start(&child->limit, on_limit, (uint64_t)timeout_ms, 0);
	return child;
}

void child_cancel(struct child *child)
{
	berth_error_set(&child->error, BERTH_E_CANCELLED, 0, "cancelled");
	kill_group(child);
}
