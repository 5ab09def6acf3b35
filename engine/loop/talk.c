#include "loop/talk.h"

#include <errno.h>
#include <signal.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <uv.h>

#include "base/buf.h"
#include "loop/child_env.h"
#include "loop/sigpipe.h"

enum { CHUNK = 64 * 1024, PRINTED_MAX = 8 * 1024, UNREAD_MAX = 8 << 20 };
/* Of what is left in a pipe at the end, which others may still hold and fill. */
enum { REST_MAX = 1 << 20 };

enum step { STEP_NONE, STEP_ASKED, STEP_TOLD, STEP_KILLED };

struct output {
	uv_pipe_t pipe;
	struct buf line;
	bool long_line; /* parts of it have been given */
	bool over;      /* nothing more comes */
};

struct talk {
	struct talk_setup setup;
	uv_process_t process;
	uv_pipe_t to;
	struct output from, wrong;
	uv_timer_t limit;
	enum step step;
	bool running, paused, input_closing;
	unsigned handles; /* not closed yet */
	struct talk_end end;
	char chunk[CHUNK];
};

struct saying {
	uv_write_t write;
	struct talk *talk;
	size_t len;
	char text[];
};

/* --- the end --- */

static void release(struct talk *talk)
{
	buf_release(&talk->from.line);
	buf_release(&talk->wrong.line);
	explicit_bzero(talk->chunk, sizeof(talk->chunk));
	free(talk);
}

static void on_closed(uv_handle_t *handle)
{
	struct talk *talk = handle->data;

	if (--talk->handles > 0)
		return;
	if (talk->setup.ended != NULL)
		talk->setup.ended(talk->setup.context, &talk->end);
	release(talk);
}

static void close_once(void *pointer)
{
	uv_handle_t *handle = pointer;

	if (!uv_is_closing(handle))
		uv_close(handle, on_closed);
}

static void close_all(struct talk *talk)
{
	close_once(&talk->process);
	close_once(&talk->to);
	close_once(&talk->from.pipe);
	close_once(&talk->wrong.pipe);
	close_once(&talk->limit);
}

/* The whole group: of a script the children do the work. While it runs its number is ours, as it
 * has not been waited for. */
static void signal_group(struct talk *talk, int number)
{
	talk->end.told = true;
	if (talk->running)
		kill(-talk->process.pid, number);
}

static void on_limit(uv_timer_t *timer)
{
	struct talk *talk = timer->data;

	if (talk->step < STEP_TOLD)
		talk_tell_to_end(talk);
	else
		talk_kill(talk);
}

void talk_kill(struct talk *talk)
{
	talk->step = STEP_KILLED;
	signal_group(talk, SIGKILL);
}

void talk_tell_to_end(struct talk *talk)
{
	if (talk->step >= STEP_TOLD || !talk->running)
		return;
	talk->step = STEP_TOLD;
	signal_group(talk, SIGTERM);
	uv_update_time(talk->setup.loop);
	uv_timer_start(&talk->limit, on_limit, (uint64_t)talk->setup.kill_ms, 0);
}

static void close_input(struct talk *talk)
{
	if (talk->input_closing && uv_stream_get_write_queue_size((uv_stream_t *)&talk->to) == 0)
		close_once(&talk->to);
}

void talk_ask_to_end(struct talk *talk, int grace_ms)
{
	if (talk->step >= STEP_ASKED || !talk->running)
		return;
	talk->step = STEP_ASKED;
	talk->input_closing = true;
	close_input(talk);
	/* Who is not read from could never end. */
	talk_resume(talk);
	uv_update_time(talk->setup.loop);
	uv_timer_start(&talk->limit, on_limit, (uint64_t)grace_ms, 0);
}

/* --- what it says --- */

static void too_long(struct talk *talk)
{
	if (talk->end.error.code == BERTH_E_OK)
		berth_error_set(&talk->end.error, BERTH_E_LIMIT, 0,
			"it wrote a line of more than %zu bytes", talk->setup.line_max);
	talk->from.over = true;
	buf_reset(&talk->from.line);
	talk_kill(talk);
}

static void give(struct talk *talk, struct output *output, bool complete)
{
	if (output == &talk->from)
		talk->setup.said(talk->setup.context, output->line.data, output->line.len);
	else
		talk->setup.printed(talk->setup.context, output->line.data, output->line.len,
			output->long_line);
	output->long_line = !complete;
	buf_reset(&output->line);
}

/* A part of a line that ends elsewhere, or does not fit. */
static void take_part(struct talk *talk, struct output *output, const char *bytes, size_t len)
{
	while (len > 0 && !output->over) {
		size_t room = output->line.max - output->line.len;
		size_t part = len < room ? len : room;

		if (buf_add(&output->line, bytes, part, NULL) < 0 ||
			(part < len && output == &talk->from)) {
			too_long(talk);
			return;
		}
		if (part < len)
			give(talk, output, false);
		bytes += part;
		len -= part;
	}
}

static void take(struct talk *talk, struct output *output, const char *bytes, size_t len)
{
	while (len > 0 && !output->over) {
		const char *end = memchr(bytes, '\n', len);
		size_t part = end != NULL ? (size_t)(end - bytes) : len;

		take_part(talk, output, bytes, part);
		if (end == NULL || output->over)
			return;
		give(talk, output, true);
		bytes += part + 1;
		len -= part + 1;
	}
}

static void on_room(uv_handle_t *handle, size_t suggested, uv_buf_t *room)
{
	struct talk *talk = handle->data;

	(void)suggested;
	*room = uv_buf_init(talk->chunk, CHUNK);
}

static void on_output(uv_stream_t *stream, ssize_t len, const uv_buf_t *room)
{
	struct talk *talk = stream->data;
	struct output *output = stream == (uv_stream_t *)&talk->from.pipe ? &talk->from
									  : &talk->wrong;

	if (len > 0)
		take(talk, output, room->base, (size_t)len);
	if (len >= 0)
		return;
	uv_read_stop(stream);
	output->over = true;
	/* Without a voice it is of no use. */
	if (output == &talk->from)
		talk_ask_to_end(talk, talk->setup.kill_ms);
}

static void read_on(struct talk *talk)
{
	if (!talk->from.over && !uv_is_closing((uv_handle_t *)&talk->from.pipe))
		uv_read_start((uv_stream_t *)&talk->from.pipe, on_room, on_output);
	if (!talk->wrong.over && !uv_is_closing((uv_handle_t *)&talk->wrong.pipe))
		uv_read_start((uv_stream_t *)&talk->wrong.pipe, on_room, on_output);
}

void talk_pause(struct talk *talk)
{
	if (talk->paused)
		return;
	talk->paused = true;
	uv_read_stop((uv_stream_t *)&talk->from.pipe);
	uv_read_stop((uv_stream_t *)&talk->wrong.pipe);
}

void talk_resume(struct talk *talk)
{
	if (!talk->paused)
		return;
	talk->paused = false;
	read_on(talk);
}

/* What it wrote before it ended is in the pipe. Waiting for its end of file instead would wait for
 * anyone who inherited it. */
static void read_waiting(struct talk *talk, struct output *output)
{
	char bytes[4096];
	uv_os_fd_t fd;
	ssize_t len = 1;

	if (uv_fileno((uv_handle_t *)&output->pipe, &fd) != 0)
		return;
	for (size_t read_bytes = 0; !output->over && len > 0 && read_bytes < REST_MAX;) {
		len = read(fd, bytes, sizeof(bytes));
		if (len < 0 && errno == EINTR)
			len = 1;
		else if (len > 0)
			take(talk, output, bytes, (size_t)len);
		read_bytes += len > 0 ? (size_t)len : 0;
	}
}

static void read_rest(struct talk *talk, struct output *output)
{
	read_waiting(talk, output);
	if (output->line.len > 0)
		give(talk, output, true);
	output->over = true;
}

void talk_hear_printed(struct talk *talk)
{
	read_waiting(talk, &talk->wrong);
}

static void on_exit_status(uv_process_t *process, int64_t status, int number)
{
	struct talk *talk = process->data;

	/* Those of its group that outlive it, if it was not left to end by itself. */
	if (talk->end.told)
		kill(-process->pid, SIGKILL);
	talk->running = false;
	talk->end.signal = number;
	talk->end.exit_status = number != 0 ? -1 : (int)status;
	read_rest(talk, &talk->wrong);
	read_rest(talk, &talk->from);
	close_all(talk);
}

/* --- what it is told --- */

static void on_written(uv_write_t *write, int status)
{
	struct saying *saying = write->data;
	struct talk *talk = saying->talk;

	/* Whether it listens is its own business; if it can't go on, it ends. */
	(void)status;
	explicit_bzero(saying->text, saying->len);
	free(saying);
	close_input(talk);
}

int talk_say(struct talk *talk, const char *text, size_t len, struct berth_error *err)
{
	uv_stream_t *to = (uv_stream_t *)&talk->to;
	struct saying *saying;
	uv_buf_t bytes;

	if (talk->input_closing || uv_is_closing((uv_handle_t *)to))
		return berth_error_set(err, BERTH_E_BROKEN, 0, "it is not listened any more");
	if (uv_stream_get_write_queue_size(to) + len > UNREAD_MAX)
		return berth_error_set(err, BERTH_E_LIMIT, 0, "it does not read what it is told");
	saying = malloc(sizeof(*saying) + len);
	if (saying == NULL)
		return berth_error_set(err, BERTH_E_MEMORY, 0, "out of memory");
	saying->talk = talk;
	saying->len = len;
	saying->write.data = saying;
	memcpy(saying->text, text, len);
	bytes = uv_buf_init(saying->text, (unsigned)len);
	if (uv_write(&saying->write, to, &bytes, 1, on_written) != 0) {
		explicit_bzero(saying->text, len);
		free(saying);
		return berth_error_set(err, BERTH_E_BROKEN, 0, "it can't be told anything");
	}
	return 0;
}

/* --- start --- */

static int spawn(struct talk *talk)
{
	static char *nothing[] = {NULL};
	char **env = child_env();
	uv_stdio_container_t stdio[3] = {
		[0] = {.flags = UV_CREATE_PIPE | UV_READABLE_PIPE,
			.data.stream = (uv_stream_t *)&talk->to},
		[1] = {.flags = UV_CREATE_PIPE | UV_WRITABLE_PIPE,
			.data.stream = (uv_stream_t *)&talk->from.pipe},
		[2] = {.flags = UV_CREATE_PIPE | UV_WRITABLE_PIPE,
			.data.stream = (uv_stream_t *)&talk->wrong.pipe},
	};
	uv_process_options_t options = {
		.exit_cb = on_exit_status,
		.file = talk->setup.argv[0],
		.args = (char **)talk->setup.argv,
		.env = env != NULL ? env : nothing,
		.flags = UV_PROCESS_DETACHED,
		.stdio_count = 3,
		.stdio = stdio,
	};

	int rc = uv_spawn(talk->setup.loop, &talk->process, &options);

	free(env);
	return rc;
}

static struct talk *make(const struct talk_setup *setup)
{
	struct talk *talk = calloc(1, sizeof(*talk));

	if (talk == NULL)
		return NULL;
	talk->setup = *setup;
	buf_init(&talk->from.line, setup->line_max);
	buf_init(&talk->wrong.line, PRINTED_MAX);
	uv_pipe_init(setup->loop, &talk->to, 0);
	uv_pipe_init(setup->loop, &talk->from.pipe, 0);
	uv_pipe_init(setup->loop, &talk->wrong.pipe, 0);
	uv_timer_init(setup->loop, &talk->limit);
	talk->process.data = talk->to.data = talk->limit.data = talk;
	talk->from.pipe.data = talk->wrong.pipe.data = talk;
	talk->handles = 5;
	return talk;
}

struct talk *talk_start(const struct talk_setup *setup, struct berth_error *err)
{
	struct talk *talk = make(setup);
	int rc;

	if (talk == NULL) {
		berth_error_set(err, BERTH_E_MEMORY, 0, "out of memory");
		return NULL;
	}
	sigpipe_ignore();
	rc = spawn(talk);
	if (rc < 0) {
		berth_error_set(err, rc == UV_ENOENT ? BERTH_E_NOT_FOUND : BERTH_E_IO, -rc,
			"cannot run '%s': %s", setup->argv[0], strerror(-rc));
		talk->setup.ended = NULL;
		close_all(talk);
		return NULL;
	}
	talk->running = true;
	talk->setup.argv = NULL;
	read_on(talk);
	return talk;
}
